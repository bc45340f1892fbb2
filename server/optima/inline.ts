import { children, type Expr, substitute, withChildren } from "../core/ast";
import { Refusal } from "../core/problem";
import type { Scope } from "../core/scope";

/** Definitions inside definitions, at most. */
const DEEPEST = 100;

/** An expression with the definitions and functions it uses followed, down to declared names. */
export function inlined(e: Expr, scope: Scope, depth = 0): Expr {
  if (depth > DEEPEST) throw new Refusal("too-large", "the definitions are nested too deeply; write some of them out");
  if (e.kind === "name") {
    const d = scope.definitions.get(e.name);
    return d === undefined || d.parameters !== undefined ? e : inlined(d.body, scope, depth + 1);
  }
  const parts = children(e);
  const next = parts.map((p) => inlined(p, scope, depth));
  if (e.kind === "call") {
    const d = scope.definitions.get(e.name);
    if (d?.parameters !== undefined && e.primes === 0 && d.parameters.length === next.length)
      return inlined(substitute(d.body, new Map(d.parameters.map((p, i) => [p, next[i]!]))), scope, depth + 1);
  }
  return next.every((p, i) => p === parts[i]) ? e : withChildren(e, next);
}

/** The terms of a sum, each with its sign. */
export function termsOf(e: Expr, sign: 1 | -1 = 1): readonly { readonly sign: 1 | -1; readonly term: Expr }[] {
  if (e.kind === "apply") {
    const [a, b] = e.args as [Expr, Expr];
    if (e.op === "add") return [...termsOf(a, sign), ...termsOf(b, sign)];
    if (e.op === "sub") return [...termsOf(a, sign), ...termsOf(b, sign === 1 ? -1 : 1)];
    if (e.op === "neg") return termsOf(a, sign === 1 ? -1 : 1);
  }
  return [{ sign, term: e }];
}

/** A sum of signed terms. */
export function sumOfTerms(terms: readonly { readonly sign: 1 | -1; readonly term: Expr }[]): Expr | undefined {
  let out: Expr | undefined;
  for (const { sign, term } of terms) {
    if (out === undefined) out = sign > 0 ? term : { kind: "apply", op: "neg", args: [term] };
    else out = { kind: "apply", op: sign > 0 ? "add" : "sub", args: [out, term] };
  }
  return out;
}
