import { curvature, type CurvatureAnswer } from "../optima/curvature";
import { printText } from "../language/print";
import { type Failed, failed, inOurLanguage, readQuestion } from "./question";

/** A question about minima: the variables are meant jointly. */
export interface Optimum {
  readonly wrt: readonly string[];
  readonly given: readonly string[];
}

/** What the JSON of `curvature` holds. */
export interface CurvatureOut {
  readonly curvature: CurvatureAnswer["curvature"];
  readonly strong?: string;
  readonly smooth?: string;
  readonly reason: readonly string[];
}

/** The curvature of an expression, or why there is no answer. Never throws. */
export async function curvatureOf(expr: string, { wrt, given }: Optimum): Promise<CurvatureOut | Failed> {
  const question = await inOurLanguage({ expr, wrt, given });
  if ("ok" in question) return question;
  const read = readQuestion(question);
  if (!read.ok) return read;
  const found = curvature({ expr: read.expr, wrt: question.wrt, scope: read.scope });
  if (!found.ok) return failed(found.error.code, found.error.message, 0, expr.length);
  const { strong, smooth, reason } = found;
  return {
    curvature: found.curvature,
    ...(strong === undefined ? {} : { strong: printText(strong) }),
    ...(smooth === undefined ? {} : { smooth: printText(smooth) }),
    reason,
  };
}
