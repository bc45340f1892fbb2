import { apply, children, type Expr, freeNames, mapChildren, name, sameExpr, size, substitute } from "../core/ast";
import type { Scope } from "../core/scope";
import { isColumn, isScalar, type Shape } from "../core/shape";
import { FUNCTIONS, operator } from "../operators";
import type { Context } from "./context";
import type { NamedPart } from "./derivation";
import { fromTemplate } from "./templates";
import { isApply, type Products } from "./term";

/** A part that occurs once is named from this size on where the differential of its function repeats it. */
const LONG_ARGUMENT = 5;
/** A part that occurs several times is named from this size on. */
const LONG_REPEATED = 3;

/** Letters in the order in which they are tried. */
const LETTERS = {
  difference: { column: ["r", "e", "u", "v", "z"], matrix: ["E", "R", "F", "G", "M"] },
  function: { column: ["p", "h", "a", "q"], matrix: ["P", "H", "F", "G"] },
  column: ["z", "u", "v", "q", "p", "h"],
  matrix: ["M", "Z", "F", "G", "H", "N", "P", "U", "V"],
  scalar: ["s", "q", "h", "k", "u", "v"],
} as const;

/** Names that mean something already: they cannot be given to a part. */
export function takenNames(scope: Scope, exprs: readonly Expr[]): Set<string> {
  const out = new Set<string>([
    ...scope.variables.keys(),
    ...scope.definitions.keys(),
    ...scope.dimensions,
    ...FUNCTIONS.map((f) => f.name),
  ]);
  for (const e of exprs) for (const n of freeNames(e)) out.add(n);
  for (const v of scope.variables.values())
    for (const d of [v.shape.rows, v.shape.cols]) for (const n of d.key.match(/[a-z]\w*/gi) ?? []) out.add(n);
  return out;
}

/** The first of some letters that is free, `d` in front of it included; else the first with a number. */
export function freeName(letters: readonly string[], taken: ReadonlySet<string>): string {
  const free = (n: string): boolean => !taken.has(n) && !taken.has(`d${n}`);
  for (const l of letters) if (free(l)) return l;
  for (let i = 1; ; i++) for (const l of letters) if (free(`${l}${i}`)) return `${l}${i}`;
}

function lettersFor(e: Expr, shape: Shape): readonly string[] {
  if (isScalar(shape)) return LETTERS.scalar;
  const letters = isApply(e, "sub")
    ? LETTERS.difference
    : e.kind === "apply" && operator(e.op)?.group !== "sign"
      ? LETTERS.function
      : LETTERS;
  return isColumn(shape) ? letters.column : letters.matrix;
}

/**
 * Restates a formula so that its differential is short: squared norms as inner products, operators that stand for
 * others written out, functions of the document put in. Notes the rules.
 */
export function restate(p: Products, e: Expr): Expr {
  const { context } = p;
  if (!context.depends(e) && !callsDefinition(context, e)) return e;
  const f = mapChildren(e, (c) => restate(p, c));
  if (f.kind === "call") {
    const d = context.scope.definitions.get(f.name);
    if (d?.parameters === undefined || f.primes > 0 || d.parameters.length !== f.args.length) return f;
    context.use("definition");
    return restate(p, substitute(d.body, new Map(d.parameters.map((x, i) => [x, f.args[i]!]))));
  }
  if (f.kind !== "apply") return f;
  if (f.op === "pow" && isApply(f.args[0]!, "norm2") && f.args[1]!.kind === "number" && f.args[1].value === 2) {
    const u = f.args[0].args[0]!;
    context.use("squared-norm");
    if (isScalar(context.shapeOf(u))) return apply("pow", u, f.args[1]);
    const square = apply("mul", p.tidy(apply("transpose", u)), u);
    return isColumn(context.shapeOf(u)) ? square : apply("tr", square);
  }
  if (f.op === "dot") {
    context.use("definition");
    const [a, b] = f.args as [Expr, Expr];
    const product = apply("mul", p.tidy(apply("transpose", a)), b);
    const s = context.shapeOf(a);
    return isColumn(s) || isScalar(s) ? product : apply("tr", product);
  }
  const rule = operator(f.op)?.rule;
  if (rule === undefined || !("expand" in rule) || f.op === "norm2") return f;
  context.use("definition");
  const shapes = f.args.map((a) => context.shapeOf(a));
  const template = typeof rule.expand === "string" ? rule.expand : rule.expand(shapes);
  const letters = new Map([
    ["X", f.args[0]!],
    ["Y", f.args[1] ?? f.args[0]!],
  ]);
  const written = fromTemplate(template, letters);
  return restate(p, isApply(written, "div") ? apply("div", written.args[0]!, p.tidy(written.args[1]!)) : written);
}

