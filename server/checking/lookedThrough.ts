import type { Span } from "../core/ast";
import { atOnce } from "../core/steps";
import { findRegions } from "../documents/markdownMath";
import { collectMacros } from "../language/latex/macros";
import { type Cut, cutRows } from "../language/latex/rows";
import type { LatexToken } from "../language/latex/tokens";
import { kindsOf } from "../language/scanner";
import { claimsByTokens } from "./listed";

/** A claim as its tokens tell it. */
export interface SeenClaim {
  readonly span: Span;
  readonly text: string;
}

/** One side of an equation. */
interface Side {
  readonly tokens: readonly LatexToken[];
  /** The names in it. */
  readonly names: ReadonlySet<string>;
  readonly derivatives: readonly Derivative[];
}

interface Derivative {
  readonly of: ReadonlySet<string>;
  readonly by: ReadonlySet<string>;
}

/** Two sides with an equals sign between them, where they stand in the text; in a chain, all but the first are steps. */
interface Pair {
  readonly left: Side;
  readonly right: Side;
  readonly isStep: boolean;
  readonly span: Span;
}

/**
 * The claims of a note by its tokens alone, for who lists many notes that nobody looks at: of its equations those of
 * derivatives, and the steps of a chain. Which of them state something is known in full once they are judged; here,
 * what is differentiated must be written out, or be given a value somewhere in the note.
 */
export function claimsOfNote(text: string): readonly SeenClaim[] {
  const macros = atOnce(collectMacros(text));
  const given = new Map<string, number>();
  const found: (Pair | SeenClaim)[] = [];
  for (const region of findRegions(text)) {
    if (region.kind !== "math" && region.kind !== "mcalc") continue;
    const { start, end } = region.inner;
    const inner = text.slice(start, end);
    if (!inner.includes("=") && !inner.includes("equiv") && !inner.includes("＝")) continue;
    if (region.kind === "mcalc") {
      for (const c of claimsByTokens(inner)) found.push({ text: c.text, span: moved(c.span, start) });
      continue;
    }
    const pairs = pairsOf(cutRows(inner, macros) ?? [], start);
    for (const { left, right } of pairs)
      for (const [side, other] of [
        [left, right],
        [right, left],
      ] as const) {
        const head = headOf(side);
        if (head !== undefined && other.derivatives.length === 0 && !isZero(other)) given.set(head, (given.get(head) ?? 0) + 1); // prettier-ignore
      }
    found.push(...pairs);
  }
  return found.flatMap((f) => {
    if (!("left" in f)) return [f];
    return isClaim(f, given) ? [{ span: f.span, text: text.slice(f.span.start, f.span.end) }] : [];
  });
}

const moved = ({ start, end }: Span, by: number): Span => ({ start: start + by, end: end + by });

const DEPTH = { up: "([{jB<L", down: ")]}iE>R" };
const depthChange = (kind: string): number => (DEPTH.up.includes(kind) ? 1 : DEPTH.down.includes(kind) ? -1 : 0);

/** Each side of a sentence with the next; a sentence that begins with its sign goes on with the last side before it. */
function pairsOf(cuts: readonly Cut[], offset: number): Pair[] {
  const out: Pair[] = [];
  let last: Side | undefined;
  for (const { tokens } of cuts) {
    const parts: LatexToken[][] = [[]];
    const relations: string[] = [];
    let depth = 0;
    for (const t of tokens) {
      depth += depthChange(t.kind);
      if (depth === 0 && t.kind === "r") {
        relations.push(t.value);
        parts.push([]);
      } else parts.at(-1)!.push(t);
    }
    const continues = parts[0]!.length === 0;
    const sides = parts.map((p) => sideOf(withoutEnd(p)));
    relations.forEach((relation, k) => {
      const left = k === 0 && continues ? last : sides[k]!;
      const right = sides[k + 1]!;
      if (relation !== "=" || left === undefined || right.tokens.length === 0 || left.tokens.length === 0) return;
      const first = k === 0 && continues ? right.tokens[0]! : left.tokens[0]!;
      out.push({
        left,
        right,
        isStep: k > 0 || continues,
        span: moved({ start: first.start, end: right.tokens.at(-1)!.end }, offset),
      });
    });
    last = relations.length === 0 ? undefined : sides.at(-1);
  }
  return out;
}

