import { children, type Expr, type Span } from "../../core/ast";
import type { Property } from "../../core/scope";
import { balanceSpans } from "./balance";
import { bigOperator } from "./looks";
import { isTranspose, type Knowledge, NotUnderstood, Reader, type Spellings, tidy, UNSETTLED } from "./read";
import { scriptText, symbolName } from "./names";
import type { Piece } from "./pieces";
import type { Rival } from "./readings";
import type { Sentence } from "./rows";
import { type ShapeSet, shapeSet, sizes } from "./sets";

/** A name in a declaration. `index` is set for the member of a family: `x_i`. */
export interface DeclaredName {
  readonly name: string;
  readonly span: Span;
  readonly family?: { readonly base: string; readonly index: string };
  /** It stands in a tuple: `(u, v, w) \in \mathbb{R}^3`. */
  readonly inTuple?: boolean;
}

/** What a sentence says, before it is known what is new in it. */
export type Said =
  | {
      readonly kind: "declaration";
      readonly names: readonly DeclaredName[];
      readonly set?: ShapeSet;
      readonly properties: readonly { readonly property: Property; readonly span: Span }[];
    }
  | {
      readonly kind: "signature";
      readonly names: readonly DeclaredName[];
      readonly from: readonly (ShapeSet | undefined)[];
      readonly to: ShapeSet | undefined;
    }
  | { readonly kind: "range"; readonly index: string; readonly from: Expr; readonly to: Expr }
  | {
      readonly kind: "chain";
      readonly sides: readonly Expr[];
      readonly relations: readonly string[];
      readonly continues: boolean;
      readonly conditions: boolean;
      /** The set that it is said to be in: `z = Ux \\in \\mathbb{R}^d`. */
      readonly set?: ShapeSet;
    }
  | { readonly kind: "query"; readonly expr: Expr; readonly set?: ShapeSet }
  | { readonly kind: "nothing" };

export interface SaidSentence {
  readonly said: Said;
  readonly spellings: Spellings;
  /** What its signs could as well mean. */
  readonly rivals: readonly Rival[];
}

const SET = new Set(["\\in"]);
const ORDER = new Set(["\\succ", "\\succeq", ">", "\\geq"]);

/** Reads one sentence of a formula. `undefined`: not understood. Never throws. */
export function readSentence(sentence: Sentence, text: string, know: Knowledge): SaidSentence | undefined {
  if (sentence.pieces === undefined) return undefined;
  const reader = new Reader(text, know);
  try {
    reader.begin(sentence.pieces);
    const said = balanceSpans(read(strip(sentence.pieces), reader, know), text);
    const rivals = reader.rivals.map((r) => balanceSpans(r, text));
    return { said, spellings: reader.spellings, rivals };
  } catch (e) {
    if (e instanceof NotUnderstood || e instanceof RangeError) return undefined;
    throw e;
  }
}

/** Leaves out what ends a sentence: a full stop, a comma, a number in brackets after a wide space. */
function strip(pieces: readonly Piece[]): readonly Piece[] {
  const out = [...pieces];
  const isNoise = (p: Piece | undefined): boolean =>
    p?.kind === "mark" && (p.mark === "," || p.mark === "." || p.mark === "&" || p.mark === "k");
  while (isNoise(out.at(-1))) out.pop();
  while (isNoise(out[0])) out.shift();
  return out;
}

