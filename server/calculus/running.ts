import type { Dim } from "../core/dimension";
import { MINUS_ONE, ONE, ratMul } from "./rational";
import { type Factor, isRat, type Raw, rawOf, type Tensor, times, type World } from "./tensor";

/** Sums over an index: positions that run become indices that are summed. */

/**
 * The sum over the positions that are called `token`, as products at these slots: the positions become an index that is
 * summed. What no index can say (an inverse of something that runs) stays a sum as a whole.
 */
export function summedOverToken(w: World, t: Tensor, slots: readonly number[], token: string, over: Dim): Raw[] {
  return w.instantiate(t, slots).map((raw) => {
    const r = openPosition(w, raw, token, w.newIndex(over));
    if (r === undefined) return summedAsWhole(w, raw, slots, token, over);
    return r.used ? r.raw : times(raw, w.count(over));
  });
}

/** A product that runs with a sum in a way that no index can say, under the sum as one factor. */
function summedAsWhole(w: World, raw: Raw, slots: readonly number[], token: string, over: Dim): Raw {
  const runs = (f: Factor): boolean => runsWith(f, token);
  // Scalars that do not run stay outside.
  const outside = raw.factors.filter((f) => f.idx.length === 0 && !runs(f));
  const inside = { ...raw, coef: ONE, factors: raw.factors.filter((f) => !outside.includes(f)) };
  const arg = w.tensor(slots, [inside]);
  const head = w.head({ kind: "run", token, over, arg, dims: arg.dims, symmetry: w.symmetryOf(arg) > 0 ? 1 : 0 });
  return times(rawOf([{ head, idx: slots, pow: ONE }], raw.coef), rawOf(outside));
}

const runsWith = (f: Factor, name: string): boolean =>
  (f.head.kind === "unit" && f.head.at === name) ||
  ("arg" in f.head && mentions(f.head.arg, name)) ||
  (!isRat(f.pow) && mentions(f.pow, name));

/** The product with a run index in the place of a position; `undefined` where no index can say that. */
function openPosition(w: World, raw: Raw, name: string, run: number): { raw: Raw; used: boolean } | undefined {
  let used = false;
  const factors: Factor[] = [];
  for (const f of raw.factors) {
    if (!isRat(f.pow) && mentions(f.pow, name)) return undefined;
    if (f.head.kind === "unit" && f.head.at === name) {
      used = true;
      factors.push({ head: w.delta(w.dimOf(run)), idx: [f.idx[0]!, run], pow: ONE });
    } else if ("arg" in f.head && mentions(f.head.arg, name)) {
      used = true;
      if (f.head.kind === "run") return undefined;
      if (f.head.kind === "op") {
        const plain = byExponentials(w, f);
        const opened = plain === undefined ? undefined : openPosition(w, rawOf(plain), name, run);
        if (opened === undefined) return undefined;
        factors.push(...opened.raw.factors);
        continue;
      }
      const own = f.head.arg.dims.map((d) => w.newIndex(d));
      const inner = w.newIndex(w.dimOf(run));
      const opened = w.instantiate(f.head.arg, own).map((r) => openPosition(w, r, name, inner));
      if (opened.includes(undefined)) return undefined;
      const lifted = w.tensor(
        [...own, inner],
        opened.map((r) => r!.raw),
      );
      const head =
        f.head.kind === "group" || f.head.kind === "named"
          ? w.group(lifted)
          : w.head({
              kind: "fn",
              name: f.head.name,
              arg: lifted,
              dims: lifted.dims,
              symmetry: 0,
              ...(f.head.primes === undefined ? {} : { primes: f.head.primes }),
            });
      factors.push({ head, idx: [...f.idx, run], pow: f.pow });
    } else factors.push(f);
  }
  return { raw: { ...raw, factors }, used };
}

/** logsumexp and softmax by their definitions, entry by entry, to which an index can be added. */
function byExponentials(w: World, f: Factor): Factor[] | undefined {
  if (f.head.kind !== "op" || !isRat(f.pow)) return undefined;
  const { arg, name } = f.head;
  if (name !== "logsumexp" && name !== "softmax") return undefined;
  const exp = w.head({ kind: "fn", name: "exp", arg, dims: arg.dims, symmetry: 0 });
  const at = arg.dims.map((d) => w.newIndex(d));
  // The sum runs over all entries, of a matrix in softmax over each row.
  const rows = name === "softmax" ? at.slice(0, -1) : [];
  const sum = w.tensor(rows, [rawOf([{ head: exp, idx: at, pow: ONE }])]);
  if (name === "logsumexp")
    return [{ head: w.head({ kind: "fn", name: "log", arg: sum, dims: [], symmetry: 0 }), idx: [], pow: f.pow }];
  const under: Factor = { head: w.group(sum), idx: f.idx.slice(0, -1), pow: ratMul(f.pow, MINUS_ONE) };
  return [{ head: exp, idx: f.idx, pow: f.pow }, under];
}

/** Whether a position with this name occurs anywhere in a tensor. */
function mentions(t: Tensor, name: string): boolean {
  return t.terms.some(({ term }) => term.factors.some((f) => runsWith(f, name)));
}

/** The tensor with the positions called `token` at another place. */
export function withToken(w: World, t: Tensor, token: string, at: string): Tensor {
  const slots = t.dims.map((d) => w.newIndex(d));
  return w.tensor(
    slots,
    w.instantiate(t, slots).map((raw) => ({ ...raw, factors: raw.factors.map((f) => factorAt(w, f, token, at)) })),
  );
}

function factorAt(w: World, f: Factor, token: string, at: string): Factor {
  const pow = isRat(f.pow) || !mentions(f.pow, token) ? f.pow : withToken(w, f.pow, token, at);
  if (!runsWith({ ...f, pow: ONE }, token)) return pow === f.pow ? f : { ...f, pow };
  const h = f.head;
  if (h.kind === "unit") return { ...f, pow, head: w.head({ kind: "unit", at, dims: h.dims, symmetry: 0 }) };
  if (!("arg" in h)) return { ...f, pow };
  const arg = withToken(w, h.arg, token, at);
  const { id: _id, vars: _vars, ...spec } = h;
  return { ...f, pow, head: h.kind === "group" ? w.group(arg) : w.head({ ...spec, arg }) };
}
