import { NUMPY } from "./numpy"; export const JAX = NUMPY;
