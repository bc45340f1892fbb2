import { apply, children, type Expr, num, size } from "../../core/ast";
import { spend } from "../../core/budget";
import { exprKey } from "../../core/exprKey";
import { type Dim, isOne, ONE as ONE_DIM } from "../../core/dimension";
import { atOnce, type Steps } from "../../core/steps";
import {
  isInt,
  isUnit,
  ONE,
  type Rat,
  rat,
  ratAbs,
  ratAdd,
  ratEq,
  ratInv,
  ratKey,
  ratMul,
  ratNeg,
  ratValue,
} from "../rational";
import {
  type Block,
  block,
  chain,
  diagonalMatrix,
  dimExpr,
  exponent,
  eye,
  had,
  type HadItem,
  isRatPow,
  kroneckerProduct,
  type Mat,
  type ScalarFactor,
  type Summand,
  negated,
  ones,
  onesMatrix,
  partsOf,
  powText,
  toExpr,
  transpose,
  transposeExpr,
  turnSign,
  writtenNumber,
} from "./matrix";

/**
 * Sums of products, written as short as common factors allow: the greedy choice of the factor that saves
 * most, on the left, on the right, among scalars, or entry by entry.
 */

export type { ScalarFactor, Summand };

export const scalarFactor = (expr: Expr, pow: Rat | Expr = ONE): ScalarFactor => ({ expr, key: exprKey(expr), pow });

/** Writes a sum down. `rows` and `cols` give its shape (needed where it is empty). */
export const writeSum = (parts: readonly Summand[], rows: Dim, cols: Dim): Expr =>
  atOnce(writingSum(parts, rows, cols));

/** The same in steps. */
export function* writingSum(parts: readonly Summand[], rows: Dim, cols: Dim): Steps<Expr> {
  if (parts.length === 0)
    return isOne(rows) && isOne(cols)
      ? num(0)
      : isOne(cols)
        ? apply("zeros", dimOf(rows))
        : apply("zeros", dimOf(rows), dimOf(cols));
  const factored = yield* factoring(parts);
  const straight = plain(factored, rows, cols);
  if (isOne(rows) || isOne(cols)) return straight;
  if (rows.key === cols.key && isSymmetric(parts)) {
    const mirror = isSymmetric(factored) ? straight : yield* symmetricForm(parts, rows, cols, straight);
    if (mirror !== undefined) symmetricForms.add(mirror);
    if (mirror !== undefined && mirror !== straight) return mirror;
  }
  const turned = plain(
    yield* factoring(parts.map((p) => ({ ...p, body: p.body === undefined ? undefined : transpose(p.body) }))),
    cols,
    rows,
  );
  const flipped =
    turned.kind === "apply" && turned.op === "neg" ? negated(transposeExpr(turned.args[0]!)) : transposeExpr(turned);
  return size(flipped) < size(straight) ? flipped : straight;
}

/** How much longer a form may be that shows a symmetric matrix, such as a Hessian, to be one. */
const WORTH = 1.25;

const symmetricForms = new WeakSet<Expr>();

/** Which of two forms of the same derivative reads better: the shorter, unless one alone shows a symmetric matrix. */
export function readsBetter(a: Expr, b: Expr): boolean {
  const weight = (e: Expr, other: Expr): number =>
    symmetricForms.has(other) && !symmetricForms.has(e) ? WORTH * size(e) : size(e);
  return weight(a, b) < weight(b, a) - 1;
}

/**
 * A symmetric sum so that it is seen to be symmetric: A/c - A*x*x'*A/c^2, not (eye(n)/c - A*x*x'/c^2)*A. Products with
 * the same numbers in front are factored among themselves; beyond that, factors are taken out of both ends at once.
 * None where the `shortest` form is much shorter.
 */
