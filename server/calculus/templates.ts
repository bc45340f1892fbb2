import type { Expr } from "../core/ast";
import { parseExpression } from "../language/mcalc/parse";

/** Templates of the operator table, read once each. */
const read = new Map<string, Expr>();

export function template(text: string): Expr {
  let e = read.get(text);
  if (e === undefined) {
    const r = parseExpression(text);
    if (r.problems.length > 0) throw new Error(`the operator table holds an unreadable rule: ${text}`);
    e = r.expr;
    read.set(text, e);
  }
  return e;
}
