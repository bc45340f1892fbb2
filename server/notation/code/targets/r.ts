import { type Dim, isOne } from "../../../core/dimension";
import { Refusal } from "../../../core/problem";
import { tableOf } from "../../../core/table";
import { isFullPattern, placements } from "../assemble";
import { fromTable, isSpelled, withoutFunction } from "../functions";
import { isNegative, isNumber, type Node, numbers, rank, sameShape } from "../ir";
import { bracket } from "../schedule";
import {
  type Code,
  codeAtom,
  factorsOfPower,
  PREC,
  signedSum,
  type SpelledOp,
  type Target,
  type Writer,
} from "../target";
import { bracketed, call, repeats } from "./columnMajor";
import { renderR } from "./rFunction";

/** R, with what it comes with: vectors have no `dim`, and recycle along the rows of a matrix. */

const KEYWORDS = [
  "if", "else", "repeat", "while", "function", "for", "next", "break", "TRUE", "FALSE", "NULL", "Inf", "NaN", "NA", "in",
  "T", "F", "pi", "dense", "h",
]; // prettier-ignore

type Spelling = (n: Node, w: Writer) => Code;

const FUNCTIONS: Readonly<Record<string, (x: (prec?: number) => string) => Code>> = tableOf({
  exp: (x) => call("exp", x()),
  log: (x) => call("log", x()),
  sqrt: (x) => call("sqrt", x()),
  abs: (x) => call("abs", x()),
  sign: (x) => call("sign", x()),
  sin: (x) => call("sin", x()),
  cos: (x) => call("cos", x()),
  tan: (x) => call("tan", x()),
  sinh: (x) => call("sinh", x()),
  cosh: (x) => call("cosh", x()),
  tanh: (x) => call("tanh", x()),
  log1p: (x) => call("log1p", x()),
  expm1: (x) => call("expm1", x()),
  arcsin: (x) => call("asin", x()),
  arccos: (x) => call("acos", x()),
  arctan: (x) => call("atan", x()),
  sigmoid: (x) => call("plogis", x()),
  // log(1 + exp(x)) without overflow.
  softplus: (x) => ({ text: `pmax(${x()}, 0) + log1p(exp(-abs(${x()})))`, prec: PREC.sum }),
  relu: (x) => call("pmax", x(), "0"),
  step: (x) => ({ text: `1 * (${x(PREC.sum)} > 0)`, prec: PREC.product, sign: "*" }),
  // The distribution of a squared normal variable, accurate near zero.
  erf: (x) => ({ text: `sign(${x()}) * pgamma(${x(PREC.atom)}^2, 0.5)`, prec: PREC.product, sign: "*" }),
});

const REPEATING = new Set(["erf", "hardmax"]);

const sizes = (shape: readonly Dim[], w: Writer): string =>
  shape.length === 1 ? w.dim(shape[0]!) : `c(${shape.map((d) => w.dim(d)).join(", ")})`;

const product = (shape: readonly Dim[], w: Writer): string => shape.map((d) => w.dim(d, PREC.unary)).join(" * ");

const inOrder = (axes: readonly number[]): boolean => axes.every((a, i) => a === i);

const permuted = (x: string, axes: readonly number[]): string =>
  inOrder(axes) ? x : axes.length === 2 ? `t(${x})` : `aperm(${x}, c(${axes.map((a) => a + 1).join(", ")}))`;

/** Without the axes of length one that it is held out with: its array, and which axes of the whole are its own. */
function own(a: Node): { readonly node: Node; readonly axes: readonly number[] } {
  const axes = a.shape.map((_, i) => i);
  if (a.op === "asColumn") return { node: a.args[0]!, axes: [0] };
  if (a.op === "asRow") return { node: a.args[0]!, axes: [1] };
  if (a.op === "hold") return { node: a.args[0]!, axes: a.attr.split(",").flatMap((x, i) => (x === ":" ? [i] : [])) };
  return { node: a, axes: axes.filter((i) => !isOne(a.shape[i]!)) };
}

