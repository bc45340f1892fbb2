import { children, type Expr, withChildren } from "../../core/ast";
import { isScalar } from "../../core/shape";
import type { Found } from "./solver";

/** How often letters stand as indices of entries and are not bound by a sum. */
export function freeIndices(e: Expr, out: Map<string, number> = new Map()): Map<string, number> {
  if (e.kind === "index") {
    for (const i of e.indices) if (i?.kind === "name") out.set(i.name, (out.get(i.name) ?? 0) + 1);
    freeIndices(e.base, out);
  } else if (e.kind === "sumover") {
    const inner = freeIndices(e.body);
    inner.delete(e.variable);
    for (const [k, n] of inner) out.set(k, (out.get(k) ?? 0) + n);
  } else {
    for (const c of children(e)) freeIndices(c, out);
  }
  return out;
}

/**
 * Writes out the sums that index notation leaves implicit: an index that occurs twice in a term is summed over, unless it
 * stands free on another side of the same chain. The upper bound is open: `?s:i`.
 */
export function explicitSums(sides: readonly Expr[]): Expr[] {
  const free = new Set<string>();
  for (const s of sides) {
    for (const term of terms(s)) for (const [letter, n] of freeIndices(term)) if (n === 1) free.add(letter);
    // What is differentiated by is free.
    derivedBy(s, free);
  }
  const wrap = (e: Expr): Expr => {
    let out = e;
    for (const [letter, n] of freeIndices(e)) {
      if (n !== 2 || free.has(letter)) continue;
      out = {
        kind: "sumover",
        variable: letter,
        from: { kind: "number", value: 1 },
        to: { kind: "name", name: `?s:${letter}` },
        body: out,
        ...(e.span === undefined ? {} : { span: e.span }),
      };
    }
    return out;
  };
  const visit = (e: Expr): Expr => {
    if (e.kind === "apply" && (e.op === "add" || e.op === "sub")) return { ...e, args: e.args.map(visit) };
    if (e.kind === "literal") return { ...e, rows: e.rows.map((r) => r.map(visit)) };
    return wrap(inside(e));
  };
  // Sums and derivatives inside a term have their own terms.
  const inside = (e: Expr): Expr => {
    if (e.kind === "derivative") return { ...e, of: visit(e.of) };
    if (e.kind === "index" || e.kind === "sumover" || e.kind === "name" || e.kind === "number") return e;
    if (e.kind === "apply" && (e.op === "add" || e.op === "sub")) return { ...e, args: e.args.map(visit) };
    if (e.kind === "apply" || e.kind === "differential") {
      const parts = children(e).map(inside);
      return withChildren(e, parts);
    }
    return e;
  };
  return sides.map(visit);
}

function terms(e: Expr): Expr[] {
  if (e.kind === "apply" && (e.op === "add" || e.op === "sub")) return e.args.flatMap(terms);
  if (e.kind === "apply" && e.op === "neg") return e.args.flatMap(terms);
  return [e];
}

function derivedBy(e: Expr, out: Set<string>): void {
  if (e.kind === "derivative") for (const w of e.wrt) for (const k of freeIndices(w).keys()) out.add(k);
  for (const c of children(e)) derivedBy(c, out);
}

/** The free indices of a chain of entries, row first: as what is differentiated by has them, or an entry of an expression. */
export function entryOrder(sides: readonly Expr[], before?: readonly string[]): readonly string[] | undefined {
  let fromDerivative: string[] | undefined;
  let fromEntry: string[] | undefined;
  let fromName: string[] | undefined;
  const names = (e: Expr): string[] | undefined => {
    if (e.kind !== "index") return undefined;
    const out = e.indices.flatMap((i) => (i?.kind === "name" ? [i.name] : []));
    return out.length === e.indices.length ? out : undefined;
  };
  const visit = (e: Expr): void => {
    if (e.kind === "derivative" && e.wrt.length === 1) fromDerivative ??= names(e.wrt[0]!);
    for (const c of children(e)) visit(c);
  };
  for (const s of sides) {
    visit(s);
    const own = names(s);
    // `(BA)_{pq}` shows the order of rows and columns better than a letter of its own, `B_{qp}`, does.
    if (s.kind === "index" && s.base.kind === "name") fromName ??= own;
    else fromEntry ??= own;
  }
  return fromDerivative ?? before ?? fromEntry ?? fromName;
}

/**
 * Puts the sides of a chain on one footing where some are entries and others whole matrices (`A_{lk} = (A^T)_{kl} = A^T`):
 * a whole matrix becomes its entry. `order`: the indices, row first.
 */
export function toEntries(
  sides: readonly Expr[],
  shapes: readonly Found[],
  order: readonly string[] | undefined,
  goesOn: boolean,
): { sides: Expr[]; lifted: boolean } {
  const entry = sides.map((s, i) => shapes[i] !== undefined && isScalar(shapes[i]) && freeIndices(s).size > 0);
  if (order === undefined || !(goesOn || entry.some(Boolean))) return { sides: [...sides], lifted: false };
  let lifted = false;
  const out = sides.map((s, i) => {
    const shape = shapes[i];
    if (entry[i] || shape === undefined || isScalar(shape)) return s;
    const isVector = shape.cols.key === "1" || shape.rows.key === "1";
    if (order.length !== (isVector ? 1 : 2)) return s;
    lifted = true;
    const indices: Expr[] = order.map((name) => ({ kind: "name", name }));
    return { kind: "index", base: s, indices, ...(s.span === undefined ? {} : { span: s.span }) } as Expr;
  });
  return { sides: out, lifted };
}