/** Without the full stop of the sentence that the formula stands in. */
function withoutEnd(tokens: readonly LatexToken[]): readonly LatexToken[] {
  let end = tokens.length;
  while (end > 0 && (",;.&k".includes(tokens[end - 1]!.kind) || tokens[end - 1]!.text === ".")) end--;
  return tokens.slice(0, end);
}

const namesIn = (tokens: readonly LatexToken[]): ReadonlySet<string> =>
  new Set(tokens.filter((t) => t.kind === "a").map((t) => t.value));

const sideOf = (tokens: readonly LatexToken[]): Side => ({
  tokens,
  names: namesIn(tokens),
  derivatives: derivativesIn(tokens),
});

/** The index behind the group, or the single token, that begins at `at`. */
function behindGroup(tokens: readonly LatexToken[], at: number): number {
  let depth = 0;
  for (let i = at; i < tokens.length; i++) {
    depth += depthChange(tokens[i]!.kind);
    if (depth <= 0) return i + 1;
  }
  return tokens.length;
}

const isSign = (t: LatexToken | undefined): boolean => t?.kind === "d" || (t?.kind === "a" && t.value === "d");

function derivativesIn(tokens: readonly LatexToken[]): Derivative[] {
  const out: Derivative[] = [];
  tokens.forEach((t, i) => {
    if (t.kind === "F") {
      const middle = behindGroup(tokens, i + 1);
      const end = behindGroup(tokens, middle);
      if (!isSign(tokens[i + 2]) || !isSign(tokens[middle + 1])) return;
      const over = tokens.slice(i + 3, middle - 1);
      const names = namesIn(over);
      out.push({
        of: names.size > 0 ? names : namesIn(tokens.slice(end)),
        by: namesIn(tokens.slice(middle + 2, end - 1)),
      });
    } else if (t.kind === "v") {
      const end = tokens[i + 1]?.kind === "_" ? behindGroup(tokens, i + 2) : i + 1;
      out.push({ of: namesIn(tokens.slice(end)), by: namesIn(tokens.slice(i + 1, end)) });
    } else if (t.kind === "a" && tokens[i + 1]?.kind === "'" && tokens[i + 2]?.kind === "(")
      out.push({ of: new Set([t.value]), by: new Set() });
  });
  return out;
}

/** The name of a side that is nothing but a name with scripts, or a function with its arguments: `f`, `f(x)`, `W_1`. */
function headOf({ tokens }: Side): string | undefined {
  const from = tokens[0]?.kind === "y" || tokens[0]?.kind === "c" ? 1 : 0;
  const name = tokens.slice(from).find((t) => t.kind !== "{");
  if (name?.kind !== "a") return undefined;
  let i = behindGroup(tokens, from);
  while (i < tokens.length) {
    const { kind } = tokens[i]!;
    if (kind === "^" || kind === "_") i = behindGroup(tokens, i + 1);
    else if (kind === "(" && i > 0) i = behindGroup(tokens, i);
    else return undefined;
  }
  return name.value;
}

const isZero = ({ tokens }: Side): boolean =>
  /^(?:y?\{?n\}?)$/.test(kindsOf(tokens)) && tokens.some((t) => t.text === "0");

/** Integrals and limits: an equation with a derivative in one says what it is. */
const isLimit = ({ kind, value }: LatexToken): boolean => kind === "b" && /^(?:i+nt|oint|lim)/.test(value);

/** Whether an equation states something that could be wrong, as far as its tokens show. */
function isClaim({ left, right, isStep }: Pair, given: ReadonlyMap<string, number>): boolean {
  const changing = [...left.derivatives, ...right.derivatives];
  if ([left, right].some(({ tokens }) => tokens.some(isLimit))) return false;
  if (changing.length === 0) return isStep;
  if (isZero(left) || isZero(right)) return false;
  for (const [side, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const head = headOf(side);
    if (head !== undefined && side.derivatives.length === 0 && !other.names.has(head) && !given.has(head)) return false;
  }
  return changing.some(({ of, by }) => [...of].some((n) => by.has(n) || given.has(n)));
}