function* symmetricForm(parts: readonly Summand[], rows: Dim, cols: Dim, shortest: Expr): Steps<Expr | undefined> {
  const groups = new Map<string, Summand[]>();
  for (const p of parts) {
    const key = `${ratKey(ratAbs(p.coef))} ${p.scalars.map((s) => s.key + powText(s.pow)).join()}`;
    groups.set(key, [...(groups.get(key) ?? []), p]);
  }
  const together = (g: readonly Summand[]): readonly Summand[] => {
    const { coef, scalars } = g[0]!;
    const number = ratAbs(coef);
    const inner = factor(g.map((p) => ({ ...p, coef: rat(Math.sign(p.coef.n)), scalars: [] })));
    if (inner.length > 1 && scalars.length === 0 && ratEq(number, ONE)) return inner;
    const one = wrap(inner, (b) => b) ?? [];
    return one.map((p) => ({ ...p, coef: ratMul(p.coef, number), scalars: mergeScalars([...scalars, ...p.scalars]) }));
  };
  const paired = yield* factoring([...groups.values()].flatMap(together), true);
  if (!isSymmetric(paired)) return undefined;
  const e = plain(paired, rows, cols);
  return size(e) <= WORTH * size(shortest) ? e : undefined;
}

/** Whether the transposed summands are the same summands. */
const isSymmetric = (parts: readonly Summand[]): boolean => spell(parts, true) === spell(parts, false);

const spell = (parts: readonly Summand[], turn: boolean): string =>
  parts
    .map(
      (p) =>
        `${ratKey(p.coef)}${p.scalars.map((s) => s.key + powText(s.pow)).join()}${p.body === undefined ? "" : (turn ? transpose(p.body) : p.body).key}`,
    )
    .sort()
    .join("+");

const dimOf = (d: Dim): Expr => (toExpr(ones(d)) as { args: readonly Expr[] }).args[0] ?? num(1);

/** Size of a sum as it would be written without looking for further factors; a number all share stands in front `once`. */
const sizeOf = (parts: readonly Summand[], once: boolean): number => {
  const first = parts[0]?.coef;
  if (first === undefined) return 1;
  const common = once && parts.length > 1 && !isUnit(first) && parts.every((p) => ratEq(ratAbs(p.coef), ratAbs(first)));
  const whole = parts.reduce(
    (n, p) => n + size(writeSummand({ ...p, coef: common ? ONE : ratAbs(p.coef) })) + 1,
    common ? 1 : -1,
  );
  return whole;
};

/** Summands that differ by a number alone, as one; none where they cancel. */
function likeTogether(parts: readonly Summand[]): Summand[] {
  if (parts.length < 2) return [...parts];
  const at = new Map<string, number>();
  const out: Summand[] = [];
  for (const p of parts) {
    const key = [...p.scalars.map((s) => `${s.key}^${powText(s.pow)}`).sort(), `|${p.body?.key ?? ""}`].join(" ");
    const k = at.get(key);
    if (k === undefined) {
      at.set(key, out.length);
      out.push(p);
    } else out[k] = { ...out[k]!, coef: ratAdd(out[k]!.coef, p.coef) };
  }
  return out.length === parts.length ? out : out.filter((p) => p.coef.n !== 0);
}

/** An expression under sums over indices, the first outermost. */
export const withSums = (e: Expr, sums: readonly { name: string; over: Dim }[]): Expr =>
  sums.reduceRight<Expr>(
    (body, s) => ({ kind: "sumover", variable: s.name, from: num(1), to: dimExpr(s.over), body }),
    e,
  );

/** A sum over an index of these summands as one block. */
export function runningSum(of: readonly Summand[], at: string, over: Dim, rows: Dim, cols: Dim): Mat {
  const e = withSums(writeSum(of, rows, cols), [{ name: at, over }]);
  return block(e, rows, cols, { running: { of, at, over } });
}

