import { NUMPY } from "./numpy"; export const TORCH = NUMPY;
