import type { Dim } from "../../../core/dimension";
import { isColumn, isRow, isScalar } from "../../../core/shape";
import { fromTable, isEverywhere, isSpelled, withoutFunction } from "../functions";
import { isNumber, type Node, rank } from "../ir";
import {
  type Check,
  type Code,
  codeAtom,
  fold,
  type FunctionPlan,
  plusDiagonal,
  PREC,
  type SpelledOp,
  type Target,
  type Writer,
} from "../target";
import { bracket } from "../schedule";
import { bracketed, call, COMMON, dimText, infix, repeats, tensorSpellings } from "./columnMajor";
import { matlabTest } from "./matlabTest";
import { matlabSingle } from "./single";
import { tableOf } from "../../../core/table";

/** MATLAB and GNU Octave: vectors are columns. */

const KEYWORDS = [
  "break", "case", "catch", "classdef", "continue", "else", "elseif", "end", "for", "function", "global", "if",
  "otherwise", "parfor", "persistent", "return", "spmd", "switch", "try", "while", "i", "j", "pi", "eps", "inf", "nan",
  "e", "sum", "exp", "log", "diag", "trace", "det", "inv", "eye", "ones", "zeros", "kron", "norm", "max", "size",
  "reshape", "repmat", "abs", "sign", "sqrt", "chol", "lu", "svd", "eig", "ans", "dense", "nargin", "isequal", "assert",
]; // prettier-ignore

const apostrophe = (n: Node, w: Writer): Code => ({ text: `${w.arg(n, PREC.postfix)}'`, prec: PREC.postfix });
const entries = (n: Node): boolean => n.args.every((a) => rank(a) > 0);
const shape2 = (w: Writer, n: Node): string[] => {
  const d = n.shape.map((x) => w.dim(x));
  return d.length === 1 ? [d[0]!, "1"] : d;
};

const FUNCTIONS: Readonly<Record<string, (x: (prec?: number) => string) => Code>> = tableOf({
  arcsin: (x) => call("asin", x()),
  arccos: (x) => call("acos", x()),
  arctan: (x) => call("atan", x()),
  // Two signs in a row would take one from the variable.
  sigmoid: (x) => ({ text: `1 ./ (1 + exp(-${x(PREC.power)}))`, prec: PREC.product, sign: "./" }),
  // log(1 + exp(x)) without overflow.
  softplus: (x) => ({ text: `max(${x()}, 0) + log1p(exp(-abs(${x()})))`, prec: PREC.sum }),
  relu: (x) => call("max", x(), "0"),
  step: (x) => call("double", `${x(PREC.sum)} > 0`),
});

const TENSORS = tensorSpellings({
  permute: (x, at) =>
    at.length === 2 && /^\w+$/.test(x) ? `${x}'` : `permute(${x}, [${at.map((a) => a + 1).join(", ")}])`,
  reshape: (x, sizes) =>
    sizes.includes("[]") ? `reshape(${x}, ${sizes.join(", ")})` : `reshape(${x}, [${sizes.join(", ")}])`,
  rest: "[]",
  sum: (x, at, sizes) => {
    const total = at.reduce((text, k) => `sum(${text}, ${k})`, x);
    return sizes.length === 0
      ? total
      : `reshape(${total}, [${[...sizes, ...(sizes.length === 1 ? ["1"] : [])].join(", ")}])`;
  },
  eye: (size) => `eye(${size})`,
  times: ".*",
  plus: "+",
  minus: "-",
  vectors: false,
  column: (x) => `reshape(${x}, [], 1)`,
  assign: (name, value) => `${name} = ${value};`,
});

/** The identity or the diagonal beside a block. */
const diagonalFactor = (n: Node, w: Writer): string =>
  n.args[1] === undefined ? call("eye", w.dim(n.dims[0]!)).text : call("diag", w.arg(n.args[1])).text;

