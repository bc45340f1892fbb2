import { type Expr, size } from "../core/ast";
import { namedParts, type Where } from "../calculus";
import { type Scope, withDefinition } from "../core/scope";
import { shapesIn } from "../notation/kinds";
import type { Snapshot } from "./snapshot";
import type { Target } from "./target";
import { inTurns, type Turn } from "./turn";

/** Leaves and operators of an answer from which on what recurs in it gets a name. */
const LONG = 18;

/** Answers as they are shown, and the scope that knows every name in them. */
export type Shortened = Where & { readonly scope: Scope };

/** The scope behind a target: it knows the target's own name. */
export function scopeBehind({ formula, expr, name }: Target): Scope {
  const { scope } = formula;
  return name?.kind !== "name" || scope.definitions.has(name.name) ? scope : withDefinition(scope, name.name, expr);
}

/** Derivatives of a target; where they are long, what recurs in them under names that the document does not use. */
export async function shortened(
  snapshot: Snapshot,
  target: Target,
  answers: readonly Expr[],
  turn: Turn,
): Promise<Shortened> {
  const scope = scopeBehind(target);
  if (answers.every((e) => size(e) < LONG)) return { definitions: [], answers, scope };
  return inTurns(namedParts(answers, scope, shapesIn(scope), { reserved: namesOf(snapshot) }), turn);
}

/** All names that a document uses, also below the target. */
function* namesOf({ document }: Snapshot): Generator<string> {
  const last = document.formulas.at(-1)?.scope;
  if (last !== undefined) yield* [...last.variables.keys(), ...last.definitions.keys(), ...last.dimensions];
}
