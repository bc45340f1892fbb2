import { children, type Expr } from "../core/ast";
import { familyMember, type Scope } from "../core/scope";
import { printText } from "../language/print";

const texts = new WeakMap<Expr, string>();

/** The text of a tree, remembered with it: what tells two formulas apart, spans aside. */
export function textOf(e: Expr): string {
  let text = texts.get(e);
  if (text === undefined) {
    text = printText(e);
    texts.set(e, text);
  }
  return text;
}

/**
 * All that a scope says about the names in some expressions, as text: two scopes with the same digest give the
 * same verdict. Definitions are followed.
 */
export function digest(exprs: readonly Expr[], scope: Scope): string {
  const seen = new Set<string>();
  let out = "";
  const name = (n: string): void => {
    if (seen.has(n)) return;
    seen.add(n);
    const d = scope.definitions.get(n);
    if (d !== undefined) {
      out += `${n}(${d.parameters?.join() ?? ""})=${textOf(d.body)};`;
      visit(d.body);
    }
    const member = scope.variables.has(n) ? undefined : familyMember(scope, n);
    const v = scope.variables.get(n) ?? member?.variable;
    if (v !== undefined) {
      const range = v.family === undefined ? "" : ` ${v.family.from.key}..${v.family.to.key}`;
      out += `${v.name}:${v.shape.rows.key}×${v.shape.cols.key} ${[...v.properties].join(" ")}${range};`;
    } else if (scope.dimensions.has(n)) out += `${n};`;
  };
  const visit = (e: Expr): void => {
    if (e.kind === "name" || e.kind === "call") name(e.name);
    for (const c of children(e)) visit(c);
  };
  exprs.forEach(visit);
  return out;
}

/** The key of a verdict: both sides, how they are to be read, and all that is known of their names. */
export const equationKey = (left: Expr, right: Expr, scope: Scope, how: string): string =>
  `${how}\n${textOf(left)}\n${textOf(right)}\n${digest([left, right], scope)}`;
