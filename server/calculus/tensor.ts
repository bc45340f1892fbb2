/**
 * Tensors with named indices (Laue, Mitterreiter and Giesen 2018): a tensor is a sum of terms, a term a
 * product of factors, a factor a head with an index for each of its sides. An index that is not a slot of
 * the tensor is summed over. Sums stay factored: a sum inside a product is a factor of its own, a group.
 *
 * Everything is interned in a `World`: equal tensors are the same object, and a head is always made after
 * the heads it is built from, so that ids order a computation.
 */
import { spend } from "../core/budget";
import { type Dim, dimIsName, dimName, dimNumber, dimValue, isOne } from "../core/dimension";
import { Refusal } from "../core/problem";
import type { Property } from "../core/scope";
import { canonicalTerm } from "./canonical";
import { Names } from "./names";
import { normalizeRaw } from "./normalize";
import { ONE, type Rat, rat, ratAdd, ratEq, ratKey, ratMul } from "./rational";

/** Exponent of a factor, entry by entry. */
export type Pow = Rat | Tensor;
export const isRat = (p: Pow): p is Rat => !("terms" in p);
export const powKey = (p: Pow): string => (isRat(p) ? ratKey(p) : `t${p.id}`);

interface HeadBase {
  readonly id: number;
  readonly dims: readonly Dim[];
  /** 1 where swapping the two indices (the last two of a family) changes nothing, −1 where it changes the sign. */
  readonly symmetry: 0 | 1 | -1;
  /** Names of the variables it depends on. */
  readonly vars: ReadonlySet<string>;
}

export interface VarHead extends HeadBase {
  readonly kind: "var";
  readonly name: string;
  readonly properties: ReadonlySet<Property>;
  /** The change of the variable, not the variable. */
  readonly differential?: boolean;
  /** First index runs over the members of a family. */
  readonly family?: boolean;
}
/** 1 where the two indices are equal, else 0. */
export interface DeltaHead extends HeadBase {
  readonly kind: "delta";
}
/** 1 in one triangle, diagonal included, else 0. */
export interface MaskHead extends HeadBase {
  readonly kind: "mask";
  readonly part: "lower" | "upper";
}
/** 1 where position = fast + slow·|fast|: indices (position, slow, fast). */
export interface FuseHead extends HeadBase {
  readonly kind: "fuse";
}
/** A dimension used as a scalar. */
export interface DimHead extends HeadBase {
  readonly kind: "dim";
  readonly dim: Dim;
}
/** 1 at one position, given as text (a number or a name), else 0. */
export interface UnitHead extends HeadBase {
  readonly kind: "unit";
  readonly at: string;
}
/** The index's own value, counted from 1. */
export interface IotaHead extends HeadBase {
  readonly kind: "iota";
}
/** Where a block stands in a larger matrix: 1 where position = offset + index, indices (position, index); a block of size 1 has only the position. */
export interface PlaceHead extends HeadBase {
  readonly kind: "place";
  readonly offset: Dim;
  readonly size: Dim;
}
/** A head with some of its indices held at positions. Only made for printing. */
export interface SliceHead extends HeadBase {
  readonly kind: "slice";
  readonly of: Head;
  /** For each index of `of` the position it is held at, if it is. */
  readonly at: readonly (string | undefined)[];
}
/** A scalar function applied entry by entry: of the table, or unknown (`primes` set). */
export interface FnHead extends HeadBase {
  readonly kind: "fn";
  readonly name: string;
  readonly primes?: number;
  readonly arg: Tensor;
}
/** A sum, or a product with inner sums, that is one factor (to a power). */
export interface GroupHead extends HeadBase {
  readonly kind: "group";
  readonly arg: Tensor;
}
/** The sum of a tensor over the positions called `token` in it: what runs through inverses, determinants and the like. */
export interface RunHead extends HeadBase {
  readonly kind: "run";
  readonly token: string;
  readonly over: Dim;
  readonly arg: Tensor;
}
/** An operator of the table that stays a symbol (`inv`, `det`, `softmax`, …). */
export interface OpHead extends HeadBase {
  readonly kind: "op";
  readonly name: string;
  readonly arg: Tensor;
  /** Of a power of a matrix (`pow`): a scalar that is no whole number, or not known to be one. */
  readonly exponent?: Tensor;
}
/** A value that the author gave a name: it keeps the name, and its meaning is looked up only to derive it. */
export interface NamedHead extends HeadBase {
  readonly kind: "named";
  readonly name: string;
  readonly arg: Tensor;
  /** Its one index runs along a row. */
  readonly row?: boolean;
}
export type Head =
  | NamedHead | VarHead | DeltaHead | MaskHead | FuseHead | DimHead | UnitHead | IotaHead | PlaceHead | SliceHead | FnHead | GroupHead | RunHead | OpHead; // prettier-ignore

