import { children, type Expr, name as nameExpr, type Span, substitute } from "../core/ast";
import { dimText } from "../core/dimension";
import type { Property, Scope, Variable } from "../core/scope";
import { shapeDeclaration } from "../core/shape";
import type { Formula, MathDocument } from "../documents/document";
import { readMarkdown } from "../documents/markdown";
import { SYMBOLS } from "../language/latex/vocabulary";
import { parseExpression } from "../language/mcalc/parse";
import { printText } from "../language/print";
import { expressions } from "../language/statement";
import { inferShape } from "../shapes/infer";
import { type Failed, failed, type Question, scopeOf } from "./question";

/** What may stand behind the last dollar: an argument is often a piece of a sentence. */
const trimmed = (text: string): string => {
  const bare = text.trimEnd();
  return ".;,".includes(bare.at(-1) ?? " ") ? bare.slice(0, -1).trimEnd() : bare;
};

/** Whether an argument is LaTeX between dollars. */
export const isLatex = (text: string): boolean =>
  text.trimStart().startsWith("$") && trimmed(text).endsWith("$") && trimmed(text).trimStart().length > 2;

/** LaTeX as it is read, and where it begins in the argument. */
interface Part {
  readonly latex: string;
  readonly from: number;
}

/** What stands between the dollars at the ends of an argument. */
function between(text: string): Part {
  const start = text.length - text.trimStart().length;
  const from = start + (text.startsWith("$$", start) ? 2 : 1);
  const bare = trimmed(text);
  const to = bare.length - (bare.endsWith("$$") ? 2 : 1);
  return { latex: text.slice(from, Math.max(from, to)), from };
}

/** A brace that has no partner, in words. */
function strayBrace(latex: string): { readonly message: string; readonly at: number } | undefined {
  const open: number[] = [];
  for (let i = 0; i < latex.length; i++) {
    const c = latex[i];
    if (c === "\\") i++;
    else if (c === "{") open.push(i);
    else if (c === "}" && open.pop() === undefined) return { message: "A brace is missing: this `}` closes nothing.", at: i };
  }
  const at = open.at(-1);
  return at === undefined ? undefined : { message: "A brace is missing: this `{` is never closed.", at };
} // prettier-ignore

/**
 * A question whose expression or declarations are LaTeX, as one in `.mcalc`: they are read together, as sentences of one
 * note. Offsets of a failure are those of the expression as it was given. `inferring`: who asks infers what is not declared.
 */
export function inMcalc(q: Question, inferring = false): Question | Failed {
  for (const g of q.given.filter(isLatex)) {
    const stray = strayBrace(between(g).latex);
    if (stray !== undefined) return failed("syntax", `\`${g}\`: ${stray.message}`);
  }
  const part = isLatex(q.expr) ? between(q.expr) : undefined;
  const stray = part === undefined ? undefined : strayBrace(part.latex);
  if (stray !== undefined) return failed("syntax", stray.message, part!.from + stray.at, part!.from + stray.at + 1);

  const note = noteOf(q, part?.latex);
  const document = readMarkdown("arguments.md", 1, note.text);
  const asked = part === undefined ? undefined : formulaIn(document, note.expr!);
  if (part !== undefined && asked === undefined) return notUnderstood(q.expr, part);
  const last = asked ?? document.formulas.findLast((f) => f.span.start < note.end && f.notation === "latex");
  const expr = asked === undefined ? undefined : expressions(asked.statement).at(-1)!;
  const given = declarationsFor(q, document, note, last, expr);
  if (!Array.isArray(given)) return given as Failed;
  const text = expr === undefined ? q.expr : printText(renamed(expr));
  const wrt = q.wrt.map((w, i) => wrtIn(document, note.wrt[i]) ?? w);
  const question = { ...q, expr: text, given, wrt };
  return part === undefined
    ? question
    : (misread(question, asked!, part, note.expr!.start, q.expr, inferring) ?? question);
}

