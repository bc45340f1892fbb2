import { isOne } from "../../../core/dimension";
import { Refusal } from "../../../core/problem";
import { tableOf } from "../../../core/table";
import { fromTable, isSpelled, withoutFunction } from "../functions";
import { isNegative, isNumber, type Node, rank, sameShape } from "../ir";
import { bracket } from "../schedule";
import { type Code, codeAtom, factorsOfPower, PREC, type SpelledOp, type Target, type Writer } from "../target";
import { entrywise, position, tensorLines, TYPES, typeOf } from "./eigenLoops";
import { renderEigen } from "./eigenFunction";

/** C++ with Eigen: one header, vectors are columns, scalars `double`; every value has a type, none is `auto`. */

const KEYWORDS = [
  "alignas", "alignof", "and", "asm", "auto", "bool", "break", "case", "catch", "char", "class", "const", "constexpr",
  "continue", "default", "delete", "do", "double", "else", "enum", "explicit", "export", "extern", "false", "float",
  "for", "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace", "new", "not", "operator", "or",
  "private", "protected", "public", "register", "return", "short", "signed", "sizeof", "static", "struct", "switch",
  "template", "this", "throw", "true", "try", "typedef", "typename", "union", "unsigned", "using", "virtual", "void",
  "volatile", "while", "xor", "std", "Eigen", "Index", "Map", "MatrixXd", "VectorXd", "MatrixXf", "VectorXf", "LLT",
  "PartialPivLU", "I", "dense", "main", "h",
]; // prettier-ignore

type Spelling = (n: Node, w: Writer) => Code;

const postfixed = (text: string, array = false): Code => ({ text, prec: PREC.postfix, array });

/** The code of an argument to which a method is applied. */
const object = (n: Node, w: Writer): string => bracket(w.code(n), PREC.postfix);

/** An argument as a matrix or vector, whose products are those of algebra. */
function matrix(n: Node, w: Writer, prec: number = PREC.lowest): string {
  const c = w.code(n);
  return c.array === true ? `${bracket(c, PREC.postfix)}.matrix()` : bracket(c, prec);
}

/** An argument whose operators act entry by entry; a scalar is what it is. */
function array(n: Node, w: Writer, prec: number = PREC.lowest): string {
  const c = w.code(n);
  if (rank(n) === 0) return scalar(n, w, prec);
  if (c.array === true) return bracket(c, prec);
  return `${bracket(c, PREC.postfix)}.array()`;
}

/** A part with a line of its own, as a matrix. */
function named(n: Node, w: Writer): string {
  const text = w.name(n);
  return w.code(n).array === true ? `${text}.matrix()` : text;
}

const isArray = (n: Node, w: Writer): boolean => w.code(n).array === true;

/** A number; the index of a loop is a whole one until then. */
const scalar = (n: Node, w: Writer, prec: number = PREC.lowest): string =>
  n.op === "loop" ? `double(${w.arg(n)})` : w.arg(n, prec);

const floating = (digits: string): string => (/^-?\d+$/.test(digits) ? `${digits}.0` : digits);

/** A column or a row that stands for a matrix: the vector, and which it is. */
function heldOut(n: Node): { readonly vector: Node; readonly column: boolean } | undefined {
  if (n.op === "asColumn" || n.op === "asRow") return { vector: n.args[0]!, column: n.op === "asColumn" };
  if (n.op === "hold" && rank(n) === 2) return { vector: n.args[0]!, column: n.attr.startsWith(":") };
  return undefined;
}

/** An operand with the shape of the result. */
function repeated(a: Node, n: Node, w: Writer): Node | string {
  if (rank(a) === 0 || sameShape(a, n)) return a;
  const [rows, cols] = a.shape.map((d, i) => (isOne(d) ? w.dim(n.shape[i]!) : "1")) as [string, string];
  const held = heldOut(a);
  const text = held?.column === false ? `${matrix(held.vector, w, PREC.postfix)}.transpose()` : matrix(held?.vector ?? a, w, PREC.postfix);
  return `${text}.replicate(${rows}, ${cols})`;
} // prettier-ignore

