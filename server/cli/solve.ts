import { json } from "../core/escaping";
import { printText } from "../language/print";
import { conditionText } from "../optima/stationary/conditions";
import { stationaryPoint } from "../optima/stationary";
import type { OptimumOptions } from "./curvature";
import { failureLines } from "./derive";
import { complain, say } from "./output";
import { type Failed, failed, inOurLanguage, readQuestion } from "./question";
import { writer } from "./written";

/** What the JSON of `solve` holds. */
export interface Solved {
  readonly ok: true;
  /** `w = …`, a line for each variable. */
  readonly text: string;
  readonly latex: string;
  readonly conditions: readonly string[];
  readonly verified: boolean;
  readonly nature?: "minimum" | "maximum";
}

/** Where the gradient of an expression is zero, or why no closed form is given. Never throws. */
export async function solved(
  expr: string,
  { wrt, given }: Pick<OptimumOptions, "wrt" | "given">,
): Promise<Solved | Failed> {
  const question = await inOurLanguage({ expr, wrt, given });
  if ("ok" in question) return question;
  const read = readQuestion(question);
  if (!read.ok) return read;
  const found = stationaryPoint({ expr: read.expr, wrt: question.wrt, scope: read.scope });
  if (!found.ok) return failed(found.error.code, found.error.message, 0, expr.length);
  const latex = await writer("latex", read.scope);
  const { solutions, conditions, verified, nature } = found;
  const equations = solutions.map(({ left, right }) => `${latex(left)} = ${latex(right)}`);
  return {
    ok: true,
    text: solutions.map(({ left, right }) => `${printText(left)} = ${printText(right)}`).join("\n"),
    latex: equations.length === 1 ? equations[0]! : `\\begin{gathered}${equations.join(" \\\\ ")}\\end{gathered}`,
    conditions: conditions.map((c) => conditionText(c, printText)),
    verified,
    ...(nature === undefined ? {} : { nature }),
  };
}

/** `solve EXPR`: the solution, and its conditions as `if` lines. The result says whether there is a closed form. */
export async function saySolved(expr: string, options: OptimumOptions): Promise<boolean> {
  const started = performance.now();
  const found = await solved(expr, options);
  if (options.json) {
    await say(`${json(found.ok ? { ...found, ms: Math.round((performance.now() - started) * 100) / 100 } : found)}\n`);
  } else if (found.ok) {
    await say(`${[found.text, ...found.conditions.map((c) => `if ${c}`)].join("\n")}\n`);
    if (found.nature !== undefined) complain(`note: a ${found.nature}`);
  } else complain(...failureLines(expr, found));
  return found.ok;
}
