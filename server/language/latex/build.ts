import type { Span } from "../../core/ast";
import { grammarOf, type Matched } from "../ohm";
import { kindsOf, spanOf } from "../scanner";
import { cutsOf } from "./cuts";
import { plainKind } from "./kinds";
import type { GroupPiece, Piece } from "./pieces";
import { RECIPE } from "./recipe";
import type { LatexToken } from "./tokens";
import { tableOf } from "../../core/table";

const grammar = grammarOf(RECIPE);

type Tokens = readonly LatexToken[];

/**
 * What the grammar makes of a string of token kinds hangs on nothing but that string. A match is therefore turned into
 * functions that build the pieces from any tokens of these kinds, the first of them at `o`: formulas of the same form
 * are matched once, however many letters and numbers they differ in.
 */
type Build<P = Piece> = (t: Tokens, o: number) => P;

/** A rule that only chooses among others is what it chose. */
const built = (node: Matched, kinds: string): Build => {
  const action = ACTIONS.get(node.rule);
  return action === undefined ? built(node.children[0]!, kinds) : action(node, kinds);
};
const firstOf =
  ({ start }: Matched): Build<LatexToken> =>
  (t, o) =>
    t[o + start]!;
const spanIn =
  ({ start, end }: Matched): Build<Span> =>
  (t, o) =>
    spanOf(t[o + start], t[o + end - 1]);
interface Where {
  readonly span: Span;
  readonly spaced: boolean;
}
const baseIn = (node: Matched): Build<Where> => {
  const span = spanIn(node);
  const first = firstOf(node);
  return (t, o) => ({ span: span(t, o), spaced: first(t, o).spaced });
};

/** The pieces of a list of items, as they stand. */
function itemsOf(node: Matched, kinds: string): Build<Piece[]> {
  const parts: ((t: Tokens, o: number, out: Piece[]) => void)[] = node.children.map((item) => {
    const form = item.children[0]!;
    if (form.rule !== "run") {
      const one = built(form, kinds);
      return (t, o, out) => void out.push(one(t, o));
    }
    const { start, end } = form;
    return (t, o, out) => {
      for (let i = start; i < end; i++) out.push(leaf(t[o + i]!));
    };
  });
  return (t, o) => {
    const out: Piece[] = [];
    for (const part of parts) part(t, o, out);
    return out;
  };
}

/** Switches of style (`\bf`) reach to the end of their list. */
function switched(items: Piece[]): Piece[] {
  if (!items.some((p) => p.kind === "mark" && p.mark === "Y")) return items;
  const out: Piece[] = [];
  let style: string | undefined;
  for (const p of items)
    if (p.kind === "mark" && p.mark === "Y") style = p.value;
    else out.push(style === undefined ? p : styled(p, style));
  return out;
}

/** The same with switches of style carried out. */
function piecesOf(node: Matched, kinds: string): Build<Piece[]> {
  const items = itemsOf(node, kinds);
  return (t, o) => switched(items(t, o));
}