/** Sums over the same index as one sum, where that is shorter. */
function sumsTogether(parts: readonly Summand[]): Summand[] {
  const groups = new Map<string, number[]>();
  parts.forEach((p, k) => {
    const r = p.body?.kind === "block" ? p.body.running : undefined;
    if (r === undefined) return;
    const key = `${r.at}:${r.over.key}`;
    groups.set(key, [...(groups.get(key) ?? []), k]);
  });
  let now: readonly Summand[] = parts;
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const own = group.map((k) => parts[k]!);
    const { at, over } = (own[0]!.body as Block).running!;
    const inner = own.flatMap((p) =>
      (p.body as Block).running!.of.map((q) => ({
        coef: ratMul(p.coef, q.coef),
        scalars: mergeScalars([...p.scalars, ...q.scalars]),
        body: q.body,
      })),
    );
    const { coef, rest } = content(inner);
    const { rows, cols } = own[0]!.body!;
    const joint: Summand = { coef, scalars: [], body: runningSum(rest, at, over, rows, cols) };
    const next = now.flatMap((p) => (p === own[0] ? [joint] : own.includes(p) ? [] : [p]));
    if (sizeOf(next, true) < sizeOf(now, true)) now = next;
  }
  return [...now];
}

/** diag(u) - diag(v) as diag(u - v), where that is shorter. */
function diagonalsTogether(parts: readonly Summand[]): readonly Summand[] {
  const own = parts.filter((p) => p.body?.kind === "block" && p.body.diagonal !== undefined);
  if (own.length < 2) return parts;
  const { rows } = own[0]!.body!;
  const inner = own.map((p) => ({ ...p, body: (p.body as Block).diagonal }));
  const { coef, rest } = content(inner);
  const joint: Summand = { coef, scalars: [], body: diagonalMatrix(block(writeSum(rest, rows, ONE_DIM), rows, ONE_DIM)) }; // prettier-ignore
  const next = parts.flatMap((p) => (p === own[0] ? [joint] : own.includes(p) ? [] : [p]));
  return sizeOf(next, true) < sizeOf(parts, true) ? next : parts;
}

type Site = "number" | "left" | "right" | "both" | "scalar" | "entry" | "whole" | "kron-left" | "kron-right";

interface Candidate {
  readonly site: Site;
  readonly key: string;
  readonly at: number[];
  readonly cost: number;
}

/** Pulls common factors out until nothing gets shorter; `paired`: of products from both ends at once or not at all. */
export const factor = (parts: readonly Summand[], paired = false): Summand[] => atOnce(factoring(parts, paired));

/** The same in steps: a pause after each factor that is looked for. */
function* factoring(parts: readonly Summand[], paired = false): Steps<Summand[]> {
  let now = [...diagonalsTogether(sumsTogether(likeTogether(parts)))];
  for (let round = 0; round < 40 && now.length > 1; round++) {
    spend(40 * now.length);
    const wanted = findCandidates(now).filter((c) =>
      paired ? c.site !== "left" && c.site !== "right" : c.site !== "both",
    );
    const candidates = wanted.sort((a, b) => b.cost * (b.at.length - 1) - a.cost * (a.at.length - 1));
    let done = true;
    const before = [sizeOf(now, true), sizeOf(now, false)] as const;
    for (const c of candidates.slice(0, 6)) {
      const next = yield* pull(now, c, paired);
      if (next === undefined) continue;
      // As long, a body that is written once reads better; 2*(P - I)*x reads better than 2*(P*x - x), which is shorter.
      const plain = !leavesIdentity(now, c);
      const saved = before[plain ? 0 : 1] - sizeOf(next, plain);
      if (saved < 0 || (saved === 0 && c.site !== "whole")) continue;
      now = next;
      done = false;
      break;
    }
    if (done) break;
    yield;
  }
  return now;
}

/** Whether taking this factor out leaves the identity, not a multiple of it, beside another matrix. */
const leavesIdentity = (parts: readonly Summand[], c: Candidate): boolean =>
  (c.site === "left" || c.site === "right") &&
  c.at.some((i) => parts[i]!.scalars.length === 0 && partsOf(parts[i]!.body!).length === 1);

