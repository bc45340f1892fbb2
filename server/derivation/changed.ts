import { apply, children, type Expr, sameExpr } from "../core/ast";
import type { Path } from "./derivation";

/** The parts of `after` that are not in `before`, as paths: as few and as small as tell what a step did. */
export function changedPaths(before: Expr, after: Expr): Path[] {
  if (sameExpr(before, after)) return [];
  if (isSum(after) || isSum(before)) return changedTerms(before, after);
  if (isProduct(after) && isProduct(before)) return changedFactors(before, after);
  if (before.kind !== after.kind || !sameHead(before, after)) return [[]];
  const a = children(before);
  const b = children(after);
  if (a.length !== b.length) return [[]];
  const differing = b.map((_, i) => i).filter((i) => !sameExpr(a[i]!, b[i]!));
  if (b.length > 1 && differing.length === b.length) return [[]];
  return differing.flatMap((i) => changedPaths(a[i]!, b[i]!).map((path) => [i, ...path]));
}

const isSum = (e: Expr): boolean => e.kind === "apply" && (e.op === "add" || e.op === "sub");

const isProduct = (e: Expr): boolean => e.kind === "apply" && e.op === "mul";

/** The factors of a product with their places; those that both products have at either end are unchanged. */
function factorsAt(e: Expr, path: Path): { readonly expr: Expr; readonly path: Path }[] {
  if (e.kind !== "apply" || e.op !== "mul") return [{ expr: e, path }];
  return [...factorsAt(e.args[0]!, [...path, 0]), ...factorsAt(e.args[1]!, [...path, 1])];
}

function changedFactors(before: Expr, after: Expr): Path[] {
  const old = factorsAt(before, []);
  const now = factorsAt(after, []);
  const shortest = Math.min(old.length, now.length);
  let front = 0;
  while (front < shortest && sameExpr(old[front]!.expr, now[front]!.expr)) front++;
  let back = 0;
  while (back < shortest - front && sameExpr(old.at(-1 - back)!.expr, now.at(-1 - back)!.expr)) back++;
  const changed = now.slice(front, now.length - back);
  if (changed.length === 0) return [[]];
  if (changed.length === now.length && now.length > 1) return [[]];
  if (changed.length === 1 && old.length - front - back === 1) {
    return changedPaths(old[front]!.expr, changed[0]!.expr).map((path) => [...changed[0]!.path, ...path]);
  }
  return changed.map((f) => f.path);
}

function sameHead(a: Expr, b: Expr): boolean {
  if (a.kind === "apply" && b.kind === "apply") return a.op === b.op;
  if (a.kind === "call" && b.kind === "call") return a.name === b.name && a.primes === b.primes;
  return a.kind !== "number" && a.kind !== "name";
}

interface SignedTerm {
  readonly expr: Expr;
  readonly minus: boolean;
  readonly path: Path;
}

function termsOf(e: Expr, minus: boolean, path: Path): SignedTerm[] {
  if (e.kind === "apply" && (e.op === "add" || e.op === "sub")) {
    return [
      ...termsOf(e.args[0]!, minus, [...path, 0]),
      ...termsOf(e.args[1]!, e.op === "sub" ? !minus : minus, [...path, 1]),
    ];
  }
  if (e.kind === "apply" && e.op === "neg" && e.args[0]!.kind === "apply")
    return termsOf(e.args[0]!, !minus, [...path, 0]);
  return [{ expr: e, minus, path }];
}

/** Terms that both sums have are unchanged; those left are compared in order where they are as many. */
function changedTerms(before: Expr, after: Expr): Path[] {
  const old = termsOf(before, false, []);
  const left: SignedTerm[] = [];
  for (const t of termsOf(after, false, [])) {
    const at = old.findIndex((o) => o.minus === t.minus && sameExpr(o.expr, t.expr));
    if (at === -1) left.push(t);
    else old.splice(at, 1);
  }
  if (left.length === 0) return [];
  if (left.length !== old.length) return left.map((t) => t.path);
  return left.flatMap((t, i) => {
    const inside = sameExpr(apply("neg", old[i]!.expr), apply("neg", t.expr))
      ? [[]]
      : changedPaths(old[i]!.expr, t.expr);
    return inside.map((path) => [...t.path, ...path]);
  });
}
