import { spend } from "../core/budget";
import { type Dim, dimAdd, dimNumber, dimSub } from "../core/dimension";
import { operator } from "../operators";
import { isInt, ONE, type Rat, rat, ratAbs, ratAdd, ratEq, ratGcd, ratInv, ratMul, ratNeg, ratPow } from "./rational";
import { constantOf, type Factor, type Head, isRat, type Pow, type Raw, type Tensor, type World } from "./tensor";
import { chainOf, follow } from "./chains";
import { recognise } from "./recognise";
import { withToken } from "./running";

/**
 * Brings one product into normal form, over world-wide indices: groups of one term dissolve, equal factors
 * merge their exponents, δ is contracted, inverses cancel, known functions are recognised. `undefined`
 * where the product is zero.
 */
export function normalizeRaw(w: World, free: readonly number[], raw: Raw): Raw | undefined {
  const isFree = new Set(free);
  let coef = raw.coef;
  let work: readonly Factor[] = raw.factors;
  // Summed indices of the product as given: one that loses its last factor counts its values.
  const summed = new Set<number>();
  const note = (fs: readonly Factor[]) => {
    for (const f of fs) for (const i of f.idx) if (!isFree.has(i)) summed.add(i);
  };
  note(work);
  for (const i of raw.over ?? []) if (!isFree.has(i)) summed.add(i);

  for (let pass = 0; pass < 200; pass++) {
    spend(3 + 2 * work.length);
    if (coef.n === 0 || apart(work)) return undefined;
    const flat: Factor[] = [];
    const stack: Factor[] = [];
    for (const given of work) {
      stack.push(given);
      while (stack.length > 0) {
        const f = stack.pop()!;
        const spliced = dissolve(w, f);
        if (spliced === undefined) flat.push(f);
        else {
          spend(1);
          coef = ratMul(coef, spliced.coef);
          if (coef.n === 0) return undefined;
          note(spliced.factors);
          for (let i = spliced.factors.length - 1; i >= 0; i--) stack.push(spliced.factors[i]!);
        }
      }
    }
    const merged = mergeEqual(w, flat);
    if (merged === undefined) return undefined;
    work = merged;

    // Each rule looks for a kind of head: most products have none of them.
    const kinds = kindsOf(work);
    const contracted =
      (kinds & DELTA ? contractDelta(work, isFree, summed) : undefined) ??
      (kinds & INVERSE ? cancelInverse(w, work, isFree, summed) : undefined) ??
      (kinds & FUSE ? splitFuse(w, work, isFree, summed) : undefined) ??
      (kinds & BLOCK ? meetBlocks(w, work, isFree, summed) : undefined) ??
      (kinds & RUN ? meetRuns(w, work) : undefined) ??
      (kinds & GROUP
        ? (addUp(w, work, isFree, summed) ?? gather(w, work, isFree, summed) ?? gatherPart(w, work, isFree, summed))
        : undefined) ??
      (kinds & (GROUP | FUNCTION) ? recognise(w, work) : undefined);
    if (contracted === undefined) {
      const named = w.names.within(work, isFree);
      if (named === undefined) break;
      for (const f of work) for (const i of f.idx) if (!isFree.has(i)) summed.delete(i);
      coef = ratMul(coef, named.coef);
      work = named.factors;
      note(work);
      continue;
    }
    work = contracted;
    note(work);
  }

  for (const f of work) for (const i of f.idx) summed.delete(i);
  for (const i of summed) {
    const c = w.count(w.dimOf(i));
    coef = ratMul(coef, c.coef);
    work = [...work, ...c.factors];
  }
  if (summed.size > 0) {
    const merged = mergeEqual(w, work);
    if (merged === undefined) return undefined;
    work = merged;
  }
  return coef.n === 0 ? undefined : { coef, factors: work };
}

const [DELTA, INVERSE, FUSE, BLOCK, GROUP, FUNCTION, RUN] = [1, 2, 4, 8, 16, 32, 64];

