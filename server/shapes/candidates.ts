import { apply, type ApplyExpr, children, type Expr, withChildren } from "../core/ast";
import { type Dim, dimEqual, isOne } from "../core/dimension";
import { isColumn, isMatrix, isRow, isScalar, isSquare, sameShape, type Shape } from "../core/shape";
import { dimensionExpr } from "../language/dimensionOf";
import { operator } from "../operators";
import type { ShapeAt } from "./reason";

/** A repair to try: a part of the statement and what to put in its place; cheaper ones are likelier meant. */
export interface Candidate {
  readonly node: Expr;
  readonly by: Expr;
  readonly cost: number;
}

/** Operands looked at inside the part that is wrong. */
const MOST_LEAVES = 10;

/**
 * Repairs of a part whose shapes do not fit, none of them tried yet: transposes of its operands, other operators,
 * constants of the right size, other brackets. `around` are the products that the part begins, from inside out.
 */
export function* candidates(node: Expr, around: readonly Expr[], shapeAt: ShapeAt): Iterable<Candidate> {
  if (node.kind === "apply") {
    for (const [by, cost] of atOperator(node, shapeAt)) yield { node, by, cost };
  }
  yield* transposes(node, shapeAt);
  yield* otherSizes(node, shapeAt);
  for (const whole of around.length > 0 ? [around.at(-1)!] : [node]) yield* otherBrackets(whole, shapeAt);
}

const t = (e: Expr): Expr => (e.kind === "apply" && e.op === "transpose" ? e.args[0]! : apply("transpose", e));

/** Repairs that change the operator itself. */
function* atOperator(e: ApplyExpr, shapeAt: ShapeAt): Iterable<readonly [Expr, number]> {
  const [a, b] = e.args;
  const s = a === undefined ? undefined : shapeAt(a);
  const u = b === undefined ? undefined : shapeAt(b);
  if (a === undefined || s === undefined) return;
  if (b === undefined || u === undefined) {
    if (isMatrix(s) && !isSquare(s)) yield* notSquare(e, a);
    return;
  }
  switch (e.op) {
    case "mul":
      if (sameShape(s, u)) yield [apply("hadamard", a, b), 1.3];
      if ((isMatrix(s) || isMatrix(u)) && turning(a) <= 0 && turning(b) <= 0) yield [apply("mul", b, a), 1.6];
      break;
    case "add":
    case "sub":
      if (isScalar(u)) yield* spread(b, s).map(([by, cost]) => [apply(e.op, a, by), cost] as const);
      if (isScalar(s)) yield* spread(a, u).map(([by, cost]) => [apply(e.op, by, b), cost] as const);
      break;
    case "hadamard":
      if (isScalar(s) || isScalar(u)) yield [apply("mul", a, b), 0.5];
      if (isColumn(s)) yield [apply("mul", apply("diag", a), b), 1.4];
      if (isColumn(u)) yield [apply("mul", a, apply("diag", b)), 1.4];
      if (dimEqual(s.cols, u.rows)) yield [apply("mul", a, b), 1.6];
      break;
    case "hdiv":
      if (isScalar(u)) yield [apply("div", a, b), 0.5];
      if (isScalar(s)) yield [apply("hdiv", spreadOver(a, u), b), 0.5];
      break;
    case "div":
      yield* divisions(a, s, b, u);
      break;
    case "pow":
      yield* powers(a, s, b, u);
      break;
    case "hpow":
      if (sameShape(s, u)) yield [apply("exp", apply("hadamard", b, apply("log", a))), 0.6];
      break;
  }
}

/** Functions of a square matrix, of one that is not. */
function* notSquare(e: ApplyExpr, a: Expr): Iterable<readonly [Expr, number]> {
  if (!["inv", "det", "logdet", "adj"].includes(e.op)) return;
  yield [apply(e.op, apply("mul", t(a), a)), 0.5];
  if (e.op === "inv") yield [apply("pinv", a), 0.6];
  yield [apply(e.op, apply("mul", a, t(a))), 0.7];
}

