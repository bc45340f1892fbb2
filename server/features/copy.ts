import type { Expr } from "../core/ast";
import { derivativeOf } from "./derivatives";
import { printText, printTypst, shapesIn } from "../notation";
import { TARGETS, type TargetName, writtenCode } from "../notation/code";
import { derivedCode } from "../notation/code/derive";
import type { Snapshot } from "./snapshot";
import { namesAbove, namesBehind, type Shortened, shortened } from "./shortening";
import type { Target } from "./target";
import { inTurns, type Turn } from "./turn";
import { latexIn, unicodeIn } from "./writing";

/** What an expression can be copied as. */
export const COPY_FORMATS = ["text", "unicode", "latex", "typst", ...TARGETS] as const;
export type CopyFormat = (typeof COPY_FORMATS)[number];
const isLanguage = (f: CopyFormat): f is TargetName => (TARGETS as readonly string[]).includes(f);

/** Which derivative is copied: the first, or the Hessian. */
export type CopyOrder = 1 | 2;

/**
 * An expression, or its derivative with respect to a variable, as text to copy. For the programming languages it is
 * a complete function; with a variable, of the value and its derivative.
 */
export async function copyAs(
  snapshot: Snapshot,
  target: Target,
  format: CopyFormat,
  variable: string | undefined,
  order: CopyOrder,
  turn: Turn,
): Promise<{ readonly text: string } | { readonly message: string }> {
  const { formula } = target;
  const { scope } = formula;
  const question = questionOf(target, variable, order);
  if (isLanguage(format)) {
    const { expr, wrt } = question;
    const code =
      wrt.length === 0
        ? await inTurns(writtenCode({ expr, derivatives: [], scope, target: format }), turn)
        : await inTurns(derivedCode({ expr, wrt, scope, target: format }), turn);
    return code.ok ? { text: code.code } : { message: code.error.message };
  }
  let found: Shortened = { definitions: [], answers: [target.expr], scope };
  if (variable !== undefined) {
    const result = await derivativeOf(formula, question.expr, question.wrt, snapshot.settings, turn, target.name);
    if (!result.ok) return { message: result.error.message };
    found = await shortened(snapshot, target, [result.expr], turn);
  }
  switch (format) {
    case "text":
      return { text: namesAbove(found, printText) };
    case "unicode":
      return { text: namesAbove(found, unicodeIn(found.scope)) };
    case "latex":
      return { text: namesBehind(found, latexIn(snapshot, formula, found.scope)) };
    case "typst":
      return { text: namesBehind(found, (e) => printTypst(e, shapesIn(found.scope)), ["quad", '"where"', ", "]) };
  }
}

/** What is derived, and by what: a derivative that is written down names both itself. */
function questionOf(
  { expr }: Target,
  variable: string | undefined,
  order: CopyOrder,
): { readonly expr: Expr; readonly wrt: readonly string[] } {
  const more = variable === undefined ? [] : Array.from({ length: order }, () => variable);
  if (expr.kind !== "derivative") return { expr, wrt: more };
  const written = expr.wrt.flatMap((w) => (w.kind === "name" ? [w.name] : []));
  return written.length === expr.wrt.length ? { expr: expr.of, wrt: [...written, ...more] } : { expr, wrt: more };
}
