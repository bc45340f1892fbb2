import type * as ohm from "ohm-js";
import type { Span } from "../../core/ast";
import { fromRecipe } from "../recipe";
import { spanOf } from "../scanner";
import { plainKind } from "./grammar";
import type { GroupPiece, Piece } from "./pieces";
import { RECIPE } from "./recipe";
import type { LatexToken } from "./tokens";

const grammar = fromRecipe(RECIPE);
const semantics = grammar.createSemantics();

type Tokens = readonly LatexToken[];
const tokensOf = (node: ohm.Node): Tokens => (node as unknown as { args: { tokens: Tokens } }).args.tokens;
const piece = (node: ohm.Node, t: Tokens): Piece => (node as unknown as { piece: (t: Tokens) => Piece }).piece(t);
const firstOf = (node: ohm.Node, t: Tokens): LatexToken => t[node.source.startIdx]!;
const span = (node: ohm.Node, t: Tokens): Span => spanOf(t[node.source.startIdx], t[node.source.endIdx - 1]);
const base = (node: ohm.Node, t: Tokens): { span: Span; spaced: boolean } => ({
  span: span(node, t),
  spaced: firstOf(node, t).spaced,
});

/** The pieces of a list of items, with switches of style (`\bf`) carried to its end. */
function pieces(node: ohm.Node, t: Tokens): Piece[] {
  const out: Piece[] = [];
  let style: string | undefined;
  const add = (p: Piece): void => {
    if (p.kind === "mark" && p.mark === "Y") style = p.value;
    else out.push(style === undefined ? p : styled(p, style));
  };
  for (const item of node.children) {
    const form = item.children[0]!;
    if (form.ctorName === "run") for (let i = form.source.startIdx; i < form.source.endIdx; i++) add(leaf(t[i]!));
    else add(piece(form, t));
  }
  return out;
}

/** The argument of a command or a script: the items of its braces, or the one token. */
function argument(node: ohm.Node, t: Tokens): readonly Piece[] {
  const p = piece(node, t);
  return p.kind === "group" && p.open === "{" ? p.items : [p];
}

/** A style reaches every letter below it that has none of its own. */
function styled(p: Piece, style: string): Piece {
  switch (p.kind) {
    case "symbol":
      return p.style === "" ? { ...p, style } : p;
    case "number":
      return style === "bold" || style === "bb"
        ? { kind: "symbol", name: p.text, style, accents: [], span: p.span, spaced: p.spaced ?? false }
        : p;
    case "mark":
      // `\mathbf{d}` is a name.
      return p.mark === "d" && p.value === "d" && style !== ""
        ? { kind: "symbol", name: "d", style, accents: [], span: p.span }
        : p;
    case "group":
      return { ...p, items: p.items.map((x) => styled(x, style)) };
    case "scripted":
      return { ...p, base: styled(p.base, style) };
    default:
      return p;
  }
}

/** An accent belongs to the letter under it; over an expression (`\overline{AB}`) it is a bracket of its own kind. */
function accented(items: readonly Piece[], accent: string, where: { span: Span; spaced: boolean }): Piece {
  const only = items.length === 1 ? items[0]! : undefined;
  if (only?.kind === "symbol") return { ...only, ...where, accents: [...only.accents, accent] };
  if (only?.kind === "scripted" && only.base.kind === "symbol") {
    return { ...only, ...where, base: { ...only.base, accents: [...only.base.accents, accent] } };
  }
  if (only?.kind === "group" && only.open === "{") return accented(only.items, accent, where);
  return { kind: "group", open: "c", close: accent, items, ...where };
}

/** The point of a value at a point: what stands behind the bar and its subscript sign. */
const textOf = (node: ohm.Node, t: Tokens): string =>
  t
    .slice(node.source.startIdx + 2, node.source.endIdx)
    .map((x) => x.text)
    .join("");

function group(node: ohm.Node, open: string, close: string, items: ohm.Node, t: Tokens): GroupPiece {
  return { kind: "group", open, close, items: pieces(items, t), ...base(node, t) };
}

