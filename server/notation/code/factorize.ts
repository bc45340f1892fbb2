import type { Graph, Node } from "./ir";

/**
 * One factorisation for everything that is asked of a matrix: Cholesky where it is positive definite, LU where there
 * are several right-hand sides, the inverse only where the formula itself is the inverse.
 */
export function shareFactorizations(g: Graph, outputs: readonly Node[]): readonly Node[] {
  const uses = new Map<Node, { solves: number; inverse: boolean; logdet: boolean }>();
  const seen = new Set<Node>();
  const visit = (n: Node): void => {
    if (seen.has(n)) return;
    seen.add(n);
    if (n.op === "solve" || n.op === "inverse" || n.op === "logdet") {
      const m = bare(n.args[0]!);
      const u = uses.get(m) ?? { solves: 0, inverse: false, logdet: false };
      if (n.op === "solve") u.solves++;
      else u[n.op] = true;
      uses.set(m, u);
    }
    n.args.forEach(visit);
  };
  outputs.forEach(visit);

  const done = new Map<Node, Node>();
  const rewrite = (n: Node): Node => {
    const known = done.get(n);
    if (known !== undefined) return known;
    const args = n.args.map(rewrite);
    const same = args.every((a, i) => a === n.args[i]);
    const { attr, dims, range, symmetric, semidefinite } = n;
    let out = n;
    if (!same) {
      if (n.op === "transpose" || n.op === "neg") out = g[n.op](args[0]!);
      else if (n.op === "matmul" || n.op === "add" || n.op === "sub" || n.op === "mul")
        out = g[n.op](args[0]!, args[1]!);
      else out = g.make(n.op, args, n.shape, { attr, dims, range, symmetric, semidefinite });
    }
    if (n.op === "solve" || n.op === "inverse" || n.op === "logdet") out = replaced(n, args, out);
    done.set(n, out);
    return out;
  };
  const replaced = (n: Node, args: readonly Node[], plain: Node): Node => {
    const m = n.args[0]!;
    const u = uses.get(bare(m))!;
    const matrix = args[0]!;
    if (m.semidefinite) {
      if (u.inverse && u.solves === 0 && !u.logdet) return plain;
      const factor = g.make("cholesky", [matrix], matrix.shape);
      if (n.op === "logdet") return g.make("choleskyLogdet", [factor], []);
      if (n.op === "inverse") return g.make("choleskyInverse", [factor], matrix.shape);
      return g.make("choleskySolve", [factor, args[1]!], n.shape);
    }
    if (n.op !== "solve") return plain;
    if (u.inverse) {
      const inverse = g.transpose(g.inverse(rewrite(bare(m))));
      const k = m.op === "transpose" ? inverse : g.transpose(inverse);
      return n.shape.length === 1 ? g.matvec(k, args[1]!) : g.matmul(k, args[1]!);
    }
    if (u.solves < 2) return plain;
    const factor = g.make("factorize", [rewrite(bare(m))], matrix.shape);
    return g.make("factorSolve", [factor, args[1]!], n.shape, { attr: m.op === "transpose" ? "transposed" : "" });
  };
  return outputs.map(rewrite);
}

const bare = (n: Node): Node => (n.op === "transpose" ? n.args[0]! : n);
