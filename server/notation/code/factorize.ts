import { type Graph, type Node, reachable } from "./ir";

/**
 * One factorisation for everything that is asked of a matrix: Cholesky where it is positive definite, LU where there
 * are several right-hand sides or a determinant beside them, singular values where the polar factor is wanted, the
 * inverse only where the formula itself is the inverse.
 */
export function shareFactorizations(g: Graph, outputs: readonly Node[]): readonly Node[] {
  const uses = new Map<Node, Uses>();
  const decomposed = new Set<Node>();
  for (const n of reachable(outputs)) {
    if (n.op === "svd") decomposed.add(n.args[0]!);
    if (SHARED.has(n.op)) {
      const m = bare(n.args[0]!);
      const u = uses.get(m) ?? { solves: 0, inverse: false, determinants: 0 };
      if (n.op === "solve") u.solves++;
      else if (n.op === "inverse") u.inverse = true;
      else u.determinants++;
      uses.set(m, u);
    }
  }

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
    if (SHARED.has(n.op)) out = replaced(n, args, out);
    if (n.op === "nuclearNorm" && decomposed.has(n.args[0]!))
      out = g.make("svdSum", [g.make("svd", [args[0]!], args[0]!.shape)], []);
    done.set(n, out);
    return out;
  };
  const replaced = (n: Node, args: readonly Node[], plain: Node): Node => {
    const m = n.args[0]!;
    const u = uses.get(bare(m))!;
    const matrix = args[0]!;
    if (m.semidefinite && n.op !== "det") {
      if (u.inverse && u.solves === 0 && u.determinants === 0) return plain;
      const factor = g.make("cholesky", [matrix], matrix.shape);
      if (n.op === "logdet" || n.op === "logOfDet") return g.make("choleskyLogdet", [factor], []);
      if (n.op === "inverse") return g.make("choleskyInverse", [factor], matrix.shape);
      return g.make("choleskySolve", [factor, args[1]!], n.shape);
    }
    if (u.inverse && n.op === "solve") {
      const inverse = g.transpose(rewrite(g.inverse(bare(m))));
      const k = m.op === "transpose" ? inverse : g.transpose(inverse);
      return n.shape.length === 1 ? g.matvec(k, args[1]!) : g.matmul(k, args[1]!);
    }
    const several = u.solves > 1 && !u.inverse;
    const beside = u.determinants > 0 && (u.inverse || u.solves > 0 || u.determinants > 1);
    if (!several && !beside) return plain;
    const factor = g.make("factorize", [rewrite(bare(m))], matrix.shape);
    switch (n.op) {
      case "solve":
        return g.make("factorSolve", [factor, args[1]!], n.shape, { attr: m.op === "transpose" ? "transposed" : "" });
      case "inverse":
        return g.make("factorInverse", [factor], n.shape);
      case "det":
        return g.make("factorDet", [factor], []);
      case "logdet":
        return g.make("factorLogdet", [factor], []);
      case "logOfDet":
        return g.make("factorLogOfDet", [factor], []);
      default:
        return plain;
    }
  };
  return outputs.map(rewrite);
}

interface Uses {
  solves: number;
  inverse: boolean;
  determinants: number;
}

const SHARED: ReadonlySet<Node["op"]> = new Set(["solve", "inverse", "logdet", "logOfDet", "det"]);

const bare = (n: Node): Node => (n.op === "transpose" ? n.args[0]! : n);
