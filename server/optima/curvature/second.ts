import { apply, type Expr, num } from "../../core/ast";
import { symmetricEigen } from "../../core/linearAlgebra";
import { fill } from "../../core/dense";
import { isScalar } from "../../core/shape";
import type { Variable } from "../../core/scope";
import { derive } from "../../calculus";
import { printText } from "../../language/print";
import { type Definiteness, definiteness, WORDS } from "./definite";
import type { Facts } from "./facts";
import { NO_NAMES } from "./facts";
import { ANY } from "./range";
import type { World } from "./world";

/** Whether the gradient hangs on none of the variables. */
export function isAffineByGradient(e: Expr, wrt: readonly Variable[], world: World): string[] | undefined {
  const lines: string[] = [];
  for (const v of wrt) {
    const g = derive({ expr: e, wrt: [v.name], scope: world.scope });
    if (!g.ok || g.kinks.length > 0 || world.depends(g.expr)) return undefined;
    lines.push(`the gradient by ${v.name}, ${printText(g.expr)}, is constant`);
  }
  return lines;
}

/** What the second derivative says: its form is a tree of definite parts. `undefined` where it says nothing. */
export function bySecondDerivative(e: Expr, wrt: readonly Variable[], world: World): Facts | undefined {
  const names = wrt.map((v) => v.name);
  const found = wrt.length === 1 ? ofOne(e, wrt[0]!, world) : ofSeveral(e, wrt, world);
  if (found === undefined || found.definite.sign === 0) return undefined;
  const { definite, shown } = found;
  const on = new Set(names);
  const full = Math.abs(definite.sign) === 2;
  const modulus = definite.least !== undefined && !world.depends(definite.least) ? definite.least : undefined;
  const smooth = definite.most !== undefined && !world.depends(definite.most) ? definite.most : undefined;
  // Definite everywhere is strict; strong only with a bound that holds everywhere.
  const constant = found.constant;
  return {
    curve: definite.sign > 0 ? "convex" : "concave",
    range: ANY,
    strict: full ? on : NO_NAMES,
    ...(full && (modulus !== undefined || constant)
      ? { strong: { on, ...(modulus === undefined ? {} : { modulus }) } }
      : {}),
    ...(smooth === undefined ? {} : { smooth }),
    why: `the Hessian, ${shown}, is ${WORDS[definite.sign]}${explained(definite)}`,
    because: [],
  };
}

/** The parts of a tree of definiteness, in words. */
function explained(d: Definiteness): string {
  const parts = d.because.length === 0 ? [d] : d.because;
  return `: ${parts.map((p) => p.why).join(" and ")}`;
}

interface Second {
  readonly definite: Definiteness;
  readonly shown: string;
  readonly constant: boolean;
}

function ofOne(e: Expr, v: Variable, world: World): Second | undefined {
  const h = derive({ expr: e, wrt: [v.name, v.name], scope: world.scope });
  // A Hessian says nothing of what happens at a kink.
  if (!h.ok || h.kinks.length > 0) return undefined;
  const definite = world.definite(h.expr) ?? world.projection(h.expr);
  return definite === undefined ? undefined : { definite, shown: printText(h.expr), constant: !world.depends(h.expr) };
}

/** Of several: numbers beside each other, or variables that do not meet. */
function ofSeveral(e: Expr, wrt: readonly Variable[], world: World): Second | undefined {
  const second = (a: Variable, b: Variable): Expr | undefined => {
    const h = derive({ expr: e, wrt: [a.name, b.name], scope: world.scope });
    return h.ok && h.kinks.length === 0 ? h.expr : undefined;
  };
  const n = wrt.length;
  if (n > 4) return undefined;
  const block: (Expr | undefined)[][] = wrt.map((a, i) => wrt.map((b, j) => (j < i ? undefined : second(a, b))));
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) if (block[i]![j] === undefined) return undefined;
  const isZero = (x: Expr): boolean =>
    (x.kind === "number" && x.value === 0) || (x.kind === "apply" && x.op === "zeros");
  const apart = wrt.every((_, i) => wrt.every((__, j) => j <= i || isZero(block[i]![j]!)));
  if (apart) {
    const own = wrt.map((_, i) => world.definite(block[i]![i]!));
    if (own.some((d) => d === undefined)) return undefined;
    const signs = own.map((d) => d!.sign);
    if (!signs.every((s) => s > 0) && !signs.every((s) => s < 0)) return undefined;
    const sign = (signs[0]! > 0 ? Math.min(...signs) : Math.max(...signs)) as Definiteness["sign"];
    return {
      definite: definiteness(sign, "blocks on the diagonal", {}, own as Definiteness[]),
      shown: wrt.map((_, i) => printText(block[i]![i]!)).join(" beside "),
      constant: wrt.every((_, i) => !world.depends(block[i]![i]!)),
    };
  }
  if (!wrt.every((v) => isScalar(v.shape))) return undefined;
  const entry = (i: number, j: number): Expr => (j < i ? block[j]![i]! : block[i]![j]!);
  const rows = wrt.map((_, i) => wrt.map((__, j) => entry(i, j)));
  const shown = printText({ kind: "literal", rows });
  if (rows.flat().every((x) => x.kind === "number" || (x.kind === "apply" && x.op === "neg" && x.args[0]!.kind === "number"))) {
    const value = (x: Expr): number => (x.kind === "number" ? x.value : -(x as { args: readonly { value: number }[] }).args[0]!.value);
    const eigen = symmetricEigen(fill(n, n, (i, j) => value(rows[i]![j]!))).values;
    const [low, high] = [eigen[0]!, eigen.at(-1)!];
    const most = Math.max(Math.abs(low), Math.abs(high));
    const rounded = (x: number): number => Number(x.toPrecision(12));
    if (low > 1e-9 * most) return { definite: definiteness(2, `its eigenvalues are at least ${Number(low.toPrecision(4))}`, { least: num(rounded(low)), most: num(rounded(most)) }), shown, constant: true };
    if (low >= -1e-12 * most) return { definite: definiteness(1, "its eigenvalues are not negative", { most: num(rounded(most)) }), shown, constant: true };
    if (high < -1e-9 * most) return { definite: definiteness(-2, `its eigenvalues are at most ${Number(high.toPrecision(4))}`, { least: num(rounded(-high)), most: num(rounded(most)) }), shown, constant: true };
    if (high <= 1e-12 * most) return { definite: definiteness(-1, "its eigenvalues are not positive", { most: num(rounded(most)) }), shown, constant: true };
    return undefined;
  }
  if (n !== 2) return undefined;
  // Two numbers: the leading minors.
  const [a, b, d] = [rows[0]![0]!, rows[0]![1]!, rows[1]![1]!];
  const determinant = apply("sub", apply("mul", a, d), apply("mul", b, b));
  const minor = world.sign(determinant);
  const first = world.sign(a);
  if (minor === undefined || first === undefined || minor < 1 || first === 0) return undefined;
  const last = world.sign(d);
  if (last === undefined || Math.sign(last) !== Math.sign(first)) return undefined;
  const sign = (Math.sign(first) * (minor === 2 && Math.abs(first) === 2 ? 2 : 1)) as Definiteness["sign"];
  return { definite: definiteness(sign, "by its leading minors"), shown, constant: rows.flat().every((x) => !world.depends(x)) };
} // prettier-ignore