/** Which kinds of heads occur that a rule is about. */
function kindsOf(factors: readonly Factor[]): number {
  let kinds = 0;
  for (const { head } of factors)
    switch (head.kind) {
      case "delta":
        kinds |= DELTA;
        break;
      case "op":
        if (head.name === "inv") kinds |= INVERSE;
        if (head.name === "softmax") kinds |= GROUP;
        break;
      case "var":
        if (head.properties.size > 0) kinds |= INVERSE;
        break;
      case "fuse":
        kinds |= FUSE;
        break;
      case "unit":
      case "place":
        kinds |= BLOCK;
        break;
      case "group":
      case "named":
        kinds |= GROUP;
        break;
      case "run":
        kinds |= RUN;
        break;
      case "fn":
        kinds |= FUNCTION;
    }
  return kinds;
}

/** Factors known to be positive entry by entry, so that powers distribute over them. */
export function isPositive(h: Head): boolean {
  switch (h.kind) {
    case "var":
      return !h.differential && h.properties.has("positive");
    case "dim":
      return true;
    case "fn":
      return h.primes === undefined && operator(h.name)?.positive === true;
    case "op":
      return operator(h.name)?.positive === true;
    case "group":
    case "named":
      return positiveTensor(h.arg);
    default:
      return false;
  }
}

/** Known to be positive everywhere: a sum of positive multiples of positive products. */
export function positiveTensor(t: Tensor): boolean {
  if (t.terms.length === 0) return false;
  let strict = false;
  for (const { coef, term } of t.terms) {
    if (coef.n <= 0) return false;
    if (!term.factors.every((f) => isPositive(f.head) || evenPower(f.pow))) return false;
    if (term.factors.every((f) => isPositive(f.head))) strict = true;
  }
  return strict;
}

const evenPower = (p: Pow): boolean => isRat(p) && isInt(p) && p.n % 2 === 0;

/** What a factor is short for: a group of one term, a power of a product, a constant. */
function dissolve(w: World, f: Factor): Raw | undefined {
  const h = f.head;
  if (isRat(f.pow) && f.pow.n === 0) return { coef: ONE, factors: [] };
  if (
    h.kind === "delta" ||
    h.kind === "mask" ||
    h.kind === "unit" ||
    h.kind === "fuse" ||
    h.kind === "place" ||
    (h.kind === "fn" && h.name === "step") ||
    (h.kind === "op" && h.name === "hardmax")
  ) {
    // 0 and 1 are their own positive powers.
    if (isRat(f.pow) && f.pow.n > 0 && !ratEq(f.pow, ONE)) return { coef: ONE, factors: [{ ...f, pow: ONE }] };
    if (h.kind === "delta" && f.idx[0] === f.idx[1]) return { coef: ONE, factors: [] };
    if (h.kind === "mask" && f.idx[0] === f.idx[1]) return { coef: ONE, factors: [] };
  }
  if (h.kind === "dim") {
    const single = h.dim.terms.size === 1 && [...h.dim.terms][0]![0].match(/^[^*^]+$/) && [...h.dim.terms][0]![1] === 1;
    if (!single) return raise(w, w.dimensionScalar(h.dim), [], f.pow);
    return undefined;
  }
  if (h.symmetry < 0 && f.idx.at(-1) === f.idx.at(-2)) return { coef: rat(0), factors: [] };
  if (h.kind !== "group") return undefined;
  return w.names.ofSum(h.arg, f.idx, f.pow) ?? raise(w, h.arg, f.idx, f.pow);
}

