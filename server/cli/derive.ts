import { json } from "../core/escaping";
import { type CodeFlags, codeOf } from "../tools/code";
import { type Format, isLanguage } from "../tools/formats";
import { complain, say } from "./output";
import { answer, inOurLanguage, type Answered, type Failed } from "../tools/question";
import { stepsOf } from "../tools/steps";
import { writtenAnswer } from "../tools/written";

export interface DeriveOptions {
  /** The variables, one derivative after the other. */
  readonly wrt: readonly string[];
  readonly given: readonly string[];
  readonly to: Format;
  readonly steps: boolean;
  readonly json: boolean;
  /** What recurs gets a name. */
  readonly where?: boolean;
  /** Beside the code: a gradient check, the product of the Hessian with a direction. */
  readonly code?: CodeFlags;
}

/** `derive EXPR`: the derivative on stdout, notes and errors on stderr. The result says whether there is one. */
export async function deriveOne(expr: string, options: DeriveOptions): Promise<boolean> {
  const started = performance.now();
  const { to } = options;
  const question = await inOurLanguage({ expr, wrt: options.wrt, given: options.given, where: options.where === true });
  const result = "ok" in question ? question : answer(question);
  const wrt = "ok" in question ? options.wrt : question.wrt;
  if (!result.ok) {
    if (options.json) await say(`${json(result)}\n`);
    else complain(...failureLines(expr, result));
    return false;
  }
  const code = isLanguage(to) ? await codeOf(result, wrt, to, options.code) : undefined;
  const steps = options.steps ? await stepsOf(result, wrt, isLanguage(to) ? "text" : to) : undefined;
  if (options.json) {
    const { shape, notation, verified } = result;
    const out = {
      ok: true,
      text: await writtenAnswer(result, "text"),
      latex: await writtenAnswer(result, "latex"),
      unicode: await writtenAnswer(result, "unicode"),
      ...(to === "typst" || to === "markdown" ? { [to]: await writtenAnswer(result, to) } : {}),
      ...(code?.ok === true ? { code: code.text } : {}),
      ...(steps?.ok === true ? { steps: steps.steps } : {}),
      shape,
      notation,
      verified,
      ms: Math.round((performance.now() - started) * 100) / 100,
    };
    await say(`${json(out)}\n`);
  } else {
    if (steps?.ok === true) await say(steps.text);
    if (code?.ok === true) await say(code.text.endsWith("\n") ? code.text : `${code.text}\n`);
    else if (code === undefined && steps === undefined) await say(`${await writtenAnswer(result, to as "text")}\n`);
  }
  for (const part of [code, steps]) if (part?.ok === false) complain(`error: ${part.message}`);
  for (const note of notes(result)) complain(`note: ${note}`);
  return code?.ok !== false && steps?.ok !== false;
}

function notes(result: Answered): string[] {
  return [
    ...result.assumptions.map((a) => `assuming that ${a}`),
    ...result.kinks,
    ...(result.verified ? [] : ["not verified by numbers: no point was found where all parts are defined"]),
  ];
}

/** The message, and the expression with the place marked. */
export function failureLines(expr: string, { error }: Failed): readonly string[] {
  const message = `error: ${error.message}`;
  const line = expr.split(/\r\n|\n|\r/).length === 1 && expr.length <= 200;
  if (!line || error.end <= error.start) return [message];
  return [message, `  ${expr}`, `  ${" ".repeat(error.start)}${"^".repeat(error.end - error.start)}`];
}