/** An array whose axes are some of the whole's, repeated along the others. */
function expanded(x: string, axes: readonly number[], shape: readonly Dim[], w: Writer): string {
  if (inOrder(axes) && axes.length === shape.length) return x;
  const sorted = axes.map((_, i) => i).sort((i, j) => axes[i]! - axes[j]!);
  const turned = axes.length === 2 && !inOrder(sorted) ? `t(${x})` : permuted(x, sorted);
  const present = sorted.map((i) => axes[i]!);
  const missing = shape.map((_, i) => i).filter((i) => !present.includes(i));
  const stored = [...present, ...missing];
  if (missing.length === 0) return turned;
  if (shape.length === 2)
    return present[0] === 1
      ? `matrix(${turned}, ${w.dim(shape[0]!)}, ${w.dim(shape[1]!)}, byrow = TRUE)`
      : `matrix(${turned}, ${w.dim(shape[0]!)}, ${w.dim(shape[1]!)})`;
  const whole = `array(${turned}, ${sizes(stored.map((i) => shape[i]!), w)})`; // prettier-ignore
  return permuted(
    whole,
    shape.map((_, i) => stored.indexOf(i)),
  );
}

/** A sign between two operands: scalars, arrays of one shape, or one repeated along the other. */
function between(n: Node, w: Writer, sign: string, prec: number): Code {
  const [a, b] = n.args as [Node, Node];
  const plain = (x: Node): boolean => rank(x) === 0 || sameShape(x, n);
  const whole = (x: Node): boolean => sameShape(x, n);
  const [p, q] = [own(a), own(b)];
  if (rank(n) > 2) [p, q].forEach((x) => w.part(x.node));
  if (rank(n) === 2 && !whole(a) && !whole(b) && rank(a) > 0 && rank(b) > 0) {
    const [u, v] = p.axes[0] === 0 ? [p, q] : [q, p];
    const f = p.axes[0] === 0 || sign === "+" || sign === "*" ? `"${sign}"` : `function(x, y) y ${sign} x`;
    return call("outer", w.arg(u.node), w.arg(v.node), ...(sign === "*" ? [] : [f]));
  }
  const operand = (x: Node, side: { node: Node; axes: readonly number[] }, least: number): string => {
    if (plain(x)) return w.arg(x, least);
    if (rank(n) > 2) return expanded(w.arg(side.node), side.axes, n.shape, w);
    // A vector recycles down the columns.
    const vector = rank(side.node) === 1 ? w.arg(side.node, least) : `c(${w.arg(side.node)})`;
    return side.axes[0] === 0 ? vector : `rep(${rank(side.node) === 1 ? w.arg(side.node) : vector}, each = ${w.dim(n.shape[0]!)})`; // prettier-ignore
  };
  const left = plain(a) ? w.code(a) : codeAtom(operand(a, p, PREC.atom));
  const mixed = prec === PREC.product && left.prec === PREC.product && left.sign !== sign;
  const first = mixed ? `(${left.text})` : bracket(left, prec);
  return { text: `${first} ${sign} ${operand(b, q, prec + 1)}`, prec, sign };
}

/** Matrix products: a transposed factor is told to the library instead. */
function multiplied(n: Node, w: Writer): Code {
  const [a, b] = n.args as [Node, Node];
  const drop = rank(n) === 1;
  const dropped = (c: Code): Code => (drop ? call("drop", c.text) : c);
  const is = (x: Node): x is Node => x.op === "transpose";
  if (is(a) && !is(b)) {
    const inner = a.args[0]!;
    return dropped(inner === b ? call("crossprod", w.arg(b)) : call("crossprod", w.arg(inner), w.arg(b)));
  }
  if (is(b) && !is(a)) {
    const inner = b.args[0]!;
    return dropped(inner === a ? call("tcrossprod", w.arg(a)) : call("tcrossprod", w.arg(a), w.arg(inner)));
  }
  const left = w.code(a);
  const first = left.sign === "%*%" ? left.text : bracket(left, PREC.postfix);
  return dropped({ text: `${first} %*% ${w.arg(b, PREC.postfix)}`, prec: PREC.product, sign: "%*%" });
}

