import { atOnce, type Run } from "../core/steps";
import type { Answered } from "./question";
import type { Notation } from "./formats";
import { writer } from "./written";

/** One step as `--steps --json` gives it. */
export interface StepOut {
  readonly left: string;
  readonly right: string;
  readonly rules: readonly string[];
  readonly where: readonly string[];
}

/** The derivation line by line; or in one sentence why there is none. */
export async function stepsOf(
  result: Answered,
  wrt: readonly string[],
  notation: Notation,
  run: Run = atOnce,
): Promise<
  | { readonly ok: true; readonly steps: readonly StepOut[]; readonly text: string }
  | { readonly ok: false; readonly message: string }
> {
  const [{ derivation: derivationOf }, { renderSteps, ruleInWords }] = await Promise.all([
    import("../derivation"),
    import("../notation/steps"),
  ]);
  const derivation = await run(derivationOf({ expr: result.question, wrt, scope: result.scope }));
  if (!derivation.ok) return { ok: false, message: derivation.error.message };
  // In a note the rows are LaTeX; the display around them is that of the whole.
  const text = await writer(notation === "markdown" ? "latex" : notation, derivation.scope);
  const steps: StepOut[] = [];
  for (const part of derivation.parts) {
    for (const named of part.named)
      if (!named.own)
        steps.push({ left: named.name, right: text(named.expr), rules: ["a name for a part"], where: [] });
    for (const step of part.steps)
      steps.push({
        left: text(step.left),
        right: text(step.after),
        rules: step.rules
          .filter((id) => step.where.length === 0 || !["insert", "linear", "distribute"].includes(id))
          .map((id) => ruleInWords(id, part, text)),
        where: step.where.map((w) => `${text(w.left)} = ${text(w.right)}`),
      });
  }
  if (notation === "text" || notation === "typst") return { ok: true, steps, text: stepsTable(steps) };
  return { ok: true, steps, text: `${renderSteps(derivation, notation)}\n` };
}

/** Steps as a table: the equations, and to the right the rules that lead to them. */
function stepsTable(steps: readonly StepOut[]): string {
  const lines = steps.map((s) => `${s.left} = ${s.right}`);
  const width = Math.min(60, Math.max(...lines.map((l) => l.length)));
  return steps
    .map((s, i) => {
      const why = [...s.rules, ...s.where.map((w) => `where ${w}`)].join("; ");
      return why === "" ? `${lines[i]}\n` : `${lines[i]!.padEnd(width)}   # ${why}\n`;
    })
    .join("");
}
