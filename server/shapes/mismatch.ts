import { apply, type ApplyExpr, type Expr, name, type Span } from "../core/ast";
import type { Dim } from "../core/dimension";
import { ONE } from "../core/dimension";
import type { Clash, Problem, ProblemCode } from "../core/problem";
import type { Scope } from "../core/scope";
import { dimEqual, dimText } from "../core/dimension";
import { isColumn, isScalar, type Shape, shapeText } from "../core/shape";
import { printText } from "../language/print";
import type { Misfit } from "../operators";
import { type Reason, reasonOf, reasonText, type ShapeAt, type Side } from "./reason";
import { tableOf } from "../core/table";

/** A problem of shapes, with what is needed to explain it and to look for repairs. */
export interface ShapeProblem extends Problem {
  /** The part that is wrong. */
  readonly node: Expr;
  /** The dimensions that differ, each with where it comes from. */
  readonly reasons: readonly { readonly dim: Dim; readonly reason: Reason }[];
}

/** Longest text of a part in a message. */
const MOST_TEXT = 40;

/** A part as it is named in a message. */
export function shown(e: Expr): string {
  const text = printText(e);
  return `\`${text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text}\``;
}

/** The products that two columns have, with their own names where these are short. */
function products(a: Expr, b: Expr): string {
  const [x, y] = [a, b].every((e) => printText(e).length <= SHORT) ? [a, b] : [name("x"), name("y")];
  const inner = printText(apply("mul", apply("transpose", x), y));
  const outer = printText(apply("mul", x, apply("transpose", y)));
  return `for the inner product write ${inner}, for the outer ${outer}, for entries ${printText(apply("hadamard", x, y))}`;
}

/** Texts that stand in a message beside two others like them. */
const SHORT = 12;

/** A shape in the middle of a sentence: `n×d`, `a scalar`. */
export const shapeNoun = (s: Shape): string => (isScalar(s) ? "a scalar" : shapeText(s));

const HINTS: Readonly<Record<string, string>> = tableOf({
  add: "a scalar is not spread over an array",
  sub: "a scalar is not spread over an array",
  hadamard: "to scale by a scalar, write *",
  hdiv: "to divide by a scalar, write /",
});

const SIGNS: Readonly<Record<string, string>> = tableOf({
  mul: "·",
  add: "+",
  sub: "−",
  hadamard: "⊙",
  hdiv: "⊘",
  dot: "·",
});

/** What a picture of a misfit shows; nothing where no two sides are to blame. */
function clashOf(e: ApplyExpr, [s, t]: readonly Shape[], misfit: Misfit): Clash | undefined {
  const [a, b] = e.args;
  if (a === undefined || s === undefined) return undefined;
  if (misfit.code === "not-square") return { parts: [{ expr: a, shape: s, sides: ["rows", "cols"] }], sign: "" };
  const sign = SIGNS[e.op];
  if (sign === undefined || b === undefined || t === undefined) return undefined;
  return clashBetween({ expr: a, shape: s }, { expr: b, shape: t }, sign, e.op === "mul");
}

interface Part {
  readonly expr: Expr;
  readonly shape: Shape;
}

/** The sides of two parts that must be equal and are not: of a product the inner ones, else each that differs. */
export function clashBetween(a: Part, b: Part, sign: string, product: boolean): Clash {
  if (product)
    return {
      parts: [
        { ...a, sides: ["cols"] },
        { ...b, sides: ["rows"] },
      ],
      sign,
    };
  const sides = (["rows", "cols"] as const).filter((side) => !dimEqual(a.shape[side], b.shape[side]));
  return {
    parts: [
      { ...a, sides },
      { ...b, sides },
    ],
    sign,
  };
}

/** Explains why an operator does not fit its arguments. */
export function explain(
  e: ApplyExpr,
  shapes: readonly Shape[],
  misfit: Misfit,
  scope: Scope,
  shapeAt: ShapeAt,
): ShapeProblem {
  const { clash } = misfit;
  const span: Span = e.span ?? { start: 0, end: 0 };
  const drawn = clashOf(e, shapes, misfit);
  const make = (code: ProblemCode, message: string, reasons: ShapeProblem["reasons"] = []): ShapeProblem => ({
    code, severity: "error", message, span: { start: span.start, end: span.end }, node: e, reasons,
    ...(drawn === undefined ? {} : { clash: drawn }),
  }); // prettier-ignore
  const [a, b] = e.args;
  const [s, t] = shapes;
  const source = (part: Expr, side: Side, dim: Dim): ShapeProblem["reasons"][number] => ({
    dim,
    reason: reasonOf(part, side, scope, shapeAt),
  });

  if (misfit.code === "not-square" && s !== undefined && a !== undefined) {
    const power = e.op === "pow";
    const reasons = [source(a, "rows", s.rows), source(a, "cols", s.cols)];
    const instead = power ? "; for the power of each entry write .^" : "";
    return make(
      "not-square",
      `${power ? `The power ${shown(e)}` : shown(e)} needs a square matrix, but ${shown(a)} is ${shapeText(s)}${instead}.`,
      reasons,
    );
  }
  if (clash === undefined || a === undefined || b === undefined || s === undefined || t === undefined)
    return make(misfit.code, `${shown(e)} does not fit: ${misfit.message}.`);

  const both = `${shown(a)} is ${shapeNoun(s)} and ${shown(b)} is ${shapeNoun(t)}`;
  if (e.op === "div") {
    const reason = [source(b, dimEqual(t.rows, ONE) ? "cols" : "rows", dimEqual(t.rows, ONE) ? t.cols : t.rows)];
    return make(
      "dimension-mismatch",
      `${shown(e)} divides by an array: ${both}; write ./ for entries or multiply by an inverse.`,
      reason,
    );
  }
  if (e.op === "mul" && isColumn(s) && isColumn(t)) {
    const reasons = [source(a, "rows", s.rows), source(b, "rows", t.rows)];
    const same = dimEqual(s.rows, t.rows) ? `; ${products(a, b)}` : "";
    return make(
      "dimension-mismatch",
      `${shown(e)} multiplies two columns, which have no product: ${both}${same}.`,
      reasons,
    );
  }
  const sides: readonly [Side, Side] =
    e.op === "mul" ? ["cols", "rows"] : dimEqual(s.rows, t.rows) ? ["cols", "cols"] : ["rows", "rows"];
  const left = source(a, sides[0], clash.left);
  const right = source(b, sides[1], clash.right);
  if (isScalar(s) !== isScalar(t) && e.op !== "mul") {
    const hint = HINTS[e.op];
    return make("dimension-mismatch", `${shown(e)} does not fit: ${both}${hint === undefined ? "" : `; ${hint}`}.`, [
      left,
      right,
    ]);
  }
  const named = ({ dim, reason }: typeof left): string => `${dimText(dim)} (${reasonText(reason, shown)})`;
  return make(
    "dimension-mismatch",
    `${shown(e)} does not fit: ${both}, but ${named(left)} and ${named(right)} must be equal.`,
    [left, right],
  );
}