/** A tensor to a power as factors, where that is shorter than a group; `undefined` where the group stands. */
export function raise(w: World, t: Tensor, idx: readonly number[], pow: Pow): Raw | undefined {
  if (t.terms.length === 0) return isRat(pow) && pow.n > 0 ? { coef: rat(0), factors: [] } : undefined;
  if (t.terms.length > 1) return extractContent(w, t, idx, pow);
  const { coef, term } = t.terms[0]!;
  if (isRat(pow) && ratEq(pow, ONE)) return w.instantiate(t, idx)[0]!;
  const whole = isRat(pow) && isInt(pow);
  if (term.bound.length > 0) {
    // Scalars beside the sum: (n^-1*Σ)^p is n^-p*Σ^p.
    const outside = term.factors.filter((f) => f.idx.length === 0 && (whole || isPositive(f.head)));
    const c = powCoef(coef, pow);
    // A number that stays inside, such as the -1 of a root, stays with what is left there.
    const number = c === undefined || c.rest !== undefined ? undefined : c;
    if (outside.length === 0 && (number === undefined || ratEq(coef, ONE))) return undefined;
    const slots = t.dims.map((d) => w.newIndex(d));
    const inside = w.instantiate(t, slots)[0]!.factors.filter((_, k) => !outside.includes(term.factors[k]!));
    const left = w.tensor(slots, [{ coef: number === undefined ? coef : ONE, factors: inside, over: slots }]);
    return {
      coef: number?.outside ?? ONE,
      factors: [
        ...(number?.factors ?? []),
        ...outside.map((f) => ({ ...f, pow: mulPow(w, f.pow, pow) })),
        { head: w.group(left), idx, pow },
      ],
    };
  }
  // A lone factor takes the power itself.
  if (ratEq(coef, ONE) && term.factors.length === 1) {
    const f = w.instantiate(t, idx)[0]!.factors[0]!;
    if (isRat(f.pow) && ratEq(f.pow, ONE) && f.head.kind !== "group") return { coef: ONE, factors: [{ ...f, pow }] };
  }
  const raws = w.instantiate(t, idx)[0]!;
  const movable = raws.factors.filter((f) => whole || isPositive(f.head));
  if (movable.length === 0 && raws.factors.length > 0 && ratEq(coef, ONE) && raws.factors.length > 0) {
    // (u^2)^(1/2) stays: it is |u|. A lone factor with a fractional power may be raised further: (u^(1/2))^2.
    const only = raws.factors[0]!;
    if (raws.factors.length === 1 && isRat(only.pow) && !isInt(only.pow))
      return { coef: ONE, factors: [{ ...only, pow: mulPow(w, only.pow, pow) }] };
    return undefined;
  }
  const c = powCoef(coef, pow, whole);
  if (c === undefined) return undefined;
  const out: Factor[] = [...c.factors, ...movable.map((f) => ({ ...f, pow: mulPow(w, f.pow, pow) }))];
  const rest = raws.factors.filter((f) => !movable.includes(f));
  if (rest.length > 0 || c.rest !== undefined) {
    if (movable.length === 0 && c.outside.n === c.outside.d && c.factors.length === 0) return undefined;
    const inner = w.tensor(idx, [{ coef: c.rest ?? ONE, factors: rest }]);
    out.push({ head: w.group(inner), idx, pow });
  }
  return { coef: c.outside, factors: out };
}

/** A coefficient to a power: the exact part, symbolic factors, and what has to stay inside. */
function powCoef(coef: Rat, pow: Pow, whole = false): { outside: Rat; factors: Factor[]; rest?: Rat } | undefined {
  if (ratEq(coef, ONE)) return { outside: ONE, factors: [] };
  if (!isRat(pow)) return { outside: ONE, factors: [], rest: coef };
  const p = ratPow(coef, pow);
  if (p !== undefined) return { outside: p, factors: [] };
  if (whole) return undefined;
  return { outside: ONE, factors: [], rest: coef };
}

/** Takes the common rational factor out of a sum, so that 2a+2b and a+b share their group. */
function extractContent(w: World, t: Tensor, idx: readonly number[], pow: Pow): Raw | undefined {
  if (!isRat(pow)) return undefined;
  let content: Rat | undefined;
  for (const { coef } of t.terms) content = content === undefined ? ratAbs(coef) : ratGcd(content, ratAbs(coef));
  if (isInt(pow) && t.terms[0]!.coef.n < 0) content = ratNeg(content!);
  if (content === undefined || ratEq(content, ONE)) return undefined;
  const outside = ratPow(content, pow);
  if (outside === undefined) return undefined;
  return { coef: outside, factors: [{ head: w.group(w.scale(t, ratInv(content))), idx, pow }] };
}

