import { Refusal } from "../../core/problem";
import { apply, type Expr, name as nameExpr, num, size } from "../../core/ast";
import { spend } from "../../core/budget";
import { type Dim, dimMul, dimValue, isOne, ONE } from "../../core/dimension";
import { exprKey } from "../../core/exprKey";
import { isInt, type Rat, ratAdd, ratNeg, ratValue, shortDecimal } from "../rational";

/**
 * Matrix notation under construction. A chain is a product of blocks; a block is something that is written
 * as one piece, possibly transposed, or an elementwise product of such.
 */
export interface Block {
  readonly kind: "block";
  /** What has been worked out of this one; a copy of it starts anew. */
  known?: Known;
  readonly expr: Expr;
  readonly transposed: boolean;
  readonly symmetric: boolean;
  /** Its transpose is its negative. */
  readonly skew?: boolean;
  readonly rows: Dim;
  readonly cols: Dim;
  readonly key: string;
  /** The diagonal matrix of this vector. */
  readonly diagonal?: Mat;
  /** The same sum with the other sign, where neither is the user's own: it takes up a leading minus. */
  readonly negative?: Block;
  /** The Kronecker product of these two. */
  readonly kron?: readonly [Mat, Mat];
  /** All entries are 1, or the identity. */
  readonly special?: "ones" | "eye";
  /** A sum over an index, by its summands. */
  readonly running?: Running;
}

/** `sum(at in 1..over, …)` of these. */
export interface Running {
  readonly of: readonly Summand[];
  readonly at: string;
  readonly over: Dim;
}

export interface ScalarFactor {
  readonly expr: Expr;
  readonly key: string;
  readonly pow: Rat | Expr;
}

/** One summand: a number, scalar factors, and a body that gives the shape; no body for a scalar. */
export interface Summand {
  readonly coef: Rat;
  readonly scalars: readonly ScalarFactor[];
  readonly body: Mat | undefined;
}

export interface Chain {
  readonly kind: "chain";
  known?: Known;
  /** Two or more. */
  readonly parts: readonly Mat[];
  readonly rows: Dim;
  readonly cols: Dim;
  readonly key: string;
}

export interface Had {
  readonly kind: "had";
  known?: Known;
  readonly items: readonly HadItem[];
  readonly rows: Dim;
  readonly cols: Dim;
  readonly key: string;
}

export interface HadItem {
  readonly of: Mat;
  /** Exponent, entry by entry: a number or a scalar. */
  readonly pow: Rat | Expr;
}

export type Mat = Block | Chain | Had;

interface Known {
  readonly of: Mat;
  written?: Expr;
  turned?: Mat;
}

function knownOf(m: Mat): Known {
  if (m.known?.of !== m) m.known = { of: m };
  return m.known;
}

export function block(
  expr: Expr,
  rows: Dim,
  cols: Dim,
  more: {
    symmetric?: boolean;
    diagonal?: Mat;
    kron?: readonly [Mat, Mat];
    special?: "ones" | "eye";
    transposed?: boolean;
    skew?: boolean;
    running?: Running;
  } = {},
): Block {
  const symmetric = more.symmetric === true || (isOne(rows) && isOne(cols));
  const transposed = more.transposed === true && !symmetric;
  const key = exprKey(expr);
  spend(key.length / 50);
  return {
    kind: "block", expr, rows, cols, symmetric, transposed, key: key + (transposed ? "'" : ""),
    ...(more.diagonal === undefined ? {} : { diagonal: more.diagonal }),
    ...(more.kron === undefined ? {} : { kron: more.kron }),
    ...(more.special === undefined ? {} : { special: more.special }),
    ...(more.skew === true ? { skew: true } : {}),
    ...(more.running === undefined ? {} : { running: more.running }),
  }; // prettier-ignore
}