const kronecker = (a: string, b: string): Code => call("kronecker", a, b);
/** A matrix, or a vector as a column or a row. */
const twoSided = (a: Node, w: Writer): string => (a.op === "asRow" ? `t(${w.arg(a.args[0]!)})` : w.arg(a));
const diagonalFactor = (n: Node, w: Writer): string =>
  n.args[1] === undefined ? `diag(${w.dim(n.dims[0]!)})` : `diag(${w.arg(n.args[1])}, ${w.dim(n.dims[0]!)})`;

/** Written as statements; where it is an expression of others it has a name. */
const inLines: Spelling = (n) => {
  throw new Refusal("unsupported", `"${n.op}" has no code in R.`);
};

const table: Record<SpelledOp, Spelling> = {
  input: (n) => codeAtom(n.attr),
  number: (n) =>
    Number(n.attr) === Math.PI ? codeAtom("pi") : Number(n.attr) < 0 ? { text: n.attr, prec: PREC.unary } : codeAtom(n.attr),
  size: (n, w) => ({ text: w.dim(n.dims[0]!), prec: /^\w+$/.test(w.dim(n.dims[0]!)) ? PREC.atom : PREC.sum }),
  loop: (n) => codeAtom(n.attr),
  add: (n, w) => between(n, w, "+", PREC.sum),
  sub: (n, w) => between(n, w, "-", PREC.sum),
  mul: (n, w) => between(n, w, "*", PREC.product),
  div: (n, w) => between(n, w, "/", PREC.product),
  neg: (n, w) => ({ text: `-${w.arg(n.args[0]!, PREC.unary)}`, prec: PREC.unary }),
  pow: (n, w) => ({ text: `${w.arg(n.args[0]!, PREC.atom)}^${w.arg(n.args[1]!, PREC.atom)}`, prec: PREC.power }),
  fn: (n, w) => {
    const x = (prec: number = PREC.lowest): string => w.arg(n.args[0]!, prec);
    return FUNCTIONS[n.attr]?.(x) ?? codeAtom(fromTable(n.attr, "r", x(), (line) => w.need(line)) ?? withoutFunction(n.attr));
  },
  call: (n, w) => call(n.attr, ...n.args.map((a) => w.arg(a))),
  logaddexp: (n, w) => {
    const [a, b] = n.args.map((x) => w.arg(x, PREC.product)) as [string, string];
    return { text: `pmax(${a}, ${b}) + log1p(exp(-abs(${a} - ${b})))`, prec: PREC.sum };
  },
  transpose: (n, w) => call("t", w.arg(n.args[0]!)),
  asColumn: (n, w) => w.code(n.args[0]!),
  asRow: (n, w) => call("t", w.arg(n.args[0]!)),
  spread: (n, w) => {
    const a = n.args[0]!;
    if (rank(a) > 0) return codeAtom(expanded(w.arg(own(a).node), own(a).axes, n.shape, w));
    const [x, d] = [w.arg(a), n.shape.map((s) => w.dim(s))];
    if (rank(n) === 1) return call("rep", x, d[0]!);
    return rank(n) === 2 ? call("matrix", x, ...d) : call("array", x, sizes(n.shape, w));
  },
  vec: (n, w) => call("c", w.arg(n.args[0]!)),
  index: (n, w) => {
    const [a, ...at] = n.args as [Node, ...Node[]];
    const x = w.arg(a, PREC.postfix);
    if (n.attr === "member") {
      const member = `${x}[${[w.arg(at[0]!), ...n.shape.map(() => "")].join(", ").trimEnd()}]`;
      return rank(n) < 2 ? { text: member, prec: PREC.postfix } : call("matrix", member, ...n.shape.map((d) => w.dim(d)));
    }
    let k = 0;
    const places = n.attr.split(",").map((p) => (p === ":" ? "" : w.arg(at[k++]!)));
    return { text: `${x}[${places.join(", ").trimEnd()}]`, prec: PREC.postfix };
  },
  blocks: (n, w) => {
    let k = 0;
    const rows = n.attr.split(",").map((l) => n.args.slice(k, (k += Number(l))));
    if (rank(n) === 1)
      return call("c", ...n.args.map((a) => w.arg(a.op === "asRow" || a.op === "asColumn" ? a.args[0]! : a)));
    if (n.args.every((a) => rank(a) === 0)) {
      const all = call("c", ...n.args.map((a) => w.arg(a))).text;
      return call("matrix", all, String(rows.length), String(rows[0]!.length), "byrow = TRUE");
    }
    const bound = (f: string, parts: readonly string[]): string =>
      parts.length === 1 ? parts[0]! : call(f, ...parts, "deparse.level = 0").text;
    return codeAtom(bound("rbind", rows.map((r) => bound("cbind", r.map((a) => twoSided(a, w))))));
  },
  permuteColumns: (n, w) => {
    const [p, q] = n.dims.map((d) => w.dim(d)) as [string, string];
    return { text: `${w.arg(n.args[0]!, PREC.postfix)}[, c(t(matrix(seq_len(${w.dim(n.shape[1]!)}), ${q}, ${p}))), drop = FALSE]`, prec: PREC.postfix };
  },
  permuteRows: (n, w) => {
    const [p, q] = n.dims.map((d) => w.dim(d)) as [string, string];
    const order = `c(t(matrix(seq_len(${w.dim(n.shape[0]!)}), ${p}, ${q})))`;
    return { text: `${w.arg(n.args[0]!, PREC.postfix)}[${rank(n) === 2 ? `${order}, , drop = FALSE` : order}]`, prec: PREC.postfix };
  },
  hold: (n, w) => call("array", w.arg(n.args[0]!), sizes(n.shape, w)),
  permute: (n, w) => codeAtom(permuted(w.arg(n.args[0]!), numbers(n.attr))),
  split: (n, w) => {
    // One axis as several, the slow one first: the other way round in memory.
    const [at, count] = numbers(n.attr) as [number, number];
    const axes = n.shape.map((_, i) => i);
    const stored = [...axes.slice(0, at), ...axes.slice(at, at + count).reverse(), ...axes.slice(at + count)];
    const x = `array(${w.arg(n.args[0]!)}, ${sizes(stored.map((i) => n.shape[i]!), w)})`;
    return codeAtom(permuted(x, axes.map((i) => stored.indexOf(i))));
  },
  merge: (n, w) => call("c", permuted(w.arg(n.args[0]!), n.args[0]!.shape.map((_, i) => i).reverse())),
  sumAxes: (n, w) => {
    const a = n.args[0]!;
    const gone = numbers(n.attr);
    const kept = a.shape.map((_, i) => i).filter((i) => !gone.includes(i));
    if (kept.length === 0) return call("sum", w.arg(a));
    const leading = inOrder(gone);
    const x = leading || inOrder(kept) ? w.arg(a) : permuted(w.arg(a), [...kept, ...gone]);
    return call(leading ? "colSums" : "rowSums", x, `dims = ${leading ? gone.length : kept.length}`);
  },
  contract: (n, w) => {
    n.args.forEach((x) => w.part(x));
    const [a, b] = n.args as [Node, Node];
    const [p, q] = n.attr.split("|").map(numbers) as [number[], number[]];
    const free = (x: Node, gone: readonly number[]): number[] => x.shape.map((_, i) => i).filter((i) => !gone.includes(i));
    const flat = (x: Node, rows: readonly number[], cols: readonly number[]): string => {
      const order = [...rows, ...cols];
      const plain = rank(x) === 2 && rows.length === 1;
      const turned = permuted(w.arg(x, plain && inOrder(order) ? PREC.postfix : PREC.lowest), order);
      if (plain) return turned;
      const [r, c] = [rows, cols].map((axes) => (axes.length === 0 ? "1" : product(axes.map((i) => x.shape[i]!), w)));
      return `matrix(${turned}, ${r!}, ${c!})`;
    };
    const [fa, fb] = [free(a, p), free(b, q)];
    const text = `${flat(a, fa, p)} %*% ${flat(b, q, fb)}`;
    if (rank(n) === 2 && fa.length === 1) return { text, prec: PREC.product, sign: "%*%" };
    return rank(n) < 2 ? call("c", text) : rank(n) === 2 ? call("matrix", text, ...n.shape.map((d) => w.dim(d))) : call("array", text, sizes(n.shape, w));
  },
  batched: (n, w) => {
    n.args.forEach((x) => w.part(x));
    const [from, to] = n.attr.split("->") as [string, string];
    const sides = from.split(",");
    const all = [...new Set([...to, ...from.replace(",", "")])];
    const shape = all.map((letter) => {
      const side = sides.findIndex((s) => s.includes(letter));
      return n.args[side]!.shape[sides[side]!.indexOf(letter)]!;
    });
    const factors = n.args.map((a, i) => expanded(w.arg(a), [...sides[i]!].map((l) => all.indexOf(l)), shape, w));
    const text = factors.join(" * ");
    if (to.length === all.length) return { text, prec: PREC.product, sign: "*" };
    return to === "" ? call("sum", text) : call("rowSums", text, `dims = ${to.length}`);
  },
  assemble: inLines,
  matmul: multiplied,
  matvec: multiplied,
  dot: (n, w) => summed(n, w),
  inner: (n, w) => summed(n, w),
  outer: (n, w) => call("outer", ...n.args.map((a) => w.arg(a))),
  kron: (n, w) => (rank(n) === 1 ? call("c", `outer(${w.arg(n.args[1]!)}, ${w.arg(n.args[0]!)})`) : kronecker(twoSided(n.args[0]!, w), twoSided(n.args[1]!, w))),
  kronEyeLeft: (n, w) => kronecker(diagonalFactor(n, w), twoSided(n.args[0]!, w)),
  kronEyeRight: (n, w) => kronecker(twoSided(n.args[0]!, w), diagonalFactor(n, w)),
  matrixPower: inLines,
  sum: (n, w) => call("sum", w.arg(n.args[0]!)),
  product: (n, w) => call("prod", w.arg(n.args[0]!)),
  rowSums: (n, w) => call("rowSums", w.arg(n.args[0]!)),
  columnSums: (n, w) => call("colSums", w.arg(n.args[0]!)),
  trace: (n, w) => call("sum", `diag(${w.arg(n.args[0]!)})`),
  diagonal: (n, w) => call("diag", w.arg(n.args[0]!)),
  max: (n, w) => call("max", w.arg(n.args[0]!)),
  logsumexp: (n, w) => {
    const x = w.arg(n.args[0]!);
    return { text: `max(${x}) + log(sum(exp(${bracketed(x)} - max(${x}))))`, prec: PREC.sum };
  },
  logsumexpRows: inLines,
  norm: (n, w) => (rank(n.args[0]!) === 2 ? call("norm", w.arg(n.args[0]!), '"F"') : call("norm", `as.matrix(${w.arg(n.args[0]!)})`, '"F"')),
  nuclearNorm: (n, w) => call("sum", `svd(${w.arg(n.args[0]!)}, 0, 0)$d`),
  spectralNorm: (n, w) => call("norm", w.arg(n.args[0]!), '"2"'),
  largestEigenvalue: (n, w) => ({ text: `eigen(${w.arg(n.args[0]!)}, symmetric = TRUE, only.values = TRUE)$values[1]`, prec: PREC.postfix }),
  det: (n, w) => call("det", w.arg(n.args[0]!)),
  logdet: (n, w) => call("c", `determinant(${w.arg(n.args[0]!)})$modulus`),
  choleskyLogdet: (n, w) => ({ text: `2 * sum(log(diag(${w.arg(n.args[0]!)})))`, prec: PREC.product, sign: "*" }),
  eye: (n, w) => call("diag", w.dim(n.shape[0]!)),
  diagonalMatrix: (n, w) => call("diag", w.arg(n.args[0]!), w.dim(n.shape[0]!)),
  addDiagonal: inLines,
  inverse: (n, w) => call("solve", w.arg(n.args[0]!)),
  solve: (n, w) => call("solve", ...n.args.map((a) => w.arg(a))),
  // An upper triangular factor: R'R.
  cholesky: (n, w) => call("chol", w.arg(n.args[0]!)),
  choleskySolve: (n, w) => {
    const r = w.arg(n.args[0]!);
    return call("backsolve", r, `backsolve(${r}, ${w.arg(n.args[1]!)}, transpose = TRUE)`);
  },
  choleskyInverse: (n, w) => call("chol2inv", w.arg(n.args[0]!)),
  factorize: (n, w) => call("qr", w.arg(n.args[0]!), "LAPACK = TRUE"),
  factorSolve: (n, w) => {
    const [f, b] = n.args as [Node, Node];
    const qr = w.arg(f, PREC.postfix);
    if (n.attr === "") return call("qr.coef", qr, w.arg(b));
    // A P = Q R, so that A'x = b is R'(Q'x) = P'b.
    const turned = `${w.arg(b, PREC.postfix)}[${qr}$pivot${rank(b) === 2 ? ", , drop = FALSE" : ""}]`;
    const x = `qr.qy(${qr}, as.matrix(backsolve(qr.R(${qr}), ${turned}, transpose = TRUE)))`;
    return rank(b) === 2 ? codeAtom(x) : call("drop", x);
  },
  factorInverse: (n, w) => call("qr.coef", w.arg(n.args[0]!), `diag(${w.dim(n.shape[0]!)})`),
  // A QR factorization does not tell the sign.
  factorDet: (n, w) => call("det", w.arg(n.args[0]!.args[0]!)),
  factorLogdet: (n, w) => call("c", `determinant(${w.arg(n.args[0]!.args[0]!)})$modulus`),
  factorLogOfDet: inLines,
  logOfDet: inLines,
  svd: (n, w) => call("svd", w.arg(n.args[0]!)),
  svdSum: (n, w) => call("sum", `${w.arg(n.args[0]!, PREC.postfix)}$d`),
  polar: (n, w) => {
    const svd = w.arg(n.args[0]!, PREC.postfix);
    return call("tcrossprod", `${svd}$u`, `${svd}$v`);
  },
  cofactors: inLines,
  pinv: inLines,
  matrixFunction: (n, w) => {
    if (n.attr !== "expm") return inLines(n, w);
    w.need(MATRIX_EXP);
    return call("matrix_exp", w.arg(n.args[0]!));
  },
  softmax: inLines,
  logSoftmax: inLines,
  softmaxRows: inLines,
  logSoftmaxRows: inLines,
  tril: inLines,
  triu: inLines,
  hardmax: (n, w) => {
    const x = w.arg(n.args[0]!);
    const found = `1 * (seq_along(${x}) == which.max(${x}))`;
    if (rank(n) === 1) return { text: found, prec: PREC.product, sign: "*" };
    return call("matrix", found, ...n.shape.map((d) => w.dim(d)));
  },
  leadingSingular: inLines,
  leadingEigenvector: (n, w) => ({ text: `eigen(${w.arg(n.args[0]!)}, symmetric = TRUE)$vectors[, 1]`, prec: PREC.postfix }),
}; // prettier-ignore