/** The argument of a command or a script: the items of its braces, or the one token. */
function argument(node: Matched, kinds: string): Build<readonly Piece[]> {
  const build = built(node, kinds);
  return (t, o) => {
    const p = build(t, o);
    return p.kind === "group" && p.open === "{" ? p.items : [p];
  };
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
function accented(items: readonly Piece[], accent: string, where: Where): Piece {
  const only = items.length === 1 ? items[0]! : undefined;
  if (only?.kind === "symbol") return { ...only, ...where, accents: [...only.accents, accent] };
  if (only?.kind === "scripted" && only.base.kind === "symbol") {
    return { ...only, ...where, base: { ...only.base, accents: [...only.base.accents, accent] } };
  }
  if (only?.kind === "group" && only.open === "{") return accented(only.items, accent, where);
  return { kind: "group", open: "c", close: accent, items, ...where };
}

function group(node: Matched, open: string, close: string, items: Matched, kinds: string): Build<GroupPiece> {
  const inner = piecesOf(items, kinds);
  const base = baseIn(node);
  return (t, o) => ({ kind: "group", open, close, items: inner(t, o), ...base(t, o) });
}

type Action = (node: Matched, kinds: string) => Build;

/** The children of a rule, of which the grammar says how many there are. */
const childrenOf = (node: Matched): readonly [Matched, Matched, Matched] => node.children as never;

/** A command with its arguments. */
const ofArguments =
  (make: (command: LatexToken, where: Where, args: readonly (readonly Piece[])[]) => Piece): Action =>
  (node, kinds) => {
    const first = firstOf(node);
    const args = node.children.slice(1).map((a) => argument(a, kinds));
    const base = baseIn(node);
    return (t, o) => make(first(t, o), base(t, o), args.map((a) => a(t, o))); // prettier-ignore
  };

const RULES: Readonly<Record<string, Action>> = tableOf<Action>({
  operand(node, kinds) {
    const [atom, scripts] = childrenOf(node);
    const core = built(atom, kinds);
    if (scripts.children.length === 0) return core;
    const base = baseIn(node);
    let primes = 0;
    const placed: { readonly mark: string; readonly items: Build<readonly Piece[]> }[] = [];
    for (const script of scripts.children) {
      const form = script.children[0]!;
      const mark = kinds[script.start]!;
      if (mark === "'") primes += form.end - form.start;
      else placed.push({ mark, items: argument(form.children[1]!, kinds) });
    }
    return (t, o) => scripted(core(t, o), placed.map(({ mark, items }) => ({ mark, items: items(t, o) })), primes, base(t, o)); // prettier-ignore
  },
  bar(node, kinds) {
    const [, limits] = childrenOf(node);
    const base = baseIn(node);
    if (limits.children.length === 0) return (t, o) => ({ kind: "mark", mark: "|", value: "|", ...base(t, o) });
    // `f(x) \big|_{x=0}`, `F(x) |_a^b`: a value at a point, or between two.
    const placed = limits.children.map((l) => ({ mark: kinds[l.start]!, items: argument(l.children[1]!, kinds) }));
    return (t, o) => {
      const where = base(t, o);
      return scripted({ kind: "mark", mark: "at", value: "at", ...where }, placed.map(({ mark, items }) => ({ mark, items: items(t, o) })), 0, where); // prettier-ignore
    };
  },
  one(node) {
    const first = firstOf(node);
    return (t, o) => leaf(first(t, o));
  },
  symbol(node) {
    const first = firstOf(node);
    return (t, o) => leaf(first(t, o));
  },
  group(node, kinds) {
    const [, items] = childrenOf(node);
    return group(node, "{", "}", items, kinds);
  },
  style: ofArguments(({ value: style }, where, [body]) => {
    const items = body!.map((p) => styled(p, style));
    return items.length === 1 ? { ...items[0]!, ...where } : { kind: "group", open: "{", close: "{", items, ...where };
  }),
  accent: ofArguments(({ value }, where, [body]) => accented(body!, value, where)),
  wrapper: ofArguments(({ value }, where, [items]) => ({
    kind: "group",
    open: "u",
    close: value,
    items: items!,
    ...where,
  })),
  stacked: ofArguments(({ value }, where, [mark, base]) => ({
    kind: "stacked",
    mark: mark!,
    base: base!,
    below: value === "underset",
    ...where,
  })),
  fraction: ofArguments(({ value }, where, [over, under]) => ({
    kind: "fraction",
    binomial: value === "binom",
    over: over!,
    under: under!,
    ...where,
  })),
  root(node, kinds) {
    const [, degree, body] = childrenOf(node);
    const given = degree.children[0];
    const which = given === undefined ? undefined : piecesOf(given.children[1]!, kinds);
    const inner = argument(body, kinds);
    const base = baseIn(node);
    return (t, o) => ({
      kind: "root",
      ...(which === undefined ? {} : { degree: which(t, o) }),
      body: inner(t, o),
      ...base(t, o),
    });
  },
  matrix(node, kinds) {
    const [, items] = childrenOf(node);
    const first = firstOf(node);
    const inner = piecesOf(items, kinds);
    const base = baseIn(node);
    return (t, o) => {
      const rows: Piece[][][] = [[[]]];
      for (const p of inner(t, o)) {
        if (p.kind === "mark" && p.mark === "k") rows.push([[]]);
        else if (p.kind === "mark" && p.mark === "&") rows.at(-1)!.push([]);
        else rows.at(-1)!.at(-1)!.push(p);
      }
      if (rows.length > 1 && rows.at(-1)!.every((cell) => cell.length === 0)) rows.pop();
      return { kind: "matrix", environment: first(t, o).value, rows, ...base(t, o) };
    };
  },
  fixed(node, kinds) {
    const [open, items, close] = childrenOf(node);
    const [from, to] = [firstOf(open), firstOf(close)];
    const inner = piecesOf(items, kinds);
    const base = baseIn(node);
    return (t, o) => ({
      kind: "group",
      open: from(t, o).value,
      close: to(t, o).value,
      items: inner(t, o),
      ...base(t, o),
    });
  },
  brackets(node, kinds) {
    const [open, items, close] = childrenOf(node);
    return group(node, kinds[open.start]!, kinds[close.start]!, items, kinds);
  },
  bars(node, kinds) {
    const [open, items] = childrenOf(node);
    const bar = "p|".includes(kinds[open.start]!) ? "|" : "N";
    return group(node, bar, bar, items, kinds);
  },
});

const ACTIONS: ReadonlyMap<string, Action> = new Map(Object.entries(RULES));

/** A piece with what is written above, below and behind it. */
function scripted(
  core: Piece,
  scripts: readonly { readonly mark: string; readonly items: readonly Piece[] }[],
  marks: number,
  where: Where,
): Piece {
  let sub: readonly Piece[] | undefined;
  let sup: readonly Piece[] | undefined;
  let primes = marks;
  let subFirst = false;
  for (const { mark, items } of scripts) {
    if (mark === "_") {
      subFirst ||= sup === undefined;
      sub = sub === undefined ? items : [...sub, ...items];
    } else if (items.length > 0 && items.every((p) => p.kind === "mark" && p.mark === "'")) primes += items.length;
    else sup = sup === undefined ? items : [...sup, ...items];
  }
  // A value at a point: `\mid_{x=0}`.
  const isBar = core.kind === "mark" && core.mark === "m" && primes === 0;
  // `\mathbf{M M}^\top`: on the page the script stands at the last letter.
  if (core.kind === "group" && core.open === "{" && core.close === "{" && core.items.at(-1)?.kind === "symbol") {
    const last = core.items.at(-1)!;
    const at = { span: { start: last.span.start, end: where.span.end }, spaced: last.spaced ?? false };
    return { ...core, ...where, items: [...core.items.slice(0, -1), scripted(last, scripts, marks, at)] };
  }
  return {
    kind: "scripted",
    base: isBar ? { ...core, mark: "at", value: "at" } : core,
    ...(sub === undefined ? {} : { sub }),
    ...(sup === undefined ? {} : { sup }),
    primes,
    subFirst,
    ...where,
  };
}

function leaf(t: LatexToken): Piece {
  const where = { span: { start: t.start, end: t.end }, spaced: t.spaced };
  if (t.kind === "a") return { kind: "symbol", name: t.value, style: "", accents: [], ...where };
  if (t.kind === "n") return { kind: "number", text: t.value, ...where };
  if (t.kind === "t") return { kind: "text", text: t.value.trim(), ...where };
  return { kind: "mark", mark: t.kind, value: t.value, ...where };
}

/** Forms that are remembered, in characters of their kinds altogether. */
const MOST_REMEMBERED = 100_000;
const forms = new Map<string, Build<Piece[]> | undefined>();
let remembered = 0;

/** How rows of some kinds of tokens are built; `undefined` where they do not fit together. */
function formOf(kinds: string): Build<Piece[]> | undefined {
  if (forms.has(kinds)) return forms.get(kinds);
  const match = grammar.match(kinds, "row");
  const form = "failedAt" in match ? undefined : itemsOf(match.tree.children[0]!, kinds);
  if (remembered + kinds.length > MOST_REMEMBERED) {
    forms.clear();
    remembered = 0;
  }
  remembered += kinds.length;
  forms.set(kinds, form);
  return form;
}

/** From so many tokens on a row is matched part by part, so that no match takes long. */
const LONG = 64;

/** The pieces of a row of tokens, or `undefined` where they do not fit together. */
export function buildRow(tokens: readonly LatexToken[], long = LONG): readonly Piece[] | undefined {
  const out: Piece[] = [];
  let start = 0;
  for (const end of [...cutsOf(kindsOf(tokens), long), tokens.length]) {
    let kinds = "";
    for (let i = start; i < end; i++) kinds += plainKind(tokens[i]!.kind);
    const form = formOf(kinds);
    if (form === undefined) return undefined;
    for (const piece of form(tokens, start)) out.push(piece);
    start = end;
  }
  return switched(out);
}