/** The same up to its sign without transposes of skew matrices: W' is -W. */
export function withoutSkewTransposes(m: Mat): { readonly sign: 1 | -1; readonly m: Mat } {
  let sign: 1 | -1 = 1;
  const take = (x: Mat): Mat => {
    const r = withoutSkewTransposes(x);
    if (r.sign < 0) sign = sign < 0 ? 1 : -1;
    return r.m;
  };
  switch (m.kind) {
    case "block":
      if (m.skew === true && m.transposed) return { sign: -1, m: transpose(m) };
      if (m.diagonal === undefined) return { sign, m };
      return { m: diagonalMatrix(take(m.diagonal)), sign };
    case "chain":
      return { m: chain(m.parts.map(take)), sign };
    case "had":
      return { m: had(m.items.map((i) => (isOnePow(i.pow) ? { of: take(i.of), pow: i.pow } : i))), sign };
  }
}

/** A dimension as an expression: `2*n+1`. */
export function dimExpr(d: Dim): Expr {
  const v = dimValue(d);
  if (v !== undefined) return v < 0 ? apply("neg", num(-v)) : num(v);
  let sum: Expr | undefined;
  for (const [m, c] of [...d.terms].sort((a, b) => (a[0] === "" ? 1 : b[0] === "" ? -1 : a[0] < b[0] ? -1 : 1))) {
    let p: Expr | undefined = m === "" ? num(Math.abs(c)) : Math.abs(c) === 1 ? undefined : num(Math.abs(c));
    if (m !== "")
      for (const part of m.split("*")) {
        const [base, k] = part.split("^") as [string, string | undefined];
        const b: Expr = k === undefined ? nameExpr(base) : apply("pow", nameExpr(base), num(Number(k)));
        p = p === undefined ? b : apply("mul", p, b);
      }
    sum = sum === undefined ? (c < 0 ? negated(p!) : p!) : apply(c < 0 ? "sub" : "add", sum, p!);
  }
  return sum!;
}

export const ones = (n: Dim): Block => block(apply("ones", dimExpr(n)), n, ONE, { special: "ones" });
export const onesMatrix = (m: Dim, n: Dim): Block =>
  isOne(n)
    ? ones(m)
    : isOne(m)
      ? (transpose(ones(n)) as Block)
      : block(apply("ones", dimExpr(m), dimExpr(n)), m, n, { special: "ones" });
export const eye = (n: Dim): Block =>
  isOne(n) ? block(num(1), n, n) : block(apply("eye", dimExpr(n)), n, n, { symmetric: true, special: "eye" });

export function diagonalMatrix(v: Mat): Mat {
  if (isOne(v.rows)) return v;
  if (v.kind === "block" && v.special === "ones") return eye(v.rows);
  return block(apply("diag", toExpr(v)), v.rows, v.rows, { symmetric: true, diagonal: v });
}

/** A product with its sign turned inside a sum that has no sign of its own; `undefined` where there is none. */
export function turnSign(m: Mat): Mat | undefined {
  if (m.kind === "block")
    return m.negative === undefined
      ? undefined
      : m.transposed === m.negative.transposed
        ? m.negative
        : transpose(m.negative);
  if (m.kind === "chain") {
    for (const [k, p] of m.parts.entries()) {
      // In -(x - m)*(x - m)' the sign stays where it shows the square.
      if (m.parts.some((q, i) => i !== k && (q.key === p.key || q.key === transpose(p).key))) continue;
      const t = turnSign(p);
      if (t !== undefined) return chain(m.parts.map((x, i) => (i === k ? t : x)));
    }
    return undefined;
  }
  for (const [k, i] of m.items.entries()) {
    const t = isRatPow(i.pow) && i.pow.d === 1 && i.pow.n % 2 !== 0 ? turnSign(i.of) : undefined;
    if (t !== undefined) return had(m.items.map((x, j) => (j === k ? { of: t, pow: x.pow } : x)));
  }
  return undefined;
}

