import type { Dim } from "../../../core/dimension";
import { isScalar } from "../../../core/shape";
import { fromTable, isEverywhere, isSpelled, withoutFunction } from "../functions";
import { isNumber, type Node, rank, sameShape } from "../ir";
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
import { axes } from "../value";
import { bracketed, call, COMMON, dimText, infix, repeats, tensorSpellings } from "./columnMajor";
import { juliaTest } from "./juliaTest";
import { juliaSingle } from "./single";
import { tableOf } from "../../../core/table";

/** Julia with its standard library: `LinearAlgebra`, and packages only where a function is in none. */

const KEYWORDS = [
  "baremodule", "begin", "break", "catch", "const", "continue", "do", "else", "elseif", "end", "export", "false",
  "finally", "for", "function", "global", "if", "import", "in", "let", "local", "macro", "module", "quote", "return",
  "struct", "true", "try", "using", "while", "I", "pi", "im", "sum", "exp", "log", "diag", "det", "inv", "kron", "norm",
  "dot", "tr", "size", "ones", "zeros", "fill", "repeat", "reshape", "vec", "abs", "sign", "sqrt", "max", "maximum",
  "length", "cholesky", "lu", "svd", "eigen", "Diagonal", "Symmetric", "dense", "h",
]; // prettier-ignore

const FUNCTIONS: Readonly<Record<string, (x: (prec?: number) => string, dot: string) => Code>> = tableOf({
  arcsin: (x, dot) => call(`asin${dot}`, x()),
  arccos: (x, dot) => call(`acos${dot}`, x()),
  arctan: (x, dot) => call(`atan${dot}`, x()),
  sigmoid: (x, dot) =>
    dot === ""
      ? { text: `1 / (1 + exp(-${x(PREC.power)}))`, prec: PREC.product }
      : { text: `1 ./ (1 .+ exp.(-${x(PREC.power)}))`, prec: PREC.product, sign: "./" },
  softplus: (x, dot) =>
    dot === ""
      ? { text: `max(${x()}, 0) + log1p(exp(-abs(${x()})))`, prec: PREC.sum }
      : { text: `max.(${x()}, 0) .+ log1p.(exp.(-abs.(${x()})))`, prec: PREC.sum },
  relu: (x, dot) => call(`max${dot}`, x(), "0"),
  step: (x, dot) => call(`float${dot}`, `${x(PREC.sum)} ${dot}> 0`),
});

const TENSORS = tensorSpellings({
  permute: (x, axes) =>
    axes.length === 2 && /^\w+$/.test(x)
      ? `permutedims(${x})`
      : `permutedims(${x}, (${axes.map((a) => a + 1).join(", ")}))`,
  reshape: (x, sizes) => `reshape(${x}, ${sizes.join(", ")})`,
  rest: ":",
  sum: (x, at, sizes) => {
    const dims = at.length === 1 ? String(at[0]) : `(${at.join(", ")})`;
    return sizes.length === 0 ? `sum(${x})` : `dropdims(sum(${x}; dims=${dims}); dims=${dims})`;
  },
  eye: (size) => `Matrix(1.0I, ${size}, ${size})`,
  times: ".*",
  plus: ".+",
  minus: ".-",
  vectors: true,
  column: (x) => `vec(${x})`,
  assign: (name, value) => `${name} = ${value}`,
});