function findCandidates(parts: readonly Summand[]): Candidate[] {
  const found = new Map<string, { site: Site; key: string; at: number[]; of: Expr | Mat }>();
  const add = (site: Site, key: string, at: number, of: Expr | Mat) => {
    const id = `${site}:${key}`;
    const c = found.get(id);
    if (c === undefined) found.set(id, { site, key, at: [at], of });
    else if (c.at.at(-1) !== at) c.at.push(at);
  };
  parts.forEach((p, i) => {
    // A number that all share is no candidate: it stays in front of the whole.
    const number = ratAbs(p.coef);
    if (!ratEq(number, ONE) && parts.some((q) => !ratEq(ratAbs(q.coef), number)))
      add("number", ratKey(number), i, num(2));
    for (const s of p.scalars) if (isRatPow(s.pow) && s.pow.n !== 0) add("scalar", sharedKey(s), i, s.expr);
    if (p.body === undefined) return;
    const list = partsOf(p.body);
    add("whole", p.body.key, i, p.body);
    add("left", list[0]!.key, i, list[0]!);
    add("right", list.at(-1)!.key, i, list.at(-1)!);
    if (list.length > 1 && list[0]!.key === transpose(list.at(-1)!).key) add("both", list[0]!.key, i, list[0]!);
    if (list.length === 1 && list[0]!.kind === "block" && list[0]!.kron !== undefined) {
      add("kron-left", list[0]!.kron[0].key, i, list[0]!.kron[0]);
      add("kron-right", list[0]!.kron[1].key, i, list[0]!.kron[1]);
    }
    for (const h of hadItems(p.body)) add("entry", `${h.of.key}^${powText(h.pow)}`, i, h.of);
  });
  const shared = [...found.values()].filter((c) => c.at.length > 1);
  return shared.map(({ of, ...c }) => ({ ...c, cost: size(isMat(of) ? toExpr(of) : of) + 1 }));
}

const isMat = (x: Expr | Mat): x is Mat => x.kind === "block" || x.kind === "chain" || x.kind === "had";

const hadItems = (m: Mat): readonly HadItem[] => (m.kind === "had" ? m.items : [{ of: m, pow: ONE }]);

/** The sum with one factor pulled out of the summands that have it. */
function* pull(parts: readonly Summand[], c: Candidate, paired: boolean): Steps<Summand[] | undefined> {
  const inside: Summand[] = [];
  let outer: ((inner: Summand[]) => Summand[] | undefined) | undefined;
  const step = c.site === "scalar" ? sharedPower(c.at.map((i) => parts[i]!), c.key) : ONE; // prettier-ignore
  for (const i of c.at) {
    const p = parts[i]!;
    const split = take(p, c, step);
    if (split === undefined) return undefined;
    inside.push(split.rest);
    outer ??= split.join;
  }
  const joined = outer!(yield* factoring(inside, paired));
  if (joined === undefined) return undefined;
  const out: Summand[] = [];
  parts.forEach((p, i) => {
    if (i === c.at[0]) out.push(...joined);
    else if (!c.at.includes(i)) out.push(p);
  });
  return out;
}

const sharedKey = (s: ScalarFactor): string => `${s.key}${isRatPow(s.pow) && s.pow.n < 0 ? "/" : "*"}`;

/** The power of a scalar that all summands can give: one at a time, so a/q² + b/q shares 1/q; of roots the least. */
function sharedPower(parts: readonly Summand[], key: string): Rat {
  const powers = parts.flatMap((p) => p.scalars.filter((s) => sharedKey(s) === key).map((s) => s.pow)).filter(isRatPow);
  if (powers.every(isInt)) return rat(key.endsWith("/") ? -1 : 1);
  return powers.reduce((a, b) => (Math.abs(ratValue(b)) < Math.abs(ratValue(a)) ? b : a));
}

