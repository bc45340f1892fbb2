/**
 * The one syntax tree of mcalc. Every front end (`.mcalc`, LaTeX) builds it and every printer reads it.
 *
 * Invariant: an `apply` node names an operator of the operator table (`server/operators`); infix and
 * postfix signs are operators like any other (`add`, `mul`, `transpose`, …).
 */

/** Half-open range of UTF-16 offsets into the text that was parsed. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node {
  /** Where the node was written; absent on trees that were computed. */
  readonly span?: Span;
}

export interface NumberExpr extends Node {
  readonly kind: "number";
  readonly value: number;
}

/** A variable, a dimension used as a scalar, or a name not yet resolved. */
export interface NameExpr extends Node {
  readonly kind: "name";
  readonly name: string;
}

/** An operator of the table applied to its arguments. */
export interface ApplyExpr extends Node {
  readonly kind: "apply";
  readonly op: string;
  readonly args: readonly Expr[];
  /** Where the sign or the function's name stands. */
  readonly opSpan?: Span;
}

/** A function that is not in the table: the user's own, or unknown (`f(x)`, `f'(x)` with `primes: 1`). */
export interface CallExpr extends Node {
  readonly kind: "call";
  readonly name: string;
  readonly primes: number;
  readonly args: readonly Expr[];
  readonly opSpan?: Span;
}

/** A matrix written out by entries or blocks, row by row: `[a, b; c, d]`. */
export interface LiteralExpr extends Node {
  readonly kind: "literal";
  readonly rows: readonly (readonly Expr[])[];
}

/** `x[i]`, `A[i,j]`, `A[i,:]`; `null` stands for the colon. Indices count from 1. */
export interface IndexExpr extends Node {
  readonly kind: "index";
  readonly base: Expr;
  readonly indices: readonly (Expr | null)[];
}

/** `sum(i in from..to, body)`. */
export interface SumExpr extends Node {
  readonly kind: "sumover";
  readonly variable: string;
  readonly from: Expr;
  readonly to: Expr;
  readonly body: Expr;
}

/** A derivative that is written, not yet taken: `d(f)/d(x)`, `grad(f,x)`, `hess(f,x)`, `\nabla_x f`. */
export interface DerivativeExpr extends Node {
  readonly kind: "derivative";
  readonly of: Expr;
  /** One derivative after the other: `[x, y]` is ∂²/∂y∂x. Names, or indexed names. */
  readonly wrt: readonly Expr[];
  /** Written over a transposed variable (`∂f/∂xᵀ`): the transpose of the derivative. */
  readonly transposed?: boolean;
}

/** A differential: `dX`, `d(X*Y)`. */
export interface DifferentialExpr extends Node {
  readonly kind: "differential";
  readonly of: Expr;
}

/** What could not be read; the problem is reported beside the tree. */
export interface ErrorExpr extends Node {
  readonly kind: "error";
  readonly text: string;
}

export type Expr =
  | NumberExpr
  | NameExpr
  | ApplyExpr
  | CallExpr
  | LiteralExpr
  | IndexExpr
  | SumExpr
  | DerivativeExpr
  | DifferentialExpr
  | ErrorExpr;

/** Names of the operators that are written as signs. */
export type InfixOp = "add" | "sub" | "mul" | "div" | "hadamard" | "hdiv" | "pow" | "hpow" | "neg" | "transpose";

export const num = (value: number): NumberExpr => ({ kind: "number", value });
/** Whether a number that is written down is kept with all its precision: not too large or too small for a double. */
export function isInRange(written: string): boolean {
  const value = Math.abs(Number(written));
  return value === 0 ? !/[1-9]/.test(written.replace(/e.*/i, "")) : value >= 2 ** -1022 && value < Infinity;
}
export const name = (text: string): NameExpr => ({ kind: "name", name: text });
export const apply = (op: string, ...args: Expr[]): ApplyExpr => ({ kind: "apply", op, args });

/** The direct parts of a node, left to right. */
export function children(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case "number":
    case "name":
    case "error":
      return [];
    case "apply":
    case "call":
      return e.args;
    case "literal":
      return e.rows.flat();
    case "index":
      return [e.base, ...e.indices.filter((i): i is Expr => i !== null)];
    case "sumover":
      return [e.from, e.to, e.body];
    case "derivative":
      return [e.of, ...e.wrt];
    case "differential":
      return [e.of];
  }
}

