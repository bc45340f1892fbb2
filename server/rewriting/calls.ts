import { tableOf } from "../core/table";
import { apply, type Expr, num } from "../core/ast";
import { isColumn, isMatrix, isScalar, type Shape } from "../core/shape";
import { dimensionExpr } from "../language/dimensionOf";
import { operator } from "../operators";
import { einsum } from "./einsum";
import { normName, sideOf } from "./parse";
import { giveUp, infix, numeral, type Raw } from "./raw";
import { constantOf, numberOf, type Settler } from "./settle";

type Call = Raw & { readonly kind: "call" };

/** How a function of another language is written here, with its arguments. */
type Form = (s: Settler, call: Call, expected: Shape | undefined) => Expr;

const first = (c: Call): Raw => c.args[0] ?? giveUp(`\`${c.name}\` has an argument`);
const second = (c: Call): Raw => c.args[1] ?? giveUp(`\`${c.name}\` has two arguments`);

const op =
  (name: string): Form =>
  (s, c) =>
    apply(name, s.settle(first(c)));
/** Of two values with a sign between them. */
const signed =
  (sign: string): Form =>
  (s, c) =>
    c.args.slice(1).reduce<Expr>((a, b) => s.product(sign, a, s.settle(b)), s.settle(first(c)));
const read =
  (make: (c: Call) => Raw): Form =>
  (s, c, expected) =>
    s.settle(make(c), expected);

/** Sums and means of everything, or along one side. */
const reduced =
  (mean: boolean): Form =>
  (s, c) => {
    let [of, along] = c.args;
    if (of?.kind === "text" && along !== undefined) [of, along] = [{ ...c, name: of.text, args: [along] }, undefined];
    along = c.named.get("axis") ?? c.named.get("dim") ?? c.named.get("dims") ?? along;
    const value = s.settle(of ?? giveUp("a sum of nothing"));
    const shape = s.shapeOf(value);
    const axis = numberOf(along);
    if (along === undefined || (shape !== undefined && !isMatrix(shape))) return apply(mean ? "mean" : "sum", value);
    if (axis === undefined || shape === undefined) return giveUp("along which side is summed is not clear");
    const fromZero =
      c.named.size > 0 ? s.known.style.countsFromZero || c.named.has("axis") : s.known.style.countsFromZero;
    const side = axis < 0 ? 2 + axis : fromZero ? axis : axis - 1;
    const ones = apply("ones", dimensionExpr(side === 0 ? shape.rows : shape.cols));
    const sum =
      side === 1
        ? apply("mul", value, ones)
        : fromZero
          ? apply("mul", apply("transpose", value), ones)
          : apply("mul", apply("transpose", ones), value);
    return mean ? apply("div", sum, dimensionExpr(side === 0 ? shape.rows : shape.cols)) : sum;
  };

const squared = (s: Settler, e: Expr): Expr => {
  const shape = s.shapeOf(e);
  return apply(shape !== undefined && isScalar(shape) ? "pow" : "hpow", e, num(2));
};

/** `max(0, x)`; without a second argument the largest entry. */
const larger: Form = (s, c) => {
  const [a, b] = c.args;
  if (b === undefined) return apply("max", s.settle(first(c)));
  if (numberOf(a) === 0) return apply("relu", s.settle(b));
  if (numberOf(b) === 0) return apply("relu", s.settle(a!));
  return giveUp("the larger of two values has no form here, but of a value and 0: `relu(x)`");
};

const smaller: Form = (s, c) => {
  const [a, b] = c.args;
  if (b === undefined) return apply("neg", apply("max", apply("neg", s.settle(first(c)))));
  if (numberOf(a) === 0) return apply("neg", apply("relu", apply("neg", s.settle(b))));
  if (numberOf(b) === 0) return apply("neg", apply("relu", apply("neg", s.settle(a!))));
  return giveUp("the smaller of two values has no form here");
};

/** A choice by sign: `where(x > 0, x, 0)`. */
const choice: Form = (s, c) => {
  const [condition, yes, no] = c.args;
  if (condition?.kind !== "compare" || yes === undefined || no === undefined)
    return giveUp("a choice has no form here");
  const isPositive = /^(?:>|>=|≥)$/.test(condition.sign) && numberOf(condition.right) === 0;
  if (!isPositive) return giveUp("a choice has no form here");
  const x = s.settle(condition.left);
  const same = (raw: Raw): boolean => JSON.stringify(raw) === JSON.stringify(condition.left);
  if (same(yes) && numberOf(no) === 0) return apply("relu", x);
  if (numberOf(yes) === 1 && numberOf(no) === 0) return apply("step", x);
  if (same(yes) && no.kind === "minus" && same(no.of)) return apply("abs", x);
  return giveUp("a choice has no form here, but `relu(x)`, `step(x)` and `abs(x)`");
};