const table: Record<SpelledOp, (n: Node, w: Writer) => Code> = {
  ...COMMON,
  ...TENSORS.table,
  add: (n, w) => infix(n, w, sameShape(n.args[0]!, n.args[1]!) ? "+" : ".+", PREC.sum),
  sub: (n, w) => infix(n, w, sameShape(n.args[0]!, n.args[1]!) ? "-" : ".-", PREC.sum),
  mul: (n, w) => infix(n, w, rank(n.args[0]!) === 0 ? "*" : ".*", PREC.product),
  div: (n, w) => infix(n, w, rank(n.args[1]!) === 0 ? "/" : "./", PREC.product),
  pow: (n, w) => {
    const base = w.arg(n.args[0]!, PREC.atom);
    // 2.^x would read as a number with a point.
    return {
      text: `${/^\d+$/.test(base) ? `(${base})` : base}${rank(n) > 0 ? " .^ " : "^"}${w.arg(n.args[1]!, PREC.atom)}`,
      prec: PREC.power,
    };
  },
  fn: (n, w) => {
    const x = (prec: number = PREC.lowest): string => w.arg(n.args[0]!, prec);
    const dot = rank(n) > 0 ? "." : "";
    if (n.attr === "erf") w.need("using SpecialFunctions: erf");
    const known = FUNCTIONS[n.attr]?.(x, dot);
    if (known !== undefined) return known;
    const own = isEverywhere(n.attr) || n.attr === "erf";
    const name = own ? n.attr : fromTable(n.attr, "julia", "", (line) => w.need(line));
    return call(`${name ?? withoutFunction(n.attr)}${dot}`, x());
  },
  call: (n, w) => call(`${n.attr}${rank(n) > 0 ? "." : ""}`, ...n.args.map((a) => w.arg(a))),
  logaddexp: (n, w) => {
    const [a, b] = n.args.map((x) => w.arg(x, PREC.product)) as [string, string];
    if (rank(n) === 0) return { text: `max(${a}, ${b}) + log1p(exp(-abs(${a} - ${b})))`, prec: PREC.sum };
    return { text: `max.(${a}, ${b}) .+ log1p.(exp.(-abs.(${a} .- ${b})))`, prec: PREC.sum };
  },
  transpose: (n, w) => ({ text: `${w.arg(n.args[0]!, PREC.postfix)}'`, prec: PREC.postfix }),
  asRow: (n, w) => ({ text: `${w.arg(n.args[0]!, PREC.postfix)}'`, prec: PREC.postfix }),
  spread: (n, w) => {
    const a = n.args[0]!;
    const size = n.shape.map((d) => w.dim(d));
    if (isNumber(a, 1)) return call("ones", ...size);
    if (isNumber(a, 0)) return call("zeros", ...size);
    if (rank(a) === 0)
      return call("fill", isNumber(a) && Number.isInteger(Number(a.attr)) ? `${a.attr}.0` : w.arg(a), ...size);
    return a.op === "asColumn" ? call("repeat", w.arg(a), "1", size[1]!) : call("repeat", w.arg(a), size[0]!, "1");
  },
  vec: (n, w) => call("vec", w.arg(n.args[0]!)),
  index: (n, w) => {
    const [a, ...at] = n.args as [Node, ...Node[]];
    if (n.attr === "member")
      return {
        text: `${w.arg(a, PREC.postfix)}[${[w.arg(at[0]!), ...n.shape.map(() => ":")].join(", ")}]`,
        prec: PREC.postfix,
      };
    let k = 0;
    return {
      text: `${w.arg(a, PREC.postfix)}[${n.attr
        .split(",")
        .map((x) => (x === ":" ? ":" : w.arg(at[k++]!)))
        .join(", ")}]`,
      prec: PREC.postfix,
    };
  },
  blocks: (n, w) => {
    let k = 0;
    const rows = n.attr.split(",").map((l) =>
      n.args
        .slice(k, (k += Number(l)))
        .map((a) => w.arg(a, PREC.unary))
        .join(" "),
    );
    return rank(n) === 1 ? call("vec", `[${rows.join("; ")}]`) : codeAtom(`[${rows.join("; ")}]`);
  },
  permuteColumns: (n, w) => {
    const [p, q] = n.dims.map((d) => w.dim(d)) as [string, string];
    return {
      text: `${w.arg(n.args[0]!, PREC.postfix)}[:, vec(reshape(1:${w.dim(n.shape[1]!, PREC.product)}, ${q}, ${p})')]`,
      prec: PREC.postfix,
    };
  },
  permuteRows: (n, w) => {
    const [p, q] = n.dims.map((d) => w.dim(d)) as [string, string];
    return {
      text: `${w.arg(n.args[0]!, PREC.postfix)}[vec(reshape(1:${w.dim(n.shape[0]!, PREC.product)}, ${p}, ${q})')${rank(n) === 2 ? ", :" : ""}]`,
      prec: PREC.postfix,
    };
  },
  dot: (n, w) => call("dot", ...n.args.map((a) => w.arg(a))),
  inner: (n, w) =>
    n.args[0] === n.args[1] ? call("sum", "abs2", w.arg(n.args[0]!)) : call("dot", ...n.args.map((a) => w.arg(a))),
  // `kron` with an identity that knows it is diagonal fills blocks, it multiplies nothing by zero.
  kronEyeLeft: (n, w) =>
    call(
      "kron",
      n.args[1] === undefined ? `I(${w.dim(n.dims[0]!)})` : `Diagonal(${w.arg(n.args[1])})`,
      w.arg(n.args[0]!),
    ),
  kronEyeRight: (n, w) =>
    call(
      "kron",
      w.arg(n.args[0]!),
      n.args[1] === undefined ? `I(${w.dim(n.dims[0]!)})` : `Diagonal(${w.arg(n.args[1])})`,
    ),
  sum: (n, w) => call("sum", w.arg(n.args[0]!)),
  product: (n, w) => call("prod", w.arg(n.args[0]!)),
  rowSums: (n, w) => call("vec", call("sum", w.arg(n.args[0]!), "dims=2").text.replace(", dims", "; dims")),
  columnSums: (n, w) => call("vec", call("sum", w.arg(n.args[0]!), "dims=1").text.replace(", dims", "; dims")),
  trace: (n, w) => call("tr", w.arg(n.args[0]!)),
  max: (n, w) => call("maximum", w.arg(n.args[0]!)),
  logsumexp: (n, w) => {
    const x = w.arg(n.args[0]!);
    return { text: `maximum(${x}) + log(sum(exp.(${bracketed(x)} .- maximum(${x}))))`, prec: PREC.sum };
  },
  logsumexpRows: (n, w) => {
    const x = w.arg(n.args[0]!);
    return {
      text: `vec(maximum(${x}; dims=2) .+ log.(sum(exp.(${bracketed(x)} .- maximum(${x}; dims=2)); dims=2)))`,
      prec: PREC.atom,
    };
  },
  norm: (n, w) => call("norm", w.arg(n.args[0]!)),
  nuclearNorm: (n, w) => call("sum", call("svdvals", w.arg(n.args[0]!)).text),
  spectralNorm: (n, w) => call("opnorm", w.arg(n.args[0]!)),
  largestEigenvalue: (n, w) => call("eigmax", call("Symmetric", w.arg(n.args[0]!)).text),
  logdet: (n, w) => ({ text: `logabsdet(${w.arg(n.args[0]!)})[1]`, prec: PREC.postfix }),
  choleskyLogdet: (n, w) => call("logdet", w.arg(n.args[0]!)),
  eye: (n, w) => call("Matrix", `1.0I, ${w.dim(n.dims[0]!)}, ${w.dim(n.dims[0]!)}`),
  diagonalMatrix: (n, w) => call("Matrix", call("Diagonal", w.arg(n.args[0]!)).text),
  addDiagonal: (n, w) => plusDiagonal(n, w, "I", (v) => `Diagonal(${v})`),
  cholesky: (n, w) => call("cholesky", call("Symmetric", w.arg(n.args[0]!)).text),
  choleskySolve: (n, w) => ({
    text: `${w.arg(n.args[0]!, PREC.unary)} \\ ${w.arg(n.args[1]!, PREC.unary)}`,
    prec: PREC.product,
    sign: "\\",
  }),
  choleskyInverse: (n, w) => call("inv", w.arg(n.args[0]!)),
  factorize: (n, w) => call("lu", w.arg(n.args[0]!)),
  factorInverse: (n, w) => call("inv", w.arg(n.args[0]!)),
  factorDet: (n, w) => call("det", w.arg(n.args[0]!)),
  factorLogdet: (n, w) => ({ text: `logabsdet(${w.arg(n.args[0]!)})[1]`, prec: PREC.postfix }),
  factorLogOfDet: (n, w) => call("logdet", w.arg(n.args[0]!)),
  logOfDet: (n, w) => call("logdet", w.arg(n.args[0]!)),
  svd: (n, w) => call("svd", w.arg(n.args[0]!)),
  svdSum: (n, w) => call("sum", `${w.arg(n.args[0]!, PREC.atom)}.S`),
  polar: (n, w) => {
    const f = w.arg(n.args[0]!, PREC.atom);
    return { text: `${f}.U * ${f}.Vt`, prec: PREC.product, sign: "*" };
  },
  // By the products of all singular values but one, which need no inverse.
  cofactors: (n, w) => {
    const f = w.arg(n.args[0]!, PREC.atom);
    const others = `Diagonal([prod(${f}.S[eachindex(${f}.S) .!= k]) for k in eachindex(${f}.S)])`;
    return { text: `det(${f}.U) * det(${f}.Vt) * ${f}.U * ${others} * ${f}.Vt`, prec: PREC.product, sign: "*" };
  },
  matrixFunction: (n, w) => call({ expm: "exp", logm: "log", sqrtm: "sqrt" }[n.attr]!, w.arg(n.args[0]!)),
  softmax: (n, w) => softmax(w.arg(n.args[0]!), "", false),
  logSoftmax: (n, w) => softmax(w.arg(n.args[0]!), "", true),
  softmaxRows: (n, w) => softmax(w.arg(n.args[0]!), "; dims=2", false),
  logSoftmaxRows: (n, w) => softmax(w.arg(n.args[0]!), "; dims=2", true),
  hardmax: (n, w) => {
    const size = n.shape.map((d) => w.dim(d, PREC.product));
    const [x, all] = [w.arg(n.args[0]!), `1:${size.join(" * ")}`];
    const found =
      rank(n) === 1
        ? `(${all}) .== argmax(${x})`
        : `reshape(${all}, ${n.shape.map((d) => w.dim(d)).join(", ")}) .== argmax(vec(${x}))`;
    return { text: `float.(${found})`, prec: PREC.postfix };
  },
  leadingSingular: (n, w) => call("(s -> s.U[:, 1] * s.Vt[1, :]')", call("svd", w.arg(n.args[0]!)).text),
  leadingEigenvector: (n, w) => ({ text: `eigvecs(Symmetric(${w.arg(n.args[0]!)}))[:, end]`, prec: PREC.postfix }),
};