function read(pieces: readonly Piece[], reader: Reader, know: Knowledge): Said {
  if (pieces.length === 0) return { kind: "nothing" };
  const only = pieces.length === 1 ? pieces[0]! : undefined;
  if (only?.kind === "group" && (only.open === "u" || only.open === "{")) return read(strip(only.items), reader, know);
  const { sides, relations } = split(pieces);
  if (relations.length === 0) return alone(pieces, reader, know);

  const signature = readSignature(sides, relations, reader, know);
  if (signature !== undefined) return signature;

  const symmetric = readSymmetric(sides, relations, reader, know, spanOfPieces(pieces));
  if (symmetric !== undefined) return symmetric;

  // `… \in \mathbb{R}^n` at the end: a declaration, or a remark on the shape of what stands before.
  const lastRelation = relations.at(-1)!;
  if (SET.has(lastRelation)) {
    if (relations.length > 1) {
      const said = read(pieces.slice(0, pieces.lastIndexOf(markOf(pieces, relations.length - 1)!)), reader, know);
      const within = said.kind === "chain" || said.kind === "query" ? shapeSet(sides.at(-1)!) : undefined;
      return within === undefined ? said : ({ ...said, set: within } as Said);
    }
    const names = declaredNames(sides[0]!, know);
    const set = shapeSet(sides[1]!);
    if (names === undefined && set !== undefined) return remark(sides[0]!, set, reader);
    if (names === undefined || set === undefined) return { kind: "nothing" };
    for (const n of names) reader.spell(n.name, n.span);
    return { kind: "declaration", names, set, properties: set.properties };
  }
  if (
    relations.some(
      (r) =>
        r === "\\notin" ||
        r === "\\ni" ||
        r === "\\subset" ||
        r === "\\sim" ||
        r === "\\perp" ||
        r === "\\parallel" ||
        r === "\\models" ||
        r === "\\mapsto",
    )
  )
    return { kind: "nothing" };
  if (ORDER.has(lastRelation) && isZero(sides.at(-1)!)) {
    const left = relations.length === 1 ? declaredNames(sides[0]!, know) : undefined;
    const where = spanOfPieces(pieces);
    const property: Property =
      lastRelation === "\\succ"
        ? "posdef"
        : lastRelation === "\\succeq"
          ? "psd"
          : lastRelation === ">"
            ? "positive"
            : "nonneg";
    if (left !== undefined) return { kind: "declaration", names: left, properties: [{ property, span: where }] };
  }
  const range = readRange(sides, relations, reader);
  if (range !== undefined) return range;

  const continues = sides[0]!.length === 0;
  const written = continues ? sides.slice(1) : sides;
  const kept = [...relations];
  // `f(x) + f'(x)dx +` with words to follow: what is written is not all.
  const last = written.at(-1)!;
  const end = last.at(-1);
  if (end?.kind === "mark" && (end.mark === "s" || end.mark === "x") && last.length > 1) {
    written[written.length - 1] = last.slice(0, -1);
    kept[kept.length - 1] = "\\approx";
  }
  if (written.at(-1)!.length === 0) {
    written.pop();
    kept.pop();
  }
  if (written.length === 0) return { kind: "nothing" };
  if (written.some((s) => hasComma(s))) return lists(written, reader);
  if (written.some(isSpace)) return { kind: "nothing" };
  const said = withDirections(written.map((s) => reader.expression(s)));
  return { kind: "chain", sides: said, relations: kept, continues, conditions: false };
}

const hasDifferential = (e: Expr): boolean => e.kind === "differential" || children(e).some(hasDifferential);

/**
 * `df(x) h = f'(x)h`: where no other side has a differential, one in front of a vector is the derivative in that
 * direction. Nothing is known of it.
 */
function withDirections(sides: readonly Expr[]): Expr[] {
  return sides.map((side, i) => {
    if (side.kind !== "apply" || (side.op !== "mul" && side.op !== UNSETTLED.cdot)) return side;
    const [d, h] = side.args;
    if (d?.kind !== "differential" || d.of.kind === "name" || h === undefined || hasDifferential(h)) return side;
    if (sides.length < 2 || sides.some((other, k) => k !== i && hasDifferential(other))) return side;
    return {
      kind: "call",
      name: "⟨D⟩",
      primes: 0,
      args: [d.of, h],
      ...(side.span === undefined ? {} : { span: side.span }),
    };
  });
}

/** `A^TA \in \mathbb{R}^{n\times n}`: what is said of the shape of an expression. */
function remark(pieces: readonly Piece[], set: ShapeSet, reader: Reader): Said {
  if (hasComma(pieces)) return { kind: "nothing" };
  try {
    return { kind: "query", expr: reader.expression(pieces), set };
  } catch (e) {
    if (e instanceof NotUnderstood) return { kind: "nothing" };
    throw e;
  }
}

