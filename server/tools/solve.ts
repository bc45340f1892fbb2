import { printText } from "../language/print";
import { stationaryPoint } from "../optima/stationary";
import { conditionText } from "../optima/stationary/conditions";
import type { Optimum } from "./curvature";
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
export async function solved(expr: string, { wrt, given }: Optimum): Promise<Solved | Failed> {
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
