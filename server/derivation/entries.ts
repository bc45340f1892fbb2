import { apply, type Expr, num, sameExpr } from "../core/ast";
import type { Shape } from "../core/shape";
import { onesOf } from "./templates";
import { build, isApply, type Products, type Term, UNIT } from "./term";

/** Products and quotients of entries (`.*`, `./`), taken apart and put together like the products of numbers. */
export interface Entries {
  /** Numbers and scalars in front. */
  readonly head: Term;
  readonly above: readonly Factor[];
  readonly below: readonly Factor[];
}

interface Factor {
  readonly base: Expr;
  readonly exponent: number;
}

const NOTHING: Entries = { head: UNIT, above: [], below: [] };

/** An expression as a product of entries; ones are left out. */
export function entriesOf(p: Products, e: Expr): Entries {
  const t = p.term(e);
  const head: Term = { ...t, chain: [] };
  if (t.chain.length !== 1)
    return {
      ...NOTHING,
      head,
      above: t.chain.length === 0 ? [] : [{ base: build({ ...UNIT, chain: t.chain }), exponent: 1 }],
    };
  const f = t.chain[0]!;
  const inner = factorOf(p, f);
  return { ...inner, head: p.times(head, inner.head) };
}

function factorOf(p: Products, f: Expr): Entries {
  if (isApply(f, "hadamard")) return timesEntries(p, entriesOf(p, f.args[0]!), entriesOf(p, f.args[1]!));
  if (isApply(f, "hdiv")) return timesEntries(p, entriesOf(p, f.args[0]!), inverseEntries(p, entriesOf(p, f.args[1]!)));
  if (isApply(f, "ones") || (isApply(f, "transpose") && isApply(f.args[0]!, "ones"))) return NOTHING;
  if (isApply(f, "hpow") && f.args[1]!.kind === "number" && f.args[1].value > 0)
    return { ...NOTHING, above: [{ base: f.args[0]!, exponent: f.args[1].value }] };
  return { ...NOTHING, above: [{ base: f, exponent: 1 }] };
}

export function inverseEntries(p: Products, e: Entries): Entries {
  return { head: p.term(apply("div", num(1), build(e.head))), above: e.below, below: e.above };
}

/** The product; what stands above and below falls away. */
export function timesEntries(p: Products, a: Entries, b: Entries): Entries {
  const above = [...a.above, ...b.above];
  const below = [...a.below, ...b.below];
  for (let i = 0; i < above.length; i++) {
    const j = below.findIndex((f) => sameExpr(f.base, above[i]!.base));
    if (j === -1) continue;
    const left = above[i]!.exponent - below[j]!.exponent;
    above.splice(i, 1, ...(left > 0 ? [{ base: above[i]!.base, exponent: left }] : []));
    below.splice(j, 1, ...(left < 0 ? [{ base: below[j]!.base, exponent: -left }] : []));
    i--;
  }
  return { head: p.times(a.head, b.head), above, below };
}

/** As a term; `shape` says how large ones are where nothing else is left. */
export function entriesTerm(p: Products, e: Entries, shape: Shape): Term {
  const product = (list: readonly Factor[]): Expr | undefined =>
    list.length === 0
      ? undefined
      : list
          .map((f) => (f.exponent === 1 ? f.base : apply("hpow", f.base, num(f.exponent))))
          .reduce((a, b) => apply("hadamard", a, b));
  const above = product(e.above) ?? onesOf(shape);
  const below = product(e.below);
  return p.times(e.head, { ...UNIT, chain: [below === undefined ? above : apply("hdiv", above, below)] });
}

/** `a.*b` or `a./b` in this form. */
export function entrywiseProduct(p: Products, op: "hadamard" | "hdiv", a: Expr, b: Expr): Expr {
  const second = entriesOf(p, b);
  return build(
    entriesTerm(
      p,
      timesEntries(p, entriesOf(p, a), op === "hdiv" ? inverseEntries(p, second) : second),
      p.context.shapeOf(a),
    ),
  );
}

/** The one factor with a property and what stands beside it. */
export function splitEntries(
  e: Entries,
  has: (x: Expr) => boolean,
): { readonly found: Expr; readonly rest: Entries } | undefined {
  const at = e.above.findIndex((f) => has(f.base));
  if (at === -1 || e.above[at]!.exponent !== 1 || e.below.some((f) => has(f.base))) return undefined;
  return { found: e.above[at]!.base, rest: { ...e, above: e.above.filter((_, i) => i !== at) } };
}