function take(
  p: Summand,
  c: Candidate,
  step: Rat,
): { rest: Summand; join: (inner: Summand[]) => Summand[] | undefined } | undefined {
  if (c.site === "number") {
    const number = ratAbs(p.coef);
    return {
      rest: { ...p, coef: rat(Math.sign(p.coef.n)) },
      join: (inner) => wrap(inner, (b) => b)?.map((q) => ({ ...q, coef: ratMul(q.coef, number) })),
    };
  }
  if (c.site === "scalar") {
    const k = p.scalars.findIndex((s) => sharedKey(s) === c.key);
    const s = p.scalars[k];
    if (s === undefined || !isRatPow(s.pow)) return undefined;
    const rest = ratAdd(s.pow, ratNeg(step));
    const scalars = p.scalars.flatMap((x, i) => (i !== k ? [x] : rest.n === 0 ? [] : [{ ...x, pow: rest }]));
    return { rest: { ...p, scalars }, join: (inner) => wrap(inner, (b) => b, [{ ...s, pow: step }]) };
  }
  const body = p.body!;
  if (c.site === "whole") return { rest: { ...p, body: undefined }, join: (inner) => wrapScalar(inner, body) };
  if (c.site === "kron-left" || c.site === "kron-right") {
    if (body.kind !== "block" || body.kron === undefined) return undefined;
    const [b, a] = body.kron;
    return c.site === "kron-left"
      ? { rest: { ...p, body: a }, join: (inn) => wrap(inn, (x) => kroneckerProduct(b, x)) }
      : { rest: { ...p, body: b }, join: (inn) => wrap(inn, (x) => kroneckerProduct(x, a)) };
  }
  if (c.site === "entry") {
    const items = hadItems(body);
    const k = items.findIndex((h) => `${h.of.key}^${powText(h.pow)}` === c.key);
    if (k < 0) return undefined;
    const rest = items.filter((_, i) => i !== k);
    const inner = rest.length === 0 ? onesMatrix(body.rows, body.cols) : had(rest);
    return { rest: { ...p, body: inner }, join: (inn) => wrap(inn, (b) => had([items[k]!, { of: b, pow: ONE }])) };
  }
  const list = partsOf(body);
  if (c.site === "both") {
    const item = list[0]!;
    if (isOne(item.cols)) return undefined;
    const inner = list.length === 2 ? eye(item.cols) : chain(list.slice(1, -1));
    return { rest: { ...p, body: inner }, join: (inn) => wrap(inn, (b) => chain([item, b, transpose(item)])) };
  }
  const left = c.site === "left";
  const item = left ? list[0]! : list.at(-1)!;
  // The identity leaves itself.
  if (item.kind === "block" && item.special === "eye") return undefined;
  const others = left ? list.slice(1) : list.slice(0, -1);
  // Taking a column from the left, or a row from the right, of a lone factor would leave a number.
  const side = left ? item.cols : item.rows;
  if (others.length === 0 && isOne(side)) return undefined;
  const inner = others.length === 0 ? eye(side) : chain(others);
  return { rest: { ...p, body: inner }, join: (inn) => wrap(inn, (b) => chain(left ? [item, b] : [b, item])) };
}

/** Summands as one block that can be multiplied. */
function wrap(inner: Summand[], around: (b: Mat) => Mat, scalars: readonly ScalarFactor[] = []): Summand[] | undefined {
  if (inner.length === 0) return [];
  if (inner.length === 1) {
    const p = inner[0]!;
    return [
      {
        coef: p.coef,
        scalars: mergeScalars([...scalars, ...p.scalars]),
        body: p.body === undefined ? undefined : around(p.body),
      },
    ];
  }
  const body = inner[0]!.body;
  const { coef, rest } = content(inner);
  if (body === undefined)
    return [
      { coef, scalars: mergeScalars([...scalars, scalarFactor(plain(rest, ONE_DIM, ONE_DIM))]), body: undefined },
    ];
  const b = sumBlock(rest, body.rows, body.cols);
  return [{ coef, scalars, body: around(b) }];
}

function wrapScalar(inner: Summand[], body: Mat): Summand[] {
  if (inner.length === 0) return [];
  if (inner.length === 1) return [{ ...inner[0]!, body }];
  const { coef, rest } = content(inner);
  return [{ coef, scalars: [scalarFactor(plain(rest, ONE_DIM, ONE_DIM))], body }];
}

/** A sum as one block; symmetric where its transpose reads the same. */
export function sumBlock(parts: readonly Summand[], rows: Dim, cols: Dim): Mat {
  const one = (ps: readonly Summand[], more: { symmetric: boolean }) => {
    const e = plain(ps, rows, cols);
    const turned = e.kind === "apply" && e.op === "transpose" && !isOne(rows) && !isOne(cols);
    return turned ? block(e.args[0]!, rows, cols, { ...more, transposed: true }) : block(e, rows, cols, more);
  };
  const symmetric = rows.key === cols.key && !isOne(rows) && isSymmetric(parts);
  const b = one(parts, { symmetric });
  const mixed = parts.some((p) => p.coef.n > 0) && parts.some((p) => p.coef.n < 0);
  return mixed
    ? {
        ...b,
        negative: one(
          parts.map((p) => ({ ...p, coef: ratNeg(p.coef) })),
          { symmetric },
        ),
      }
    : b;
}

