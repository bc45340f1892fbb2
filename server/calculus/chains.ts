import { ratEq, ONE } from "./rational";
import { type Factor, type Head, isRat } from "./tensor";

export interface Link {
  readonly factor: Factor;
  /** Its rows come first on the way. */
  readonly forward: boolean;
}

/** The factors of a product of matrices from slot 0 to slot 1, where the term is just that; of `square` ones alone. */
export function chainOf(factors: readonly Factor[], square: boolean): Link[] | undefined {
  if (!factors.every((f) => f.idx.length === 2 && isRat(f.pow) && ratEq(f.pow, ONE))) return undefined;
  if (square && !factors.every((f) => f.head.dims[0]!.key === f.head.dims[1]!.key)) return undefined;
  const left = [...factors];
  const out: Link[] = [];
  let at = 0;
  while (left.length > 0) {
    const here = left.filter((f) => f.idx.includes(at));
    if (here.length !== 1) return undefined;
    const f = here[0]!;
    const forward = f.idx[0] === at;
    out.push({ factor: f, forward });
    at = f.idx[forward ? 1 : 0]!;
    left.splice(left.indexOf(f), 1);
  }
  return at === 1 ? out : undefined;
}

/** Follows a product of matrices from an index on, through indices that only its factors have: where it ends, and the factors it took. */
export function follow(
  factors: readonly Factor[],
  start: number,
  heads: readonly { readonly head: Head; readonly forward: boolean }[],
  inner: (i: number) => boolean,
): { end: number; taken: Factor[] } | undefined {
  const taken: Factor[] = [];
  let at = start;
  for (const [k, h] of heads.entries()) {
    if (k > 0 && (!inner(at) || factors.filter((f) => f.idx.includes(at)).length !== 2)) return undefined;
    const f = factors.find(
      (g) =>
        g.head === h.head &&
        !taken.includes(g) &&
        g.idx.length === 2 &&
        isRat(g.pow) &&
        ratEq(g.pow, ONE) &&
        (g.idx[h.forward ? 0 : 1] === at || (h.head.symmetry === 1 && g.idx.includes(at))),
    );
    if (f === undefined) return undefined;
    taken.push(f);
    at = f.idx[0] === at ? f.idx[1]! : f.idx[0]!;
  }
  return { end: at, taken };
}
