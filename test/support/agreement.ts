import { checkDocument } from "../../server/checking";
import type { Answered, Question } from "../../server/tools/question";
import { type Expr, name } from "../../server/core/ast";
import { isScalar, type Shape } from "../../server/core/shape";
import type { Definition, Property, Scope, Variable } from "../../server/core/scope";
import { readMarkdown } from "../../server/documents/markdown";
import { readMcalc } from "../../server/documents/mcalc";
import { printText } from "../../server/language/print";
import { parseExpression } from "../../server/language/mcalc/parse";
import { printLatex, shapesIn } from "../../server/notation";

/** What a checker says of a derivative that was printed, with the text that it was given. */
export interface Judged {
  readonly status: "refused" | "proved" | "verified" | "wrong" | "conditional" | "unknown" | "unread";
  readonly text: string;
  /** What is told of the text besides: nothing, where all is well. */
  readonly told: readonly string[];
}

/** The question as it is written in front of an equals sign. */
function asked(q: Question, { question }: Answered): Expr {
  if (q.kind === "differential") return { kind: "differential", of: question };
  return { kind: "derivative", of: question, wrt: q.wrt.map((v) => parseExpression(v).expr) };
}

/** The answer as a claim in `.mcalc`, below its declarations. */
export function judgedAsText(q: Question, a: Answered): Judged {
  const text = [...q.given, `${printText(asked(q, a))} == ${printText(a.expr)}`, ""].join("\n");
  return last(text, checkDocument(readMcalc("file:///a.mcalc", 1, text)));
}

/** The answer as a displayed equation of a note, whose sentences say the sizes. */
export function judgedAsNote(q: Question, a: Answered): Judged {
  const write = (e: Expr): string => printLatex(e, {}, shapesIn(a.scope));
  const display = (tex: string): string => `$$\n${tex}\n$$\n`;
  const text = [...said(a.scope, write), display(`${write(asked(q, a))} = ${write(a.expr)}`)].join("\n");
  return last(text, checkDocument(readMarkdown("file:///a.md", 1, text)));
}

function last(text: string, { claims, problems }: ReturnType<typeof checkDocument>): Judged {
  const told = problems.filter((p) => p.severity === "error" || p.severity === "warning").map((p) => `${p.code}: ${p.message}`); // prettier-ignore
  return { status: claims.at(-1)?.status ?? "unread", text, told };
}

const WORDS: Readonly<Partial<Record<Property, string>>> = {
  symmetric: "symmetric", skew: "skew-symmetric", diagonal: "diagonal", posdef: "positive definite", psd: "positive semidefinite",
  orthogonal: "orthogonal", invertible: "invertible", lower: "lower triangular", upper: "upper triangular",
}; // prettier-ignore

/** What implies others goes first: a diagonal matrix need not be called symmetric. */
const STRONGEST: readonly Property[] = ["diagonal", "posdef", "psd", "symmetric", "skew", "lower", "upper", "orthogonal", "invertible"]; // prettier-ignore

/** Declarations and definitions as sentences of a note. */
function said(scope: Scope, write: (e: Expr) => string): string[] {
  const variables = [...scope.variables.values()].map((v) => `Let ${sentence(v, write)}.\n`);
  const definitions = [...scope.definitions.values()].map((d) => `Let $${definition(d, write)}$.\n`);
  return [...variables, ...definitions];
}

function sentence({ name: n, shape, properties, family }: Variable, write: (e: Expr) => string): string {
  const word = STRONGEST.find((p) => properties.has(p));
  const whole = family === undefined ? write(name(n)) : `${write(name(`${n}_${family.index}`))}`;
  const range = family === undefined ? "" : ` for $${family.index} = ${family.from.key}, \\dots, ${family.to.key}$`;
  const sign = properties.has("positive") ? "_{++}" : properties.has("nonneg") ? "_+" : "";
  return `$${whole} \\in ${space(shape, sign)}$${word === undefined ? "" : ` be ${WORDS[word]!}`}${range}`;
}

function space({ rows, cols, ...rest }: Shape, sign: string): string {
  const dims = isScalar({ rows, cols, ...rest }) ? "" : cols.key === "1" ? `^{${tex(rows.key)}}` : `^{${tex(rows.key)} \\times ${tex(cols.key)}}`; // prettier-ignore
  return `\\mathbb{R}${sign}${dims}`;
}

/** A size such as `2*n+1` in LaTeX. */
const tex = (key: string): string => key.replaceAll("*", " ");

function definition({ name: n, parameters, body }: Definition, write: (e: Expr) => string): string {
  const of = parameters === undefined ? "" : `(${parameters.map((p) => write(name(p))).join(", ")})`;
  return `${write(name(n))}${of} = ${write(body)}`;
}
