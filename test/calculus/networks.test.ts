import assert from "node:assert/strict";
import fc from "fast-check";
import { dimName, ONE as ONE_DIM } from "../../server/core/dimension";
import { closeProperties } from "../../server/core/scope";
import { atOnce } from "../../server/core/steps";
import { evaluate, isFailure, samplePoint } from "../../server/evaluation";
import { Lowering } from "../../server/calculus/lower";
import { Presenter } from "../../server/calculus/present/present";
import { ONE } from "../../server/calculus/rational";
import { type Factor, World } from "../../server/calculus/tensor";
import { printText } from "../../server/language/print";

/**
 * The guarantee of docs/calculus.md: a product of vectors and matrices whose graph, with its free indices
 * joined, is series-parallel comes out in matrix notation. Networks are grown by the inverse of the
 * reductions, so each of them is covered.
 */
const N = dimName("n");
const NAMES = ["A", "B", "C", "D", "E"];
const SCOPE = {
  variables: new Map([
    ...NAMES.map((n) => [n, { name: n, shape: { rows: N, cols: N }, properties: closeProperties([]) }] as const),
    ...["u", "v", "w"].map(
      (n) => [n, { name: n, shape: { rows: N, cols: ONE_DIM }, properties: closeProperties([]) }] as const,
    ),
  ]),
  definitions: new Map(),
  dimensions: new Set(["n"]),
};

type Step = { kind: "series" | "parallel" | "mark" | "leaf" | "loop"; at: number; name: string; flip: boolean };
const steps = fc.array(
  fc.record({ kind: fc.constantFrom<Step["kind"]>("series", "parallel", "mark", "leaf", "loop"), at: fc.nat(1000), name: fc.constantFrom(...NAMES), flip: fc.boolean() }),
  { minLength: 1, maxLength: 9 },
); // prettier-ignore

/** Edges (row, column, name) and marks grown from one edge between the two free indices 0 and 1. */
function grow(list: readonly Step[]): { edges: [number, number, string][]; marks: [number, string][]; nodes: number } {
  const edges: [number, number, string][] = [[0, 1, "A"]];
  const marks: [number, string][] = [];
  let nodes = 2;
  for (const s of list) {
    const k = s.at % edges.length;
    const [a, b] = edges[k]!;
    const edge = (p: number, q: number): [number, number, string] => (s.flip ? [q, p, s.name] : [p, q, s.name]);
    if (s.kind === "series") {
      const x = nodes++;
      edges[k] = [a, x, edges[k]![2]];
      edges.push(edge(x, b));
    } else if (s.kind === "parallel") edges.push(edge(a, b));
    else if (s.kind === "mark") marks.push([s.at % nodes, ["u", "v", "w"][s.at % 3]!]);
    else if (s.kind === "leaf") edges.push(edge(s.at % nodes, nodes++));
    else edges.push(edge(a, a));
  }
  return { edges, marks, nodes };
}

describe("series-parallel networks", () => {
  it("come out in matrix notation, with the value of the network", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const net = grow(list);
        const w = new World();
        const l = new Lowering(w, SCOPE as never);
        const at = Array.from({ length: net.nodes }, () => w.newIndex(N));
        const head = (n: string, rank: number) =>
          w.head({
            kind: "var",
            name: n,
            dims: Array.from({ length: rank }, () => N),
            symmetry: 0,
            properties: new Set(),
          });
        const factors: Factor[] = [
          ...net.edges.map(([a, b, n]): Factor => ({ head: head(n, 2), idx: [at[a]!, at[b]!], pow: ONE })),
          ...net.marks.map(([a, n]): Factor => ({ head: head(n, 1), idx: [at[a]!], pow: ONE })),
        ];
        const p = new Presenter(l, []);
        const e = atOnce(p.expression(w.tensor([at[0]!, at[1]!], [{ coef: ONE, factors }]), { rows: [0], cols: [1] }));
        assert.equal(p.notation, "matrix", printText(e));

        const point = samplePoint(SCOPE as never, [...NAMES, "u", "v", "w"], 7, 0) as never as Parameters<
          typeof evaluate
        >[1];
        const got = evaluate(e, point, SCOPE as never);
        assert.ok(!isFailure(got), printText(e));
        const values = new Map(
          [...NAMES, "u", "v", "w"].map((n) => [n, evaluate({ kind: "name", name: n }, point, SCOPE as never)]),
        );
        const n = got.rows;
        const expected = contract(net, values as never, n);
        const size = Math.max(1, ...expected.map(Math.abs));
        got.data.forEach((x, k) => assert.ok(Math.abs(x - expected[k]!) <= 1e-8 * size, printText(e)));
      }),
      { numRuns: Number(process.env["MCALC_RUNS"] ?? 80), seed: 11 },
    );
  });
});

/** The network summed index by index: inner nodes one at a time, over the free pair. */
function contract(
  net: ReturnType<typeof grow>,
  values: Map<string, { rows: number; data: Float64Array }>,
  n: number,
): number[] {
  const out: number[] = [];
  const index = new Array<number>(net.nodes).fill(0);
  const order = [...Array(net.nodes).keys()].slice(2);
  const entry = (): number => {
    let x = 1;
    for (const [a, b, m] of net.edges) x *= values.get(m)!.data[index[b]! * n + index[a]!]!;
    for (const [a, v] of net.marks) x *= values.get(v)!.data[index[a]!]!;
    return x;
  };
  const sum = (k: number): number => {
    if (k === order.length) return entry();
    let s = 0;
    for (let i = 0; i < n; i++) {
      index[order[k]!] = i;
      s += sum(k + 1);
    }
    return s;
  };
  for (let j = 0; j < n; j++)
    for (let i = 0; i < n; i++) {
      index[0] = i;
      index[1] = j;
      out.push(sum(0));
    }
  return out;
}