/** `Q = Q^T \succ 0`, `A = A^T \in \mathbb{R}^{n\times n}`: symmetric, and what else is said. */
function readSymmetric(
  sides: readonly (readonly Piece[])[],
  relations: readonly string[],
  reader: Reader,
  know: Knowledge,
  where: Span,
): Said | undefined {
  if (sides.length !== 3 || relations[0] !== "=") return undefined;
  const names = declaredNames(sides[0]!, know);
  const items = tidy(sides[1]!);
  const flipped = items.length === 1 && items[0]!.kind === "scripted" ? items[0]! : undefined;
  if (names?.length !== 1 || flipped?.sup === undefined || !isTranspose(flipped.sup, know)) return undefined;
  const { sup: _sup, ...bare } = flipped;
  const other = declaredNames([flipped.sub === undefined && flipped.primes === 0 ? flipped.base : bare], know);
  if (other?.[0]?.name !== names[0]!.name) return undefined;
  for (const n of names) reader.spell(n.name, n.span);
  const symmetric = { property: "symmetric" as const, span: where };
  const relation = relations[1]!;
  if (SET.has(relation)) {
    const set = shapeSet(sides[2]!);
    return set && { kind: "declaration", names, set, properties: [symmetric, ...set.properties] };
  }
  if ((relation !== "\\succ" && relation !== "\\succeq") || !isZero(sides[2]!)) return undefined;
  const property = relation === "\\succ" ? "posdef" : "psd";
  return { kind: "declaration", names, properties: [symmetric, { property, span: where }] };
}

/** A space by itself: `X = \mathbb{R}^n`. */
function isSpace(pieces: readonly Piece[]): boolean {
  const items = tidy(pieces);
  const only = items.length === 1 ? items[0]! : undefined;
  if (only === undefined || only.kind === "group") return false;
  if (only.kind === "scripted" && only.base.kind === "symbol" && only.base.style === "" && only.base.name === "R") {
    const size = only.sup === undefined ? "" : (scriptText(only.sup) ?? "");
    return /^[a-z]$|×/.test(size);
  }
  return shapeSet(items) !== undefined && !(only.kind === "scripted" && only.base.kind === "group");
}

/** Sides with commas are lists: read, so that they count as understood, but nothing is claimed. */
function lists(sides: readonly (readonly Piece[])[], reader: Reader): Said {
  for (const side of sides)
    for (const part of commaParts(side))
      if (part.length > 0 && !part.some((p) => p.kind === "mark" && p.mark === "o")) reader.expression(part);
  return { kind: "nothing" };
}

function alone(pieces: readonly Piece[], reader: Reader, know: Knowledge): Said {
  // A set, a size (`m \times n`), an ordinal (`j^{th}`): nothing is said.
  if (shapeSet(pieces) !== undefined && !(pieces.length === 1 && pieces[0]!.kind === "group"))
    return { kind: "nothing" };
  if (pieces.some((p) => p.kind === "mark" && p.value === "times")) {
    const size = sizes(pieces);
    const isValue = pieces.some(
      (p) => p.kind === "symbol" && /^(?:vector|matrix|row)$/.test(know.kindOf(symbolName(p, know.styleMatters)) ?? ""),
    );
    if (size !== undefined && size.length > 1 && !isValue) return { kind: "nothing" };
  }
  const colon = pieces.findIndex((p) => p.kind === "mark" && p.mark === "," && p.value === ":");
  if (colon > 0) {
    const names = declaredNames(pieces.slice(0, colon), know);
    const size = sizes(pieces.slice(colon + 1));
    if (names !== undefined && size !== undefined && size.length === 2) {
      const set: ShapeSet = {
        shape: { rows: size[0]!.dim, cols: size[1]!.dim },
        rowsSpan: size[0]!.span,
        colsSpan: size[1]!.span,
        span: spanOfPieces(pieces.slice(colon + 1)),
        properties: [],
      };
      return { kind: "declaration", names, set, properties: [] };
    }
    return { kind: "nothing" };
  }
  if (pieces.some((p) => p.kind === "mark" && p.mark === ",")) return lists([pieces], reader);
  // A sign alone, or one that waits for its operand: `\times 0.5`, `\sum_i`.
  const hangs = (p: Piece): boolean => p.kind === "mark" && p.mark === "x";
  if (pieces.length === 1 && (pieces[0]!.kind === "mark" || bigOperator(pieces[0]!) !== undefined))
    return { kind: "nothing" };
  if (hangs(pieces[0]!) || hangs(pieces.at(-1)!)) return { kind: "nothing" };
  return { kind: "query", expr: reader.expression(pieces) };
}

