import { apply, children, type Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import { isScalar } from "../core/shape";
import { printText } from "../language/print";
import { Context } from "./context";
import type { Derivation, Step } from "./derivation";
import { replaceAll } from "./naming";
import type { RuleId } from "./rules";
import { withoutSpans } from "./templates";
import { build, Products } from "./term";
import { transpose } from "./transpose";

/** The transpose of an expression whose shapes fit, moved as far inside as it goes: 2(Xw − y)ᵀX for 2Xᵀ(Xw − y). */
export function transposedExpr(e: Expr, scope: Scope): Expr {
  try {
    const p = new Products(new Context(scope));
    const bare = withoutSpans(e);
    // A sum that is its own transpose keeps its order: A + A', not A' + A.
    return sumsIn(bare).reduce(
      (out, sum) => {
        const turned = transpose(p, sum);
        return sameTerms(p, turned, sum) ? replaceAll(out, turned, sum) : out;
      },
      transpose(p, bare),
    );
  } catch {
    return e.kind === "apply" && e.op === "transpose" ? e.args[0]! : apply("transpose", e);
  }
}

const sumsIn = (e: Expr): readonly Expr[] => [
  ...(e.kind === "apply" && (e.op === "add" || e.op === "sub") ? [e] : []),
  ...children(e).flatMap(sumsIn),
];

function sameTerms(p: Products, a: Expr, b: Expr): boolean {
  const terms = (e: Expr): string => p.terms(e).map((t) => printText(build(t))).sort().join(); // prettier-ignore
  return terms(a) === terms(b);
}

/** How a gradient is read off where it is a row. */
const AS_ROWS: Partial<Record<RuleId, RuleId>> = { "read-vector": "read-row", "read-trace": "read-trace-row" };

/**
 * The same derivation in numerator layout: the derivative of a scalar is the transpose of its gradient, everything
 * else is as it was. A Hessian derives the gradient again, whose layout it keeps.
 */
export function inNumeratorLayout(d: Derivation): Derivation {
  const [part, ...others] = d.parts;
  if (part === undefined || others.length > 0 || !isScalar(new Context(d.scope).shapeOf(part.value))) return d;
  const turned = (e: Expr): Expr => transposedExpr(e, d.scope);
  const first = part.steps.findIndex((s) => s.left.kind === "derivative");
  const steps = part.steps.map((s, i): Step => {
    if (s.left.kind !== "derivative") return s;
    return {
      ...s,
      before: i > first ? turned(s.before) : s.before,
      after: turned(s.after),
      changedBefore: [],
      changed: [[]],
      rules: s.rules.map((r) => AS_ROWS[r] ?? r),
    };
  });
  const answer = turned(part.answer);
  return { ...d, parts: [{ ...part, steps, answer }], steps, answer };
}