export function addPow(w: World, a: Pow, b: Pow): Pow {
  if (isRat(a) && isRat(b)) return ratAdd(a, b);
  const t = (p: Pow) => (isRat(p) ? w.number(p) : p);
  return simplePow(w.tensor([], [...w.instantiate(t(a), []), ...w.instantiate(t(b), [])]));
}

export function mulPow(w: World, a: Pow, b: Pow): Pow {
  if (isRat(a) && isRat(b)) return ratMul(a, b);
  if (isRat(a) && !isRat(b)) return simplePow(w.scale(b, a));
  if (isRat(b) && !isRat(a)) return simplePow(w.scale(a, b));
  const x = w.asFactors(a as Tensor, []);
  const y = w.asFactors(b as Tensor, []);
  return simplePow(w.tensor([], [{ coef: ratMul(x.coef, y.coef), factors: [...x.factors, ...y.factors] }]));
}

const simplePow = (t: Tensor): Pow => constantOf(t) ?? t;

/** Same head at the same indices: exponents add. `undefined` where the product is zero. */
function mergeEqual(w: World, factors: readonly Factor[]): Factor[] | undefined {
  const out: Factor[] = [];
  /** Where the factors stand that begin with a head at an index: a few are compared sooner than they are looked up. */
  const at = factors.length > 16 ? new Map<number, number[]>() : undefined;
  let cancelled = false;
  for (const f of factors) {
    let idx = f.idx;
    const [a, b] = [idx.at(-2)!, idx.at(-1)!];
    if (f.head.symmetry > 0 && a > b) idx = [...idx.slice(0, -2), b, a];
    let k = -1;
    if (at === undefined) k = out.findIndex((g) => g.head === f.head && sameIndices(g.idx, idx));
    else {
      const key = f.head.id * MOST_INDICES + (idx[0] ?? -1);
      const near = at.get(key);
      if (near === undefined) at.set(key, [out.length]);
      else {
        k = near.find((i) => out[i]!.head === f.head && sameIndices(out[i]!.idx, idx)) ?? -1;
        if (k < 0) near.push(out.length);
      }
    }
    if (k < 0) out.push(idx === f.idx ? f : { ...f, idx });
    else {
      const pow = addPow(w, out[k]!.pow, f.pow);
      out[k] = { ...out[k]!, pow };
      cancelled ||= isRat(pow) && pow.n === 0;
    }
  }
  return cancelled ? out.filter((f) => !(isRat(f.pow) && f.pow.n === 0)) : out;
}

/** No derivation has as many indices. */
const MOST_INDICES = 2 ** 32;