interface Note {
  readonly text: string;
  /** Where each LaTeX declaration, the expression and each variable stand in it. */
  readonly given: readonly (Span | undefined)[];
  readonly expr: Span | undefined;
  readonly wrt: readonly (Span | undefined)[];
  /** Behind the declarations. */
  readonly end: number;
}

/** The arguments as a note: declarations first, then the expression, then the variables. */
function noteOf(q: Question, latex: string | undefined): Note {
  let text = "";
  const put = (before: string, what: string, after: string): Span => {
    text += before;
    const start = text.length;
    text += `${what}${after}\n\n`;
    return { start, end: start + what.length };
  };
  const given = q.given.map((g) => (isLatex(g) ? put("Let ", g.trim(), ".") : (put("```mcalc\n", g, "\n```"), undefined)));
  const end = text.length;
  const expr = latex === undefined ? undefined : put("$$", latex, "$$");
  const wrt = q.wrt.map((w) => (/[\\${]/.test(w) ? put("$", w.replaceAll("$", ""), "$") : undefined));
  return { text, given, expr, wrt, end };
} // prettier-ignore

const within = (f: Formula, { start, end }: Span): boolean => f.span.start >= start && f.span.start <= end;

/** The one formula that stands in a place, where it says what it is about. */
function formulaIn(document: MathDocument, place: Span): Formula | undefined {
  const found = document.formulas.filter((f) => within(f, place));
  const [only] = found;
  return found.length === 1 && only !== undefined && expressions(only.statement).length > 0 ? only : undefined;
}

function wrtIn(document: MathDocument, place: Span | undefined): string | undefined {
  const e = place === undefined ? undefined : formulaIn(document, place)?.statement;
  return e?.kind === "query" && e.expr.kind === "name" ? safe(e.expr.name) : undefined;
}

const notUnderstood = (expr: string, part: Part): Failed =>
  failed("syntax", "This LaTeX is not understood; write one expression, such as `$x^\\top A x$`.", part.from, expr.trimEnd().length); // prettier-ignore

/** Names of notes as `.mcalc` writes them: `x^(i)` and `ŷ` need others. */
function safe(name: string): string {
  const plain = name.replace(/[^\p{L}\p{M}\p{Nd}_\u2080-\u2089]+/gu, "_").replace(/_$/, "");
  return /^\d/.test(plain) ? `_${plain}` : plain;
}

function renamed(e: Expr): Expr {
  const names = new Map<string, Expr>();
  const visit = (x: Expr): void => {
    if (x.kind === "name" && safe(x.name) !== x.name) names.set(x.name, nameExpr(safe(x.name)));
    children(x).forEach(visit);
  };
  visit(e);
  return substitute(e, names);
}

/** Every argument of `given` in `.mcalc`. */
function declarationsFor(
  q: Question,
  document: MathDocument,
  note: Note,
  at: Formula | undefined,
  expr: Expr | undefined,
): string[] | Failed {
  if (at === undefined) return q.given.some(isLatex) ? failed("syntax", "The declarations are not understood; write for example `$A \\in \\mathbb{R}^{m \\times n}$`.") : [...q.given]; // prettier-ignore
  const { scope } = at;
  const own = scopeOf(q.given.filter((g) => !isLatex(g)));
  if ("ok" in own) return own;
  const dimensions = new Set([...scope.variables.values()].flatMap((v) => [...v.shape.rows.terms.keys(), ...v.shape.cols.terms.keys()]).flatMap((m) => m.split(/[*^]/))); // prettier-ignore
  const said = new Set(
    document.formulas.flatMap((f) => (f.span.start < note.end && f.statement.kind === "declaration" ? f.statement.names.map((n) => n.name) : [])),
  ); // prettier-ignore
  const declared = [...scope.variables].filter(
    ([name]) => (said.has(name) || at.guessed?.has(name) !== true) && !own.variables.has(name) && !dimensions.has(name) && !isMember(name, scope),
  ); // prettier-ignore
  const out = q.given.filter((g) => !isLatex(g));
  for (const [, v] of declared) out.push(declaration(v, expr));
  for (const [i, place] of note.given.entries()) {
    if (place === undefined) continue;
    const here = document.formulas.filter((f) => within(f, place));
    if (here.length === 0) return failed("syntax", `\`${q.given[i]!}\` is not understood; write for example \`$A \\in \\mathbb{R}^{m \\times n}$\`.`); // prettier-ignore
    for (const { statement: s } of here)
      if (s.kind === "definition")
        out.push(`${safe(s.name)}${s.parameters === undefined ? "" : `(${s.parameters.map((p) => safe(p.name)).join(", ")})`} = ${printText(renamed(s.body))}`); // prettier-ignore
  }
  return out;
}

/** `x_i`, where `x` is a family. */
const isMember = (name: string, scope: Scope): boolean => {
  const base = name.replace(/_[^_]*$/, "");
  return base !== name && scope.variables.get(base)?.family !== undefined;
};

function declaration({ name, shape, properties, family }: Variable, expr: Expr | undefined): string {
  const implied: Partial<Record<Property, readonly Property[]>> = {
    posdef: ["symmetric", "invertible", "psd"], psd: ["symmetric"], diagonal: ["symmetric", "lower", "upper"], orthogonal: ["invertible"], positive: ["nonneg"],
  }; // prettier-ignore
  const follows = new Set([...properties].flatMap((p) => implied[p] ?? []));
  const own = [...properties].filter((p) => !follows.has(p));
  const words = own.length === 0 ? "" : ` ${own.join(" ")}`;
  if (family === undefined) return `${safe(name)} : ${shapeDeclaration(shape)}${words}`;
  // Where it is not said how far a family runs, the sum over it says.
  const range = expr === undefined ? undefined : rangeOf(expr, family.index);
  const from = range?.from ?? dimText(family.from);
  const to = range?.to ?? dimText(family.to);
  return `${safe(name)}_${family.index} : ${shapeDeclaration(shape)}${words} for ${family.index} = ${from}..${to}`;
}

function rangeOf(e: Expr, index: string): { readonly from: string; readonly to: string } | undefined {
  if (e.kind === "sumover" && e.variable === index) return { from: printText(e.from), to: printText(e.to) };
  for (const c of children(e)) {
    const found = rangeOf(c, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What is wrong with the expression that was read, at its place in the LaTeX. */
function misread(q: Question, asked: Formula, part: Part, from: number, given: string, inferring: boolean): Failed | undefined {
  const scope = scopeOf(q.given);
  if ("ok" in scope) return scope;
  const { expr, problems } = parseExpression(q.expr);
  const misfit = problems.length > 0 ? undefined : inferShape(expr, scope).problems.find((p) => !inferring || p.code !== "undeclared");
  const first = problems[0] ?? misfit;
  if (first === undefined) return undefined;
  const node = misfit?.code === "undeclared" ? misfit.node : undefined;
  const name = node?.kind === "name" || node?.kind === "call" ? node.name : undefined;
  const span = name === undefined ? undefined : placeOf(expressions(asked.statement), name);
  const [start, end] = span === undefined ? [part.from, part.from + part.latex.length] : [asked.at(span.start) - from + part.from, asked.at(span.end - 1) + 1 - from + part.from];
  const command = name === undefined ? undefined : new RegExp(`\\\\${name}(?![a-zA-Z])`).exec(given);
  if (command !== null && command !== undefined && !Object.values(SYMBOLS).includes(name!))
    return failed("syntax", `\`\\${name!}\` is not known.`, command.index, command.index + command[0].length);
  return failed(first.code, first.message, start, end);
} // prettier-ignore

function placeOf(sides: readonly Expr[], name: string): Span | undefined {
  for (const e of sides) {
    if ((e.kind === "name" || e.kind === "call") && safe(e.name) === name && e.span !== undefined) return e.span;
    const found = placeOf(children(e), name);
    if (found !== undefined) return found;
  }
  return undefined;
}