const table: Record<SpelledOp, (n: Node, w: Writer) => Code> = {
  ...COMMON,
  ...TENSORS.table,
  add: (n, w) => infix(n, w, "+", PREC.sum),
  sub: (n, w) => infix(n, w, "-", PREC.sum),
  mul: (n, w) => infix(n, w, entries(n) ? ".*" : "*", PREC.product),
  div: (n, w) => infix(n, w, rank(n.args[1]!) > 0 ? "./" : "/", PREC.product),
  pow: (n, w) => ({
    text: `${w.arg(n.args[0]!, PREC.atom)}${rank(n) > 0 ? ".^" : "^"}${w.arg(n.args[1]!, PREC.atom)}`,
    prec: PREC.power,
  }),
  fn: (n, w) => {
    const x = (prec: number = PREC.lowest): string => w.arg(n.args[0]!, prec);
    const a = n.args[0]!;
    if (n.attr === "sigmoid" && a.op === "neg")
      return { text: `1 ./ (1 + exp(${w.arg(a.args[0]!)}))`, prec: PREC.product, sign: "./" };
    const known = FUNCTIONS[n.attr]?.(x);
    if (known !== undefined) return known;
    if (isEverywhere(n.attr) || n.attr === "erf") return call(n.attr, x());
    return codeAtom(fromTable(n.attr, "matlab", x(), (line) => w.need(line)) ?? withoutFunction(n.attr));
  },
  call: (n, w) => call(n.attr, ...n.args.map((a) => w.arg(a))),
  logaddexp: (n, w) => {
    const [a, b] = n.args.map((x) => w.arg(x, PREC.product)) as [string, string];
    return { text: `max(${a}, ${b}) + log1p(exp(-abs(${a} - ${b})))`, prec: PREC.sum };
  },
  transpose: (n, w) => apostrophe(n.args[0]!, w),
  asRow: (n, w) => apostrophe(n.args[0]!, w),
  spread: (n, w) => {
    const a = n.args[0]!;
    const size = shape2(w, n);
    if (isNumber(a, 1)) return call("ones", ...size);
    if (isNumber(a, 0)) return call("zeros", ...size);
    if (rank(a) === 0)
      return { text: `${w.arg(a, PREC.product)} * ones(${size.join(", ")})`, prec: PREC.product, sign: "*" };
    return a.op === "asColumn" ? call("repmat", w.arg(a), "1", size[1]!) : call("repmat", w.arg(a), size[0]!, "1");
  },
  vec: (n, w) => call("reshape", w.arg(n.args[0]!), "[]", "1"),
  index: (n, w) => {
    const [a, ...at] = n.args as [Node, ...Node[]];
    if (n.attr === "member") {
      const member = `${w.arg(a, PREC.postfix)}(${[w.arg(at[0]!), ...n.shape.map(() => ":")].join(", ")})`;
      if (rank(n) === 0) return { text: member, prec: PREC.postfix };
      if (rank(n) === 1) return { text: `${member}'`, prec: PREC.postfix };
      return call("reshape", member, `[${n.shape.map((d) => w.dim(d)).join(", ")}]`);
    }
    let k = 0;
    const text = `${w.arg(a, PREC.postfix)}(${n.attr
      .split(",")
      .map((x) => (x === ":" ? ":" : w.arg(at[k++]!)))
      .join(", ")})`;
    // Vectors are columns, cut out of rows too.
    return { text: rank(n) === 1 && n.attr.endsWith(":") && n.attr !== ":" ? `${text}'` : text, prec: PREC.postfix };
  },
  blocks: (n, w) => {
    let k = 0;
    const rows = n.attr.split(",").map((l) =>
      n.args
        .slice(k, (k += Number(l)))
        .map((a) => w.arg(a))
        .join(", "),
    );
    return codeAtom(`[${rows.join("; ")}]`);
  },
  permuteColumns: (n, w) => {
    const [p, q] = n.dims.map((d) => w.dim(d)) as [string, string];
    return {
      text: `${w.arg(n.args[0]!, PREC.atom)}(:, reshape(reshape(1:${w.dim(n.shape[1]!, PREC.product)}, ${q}, ${p})', 1, []))`,
      prec: PREC.postfix,
    };
  },
  permuteRows: (n, w) => {
    const [p, q] = n.dims.map((d) => w.dim(d)) as [string, string];
    return {
      text: `${w.arg(n.args[0]!, PREC.atom)}(reshape(reshape(1:${w.dim(n.shape[0]!, PREC.product)}, ${p}, ${q})', 1, []), :)`,
      prec: PREC.postfix,
    };
  },
  dot: (n, w) => ({
    text: `${w.arg(n.args[0]!, PREC.postfix)}' * ${w.arg(n.args[1]!, PREC.unary)}`,
    prec: PREC.product,
    sign: "*",
  }),
  inner: (n, w) => {
    const [a, b] = n.args as [Node, Node];
    const text = a === b ? `${w.arg(a, PREC.atom)}.^2` : `${w.arg(a, PREC.unary)} .* ${w.arg(b, PREC.unary)}`;
    return call("sum", `reshape(${text}, [], 1)`);
  },
  kronEyeLeft: (n, w) => call("kron", diagonalFactor(n, w), w.arg(n.args[0]!)),
  kronEyeRight: (n, w) => call("kron", w.arg(n.args[0]!), diagonalFactor(n, w)),
  sum: (n, w) => call("sum", rank(n.args[0]!) === 1 ? w.arg(n.args[0]!) : `reshape(${w.arg(n.args[0]!)}, [], 1)`),
  product: (n, w) => call("prod", w.arg(n.args[0]!)),
  rowSums: (n, w) => call("sum", w.arg(n.args[0]!), "2"),
  columnSums: (n, w) => ({ text: `sum(${w.arg(n.args[0]!)}, 1)'`, prec: PREC.postfix }),
  trace: (n, w) => call("trace", w.arg(n.args[0]!)),
  max: (n, w) => call("max", rank(n.args[0]!) === 1 ? w.arg(n.args[0]!) : `reshape(${w.arg(n.args[0]!)}, [], 1)`),
  logsumexp: (n, w) => {
    const x = rank(n.args[0]!) === 1 ? w.arg(n.args[0]!) : `reshape(${w.arg(n.args[0]!)}, [], 1)`;
    return { text: `max(${x}) + log(sum(exp(${bracketed(x)} - max(${x}))))`, prec: PREC.sum };
  },
  logsumexpRows: (n, w) => {
    const x = w.arg(n.args[0]!);
    return { text: `max(${x}, [], 2) + log(sum(exp(${bracketed(x)} - max(${x}, [], 2)), 2))`, prec: PREC.sum };
  },
  norm: (n, w) => call("norm", w.arg(n.args[0]!), ...(rank(n.args[0]!) === 2 ? ["'fro'"] : [])),
  nuclearNorm: (n, w) => call("sum", call("svd", w.arg(n.args[0]!)).text),
  spectralNorm: (n, w) => call("norm", w.arg(n.args[0]!)),
  largestEigenvalue: (n, w) => call("max", call("eig", w.arg(n.args[0]!)).text),
  logdet: (n, w) => call("sum", `log(abs(diag(lu(${w.arg(n.args[0]!)}))))`),
  choleskyLogdet: (n, w) => ({ text: `2 * sum(log(diag(${w.arg(n.args[0]!)})))`, prec: PREC.product, sign: "*" }),
  eye: (n, w) => call("eye", w.dim(n.dims[0]!)),
  diagonalMatrix: (n, w) => call("diag", w.arg(n.args[0]!)),
  addDiagonal: (n, w) => plusDiagonal(n, w, `eye(${w.dim(n.shape[0]!)})`, (v) => `diag(${v})`),
  // An upper triangular factor: R'*R.
  cholesky: (n, w) => call("chol", w.arg(n.args[0]!)),
  choleskySolve: (n, w) => {
    const r = w.arg(n.args[0]!, PREC.postfix);
    return { text: `${r} \\ (${r}' \\ ${w.arg(n.args[1]!, PREC.unary)})`, prec: PREC.product, sign: "\\" };
  },
  choleskyInverse: (n, w) => {
    const r = w.arg(n.args[0]!, PREC.postfix);
    return { text: `${r} \\ (${r}' \\ eye(${w.dim(n.shape[0]!)}))`, prec: PREC.product, sign: "\\" };
  },
  factorize: (n, w) => call("lu", w.arg(n.args[0]!)),
  factorSolve: (n, w) => {
    const f = w.arg(n.args[0]!, PREC.atom);
    const b = w.arg(n.args[1]!, PREC.unary);
    const text = n.attr === "" ? `${f}.U \\ (${f}.L \\ (${f}.P * ${b}))` : `${f}.P' * (${f}.L' \\ (${f}.U' \\ ${b}))`;
    return { text, prec: PREC.product, sign: n.attr === "" ? "\\" : "*" };
  },
  factorInverse: (n, w) => {
    const f = w.arg(n.args[0]!, PREC.atom);
    return { text: `${f}.U \\ (${f}.L \\ ${f}.P)`, prec: PREC.product, sign: "\\" };
  },
  factorDet: (n, w) => {
    const f = w.arg(n.args[0]!, PREC.atom);
    return { text: `det(${f}.P) * prod(diag(${f}.U))`, prec: PREC.product, sign: "*" };
  },
  factorLogdet: (n, w) => call("sum", `log(abs(diag(${w.arg(n.args[0]!, PREC.atom)}.U)))`),
  factorLogOfDet: (n, w) => {
    const f = w.arg(n.args[0]!, PREC.atom);
    return { text: logOfDet(`${f}.U`, `${f}.P`), prec: PREC.sum };
  },
  logOfDet: (n, w) => call("log", call("det", w.arg(n.args[0]!)).text),
  svd: (n, w) => call("svd", w.arg(n.args[0]!)),
  svdSum: (n, w) => call("trace", `${w.arg(n.args[0]!, PREC.atom)}.S`),
  polar: (n, w) => {
    const f = w.arg(n.args[0]!, PREC.atom);
    return { text: `${f}.U * ${f}.V'`, prec: PREC.product, sign: "*" };
  },
  // By the products of all singular values but one, which need no inverse.
  cofactors: (n, w) => {
    const f = w.arg(n.args[0]!, PREC.atom);
    const k = w.dim(n.shape[0]!);
    const others = `prod(repmat(diag(${f}.S), 1, ${k}) .* (1 - eye(${k})) + eye(${k}), 1)`;
    return { text: `det(${f}.U) * det(${f}.V) * (${f}.U .* ${others}) * ${f}.V'`, prec: PREC.product, sign: "*" };
  },
  matrixFunction: (n, w) => call(n.attr, w.arg(n.args[0]!)),
  softmax: (n, w) => softmax(w.arg(n.args[0]!), false, false),
  logSoftmax: (n, w) => softmax(w.arg(n.args[0]!), false, true),
  softmaxRows: (n, w) => softmax(w.arg(n.args[0]!), true, false),
  logSoftmaxRows: (n, w) => softmax(w.arg(n.args[0]!), true, true),
  hardmax: (n, w) => call("hardmax", w.arg(n.args[0]!)),
  leadingSingular: (n, w) => call("leading_singular", w.arg(n.args[0]!)),
  leadingEigenvector: (n, w) => call("leading_eigenvector", w.arg(n.args[0]!)),
};

