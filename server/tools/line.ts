import { Cancelled } from "../features/turn";
import { atOnce, type Run } from "../core/steps";
import { codeOf } from "./code";
import { type Format, FORMATS, isLanguage } from "./formats";
import { answering, inOurLanguage, type Failed, failed, type Question } from "./question";
import { writtenAnswer } from "./written";

/** A line of the batch: the question, and in which format it is wanted beside the text. */
interface Line {
  readonly question: Question;
  readonly to?: Format;
}

/** What is answered to a line. */
export interface LineOut {
  readonly id: unknown;
  readonly ok: boolean;
  readonly [key: string]: unknown;
}

/** The answer to one line. */
export async function answerLine(text: string, where = false, run: Run = atOnce): Promise<LineOut> {
  const started = performance.now();
  let id: unknown = null;
  try {
    const json: unknown = parseJson(text);
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      return {
        id,
        ...failed(
          "syntax",
          'This line is not a JSON object such as {"id": 1, "expr": "x\'*x", "wrt": "x", "given": ["x : R^n"]}.',
        ),
      };
    }
    id = (json as { id?: unknown }).id ?? null;
    const line = readLine(json as Record<string, unknown>);
    if ("ok" in line) return { id, ...line };
    const { to } = line;
    const question = await inOurLanguage(line.question);
    if ("ok" in question) return { id, ...question };
    const result = await run(answering(where ? { ...question, where } : question));
    if (!result.ok) return { id, ...result };
    const { shape, notation, verified } = result;
    const code = to !== undefined && isLanguage(to) ? await codeOf(result, question.wrt, to) : undefined;
    if (code?.ok === false) return { id, ...failed("unsupported", code.message, 0, question.expr.length) };
    return {
      id,
      ok: true,
      text: await writtenAnswer(result, "text"),
      latex: await writtenAnswer(result, "latex"),
      unicode: await writtenAnswer(result, "unicode"),
      ...(to === "typst" || to === "markdown" ? { [to]: await writtenAnswer(result, to) } : {}),
      ...(code === undefined ? {} : { code: code.text }),
      shape,
      notation,
      verified,
      ms: Math.round((performance.now() - started) * 100) / 100,
    };
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    return {
      id,
      ...failed(
        "unsupported",
        `This line could not be answered: ${error instanceof RangeError ? "it is too involved" : "an internal error"}.`,
      ),
    };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isText = (x: unknown): x is string => typeof x === "string";

function readLine(json: Record<string, unknown>): Line | Failed {
  const { expr, wrt, given = [], order = 1, to, kind, where } = json;
  if (!isText(expr)) return failed("syntax", "`expr` must be the text of an expression.");
  const variables = isText(wrt) ? [wrt] : wrt;
  if (!Array.isArray(variables) || variables.length === 0 || !variables.every(isText)) {
    return failed("syntax", "`wrt` must be the name of a variable, or a list of names.");
  }
  const declarations = isText(given) ? [given] : given;
  if (!Array.isArray(declarations) || !declarations.every(isText))
    return failed("syntax", "`given` must be a list of declarations.");
  if (!Number.isInteger(order) || (order as number) < 1)
    return failed("syntax", "`order` must be a whole number, at least 1.");
  if ((order as number) > MOST_ORDER) return failed("too-large", `\`order\` is at most ${MOST_ORDER}.`);
  if (kind !== undefined && kind !== "derivative" && kind !== "differential") {
    return failed("syntax", '`kind` is "derivative" or "differential".');
  }
  if (to !== undefined && !(FORMATS as readonly unknown[]).includes(to))
    return failed("syntax", `\`to\` is one of ${FORMATS.join(", ")}.`);
  const times = kind === "differential" || variables.length > 1 ? 1 : (order as number);
  const question: Question = {
    expr,
    wrt: Array.from({ length: times }, () => variables).flat(),
    given: declarations,
    ...(kind === undefined ? {} : { kind }),
    ...(where === true ? { where } : {}),
  };
  return { question, ...(to === undefined ? {} : { to: to as Format }) };
}

/** Highest order of a derivative. */
export const MOST_ORDER = 8;