/** exp(x)/sum(exp(x)) with the largest entry taken off first; over a whole vector or in rows. */
function softmax(x: string, dims: string, logarithm: boolean): Code {
  const shifted = `${bracketed(x)} .- maximum(${x}${dims})`;
  const total = `sum(exp.(${shifted})${dims})`;
  if (logarithm) return { text: `${shifted} .- log.(${total})`, prec: PREC.sum };
  return { text: `exp.(${shifted}) ./ ${total}`, prec: PREC.product, sign: "./" };
}

export const JULIA: Target = {
  name: "julia",
  comment: "#",
  reserved: new Set(KEYWORDS),
  symmetricProducts: true,
  repeats,
  spells: (name) => name === "erf" || isSpelled(name, "julia", FUNCTIONS),
  spell: (n, w) => table[n.op as SpelledOp](n, w),
  lines: (n, name, w) => (n.op === "assemble" ? TENSORS.assemble(n, name, w) : undefined),
  assign: (name, value) => `${name} = ${value.text}`,
  copy: (x) => `copy(${x})`,
  loop: ({ index, range: [from, to], sums, body }, w) => {
    const zero = (n: Node): string =>
      rank(n) === 0
        ? "0.0"
        : call("zeros", w.like === undefined ? "Float64" : `float(eltype(${w.like}))`, ...n.shape.map((d) => w.dim(d)))
            .text;
    return [
      ...sums.map((s) => `${s.name} = ${zero(s.node)}`),
      `for ${index} in ${from}:${to}`,
      ...body.map((l) => `    ${l}`),
      ...sums.map((s) => `    ${s.name} ${rank(s.node) > 0 ? ".+=" : "+="} ${s.term.text}`),
      "end",
    ];
  },
  render,
};