/** All ones, in a shape. */
function ones(shape: Shape): Expr {
  if (isColumn(shape)) return apply("ones", dimensionExpr(shape.rows));
  if (isRow(shape)) return t(apply("ones", dimensionExpr(shape.cols)));
  return apply("ones", dimensionExpr(shape.rows), dimensionExpr(shape.cols));
}

/** A scalar times all ones. */
function spreadOver(scalar: Expr, shape: Shape): Expr {
  if (scalar.kind === "number" && scalar.value === 1) return ones(shape);
  return apply("mul", scalar, ones(shape));
}

/** A scalar that was added to an array. */
function spread(scalar: Expr, shape: Shape): (readonly [Expr, number])[] {
  if (scalar.kind === "number" && scalar.value === 0) return [[zeros(shape), 0.4]];
  const out: (readonly [Expr, number])[] = [[spreadOver(scalar, shape), 0.6]];
  if (isMatrix(shape) && isSquare(shape)) {
    const eye = apply("eye", dimensionExpr(shape.rows));
    out.push([scalar.kind === "number" && scalar.value === 1 ? eye : apply("mul", scalar, eye), 0.5]);
  }
  return out;
}

export function zeros(shape: Shape): Expr {
  return isColumn(shape)
    ? apply("zeros", dimensionExpr(shape.rows))
    : apply("zeros", dimensionExpr(shape.rows), dimensionExpr(shape.cols));
}

function* divisions(a: Expr, s: Shape, b: Expr, u: Shape): Iterable<readonly [Expr, number]> {
  const inverse = apply("inv", b);
  const one = a.kind === "number" && a.value === 1;
  if (isMatrix(u)) {
    yield [one ? inverse : apply("mul", a, inverse), 0.5];
    if (!isSquare(u)) yield [one ? apply("pinv", b) : apply("mul", a, apply("pinv", b)), 0.9];
  }
  if (sameShape(s, u)) yield [apply("hdiv", a, b), isMatrix(u) ? 0.8 : 0.5];
  if (isScalar(s)) yield [apply("hdiv", spreadOver(a, u), b), isMatrix(u) ? 0.8 : 0.5];
}

function* powers(a: Expr, s: Shape, b: Expr, u: Shape): Iterable<readonly [Expr, number]> {
  if (!isScalar(u) || isSquare(s)) return;
  if (b.kind === "number" && b.value === -1) {
    yield [apply("pinv", a), 0.7];
    yield [apply("inv", apply("mul", t(a), a)), 0.8];
  }
  yield [apply("hpow", a, b), 0.5];
  if (b.kind === "number" && b.value === 2) {
    yield [apply("mul", t(a), a), 0.8];
    yield [apply("mul", a, t(a)), 0.9];
  }
}

/** One operand transposed, then two; those next to the sign first. */
function* transposes(node: Expr, shapeAt: ShapeAt): Iterable<Candidate> {
  const near = node.kind === "apply" && node.op !== "transpose" ? node.args : [];
  const sided = node.kind === "apply" && node.op === "mul" ? [1, 1.05] : [1, 0.95];
  const canTurn = (e: Expr): boolean => {
    const s = shapeAt(e);
    return s !== undefined && !isScalar(s) && e.kind !== "number";
  };
  for (const [i, e] of near.entries()) {
    if (!canTurn(e)) continue;
    yield { node, by: replace(node, e, t(e)), cost: (sided[i] ?? 1) + turning(e) };
  }
  const leaves = turnable(node, canTurn).filter((e) => !near.includes(e));
  for (const [i, e] of leaves.entries()) yield { node, by: replace(node, e, t(e)), cost: 1.5 + i / 100 };
  const all = [...near.filter(canTurn), ...leaves].slice(0, MOST_LEAVES);
  for (const [i, e] of all.entries())
    for (const f of all.slice(i + 1))
      if (!contains(e, f) && !contains(f, e)) yield { node, by: replace(replace(node, e, t(e)), f, t(f)), cost: 2.5 };
}

