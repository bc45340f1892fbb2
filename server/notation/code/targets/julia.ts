import { NUMPY } from "./numpy"; export const JULIA = NUMPY;