/** By triangular factors; of a negative determinant it is complex, as in `log(det(X))`. */
const logOfDet = (u: string, p: string): string =>
  `sum(log(abs(diag(${u})))) + log(det(${p}) * prod(sign(diag(${u}))))`;

/** exp(x)/sum(exp(x)) with the largest entry taken off first; in rows, or over a whole vector. */
function softmax(x: string, rows: boolean, logarithm: boolean): Code {
  const most = rows ? `max(${x}, [], 2)` : `max(${x})`;
  const shifted = `${bracketed(x)} - ${most}`;
  const total = `sum(exp(${shifted})${rows ? ", 2" : ""})`;
  if (logarithm) return { text: `${shifted} - log(${total})`, prec: PREC.sum };
  return { text: `exp(${shifted}) ${rows ? "./" : "/"} ${total}`, prec: PREC.product, sign: "./" };
}

export const MATLAB: Target = {
  name: "matlab",
  comment: "%",
  reserved: new Set(KEYWORDS),
  symmetricProducts: true,
  repeats,
  spells: (name) => name === "erf" || isSpelled(name, "matlab", FUNCTIONS),
  spell: (n, w) => table[n.op as SpelledOp](n, w),
  lines: (n, name, w) => {
    if (n.op === "assemble") return TENSORS.assemble(n, name, w);
    if (n.op === "svd") return [`[${name}.U, ${name}.S, ${name}.V] = svd(${w.arg(n.args[0]!)}, 'econ');`];
    if (n.op === "logOfDet") {
      const a = w.arg(n.args[0]!);
      if (name === "_") return [];
      const [u, p] = [w.fresh("u"), w.fresh("p")];
      return [`[~, ${u}, ${p}] = lu(${a});`, `${name} = ${logOfDet(u, p)};`];
    }
    // Triangles and a permutation, as fields of one name.
    if (n.op === "factorize") return [`[${name}.L, ${name}.U, ${name}.P] = lu(${w.arg(n.args[0]!)});`];
    if (n.op === "hardmax") {
      const a = w.arg(n.args[0]!);
      if (name === "_") return [];
      const k = w.fresh("k");
      const size = shape2(w, n).join(", ");
      return [`[~, ${k}] = max(reshape(${a}, [], 1));`, `${name} = zeros(${size});`, `${name}(${k}) = 1;`];
    }
    if (n.op === "leadingSingular" || n.op === "leadingEigenvector") {
      const a = w.arg(n.args[0]!);
      if (name === "_") return [];
      if (n.op === "leadingSingular") {
        const [u, s, v] = [w.fresh("u"), w.fresh("s"), w.fresh("v")];
        return [`[${u}, ${s}, ${v}] = svd(${a}, 'econ');`, `${name} = ${u}(:, 1) * ${v}(:, 1)';`];
      }
      const [v, s, k] = [w.fresh("v"), w.fresh("lambda"), w.fresh("k")];
      return [`[${v}, ${s}] = eig(${a});`, `[~, ${k}] = max(diag(${s}));`, `${name} = ${v}(:, ${k});`];
    }
    if (n.op !== "kronEyeLeft" && n.op !== "kronEyeRight") return undefined;
    const [a, d] = n.args as [Node, Node | undefined];
    const left = n.op === "kronEyeLeft";
    const [p, q] = a.shape.map((x) => w.dim(x, PREC.postfix)) as [string, string];
    const k = w.dim(n.dims[0]!, PREC.postfix);
    const block = w.arg(a, PREC.unary);
    if (name === "_") return [];
    const at = w.fresh("b");
    const values = d === undefined ? w.arg(a) : `${w.arg(d, PREC.postfix)}(${at}) * ${block}`;
    const range = (size: string): string => (left ? `(${at} - 1) * ${size} + (1:${size})` : `${at}:${k}:end`);
    return [
      `${name} = zeros(${w.dim(n.shape[0]!)}, ${w.dim(n.shape[1]!)});`,
      `for ${at} = 1:${k}`,
      `    ${name}(${range(p)}, ${range(q)}) = ${values};`,
      "end",
    ];
  },
  assign: (name, value) => `${name} = ${value.text};`,
  loop: ({ index, range: [from, to], sums, body }, w) => [
    ...sums.map((s) => `${s.name} = ${rank(s.node) === 0 ? "0" : `zeros(${shape2(w, s.node).join(", ")})`};`),
    `for ${index} = ${from}:${to}`,
    ...body.map((l) => `    ${l}`),
    ...sums.map((s) => `    ${s.name} = ${s.name} + ${bracket(s.term, PREC.product)};`),
    "end",
  ],
  render,
};