export function mergeScalars(list: readonly ScalarFactor[]): ScalarFactor[] {
  const out: ScalarFactor[] = [];
  for (const s of list) {
    const k = out.findIndex((x) => x.key === s.key && isRatPow(x.pow) && isRatPow(s.pow));
    if (k < 0) out.push(s);
    else {
      const a = out[k]!.pow as Rat;
      const b = s.pow as Rat;
      out[k] = { ...s, pow: rat(a.n * b.d + b.n * a.d, a.d * b.d) };
    }
  }
  return out.filter((s) => !(isRatPow(s.pow) && s.pow.n === 0));
}

/** The number all summands share, with the sign where all are negative. */
export function content(parts: readonly Summand[]): { coef: Rat; rest: readonly Summand[] } {
  const first = parts[0]!.coef;
  const size = ratAbs(first);
  const equal = parts.every((p) => ratEq(ratAbs(p.coef), size));
  const negative = parts.every((p) => p.coef.n < 0);
  // With mixed signs the first summand as written later is a positive one.
  let coef = equal ? size : ONE;
  if (negative) coef = ratNeg(coef);
  if (ratEq(coef, ONE)) return { coef, rest: parts };
  return {
    coef,
    rest: parts.map((p) => ({ ...p, coef: ratMul(p.coef, ratInv(coef)) })),
  };
}

/** Writes summands as they are: common number in front, positive ones first. */
export function plain(parts: readonly Summand[], rows: Dim, cols: Dim): Expr {
  if (parts.length === 0) return writeSum([], rows, cols);
  if (parts.length === 1) return writeSummand(unsigned(fill(parts[0]!, rows, cols)));
  if (parts.every((p) => p.coef.n < 0)) {
    const positive = parts.map(withDifferenceTurned);
    if (positive.every((p) => p.coef.n > 0)) return plain(positive, rows, cols);
  }
  const { coef, rest } = content(parts);
  const ordered = mirrored(
    [...rest.filter((p) => p.coef.n > 0), ...rest.filter((p) => p.coef.n < 0)].map((p) => fill(p, rows, cols)),
  );
  let e: Expr | undefined;
  for (const p of ordered) {
    if (e === undefined) e = writeSummand(p);
    else if (p.coef.n < 0) e = apply("sub", e, writeSummand({ ...p, coef: ratNeg(p.coef) }));
    else e = apply("add", e, writeSummand(p));
  }
  if (ratEq(coef, ONE)) return e!;
  const { over, under } = writtenNumber(coef);
  const top = over === 1 ? e! : apply("mul", num(over), e!);
  const sized = under === 1 ? top : apply("div", top, num(under));
  return coef.n < 0 ? negated(sized) : sized;
}

/** A + A', not A' + A: of two summands that are each other's transpose the plainer comes first. */
function mirrored(list: Summand[]): Summand[] {
  const turned = (m: Mat): number => partsOf(m).filter((x) => x.kind === "block" && x.transposed).length;
  for (let i = 0; i < list.length; i++)
    for (let j = i + 1; j < list.length; j++) {
      const [a, b] = [list[i]!, list[j]!];
      if (
        a.body === undefined ||
        b.body === undefined ||
        a.coef.n < 0 !== b.coef.n < 0 ||
        turned(a.body) <= turned(b.body)
      )
        continue;
      if (transpose(a.body).key !== b.body.key) continue;
      list[i] = b;
      list[j] = a;
    }
  return list;
}

/** A scalar constant in a sum of matrices stands for that multiple of all ones. */
function fill(p: Summand, rows: Dim, cols: Dim): Summand {
  return p.body !== undefined || (isOne(rows) && isOne(cols)) ? p : { ...p, body: onesMatrix(rows, cols) };
}