/** A sign between two operands, scalars or arrays of one shape. */
function between(n: Node, w: Writer, sign: "+" | "-" | "*" | "/"): Code {
  const prec = sign === "+" || sign === "-" ? PREC.sum : PREC.product;
  const [a, b] = n.args as [Node, Node];
  if (rank(n) === 0) return { text: `${w.arg(a, prec)} ${sign} ${w.arg(b, prec + (sign === "+" ? 0 : 1))}`, prec };
  const broadcast = broadcastProduct(n, w, sign);
  if (broadcast !== undefined) return broadcast;
  const sides = [a, b].map((x) => repeated(x, n, w));
  const scales = rank(a) === 0 || rank(b) === 0;
  // A scalar scales a matrix; added to one, or divided by one, it needs an array.
  if (scales && (sign === "*" || (sign === "/" && rank(b) === 0))) {
    const [x, y] = [scalar(a, w, prec), scalar(b, w, prec + 1)];
    return { text: `${x} ${sign} ${y}`, prec, array: isArray(a, w) || isArray(b, w) };
  }
  const arrays = scales || sides.some((s) => typeof s !== "string" && isArray(s, w));
  const written = (s: Node | string, p: number): string =>
    typeof s === "string" ? (arrays ? `${s}.array()` : s) : arrays ? array(s, w, p) : matrix(s, w, p);
  if (arrays || sign === "+" || sign === "-")
    return { text: `${written(sides[0]!, prec)} ${sign} ${written(sides[1]!, prec + 1)}`, prec, array: arrays };
  const method = sign === "*" ? "cwiseProduct" : "cwiseQuotient";
  return postfixed(`${written(sides[0]!, PREC.postfix)}.${method}(${written(sides[1]!, PREC.lowest)})`);
}

/** Rows or columns scaled, or a vector added to each. */
function broadcastProduct(n: Node, w: Writer, sign: "+" | "-" | "*" | "/"): Code | undefined {
  const [a, b] = n.args as [Node, Node];
  const [p, q] = [heldOut(a), heldOut(b)];
  if (p !== undefined && q !== undefined) {
    if (sign !== "*" || p.column === q.column) return undefined;
    const [u, v] = p.column ? [p.vector, q.vector] : [q.vector, p.vector];
    return { text: `${matrix(u, w, PREC.product)} * ${matrix(v, w, PREC.postfix)}.transpose()`, prec: PREC.product };
  }
  const held = q ?? p;
  const full = q === undefined ? b : a;
  if (held === undefined || !sameShape(full, n)) return undefined;
  if (sign === "*" || (sign === "/" && q !== undefined)) {
    const inverted = sign === "/" ? `${object(held.vector, w)}.${isArray(held.vector, w) ? "inverse().matrix()" : "cwiseInverse()"}` : matrix(held.vector, w, PREC.postfix); // prettier-ignore
    const diagonal = `${inverted}.asDiagonal()`;
    const m = matrix(full, w, held.column ? PREC.unary : PREC.product);
    return { text: held.column ? `${diagonal} * ${m}` : `${m} * ${diagonal}`, prec: PREC.product };
  }
  if (sign === "/" || q === undefined) return undefined;
  const each = `${matrix(full, w, PREC.postfix)}.${held.column ? "colwise()" : "rowwise()"}`;
  const v = matrix(held.vector, w, PREC.postfix);
  return { text: `${each} ${sign} ${held.column ? v : `${v}.transpose()`}`, prec: PREC.sum };
}

/** A function of a number, and the same of every entry of an array. */
interface Entrywise {
  readonly scalar: (x: (prec: number) => string) => Code;
  readonly array: (x: (prec: number) => string) => Code;
}

const std = (name: string) => (x: (prec: number) => string) => codeAtom(`std::${name}(${x(PREC.lowest)})`);
const method = (name: string) => (x: (prec: number) => string) => postfixed(`${x(PREC.postfix)}.${name}`, true);
const both = (name: string, cpp = name): Entrywise => ({ scalar: std(cpp), array: method(`${name}()`) });