export function transpose(m: Mat): Mat {
  const known = knownOf(m);
  return (known.turned ??= computeTranspose(m));
}

/** A copy without what holds of the original alone. */
function without(m: Block, part: "running"): Block {
  const { [part]: _, ...rest } = m;
  return rest;
}

function computeTranspose(m: Mat): Mat {
  switch (m.kind) {
    case "block":
      if (m.symmetric) return m;
      if (m.kron !== undefined) return kroneckerProduct(transpose(m.kron[0]), transpose(m.kron[1]));
      if (m.expr.kind === "apply" && m.expr.op === "transpose" && !m.transposed)
        return block(m.expr.args[0]!, m.cols, m.rows, m.special === undefined ? {} : { special: m.special });
      return {
        ...without(m, "running"),
        transposed: !m.transposed,
        rows: m.cols,
        cols: m.rows,
        key: exprKey(m.expr) + (m.transposed ? "" : "'"),
      };
    case "chain":
      return chain([...m.parts].reverse().map(transpose));
    case "had":
      return had(m.items.map((i) => ({ of: transpose(i.of), pow: i.pow })));
  }
}

/** kron(b, a); the transpose outside where both are transposed. */
export function kroneckerProduct(b: Mat, a: Mat): Mat {
  const isEye = (m: Mat): boolean => m.kind === "block" && m.special === "eye";
  if (isEye(a) && isEye(b)) return eye(dimMul(b.rows, a.rows));
  const symmetric = b.kind === "block" && a.kind === "block" && b.symmetric && a.symmetric;
  const [x, y] = [toExpr(b), toExpr(a)];
  const kron = [b, a] as const;
  const turned = (e: Expr): Expr | undefined => (e.kind === "apply" && e.op === "transpose" ? e.args[0]! : undefined);
  const [tx, ty] = [turned(x), turned(y)];
  if (tx !== undefined && ty !== undefined)
    return {
      ...block(apply("kron", tx, ty), dimMul(b.rows, a.rows), dimMul(b.cols, a.cols), { transposed: true }),
      kron,
    };
  return block(apply("kron", x, y), dimMul(b.rows, a.rows), dimMul(b.cols, a.cols), { symmetric, kron });
}

/** The parts of a product, one level. */
export const partsOf = (m: Mat): readonly Mat[] => (m.kind === "chain" ? m.parts : [m]);

export function chain(list: readonly Mat[]): Mat {
  const flat = list.flatMap(partsOf);
  spend(1 + flat.length / 2);
  const rows = flat[0]!.rows;
  const parts: Mat[] = [];
  for (const p of flat) {
    if (p.kind === "block" && p.special === "eye") continue;
    const last = parts.at(-1);
    // diag(u)*v for a column v is u.*v
    if (last?.kind === "block" && last.diagonal !== undefined && isOne(p.cols) && !isOne(p.rows)) {
      parts[parts.length - 1] = had([
        { of: last.diagonal, pow: { n: 1, d: 1 } },
        { of: p, pow: { n: 1, d: 1 } },
      ]);
      continue;
    }
    // A column of ones times a row of ones.
    if (
      last?.kind === "block" &&
      p.kind === "block" &&
      last.special === "ones" &&
      p.special === "ones" &&
      isOne(last.cols) &&
      isOne(p.rows)
    ) {
      parts[parts.length - 1] = onesMatrix(last.rows, p.cols);
      continue;
    }
    parts.push(p);
  }
  if (parts.length === 0) return eye(rows);
  if (parts.length === 1) return parts[0]!;
  return {
    kind: "chain",
    parts,
    rows: parts[0]!.rows,
    cols: parts.at(-1)!.cols,
    key: parts.map((p) => p.key).join(" "),
  };
}

export const powText = (p: Rat | Expr): string => ("kind" in p ? exprKey(p) : `${p.n}/${p.d}`);
export const isRatPow = (p: Rat | Expr): p is Rat => !("kind" in p);
export const isOnePow = (p: Rat | Expr): boolean => isRatPow(p) && p.n === 1 && p.d === 1;

