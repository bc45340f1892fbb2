import { children, type Expr, freeNames, name, someNode } from "../core/ast";
import { familyMember, type Scope } from "../core/scope";
import { printText } from "../language/print";
import { operator } from "../operators";

/** What a derivative is taken by, as the calculus reads it: a variable, a member of a family, an entry. */
export function targetText(w: Expr, scope: Scope): string | undefined {
  const base = w.kind === "index" ? w.base : w;
  if (base.kind !== "name") return undefined;
  const known = scope.variables.has(base.name) || familyMember(scope, base.name) !== undefined;
  return known ? printText(w) : undefined;
}

/** What is followed of definitions, each once with the same names bound: chains of them may use each other often. */
type Followed = Set<string>;

/**
 * Variables that an expression depends on, definitions followed. Names that only count (indices, bounds of sums, sizes
 * of constants) are not among them. `out`: where they are put.
 */
export function dependsOn(e: Expr, scope: Scope, out: Set<string> = new Set()): Set<string> {
  depend(e, scope, out, NO_NAMES, new Set());
  return out;
}

const NO_NAMES: ReadonlySet<string> = new Set();

function depend(e: Expr, scope: Scope, out: Set<string>, inside: ReadonlySet<string>, followed: Followed): void {
  const follow = (body: Expr, name: string, within: ReadonlySet<string>): void => {
    const key = `${name} ${[...within].sort().join()}`;
    if (followed.has(key)) return;
    followed.add(key);
    depend(body, scope, out, within, followed);
  };
  if (e.kind === "name") {
    const d = scope.definitions.get(e.name);
    if (d !== undefined && !inside.has(e.name)) {
      out.add(e.name);
      // A function named without arguments (`dL/dw` for L(w)) has its parameters as variables.
      follow(d.body, e.name, inside);
    } else if (!inside.has(e.name) && (scope.variables.has(e.name) || familyMember(scope, e.name) !== undefined))
      out.add(e.name);
    return;
  }
  if (e.kind === "sumover") return depend(e.body, scope, out, new Set([...inside, e.variable]), followed);
  if (e.kind === "index") return depend(e.base, scope, out, inside, followed);
  if (e.kind === "apply" && operator(e.op)?.ofDimensions === true) return;
  if (e.kind === "call") {
    const d = scope.definitions.get(e.name);
    if (d !== undefined && !inside.has(e.name)) {
      const parameters = new Set([...inside, ...(d.parameters ?? [])]);
      follow(d.body, `${e.name}()`, parameters);
    }
  }
  for (const c of children(e)) depend(c, scope, out, inside, followed);
}

export const hasDifferential = (e: Expr): boolean => someNode(e, (n) => n.kind === "differential");
/** Whether something in an expression has a name: else it is made of numbers alone. */
export const hasNames = (e: Expr): boolean => someNode(e, (n) => n.kind === "name" || n.kind === "call");
export const hasDecimals = (e: Expr): boolean => someNode(e, (n) => n.kind === "number" && !Number.isInteger(n.value));
export const hasDerivative = (e: Expr): boolean => someNode(e, (n) => n.kind === "derivative");

/** The names of what is differentiated, and of what by. */
export function namesDifferentiated(exprs: readonly Expr[]): { readonly about: Set<string>; readonly by: Set<string> } {
  const [about, by] = [new Set<string>(), new Set<string>()];
  const visit = (e: Expr): void => {
    if (e.kind === "derivative") {
      if (e.of.kind === "name" || e.of.kind === "call") about.add(e.of.name);
      for (const w of e.wrt) if (w.kind === "name") by.add(w.name);
    }
    children(e).forEach(visit);
  };
  exprs.forEach(visit);
  return { about, by };
}

/** The names that all expressions have which have any: what depends on nothing is constant, as in d(I) = 0. */
function inCommon(exprs: readonly Expr[], namesOf: (e: Expr) => ReadonlySet<string>): Set<string> | undefined {
  let common: Set<string> | undefined;
  for (const e of exprs) {
    const names = namesOf(e);
    if (names.size > 0) common = new Set(common === undefined ? names : [...common].filter((n) => names.has(n)));
  }
  return common;
}

/**
 * Which names are free to change in an equation between differentials. Those whose differential stands there
 * (`dX`), unless they are defined by others that do (`dy` where y = x'*A*x and `dx` stands there too); without any,
 * what all differentialled expressions have in common (`d(tr(A*inv(X))) = tr(A*d(inv(X)))`: X).
 * `undefined` where that leaves nothing although something is differentialled.
 */
export function varyingNames(exprs: readonly Expr[], scope: Scope): string[] | undefined {
  const bare = new Set<string>();
  const compound: Expr[] = [];
  const visit = (e: Expr): void => {
    if (e.kind === "differential") {
      if (e.of.kind === "name") bare.add(e.of.name);
      else if (e.of.kind === "differential") visit(e.of);
      else compound.push(e.of);
    }
    for (const c of children(e)) visit(c);
  };
  exprs.forEach(visit);
  const names = [...bare];
  const free = names.filter((n) => {
    const d = scope.definitions.get(n);
    if (d === undefined) return true;
    const parts = dependsOn(d.body, scope);
    return !names.some((m) => m !== n && parts.has(m));
  });
  const onlyDefined = free.length > 0 && free.every((n) => scope.definitions.has(n)) && compound.length > 0;
  if (free.length > 0 && !onlyDefined) return free;
  if (compound.length === 0) return free;
  const all = [...compound, ...free.map((n) => scope.definitions.get(n)!.body)];
  // With M = A + tB, `dg = tr(d(inv(M))*B)` speaks of changes of M, not of each of A, t and B by itself.
  const written = inCommon(all, (e) => new Set([...freeNames(e)].filter((n) => dependsOn(name(n), scope).size > 0)));
  if (onlyDefined && written !== undefined && written.size > 0) return [...written];
  const common = inCommon(all, (e) => dependsOn(e, scope));
  if (common === undefined) return [];
  const independent = [...common].filter((n) => !scope.definitions.has(n));
  return independent.length === 0 ? undefined : independent;
}
