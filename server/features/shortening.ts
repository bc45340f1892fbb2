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

/** An answer with a line for each name above it, for languages in which these are definitions. */
export const namesAbove = ({ definitions, answers }: Shortened, write: (e: Expr) => string): string =>
  [...definitions.map((d) => `${d.name} = ${write(d.body)}`), write(answers[0]!)].join("\n");

/** An answer with its names behind it: `… \\quad \\text{where } D = …`. */
export function namesBehind(
  { definitions, answers }: Shortened,
  write: (e: Expr) => string,
  [space, word, comma]: readonly [string, string, string] = ["\\quad", "\\text{where }", ",\\quad "],
): string {
  const answer = write(answers[0]!);
  if (definitions.length === 0) return answer;
  const named = definitions.map((d) => `${write({ kind: "name", name: d.name })} = ${write(d.body)}`);
  return `${answer} ${space} ${word} ${named.join(comma)}`;
}

/** All names that a document uses, also below the target. */
function* namesOf({ document }: Snapshot): Generator<string> {
  const last = document.formulas.at(-1)?.scope;
  if (last !== undefined) yield* [...last.variables.keys(), ...last.definitions.keys(), ...last.dimensions];
}
