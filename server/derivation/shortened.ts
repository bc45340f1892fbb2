import { type Expr, sameExpr, size } from "../core/ast";
import { type Scope, withDefinition } from "../core/scope";
import type { Shape } from "../core/shape";
import type { Steps } from "../core/steps";
import { where } from "../calculus";
import { changedPaths } from "./changed";
import type { Derivation, Part, Step } from "./derivation";
import { takenNames } from "./naming";
import { firstWrongLine } from "./verify";

/** Leaves and operators of a line from which on what recurs in the lines gets a name. */
const LONG = 32;
/** The share of a line that a name may stand for, at most. */
const SHARE = 0.6;
/** What a name must save in all lines together. */
const SAVES = 8;
/** Names made for one part of a derivation, at most. */
const MOST = 4;

/**
 * A derivation with names for what recurs in its lines, where these are long: the author's own first. The lines are
 * compared with numbers again; where one does not hold, the derivation stays as it was.
 */
export function* shortened(
  derivation: Derivation,
  shapeIn: (scope: Scope) => (e: Expr) => Shape | undefined,
): Steps<Derivation> {
  let { scope } = derivation;
  const parts: Part[] = [];
  for (const part of derivation.parts) {
    if (part.steps.every((s) => size(s.after) < LONG)) {
      parts.push(part);
      continue;
    }
    const lines = part.steps.flatMap((s) => [s.after, ...s.where.map((w) => w.right)]);
    const reserved = [...takenNames(scope, lines)].flatMap((n) => [n, n.replace(/^d(?=.)/, "")]);
    const own = part.value.kind === "name" ? part.value.name : "";
    const found = where(lines, without(scope, own), shapeIn(scope), {
      reserved,
      most: MOST,
      share: SHARE,
      saves: SAVES,
    });
    yield;
    const next = found.definitions.reduce((s, d) => withDefinition(s, d.name, d.body), scope);
    const steps = rewritten(part.steps, found.answers);
    const equations = steps.flatMap((s) => [{ left: s.left, right: s.after }, ...s.where]);
    if ((yield* firstWrongLine(part.value, equations, part.wrt, next)) !== -1) {
      parts.push(part);
      continue;
    }
    scope = next;
    const named = found.definitions.map((d) => ({ name: d.name, expr: d.body, own: false }));
    parts.push({ ...part, steps, named: [...part.named, ...named] });
  }
  return { ...derivation, parts, steps: parts.flatMap((p) => p.steps), scope };
}

/** The scope without the value itself: its name stands for the whole, not for a part of a line. */
const without = (scope: Scope, name: string): Scope => ({
  ...scope,
  definitions: new Map([...scope.definitions].filter(([n]) => n !== name)),
});

/** The steps with other lines; a step that now says the same as the one before is left out. */
function rewritten(steps: readonly Step[], lines: readonly Expr[]): Step[] {
  const out: Step[] = [];
  let at = 0;
  for (const s of steps) {
    const after = lines[at++]!;
    const equations = s.where.map((w) => ({ left: w.left, right: lines[at++]! }));
    const above = out.at(-1);
    if (above !== undefined && sameExpr(above.left, s.left) && sameExpr(above.after, after)) continue;
    const before = above !== undefined && sameExpr(above.left, s.left) ? above.after : s.before;
    out.push({ ...s, before, after, changed: changedPaths(before, after), where: equations });
  }
  return out;
}