function split(pieces: readonly Piece[]): { sides: Piece[][]; relations: string[] } {
  const sides: Piece[][] = [[]];
  const relations: string[] = [];
  for (const p of pieces) {
    if (p.kind === "mark" && p.mark === "r") {
      // `\overset{!}{=}`, `==`
      if (sides.at(-1)!.length === 0 && relations.length > 0 && p.value === "=") continue;
      relations.push(p.value);
      sides.push([]);
    } else if (p.kind === "stacked" && tidy(p.base).length === 1 && isRelation(tidy(p.base)[0]!)) {
      relations.push((tidy(p.base)[0] as Piece & { kind: "mark" }).value);
      sides.push([]);
    } else if (p.kind === "scripted" && p.base.kind === "mark" && p.base.mark === "r") {
      relations.push(p.base.value);
      sides.push([]);
    } else sides.at(-1)!.push(p);
  }
  return { sides, relations };
}

const isRelation = (p: Piece): boolean => p.kind === "mark" && p.mark === "r";

function markOf(pieces: readonly Piece[], index: number): Piece | undefined {
  return pieces.filter(isRelation)[index];
}

const hasComma = (pieces: readonly Piece[]): boolean => pieces.some((p) => p.kind === "mark" && p.mark === ",");

function commaParts(pieces: readonly Piece[]): Piece[][] {
  const parts: Piece[][] = [[]];
  for (const p of pieces) {
    if (p.kind === "mark" && p.mark === ",") parts.push([]);
    else parts.at(-1)!.push(p);
  }
  return parts;
}

function isZero(pieces: readonly Piece[]): boolean {
  const items = tidy(pieces);
  const only = items.length === 1 ? items[0]! : undefined;
  return (only?.kind === "number" && only.text === "0") || (only?.kind === "symbol" && only.name === "0");
}

const spanOfPieces = (pieces: readonly Piece[]): Span => ({
  start: pieces[0]?.span.start ?? 0,
  end: pieces.at(-1)?.span.end ?? 0,
});

