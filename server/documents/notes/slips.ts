import { apply, children, type Expr, factorsOf, withChild } from "../../core/ast";
import { isScalar, type Shape } from "../../core/shape";
import { operator } from "../../operators";

/** Prints a part of a formula for a message. */
export type Print = (e: Expr) => string;

/** One slip of the pen that leaves sizes which do not fit, undone. */
export interface Slip {
  readonly expr: Expr;
  /** What was done wrong, in one clause. */
  readonly what: (print: Print) => string;
  readonly edit: "transpose" | "swap" | "inverse";
  /** The less, the likelier. */
  readonly cost: number;
}

/** Factors of a product that are looked at. */
const MOST_FACTORS = 7;

const isProduct = (e: Expr): boolean => e.kind === "apply" && e.op === "mul";

const isSum = (e: Expr): boolean => e.kind === "apply" && ["add", "sub", "neg"].includes(e.op);

const productOf = (parts: readonly Expr[]): Expr => parts.reduce((a, b) => apply("mul", a, b));

const isTransposed = (e: Expr): boolean => e.kind === "apply" && e.op === "transpose";

const bare = (e: Expr): Expr => (e.kind === "apply" && e.op === "transpose" ? e.args[0]! : e);

const turned = (e: Expr): Expr => (isTransposed(e) ? bare(e) : apply("transpose", e));

/** What people put the sign of a transpose on. */
const takesTranspose = (e: Expr): boolean =>
  e.kind === "name" ||
  e.kind === "call" ||
  e.kind === "derivative" ||
  e.kind === "literal" ||
  (e.kind === "apply" && ["inv", "add", "sub", "mul", "neg"].includes(e.op));

/** Slips at the root of a tree. */
function* atRoot(e: Expr, parent: Expr | undefined, shapeAt: (e: Expr) => Shape | undefined): Generator<Slip> {
  const shape = shapeAt(e);
  const isNumber = e.kind === "number" || (shape !== undefined && isScalar(shape));
  if (isTransposed(e)) {
    yield { expr: bare(e), what: (print) => `${print(e)} should not be transposed`, edit: "transpose", cost: 1 };
    return;
  }
  const isInner = parent !== undefined && isProduct(e) && isProduct(parent);
  const isPart = parent !== undefined && isSum(e) && isSum(parent);
  if (!isNumber && !isPart && takesTranspose(e) && (parent === undefined || !isTransposed(parent)))
    yield {
      expr: apply("transpose", e),
      what: (print) => `${print(e)} should be transposed`,
      edit: "transpose",
      cost: e.kind === "name" ? 1 : 1.1,
    };
  if (e.kind !== "apply") return;
  if (e.op === "div") {
    const [a, b] = e.args as [Expr, Expr];
    const by = shapeAt(b);
    if (by === undefined || isScalar(by)) return;
    const inverse = apply("inv", b);
    const what = (print: Print): string => `${print(b)} is a matrix: its inverse should stand there`;
    yield { expr: apply("mul", inverse, a), what, edit: "inverse", cost: 1 };
    yield { expr: apply("mul", a, inverse), what, edit: "inverse", cost: 1.1 };
  }
  if (!isProduct(e) || isInner) return;
  const f = factorsOf(e);
  if (f.length > MOST_FACTORS) return;
  for (let i = 0; i + 1 < f.length; i++) {
    const [x, y] = [f[i]!, f[i + 1]!];
    const withPair = (...pair: Expr[]): Expr => productOf([...f.slice(0, i), ...pair, ...f.slice(i + 2)]);
    yield {
      expr: withPair(y, x),
      what: (print) => `${print(x)} and ${print(y)} should be swapped`,
      edit: "swap",
      cost: 1.2,
    };
    // `J s^T` for `(Js)^T`.
    const inOrder = apply("mul", y, turned(x));
    if (isTransposed(y) && !isTransposed(x))
      yield {
        expr: withPair(y, turned(x)),
        what: (print) => `the transpose of ${print(apply("mul", x, bare(y)))} is ${print(inOrder)}`,
        edit: "transpose",
        cost: 1.5,
      };
  }
  for (let k = 1; k < f.length; k++) {
    const [x, y] = [productOf(f.slice(0, k)), productOf(f.slice(k))];
    if (f.length > 2)
      yield {
        expr: apply("mul", y, x),
        what: (print) => `${print(x)} and ${print(y)} should be swapped`,
        edit: "swap",
        cost: 1.3,
      };
    // `(Ax) b^T` for `(Ax)^T b`, and the other way round.
    if (isTransposed(x) !== isTransposed(y)) {
      const [on, off] = isTransposed(x) ? [y, x] : [x, y];
      yield {
        expr: apply("mul", turned(x), turned(y)),
        what: (print) => `${print(on)} should be transposed, and not ${print(bare(off))}`,
        edit: "transpose",
        cost: 1.4,
      };
    }
  }
}

/** Every tree that undoing one slip of sizes makes of another. */
export function* slips(e: Expr, shapeAt: (e: Expr) => Shape | undefined, parent?: Expr): Generator<Slip> {
  // The arguments of an identity are sizes.
  if (e.kind === "apply" && operator(e.op)?.ofDimensions === true) return;
  yield* atRoot(e, parent, shapeAt);
  const parts = children(e);
  // Of an entry only the matrix is changed, not its indices; of a derivative what is differentiated.
  const changed = e.kind === "index" || e.kind === "derivative" ? 1 : parts.length;
  for (let i = e.kind === "sumover" ? 2 : 0; i < changed; i++)
    for (const s of slips(parts[i]!, shapeAt, e))
      yield {
        ...s,
        expr: withChild(e, i, s.expr),
      };
}