/** A leading minus goes into a sum that has no sign of its own. */
function unsigned(p: Summand): Summand {
  if (p.coef.n >= 0) return p;
  const body = p.body === undefined ? undefined : turnSign(p.body);
  return body === undefined ? withDifferenceTurned(p) : { ...p, coef: ratNeg(p.coef), body };
}

/** `p*(p - 1)`, not `-p*(1 - p)`: a minus sign goes into a difference among the numbers. */
function withDifferenceTurned(p: Summand): Summand {
  if (p.coef.n >= 0) return p;
  const at = p.scalars.findIndex(({ expr, pow }) => isRatPow(pow) && ratEq(pow, ONE) && isDifference(expr));
  if (at < 0) return p;
  const scalars = p.scalars.map((s, i) => (i === at ? scalarFactor(apply("sub", ...reversed(s.expr))) : s));
  return { ...p, coef: ratNeg(p.coef), scalars };
}

const isDifference = (e: Expr): boolean => e.kind === "apply" && e.op === "sub";
const reversed = (e: Expr): [Expr, Expr] => {
  const [a, b] = children(e) as [Expr, Expr];
  return [b, a];
};

/** One summand, sign included. */
export function writeSummand(p: Summand): Expr {
  const above: Expr[] = [];
  const below: Expr[] = [];
  for (const s of p.scalars) {
    if (isRatPow(s.pow) && s.pow.n < 0) below.push(scalarPower(s.expr, ratNeg(s.pow)));
    else above.push(isRatPow(s.pow) ? scalarPower(s.expr, s.pow) : apply("pow", s.expr, s.pow));
  }
  const body =
    p.body === undefined || (p.body.kind === "block" && p.body.expr.kind === "number") ? undefined : toExpr(p.body);
  const front: Expr[] = [];
  const { over, under } = writtenNumber(p.coef);
  if (over !== 1) front.push(num(over));
  if (under !== 1) below.unshift(num(under));
  const product = (list: Expr[]) => list.reduce((a, b) => apply("mul", a, b));
  const top = [...front, ...above, ...(body === undefined ? [] : [body])];
  let e: Expr;
  if (below.length === 0) e = top.length === 0 ? num(1) : joined(front, above, body);
  else {
    const bottom = product(below);
    e = apply("div", top.length === 0 ? num(1) : joined(front, above, body), bottom);
  }
  return p.coef.n < 0 ? negated(e) : e;
}

/** Numbers, scalars, then the body, a product of matrices flattened into the same row. */
function joined(front: readonly Expr[], above: readonly Expr[], body: Expr | undefined): Expr {
  const list = [...front, ...above];
  // 2*(x'*y) reads as 2*x'*y.
  if (body === undefined && front.length > 0 && above.length === 1) return joined(front, [], above[0]);
  if (body === undefined) return list.reduce((a, b) => apply("mul", a, b));
  if (list.length === 0) return body;
  // 2*(a/b) reads as (2*a)/b.
  if (body.kind === "apply" && body.op === "div")
    return apply("div", joined(front, above, body.args[0]), body.args[1]!);
  let e = list.reduce((a, b) => apply("mul", a, b));
  const parts: Expr[] = [];
  let at: Expr = body;
  while (at.kind === "apply" && at.op === "mul") {
    parts.unshift(at.args[1]!);
    at = at.args[0]!;
  }
  parts.unshift(at);
  for (const x of parts) e = apply("mul", e, x);
  return e;
}

export function scalarPower(e: Expr, p: Rat): Expr {
  if (ratEq(p, ONE)) return e;
  if (p.n === 1 && p.d === 2) return apply("sqrt", e);
  if (isInt(p) && p.n % 2 === 0 && e.kind === "apply" && e.op === "sqrt") return scalarPower(e.args[0]!, rat(p.n / 2));
  if (isInt(p)) return apply("pow", e, num(p.n));
  if (p.d === 2) return apply("pow", apply("sqrt", e), num(p.n));
  return apply("pow", e, exponent(p));
}
