import { type Expr, name } from "../core/ast";
import type { ProblemCode } from "../core/problem";
import type { Scope } from "../core/scope";
import { printText } from "../language/print";
import { type StationaryPoint, stationaryPoints } from "../optima/stationary";
import { conditionText } from "../optima/stationary/conditions";
import { insertBelow, type Insertion } from "./insertion";
import type { Snapshot } from "./snapshot";
import type { Target } from "./target";
import { inTurns, type Turn } from "./turn";
import { latexIn } from "./writing";

export interface SolvedBelow {
  readonly ok: true;
  readonly insertion: Insertion;
}

export interface NotSolved {
  readonly ok: false;
  readonly code: ProblemCode;
  readonly message: string;
}

/**
 * Where the gradient of a target is zero, below it: in `.mcalc` a definition (`w_star = …`) with its conditions as comments,
 * in a note a display formula.
 */
export async function solveBelow(
  snapshot: Snapshot,
  target: Target,
  variable: string,
  turn: Turn,
): Promise<SolvedBelow | NotSolved> {
  const { formula, expr } = target;
  const found = await inTurns(stationaryPoints({ expr, wrt: [variable], scope: formula.scope }), turn);
  if (!found.ok) return { ok: false, ...found.error };
  const statement =
    formula.notation === "mcalc"
      ? definitionOf(found, target, variable, formula.scope)
      : displayOf(found, latexIn(snapshot, formula));
  return {
    ok: true,
    insertion: insertBelow(snapshot.document, formula, statement),
  };
}

/** Comments say what the name is, and when. */
function definitionOf(found: StationaryPoint, { name: of, expr }: Target, variable: string, scope: Scope): string {
  const { left, right } = found.solutions[0]!;
  const base = left.kind === "name" ? `${variable}_star` : `vec_${variable}_star`;
  let free = base;
  for (let k = 2; scope.variables.has(free) || scope.definitions.has(free); k++) free = `${base}_${k}`;
  const gradient: Expr = {
    kind: "derivative",
    of: of ?? expr,
    wrt: [name(variable)],
  };
  const where = `# Where ${printText(gradient)} is zero${found.nature === undefined ? "" : `, a ${found.nature}`}`;
  const conditions = found.conditions.map((c) => `# if ${conditionText(c, printText)}`);
  return [where, ...conditions, `${free} = ${printText(right)}`].join("\n");
}

function displayOf(found: StationaryPoint, write: (e: Expr) => string): string {
  const { left, right } = found.solutions[0]!;
  const star = left.kind === "name" ? `${write(left)}^{*}` : `\\operatorname{vec}(${write((left as { args: readonly Expr[] }).args[0]!)}^{*})`; // prettier-ignore
  const conditions = found.conditions.map(
    ({ before, of, after }) => `\\text{if ${before === undefined ? "" : `${before} `}}${write(of)}\\text{ ${after}}`,
  );
  return [`${star} = ${write(right)}`, ...conditions].join(" \\quad ");
}