function sameIndices(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** Every δ over a summed index renames it. `undefined`: nothing to do. */
function contractDelta(
  factors: readonly Factor[],
  isFree: ReadonlySet<number>,
  summed: Set<number>,
): Factor[] | undefined {
  let now: Factor[] | undefined;
  for (;;) {
    const all: readonly Factor[] = now ?? factors;
    const k = all.findIndex(
      (f) => f.head.kind === "delta" && f.idx[0] !== f.idx[1] && f.idx.some((i) => !isFree.has(i)),
    );
    if (k < 0) return now ?? alignFree(factors, isFree);
    spend(2 + all.length / 4);
    const [a, b] = all[k]!.idx as [number, number];
    const gone = isFree.has(b) ? a : b;
    const kept = gone === a ? b : a;
    summed.delete(gone);
    now = [];
    for (const [i, f] of all.entries()) {
      if (i === k) continue;
      now.push(f.idx.includes(gone) ? { ...f, idx: f.idx.map((j) => (j === gone ? kept : j)) } : f);
    }
  }
}

/** Where δ joins two free indices, everything else stands at the first of them. */
function alignFree(factors: readonly Factor[], isFree: ReadonlySet<number>): Factor[] | undefined {
  const order = [...isFree];
  for (const d of factors) {
    if (d.head.kind !== "delta") continue;
    const [kept, gone] =
      order.indexOf(d.idx[0]!) < order.indexOf(d.idx[1]!) ? [d.idx[0]!, d.idx[1]!] : [d.idx[1]!, d.idx[0]!];
    if (kept === gone || !factors.some((f) => f !== d && f.idx.includes(gone))) continue;
    return factors.map((f) =>
      f !== d && f.idx.includes(gone) ? { ...f, idx: f.idx.map((i) => (i === gone ? kept : i)) } : f,
    );
  }
  return undefined;
}

/** X⁻¹X = I and QᵀQ = I, where the index between them is in no other factor. */
function cancelInverse(
  w: World,
  factors: readonly Factor[],
  isFree: ReadonlySet<number>,
  summed: Set<number>,
): Factor[] | undefined {
  let uses: Map<number, number[]> | undefined;
  for (let k = 0; k < factors.length; k++) {
    const f = factors[k]!;
    const isInverse = f.head.kind === "op" && f.head.name === "inv";
    const isOrthogonal =
      f.head.kind === "var" &&
      f.head.properties.has("orthogonal") &&
      !w.varying.has(f.head.name) &&
      !f.head.differential;
    if ((!isInverse && !isOrthogonal) || !isRat(f.pow) || !ratEq(f.pow, ONE) || f.idx[0] === f.idx[1]) continue;
    if (uses === undefined) {
      uses = new Map();
      factors.forEach((g, i) => g.idx.forEach((x) => uses!.set(x, [...(uses!.get(x) ?? []), i])));
    }
    for (const side of [0, 1] as const) {
      const x = f.idx[side]!;
      if (isFree.has(x)) continue;
      const at = uses.get(x)!;
      if (at.length !== 2) continue;
      if (
        isInverse &&
        f.head.kind === "op" &&
        f.head.arg.terms.length === 1 &&
        f.head.arg.terms[0]!.term.factors.length > 1 &&
        ratEq(f.head.arg.terms[0]!.coef, ONE)
      ) {
        const links = chainOf(f.head.arg.terms[0]!.term.factors, false);
        if (links === undefined) continue;
        const way = links.map((l) => ({ head: l.factor.head, forward: side === 1 ? l.forward : !l.forward }));
        const rest = factors.filter((_, i) => i !== k);
        const path = follow(rest, x, side === 1 ? way : way.reverse(), (i) => !isFree.has(i));
        if (path === undefined) continue;
        summed.delete(x);
        for (const t of path.taken) for (const i of t.idx) if (i !== path.end) summed.delete(i);
        return [
          ...rest.filter((g) => !path.taken.includes(g)),
          { head: w.delta(w.dimOf(f.idx[1 - side]!)), idx: [f.idx[1 - side]!, path.end], pow: ONE },
        ];
      }
      const other = at[0] === k ? at[1]! : at[0]!;
      const g = factors[other]!;
      if (other === k || g.idx.length !== 2 || !isRat(g.pow) || !ratEq(g.pow, ONE)) continue;
      const place = g.idx[0] === x ? 0 : 1;
      const fits = isOrthogonal
        ? g.head === f.head && place === side
        : f.head.kind === "op" && isHeadOf(g.head, f.head.arg) && (place !== side || g.head.symmetry === 1);
      if (!fits) continue;
      const ends = [f.idx[1 - side]!, g.idx[1 - place]!];
      const rest = factors.filter((_, i) => i !== k && i !== other);
      summed.delete(x);
      return [...rest, { head: w.delta(w.dimOf(ends[0]!)), idx: ends, pow: ONE }];
    }
  }
  return undefined;
}

/**
 * A sum of products that is itself summed over an index which no other factor has, where that leaves fewer products:
 * Σ(x - Σx/n) = 0. What has a name, where the sum is a number. The rows of softmax sum to 1.
 */
function addUp(
  w: World,
  factors: readonly Factor[],
  isFree: ReadonlySet<number>,
  summed: Set<number>,
): Factor[] | undefined {
  for (const f of factors) {
    const h = f.head;
    const softmax = h.kind === "op" && h.name === "softmax";
    if (!softmax && h.kind !== "group" && h.kind !== "named") continue;
    if (f.idx.length === 0 || !isRat(f.pow) || !ratEq(f.pow, ONE)) continue;
    if (new Set(f.idx).size < f.idx.length) continue;
    const alone = f.idx.map((i) => !isFree.has(i) && factors.every((g) => g === f || !g.idx.includes(i)));
    if (!alone.includes(true)) continue;
    if (softmax) {
      if (!alone.at(-1)!) continue;
      summed.delete(f.idx.at(-1)!);
      return factors.filter((g) => g !== f);
    }
    const sum = h.kind === "named" ? w.names.total(w, h, alone) : w.summedOver(h.arg, alone);
    if (sum === undefined || (h.kind === "group" && sum.terms.length >= h.arg.terms.length)) continue;
    f.idx.forEach((i, k) => alone[k] && summed.delete(i));
    return [
      ...factors.filter((g) => g !== f),
      { head: w.group(sum), idx: f.idx.filter((_, k) => !alone[k]), pow: ONE },
    ];
  }
  return undefined;
}

/** A scalar product beside a power of itself: x'*x*(x'*x)^-2 is (x'*x)^-1. */
function gather(
  w: World,
  factors: readonly Factor[],
  isFree: ReadonlySet<number>,
  summed: Set<number>,
): Factor[] | undefined {
  for (const g of factors) {
    if (g.head.kind !== "group" || g.idx.length > 0 || !isRat(g.pow) || g.head.arg.terms.length !== 1) continue;
    const { coef, term } = g.head.arg.terms[0]!;
    if (!ratEq(coef, ONE) || !term.factors.every((f) => factors.some((x) => x.head === f.head))) continue;
    for (const part of closedParts(factors, isFree)) {
      if (part.length !== term.factors.length || !part.every((f) => term.factors.some((x) => x.head === f.head)))
        continue;
      if (w.tensor([], [{ coef: ONE, factors: part }]) !== g.head.arg) continue;
      for (const f of part) for (const i of f.idx) summed.delete(i);
      return [...factors.filter((f) => f !== g && !part.includes(f)), { ...g, pow: ratAdd(g.pow, ONE) }];
    }
  }
  return undefined;
}

/** b'*b*(a'*a*(b'*b))^(-3/2) is (a'*a)^-1*(a'*a*(b'*b))^(-1/2). */
function gatherPart(
  w: World,
  factors: readonly Factor[],
  isFree: ReadonlySet<number>,
  summed: Set<number>,
): Factor[] | undefined {
  for (const g of factors) {
    if (g.head.kind !== "group" || g.idx.length > 0 || !isRat(g.pow) || g.pow.d !== 2 || g.pow.n > -3) continue;
    const { arg } = g.head;
    if (arg.terms.length !== 1 || !ratEq(arg.terms[0]!.coef, ONE)) continue;
    const own = w.instantiate(arg, [])[0]!.factors;
    const inside = closedParts(own, new Set());
    if (inside.length < 2 || inside.reduce((n, p) => n + p.length, 0) !== own.length) continue;
    const values = inside.map((p) => w.tensor([], [{ coef: ONE, factors: p }]));
    for (const part of closedParts(factors, isFree)) {
      const at = values.indexOf(w.tensor([], [{ coef: ONE, factors: part }]));
      if (at < 0) continue;
      for (const f of part) for (const i of f.idx) summed.delete(i);
      const under = values.filter((_, k) => k !== at).map((t): Factor => ({ head: w.group(t), idx: [], pow: rat(-1) }));
      return [...factors.filter((f) => f !== g && !part.includes(f)), { ...g, pow: ratAdd(g.pow, ONE) }, ...under];
    }
  }
  return undefined;
}

/** The factors that hang together through summed indices alone, without a free one. */
function closedParts(factors: readonly Factor[], isFree: ReadonlySet<number>): Factor[][] {
  const parts: { factors: Factor[]; at: Set<number> }[] = [];
  for (const f of factors) {
    if (f.idx.length === 0) continue;
    const joined = { factors: [f], at: new Set(f.idx) };
    for (let k = parts.length - 1; k >= 0; k--) {
      if (!f.idx.some((i) => parts[k]!.at.has(i))) continue;
      joined.factors.push(...parts[k]!.factors);
      for (const i of parts[k]!.at) joined.at.add(i);
      parts.splice(k, 1);
    }
    parts.push(joined);
  }
  return parts.filter((p) => ![...p.at].some((i) => isFree.has(i))).map((p) => p.factors);
}

/** Whether a head is just this tensor (row, column). */
function isHeadOf(h: Head, t: Tensor): boolean {
  if (h.kind === "group") return h.arg === t;
  if (t.terms.length !== 1 || t.terms[0]!.term.factors.length !== 1 || t.terms[0]!.term.bound.length > 0) return false;
  const f = t.terms[0]!.term.factors[0]!;
  return ratEq(t.terms[0]!.coef, ONE) && f.head === h && isRat(f.pow) && ratEq(f.pow, ONE) && f.idx[0] === 0;
}

/** Two joins of the same index with the same split undo each other. */
function splitFuse(
  w: World,
  factors: readonly Factor[],
  isFree: ReadonlySet<number>,
  summed: Set<number>,
): Factor[] | undefined {
  const uses = usesOf(factors);
  // The first position of a join is the first of both of its parts.
  const first = (x: number) => factors.find((g) => g.head.kind === "unit" && g.head.at === "1" && g.idx[0] === x);
  for (const f of factors) {
    const unit = f.head.kind === "fuse" ? first(f.idx[0]!) : undefined;
    if (unit === undefined || isFree.has(f.idx[0]!) || uses.get(f.idx[0]!) !== 2) continue;
    summed.delete(f.idx[0]!);
    const parts = f.idx.slice(1).map((x): Factor => ({ head: w.head({ kind: "unit", at: "1", dims: [w.dimOf(x)], symmetry: 0 }), idx: [x], pow: ONE })); // prettier-ignore
    return [...factors.filter((g) => g !== f && g !== unit), ...parts];
  }
  const unused = (x: number) => !isFree.has(x) && uses.get(x) === 1;
  /** The joins met so far, by their positions and by their parts. */
  const [whole, parts] = [new Map<string, Factor>(), new Map<string, Factor>()];
  const gone = new Set<Factor>();
  const links: Factor[] = [];
  for (const f of factors) {
    if (f.head.kind !== "fuse") continue;
    const [p, s, q] = f.idx as [number, number, number];
    const [byWhole, byParts] = [`${f.head.id}:${p}`, `${f.head.id}:${s},${q}`];
    const [g, h] = [whole.get(byWhole), parts.get(byParts)];
    const both = (i: number, j: number): Factor => ({ head: w.delta(w.dimOf(i)), idx: [i, j], pow: ONE });
    if (g !== undefined && (s !== g.idx[1] || q !== g.idx[2])) {
      // The second join says only that its parts are those of the first.
      gone.add(f);
      links.push(both(g.idx[1]!, s), both(g.idx[2]!, q));
      continue;
    }
    if (h !== undefined && p !== h.idx[0]) {
      gone.add(f);
      links.push(both(h.idx[0]!, p));
      continue;
    }
    whole.set(byWhole, f);
    parts.set(byParts, f);
    if (links.length > 0) continue;
    // A position that nothing else uses runs over all pairs; parts that nothing else uses over all positions.
    const free = unused(p) ? [p] : s !== q && unused(s) && unused(q) ? [s, q] : undefined;
    if (free === undefined) continue;
    for (const x of free) summed.delete(x);
    for (const x of new Set(f.idx)) uses.set(x, uses.get(x)! - 1);
    // What is gone joins nothing any more.
    whole.delete(byWhole);
    parts.delete(byParts);
    gone.add(f);
  }
  return gone.size === 0 ? undefined : [...factors.filter((f) => !gone.has(f)), ...links];
}

/** How many factors have an index. */
function usesOf(factors: readonly Factor[]): Map<number, number> {
  const uses = new Map<number, number>();
  for (const { idx } of factors)
    for (let k = 0; k < idx.length; k++)
      if (idx.indexOf(idx[k]!) === k) uses.set(idx[k]!, (uses.get(idx[k]!) ?? 0) + 1);
  return uses;
}

/** Two blocks of one matrix at the same position, two positions at once, or a position outside of a block: nothing is there. */
function apart(factors: readonly Factor[]): boolean {
  /** Where each index was seen to stand: places among blocks, and numbers of entries. */
  let blocks: Map<number, { readonly offset: Dim; readonly size: Dim }[]> | undefined;
  let entries: Map<number, string> | undefined;
  for (const { head, idx } of factors) {
    const at = idx[0]!;
    if (head.kind === "place") {
      blocks ??= new Map<number, { readonly offset: Dim; readonly size: Dim }[]>();
      const before = blocks.get(at) ?? [];
      if (before.some((b) => isBehind(b, head) || isBehind(head, b))) return true;
      blocks.set(at, [...before, head]);
    } else if (head.kind === "unit" && isNumber(head.at)) {
      const before = (entries ??= new Map()).get(at);
      if (before === undefined) entries.set(at, head.at);
      else if (before !== head.at) return true;
    }
  }
  if (blocks !== undefined && entries !== undefined)
    for (const [at, entry] of entries)
      for (const b of blocks.get(at) ?? []) {
        const one = { offset: dimNumber(Number(entry) - 1), size: dimNumber(1) };
        if (isBehind(one, b) || isBehind(b, one)) return true;
      }
  return false;
}

/** Whether one part of a dimension is known to begin where another has ended. */
function isBehind(
  first: { readonly offset: Dim; readonly size: Dim },
  second: { readonly offset: Dim; readonly size: Dim },
): boolean {
  const gap = dimSub(second.offset, dimAdd(first.offset, first.size));
  return [...gap.terms.values()].every((c) => c >= 0);
}

const isNumber = (position: string): boolean => /^\d+$/.test(position);

/** Σᵢ eᵢ⊗gᵢ at the position k is g at k. */
function meetRuns(w: World, factors: readonly Factor[]): Factor[] | undefined {
  for (const [k, f] of factors.entries()) {
    const h = f.head;
    if (h.kind !== "run" || !isRat(f.pow) || !ratEq(f.pow, ONE)) continue;
    for (const [slot, x] of f.idx.entries()) {
      const unit = factors.find((g) => g.head.kind === "unit" && g.idx[0] === x);
      if (unit?.head.kind !== "unit" || h.dims[slot]!.key !== h.over.key) continue;
      const isAt = (g: Factor): boolean => g.head.kind === "unit" && g.head.at === h.token && g.idx[0] === slot;
      if (!h.arg.terms.every((t) => t.term.factors.some(isAt))) continue;
      const at = withToken(w, h.arg, h.token, unit.head.at);
      return factors.map((g, i) => (i === k ? { head: w.group(at), idx: f.idx, pow: ONE } : g));
    }
  }
  return undefined;
}

/** The same block met twice at one position is met at the same index. */
function meetBlocks(
  w: World,
  factors: readonly Factor[],
  isFree: ReadonlySet<number>,
  summed: Set<number>,
): Factor[] | undefined {
  const uses = usesOf(factors);
  for (let a = 0; a < factors.length; a++) {
    const f = factors[a]!;
    // A position that nothing else uses: its only entry is 1.
    if (f.head.kind === "unit" && !isFree.has(f.idx[0]!) && uses.get(f.idx[0]!) === 1) {
      summed.delete(f.idx[0]!);
      return factors.filter((_, k) => k !== a);
    }
    if (f.head.kind !== "place") continue;
    const b = factors.findIndex((g, k) => k > a && g.head === f.head && g.idx[0] === f.idx[0]);
    if (b >= 0) {
      const link: Factor[] =
        f.idx.length === 2
          ? [{ head: w.delta(w.dimOf(f.idx[1]!)), idx: [f.idx[1]!, factors[b]!.idx[1]!], pow: ONE }]
          : [];
      return [...factors.filter((_, k) => k !== b), ...link];
    }
    const p = f.idx[0]!;
    if (!isFree.has(p) && uses.get(p) === 1) {
      summed.delete(p);
      return factors.filter((_, k) => k !== a);
    }
  }
  return undefined;
}