function summed(n: Node, w: Writer): Code {
  const [a, b] = n.args as [Node, Node];
  return call("sum", a === b ? `${w.arg(a, PREC.atom)}^2` : `${w.arg(a, PREC.product)} * ${w.arg(b, PREC.unary)}`);
}

/** R has no exponential of a matrix. */
const MATRIX_EXP = [
  "# The exponential of a matrix: a Padé approximant, scaled and squared",
  "# (Golub and Van Loan, algorithm 9.3.1).",
  "matrix_exp <- function(A) {",
  '  s <- max(0, ceiling(log2(norm(A, "1"))) + 1)',
  "  A <- A / 2^s",
  "  term <- top <- bottom <- diag(nrow(A))",
  "  weight <- 1",
  "  for (k in 1:8) {",
  "    weight <- weight * (9 - k) / (k * (17 - k))",
  "    term <- A %*% term",
  "    top <- top + weight * term",
  "    bottom <- bottom + (-1)^k * weight * term",
  "  }",
  "  out <- solve(bottom, top)",
  "  for (k in seq_len(s)) out <- out %*% out",
  "  out",
  "}",
].join("\n");

/** Operations of several statements; `undefined` for those that are expressions. */
function statements(n: Node, name: string, w: Writer): readonly string[] | undefined {
  const [a, b] = n.args as [Node, Node | undefined];
  switch (n.op) {
    case "addDiagonal": {
      const value = w.arg(a);
      const minus = isNegative(b!);
      const d = b!.op === "neg" ? b!.args[0]! : b!;
      const text = isNumber(d) ? String(Math.abs(Number(d.attr))) : w.arg(d, PREC.sum + 1);
      return [`${name} <- ${value}`, `diag(${name}) <- diag(${name}) ${minus ? "-" : "+"} ${text}`];
    }
    case "matrixPower": {
      const lines: string[] = [];
      const factors = factorsOfPower(w.name(a), Number(n.attr), (x) => {
        const next = w.fresh("power");
        lines.push(`${next} <- ${x} %*% ${x}`);
        return next;
      });
      return [...lines, `${name} <- ${factors.join(" %*% ")}`];
    }
    case "logsumexpRows": {
      const [x, most] = [w.name(a), w.fresh("most")];
      return [`${most} <- apply(${x}, 1, max)`, `${name} <- ${most} + log(rowSums(exp(${x} - ${most})))`];
    }
    case "softmax":
    case "logSoftmax": {
      const x = w.name(a);
      return n.op === "softmax"
        ? [`${name} <- exp(${x} - max(${x}))`, `${name} <- ${name} / sum(${name})`]
        : [`${name} <- ${x} - max(${x})`, `${name} <- ${name} - log(sum(exp(${name})))`];
    }
    case "softmaxRows":
    case "logSoftmaxRows": {
      const x = w.name(a);
      return n.op === "softmaxRows"
        ? [`${name} <- exp(${x} - apply(${x}, 1, max))`, `${name} <- ${name} / rowSums(${name})`]
        : [`${name} <- ${x} - apply(${x}, 1, max)`, `${name} <- ${name} - log(rowSums(exp(${name})))`];
    }
    case "tril":
    case "triu": {
      const other = n.op === "tril" ? "upper.tri" : "lower.tri";
      return [`${name} <- ${w.arg(a)}`, `${name}[${other}(${name})] <- 0`];
    }
    case "pinv": {
      const [s, keep] = [w.fresh("s"), w.fresh("keep")];
      return [
        `${s} <- svd(${w.arg(a)})`,
        `${keep} <- ${s}$d > max(dim(${s}$u), dim(${s}$v)) * .Machine$double.eps * ${s}$d[1]`,
        `${name} <- ${s}$v[, ${keep}, drop = FALSE] %*% (t(${s}$u[, ${keep}, drop = FALSE]) / ${s}$d[${keep}])`,
      ];
    }
    case "matrixFunction": {
      if (n.attr === "expm") return undefined;
      const e = w.fresh("e");
      const f = n.attr === "logm" ? "log" : "sqrt";
      const x = w.arg(a);
      return a.symmetric
        ? [`${e} <- eigen(${x}, symmetric = TRUE)`, `${name} <- ${e}$vectors %*% (${f}(${e}$values) * t(${e}$vectors))`]
        : [
            `${e} <- eigen(${x})`,
            `${name} <- Re(${e}$vectors %*% (${f}(as.complex(${e}$values)) * solve(${e}$vectors)))`,
          ];
    }
    case "logOfDet":
    case "factorLogOfDet": {
      const d = w.fresh("d");
      // Not a number where the determinant is negative.
      return [
        `${d} <- determinant(${w.arg(n.op === "logOfDet" ? a : a.args[0]!)})`,
        `${name} <- c(${d}$modulus) + log(${d}$sign)`,
      ];
    }
    case "cofactors": {
      // By the products of all singular values but one, which need no inverse.
      const [svd, others] = [w.name(a), w.fresh("others")];
      return [
        `${others} <- vapply(seq_along(${svd}$d), function(i) prod(${svd}$d[-i]), 0)`,
        `${name} <- det(${svd}$u) * det(${svd}$v) * (${svd}$u %*% (${others} * t(${svd}$v)))`,
      ];
    }
    case "leadingSingular": {
      const s = w.fresh("s");
      return [`${s} <- svd(${w.arg(a)}, nu = 1, nv = 1)`, `${name} <- tcrossprod(${s}$u, ${s}$v)`];
    }
    case "assemble":
      return assembled(n, name, w);
    default:
      return undefined;
  }
}

