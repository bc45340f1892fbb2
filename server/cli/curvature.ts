import { json } from "../core/escaping";
import { curvatureOf, type Optimum } from "../tools/curvature";
import { failureLines } from "./derive";
import { complain, say } from "./output";

export interface OptimumOptions extends Optimum {
  readonly json: boolean;
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
