import { type Node, reachable } from "./ir";

/** Sums that are computed one index after the other: what runs with which index, and which sums share a loop. */
export class Loops {
  private readonly indices = new Map<Node, ReadonlySet<Node>>();
  private readonly waits = new Map<Node, ReadonlySet<Node>>();
  private readonly sums: readonly Node[];

  constructor(outputs: readonly Node[]) {
    this.sums = [...reachable(outputs)].filter((n) => n.op === "sumOver").sort((a, b) => a.id - b.id);
  }

  /** The indices that have a value where the node is computed. */
  running(n: Node): ReadonlySet<Node> {
    let found = this.indices.get(n);
    if (found === undefined) {
      const all = new Set(n.op === "loop" ? [n] : []);
      n.args.forEach((a, i) => {
        if (n.op !== "sumOver" || i !== 2)
          for (const x of this.running(a)) if (n.op !== "sumOver" || i < 2 || x !== n.args[2]) all.add(x);
      });
      found = all;
      this.indices.set(n, found);
    }
    return found;
  }

  /** The sums that can run in one loop with a sum, itself among them. */
  beside(first: Node): readonly Node[] {
    const alike = this.sums.filter(
      (n) =>
        n === first ||
        (n.args.slice(0, 3).every((a, i) => a === first.args[i]) &&
          sameMembers(this.running(n), this.running(first)) &&
          !this.before(n).has(first) &&
          !this.before(first).has(n)),
    );
    // A sum that waits for another one of them has a loop of its own.
    return alike.filter((n) => n === first || !alike.some((m) => m !== n && this.before(n).has(m)));
  }

  /** The sums that a node is made of. */
  private before(n: Node): ReadonlySet<Node> {
    let found = this.waits.get(n);
    if (found === undefined) {
      const all = new Set<Node>();
      for (const a of n.args) {
        if (a.op === "sumOver") all.add(a);
        for (const x of this.before(a)) all.add(x);
      }
      found = all;
      this.waits.set(n, found);
    }
    return found;
  }
}

const sameMembers = (a: ReadonlySet<Node>, b: ReadonlySet<Node>): boolean =>
  a.size === b.size && [...a].every((x) => b.has(x));