/** Terms added to one matrix: full ones as they are, others into the entries that are not zero. */
function assembled(n: Node, name: string, w: Writer): string[] {
  const { rows, groups } = placements(n);
  n.args.forEach((x) => w.part(x));
  const [height, width] = n.shape.map((d) => w.dim(d)) as [string, string | undefined];
  const made = (x: string): string => (width === undefined ? `c(${x})` : `matrix(${x}, ${height}, ${width})`);
  const stored = [...n.dims.keys()];
  const memory = [...stored.slice(0, rows).reverse(), ...stored.slice(rows).reverse()];
  const full = groups.flatMap((g, k) => {
    if (!isFullPattern(g.pattern)) return [];
    const x = permuted(
      w.arg(n.args[k]!),
      memory.map((i) => g.axes.indexOf(i)),
    );
    return [{ negative: g.negative, text: made(x) }];
  });
  const blocks = groups.map((g, k) => (isFullPattern(g.pattern) ? undefined : { g, text: w.name(n.args[k]!) }));
  const out = [`${name} <- ${full.length > 0 ? signedSum(full) : width === undefined ? `numeric(${height})` : made("0")}`];
  for (const block of blocks) {
    if (block === undefined) continue;
    const { g, text } = block;
    const own = g.pattern.flatMap((p, i) => (p === i ? [i] : []));
    const order = [...g.axes, ...own.filter((i) => !g.axes.includes(i))];
    const [at, place] = [w.fresh("at"), w.fresh("place")];
    const index = (i: number): string => `${at}[, ${order.indexOf(g.pattern[i]!) + 1}]`;
    // The first axis is the slow one.
    const position = (axes: readonly number[]): string =>
      axes.reduce((sum, i, k) => (k === 0 ? index(i) : `(${sum} - 1) * ${w.dim(n.dims[i]!, PREC.unary)} + ${index(i)}`), "1");
    out.push(
      `${at} <- expand.grid(${order.map((i) => `seq_len(${w.dim(n.dims[i]!)})`).join(", ")})`,
      `${place} <- ${width === undefined ? position(stored) : `cbind(${position(stored.slice(0, rows))}, ${position(stored.slice(rows))})`}`,
      `${name}[${place}] <- ${name}[${place}] ${g.negative ? "-" : "+"} c(${text})`,
    );
  }
  return out;
} // prettier-ignore

