import { type DerivativeExpr, type Expr, name as nameExpr, size, type Span } from "../core/ast";
import { isOne } from "../core/dimension";
import type { Scope } from "../core/scope";
import { isScalar, shapeText } from "../core/shape";
import type { Derivative } from "../calculus";
import { operator } from "../operators";
import { curvature } from "../optima/curvature";
import { type Blocks, blocksOf } from "../notation/blocks";
import { derivativeOf } from "./derivatives";
import { diagnostics } from "./diagnostics";
import { formulaAt, inDocument, inFormula, overlaps } from "./place";
import type { CheckedClaim, Snapshot } from "./snapshot";
import { nodesAtCursor, shapeIn, type Target, targetAt, variablesOf } from "./target";
import type { Turn } from "./turn";
import { lineOf, meaningOf, originInWords, propertiesInWords, shapeInWords } from "./variableInfo";
import { shortened } from "./shortening";
import { pictureLatexIn, unicodeIn } from "./writing";

/** An equation as it is shown, as text and for a picture. */
export interface Equation {
  /** `∂f/∂x` */
  readonly left: string;
  readonly right: string;
  readonly latex: {
    readonly left: string;
    /** The right side, term by term: where a line ends, the next begins with a sign. */
    readonly terms: readonly string[];
  };
}

/** A derivative as it is shown: `∂f/∂x = (A + Aᵀ)x`. */
export interface Row extends Equation {
  readonly variable: string;
  /** The variable as it is read: `Σ` for `Sigma`. */
  readonly label: string;
  readonly shape: string;
  readonly verified: boolean;
}

export interface Hover {
  /** What the hover is about, in the document. */
  readonly span: Span;
  /** The name or sign at the cursor: `w`, and what there is to say of it. */
  readonly subject?: { readonly title: string; readonly text: string };
  /** What the checker says of the equation. */
  readonly claim?: { readonly mark: string; readonly text: string; readonly wrong: boolean };
  /** Shapes that do not fit: to be drawn, and in words. */
  readonly clash?: Blocks;
  /** The expression: as text, and its shape. */
  readonly expression?: { readonly text: string; readonly shape: string };
  readonly rows: readonly Row[];
  /** What the rows call their parts. */
  readonly where: readonly Equation[];
  /** Variables whose derivative is not shown, to be derived on demand. */
  readonly folded: readonly { readonly variable: string; readonly label: string }[];
  /** What holds for the rows beyond their text: assumptions made, points where they do not exist. */
  readonly notes: readonly string[];
  /** Why there is no derivative, where there is none. */
  readonly refusal?: string;
  /** What the links act on: the target's span in the document. */
  readonly target?: Span;
}

/** Derivatives shown in full; the others are folded into one line. */
const SHOWN = 2;
/** Nodes of an expression that stands for itself in `∂(xᵀAx)/∂x`; a longer one is called f. */
const SHORT = 8;
/** Expressions longer than this, in characters, are not repeated at the head of a hover. */
const LONGEST = 60;

/**
 * What is to be said at an offset, or of a selection around it: the name there, the formula's shape, its derivative
 * with respect to the variables it depends on, the checker's word on an equation.
 *
 * @param options the variable whose derivative is wanted first; how many derivatives are shown
 */
export async function hover(
  snapshot: Snapshot,
  offset: number,
  selection: Span | undefined,
  turn: Turn,
  { variable, rows: most = SHOWN }: { readonly variable?: string; readonly rows?: number } = {},
): Promise<Hover | undefined> {
  const { document } = snapshot;
  const formula = formulaAt(document, offset);
  if (formula === undefined) return undefined;
  const around = nodesAtCursor(formula, offset);
  const subject = subjectAt(snapshot, offset, around);
  const target = targetAt(snapshot, selection ?? { start: offset, end: offset });
  const claim = claimAt(snapshot, formula.span);
  const clash = clashAt(snapshot, offset);
  const innermost = around.at(-1);
  const base = {
    span: innermost?.span !== undefined && subject !== undefined ? inDocument(formula, innermost.span) : formula.span,
    ...(subject === undefined ? {} : { subject }),
    ...(claim === undefined ? {} : { claim }),
    ...(clash === undefined ? {} : { clash }),
    rows: [],
    where: [],
    folded: [],
    notes: [],
  };
  const said = subject !== undefined || claim !== undefined || clash !== undefined;
  if (target === undefined) return said ? base : undefined;
  const shape = shapeIn(target.expr, formula.scope);
  // A name or a number alone has been said already.
  const plain = target.expr.kind === "name" || target.expr.kind === "number";
  if (shape === undefined || plain) return said ? base : undefined;

  const text = unicodeIn(formula.scope)(target.expr);
  const expression = { text: text.length > LONGEST ? "" : text, shape: shapeText(shape) };
  const { rows, where, folded, notes, refusal } = await rowsOf(snapshot, target, turn, variable, most);
  return {
    ...base,
    ...(selection !== undefined && target.part ? { span: target.span } : {}),
    expression,
    rows,
    where,
    folded,
    notes,
    ...(refusal === undefined ? {} : { refusal }),
    target: target.span,
  };
}

