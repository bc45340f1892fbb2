import { tableOf } from "../../core/table";
/** Letters and words that mean something in brackets, above others or in front of all that follows. */

/** Operators of probability: what stands in their brackets is their argument, whatever it is. */
export const EXPECTATIONS = new Set(["𝔼", "ℙ", "𝕍"]);

/** Signs that are no exponents when they stand alone above something. */
export const NO_POWERS = new Set(["circ", "perp", "star", "ast", "sharp", "flat", "bot", "bullet"]);

/** `\lambda_{\max}(A)`: the largest eigenvalue, the largest singular value, the eigenvector to the first. */
export const EXTREMES: Readonly<Record<string, string>> = tableOf({ lambda: "lmax", sigma: "normspec", v: "vmax" });

/** Functions whose argument may stand in square brackets. */
export const SQUARE_FUNCTIONS = new Set(["E", "𝔼", "P", "ℙ", "V", "H", "O"]);

/** Big operators that take all that follows, to the end of their side. */
export const REACHING = new Set([
  "lim",
  "limsup",
  "liminf",
  "max",
  "min",
  "sup",
  "inf",
  "argmin",
  "argmax",
  "arg",
  "int",
]);

/** Norms by what stands below their bars. */
export const NORMS: Readonly<Record<string, string>> = tableOf({
  "2": "norm2", F: "norm2", Frob: "norm2", Fro: "norm2", fro: "norm2", frob: "norm2", HS: "norm2", ell_2: "norm2", L2: "norm2", L_2: "norm2", l2: "norm2", "1": "norm1", ell_1: "norm1",
  infinity: "norminf", "*": "normnuc", op: "normspec", spec: "normspec", spectral: "normspec", star: "normnuc", ast: "normnuc", nuc: "normnuc",
}); // prettier-ignore