/** Whether `statements` writes it, told without writing it. */
const isOfStatements = (n: Node): boolean =>
  table[n.op as SpelledOp] === inLines || (n.op === "matrixFunction" && n.attr !== "expm");

export const R: Target = {
  name: "r",
  comment: "#",
  reserved: new Set(KEYWORDS),
  symmetricProducts: true,
  repeats: (n) => repeats(n) || REPEATING.has(n.op === "fn" ? n.attr : n.op),
  spells: (name) => isSpelled(name, "r", FUNCTIONS),
  spell: (n, w) => table[n.op as SpelledOp](n, w),
  lines: (n, name, w) => (!isOfStatements(n) ? undefined : name === "_" ? [] : statements(n, name, w)),
  loop: ({ index, range: [from, to], sums, body }, w) => [
    ...sums.map(({ name, node }) => {
      const d = node.shape.map((x) => w.dim(x));
      return `${name} <- ${d.length === 0 ? "0" : d.length === 1 ? `numeric(${d[0]!})` : `matrix(0, ${d.join(", ")})`}`;
    }),
    `for (${index} in ${from === "1" ? `seq_len(${to})` : `${from}:${/\W/.test(to) ? `(${to})` : to}`}) {`,
    ...body.map((l) => `  ${l}`),
    ...sums.map(({ name, term }) => `  ${name} <- ${name} + ${bracket(term, PREC.product)}`),
    "}",
  ],
  assign: (name, value) => `${name} <- ${value.text}`,
  render: renderR,
};