type Found = Pick<Hover, "rows" | "where" | "folded" | "notes" | "refusal">;
const NOTHING: Found = { rows: [], where: [], folded: [], notes: [] };

/** The derivatives of a target with respect to its likely variables. */
async function rowsOf(
  snapshot: Snapshot,
  target: Target,
  turn: Turn,
  wanted: string | undefined,
  most: number,
): Promise<Found> {
  const { formula, expr } = target;
  if (expr.kind === "derivative") return writtenDerivative(snapshot, target, expr, turn);
  const derivative = derivativeBeside(target);
  if (derivative !== undefined) return instead(snapshot, target, derivative, turn);
  if (expr.kind === "differential" || expr.kind === "error") return NOTHING;
  const all = variablesOf(expr, formula.scope);
  const variables = [...all.filter((v) => v.name === wanted), ...all.filter((v) => v.name !== wanted)];
  const shown: { variable: string; result: Derivative }[] = [];
  const folded: { variable: string; label: string }[] = [];
  let refusal: string | undefined;
  for (const { name } of variables) {
    if (shown.length === most) {
      folded.push({ variable: name, label: unicodeIn(formula.scope)(nameExpr(name)) });
      continue;
    }
    await turn();
    const result = await derivativeOf(formula, expr, [name], snapshot.settings, turn, target.name);
    if (result.ok) shown.push({ variable: name, result });
    else refusal ??= result.error.message;
  }
  const of = target.name ?? (size(expr) <= SHORT ? expr : nameExpr("f"));
  const rows = await written(
    snapshot,
    target,
    shown.map(({ variable, result }) => ({
      left: { kind: "derivative", of, wrt: [nameExpr(variable)] },
      variable,
      result,
    })),
    turn,
  );
  const curves = shown.flatMap(({ variable }) => curveIn(target, variable));
  return {
    ...rows,
    notes: [...rows.notes, ...curves],
    folded,
    ...(refusal === undefined || shown.length > 0 ? {} : { refusal }),
  };
}

/** Work for one line on curvature, in steps of the budget. */
const CURVE_STEPS = 20_000;

/** Which way a scalar curves, where the rules prove it at once; nothing is said of what is linear. */
function curveIn({ expr, formula: { scope } }: Target, variable: string): string[] {
  const shape = shapeIn(expr, scope);
  if (shape === undefined || !isScalar(shape)) return [];
  const found = curvature({ expr, wrt: [variable], scope }, "quick", CURVE_STEPS);
  if (!found.ok || !/con(?:vex|cave)$/.test(found.curvature)) return [];
  return [`${sentence(found.curvature)} in ${unicodeIn(scope)(nameExpr(variable))}.`];
}

/** What a derivative that is written down comes to. */
async function writtenDerivative(
  snapshot: Snapshot,
  target: Target,
  derivative: DerivativeExpr,
  turn: Turn,
): Promise<Found> {
  const { formula } = target;
  const wrt = derivative.wrt.flatMap((w) => (w.kind === "name" ? [w.name] : []));
  if (wrt.length !== derivative.wrt.length || derivative.transposed === true) return NOTHING;
  const result = await derivativeOf(formula, derivative.of, wrt, snapshot.settings, turn);
  if (!result.ok) return { ...NOTHING, refusal: result.error.message };
  return { ...(await written(snapshot, target, [{ left: derivative, variable: wrt[0]!, result }], turn)), folded: [] };
}

/** The derivative that a target is said to equal: nobody wants that derived again. */
function derivativeBeside({ formula, expr, part }: Target): DerivativeExpr | undefined {
  const { statement } = formula;
  if (part || statement.kind !== "claim") return undefined;
  return statement.sides.find((s): s is DerivativeExpr => s !== expr && s.kind === "derivative");
}

