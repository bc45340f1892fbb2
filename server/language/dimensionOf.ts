import type { Expr } from "../core/ast";
import { type Dim, dimAdd, dimMul, dimName, dimNumber, dimScale, dimSub } from "../core/dimension";

/** Powers of dimensions beyond this are no use to anyone. */
const MOST_POWER = 16;

/**
 * The dimension that an expression stands for: names, whole numbers, sums, products and small powers of them,
 * and quotients by numbers. `undefined` for anything else.
 */
export function dimensionOf(e: Expr): Dim | undefined {
  if (e.kind === "number") return Number.isInteger(e.value) ? dimNumber(e.value) : undefined;
  if (e.kind === "name") return dimName(e.name);
  if (e.kind !== "apply") return undefined;
  const a = dimensionOf(e.args[0]!);
  if (a === undefined) return undefined;
  if (e.op === "neg") return dimScale(a, -1);
  const second = e.args[1];
  if (second === undefined) return undefined;
  const whole = second.kind === "number" && Number.isInteger(second.value) ? second.value : undefined;
  if (e.op === "div") return whole === undefined || whole === 0 ? undefined : dimScale(a, 1 / whole);
  if (e.op === "pow") {
    if (whole === undefined || whole < 1 || whole > MOST_POWER) return undefined;
    let out = a;
    for (let i = 1; i < whole; i++) out = dimMul(out, a);
    return out;
  }
  const b = dimensionOf(second);
  if (b === undefined) return undefined;
  if (e.op === "add") return dimAdd(a, b);
  if (e.op === "sub") return dimSub(a, b);
  return e.op === "mul" ? dimMul(a, b) : undefined;
}

/** The expression of a dimension: dimensions are scalars too. */
export function dimensionExpr(d: Dim): Expr {
  let sum: Expr | undefined;
  const order = [...d.terms.keys()].sort((x, y) => (x === "" ? 1 : y === "" ? -1 : x < y ? -1 : 1));
  for (const monomial of order) {
    const coefficient = d.terms.get(monomial)!;
    const factors: Expr[] = monomial === "" ? [] : monomial.split("*").map(monomialPart);
    const size = sum === undefined ? coefficient : Math.abs(coefficient);
    if (size !== 1 || factors.length === 0) factors.unshift({ kind: "number", value: size });
    const term = factors.reduce((x, y) => ({ kind: "apply", op: "mul", args: [x, y] }));
    sum = sum === undefined ? term : { kind: "apply", op: coefficient < 0 ? "sub" : "add", args: [sum, term] };
  }
  return sum ?? { kind: "number", value: 0 };
}

function monomialPart(part: string): Expr {
  const [base, power] = part.split("^") as [string, string | undefined];
  const name: Expr = { kind: "name", name: base };
  return power === undefined
    ? name
    : { kind: "apply", op: "pow", args: [name, { kind: "number", value: Number(power) }] };
}