export interface Factor {
  readonly head: Head;
  readonly idx: readonly number[];
  readonly pow: Pow;
}

/** A product in canonical form: indices 0…rank−1 are the tensor's slots, the following ones are summed. */
export interface Term {
  readonly key: string;
  readonly factors: readonly Factor[];
  /** Sizes of the summed indices. */
  readonly bound: readonly Dim[];
}

export interface Tensor {
  readonly id: number;
  readonly dims: readonly Dim[];
  readonly terms: readonly { readonly coef: Rat; readonly term: Term }[];
  readonly vars: ReadonlySet<string>;
}

/** A product under construction, over world-wide index numbers. */
export interface Raw {
  readonly coef: Rat;
  readonly factors: readonly Factor[];
  /** Indices it runs over even where no factor has them: one that is not free then counts its values. */
  readonly over?: readonly number[];
}

/** The product of products. */
export function times(...raws: readonly Raw[]): Raw {
  let coef = ONE;
  const factors: Factor[] = [];
  const over: number[] = [];
  for (const r of raws) {
    coef = ratMul(coef, r.coef);
    factors.push(...r.factors);
    if (r.over !== undefined) over.push(...r.over);
  }
  return { coef, factors, over };
}

/** Factors alone as a product. */
export const rawOf = (factors: readonly Factor[], coef: Rat = ONE): Raw => ({ coef, factors });

const NONE: ReadonlySet<string> = new Set();

function union(sets: Iterable<ReadonlySet<string>>): ReadonlySet<string> {
  let first: ReadonlySet<string> | undefined;
  let out: Set<string> | undefined;
  for (const s of sets) {
    if (s.size === 0 || s === first) continue;
    if (first === undefined) first = s;
    else {
      out ??= new Set(first);
      for (const v of s) out.add(v);
    }
  }
  return out ?? first ?? NONE;
}

/** Bounds on one derivation; over them it is refused as too large. */
export const LIMITS = { heads: 20_000, terms: 2_000, factors: 2_000, tensors: 60_000 };

type HeadSpec =
  | Omit<NamedHead, "id" | "vars"> | Omit<VarHead, "id" | "vars"> | Omit<DeltaHead, "id" | "vars"> | Omit<MaskHead, "id" | "vars"> | Omit<FuseHead, "id" | "vars">
  | Omit<DimHead, "id" | "vars"> | Omit<UnitHead, "id" | "vars"> | Omit<IotaHead, "id" | "vars"> | Omit<FnHead, "id" | "vars">
  | Omit<PlaceHead, "id" | "vars"> | Omit<SliceHead, "id" | "vars"> | Omit<GroupHead, "id" | "vars"> | Omit<RunHead, "id" | "vars"> | Omit<OpHead, "id" | "vars">; // prettier-ignore

const tooLarge = (): Refusal =>
  new Refusal("too-large", "the formula is too large to derive; split it with definitions");

/** One derivation's store of tensors, heads and indices. */
export class World {
  private readonly heads = new Map<string, Head>();
  private readonly tensors = new Map<string, Tensor>();
  private readonly indexDims: Dim[] = [];
  /** Variables whose identities (`QᵀQ = I`) must not be used, because they vary. */
  readonly varying: Set<string>;

  constructor(varying: Iterable<string> = []) {
    this.varying = new Set(varying);
  }

  newIndex(dim: Dim): number {
    this.indexDims.push(dim);
    return this.indexDims.length - 1;
  }

  dimOf(index: number): Dim {
    return this.indexDims[index]!;
  }

  /** What the author named. */
  readonly names = new Names();

  head(spec: HeadSpec): Head {
    const key = headKey(spec);
    const known = this.heads.get(key);
    if (known !== undefined) return this.names.ofHead(known);
    if (this.heads.size >= LIMITS.heads) throw tooLarge();
    const vars =
      spec.kind === "var"
        ? new Set([spec.differential ? `d${spec.name}` : spec.name])
        : "arg" in spec
          ? spec.kind === "op" && spec.exponent !== undefined
            ? union([spec.arg.vars, spec.exponent.vars])
            : spec.arg.vars
          : spec.kind === "slice"
            ? spec.of.vars
            : NONE;
    const h = { ...spec, id: this.heads.size, vars } as Head;
    this.heads.set(key, h);
    return h;
  }