/** Of what a derivative is wrongly said to equal: what it comes to, where that is of the same shape. */
async function instead(snapshot: Snapshot, target: Target, written: DerivativeExpr, turn: Turn): Promise<Found> {
  const claim = snapshot.checked?.claims.find((c) => overlaps(c.span, target.formula.span));
  if (claim?.status !== "wrong") return NOTHING;
  const found = await writtenDerivative(snapshot, target, written, turn);
  const shape = shapeIn(target.expr, target.formula.scope);
  return shape !== undefined && found.rows[0]?.shape === shapeText(shape) ? found : NOTHING;
}

function notesOf(result: Derivative): string[] {
  return [...result.assumptions.map((a) => `Assuming ${a}.`), ...result.kinks.map((k) => `${sentence(k)}.`)];
}

/** Derivatives as equations; what recurs in long ones by name. */
async function written(
  snapshot: Snapshot,
  target: Target,
  found: readonly { readonly left: DerivativeExpr; readonly variable: string; readonly result: Derivative }[],
  turn: Turn,
): Promise<Pick<Hover, "rows" | "where" | "notes">> {
  const { answers, definitions, scope } = await shortened(snapshot, target, found.map((f) => f.result.expr), turn); // prettier-ignore
  const write = unicodeIn(scope);
  const latex = pictureLatexIn(snapshot, target.formula, scope);
  const equation = (left: Expr, right: Expr): Equation => ({
    left: write(left),
    right: write(right),
    latex: { left: latex(left), terms: termsOf(right, latex) },
  });
  return {
    rows: found.map(({ left, variable, result }, i) => ({
      ...equation(left, answers[i]!),
      variable,
      label: write(nameExpr(variable)),
      shape: shapeText(result.shape),
      verified: result.verified,
    })),
    where: definitions.map((d) => equation(nameExpr(d.name), d.body)),
    notes: [...new Set(found.flatMap((f) => notesOf(f.result)))],
  };
}

/** The terms of a sum as LaTeX, each but the first with its sign; a whole that is no sum is one term. */
function termsOf(e: Expr, latex: (e: Expr) => string): readonly string[] {
  if (e.kind !== "apply" || (e.op !== "add" && e.op !== "sub")) return [latex(e)];
  const [a, b] = e.args as [Expr, Expr];
  const whole = latex(e);
  const first = latex(a);
  const second = latex(b);
  const sign = e.op === "add" ? "+" : "-";
  // Brackets and signs are the printer's business: a term is what it wrote there.
  const rest = whole.startsWith(first) ? whole.slice(first.length).trimStart() : undefined;
  if (rest?.startsWith(sign) !== true || !rest.includes(second)) return [whole];
  return [...termsOf(a, latex), rest];
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, "");

/** What is known of the name, the operator or the function at the cursor. */
function subjectAt(snapshot: Snapshot, offset: number, around: readonly Expr[]): Hover["subject"] {
  const formula = formulaAt(snapshot.document, offset)!;
  const { statement, scope } = formula;
  const covers = (s: Span | undefined): boolean => {
    if (s === undefined) return false;
    const there = inDocument(formula, s);
    return there.start <= offset && offset < there.end;
  };
  if (statement.kind === "declaration") {
    const named = statement.names.find((n) => covers(n.span));
    if (named !== undefined) return aboutName(snapshot, named.name, offset);
    const size = covers(statement.shapeSpan) ? wordAt(formula.text, inFormula(formula, offset)) : undefined;
    return size !== undefined && scope.dimensions.has(size) ? aboutName(snapshot, size, offset) : undefined;
  }
  if (statement.kind === "definition" && covers(statement.nameSpan)) return aboutName(snapshot, statement.name, offset);
  const node = around.at(-1);
  if (node === undefined) return undefined;
  if (node.kind === "name") return aboutName(snapshot, node.name, offset);
  if (node.kind === "call" && covers(node.opSpan)) return aboutName(snapshot, node.name, offset);
  if (node.kind !== "apply") return undefined;
  const shape = shapeIn(node, scope);
  const op = operator(node.op);
  if (op === undefined || !covers(node.opSpan)) return undefined;
  if (op.group === "sign") {
    // On a sign: the part that it joins, where that is not the whole.
    return around.length > 1 && shape !== undefined
      ? { title: unicodeIn(scope)(node), text: shapeInWords(shape) }
      : undefined;
  }
  return { title: op.doc.shapes, text: op.doc.summary };
}

