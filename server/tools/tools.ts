import { atOnce, type Run, type Steps } from "../core/steps";
import { shapeText } from "../core/shape";
import { inferShape } from "../shapes/infer";
import { answerLine } from "./line";
import { checkingText } from "./checkText";
import { codeOf } from "./code";
import { curvatureOf } from "./curvature";
import type { Language } from "./formats";
import {
  type Answered,
  answering,
  type Failed,
  inOurLanguage,
  type Question,
  readQuestion,
  shapeDims,
} from "./question";
import { solved } from "./solve";
import { stepsOf } from "./steps";
import { inferredDeclarations } from "./inferred";

/** What a tool answers: its result, or in one sentence what is wrong and what to write instead. */
export type ToolAnswer =
  { readonly ok: true; readonly [key: string]: unknown } | { readonly ok: false; readonly error: ToolError };

export interface ToolError {
  readonly code: string;
  readonly message: string;
  readonly start?: number;
  readonly end?: number;
}

export interface About {
  readonly expr: string;
  readonly given?: readonly string[] | undefined;
}

export interface ByVariable extends About {
  readonly wrt: string | readonly string[];
  readonly order?: number | undefined;
}

const refusal = (code: string, message: string): ToolAnswer => ({ ok: false, error: { code, message } });

interface Prepared extends Question {
  readonly inferred: readonly string[];
}

/**
 * The question to work with, in `.mcalc`: its declarations are those given, and those that the expression's form implies,
 * which are told apart.
 */
async function prepared({ expr, given = [], wrt = [] }: About & Partial<ByVariable>): Promise<Prepared | Failed> {
  const question = await inOurLanguage({ expr, given, wrt: typeof wrt === "string" ? [wrt] : wrt }, true);
  if ("ok" in question) return question;
  const inferred = inferredDeclarations(question.expr, question.given);
  return { ...question, given: [...question.given, ...inferred], inferred };
}

/** As a line of `derive --batch`, with the declarations that were inferred. */
export async function derive(
  question: ByVariable & { readonly to?: string | undefined },
  run: Run = atOnce,
): Promise<ToolAnswer> {
  const read = await prepared(question);
  if ("ok" in read) return read;
  const { expr, given, inferred } = read;
  const { order, to } = question;
  const wrt = read.wrt.length === 1 ? read.wrt[0]! : read.wrt;
  const { id: _, ...answered } = await answerLine(JSON.stringify({ expr, wrt, given, order, to }), false, run);
  return { ...(answered as ToolAnswer), ...(answered.ok && inferred.length > 0 ? { inferred } : {}) } as ToolAnswer;
}

/** Declarations that were inferred, where there are any. */
const noted = (inferred: readonly string[]): { readonly inferred?: readonly string[] } =>
  inferred.length > 0 ? { inferred } : {};

/** The derivation by differentials, a line each. */
export async function derivation(question: ByVariable, run: Run = atOnce): Promise<ToolAnswer> {
  const read = await prepared(question);
  if ("ok" in read) return read;
  const { wrt, inferred } = read;
  const answered = await run(answering(read));
  if (!answered.ok) return answered;
  const [text, latex] = [await stepsOf(answered, wrt, "text", run), await stepsOf(answered, wrt, "latex", run)];
  if (!text.ok) return refusal("unsupported", text.message);
  const steps = text.steps.map((s, i) => {
    const drawn = latex.ok ? latex.steps[i] : undefined;
    return {
      text: `${s.left} = ${s.right}`,
      ...(drawn === undefined ? {} : { latex: `${drawn.left} = ${drawn.right}` }),
      rule: [...s.rules, ...s.where.map((w) => `where ${w}`)].join("; "),
    };
  });
  return { ok: true, steps, ...noted(inferred) };
}

/** The shape of an expression. */
export async function shapes(about: About): Promise<ToolAnswer> {
  const question = await prepared(about);
  if ("ok" in question) return question;
  const { inferred } = question;
  const read = readQuestion(question);
  if (!read.ok) return read;
  const { shape } = inferShape(read.expr, read.scope);
  if (shape === undefined)
    return refusal("unsupported", "Its shape cannot be told: declare the names in it, such as `A : R^(m×n)`.");
  return { ok: true, shape: shapeDims(shape), words: shapeText(shape), inferred };
}

/** A complete function of the value and its derivative. */
export async function code(question: ByVariable & { readonly to: string }, run: Run = atOnce): Promise<ToolAnswer> {
  const read = await prepared(question);
  if ("ok" in read) return read;
  const { wrt: once, inferred } = read;
  const wrt = once.length === 1 ? Array.from({ length: question.order ?? 1 }, () => once[0]!) : once;
  const answered = await run(answering({ ...read, wrt }));
  if (!answered.ok) return answered;
  const made = await codeOf(answered as Answered, wrt, question.to as Language);
  return made.ok ? { ok: true, code: made.text, ...noted(inferred) } : refusal("unsupported", made.message);
}

/** Where the gradient is zero, in closed form. */
export async function solve(question: ByVariable): Promise<ToolAnswer> {
  const read = await prepared(question);
  if ("ok" in read) return read;
  const { inferred } = read;
  const found = await solved(read.expr, read);
  return found.ok ? { ...found, ...noted(inferred) } : found;
}

/** Which way a function curves, and why. */
export async function curvature(question: ByVariable): Promise<ToolAnswer> {
  const read = await prepared(question);
  if ("ok" in read) return read;
  const { inferred } = read;
  const found = await curvatureOf(read.expr, read);
  return "ok" in found ? found : { ok: true, ...found, ...noted(inferred) };
}

export type TextFormat = "markdown" | "mcalc" | "latex";

/** Characters of a text that is checked, at most. */
const MOST_TEXT = 2_000_000;

/** As a file of `check --format json`, each claim that does not hold with its repair. */
export const check = async (text: string, format: TextFormat, run: Run = atOnce): Promise<ToolAnswer> =>
  run(checking(text, format));

/** The same at once. */
export const checkNow = (text: string, format: TextFormat): ToolAnswer => atOnce(checking(text, format));

function* checking(text: string, format: TextFormat): Steps<ToolAnswer> {
  if (text.length > MOST_TEXT)
    return refusal(
      "too-large",
      `The text is too large: check at most ${MOST_TEXT / 1e6} million characters at a time.`,
    );
  // LaTeX without a display is one: ranges are those of the text as it was given.
  const bare = format === "latex" && !/\$|\\\[|\\\(|\\begin\{(?:align|equation|gather|multline)/.test(text);
  const checked = yield* checkingText(format === "mcalc" ? "text.mcalc" : "text.md", bare ? `$$\n${text}\n$$\n` : text);
  if ("problem" in checked) return refusal("syntax", checked.problem);
  const shifted = <T extends { readonly range: Range }>(found: T): T =>
    bare ? { ...found, range: { start: up(found.range.start), end: up(found.range.end) } } : found;
  return {
    ok: true,
    diagnostics: checked.diagnostics.map(shifted),
    claims: checked.claims.map((c, i) => ({
      ...shifted(c),
      ...(checked.repaired[i] === undefined ? {} : { repair: checked.repaired[i] }),
    })),
    spans: checked.spans,
    parsed: checked.parsed,
  };
}

interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}
const up = ({ line, character }: Range["start"]): Range["start"] => ({ line: Math.max(0, line - 1), character });
