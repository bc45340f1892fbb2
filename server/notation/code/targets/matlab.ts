import { NUMPY } from "./numpy"; export const MATLAB = NUMPY;