const norm: Form = (s, c) => {
  const which = c.named.get("ord") ?? c.named.get("p") ?? c.args[1];
  if (c.named.has("axis") || c.named.has("dim")) return giveUp("a norm along one side has no form here");
  const name = which === undefined ? "" : which.kind === "text" ? which.text : which.kind === "number" ? String(which.value) : which.kind === "name" ? which.name : giveUp("which norm is not clear");
  return apply(normName(name), s.settle(first(c)));
}; // prettier-ignore

/** Constants by their sizes: `ones(n, 1)`, `zeros((m, n))`, `eye(n, n)`. */
const sized =
  (name: "eye" | "ones" | "zeros"): Form =>
  (s, c, expected) => {
    const [only] = c.args;
    const list = only?.kind === "literal" && c.args.length === 1 ? only.rows.flat() : c.args;
    const dims = list.filter((a) => a.kind !== "text").map((a) => s.settle(a));
    if (dims.length === 0) return expected === undefined ? giveUp("a size is missing") : constantOf(name, expected);
    const isOne = (e: Expr | undefined): boolean => e?.kind === "number" && e.value === 1;
    if (name === "eye") return apply("eye", dims[0]!);
    if (dims.length === 1) return apply(name, dims[0]!);
    if (isOne(dims[1]) && !isOne(dims[0])) return apply(name, dims[0]!);
    return apply(name, ...dims.slice(0, 2));
  };

const squareError: Form = (s, c) => {
  const difference = s.plus("-", s.settle(first(c)), s.settle(second(c)));
  const shape = s.shapeOf(difference);
  if (shape === undefined) return giveUp("a size is not known");
  const count = isMatrix(shape) ? apply("mul", dimensionExpr(shape.rows), dimensionExpr(shape.cols)) : dimensionExpr(isColumn(shape) ? shape.rows : shape.cols); // prettier-ignore
  return apply("div", apply("pow", apply("norm2", difference), num(2)), count);
};