  /** The sum of products over the free indices, in this order: normalised, like terms merged, interned. */
  tensor(free: readonly number[], raws: readonly Raw[]): Tensor {
    const merged = new Map<string, { coef: Rat; term: Term }>();
    const queue = [...raws];
    for (let at = 0; at < queue.length; at++) {
      if (queue.length > LIMITS.terms) throw tooLarge();
      spend(5 + queue[at]!.factors.length);
      const raw = normalizeRaw(this, free, queue[at]!);
      if (raw === undefined) continue;
      if (raw.factors.length > LIMITS.factors) throw tooLarge();
      const { sign, term } = canonicalTerm(this, free, raw.factors);
      if (sign === 0) continue;
      const coef = sign < 0 ? ratMul(raw.coef, rat(-1)) : raw.coef;
      const old = merged.get(term.key);
      if (old === undefined) merged.set(term.key, { coef, term });
      else old.coef = ratAdd(old.coef, coef);
    }
    return this.settled(
      free.map((i) => this.dimOf(i)),
      merged,
    );
  }

  /** The sum of tensors of the same dimensions: their terms are normal already, only like ones are merged. */
  sum(tensors: readonly Tensor[]): Tensor {
    const merged = new Map<string, { coef: Rat; term: Term }>();
    for (const t of tensors) {
      spend(1 + t.terms.length / 4);
      for (const { coef, term } of t.terms) {
        const old = merged.get(term.key);
        if (old === undefined) merged.set(term.key, { coef, term });
        else old.coef = ratAdd(old.coef, coef);
      }
      if (merged.size > LIMITS.terms) throw tooLarge();
    }
    return this.settled(tensors[0]!.dims, merged);
  }

  private settled(dims: readonly Dim[], merged: ReadonlyMap<string, { coef: Rat; term: Term }>): Tensor {
    const terms = [...merged.values()].filter((t) => t.coef.n !== 0);
    if (terms.length > 1) terms.sort((a, b) => (a.term.key < b.term.key ? -1 : 1));
    return this.intern(dims, terms);
  }

  private intern(dims: readonly Dim[], terms: readonly { coef: Rat; term: Term }[]): Tensor {
    spend(3 + 2 * terms.length);
    const key = dims.map((d) => d.key).join() + "=" + terms.map((t) => `${ratKey(t.coef)}·${t.term.key}`).join(" + ");
    let t = this.tensors.get(key);
    if (t === undefined) {
      if (this.tensors.size >= LIMITS.tensors) throw tooLarge();
      const vars = union(
        terms.flatMap((x) => x.term.factors.flatMap((f) => (isRat(f.pow) ? [f.head.vars] : [f.head.vars, f.pow.vars]))),
      );
      t = { id: this.tensors.size, dims, terms, vars };
      this.tensors.set(key, t);
    }
    return t;
  }

  /** The terms of a tensor with its slots at the given indices and fresh summed indices. */
  instantiate(t: Tensor, slots: readonly number[]): Raw[] {
    return t.terms.map(({ coef, term }) => {
      const at = [...slots, ...term.bound.map((d) => this.newIndex(d))];
      return {
        coef,
        factors: term.factors.map((f) => ({ head: f.head, pow: f.pow, idx: f.idx.map((i) => at[i]!) })),
        over: slots,
      };
    });
  }

  /** The same tensor with fresh indices for its slots. */
  open(t: Tensor): { slots: number[]; raws: Raw[] } {
    const slots = t.dims.map((d) => this.newIndex(d));
    return { slots, raws: this.instantiate(t, slots) };
  }

  /** The tensor as factors of a product at the given indices: spliced where it is one term, else a group. */
  asFactors(t: Tensor, slots: readonly number[]): Raw {
    if (t.terms.length === 1) return this.instantiate(t, slots)[0]!;
    if (t.terms.length === 0) return { coef: rat(0), factors: [] };
    return { coef: ONE, factors: [{ head: this.group(t), idx: slots, pow: ONE }] };
  }

  group(t: Tensor): Head {
    return this.head({ kind: "group", arg: t, dims: t.dims, symmetry: this.symmetryOf(t) });
  }

  delta(n: Dim): Head {
    return this.head({ kind: "delta", dims: [n, n], symmetry: 1 });
  }

  dimension(d: Dim): Head {
    return this.head({ kind: "dim", dim: d, dims: [], symmetry: 0 });
  }

  /** Positions that are neither names nor numbers, by their text: `i+1`. */
  private readonly positions = new Map<string, Dim>();

  /** A position as the text that stands in heads. */
  positionText(d: Dim): string {
    if (dimIsName(d) === undefined && dimValue(d) === undefined) this.positions.set(d.key, d);
    return d.key;
  }

  positionOf(text: string): Dim {
    return this.positions.get(text) ?? (/^\d+$/.test(text) ? dimNumber(Number(text)) : dimName(text));
  }

  /** Results of `expand`, which asks for the same tensors again and again. */
  readonly expanded = new Map<Tensor, Tensor>();