function aboutName(snapshot: Snapshot, name: string, offset: number): Hover["subject"] {
  const formula = formulaAt(snapshot.document, offset)!;
  const { scope } = formula;
  const meaning = meaningOf(name, scope);
  if (meaning === undefined) return undefined;
  if (!snapshot.settings.conventions && formula.guessed?.has(name) === true)
    return { title: name, text: "not declared" };
  const base = meaning.kind === "variable" ? meaning.base : meaning.name;
  const origin = snapshot.document.origin(base, offset);
  const where = origin === undefined ? [] : [originInWords(snapshot.document, origin)];
  if (meaning.kind === "dimension") {
    const first = origin === undefined ? [] : [`first in line ${lineOf(snapshot.document, origin.span.start)}`];
    return { title: name, text: [`dimension: ${sizesIn(scope, name)}`, ...first].join(", ") };
  }
  if (meaning.kind === "variable") {
    const { shape, properties, family } = meaning.variable;
    const said = propertiesInWords(properties);
    const range = family === undefined ? [] : [`for ${family.index} = ${family.from.key}..${family.to.key}`];
    return { title: name, text: [shapeInWords(shape), ...(said === "" ? [] : [said]), ...range, ...where].join(", ") };
  }
  const definition = scope.definitions.get(name)!;
  const shape = definition.parameters === undefined ? shapeIn(nameExpr(name), scope) : undefined;
  const written = unicodeIn(scope)(definition.body);
  const head = definition.parameters === undefined ? name : `${name}(${definition.parameters.join(", ")})`;
  // Where it is defined, the definition stands before one's eyes.
  const here = origin !== undefined && overlaps(origin.span, formula.span);
  return {
    title: here || written.length > LONGEST ? head : `${head} = ${written}`,
    text: [...(shape === undefined ? [definition.parameters === undefined ? "definition" : "function"] : [shapeInWords(shape)]), ...where].join(", "), // prettier-ignore
  };
}

/** What a dimension is the size of: `rows of X, length of y`. */
function sizesIn(scope: Scope, name: string): string {
  const out: string[] = [];
  for (const v of scope.variables.values()) {
    const { rows, cols } = v.shape;
    if (rows.key === name && cols.key === name) out.push(`rows and columns of ${v.name}`);
    else if (rows.key === name) out.push(`${isOne(cols) ? "length" : "rows"} of ${v.name}`);
    else if (cols.key === name) out.push(`${isOne(rows) ? "length" : "columns"} of ${v.name}`);
  }
  const named = out.slice(0, MOST_SIZES);
  if (out.length > MOST_SIZES) named.push(`${out.length - MOST_SIZES} more`);
  return named.length === 0 ? "a size" : named.join(", ");
}
const MOST_SIZES = 5;

/** The word around an offset of a text. */
function wordAt(text: string, offset: number): string | undefined {
  const isPart = (at: number): boolean => /[\p{L}\p{N}_]/u.test(text.charAt(at));
  let [start, end] = [offset, offset];
  while (start > 0 && isPart(start - 1)) start--;
  while (end < text.length && isPart(end)) end++;
  return start === end ? undefined : text.slice(start, end);
}

const MARKS: Readonly<Record<CheckedClaim["status"], string>> = {
  proved: "✓ proved",
  verified: "✓ verified by numbers",
  wrong: "✗ wrong",
  conditional: "⚠ holds only under a condition",
  unknown: "? not decided",
};

function claimAt(snapshot: Snapshot, span: Span): Hover["claim"] {
  const claim = snapshot.checked?.claims.find((c) => overlaps(c.span, span));
  if (claim === undefined) return undefined;
  return { mark: MARKS[claim.status], text: claim.note ?? "", wrong: claim.status === "wrong" };
}

/** The innermost place around an offset where shapes do not fit. */
function clashAt(snapshot: Snapshot, offset: number): Blocks | undefined {
  const around = diagnostics(snapshot).filter(
    (f) => f.clash !== undefined && f.span.start <= offset && offset <= f.span.end,
  );
  const innermost = around.sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
  const formula = formulaAt(snapshot.document, offset);
  if (innermost?.clash === undefined || formula === undefined) return undefined;
  return blocksOf(innermost.clash, unicodeIn(formula.scope));
}

/** Whether a Hessian makes sense for a target. */
export const isScalarTarget = (target: Target): boolean => {
  const shape = shapeIn(target.expr, target.formula.scope);
  return shape !== undefined && isScalar(shape);
};
