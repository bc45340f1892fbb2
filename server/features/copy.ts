import { derivativeOf } from "./derivatives";
import { printText, printTypst, shapesIn } from "../notation";
import { generateCode } from "../notation/code";
import type { Snapshot } from "./snapshot";
import type { Target } from "./target";
import { latexIn, unicodeIn } from "./writing";

/** What an expression can be copied as. */
export const COPY_FORMATS = ["text", "unicode", "latex", "typst", "numpy", "jax", "torch", "julia", "matlab"] as const;
export type CopyFormat = (typeof COPY_FORMATS)[number];

/**
 * An expression, or its derivative with respect to a variable, as text to copy. For the programming languages it is
 * a complete function; with a variable, of the value and its derivative.
 */
export function copyAs(
  snapshot: Snapshot,
  target: Target,
  format: CopyFormat,
  variable: string | undefined,
): { readonly text: string } | { readonly message: string } {
  const { formula } = target;
  const { scope } = formula;
  let { expr } = target;
  if (variable !== undefined) {
    const result = derivativeOf(formula, expr, [variable], snapshot.settings);
    if (!result.ok) return { message: result.error.message };
    expr = result.expr;
  }
  switch (format) {
    case "text":
      return { text: printText(expr) };
    case "unicode":
      return { text: unicodeIn(scope)(expr) };
    case "latex":
      return { text: latexIn(snapshot, formula)(expr) };
    case "typst":
      return { text: printTypst(expr, shapesIn(scope)) };
    default: {
      const derivatives = variable === undefined ? [] : [{ expr, wrt: [variable] }];
      const code = generateCode({ expr: target.expr, derivatives, scope, target: format });
      return code.ok ? { text: code.code } : { message: code.error.message };
    }
  }
}