/** The same node with other parts, given in the order of `children`. */
export function withChildren(e: Expr, parts: readonly Expr[]): Expr {
  switch (e.kind) {
    case "number":
    case "name":
    case "error":
      return e;
    case "apply":
    case "call":
      return { ...e, args: parts };
    case "literal": {
      let at = 0;
      return { ...e, rows: e.rows.map((row) => row.map(() => parts[at++]!)) };
    }
    case "index": {
      let at = 1;
      return { ...e, base: parts[0]!, indices: e.indices.map((i) => (i === null ? null : parts[at++]!)) };
    }
    case "sumover":
      return { ...e, from: parts[0]!, to: parts[1]!, body: parts[2]! };
    case "derivative":
      return { ...e, of: parts[0]!, wrt: parts.slice(1) };
    case "differential":
      return { ...e, of: parts[0]! };
  }
}

/** A node with each of its parts changed; the node itself where that changes nothing. */
export function mapChildren(e: Expr, change: (part: Expr) => Expr): Expr {
  const parts = children(e);
  const next = parts.map((p) => change(p));
  return next.every((p, i) => p === parts[i]) ? e : withChildren(e, next);
}

/** A tree with others in place of some of its nodes: `by` gives one, or `undefined` where a node stays. */
export const replaceNodes = (e: Expr, by: (node: Expr) => Expr | undefined): Expr =>
  by(e) ?? mapChildren(e, (c) => replaceNodes(c, by));

/** A node with one of its parts, counted as in `children`, put in place of another. */
export const withChild = (e: Expr, at: number, part: Expr): Expr =>
  withChildren(
    e,
    children(e).map((p, i) => (i === at ? part : p)),
  );

/** Whether a tree has a node of some kind in it, itself included. */
export function someNode(e: Expr, test: (e: Expr) => boolean): boolean {
  return test(e) || children(e).some((c) => someNode(c, test));
}

/** The factors of a product, left to right; of anything else itself. */
export const factorsOf = (e: Expr): readonly Expr[] =>
  e.kind === "apply" && e.op === "mul" ? e.args.flatMap(factorsOf) : [e];

/** Equal up to spans. */
export function sameExpr(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "number":
      return a.value === (b as NumberExpr).value;
    case "name":
      return a.name === (b as NameExpr).name;
    case "error":
      return a.text === (b as ErrorExpr).text;
    case "apply":
      if (a.op !== (b as ApplyExpr).op) return false;
      break;
    case "call":
      if (a.name !== (b as CallExpr).name || a.primes !== (b as CallExpr).primes) return false;
      break;
    case "literal":
      if (a.rows.map((r) => r.length).join() !== (b as LiteralExpr).rows.map((r) => r.length).join()) return false;
      break;
    case "index":
      if (a.indices.map((i) => i === null).join() !== (b as IndexExpr).indices.map((i) => i === null).join())
        return false;
      break;
    case "sumover":
      if (a.variable !== (b as SumExpr).variable) return false;
      break;
    case "derivative":
      if (!!a.transposed !== !!(b as DerivativeExpr).transposed) return false;
      break;
    case "differential":
      break;
  }
  const x = children(a);
  const y = children(b);
  return x.length === y.length && x.every((c, i) => sameExpr(c, y[i]!));
}

const sizes = new WeakMap<Expr, number>();
/** From so many nodes on a size is kept. */
const REMEMBERED = 12;

/** Leaves and operators of a tree: the measure of length used throughout. */
export function size(e: Expr): number {
  let n = sizes.get(e);
  if (n === undefined) {
    n = 1;
    if (e.kind === "apply") for (const c of e.args) n += size(c);
    else for (const c of children(e)) n += size(c);
    // A small tree is counted sooner than it is looked up.
    if (n >= REMEMBERED) sizes.set(e, n);
  }
  return n;
}

/** Names that occur free in a tree (a sum's own index is not free in its body). */
export function freeNames(e: Expr, out: Set<string> = new Set()): Set<string> {
  if (e.kind === "name") out.add(e.name);
  else if (e.kind === "sumover") {
    freeNames(e.from, out);
    freeNames(e.to, out);
    const inner = freeNames(e.body);
    inner.delete(e.variable);
    for (const n of inner) out.add(n);
  } else for (const c of children(e)) freeNames(c, out);
  return out;
}

/** Whether a tree changes with an index: its name occurs, or a member of a family that it names, `x_i`. */
export const runsWith = (e: Expr, index: string): boolean =>
  [...freeNames(e)].some((n) => n === index || n.endsWith(`_${index}`));

/** Replaces names by trees, simultaneously; a sum's own index shadows. */
export function substitute(e: Expr, by: ReadonlyMap<string, Expr>): Expr {
  if (e.kind === "name") return by.get(e.name) ?? e;
  if (e.kind === "sumover" && by.has(e.variable)) {
    const inner = new Map(by);
    inner.delete(e.variable);
    return { ...e, from: substitute(e.from, by), to: substitute(e.to, by), body: substitute(e.body, inner) };
  }
  return mapChildren(e, (c) => substitute(c, by));
}