function sizeOf(shape: readonly Dim[], row: boolean): string {
  if (shape.length === 1) return row ? `[1, ${dimText(shape[0]!)}]` : `[${dimText(shape[0]!)}, 1]`;
  return `[${shape.map(dimText).join(", ")}]`;
}

function check(c: Check): string[] {
  if (c.kind === "derive") {
    const [name, axis] = c.from.split("|") as [string, string];
    const length = `size(${name}, ${Number(axis) + 1})`;
    const shifted = c.offset === 0 ? length : `(${length} ${c.offset > 0 ? "-" : "+"} ${Math.abs(c.offset)})`;
    return [`${c.name} = ${shifted}${c.scale === 1 ? "" : ` / ${c.scale}`};`];
  }
  const p = c.parameter;
  if (c.kind === "bind") {
    if (c.axes.every((d) => d !== undefined) && c.axes.length === 2)
      return [`[${c.axes.map((d) => dimText(d!)).join(", ")}] = size(${p.name});`];
    return c.axes.flatMap((d, i) =>
      d === undefined
        ? []
        : [`${dimText(d)} = ${c.axes.length === 1 ? `numel(${p.name})` : `size(${p.name}, ${i + 1})`};`],
    );
  }
  const size = sizeOf(c.axes, p.shape !== undefined && c.axes.length === 1 && !isColumn(p.shape));
  return [`assert(isequal(size(${p.name}), ${size}), '${p.name} must be %s', mat2str(${size}));`];
}

