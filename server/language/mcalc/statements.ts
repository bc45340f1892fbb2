import type { Expr, Span } from "../../core/ast";
import type { Problem } from "../../core/problem";
import { LIMITS } from "../limits";
import type { Token } from "../scanner";
import type { Claim, Statement } from "../statement";
import { readDeclaration } from "./declaration";
import { parseTokens } from "./parse";
import { NAME_KINDS, scan } from "./scan";

export interface ParsedStatement {
  readonly statement: Statement;
  /** Spans relative to the text of the statement. */
  readonly problems: readonly Problem[];
}

/** Reads one logical line. Never throws. */
export function parseStatement(text: string): ParsedStatement {
  const whole = { start: 0, end: text.length };
  if (text.length > LIMITS.characters) {
    return {
      statement: { kind: "empty", span: whole },
      problems: [tooLarge(`${LIMITS.characters} characters`, whole)],
    };
  }
  const tokens = scan(text);
  const span: Span = { start: tokens[0]?.start ?? 0, end: tokens.at(-1)?.end ?? text.length };
  if (tokens.length === 0) return { statement: { kind: "empty", span }, problems: [] };

  const marks = topLevel(tokens);
  const first = marks[0] === undefined ? undefined : tokens[marks[0]]!;
  if (first === undefined) {
    const { expr, problems } = parseTokens(text, tokens);
    return { statement: { kind: "query", expr, span }, problems };
  }
  if (first.kind === ":" || first.kind === "E") {
    if (tokens.length > LIMITS.tokens)
      return { statement: { kind: "empty", span }, problems: [tooLarge(`${LIMITS.tokens} signs and names`, span)] };
    return readDeclaration(text, tokens, marks[0]!, span);
  }
  return first.kind === "=" ? definition(text, tokens, marks, span) : claim(text, tokens, marks, span, []);
}

const tooLarge = (what: string, span: Span): Problem => ({
  code: "too-large",
  severity: "error",
  message: `This line is too large: it has more than ${what}; split it.`,
  span,
});

/** Where the signs stand that tell statements apart (`:`, `in`, `=`, `==`), outside of brackets. */
function topLevel(tokens: readonly Token[]): number[] {
  const out: number[] = [];
  let depth = 0;
  tokens.forEach((t, i) => {
    if ("([{".includes(t.kind)) depth++;
    else if (")]}".includes(t.kind)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && ":E=q".includes(t.kind)) out.push(i);
  });
  // A bracket that is never closed must not hide the sign of the statement.
  if (out.length === 0 && depth > 0) {
    const i = tokens.findIndex((t) => t.kind === "q" || t.kind === "=");
    if (i > 0 && tokens[i]!.kind === "q") out.push(i);
  }
  return out;
}

/** `f = …`, `f(x, y) = …`. */
function definition(text: string, tokens: readonly Token[], marks: readonly number[], span: Span): ParsedStatement {
  const sign = marks[0]!;
  const head = readHead(tokens.slice(0, sign));
  if (head === undefined) {
    const problem: Problem = {
      code: "syntax",
      severity: "error",
      message: "To define, write a name before `=`; to claim that two sides are equal, write `==`.",
      span: { start: tokens[sign]!.start, end: tokens[sign]!.end },
      fixes: [
        {
          title: "Write ==",
          edits: [{ span: { start: tokens[sign]!.start, end: tokens[sign]!.end }, text: "==" }],
          preferred: true,
        },
      ],
    };
    return claim(text, tokens, marks, span, [problem]);
  }
  const extra = marks[1];
  const body = parseTokens(text, tokens.slice(sign + 1, extra));
  const problems = extra === undefined ? body.problems : [...body.problems, oneEqualsSign(tokens, extra, text)];
  const { name, nameSpan, parameters } = head;
  const reserved = name === "d" && parameters !== undefined ? [reservedName(nameSpan)] : [];
  return {
    statement: {
      kind: "definition",
      name,
      nameSpan,
      ...(parameters === undefined ? {} : { parameters }),
      body: body.expr,
      span,
    },
    problems: [...reserved, ...problems],
  };
}

function reservedName(span: Span): Problem {
  return {
    code: "syntax",
    severity: "error",
    message: "`d(…)` is the differential; give this function another name.",
    span,
  };
}

function oneEqualsSign(tokens: readonly Token[], at: number, text: string): Problem {
  const t = tokens[at]!;
  const message = `A definition has one \`=\`; what follows \`${text.slice(t.start, t.end)}\` belongs on a line of its own.`;
  return { code: "syntax", severity: "error", message, span: { start: t.start, end: tokens.at(-1)!.end } };
}

interface Head {
  readonly name: string;
  readonly nameSpan: Span;
  readonly parameters?: readonly { readonly name: string; readonly span: Span }[];
}

/** A name, or a name with the names of its parameters in brackets. */
function readHead(tokens: readonly Token[]): Head | undefined {
  const isName = (t: Token | undefined): t is Token => t !== undefined && NAME_KINDS.includes(t.kind);
  const [name, open] = tokens;
  if (!isName(name)) return undefined;
  const nameSpan = { start: name.start, end: name.end };
  if (open === undefined) return { name: name.text, nameSpan };
  if (open.kind !== "(" || tokens.at(-1)!.kind !== ")" || tokens.length % 2 !== 0) return undefined;
  const parameters: { name: string; span: Span }[] = [];
  for (let i = 2; i < tokens.length - 1; i += 2) {
    const parameter = tokens[i];
    if (!isName(parameter) || tokens[i + 1]!.kind !== (i + 2 === tokens.length ? ")" : ",")) return undefined;
    parameters.push({ name: parameter.text, span: { start: parameter.start, end: parameter.end } });
  }
  return parameters.length === 0 ? undefined : { name: name.text, nameSpan, parameters };
}

/** `a == b`, and chains of it. */
function claim(
  text: string,
  tokens: readonly Token[],
  marks: readonly number[],
  span: Span,
  before: readonly Problem[],
): ParsedStatement {
  const problems: Problem[] = [...before];
  const sides: Expr[] = [];
  const relations: string[] = [];
  let from = 0;
  for (const mark of [...marks, tokens.length]) {
    const part = tokens.slice(from, mark);
    if (part.length === 0) {
      const sign = tokens[mark] ?? tokens[from - 1]!;
      const message = `The ${mark === tokens.length ? "right" : "left"} side of \`${sign.text}\` is missing.`;
      problems.push({ code: "syntax", severity: "error", message, span: { start: sign.start, end: sign.end } });
      sides.push({ kind: "error", text: "", span: { start: sign.start, end: sign.start } });
    } else {
      const side = parseTokens(text, part);
      problems.push(...side.problems);
      sides.push(side.expr);
    }
    if (mark < tokens.length) {
      const sign = tokens[mark]!;
      relations.push("==");
      if (sign.kind !== "q" && before.length === 0) problems.push(notAClaim(sign));
    }
    from = mark + 1;
  }
  const statement: Claim = { kind: "claim", sides, relations, span };
  return { statement, problems };
}

function notAClaim(sign: Token): Problem {
  const message = `\`${sign.text}\` is not expected in a claim; the sides are joined by \`==\`.`;
  return { code: "syntax", severity: "error", message, span: { start: sign.start, end: sign.end } };
}
