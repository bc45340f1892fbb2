import { isRat, type Head, type Tensor } from "./tensor";

/** Matrix functions of the table that keep a diagonal matrix diagonal. */
const KEEPS = new Set(["inv", "pinv", "expm", "logm", "sqrtm"]);

const diagonalHead = (h: Head): boolean =>
  h.kind === "delta" ||
  (h.kind === "var" && h.properties.has("diagonal") && h.dims.length === 2) ||
  (h.kind === "op" && KEEPS.has(h.name) && isDiagonal(h.arg)) ||
  ((h.kind === "group" || h.kind === "named") && isDiagonal(h.arg));

/** Whether a square tensor is known to be zero off its diagonal: each product is a chain of such matrices, or has one between its slots. */
export function isDiagonal(t: Tensor): boolean {
  return (
    t.dims.length === 2 &&
    t.terms.every(({ term }) => {
      const joined = new Map<number, number>();
      const root = (i: number): number => (joined.has(i) ? root(joined.get(i)!) : i);
      for (const f of term.factors) {
        const positive = isRat(f.pow) && f.pow.n > 0;
        if (f.idx.length === 2 && positive && diagonalHead(f.head)) {
          const [a, b] = [root(f.idx[0]!), root(f.idx[1]!)];
          if (a !== b) joined.set(a, b);
        }
      }
      return root(0) === root(1);
    })
  );
}
