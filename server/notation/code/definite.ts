import type { Node, Op } from "./ir";

/** What follows of a result's structure from how it is computed: decides where Cholesky may be used. */

type Transpose = (n: Node) => Node;

/** `P'P`, `P'SP` with S symmetric or a diagonal scaling: the outer factors are each other's transpose. */
function sandwich(a: Node, b: Node, t: Transpose, middle: (n: Node) => boolean): boolean {
  if (a.shape.length < 2 || b.shape.length < 2) return false;
  if (t(a) === b) return true;
  if (b.op === "matmul" && t(a) === b.args[1]) return middle(b.args[0]!);
  if (a.op === "matmul" && t(b) === a.args[0]) return middle(a.args[1]!);
  // Rows of P scaled: P' diag(d) P.
  if (b.op === "mul" && b.args[0]!.op === "asColumn" && t(a) === b.args[1]) return middle(b.args[0]!);
  if (a.op === "mul" && a.args[1]!.op === "asRow" && t(b) === a.args[0]) return middle(a.args[1]!);
  // P'·M⁻¹P
  if (b.op === "solve" && t(a) === b.args[1]) return middle(b.args[0]!);
  if (b.op === "choleskySolve" && t(a) === b.args[1]) return true;
  return false;
}

const isDiagonalScaling = (n: Node): boolean => n.op === "asColumn" || n.op === "asRow";

export function isSymmetric(op: Op, args: readonly Node[], t: Transpose): boolean {
  const [a, b] = args;
  switch (op) {
    case "add":
    case "sub":
      return (
        (a!.symmetric && b!.symmetric) ||
        (op === "add" && a!.shape.length === 2 && b!.shape.length === 2 && isTransposeOf(a!, b!))
      );
    case "mul":
    case "div":
      return (a!.symmetric && (b!.symmetric || b!.shape.length === 0)) || (a!.shape.length === 0 && b!.symmetric);
    case "neg":
    case "fn":
    case "pow":
    case "inverse":
    case "choleskyInverse":
    case "pinv":
    case "matrixFunction":
    case "matrixPower":
    case "addDiagonal":
      return op === "choleskyInverse" || a!.symmetric;
    case "eye":
    case "diagonalMatrix":
      return true;
    case "outer":
      return a === b;
    case "matmul":
      return sandwich(a!, b!, t, (m) => m.symmetric || isDiagonalScaling(m));
    default:
      return false;
  }
}

const isTransposeOf = (a: Node, b: Node): boolean =>
  (a.op === "transpose" && a.args[0] === b) || (b.op === "transpose" && b.args[0] === a);

export function isSemidefinite(op: Op, args: readonly Node[], t: Transpose): boolean {
  const [a, b] = args;
  switch (op) {
    case "add":
      return a!.semidefinite && b!.semidefinite;
    case "mul":
      return a!.shape.length === 0 && a!.range[0] >= 0 && b!.semidefinite;
    case "div":
      return a!.semidefinite && b!.shape.length === 0 && b!.range[0] >= 0;
    case "eye":
      return true;
    case "diagonalMatrix":
      return a!.range[0] >= 0;
    case "addDiagonal":
      return a!.semidefinite && b!.range[0] >= 0;
    case "inverse":
    case "choleskyInverse":
      return op === "choleskyInverse" || a!.semidefinite;
    case "outer":
      return a === b;
    case "matmul":
      return sandwich(a!, b!, t, (m) => m.semidefinite || (isDiagonalScaling(m) && m.range[0] >= 0));
    default:
      return false;
  }
}
