import { apply, children, type Expr, withChildren } from "../../core/ast";
import { type Dim, dimEqual, dimIsName } from "../../core/dimension";
import type { Scope } from "../../core/scope";
import { isMatrix, isScalar, type Shape, transposed } from "../../core/shape";
import { dimensionExpr } from "../../language/dimensionOf";
import type { Sizes } from "./sizes";

/** A factor of a product: a formula, turned or not. */
export interface Turned {
  readonly expr: Expr;
  readonly flipped: boolean;
}

/** A diagonal plus a product with a small inner dimension: D + AB. */
export interface LowRank {
  readonly diagonal: Expr;
  readonly left: readonly Turned[];
  readonly right: readonly Turned[];
  /** I + B D⁻¹ A, of the small size. */
  readonly capacity: Expr;
  readonly symmetric: boolean;
}

/** What is asked of the lowering. */
interface Asked {
  readonly scope: Scope;
  readonly sizes: Sizes;
  readonly shape: (e: Expr) => Shape;
  readonly factors: (e: Expr) => { readonly number: number; readonly scalars: readonly unknown[]; readonly arrays: readonly Turned[] }; // prettier-ignore
  readonly textOf: (e: Expr) => string;
  /** The entries of a diagonal are known to be positive. */
  readonly isPositive: (diagonal: Expr) => boolean;
}

const SMALLER = 2;

/**
 * Matrices that need no factorization of their full size. Sources: Woodbury (1950), and the matrix determinant lemma
 * (Harville 1997, 18.1): inv(D + AB) = D⁻¹ − D⁻¹A(I + BD⁻¹A)⁻¹BD⁻¹, det(D + AB) = det(D) det(I + BD⁻¹A). They hold
 * where D and the sum are invertible, and are taken where D is known to be positive and the inner dimension of AB is
 * at most half of the outer one, by the sizes that dimensions are taken to have.
 */
export class Structures {
  private readonly known = new Map<string, LowRank | undefined>();

  constructor(private readonly asked: Asked) {}

  /** D + AB, where a formula is that; the names of definitions are looked through. */
  lowRank(e: Expr): LowRank | undefined {
    const shape = this.asked.shape(e);
    if (!isSquareMatrix(shape)) return undefined;
    const key = this.asked.textOf(e);
    if (!this.known.has(key)) this.known.set(key, this.find(e, shape.rows));
    return this.known.get(key);
  }

  private readonly forms = new Map<string, Expr>();

  /**
   * Inverses of Kronecker products, and of products of square matrices with a diagonal among them, as products of
   * inverses; the same formula for the same matrix everywhere, so that it is lowered once.
   */
  rewritten(e: Expr): Expr {
    const parts = children(e);
    if (parts.length === 0) return e;
    const inner = parts.map((p) => this.rewritten(p));
    const same = inner.every((p, i) => p === parts[i]);
    const out = same ? e : withChildren(e, inner);
    if (out.kind !== "apply" || out.op !== "inv" || e.kind !== "apply") return out;
    const whole = this.lookedThrough(out.args[0]!);
    if (whole === undefined) return out;
    const key = this.asked.textOf(whole);
    const known = this.forms.get(key);
    if (known !== undefined) return known;
    const form = this.inverseForm(whole) ?? out;
    this.forms.set(key, form);
    return form;
  }

  private inverseForm(e: Expr): Expr | undefined {
    if (e.kind !== "apply") return undefined;
    const square = (x: Expr): boolean => {
      const s = this.shapeOrNone(x);
      return s !== undefined && isSquareMatrix(s);
    };
    const inverse = (x: Expr): Expr => this.rewritten(apply("inv", x));
    if (e.op === "kron" && e.args.every(square)) return apply("kron", inverse(e.args[0]!), inverse(e.args[1]!));
    if (e.op !== "mul" || !e.args.every(square)) return undefined;
    const factors: Expr[] = [];
    const collect = (x: Expr): void => {
      if (x.kind === "apply" && x.op === "mul" && x.args.every(square)) x.args.forEach(collect);
      else factors.push(x);
    };
    collect(e);
    const diagonal = (x: Expr): boolean => x.kind === "apply" && x.op === "diag";
    return factors.some(diagonal)
      ? factors
          .reverse()
          .map(inverse)
          .reduce((a, b) => apply("mul", a, b))
      : undefined;
  }