export function had(items: readonly HadItem[]): Mat {
  const out: HadItem[] = [];
  const first = items[0]!.of;
  for (const i of items) {
    if (isOnePow(i.pow) && i.of.kind === "had") {
      for (const j of i.of.items) merge(out, j);
      continue;
    }
    if (i.of.kind === "block" && i.of.special === "ones") continue;
    merge(out, i);
  }
  const left = out.filter((i) => !(isRatPow(i.pow) && i.pow.n === 0));
  if (left.length === 0) return onesMatrix(first.rows, first.cols);
  if (left.length === 1 && isOnePow(left[0]!.pow)) return left[0]!.of;
  left.sort(readingOrder);
  return {
    kind: "had",
    items: left,
    rows: first.rows,
    cols: first.cols,
    key:
      "{" +
      left
        .map((i) => `${i.of.key}^${powText(i.pow)}`)
        .sort()
        .join(" ") +
      "}",
  };
}

function merge(out: HadItem[], i: HadItem): void {
  const k = out.findIndex((j) => j.of.key === i.of.key);
  if (k < 0) return void out.push(i);
  const j = out[k]!;
  if (isRatPow(i.pow) && isRatPow(j.pow)) out[k] = { of: j.of, pow: ratAdd(i.pow, j.pow) };
  else out.push(i);
}

/** Names before functions before sums, short before long; otherwise as they come. */
function readingOrder(a: HadItem, b: HadItem): number {
  const rank = (m: Mat): number => {
    if (m.kind !== "block") return 2;
    if (m.expr.kind === "name") return 0;
    if (m.expr.kind === "apply" && (m.expr.op === "add" || m.expr.op === "sub")) return 3;
    return 1;
  };
  return rank(a.of) - rank(b.of);
}

// To the syntax tree ---------------------------------------------------------------------------

/** The negative of an expression, the sign at its leftmost factor: `-A*x`, not `-(A*x)`. */
export function negated(e: Expr): Expr {
  if (e.kind === "number" && e.value >= 0) return apply("neg", e);
  if (e.kind === "apply") {
    if (e.op === "neg") return e.args[0]!;
    if (e.op === "mul" || e.op === "div" || e.op === "hadamard" || e.op === "hdiv")
      return { ...e, args: [negated(e.args[0]!), e.args[1]!] };
  }
  return apply("neg", e);
}

export function transposeExpr(e: Expr): Expr {
  return e.kind === "apply" && e.op === "transpose" ? e.args[0]! : apply("transpose", e);
}

export function toExpr(m: Mat): Expr {
  const known = knownOf(m);
  if (known.written === undefined) {
    spend(8 + (m.kind === "chain" ? 4 * m.parts.length : 0));
    known.written = computeExpr(m);
  }
  return known.written;
}

function computeExpr(m: Mat): Expr {
  switch (m.kind) {
    case "block":
      return m.transposed ? transposeExpr(m.expr) : m.expr;
    case "chain": {
      const straight = runs(m.parts.map(toPart));
      if (isOne(m.rows) || isOne(m.cols)) return productExpr(straight);
      const turned = runs([...m.parts].reverse().map(transpose).map(toPart));
      const flipped =
        productSize(turned) + (turned.length > 1 ? 1 : size(transposeExpr(turned[0]!.of)) - size(turned[0]!.of));
      return flipped < productSize(straight) ? transposeExpr(productExpr(turned)) : productExpr(straight);
    }
    case "had":
      return hadExpr(m);
  }
}

const toPart = (m: Mat): Expr => toExpr(m);

/** Equal neighbours in a product. */
interface Run {
  readonly of: Expr;
  readonly length: number;
}

