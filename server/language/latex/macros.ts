import type { Steps } from "../../core/steps";
import { lex, type TexToken } from "./lexer";
import { COMMON_MACROS } from "./vocabulary";
import { tableOf } from "../../core/table";

export interface Macro {
  readonly parameters: number;
  /** The value of the first parameter where it is left out. */
  readonly fallback?: readonly TexToken[];
  readonly body: readonly TexToken[];
}

export type Macros = ReadonlyMap<string, Macro>;

/** Beyond this, a formula whose macros expand to more is not read. */
const MOST_TOKENS = 6_000;

/** The tokens of a group that starts at `at`, without its braces, and where it ends; of a single token, itself. */
function argument(tokens: readonly TexToken[], at: number): { body: TexToken[]; end: number } | undefined {
  const first = tokens[at];
  if (first === undefined) return undefined;
  if (first.text !== "{") return { body: [first], end: at + 1 };
  let depth = 0;
  for (let i = at; i < tokens.length; i++) {
    if (tokens[i]!.text === "{") depth++;
    else if (tokens[i]!.text === "}" && --depth === 0) return { body: tokens.slice(at + 1, i), end: i + 1 };
  }
  return undefined;
}

/** The same for an optional argument in square brackets. */
function optional(tokens: readonly TexToken[], at: number): { body: TexToken[]; end: number } | undefined {
  if (tokens[at]?.text !== "[") return undefined;
  for (let i = at + 1; i < tokens.length; i++)
    if (tokens[i]!.text === "]") return { body: tokens.slice(at + 1, i), end: i + 1 };
  return undefined;
}

const DEFINES =
  /^\\(?:re|provide)?newcommand$|^\\providecommand$|^\\def$|^\\let$|^\\DeclareMathOperator\*?$|^\\DeclarePairedDelimiter$/;

/** One definition that starts at `at`: its name, its macro, and where it ends. */
function definition(tokens: readonly TexToken[], at: number): { name: string; macro: Macro; end: number } | undefined {
  const how = tokens[at]!.text;
  let i = at + 1;
  if (tokens[i]?.text === "*") i++;
  const named = argument(tokens, i);
  const name = named?.body[0]?.text;
  if (named === undefined || name === undefined || !name.startsWith("\\")) return undefined;
  i = named.end;
  if (how === "\\let") {
    if (tokens[i]?.text === "=") i++;
    const to = tokens[i];
    return to === undefined ? undefined : { name, macro: { parameters: 0, body: [to] }, end: i + 1 };
  }
  let parameters = 0;
  let fallback: TexToken[] | undefined;
  if (how === "\\def") {
    while (tokens[i]?.text === "#") {
      parameters++;
      i += 2;
    }
  } else if (how.endsWith("command")) {
    const count = optional(tokens, i);
    if (count !== undefined) {
      parameters = Math.min(9, Number(count.body[0]?.text ?? 0) || 0);
      i = count.end;
      const given = optional(tokens, i);
      if (given !== undefined) {
        fallback = given.body;
        i = given.end;
      }
    }
  }
  const body = argument(tokens, i);
  if (body === undefined) return undefined;
  if (how === "\\DeclarePairedDelimiter") {
    const right = argument(tokens, body.end);
    if (right === undefined) return undefined;
    const hash = { ...tokens[at]!, text: "#" };
    return {
      name,
      macro: { parameters: 1, body: [...body.body, hash, { ...hash, text: "1" }, ...right.body] },
      end: right.end,
    };
  }
  const shown = how.startsWith("\\DeclareMathOperator")
    ? [
        { ...tokens[at]!, text: "\\operatorname" },
        { ...tokens[at]!, text: "{" },
        ...body.body,
        { ...tokens[at]!, text: "}" },
      ]
    : body.body;
  return { name, macro: { parameters, ...(fallback === undefined ? {} : { fallback }), body: shown }, end: body.end };
}

const COMMON: Macros = new Map(
  Object.entries(COMMON_MACROS).map(([name, text]) => {
    const count = /^\[(\d)\]/.exec(text);
    return [name, { parameters: Number(count?.[1] ?? 0), body: lex(count === null ? text : text.slice(3)) }];
  }),
);

/**
 * The macros that a document defines (`\newcommand`, `\def`, `\let`, `\DeclareMathOperator`, anywhere in its text),
 * over those of the settings (`{"\\RR": "\\mathbb{R}"}`, parameters as `#1`), over common ones. In steps: a text may define
 * thousands.
 */