/** A size in a sentence: `(m*n)-by-n`. */
const bySize = (d: Dim): string => (/\W/.test(dimText(d)) ? `(${dimText(d).replace(/ /g, "")})` : dimText(d));

function render(plan: FunctionPlan): string {
  const shapeOf = (s: FunctionPlan["results"][number]["shape"]): string =>
    isScalar(s) ? "scalar" : `${bySize(s.rows)}-by-${bySize(s.cols)}`;
  const parameters = [...plan.parameters.map((p) => p.name), ...(plan.compressed === undefined ? [] : ["dense"])];
  const results = plan.results.map((r) => r.name);
  const names = unique(results, parameters);
  const out: string[] = [
    `function ${names.length === 1 ? names[0] : `[${names.join(", ")}]`} = ${plan.name}(${parameters.join(", ")})`,
  ];
  out.push(...fold(plan.summary, "% "), "%", "% Inputs:");
  for (const p of plan.parameters) {
    const what =
      p.kind === "dimension"
        ? "a dimension"
        : p.kind === "function"
          ? "function handle, applied entry by entry"
          : `${p.family === undefined ? "" : `${dimText(p.family)}-by-`}${shapeOf(p.shape!)}`;
    out.push(`%   ${p.name}: ${what}${p.properties.length > 0 ? `, ${p.properties.join(", ")}` : ""}`);
  }
  if (plan.compressed !== undefined) out.push(...fold(`dense: true by default; ${plan.compressed.how}`, "%   "));
  out.push("% Outputs:");
  plan.results.forEach((r, i) => out.push(...fold(`${names[i]}: ${shapeOf(r.shape)}, ${r.meaning}`, "%   ")));
  if (plan.compressed !== undefined) out.push(`if nargin < ${parameters.length}, dense = true; end`);
  const single = matlabSingle(plan);
  out.push(...single.before);
  // A column first, so that later checks know its length.
  for (const c of plan.checks) {
    out.push(...check(c));
    if (c.kind === "bind" && c.axes.length === 1 && c.axes[0] !== undefined) {
      const size = sizeOf([c.axes[0]], c.parameter.shape !== undefined && !isColumn(c.parameter.shape));
      out.push(
        `assert(isequal(size(${c.parameter.name}), ${size}), '${c.parameter.name} must be %s', mat2str(${size}));`,
      );
    }
  }
  // Vectors are columns in between.
  for (const p of plan.parameters)
    if (p.shape !== undefined && p.family === undefined && isRow(p.shape) && !isScalar(p.shape))
      out.push(`${p.name} = ${p.name}';`);
  for (const s of plan.statements) out.push(...s.lines);
  const rowwise = plan.results.map((r) => isRow(r.shape) && !isScalar(r.shape));
  const oriented = (text: string, i: number): string => (rowwise[i] === true ? `${bracketed(text)}'` : text);
  const finish = (texts: readonly string[]): string[] =>
    names.flatMap((n, i) => {
      const text = oriented(texts[i]!, i);
      return [...(n === text ? [] : [`${n} = ${text};`]), ...single.after(n)];
    });
  const last = plan.results.map((r) => r.text);
  if (plan.compressed !== undefined) {
    out.push(
      "if ~dense",
      ...finish([...last.slice(0, -1), plan.compressed.block]).map((l) => `    ${l}`),
      "    return",
      "end",
    );
    for (const s of plan.compressed.statement) out.push(...s.lines);
  }
  out.push(...finish(last), "end");
  if (plan.test !== undefined) out.push("", ...matlabTest(plan));
  return `${out.join("\n")}\n`;
}

/** Names of the outputs that no input has. */
function unique(names: readonly string[], taken: readonly string[]): string[] {
  const used = new Set(taken);
  return names.map((n) => {
    let name = n;
    while (used.has(name)) name += "_";
    used.add(name);
    return name;
  });
}
