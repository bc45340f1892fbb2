import { json } from "../core/escaping";
import { curvature, type CurvatureAnswer } from "../optima/curvature";
import { printText } from "../language/print";
import { failureLines } from "./derive";
import { complain, say } from "./output";
import { type Failed, failed, inOurLanguage, readQuestion } from "./question";

export interface OptimumOptions {
  /** The variables, jointly. */
  readonly wrt: readonly string[];
  readonly given: readonly string[];
  readonly json: boolean;
}

/** What the JSON of `curvature` holds. */
export interface CurvatureOut {
  readonly curvature: CurvatureAnswer["curvature"];
  readonly strong?: string;
  readonly smooth?: string;
  readonly reason: readonly string[];
}

/** The curvature of an expression, or why there is no answer. Never throws. */
export async function curvatureOf(
  expr: string,
  { wrt, given }: Pick<OptimumOptions, "wrt" | "given">,
): Promise<CurvatureOut | Failed> {
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

/** `curvature EXPR`: one word, then the reason, a step a line. The result says whether there is an answer. */
export async function sayCurvature(expr: string, options: OptimumOptions): Promise<boolean> {
  const started = performance.now();
  const found = await curvatureOf(expr, options);
  const ok = !("ok" in found);
  if (options.json) {
    await say(`${json(ok ? { ...found, ms: Math.round((performance.now() - started) * 100) / 100 } : found)}\n`);
  } else if (ok) {
    const lines = [
      found.curvature,
      ...found.reason,
      ...(found.strong === undefined ? [] : [`strong with modulus ${found.strong}`]),
      ...(found.smooth === undefined ? [] : [`its gradient has the Lipschitz constant ${found.smooth}`]),
    ];
    await say(`${lines.join("\n")}\n`);
  } else complain(...failureLines(expr, found));
  return ok;
}