/** `x, y`, `X_1`, `\mathbf{a}^\top_i` … in front of `\in`; `undefined` where an expression stands there. */
export function declaredNames(pieces: readonly Piece[], know: Knowledge): DeclaredName[] | undefined {
  const out: DeclaredName[] = [];
  let items = tidy(pieces);
  // `\forall x`, `(x, y)`
  const whole =
    items.length === 1 && items[0]!.kind === "group" && "(<".includes(items[0]!.open) ? items[0]! : undefined;
  if (whole !== undefined) items = tidy(whole.items);
  for (const part of commaParts(items)) {
    const p = part.length === 1 ? part[0]! : undefined;
    if (part.length === 0) continue;
    if (p === undefined) {
      if (part.every((x) => x.kind === "mark" && x.mark === "o")) continue;
      return undefined;
    }
    if (p.kind === "mark" && p.mark === "o") continue;
    if (p.kind === "symbol") out.push({ name: symbolName(p, know.styleMatters), span: p.span });
    else if (p.kind === "text") out.push({ name: p.text.replace(/\s+/g, "_"), span: p.span });
    else if (p.kind === "scripted") {
      const core =
        p.base.kind === "group" && p.base.open === "{" && p.base.items.length === 1 ? p.base.items[0]! : p.base;
      if (core.kind !== "symbol") return undefined;
      const base = symbolName(core, know.styleMatters);
      const sub = p.sub === undefined ? undefined : scriptText(p.sub);
      const sup = p.sup === undefined ? undefined : scriptText(p.sup);
      if ((p.sub !== undefined && sub === undefined) || (p.sup !== undefined && sup === undefined)) return undefined;
      if (sup !== undefined && /^(T|top|-1|\d+)$/.test(sup)) return undefined;
      const label = sup === undefined ? "" : sup === "*" || sup === "star" || sup === "ast" ? "_star" : `^${sup}`;
      const name = `${base}${sub === undefined ? "" : `_${sub.replace(/^([\p{L}\p{N}]),([\p{L}\p{N}])$/u, "$1$2")}`}${label}${"'".repeat(p.primes)}`;
      const index = sub !== undefined && /^[a-z]$/.test(sub) && sup === undefined ? { base, index: sub } : undefined;
      const round = sub === undefined && sup !== undefined ? /^([([])([a-z])[)\]]$/.exec(sup) : null;
      const family =
        index ??
        (round === null
          ? undefined
          : { base: `${base}^${round[1]!}${round[1] === "(" ? ")" : "]"}`, index: round[2]! });
      out.push({ name, span: p.span, ...(family === undefined ? {} : { family }) });
    } else return undefined;
  }
  if (whole !== undefined && out.length > 1) return out.map((n) => ({ ...n, inTuple: true }));
  return out.length === 0 ? undefined : out;
}

/** `f : \mathbb{R}^n \to \mathbb{R}`. */
function readSignature(
  sides: readonly (readonly Piece[])[],
  relations: readonly string[],
  reader: Reader,
  know: Knowledge,
): Said | undefined {
  if (relations.length !== 1 || relations[0] !== "\\to") return undefined;
  const left = sides[0]!;
  const colon = left.findIndex((p) => p.kind === "mark" && p.mark === "," && p.value === ":");
  if (colon <= 0) return { kind: "nothing" };
  const names = declaredNames(left.slice(0, colon), know);
  if (names === undefined) return { kind: "nothing" };
  const domain: Piece[][] = [[]];
  for (const p of tidy(left.slice(colon + 1))) {
    if (p.kind === "mark" && p.mark === "x") domain.push([]);
    else domain.at(-1)!.push(p);
  }
  for (const n of names) reader.spell(n.name, n.span);
  return { kind: "signature", names, from: domain.map((d) => shapeSet(d, true)), to: shapeSet(strip(sides[1]!), true) };
}

/** `i = 1, \dots, n`; `1 \le i \le n`; `\forall i = 1..n`. */
function readRange(
  sides: readonly (readonly Piece[])[],
  relations: readonly string[],
  reader: Reader,
): Said | undefined {
  const symbol = (pieces: readonly Piece[]): string | undefined => {
    const items = tidy(pieces);
    return items.length === 1 && items[0]!.kind === "symbol" ? items[0]!.name : undefined;
  };
  if (relations.length === 1 && relations[0] === "=") {
    const parts = commaParts(sides[1]!).filter((p) => p.length > 0);
    const dots = parts.findIndex((p) => p.every((x) => x.kind === "mark" && x.mark === "o"));
    const index = symbol(sides[0]!);
    if (dots < 0 || index === undefined) return undefined;
    const to = parts[dots + 1];
    if (to === undefined || dots === 0) return { kind: "nothing" };
    return { kind: "range", index, from: reader.expression(parts[0]!), to: reader.expression(to) };
  }
  if (relations.length === 2 && relations.every((r) => r === "\\leq" || r === "<")) {
    const index = symbol(sides[1]!);
    if (index === undefined || !/^[a-z]$/.test(index)) return undefined;
    return { kind: "range", index, from: reader.expression(sides[0]!), to: reader.expression(sides[2]!) };
  }
  return undefined;
}
