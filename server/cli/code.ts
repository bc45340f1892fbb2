import type { Answered } from "./question";
import type { Language } from "./formats";

/** What the code has beside the value and its derivative. */
export interface CodeFlags {
  /** A check of the derivative against finite differences. */
  readonly test?: boolean;
  /** The product of the Hessian with a direction, after the gradient. */
  readonly hvp?: boolean;
}

/**
 * A complete function of the value and its derivative, of a second order with the first; or in one sentence why there
 * is none.
 */
export async function codeOf(
  result: Answered,
  wrt: readonly string[],
  target: Language,
  flags: CodeFlags = {},
): Promise<{ readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }> {
  const { question, expr, scope } = result;
  const options = { test: flags.test === true, hvp: flags.hvp === true };
  const { changing } = await import("../notation/code/directions");
  const several = changing(expr).size === 0 && (wrt.length > 1 || options.hvp);
  const code = several
    ? (await import("../notation/code/derive")).deriveCode({ expr: question, wrt, scope, target, options })
    : (await import("../notation/code")).generateCode({
        expr: question,
        derivatives: [{ expr, wrt }],
        scope,
        target,
        options,
      });
  return code.ok ? { ok: true, text: code.code } : { ok: false, message: code.error.message };
}