export function* collectMacros(text: string, settings: Readonly<Record<string, string>> = tableOf({})): Steps<Macros> {
  const out = new Map(COMMON);
  for (const [name, body] of Object.entries(settings)) {
    // Settings are written by hand: what is no text is no macro.
    if (typeof body !== "string" || name === "") continue;
    const tokens = lex(body);
    const parameters = Math.max(
      0,
      ...tokens.map((t, i) => (t.text === "#" ? Number(tokens[i + 1]?.text[0] ?? 0) || 0 : 0)),
    );
    out.set(name.startsWith("\\") ? name : "\\" + name, { parameters, body: tokens });
  }
  const begin =
    /\\(?:(?:re|provide)?newcommand|providecommand|renewcommand|def|let|DeclareMathOperator|DeclarePairedDelimiter)(?![a-zA-Z])/g;
  let count = 0;
  for (let found = begin.exec(text); found !== null; found = begin.exec(text)) {
    const one = definitionIn(text, found.index);
    if (one !== undefined) out.set(one.name, one.macro);
    if (++count % AT_ONCE === 0) yield;
  }
  return out;
}

/** Definitions that are read without a pause. */
const AT_ONCE = 64;

/** Characters that hold any definition; those that hold most. */
const LONGEST = 400;
const USUAL = 64;

/** The definition at a place of a text. */
function definitionIn(text: string, at: number): ReturnType<typeof definition> {
  const near = text.slice(at, at + USUAL);
  // What is behind matters where a bracket is open, and for how backslashes and quotations are read.
  if (near.lastIndexOf("[") <= near.lastIndexOf("]") && !/>|\\\\|\\\]/.test(near)) {
    const tokens = lex(near);
    const one = definition(tokens, 0);
    // The last word may have been cut.
    if (one !== undefined && one.end < tokens.length - 1) return one;
  }
  return definition(lex(text.slice(at, at + LONGEST)), 0);
}

/**
 * Replaces macros by what they stand for. Tokens of a body take the position of the command that was written;
 * arguments keep their own. `undefined` where expansion does not come to an end.
 */
export function expand(tokens: readonly TexToken[], macros: Macros): TexToken[] | undefined {
  if (!tokens.some((t) => t.text.length > 1 && t.text.startsWith("\\") && (macros.has(t.text) || DEFINES.test(t.text))))
    return [...tokens];
  let fuel = MOST_TOKENS;
  const visit = (input: readonly TexToken[], depth: number): TexToken[] | undefined => {
    const out: TexToken[] = [];
    for (let i = 0; i < input.length;) {
      const t = input[i]!;
      if (--fuel < 0) return undefined;
      if (DEFINES.test(t.text)) {
        const one = definition(input, i);
        i = one?.end ?? i + 1;
        continue;
      }
      const macro = t.text.length > 1 && t.text.startsWith("\\") ? macros.get(t.text) : undefined;
      if (macro === undefined) {
        out.push(t);
        i++;
        continue;
      }
      if (depth > 20) return undefined;
      let at = i + 1;
      const given: (readonly TexToken[])[] = [];
      if (input[at]?.text === "*") at++;
      if (macro.fallback !== undefined) {
        const first = optional(input, at);
        given.push(first?.body ?? macro.fallback);
        at = first?.end ?? at;
      }
      let complete = true;
      while (given.length < macro.parameters) {
        const next = argument(input, at);
        if (next === undefined) {
          complete = false;
          break;
        }
        given.push(next.body);
        at = next.end;
      }
      if (!complete) {
        out.push(t);
        i++;
        continue;
      }
      const last = input[at - 1] ?? t;
      const body: TexToken[] = [];
      for (let k = 0; k < macro.body.length; k++) {
        const b = macro.body[k]!;
        // One digit says which; what else is in its token (`#12`, `#1.5`) follows.
        const written = b.text === "#" ? (macro.body[k + 1]?.text ?? "") : "";
        const parameter = /^\d/.test(written) ? Number(written[0]) : NaN;
        if (parameter >= 1 && parameter <= macro.parameters) {
          body.push(...given[parameter - 1]!);
          k++;
          if (written.length > 1) body.push({ ...macro.body[k]!, text: written.slice(1), start: t.start, end: t.end });
        } else
          body.push({
            text: b.text,
            start: t.start,
            end: macro.parameters === 0 ? t.end : Math.max(t.end, last.end),
            spaced: k === 0 ? t.spaced : b.spaced,
          });
        if (body.length > MOST_TOKENS) return undefined;
      }
      const inner = visit(body, depth + 1);
      if (inner === undefined) return undefined;
      for (const b of inner) out.push(b);
      i = at;
    }
    return out;
  };
  return visit(tokens, 0);
}