  private shapeOrNone(e: Expr): Shape | undefined {
    try {
      return this.asked.shape(e);
    } catch {
      return undefined;
    }
  }

  /** What a name stands for that is defined by a formula. */
  private lookedThrough(e: Expr): Expr | undefined {
    if (e.kind !== "name") return e;
    const d = this.asked.scope.variables.has(e.name) ? undefined : this.asked.scope.definitions.get(e.name);
    return d === undefined || d.parameters !== undefined ? undefined : this.lookedThrough(d.body);
  }

  private find(e: Expr, n: Dim): LowRank | undefined {
    const terms = this.terms(e);
    if (terms === undefined || terms.length < 2) return undefined;
    const diagonals = terms.filter((t) => this.isDiagonal(t));
    const products = terms.filter((t) => !diagonals.includes(t));
    const [product] = products;
    if (products.length !== 1 || diagonals.length === 0 || product === undefined) return undefined;
    const diagonal = diagonals.reduce((a, b) => apply("add", a, b));
    if (!this.asked.isPositive(diagonal)) return undefined;
    const { number, scalars, arrays } = this.asked.factors(product);
    if (arrays.length < 2) return undefined;
    const sides = (x: Turned): Shape => {
      const s = this.asked.shape(x.expr);
      return x.flipped ? transposed(s) : s;
    };
    let cut = 0;
    for (let i = 1; i + 1 < arrays.length; i++)
      if (this.asked.sizes(sides(arrays[i]!).cols) < this.asked.sizes(sides(arrays[cut]!).cols)) cut = i;
    const q = sides(arrays[cut]!).cols;
    if (this.asked.sizes(q) * SMALLER > this.asked.sizes(n) || dimEqual(q, n)) return undefined;
    if (dimIsName(q) === undefined && q.terms.size > 1) return undefined;
    const left = arrays.slice(0, cut + 1);
    const right = arrays.slice(cut + 1);
    const symmetric =
      left.length === right.length &&
      left.every((x, i) => {
        const y = right[right.length - 1 - i]!;
        return this.asked.textOf(x.expr) === this.asked.textOf(y.expr) && x.flipped !== y.flipped;
      });
    const inner = [...right.map(written), apply("inv", diagonal), ...left.map(written)].reduce((a, b) => apply("mul", a, b)); // prettier-ignore
    const plus = (x: Expr): Expr => apply("add", apply("eye", dimensionExpr(q)), x);
    if (number === 1 && scalars.length === 0) return { diagonal, left, right, capacity: plus(inner), symmetric };
    const c = this.scaleOf(product);
    if (c === undefined) return undefined;
    // A scale belongs to the product: it goes to its first factor.
    const [first, ...rest] = left as [Turned, ...Turned[]];
    const scaled = [{ expr: apply("mul", c, written(first)), flipped: false }, ...rest];
    return { diagonal, left: scaled, right, capacity: plus(apply("mul", c, inner)), symmetric: false };
  }

  /** The scalars of `c*A*B`; `undefined` where they are not one factor in front. */
  private scaleOf(product: Expr): Expr | undefined {
    if (product.kind !== "apply" || product.op !== "mul") return undefined;
    const [a, b] = product.args as [Expr, Expr];
    if (isScalar(this.asked.shape(a))) return a;
    return isScalar(this.asked.shape(b)) ? undefined : this.scaleOf(a);
  }

  private terms(e: Expr): Expr[] | undefined {
    const sum = this.lookedThrough(e);
    if (sum?.kind !== "apply" || sum.op !== "add") return undefined;
    return sum.args.flatMap((a) => this.terms(a) ?? [a]);
  }

  private isDiagonal(e: Expr): boolean {
    const { arrays } = this.asked.factors(e);
    return (
      arrays.length > 0 &&
      arrays.every(({ expr }) => expr.kind === "apply" && (expr.op === "eye" || (expr.op === "diag" && isMatrix(this.asked.shape(expr))))) // prettier-ignore
    );
  }
}

export const isSquareMatrix = (s: Shape): boolean => isMatrix(s) && dimEqual(s.rows, s.cols);

/** A factor as a formula. */
export const written = (x: Turned): Expr => (x.flipped ? apply("transpose", x.expr) : x.expr);