const shapeText = (a: readonly Dim[]): string => `(${a.map(dimText).join(", ")}${a.length === 1 ? "," : ""})`;

function check(c: Check): string[] {
  if (c.kind === "derive") {
    const [name, axis] = c.from.split("|") as [string, string];
    const length = `size(${name}, ${Number(axis) + 1})`;
    const shifted = c.offset === 0 ? length : `(${length} ${c.offset > 0 ? "-" : "+"} ${Math.abs(c.offset)})`;
    return [`${c.name} = ${shifted}${c.scale === 1 ? "" : ` ÷ ${c.scale}`}`];
  }
  const p = c.parameter.name;
  if (c.kind === "bind") {
    if (c.axes.every((d) => d !== undefined) && c.axes.length > 1)
      return [`${c.axes.map((d) => dimText(d!)).join(", ")} = size(${p})`];
    return c.axes.flatMap((d, i) =>
      d === undefined ? [] : [`${dimText(d)} = ${c.axes.length === 1 ? `length(${p})` : `size(${p}, ${i + 1})`}`],
    );
  }
  return [
    `size(${p}) == ${shapeText(c.axes)} || throw(DimensionMismatch("${p} must have size $(${shapeText(c.axes)})"))`,
  ];
}

function render(plan: FunctionPlan): string {
  const describe = (s: FunctionPlan["results"][number]["shape"]): string =>
    isScalar(s)
      ? "scalar"
      : axes(s).length === 1
        ? `vector of length ${dimText(axes(s)[0]!)}`
        : `${axes(s)
            .map((d) => (/\W/.test(dimText(d)) ? `(${dimText(d)})` : dimText(d)))
            .join("×")} matrix`;
  const parameters = plan.parameters.map((p) => p.name).join(", ");
  const keyword = plan.compressed === undefined ? "" : "; dense=true";
  // Text between the quotes must not be taken for interpolation.
  const safe = (text: string): string => text.replace(/\$/g, "\\$");
  const out = [
    '"""',
    `    ${plan.name}(${parameters}${keyword})`,
    "",
    ...fold(safe(plan.summary), ""),
    "",
    "# Arguments",
  ];
  for (const p of plan.parameters) {
    const what =
      p.kind === "dimension"
        ? "integer"
        : p.kind === "function"
          ? "function, applied entry by entry"
          : `${p.family === undefined ? "" : `array with first axis ${dimText(p.family)}, each a `}${describe(p.shape!)}`;
    out.push(`- \`${p.name}\`: ${what}${p.properties.length > 0 ? `, ${p.properties.join(", ")}` : ""}`);
  }
  if (plan.compressed !== undefined)
    out.push(
      ...fold(`- \`dense\`: ${plan.compressed.how.replace(/eye\(/g, "I(")}`, "").map((l, i) =>
        i === 0 ? l : `  ${l}`,
      ),
    );
  out.push("", "# Returns");
  for (const r of plan.results)
    out.push(
      ...fold(safe(`- \`${r.name}\`: ${describe(r.shape)}, ${r.meaning}`), "").map((l, i) => (i === 0 ? l : `  ${l}`)),
    );
  out.push('"""', `function ${plan.name}(${parameters}${keyword})`);
  const single = juliaSingle(plan);
  const returned = (r: FunctionPlan["results"][number]): string =>
    single.result(single.line(r.text), isScalar(r.shape));
  const body: string[] = [...single.before];
  for (const c of plan.checks) body.push(...check(c));
  for (const s of plan.statements) body.push(...s.lines.map(single.line));
  if (plan.compressed !== undefined) {
    body.push(
      `dense || return ${[...plan.results.slice(0, -1).map(returned), single.result(plan.compressed.block, false)].join(", ")}`,
    );
    for (const s of plan.compressed.statement) body.push(...s.lines.map(single.line));
  }
  body.push(`return ${plan.results.map(returned).join(", ")}`);
  out.push(...body.map((l) => `    ${l}`), "end");
  if (plan.test !== undefined) out.push("", ...juliaTest(plan));
  const text = out.join("\n");
  const linear =
    /\b(?:dot|tr|det|diag|norm|kron|I|Diagonal|Symmetric|cholesky|lu|inv|logabsdet|logdet|svd|svdvals|opnorm|eigmax|eigvecs|pinv|tril|triu)\b\(?/.test(
      body.join("\n"),
    ) || plan.test !== undefined;
  return `${[...(linear ? ["using LinearAlgebra"] : []), ...plan.imports].join("\n")}${linear || plan.imports.length > 0 ? "\n\n" : ""}${text}\n`;
}