function runs(parts: readonly Expr[]): Run[] {
  const out: Run[] = [];
  for (let i = 0; i < parts.length;) {
    let k = 1;
    while (i + k < parts.length && exprKey(parts[i + k]!) === exprKey(parts[i]!)) k++;
    out.push({ of: parts[i]!, length: k });
    i += k;
  }
  return out;
}

/** A matrix product, equal neighbours as a power. */
const productExpr = (list: readonly Run[]): Expr =>
  list.map((r) => (r.length > 1 ? apply("pow", r.of, num(r.length)) : r.of)).reduce((a, b) => apply("mul", a, b));

/** The size of `productExpr`, which need not be built for it. */
const productSize = (list: readonly Run[]): number =>
  list.reduce((n, r) => n + size(r.of) + (r.length > 1 ? 2 : 0), list.length - 1);

function hadExpr(m: Had): Expr {
  const above: Expr[] = [];
  const below: Expr[] = [];
  for (const i of m.items) {
    const e = toExpr(i.of);
    if (isRatPow(i.pow) && i.pow.n < 0) below.push(entryPower(e, ratNeg(i.pow)));
    else above.push(isRatPow(i.pow) ? entryPower(e, i.pow) : apply("hpow", e, i.pow));
  }
  const mul = (list: Expr[]) => list.reduce((a, b) => apply("hadamard", a, b));
  if (below.length === 0) return mul(above);
  if (above.length === 0) {
    if (m.items.length === 1 && isRatPow(m.items[0]!.pow) && m.items[0]!.pow.d === 1 && m.items[0]!.pow.n < -1)
      return apply("hpow", toExpr(m.items[0]!.of), apply("neg", num(-m.items[0]!.pow.n)));
    above.push(toExpr(onesMatrix(m.rows, m.cols)));
  }
  return apply("hdiv", mul(above), mul(below));
}

export function entryPower(e: Expr, p: Rat): Expr {
  if (p.n === 1 && p.d === 1) return e;
  if (p.n === 1 && p.d === 2) return apply("sqrt", e);
  if (isInt(p)) return apply("hpow", e, num(p.n));
  if (p.d === 2) return apply("hpow", apply("sqrt", e), num(p.n));
  return apply("hpow", e, exponent(p));
}

/** An exponent as it is written; one that no number says exactly is refused, for near it another function begins. */
export function exponent(p: Rat): Expr {
  if (p.exact !== undefined)
    throw new Refusal("unsupported", "the derivative has an exponent with more digits than can be carried");
  return ratExpr(p);
}

/** A rational as it is written: 2, 0.5, 1/3. */
export function ratExpr(r: Rat): Expr {
  const { over, under } = writtenNumber(r);
  const e: Expr = under === 1 ? num(over) : apply("div", num(over), num(under));
  return r.n < 0 ? negated(e) : e;
}

/** Digits of decimals that are written where nobody wrote one, and where somebody did. */
const [PLAIN_DIGITS, OWN_DIGITS] = [6, 17];

/** The size of a number as a quotient of two that are written: decimals where they are short or come from decimals. */
export function writtenNumber(r: Rat): { readonly over: number; readonly under: number } {
  const size = Math.abs(ratValue(r));
  if (r.d === 1) return { over: size, under: 1 };
  const own = r.decimal === true ? shortDecimal(r, OWN_DIGITS) : undefined;
  const plain = /^\d{1,4}(?:\.\d{1,2})?$/.test(String(size)) ? shortDecimal(r, PLAIN_DIGITS) : undefined;
  const decimal = own ?? plain;
  if (decimal !== undefined) return { over: decimal, under: 1 };
  // A decimal with more digits than fit is nearer to what was written than a fraction of such numbers.
  if (r.exact === undefined && !(r.decimal === true && r.d > 1e12)) return { over: Math.abs(r.n), under: r.d };
  if (!(size > 1e-300 && size < 1e300))
    throw new Refusal("unsupported", "the derivative has a number that is larger or smaller than numbers go");
  return { over: size, under: 1 };
}