const FUNCTIONS: Readonly<Record<string, Entrywise>> = tableOf<Entrywise>({
  exp: both("exp"), log: both("log"), sqrt: both("sqrt"), abs: both("abs"), sin: both("sin"), cos: both("cos"),
  tan: both("tan"), sinh: both("sinh"), cosh: both("cosh"), tanh: both("tanh"), log1p: both("log1p"),
  expm1: both("expm1"), arcsin: both("asin"), arccos: both("acos"), arctan: both("atan"),
  sign: {
    scalar: (x) => codeAtom(`double((${x(PREC.sum)} > 0.0) - (${x(PREC.sum)} < 0.0))`),
    array: method("sign()"),
  },
  erf: {
    scalar: std("erf"),
    array: method("unaryExpr([](double x) { return std::erf(x); })"),
  },
  sigmoid: {
    scalar: (x) => ({ text: `1.0 / (1.0 + std::exp(-${x(PREC.power)}))`, prec: PREC.product }),
    array: (x) => postfixed(`(1.0 + (-${x(PREC.power)}).exp()).inverse()`, true),
  },
  // log(1 + exp(x)) without overflow.
  softplus: {
    scalar: (x) => ({ text: `std::max(${x(PREC.lowest)}, 0.0) + std::log1p(std::exp(-std::abs(${x(PREC.lowest)})))`, prec: PREC.sum }),
    array: (x) => ({ text: `${x(PREC.postfix)}.max(0.0) + (-${x(PREC.postfix)}.abs()).exp().log1p()`, prec: PREC.sum, array: true }),
  },
  relu: { scalar: (x) => codeAtom(`std::max(${x(PREC.lowest)}, 0.0)`), array: method("max(0.0)") },
  step: {
    scalar: (x) => codeAtom(`double(${x(PREC.sum)} > 0.0)`),
    array: (x) => postfixed(`(${x(PREC.sum)} > 0.0).cast<double>()`, true),
  },
}); // prettier-ignore

/** From here, or as the table writes it of one number. */
function functionOf(name: string, w: Writer): Entrywise {
  const own = FUNCTIONS[name];
  if (own !== undefined) return own;
  const text = (x: string): string => fromTable(name, "eigen", x, (line) => w.need(line)) ?? withoutFunction(name);
  return {
    scalar: (x) => codeAtom(text(x(PREC.lowest))),
    array: (x) => postfixed(`${x(PREC.postfix)}.unaryExpr([](double x) { return ${text("x")}; })`, true),
  };
}

/** Spelled with the argument in several places, or a method that takes no expression. */
const REPEATING = new Set([
  "softplus", "logaddexp", "sign", "softmax", "logSoftmax", "softmaxRows", "logSoftmaxRows", "logsumexp", "logsumexpRows", "vec", "tril",
  "triu", "matrixFunction", "pinv", "kron", "norm",
]); // prettier-ignore

/** Not a number where the determinant is negative. */
const logOfDet = (lu: string): string =>
  `${lu}.matrixLU().diagonal().array().abs().log().sum() + ` +
  `std::log(double(${lu}.permutationP().determinant()) * ${lu}.matrixLU().diagonal().array().sign().prod())`;

/** Written as statements; where it is an expression of others it has a name. */
const inLines: Spelling = (n) => {
  throw new Refusal("unsupported", `"${n.op}" has no code in C++ with Eigen.`);
};