semantics.addOperation<unknown>("piece(tokens)", {
  operand(atom, scripts) {
    const t = tokensOf(this);
    const core = piece(atom, t);
    if (scripts.children.length === 0) return core;
    let sub: readonly Piece[] | undefined;
    let sup: readonly Piece[] | undefined;
    let primes = 0;
    let subFirst = false;
    for (const script of scripts.children) {
      const form = script.children[0]!;
      const mark = firstOf(script, t).kind;
      if (mark === "'") primes += form.source.endIdx - form.source.startIdx;
      else {
        const items = argument(form.children[1]!, t);
        if (mark === "_") {
          subFirst ||= sup === undefined;
          sub = sub === undefined ? items : [...sub, ...items];
        } else if (items.length > 0 && items.every((p) => p.kind === "mark" && p.mark === "'")) primes += items.length;
        else sup = sup === undefined ? items : [...sup, ...items];
      }
    }
    // A value at a point: `\mid_{x=0}`.
    if (core.kind === "mark" && core.mark === "m" && sub !== undefined && sup === undefined)
      return { kind: "mark", mark: "at", value: textOf(this, t), ...base(this, t) };
    return {
      kind: "scripted",
      base: core,
      ...(sub === undefined ? {} : { sub }),
      ...(sup === undefined ? {} : { sup }),
      primes,
      subFirst,
      ...base(this, t),
    };
  },
  bar(_bar, signs, where) {
    const t = tokensOf(this);
    const at = where.children.length > 0;
    void signs;
    return { kind: "mark", mark: at ? "at" : "|", value: at ? textOf(this, t) : "|", ...base(this, t) };
  },
  one(_) {
    return leaf(firstOf(this, tokensOf(this)));
  },
  symbol(_) {
    return leaf(firstOf(this, tokensOf(this)));
  },
  group(_open, items, _close) {
    return group(this, "{", "}", items, tokensOf(this));
  },
  style(_, body) {
    const t = tokensOf(this);
    const style = firstOf(this, t).value;
    const items = argument(body, t).map((p) => styled(p, style));
    return items.length === 1
      ? { ...items[0]!, ...base(this, t) }
      : { kind: "group", open: "{", close: "}", items, ...base(this, t) };
  },
  accent(_, body) {
    const t = tokensOf(this);
    return accented(argument(body, t), firstOf(this, t).value, base(this, t));
  },
  wrapper(_, body) {
    const t = tokensOf(this);
    return { kind: "group", open: "u", close: firstOf(this, t).value, items: argument(body, t), ...base(this, t) };
  },
  stacked(_, mark, body) {
    const t = tokensOf(this);
    return {
      kind: "stacked",
      mark: argument(mark, t),
      base: argument(body, t),
      below: firstOf(this, t).value === "underset",
      ...base(this, t),
    };
  },
  fraction(_, over, under) {
    const t = tokensOf(this);
    return {
      kind: "fraction",
      binomial: firstOf(this, t).value === "binom",
      over: argument(over, t),
      under: argument(under, t),
      ...base(this, t),
    };
  },
  root(_, degree, body) {
    const t = tokensOf(this);
    const given = degree.children[0];
    return {
      kind: "root",
      ...(given === undefined ? {} : { degree: pieces(given.children[1]!, t) }),
      body: argument(body, t),
      ...base(this, t),
    };
  },
  matrix(_open, items, _close) {
    const t = tokensOf(this);
    const rows: Piece[][][] = [[[]]];
    for (const p of pieces(items, t)) {
      if (p.kind === "mark" && p.mark === "k") rows.push([[]]);
      else if (p.kind === "mark" && p.mark === "&") rows.at(-1)!.push([]);
      else rows.at(-1)!.at(-1)!.push(p);
    }
    if (rows.length > 1 && rows.at(-1)!.every((cell) => cell.length === 0)) rows.pop();
    return { kind: "matrix", environment: firstOf(this, t).value, rows, ...base(this, t) };
  },
  fixed(open, items, close) {
    const t = tokensOf(this);
    return group(this, firstOf(open, t).value, firstOf(close, t).value, items, t);
  },
  brackets(open, items, close) {
    const t = tokensOf(this);
    return group(this, firstOf(open, t).kind, firstOf(close, t).kind, items, t);
  },
  bars(open, items, _close) {
    const t = tokensOf(this);
    const kind = firstOf(open, t).kind;
    const bar = kind === "p" || kind === "|" ? "|" : "N";
    return group(this, bar, bar, items, t);
  },
  row(items, _end) {
    return pieces(items, tokensOf(this));
  },
} as ohm.ActionDict<unknown>);

function leaf(t: LatexToken): Piece {
  const where = { span: { start: t.start, end: t.end }, spaced: t.spaced };
  if (t.kind === "a") return { kind: "symbol", name: t.value, style: "", accents: [], ...where };
  if (t.kind === "n") return { kind: "number", text: t.value, ...where };
  if (t.kind === "t") return { kind: "text", text: t.value.trim(), ...where };
  return { kind: "mark", mark: t.kind, value: t.value, ...where };
}

/** The pieces of a row of tokens, or `undefined` where they do not fit together. */
export function buildRow(tokens: readonly LatexToken[]): readonly Piece[] | undefined {
  let kinds = "";
  for (const t of tokens) kinds += plainKind(t.kind);
  const match = grammar.match(kinds, "row");
  if (match.failed()) return undefined;
  return (semantics(match) as unknown as { piece: (t: Tokens) => readonly Piece[] }).piece(tokens);
}
