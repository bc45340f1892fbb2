import { type Expr } from "../core/ast";
import type { ProblemCode } from "../core/problem";
import { type Derivation, deriveSteps, rule, type Step } from "../derivation";
import { printText } from "../language/print";
import { printLatex, printUnicode, shapesIn } from "../notation";
import { insertBelow, type Insertion } from "./insertion";
import type { Snapshot } from "./snapshot";
import { styleFor } from "./latexStyle";
import { pictureLatexIn } from "./writing";
import type { Target } from "./target";

/** A line of a derivation as it is shown. */
export interface StepLine {
  readonly left: string;
  readonly right: string;
  /** The rules that lead to it, in words. */
  readonly rule: string;
  /** Equations that a reader needs here. */
  readonly where: readonly string[];
  readonly latex: string;
}

export interface StepsView {
  readonly ok: true;
  readonly title: string;
  readonly lines: readonly StepLine[];
  readonly latex: string;
  readonly text: string;
}

export interface NoSteps {
  readonly ok: false;
  readonly code: ProblemCode;
  readonly message: string;
}

function derivationOf(target: Target, variable: string, order: 1 | 2, full: boolean) {
  return deriveSteps({
    expr: target.expr,
    wrt: order === 1 ? [variable] : [variable, variable],
    scope: target.formula.scope,
    ...(target.name?.kind === "name" ? { value: target.name.name } : {}),
    detail: full ? "full" : "brief",
  });
}

const rulesOf = (step: Step): string => step.rules.map((id) => rule(id).name).join("; ");

/** The derivation of a target, line by line, for reading. */
export function stepsView(
  snapshot: Snapshot,
  target: Target,
  variable: string,
  options: { readonly order?: 1 | 2; readonly full?: boolean } = {},
): StepsView | NoSteps {
  const derivation = derivationOf(target, variable, options.order ?? 1, options.full === true);
  if (!derivation.ok) return { ok: false, ...derivation.error };
  const shapeOf = shapesIn(derivation.scope);
  const unicode = (e: Expr): string => printUnicode(e, shapeOf);
  const style = styleFor(snapshot.document, target.formula);
  const latex = (e: Expr): string => printLatex(e, style, shapeOf);
  const picture = pictureLatexIn(snapshot, target.formula, derivation.scope);
  const lines: StepLine[] = [];
  for (const part of derivation.parts) {
    for (const named of part.named)
      if (!named.own)
        lines.push({
          left: named.name,
          right: unicode(named.expr),
          rule: "a name for a part",
          where: [],
          latex: `${picture({ kind: "name", name: named.name })} = ${picture(named.expr)}`,
        });
    for (const step of part.steps)
      lines.push({
        left: unicode(step.left),
        right: unicode(step.after),
        rule: rulesOf(step),
        where: step.where.map((w) => `${unicode(w.left)} = ${unicode(w.right)}`),
        latex: `${picture(step.left)} = ${picture(step.after)}`,
      });
  }
  return {
    ok: true,
    title: `${unicode(target.name ?? target.expr)} with respect to ${variable}`,
    lines,
    latex: aligned(derivation, latex),
    text: lines.map((l) => `${l.left} = ${l.right}${l.rule === "" ? "" : `    (${l.rule})`}`).join("\n"),
  };
}

/** The derivation as one aligned display, each line with its rule. */
function aligned(derivation: Derivation, latex: (e: Expr) => string): string {
  const rows: string[] = [];
  let last = "";
  for (const part of derivation.parts) {
    for (const named of part.named)
      if (!named.own) rows.push(`${latex({ kind: "name", name: named.name })} &= ${latex(named.expr)}`);
    for (const step of part.steps) {
      const left = latex(step.left);
      const why = rulesOf(step)
        .replace(/`([^`]*)`/g, "$1")
        .replace(/[\\{}$&#_^%~]/g, " ");
      rows.push(`${left === last ? "" : left} &= ${latex(step.after)}${why === "" ? "" : ` && \\text{${why}}`}`);
      last = left;
    }
  }
  return `\\begin{aligned}\n${rows.join(" \\\\\n")}\n\\end{aligned}`;
}

/** The derivation below its formula: comments and a claim in `.mcalc`, an aligned display in Markdown. */
export function insertSteps(
  snapshot: Snapshot,
  target: Target,
  variable: string,
): { readonly ok: true; readonly insertion: Insertion } | NoSteps {
  const derivation = derivationOf(target, variable, 1, false);
  if (!derivation.ok) return { ok: false, ...derivation.error };
  const { formula } = target;
  if (formula.notation === "latex") {
    const view = stepsView(snapshot, target, variable);
    if (!view.ok) return view;
    return { ok: true, insertion: insertBelow(snapshot.document, formula, view.latex) };
  }
  const newline = snapshot.document.text.includes("\r\n") ? "\r\n" : "\n";
  const lines = derivation.steps.map((step) => {
    const why = rulesOf(step);
    return `# ${printText(step.left)} = ${printText(step.after)}${why === "" ? "" : `    (${why})`}`;
  });
  const left: Expr = { kind: "derivative", of: target.name ?? target.expr, wrt: [{ kind: "name", name: variable }] };
  lines.push(`${printText(left)} == ${printText(derivation.answer)}`);
  return { ok: true, insertion: insertBelow(snapshot.document, formula, lines.join(newline)) };
}