const table: Record<SpelledOp, Spelling> = {
  input: (n) => codeAtom(n.attr),
  number: (n) => {
    const v = Number(n.attr);
    if (v === Math.PI) return codeAtom("3.141592653589793");
    return v < 0 ? { text: floating(n.attr), prec: PREC.unary } : codeAtom(floating(n.attr));
  },
  size: (n, w) => codeAtom(`double(${w.dim(n.dims[0]!)})`),
  loop: (n) => codeAtom(`double(${n.attr})`),
  add: (n, w) => between(n, w, "+"),
  sub: (n, w) => between(n, w, "-"),
  mul: (n, w) => between(n, w, "*"),
  div: (n, w) => (isNumber(n.args[0]!, 1) && rank(n) > 0 ? reciprocal(n, w) : between(n, w, "/")),
  neg: (n, w) => ({ text: `-${w.arg(n.args[0]!, PREC.power)}`, prec: PREC.unary, array: isArray(n.args[0]!, w) }),
  pow: (n, w) => {
    const [a, b] = n.args as [Node, Node];
    if (rank(n) === 0) return codeAtom(`std::pow(${scalar(a, w)}, ${scalar(b, w)})`);
    if (isNumber(b, 2)) return postfixed(isArray(a, w) ? `${object(a, w)}.square()` : `${object(a, w)}.cwiseAbs2()`, isArray(a, w)); // prettier-ignore
    return postfixed(`${array(a, w, PREC.postfix)}.pow(${w.arg(b)})`, true);
  },
  fn: (n, w) => {
    const f = functionOf(n.attr, w);
    const a = n.args[0]!;
    return rank(n) === 0 ? f.scalar((prec) => scalar(a, w, prec)) : f.array((prec) => array(a, w, prec));
  },
  call: (n, w) => {
    if (rank(n) === 0) return codeAtom(`${n.attr}(${n.args.map((a) => w.arg(a)).join(", ")})`);
    if (n.args.length !== 1 || rank(n) > 2)
      throw new Refusal("unsupported", `A function of several arrays ("${n.attr}") has no code in C++ with Eigen.`);
    return postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.unaryExpr(${n.attr})`);
  },
  logaddexp: (n, w) => {
    const [a, b] = n.args as [Node, Node];
    if (rank(n) === 0) {
      const [x, y] = [scalar(a, w, PREC.product), scalar(b, w, PREC.product)];
      return { text: `std::max(${x}, ${y}) + std::log1p(std::exp(-std::abs(${x} - ${y})))`, prec: PREC.sum };
    }
    const [first, second] = rank(a) === 0 ? [b, a] : [a, b];
    const x = array(first, w, PREC.postfix);
    const y = array(second, w, PREC.product);
    return { text: `${x}.max(${y}) + (-(${x} - ${y}).abs()).exp().log1p()`, prec: PREC.sum, array: true };
  },
  transpose: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.transpose()`),
  asColumn: (n, w) => w.code(n.args[0]!),
  asRow: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.transpose()`),
  spread: (n, w) => {
    const a = n.args[0]!;
    const size = n.shape.map((d) => w.dim(d)).join(", ");
    const type = typeOf(n);
    if (isNumber(a, 1)) return codeAtom(`${type}::Ones(${size})`);
    if (isNumber(a, 0)) return codeAtom(`${type}::Zero(${size})`);
    if (rank(a) === 0) return codeAtom(`${type}::Constant(${size}, ${w.arg(a)})`);
    const text = repeated(a, n, w);
    return typeof text === "string" ? postfixed(text) : w.code(a);
  },
  vec: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.reshaped()`),
  index: (n, w) => {
    const [a, ...at] = n.args as [Node, ...Node[]];
    if (n.attr === "member") {
      const i = position(at[0]!, w);
      if (rank(a) === 3) return postfixed(`${object(a, w)}[${i}]`);
      return postfixed(rank(a) === 1 ? `${object(a, w)}(${i})` : `${object(a, w)}.row(${i}).transpose()`);
    }
    const places = n.attr.split(",");
    let k = 0;
    const text = places.map((x) => (x === ":" ? ":" : position(at[k++]!, w)));
    const x = matrix(a, w, PREC.postfix);
    if (!text.includes(":")) return postfixed(`${x}(${text.join(", ")})`);
    if (text.every((t) => t === ":")) return w.code(a);
    return postfixed(text[0] === ":" ? `${x}.col(${text[1]!})` : `${x}.row(${text[0]!}).transpose()`);
  },
  blocks: inLines,
  permuteColumns: inLines,
  permuteRows: inLines,
  hold: (n, w) => (rank(n) === 2 ? codeAtom(heldOut(n)!.column ? matrix(n.args[0]!, w) : `${matrix(n.args[0]!, w, PREC.postfix)}.transpose()`) : inLines(n, w)), // prettier-ignore
  permute: inLines,
  split: inLines,
  merge: inLines,
  sumAxes: inLines,
  contract: inLines,
  batched: inLines,
  assemble: inLines,
  matmul: (n, w) => product(n, w),
  matvec: (n, w) => product(n, w),
  dot: (n, w) => {
    const [a, b] = n.args as [Node, Node];
    return postfixed(a === b ? `${matrix(a, w, PREC.postfix)}.squaredNorm()` : `${matrix(a, w, PREC.postfix)}.dot(${matrix(b, w)})`);
  },
  outer: (n, w) => ({ text: `${matrix(n.args[0]!, w, PREC.product)} * ${matrix(n.args[1]!, w, PREC.postfix)}.transpose()`, prec: PREC.product }),
  inner: (n, w) => {
    const [a, b] = n.args as [Node, Node];
    return postfixed(a === b ? `${matrix(a, w, PREC.postfix)}.squaredNorm()` : `${matrix(a, w, PREC.postfix)}.cwiseProduct(${matrix(b, w)}).sum()`);
  },
  kron: inLines,
  kronEyeLeft: inLines,
  kronEyeRight: inLines,
  matrixPower: inLines,
  sum: (n, w) => postfixed(`${object(n.args[0]!, w)}.sum()`),
  product: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.prod()`),
  rowSums: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.rowwise().sum()`),
  columnSums: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.colwise().sum().transpose()`),
  trace: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.trace()`),
  diagonal: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.diagonal()`),
  max: (n, w) => postfixed(`${object(n.args[0]!, w)}.maxCoeff()`),
  logsumexp: (n, w) => {
    const x = object(n.args[0]!, w);
    return { text: `${x}.maxCoeff() + std::log((${array(n.args[0]!, w, PREC.sum)} - ${x}.maxCoeff()).exp().sum())`, prec: PREC.sum };
  },
  logsumexpRows: inLines,
  norm: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.norm()`),
  nuclearNorm: (n, w) => postfixed(`BDCSVD<${TYPES.matrix}>(${matrix(n.args[0]!, w)}).singularValues().sum()`),
  spectralNorm: (n, w) => postfixed(`BDCSVD<${TYPES.matrix}>(${matrix(n.args[0]!, w)}).singularValues()(0)`),
  largestEigenvalue: (n, w) => postfixed(`SelfAdjointEigenSolver<${TYPES.matrix}>(${matrix(n.args[0]!, w)}, EigenvaluesOnly).eigenvalues().maxCoeff()`),
  det: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.determinant()`),
  logdet: (n, w) => postfixed(`PartialPivLU<${TYPES.matrix}>(${matrix(n.args[0]!, w)}).matrixLU().diagonal().array().abs().log().sum()`),
  choleskyLogdet: (n, w) => ({ text: `2.0 * ${object(n.args[0]!, w)}.matrixLLT().diagonal().array().log().sum()`, prec: PREC.product }),
  eye: (n, w) => codeAtom(`${TYPES.matrix}::Identity(${n.shape.map((d) => w.dim(d)).join(", ")})`),
  diagonalMatrix: (n, w) => codeAtom(`${TYPES.matrix}(${matrix(n.args[0]!, w, PREC.postfix)}.asDiagonal())`),
  addDiagonal: inLines,
  inverse: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.inverse()`),
  solve: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.partialPivLu().solve(${matrix(n.args[1]!, w)})`),
  cholesky: inLines,
  choleskySolve: (n, w) => postfixed(`${object(n.args[0]!, w)}.solve(${matrix(n.args[1]!, w)})`),
  choleskyInverse: (n, w) => postfixed(`${object(n.args[0]!, w)}.solve(${TYPES.matrix}::Identity(${n.shape.map((d) => w.dim(d)).join(", ")}))`),
  factorize: (n, w) => codeAtom(`PartialPivLU<${TYPES.matrix}>(${matrix(n.args[0]!, w)})`),
  factorSolve: (n, w) => {
    const [lu, b] = n.args as [Node, Node];
    if (n.attr === "") return postfixed(`${object(lu, w)}.solve(${matrix(b, w)})`);
    // With the transpose, this is no expression that others may hold.
    return codeAtom(`${typeOf(n)}(${object(lu, w)}.transpose().solve(${matrix(b, w)}))`);
  },
  factorInverse: (n, w) => postfixed(`${object(n.args[0]!, w)}.inverse()`),
  factorDet: (n, w) => postfixed(`${object(n.args[0]!, w)}.determinant()`),
  factorLogdet: (n, w) => postfixed(`${object(n.args[0]!, w)}.matrixLU().diagonal().array().abs().log().sum()`),
  factorLogOfDet: (n, w) => ({ text: logOfDet(object(n.args[0]!, w)), prec: PREC.sum }),
  logOfDet: inLines,
  svd: inLines,
  svdSum: (n, w) => postfixed(`${object(n.args[0]!, w)}.singularValues().sum()`),
  polar: (n, w) => {
    const svd = object(n.args[0]!, w);
    return { text: `${svd}.matrixU() * ${svd}.matrixV().transpose()`, prec: PREC.product };
  },
  cofactors: inLines,
  pinv: (n, w) => postfixed(`CompleteOrthogonalDecomposition<${TYPES.matrix}>(${matrix(n.args[0]!, w)}).pseudoInverse()`),
  matrixFunction: (n, w) => {
    w.need("#include <unsupported/Eigen/MatrixFunctions>");
    return postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.${n.attr.slice(0, -1)}()`);
  },
  softmax: inLines,
  logSoftmax: inLines,
  softmaxRows: inLines,
  logSoftmaxRows: inLines,
  tril: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.triangularView<Lower>().toDenseMatrix()`),
  triu: (n, w) => postfixed(`${matrix(n.args[0]!, w, PREC.postfix)}.triangularView<Upper>().toDenseMatrix()`),
  hardmax: inLines,
  leadingSingular: inLines,
  leadingEigenvector: (n, w) => postfixed(`SelfAdjointEigenSolver<${TYPES.matrix}>(${matrix(n.args[0]!, w)}).eigenvectors().rightCols<1>()`),
}; // prettier-ignore

function reciprocal(n: Node, w: Writer): Code {
  const b = n.args[1]!;
  if (rank(b) > 2 || !sameShape(b, n)) return between(n, w, "/");
  return isArray(b, w) ? postfixed(`${object(b, w)}.inverse()`, true) : postfixed(`${object(b, w)}.cwiseInverse()`);
}

const product = (n: Node, w: Writer): Code => ({
  text: `${matrix(n.args[0]!, w, PREC.product)} * ${matrix(n.args[1]!, w, PREC.unary)}`,
  prec: PREC.product,
});

/** A block as what stands among others: columns and rows held out are what they stand for. */
const cell = (a: Node, row: boolean, w: Writer): string => {
  const held = heldOut(a);
  if (held === undefined) return rank(a) === 0 ? w.arg(a) : named(a, w);
  return held.column || row ? named(held.vector, w) : `${named(held.vector, w)}.transpose()`;
};

/** Operations of several statements; `undefined` for those that are expressions. */
function statements(n: Node, name: string, w: Writer): readonly string[] | undefined {
  const [a, b] = n.args as [Node, Node | undefined];
  const size = (x: Node = n): string => x.shape.map((d) => w.dim(d)).join(", ");
  const type = typeOf(n);
  switch (n.op) {
    case "add":
    case "sub":
    case "mul":
    case "div":
      if (rank(n) <= 2 && n.args.every((x) => rank(x) <= 2)) return undefined;
      return entrywise(n, name, w, (args) => args.join(` ${{ add: "+", sub: "-", mul: "*", div: "/" }[n.op as "add"]} `));
    case "neg":
    case "pow":
    case "fn":
    case "spread":
      if (rank(n) <= 2) return undefined;
      return entrywise(n, name, w, ([x]) => {
        if (n.op === "spread") return x!;
        if (n.op === "neg") return `-${x!}`;
        if (n.op === "pow") return `std::pow(${x!}, ${w.arg(b!)})`;
        return functionOf(n.attr, w).scalar(() => x!).text;
      });
    case "blocks":
      return [
        `${type} ${name}(${size()});`,
        `${name} << ${n.args.map((x) => cell(x, rank(n) === 1, w)).join(", ")};`,
      ];
    case "permuteColumns":
    case "permuteRows": {
      const [p, q] = n.dims.map((d) => w.dim(d)) as [string, string];
      const m = named(a, w);
      const [i, j] = [w.fresh("i"), w.fresh("j")];
      const line = n.op === "permuteColumns"
        ? `${name}.col(${j} * ${p} + ${i}) = ${m}.col(${i} * ${q} + ${j});`
        : `${name}.row(${j} * ${q} + ${i}) = ${m}.row(${i} * ${p} + ${j});`;
      const [outer, inner] = n.op === "permuteColumns" ? [p, q] : [q, p];
      return [
        `${type} ${name}(${size()});`,
        `for (Index ${i} = 0; ${i} < ${outer}; ++${i})`,
        `  for (Index ${j} = 0; ${j} < ${inner}; ++${j})`,
        `    ${line}`,
      ];
    }
    case "kron": {
      const [x, y] = n.args.map((m) => cell(m, false, w)) as [string, string];
      w.need("#include <unsupported/Eigen/KroneckerProduct>");
      return [`const ${type} ${name} = kroneckerProduct(${x}, ${y});`];
    }
    case "kronEyeLeft":
    case "kronEyeRight": {
      const block = cell(a, false, w);
      const [p, q] = a.shape.map((d) => w.dim(d)) as [string, string];
      const k = w.dim(n.dims[0]!);
      const i = w.fresh("i");
      const value = b === undefined ? block : `${named(b, w)}(${i}) * ${/^\w+$/.test(block) ? block : `(${block})`}`;
      const place = n.op === "kronEyeLeft"
        ? `block(${i} * ${bracketed(p)}, ${i} * ${bracketed(q)}, ${p}, ${q})`
        : `operator()(seqN(${i}, ${p}, ${k}), seqN(${i}, ${q}, ${k}))`;
      return [
        `${type} ${name} = ${type}::Zero(${size()});`,
        `for (Index ${i} = 0; ${i} < ${k}; ++${i})`,
        `  ${name}${place.startsWith("operator()") ? place.slice(10) : `.${place}`} = ${value};`,
      ];
    }
    case "matrixPower": {
      const lines: string[] = [];
      const factors = factorsOfPower(named(a, w), Number(n.attr), (x) => {
        const next = w.fresh("power");
        lines.push(`const ${type} ${next} = ${x} * ${x};`);
        return next;
      });
      return [...lines, `const ${type} ${name} = ${factors.join(" * ")};`];
    }
    case "logsumexpRows": {
      const [x, most] = [named(a, w), w.fresh("most")];
      return [
        `const ${type} ${most} = ${x}.rowwise().maxCoeff();`,
        `const ${type} ${name} = ${most}.array() + (${x}.colwise() - ${most}).array().exp().rowwise().sum().log();`,
      ];
    }
    case "addDiagonal": {
      const value = matrix(a, w);
      const minus = isNegative(b!);
      const d = b!.op === "neg" ? b!.args[0]! : b!;
      const text = isNumber(d) ? floating(String(Math.abs(Number(d.attr)))) : rank(d) === 0 ? w.arg(d) : matrix(d, w);
      return [
        `${type} ${name} = ${value};`,
        `${name}.diagonal()${rank(d) === 0 ? ".array()" : ""} ${minus ? "-=" : "+="} ${text};`,
      ];
    }
    case "cholesky":
      return [
        `const LLT<${TYPES.matrix}> ${name}(${matrix(a, w)});`,
        `if (${name}.info() != Success) throw std::domain_error("a matrix is not positive definite");`,
      ];
    case "logOfDet": {
      const lu = w.fresh("lu");
      return [
        `const PartialPivLU<${TYPES.matrix}> ${lu}(${matrix(a, w)});`,
        `const ${type} ${name} = ${logOfDet(lu)};`,
      ];
    }
    case "svd":
      return [`const BDCSVD<${TYPES.matrix}> ${name}(${matrix(a, w)}, ComputeThinU | ComputeThinV);`];
    case "cofactors": {
      // By the products of all singular values but one, which need no inverse.
      const [svd, others, i, values] = [w.name(a), w.fresh("others"), w.fresh("i"), w.fresh("values")];
      const [u, v] = [`${svd}.matrixU()`, `${svd}.matrixV()`];
      return [
        `${TYPES.vector} ${others}(${w.dim(n.shape[0]!)});`,
        `for (Index ${i} = 0; ${i} < ${others}.size(); ++${i}) {`,
        `  ${TYPES.vector} ${values} = ${svd}.singularValues();`,
        `  ${values}(${i}) = 1.0;`,
        `  ${others}(${i}) = ${values}.prod();`,
        "}",
        `const ${TYPES.scalar} ${values} = ${u}.determinant() * ${v}.determinant();`,
        `const ${type} ${name} = ${values} * (${u} * ${others}.asDiagonal() * ${v}.transpose());`,
      ];
    }
    case "softmax": {
      const x = named(a, w);
      return [
        `${type} ${name} = (${x}.array() - ${x}.maxCoeff()).exp();`,
        `${name} /= ${name}.sum();`,
      ];
    }
    case "logSoftmax": {
      const x = named(a, w);
      return [
        `${type} ${name} = ${x}.array() - ${x}.maxCoeff();`,
        `${name}.array() -= std::log(${name}.array().exp().sum());`,
      ];
    }
    case "softmaxRows":
    case "logSoftmaxRows": {
      const x = named(a, w);
      const [total, logs] = [w.fresh("total"), n.op === "logSoftmaxRows"];
      const shifted = `(${x}.colwise() - ${x}.rowwise().maxCoeff())`;
      return [
        `${type} ${name} = ${shifted}${logs ? "" : ".array().exp()"};`,
        `const ${TYPES.vector} ${total} = ${logs ? `${name}.array().exp().rowwise().sum().log()` : `${name}.rowwise().sum()`};`,
        logs ? `${name}.colwise() -= ${total};` : `${name}.array().colwise() /= ${total}.array();`,
      ];
    }
    case "hardmax": {
      const x = named(a, w);
      const at = rank(n) === 1 ? [w.fresh("k")] : [w.fresh("i"), w.fresh("j")];
      return [
        `Index ${at.join(", ")};`,
        `${x}.maxCoeff(${at.map((k) => `&${k}`).join(", ")});`,
        `${type} ${name} = ${type}::Zero(${size()});`,
        `${name}(${at.join(", ")}) = 1.0;`,
      ];
    }
    case "leadingSingular": {
      const svd = w.fresh("svd");
      return [
        `const BDCSVD<${TYPES.matrix}> ${svd}(${matrix(a, w)}, ComputeThinU | ComputeThinV);`,
        `const ${type} ${name} = ${svd}.matrixU().col(0) * ${svd}.matrixV().col(0).transpose();`,
      ];
    }
    default:
      return tensorLines(n, name, w);
  }
} // prettier-ignore

const bracketed = (x: string): string => (/^\w+$/.test(x) ? x : `(${x})`);

/** Whether `statements` writes it, told without writing it. */
const isOfStatements = (n: Node): boolean =>
  table[n.op as SpelledOp] === inLines ||
  (rank(n) > 2 && n.op !== "input") ||
  (["add", "sub", "mul", "div"].includes(n.op) && n.args.some((a) => rank(a) > 2));

/** The end of a loop, which is no floating number. */
function whole(text: string): string {
  const exact = /^double\((.*)\)$/.exec(text)?.[1] ?? /^(\d+)\.0$/.exec(text)?.[1];
  return exact ?? `Index(${text})`;
}

export const EIGEN: Target = {
  name: "eigen",
  comment: "//",
  reserved: new Set(KEYWORDS),
  symmetricProducts: false,
  repeats: (n) => REPEATING.has(n.op === "fn" ? n.attr : n.op),
  spells: (name) => isSpelled(name, "eigen", FUNCTIONS),
  spell: (n, w) => table[n.op as SpelledOp](n, w),
  lines: (n, name, w) => (!isOfStatements(n) ? undefined : name === "_" ? [] : statements(n, name, w)),
  loop: ({ index, range: [from, to], sums, body }, w) => [
    ...sums.map(({ name, node }) =>
      rank(node) === 0
        ? `${TYPES.scalar} ${name} = 0.0;`
        : `${typeOf(node)} ${name} = ${typeOf(node)}::Zero(${node.shape.map((d) => w.dim(d)).join(", ")});`,
    ),
    `for (Index ${index} = ${whole(from)}; ${index} <= ${whole(to)}; ++${index}) {`,
    ...body.map((l) => `  ${l}`),
    ...sums.map(({ name, node, term }) => `  ${name} += ${rank(node) > 0 && term.array === true ? `(${term.text}).matrix()` : term.text};`),
    "}",
  ],
  assign: (name, value, n) => {
    if (n === undefined) return `const auto ${name} = ${value.text};`;
    const factor = /^(?:LLT|PartialPivLU)<\w+>/.exec(value.text);
    if (n.op === "factorize" && factor !== null) return `const ${factor[0]} ${name}${value.text.slice(factor[0].length)};`;
    return `const ${typeOf(n)} ${name} = ${value.text};`;
  },
  render: renderEigen,
}; // prettier-ignore