const FORMS: Readonly<Record<string, Form>> = tableOf<Form>({
  norm,
  sum: reduced(false),
  mean: reduced(true),
  dot: (s, c) => {
    const [a, b] = [s.settle(first(c)), s.settle(second(c))];
    const [x, y] = [s.shapeOf(a), s.shapeOf(b)];
    return x !== undefined && y !== undefined && isColumn(x) && isColumn(y) ? apply("dot", a, b) : s.settle(c.args.slice(1).reduce<Raw>((l, r) => infix("@", l, r), first(c)));
  }, // prettier-ignore
  innerproduct: (s, c) => {
    const [a, b] = [s.settle(first(c)), s.settle(second(c))];
    const x = s.shapeOf(a);
    return x !== undefined && isMatrix(x) ? apply("tr", apply("mul", apply("transpose", a), b)) : apply("dot", a, b);
  },
  matmul: read((c) => c.args.slice(1).reduce<Raw>((l, r) => infix("@", l, r), first(c))),
  outer: (s, c) => apply("mul", s.settle(first(c)), apply("transpose", s.settle(second(c)))),
  multiply: signed(".*"),
  divide: (s, c) => s.quotient("./", s.settle(first(c)), s.settle(second(c))),
  add: (s, c) => s.plus("+", s.settle(first(c)), s.settle(second(c))),
  subtract: (s, c) => s.plus("-", s.settle(first(c)), s.settle(second(c))),
  power: (s, c) => s.power(".^", first(c), second(c)),
  square: (s, c) => squared(s, s.settle(first(c))),
  reciprocal: (s, c) => s.quotient("./", num(1), s.settle(first(c))),
  negative: (s, c) => apply("neg", s.settle(first(c))),
  solve: read((c) => (c.args.length < 2 ? { ...c, name: "inv" } : infix("\\", first(c), second(c)))),
  pinvsolve: (s, c) => apply("mul", apply("pinv", s.settle(first(c))), s.settle(second(c))),
  transpose: read((c) => ({ kind: "transpose", of: first(c) })),
  max: larger,
  maximum: larger,
  min: smaller,
  minimum: smaller,
  where: choice,
  log1p: (s, c) => apply("log", s.plus("+", num(1), s.settle(first(c)))),
  expm1: (s, c) => s.plus("-", apply("exp", s.settle(first(c))), num(1)),
  logsigmoid: (s, c) => apply("log", apply("sigmoid", s.settle(first(c)))),
  logsoftmax: (s, c) => apply("log", apply("softmax", s.settle(first(c)))),
  mse: squareError,
  einsum: (s, c) => {
    const [spec, ...operands] = c.args;
    if (spec?.kind !== "text") return giveUp("what `einsum` sums is not clear");
    return einsum(spec.text, operands.map((o) => s.settle(o)));
  }, // prettier-ignore
  eye: sized("eye"),
  ones: sized("ones"),
  zeros: sized("zeros"),
  oneslike: (s, c) => constantOf("ones", s.shapeOf(s.settle(first(c))) ?? giveUp("a size is not known")),
  zeroslike: (s, c) => constantOf("zeros", s.shapeOf(s.settle(first(c))) ?? giveUp("a size is not known")),
  numel: read((c) => ({ kind: "size", of: first(c), side: "all" })),
  length: read((c) => ({ kind: "size", of: first(c), side: "rows" })),
  size: read((c) => sideOf(first(c), c.args[1], 1)),
  nrow: read((c) => ({ kind: "size", of: first(c), side: "rows" })),
  ncol: read((c) => ({ kind: "size", of: first(c), side: "cols" })),
  crossprod: read((c) => infix("@", { kind: "transpose", of: first(c) }, c.args[1] ?? first(c))),
  tcrossprod: read((c) => infix("@", first(c), { kind: "transpose", of: c.args[1] ?? first(c) })),
  norm2squared: (s, c) => apply("pow", apply("norm2", s.settle(first(c))), num(2)),
  quadform: read((c) => infix("*", infix("*", { kind: "transpose", of: first(c) }, second(c)), first(c))),
  slogdet: op("logdet"),
  array: (s, c) => s.column(first(c)),
  first: read(first),
  /** `log|Σ|` and `log det Σ` are one function here. */
  log: (s, c) => {
    const [of] = c.args;
    if (of?.kind === "bars" && !of.double) {
      const inner = s.bars(of, false);
      return inner.kind === "apply" && inner.op === "det" ? apply("logdet", inner.args[0]!) : apply("log", inner);
    }
    const value = s.settle(first(c));
    if (c.args.length > 1) return giveUp("logarithms to other bases have no form here");
    return value.kind === "apply" && value.op === "det" && of?.kind === "call" && of.name === "det" && !s.known.style.starIsElementwise ? apply("logdet", value.args[0]!) : apply("log", value);
  }, // prettier-ignore
  bsxfun: (s, c) => {
    const [sign, a, b] = c.args;
    if (sign?.kind !== "text" || a === undefined || b === undefined) return giveUp("`bsxfun` takes a function and two values");
    const [x, y] = [s.settle(a), s.settle(b)];
    if (sign.text === "plus" || sign.text === "minus") return s.plus(sign.text === "plus" ? "+" : "-", x, y);
    return sign.text === "times" ? s.product(".*", x, y) : s.quotient("./", x, y);
  }, // prettier-ignore
});

/** A call as it is written here. */
export function settleCall(s: Settler, c: Call, expected: Shape | undefined): Expr {
  const own = s.known.scope.definitions.get(c.name);
  if (own === undefined && Object.hasOwn(FORMS, c.name)) return FORMS[c.name]!(s, c, expected);
  const args = c.args.map((a) => s.settle(a));
  if (own !== undefined) return { kind: "call", name: c.name, primes: 0, args };
  const o = operator(c.name);
  if (o === undefined || o.group === "sign") return giveUp(`\`${c.name}\` is not known`);
  if ([...c.named.keys()].some((k) => !/^(?:axis|dim|dtype)$/.test(k)))
    return giveUp(`\`${c.name}\` takes no named arguments here`);
  // `softmax(x, dim=-1)`, `axis=1`: along the last side is what it does.
  const kept = args.slice(0, Math.max(o.arity[1], 1));
  if (kept.length < o.arity[0] || args.length > o.arity[1]) return giveUp(`\`${c.name}\` takes other arguments here`);
  return apply(c.name, ...kept);
}

export const zero = numeral(0);