/** A transpose is rather taken away than put in, and rather put on a name than on a product in brackets. */
function turning(e: Expr): number {
  if (e.kind !== "apply") return 0;
  if (e.op === "transpose") return -0.1;
  return operator(e.op)?.group === "sign" ? (e.op === "add" || e.op === "sub" ? 0.3 : 0.7) : 0;
}

/** Names, calls and transposes inside a part: what a person would transpose. */
function turnable(node: Expr, canTurn: (e: Expr) => boolean): Expr[] {
  const out: Expr[] = [];
  const visit = (e: Expr, turned: boolean): void => {
    if (out.length >= MOST_LEAVES) return;
    const transpose = e.kind === "apply" && e.op === "transpose";
    const sign = e.kind === "apply" && operator(e.op)?.group === "sign" && !transpose;
    if (e !== node && !turned && !sign && canTurn(e)) out.push(e);
    if (e.kind === "apply" && operator(e.op)?.ofDimensions === true) return;
    for (const c of children(e)) visit(c, transpose);
  };
  visit(node, false);
  return out;
}

/** `eye(m)` where `eye(n)` is needed, and the like. */
function* otherSizes(node: Expr, shapeAt: ShapeAt): Iterable<Candidate> {
  const sizes: Dim[] = [];
  for (const part of children(node)) {
    const s = shapeAt(part);
    for (const d of s === undefined ? [] : [s.rows, s.cols])
      if (!isOne(d) && !sizes.some((x) => dimEqual(x, d))) sizes.push(d);
  }
  const constants: ApplyExpr[] = [];
  const visit = (e: Expr): void => {
    if (e.kind === "apply" && operator(e.op)?.ofDimensions === true) constants.push(e);
    else children(e).forEach(visit);
  };
  visit(node);
  for (const constant of constants.slice(0, 4)) {
    const texts = constant.args;
    for (const d of sizes.slice(0, 4)) {
      const size = dimensionExpr(d);
      for (let i = 0; i < texts.length; i++) {
        const by = { ...constant, args: texts.map((a, j) => (i === j ? size : a)) };
        yield { node, by: replace(node, constant, by), cost: 0.8 };
      }
      for (const d2 of texts.length === 2 ? sizes.slice(0, 4) : [])
        yield { node, by: replace(node, constant, { ...constant, args: [size, dimensionExpr(d2)] }), cost: 0.9 };
    }
  }
}

/** A run of factors in brackets: `B*x'*A*x` is `B*(x'*A*x)`. */
function* otherBrackets(whole: Expr, shapeAt: ShapeAt): Iterable<Candidate> {
  const factors = factorsOf(whole);
  if (factors.length < 3 || factors.length > 8 || factors.some((f) => shapeAt(f) === undefined)) return;
  for (let from = 1; from < factors.length - 1; from++)
    for (let to = from + 1; to < factors.length; to++) {
      const run = factors.slice(from, to + 1).reduce((x, y) => apply("mul", x, y));
      const by = [...factors.slice(0, from), run, ...factors.slice(to + 1)].reduce((x, y) => apply("mul", x, y));
      yield { node: whole, by, cost: 1.2 + (factors.length - to) / 100 };
    }
}

function factorsOf(e: Expr): readonly Expr[] {
  const out: Expr[] = [];
  let at = e;
  while (at.kind === "apply" && at.op === "mul") {
    out.unshift(at.args[1]!);
    at = at.args[0]!;
  }
  return [at, ...out];
}

/** The tree with one part, found by identity, replaced. */
export function replace(e: Expr, part: Expr, by: Expr): Expr {
  if (e === part) return by;
  const parts = children(e);
  let changed = false;
  const next = parts.map((c) => {
    if (changed) return c;
    const n = replace(c, part, by);
    changed = n !== c;
    return n;
  });
  return changed ? withChildren(e, next) : e;
}

const contains = (e: Expr, part: Expr): boolean => e === part || children(e).some((c) => contains(c, part));
