import { spend } from "../../core/budget";
import type { Graph, Node } from "./ir";
import type { Sizes } from "./sizes";

/**
 * Rough times in nanoseconds on one core, from measurements with NumPy: what touches every entry once is bound by
 * memory, matrix products run near the peak of the processor, and every call has a fixed price.
 */
const CALL = 600;
const ENTRY = 1;
const FUNCTION = 6;
const STRIDED = 2;
const MATVEC = 0.5;
const FLOP = 0.03;

/** `Z'Z`: half of it is computed. */
const isGram = (a: Node, b: Node): boolean =>
  (a.op === "transpose" && a.args[0] === b) || (b.op === "transpose" && b.args[0] === a);

export function nodeCost(n: Node, sizes: Sizes): number {
  const size = (x: Node): number => x.shape.reduce((p, d) => p * sizes(d), 1);
  const dim = (x: Node, i: number): number => (x.shape[i] === undefined ? 1 : sizes(x.shape[i]!));
  const out = size(n);
  const [a, b] = n.args;
  const strided = n.args.some((x) => x.op === "transpose" && !n.args.every((y) => y.op === "transpose"))
    ? STRIDED * out
    : 0;
  switch (n.op) {
    case "input":
    case "number":
    case "size":
    case "loop":
    case "transpose":
    case "asColumn":
    case "asRow":
      return 0;
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "neg":
      return n.shape.length === 0 ? 50 : CALL + ENTRY * out + strided;
    case "pow":
      return n.shape.length === 0 ? 80 : CALL + (n.args[1]!.attr === "2" ? ENTRY : 20) * out;
    case "fn":
    case "call":
    case "logaddexp":
    case "softmax":
    case "logSoftmax":
    case "softmaxRows":
    case "logSoftmaxRows":
    case "logsumexp":
    case "logsumexpRows":
      return CALL + FUNCTION * size(a!);
    case "hardmax":
      return 2 * CALL + ENTRY * 2 * out;
    case "matmul":
      return CALL + FLOP * 2 * out * dim(a!, 1) * (isGram(a!, b!) ? 0.6 : 1);
    case "matvec":
      return CALL + MATVEC * size(a!);
    case "dot":
      return CALL + 0.3 * size(a!);
    case "inner":
      return CALL + (ENTRY + 0.5) * Math.max(size(a!), size(b!)) + strided;
    case "inverse":
    case "choleskyInverse":
      return 4 * CALL + FLOP * 3 * dim(a!, 0) ** 3;
    case "cholesky":
      return 2 * CALL + (FLOP * dim(a!, 0) ** 3) / 2;
    case "factorize":
    case "det":
    case "logdet":
    case "logOfDet":
      return 2 * CALL + FLOP * dim(a!, 0) ** 3;
    case "solve":
      return 4 * CALL + FLOP * (dim(a!, 0) ** 3 + 2 * dim(a!, 0) * size(b!));
    case "factorInverse":
      return 2 * CALL + 2 * FLOP * dim(a!, 0) ** 3;
    case "factorDet":
    case "factorLogdet":
    case "factorLogOfDet":
    case "choleskyLogdet":
    case "svdSum":
      return 4 * CALL + dim(a!, 0);
    case "polar":
    case "cofactors":
      return CALL + FLOP * 2 * dim(a!, 0) * dim(a!, 1) * Math.min(dim(a!, 0), dim(a!, 1));
    case "svd":
      return 10 * CALL + FLOP * 20 * dim(a!, 0) * dim(a!, 1) * Math.min(dim(a!, 0), dim(a!, 1));
    case "choleskySolve":
    case "factorSolve":
      return 2 * CALL + (b!.shape.length === 1 ? MATVEC * dim(a!, 0) ** 2 : 2 * FLOP * dim(a!, 0) * size(b!));
    case "pinv":
    case "nuclearNorm":
    case "spectralNorm":
    case "largestEigenvalue":
    case "leadingSingular":
    case "leadingEigenvector":
    case "matrixFunction":
      return 10 * CALL + FLOP * 30 * dim(a!, 0) ** 3;
    case "matrixPower":
      return CALL + FLOP * 2 * dim(a!, 0) ** 3 * Math.ceil(Math.log2(Number(n.attr) + 1));
    case "hold":
    case "split":
      return 0;
    case "contract":
    case "batched": {
      const gone =
        n.op === "contract" ? Math.sqrt((size(a!) * size(b!)) / Math.max(1, out)) : contractedLength(n, sizes);
      const speed = n.op === "contract" ? FLOP * 2 * (a === b ? 0.6 : 1) : 10 * FLOP;
      const copied = n.op === "contract" ? n.attr.split("|").map((x, i) => (turned(n.args[i]!, x) ? size(n.args[i]!) : 0)) : []; // prettier-ignore
      return 4 * CALL + speed * out * gone + copied.reduce((p, c) => p + STRIDED * c, 0);
    }
    case "kron":
      return 4 * CALL + 3 * ENTRY * out;
    default:
      return CALL + ENTRY * Math.max(out, ...n.args.map(size));
  }
}

/** Whether the axes that are summed over lie so that the array has to be copied before it is a matrix. */
function turned(n: Node, attr: string): boolean {
  const gone = attr.split(",").map(Number);
  const run = gone.every((x, i) => i === 0 || x === gone[i - 1]! + 1);
  return !run || (gone[0] !== 0 && gone.at(-1) !== n.shape.length - 1);
}

/** The number of products behind each entry of a `batched` product. */
function contractedLength(n: Node, sizes: Sizes): number {
  const [from, to] = n.attr.split("->") as [string, string];
  const [x, y] = from.split(",") as [string, string];
  return [...x].reduce((p, l, i) => (to.includes(l) || !y.includes(l) ? p : p * sizes(n.args[0]!.shape[i]!)), 1);
}

/** What it costs to compute some nodes, beside what is computed already. */
export function newCost(graph: Graph, nodes: readonly Node[], sizes: Sizes): number {
  const seen = new Set<number>();
  let sum = 0;
  const visit = (n: Node): void => {
    if (seen.has(n.id) || graph.committed.has(n.id)) return;
    seen.add(n.id);
    sum += nodeCost(n, sizes);
    for (const a of n.args) visit(a);
  };
  nodes.forEach(visit);
  spend(2 + seen.size);
  return sum;
}
