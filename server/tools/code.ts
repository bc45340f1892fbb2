import type { Answered } from "./question";
import type { Language } from "./formats";

/** What the code has beside the value and its derivative. */
export interface CodeFlags {
  /** A check of the derivative against finite differences. */
  readonly test?: boolean;
  /** The product of the Hessian with a direction, after the gradient. */
  readonly hvp?: boolean;
  readonly name?: string;
  /** Without the value. */
  readonly gradientOnly?: boolean;
  /** Which dimension is large: what the order of products depends on. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Inputs that come as many examples. */
  readonly batched?: readonly string[];
  readonly float32?: boolean;
  /** Also as a function that PyTorch or JAX derives with this gradient. */
  readonly autograd?: boolean;
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
  const { name, gradientOnly = false, sizes, batched = [], float32 = false, autograd = false } = flags;
  const options = {
    test: flags.test === true,
    hvp: flags.hvp === true,
    value: !gradientOnly,
    single: float32,
    batched,
    autograd,
    ...(name === undefined ? {} : { name }),
    ...(sizes === undefined ? {} : { sizes }),
  };
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