  private readonly symmetries = new Map<Tensor, 0 | 1 | -1>();

  /** Whether swapping the two slots of a tensor keeps it (1), negates it (−1), or neither (0). */
  symmetryOf(t: Tensor): 0 | 1 | -1 {
    if (t.dims.length !== 2 || t.dims[0]!.key !== t.dims[1]!.key) return 0;
    let s = this.symmetries.get(t);
    if (s === undefined) {
      const swapped = this.permute(t, [1, 0]);
      s = swapped === t ? 1 : this.scale(swapped, rat(-1)) === t ? -1 : 0;
      this.symmetries.set(t, s);
    }
    return s;
  }

  private readonly sums = new Map<Tensor, Map<string, Tensor>>();

  /** A tensor summed over some of its slots; the others stay in order. */
  summedOver(t: Tensor, over: readonly boolean[]): Tensor {
    const key = over.join();
    const known = this.sums.get(t) ?? new Map<string, Tensor>();
    this.sums.set(t, known);
    let sum = known.get(key);
    if (sum === undefined) {
      const { slots, raws } = this.open(t);
      sum = this.tensor(
        slots.filter((_, k) => !over[k]),
        raws,
      );
      known.set(key, sum);
    }
    return sum;
  }

  /** Slot k of the result is slot `order[k]` of the argument. */
  permute(t: Tensor, order: readonly number[]): Tensor {
    const { slots, raws } = this.open(t);
    return this.tensor(
      order.map((k) => slots[k]!),
      raws,
    );
  }

  scale(t: Tensor, by: Rat): Tensor {
    if (ratEq(by, ONE)) return t;
    if (by.n === 0) return this.intern(t.dims, []);
    return this.intern(
      t.dims,
      t.terms.map((x) => ({ coef: ratMul(x.coef, by), term: x.term })),
    );
  }

  /** A constant tensor: every entry is the number. */
  number(value: Rat, dims: readonly Dim[] = []): Tensor {
    return this.tensor(
      dims.map((d) => this.newIndex(d)),
      value.n === 0 ? [] : [{ coef: value, factors: [] }],
    );
  }

  /** A dimension as a scalar tensor: a polynomial in its names. */
  dimensionScalar(d: Dim): Tensor {
    const raws: Raw[] = [];
    for (const [monomial, c] of d.terms) {
      const factors: Factor[] = [];
      if (monomial !== "")
        for (const part of monomial.split("*")) {
          const [base, p] = part.split("^") as [string, string | undefined];
          factors.push({ head: this.dimension(dimName(base)), idx: [], pow: p === undefined ? ONE : rat(Number(p)) });
        }
      raws.push({ coef: rat(c), factors });
    }
    return this.tensor([], raws);
  }

  /** The number of values an index takes, as factors. */
  count(d: Dim): Raw {
    const v = dimValue(d);
    return v === undefined ? this.asFactors(this.dimensionScalar(d), []) : { coef: rat(v), factors: [] };
  }
}

export const isZero = (t: Tensor): boolean => t.terms.length === 0;

/** The number, where a tensor is constant. */
export function constantOf(t: Tensor): Rat | undefined {
  if (t.terms.length === 0) return rat(0);
  return t.terms.length === 1 && t.terms[0]!.term.factors.length === 0 ? t.terms[0]!.coef : undefined;
}

/** Sides of a shape that carry an index: those that are not 1. */
export const thick = (...dims: Dim[]): Dim[] => dims.filter((d) => !isOne(d));

function headKey(s: HeadSpec): string {
  const dims = s.dims.map((d) => d.key).join();
  switch (s.kind) {
    case "var":
      return `v:${s.differential ? "d" : ""}${s.name}:${dims}`;
    case "delta":
      return `δ:${dims}`;
    case "mask":
      return `m:${s.part}:${dims}`;
    case "fuse":
      return `f:${dims}`;
    case "dim":
      return `n:${s.dim.key}`;
    case "unit":
      return `e:${s.at}:${dims}`;
    case "iota":
      return `i:${dims}`;
    case "place":
      return `p:${s.offset.key}:${s.size.key}:${dims}`;
    case "slice":
      return `s:${s.of.id}:${s.at.map((a) => a ?? ":").join()}`;
    case "fn":
      return `F:${s.name}:${s.primes ?? ""}:${s.arg.id}`;
    case "group":
      return `g:${s.arg.id}`;
    case "named":
      return `N:${s.name}`;
    case "run":
      return `r:${s.token}:${s.over.key}:${s.arg.id}`;
    case "op":
      return `o:${s.name}:${s.arg.id}${s.exponent === undefined ? "" : `^${s.exponent.id}`}`;
  }
}
