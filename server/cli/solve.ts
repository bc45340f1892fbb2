import { json } from "../core/escaping";
import { solved } from "../tools/solve";
import type { OptimumOptions } from "./curvature";
import { failureLines } from "./derive";
import { complain, say } from "./output";

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
