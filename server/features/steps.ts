import type { Expr } from "../core/ast";
import type { ProblemCode } from "../core/problem";
import { type Derivation, derivation, type NoDerivation, shortened } from "../derivation";
import { shapesIn } from "../notation";
import { printText } from "../language/print";
import { renderSteps, stepRows } from "../notation/steps";
import { insertBelow, type Insertion } from "./insertion";
import { pictureStyle, styleFor } from "./latexStyle";
import type { Snapshot } from "./snapshot";
import type { Target } from "./target";
import { inTurns, type Turn } from "./turn";
import { unicodeIn } from "./writing";

/** A line of a derivation as it is shown; `left` is empty where it is that of the line above. */
export interface StepLine {
  readonly left: string;
  readonly right: string;
  /** The rule that leads to it and what a reader needs beside it, in words. */
  readonly why: string;
  /** For a picture; what the step changed is wrapped in `\\textcolor{changed}{…}`. */
  readonly picture: string;
  /** To copy: as the author writes. */
  readonly latex: string;
}

export interface StepsView {
  readonly ok: true;
  readonly title: string;
  readonly lines: readonly StepLine[];
  /** The whole derivation, to copy. */
  readonly latex: string;
  readonly text: string;
}

export interface NoSteps {
  readonly ok: false;
  readonly code: ProblemCode;
  readonly message: string;
}

export interface StepsChoice {
  readonly order?: 1 | 2;
  /** Each rule by itself, instead of the steps that a reader takes at once. */
  readonly full?: boolean;
}

function derivationOf(
  { settings }: Snapshot,
  target: Target,
  variable: string,
  { order, full }: StepsChoice,
  turn: Turn,
): Promise<Derivation | NoDerivation> {
  const work = derivation({
    expr: target.expr,
    wrt: order === 2 ? [variable, variable] : [variable],
    scope: target.formula.scope,
    ...(target.name?.kind === "name" ? { value: target.name.name } : {}),
    detail: full === true ? "full" : "brief",
    layout: settings.layout,
  });
  return inTurns(work, turn);
}

/** The derivation of a target, line by line, for reading. */
export async function stepsView(
  snapshot: Snapshot,
  target: Target,
  variable: string,
  choice: StepsChoice,
  turn: Turn,
): Promise<StepsView | NoSteps> {
  const long = await derivationOf(snapshot, target, variable, choice, turn);
  if (!long.ok) return { ok: false, ...long.error };
  const found = await inTurns(shortened(long, shapesIn), turn);
  const style = styleFor(snapshot.document, target.formula);
  const unicode = stepRows(found, "unicode");
  const latex = stepRows(found, "latex", { style });
  const pictures = stepRows(found, "latex", {
    style: pictureStyle(style),
    mark: (l) => `\\textcolor{changed}{${l}}`,
  });
  const equation = (row: { left: string; right: string } | undefined): string =>
    `${row?.left ?? ""} = ${row?.right ?? ""}`.trim();
  // Below one another stand the equal signs of lines with one left side.
  let last = "";
  const aligned = pictures.map((row) => {
    if (row.left !== "") last = row.left;
    return row.left === "" ? `\\phantom{${last}}${equation(row)}` : equation(row);
  });
  return {
    ok: true,
    title: `${unicodeIn(target.formula.scope)(target.name ?? target.expr)} with respect to ${variable}`,
    lines: unicode.map((row, i) => ({
      left: row.left,
      right: row.right,
      why: row.why,
      picture: aligned[i]!,
      latex: equation(latex[i]),
    })),
    latex: renderSteps(found, "latex", { style }),
    text: renderSteps(found, "unicode"),
  };
}

/** The derivation below its formula: comments and a claim in `.mcalc`, an aligned display in Markdown. */
export async function insertSteps(
  snapshot: Snapshot,
  target: Target,
  variable: string,
  turn: Turn,
): Promise<{ readonly ok: true; readonly insertion: Insertion } | NoSteps> {
  const found = await derivationOf(snapshot, target, variable, {}, turn);
  if (!found.ok) return { ok: false, ...found.error };
  const { formula } = target;
  const { document } = snapshot;
  if (formula.notation === "latex") {
    const display = renderSteps(found, "latex", { style: styleFor(document, formula), withoutValue: true });
    return { ok: true, insertion: insertBelow(document, formula, display.replaceAll("{align*}", "{aligned}")) };
  }
  const comments = renderSteps(found, "text", { withoutValue: true })
    .split("\n")
    .map((l) => `# ${l}`.trimEnd());
  const left: Expr = { kind: "derivative", of: target.name ?? target.expr, wrt: [{ kind: "name", name: variable }] };
  const claim = `${printText(left)} == ${printText(found.answer)}`;
  return { ok: true, insertion: insertBelow(document, formula, [...comments, claim].join("\n")) };
}