const callsDefinition = (context: Context, e: Expr): boolean =>
  (e.kind === "call" && context.scope.definitions.has(e.name)) || children(e).some((c) => callsDefinition(context, c));

/** Whether the differential of a function repeats its argument, so that a long one is better named. */
function repeatsArgument(op: string): boolean {
  const rule = operator(op)?.rule;
  if (op === "norm2") return true;
  if (rule === undefined) return false;
  if ("pointwise" in rule) return true;
  return "differential" in rule;
}

interface Candidate {
  readonly expr: Expr;
  count: number;
  argument: boolean;
}

/**
 * Chooses long parts that contain the variable and gives them names, the longest first; returns the formula and
 * the parts with the names in place, each part using only names before it.
 */
export function nameParts(p: Products, e: Expr, taken: ReadonlySet<string>): { expr: Expr; parts: NamedPart[] } {
  const { context } = p;
  const used = new Set(taken);
  const parts: NamedPart[] = [];
  let expr = e;
  for (let round = 0; round < 6; round++) {
    const found = best(context, [expr, ...parts.map((q) => q.expr)]);
    if (found === undefined) break;
    const text = freeName(lettersFor(found, context.shapeOf(found)), used);
    used.add(text);
    const put = (x: Expr): Expr => replaceAll(x, found, name(text));
    expr = put(expr);
    parts.forEach((q, i) => (parts[i] = { ...q, expr: put(q.expr) }));
    parts.push({ name: text, expr: found, own: false });
    context.define(text, found);
  }
  // The meanings as they read now, with the other names in place.
  for (const q of parts) context.define(q.name, q.expr);
  return { expr, parts: inReadingOrder(parts) };
}

/** Each part after those it uses. */
export function inReadingOrder(parts: readonly NamedPart[]): NamedPart[] {
  const out: NamedPart[] = [];
  const visit = (q: NamedPart): void => {
    if (out.includes(q)) return;
    const used = freeNames(q.expr);
    for (const other of parts) if (other !== q && used.has(other.name)) visit(other);
    out.push(q);
  };
  parts.forEach(visit);
  return out;
}

/** The part that is best named next. */
function best(context: Context, roots: readonly Expr[]): Expr | undefined {
  const candidates: Candidate[] = [];
  const visit = (e: Expr, root: boolean, argument: boolean): void => {
    if (!context.depends(e) || e.kind === "sumover") return;
    const n = size(e);
    if (!root && e.kind === "apply" && n >= LONG_REPEATED && nameable(e)) {
      const known = candidates.find((c) => sameExpr(c.expr, e));
      if (known === undefined) candidates.push({ expr: e, count: 1, argument });
      else {
        known.count++;
        known.argument ||= argument;
      }
    }
    // A number in front stays outside the name, and the rest is the argument still.
    const repeats = e.kind === "apply" && (repeatsArgument(e.op) || (argument && !nameable(e)));
    for (const c of children(e)) visit(c, false, repeats);
  };
  for (const r of roots) visit(r, true, false);
  const worth = candidates.filter((c) => {
    const n = size(c.expr);
    return (c.count >= 2 && n >= LONG_REPEATED) || (c.argument && n >= LONG_ARGUMENT);
  });
  worth.sort((a, b) => size(b.expr) - size(a.expr));
  return worth[0]?.expr;
}

/** Signs, transposes and numbers in front are left outside a name. */
const nameable = (e: Expr): boolean =>
  e.kind === "apply" &&
  !["neg", "transpose"].includes(e.op) &&
  !(isApply(e, "mul") && e.args[0]!.kind === "number") &&
  !isMatrixConstant(e);

const isMatrixConstant = (e: Expr): boolean => e.kind === "apply" && operator(e.op)?.group === "constant";

/** Every occurrence of a part replaced. */
export function replaceAll(e: Expr, part: Expr, by: Expr): Expr {
  if (sameExpr(e, part)) return by;
  return mapChildren(e, (c) => replaceAll(c, part, by));
}
