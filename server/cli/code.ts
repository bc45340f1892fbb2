import type { Answered } from "./question";
import type { Language } from "./formats";

/** A complete function of the value and its derivative; or in one sentence why there is none. */
export async function codeOf(
  result: Answered,
  wrt: readonly string[],
  target: Language,
): Promise<{ readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }> {
  const { generateCode } = await import("../notation/code");
  const { question, expr, scope } = result;
  const code = generateCode({ expr: question, derivatives: [{ expr, wrt }], scope, target });
  return code.ok ? { ok: true, text: code.code } : { ok: false, message: code.error.message };
}
