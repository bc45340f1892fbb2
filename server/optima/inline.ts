import { children, type Expr, substitute, withChildren } from "../core/ast";
import { Refusal } from "../core/problem";
import { familyMember, type Scope } from "../core/scope";

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

/**
 * The scope in which an inlined expression is worked on: without the values that it holds already. The calculus writes an
 * author's names back into its answers, and what a name stands for cannot be seen to depend on a variable.
 */
export const withoutValues = (scope: Scope): Scope => ({
  ...scope,
  definitions: new Map([...scope.definitions].filter(([, d]) => d.parameters !== undefined)),
});

/** Letters for the indices of sums. */
const INDICES = ["i", "j", "k", "l", "r", "s", "t", "i1", "i2", "i3"];

/** Replaces names by trees; a sum inside such a tree gets an index that no sum around it has. */
export function substituted(e: Expr, by: ReadonlyMap<string, Expr>, scope: Scope): Expr {
  const around = indicesOf(e);
  if (around.size === 0) return substitute(e, by);
  return substitute(e, new Map([...by].map(([n, value]) => [n, reindexed(value, around, scope)])));
}

const indicesOf = (e: Expr, out = new Set<string>()): Set<string> => {
  if (e.kind === "sumover") out.add(e.variable);
  for (const c of children(e)) indicesOf(c, out);
  return out;
};

function reindexed(e: Expr, taken: ReadonlySet<string>, scope: Scope): Expr {
  if (e.kind === "sumover" && taken.has(e.variable)) {
    const free = INDICES.find((n) => !taken.has(n) && !scope.variables.has(n) && !scope.dimensions.has(n));
    if (free === undefined) return e;
    const inner = {
      ...e,
      variable: free,
      body: withIndex(e.body, e.variable, free, scope),
    };
    return {
      ...inner,
      body: reindexed(inner.body, new Set([...taken, free]), scope),
    };
  }
  const parts = children(e);
  return parts.length === 0 ? e : withChildren(e, parts.map((c) => reindexed(c, taken, scope))); // prettier-ignore
}

/** An index under another name, also in the members of families. */
function withIndex(e: Expr, from: string, to: string, scope: Scope): Expr {
  if (e.kind === "name") {
    if (e.name === from) return { ...e, name: to };
    const member = familyMember(scope, e.name);
    return member?.index === from ? { ...e, name: `${e.name.slice(0, -from.length)}${to}` } : e;
  }
  const parts = children(e);
  return parts.length === 0 ? e : withChildren(e, parts.map((c) => withIndex(c, from, to, scope))); // prettier-ignore
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
