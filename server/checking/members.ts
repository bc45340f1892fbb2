import { children, type Expr, someNode, withChildren } from "../core/ast";
import { labelled, relabelled } from "./meanings";
import { terms } from "./variants";
import { hasDerivative } from "./varying";

/**
 * A rule that adds up what the members of a family give (`Σ_t ∂L/∂o_t h_tᵀ`, examples or steps in time), as what it says
 * of one member: the sum is right for every loss if and only if each of its terms is.
 */
export interface OneMember {
  /** The letter that the members are counted by. */
  readonly letter: string;
  readonly side: Expr;
}

/** The side for one member; `undefined` where it adds up something else than derivatives by members, or nothing. */
export function forOneMember(e: Expr): OneMember | undefined {
  let letter: string | undefined;
  let fits = true;
  const visit = (x: Expr): Expr => {
    if (x.kind === "sumover") {
      letter ??= x.variable;
      fits &&= x.variable === letter && !hasSum(x.body);
      // What is added to every member once more is added as often as there are members.
      fits &&= terms(x.body).every(({ term }) => hasDerivative(term));
      return x.body;
    }
    if (!hasSum(x)) {
      outside.push(x);
      return x;
    }
    fits &&= x.kind === "apply" && LINEAR.has(x.op) && (x.op !== "div" || !hasSum(x.args[1]!));
    fits &&= x.kind === "apply" && (x.op !== "mul" || x.args.filter(hasSum).length === 1);
    return withChildren(x, children(x).map(visit));
  };
  const outside: Expr[] = [];
  const side = visit(e);
  if (letter === undefined || !fits) return undefined;
  const by = letter;
  if (outside.some((x) => mentionsMember(x, by))) return undefined;
  return { letter, side };
}

/** What a side is the mean of: `1/m` or `/ m` with a number m of which nothing is said taken off. */
export function ofMean(e: Expr, isCount: (name: string) => boolean): Expr | undefined {
  if (e.kind !== "apply" || (e.op !== "div" && e.op !== "mul")) return undefined;
  const [a, b] = e.args as readonly [Expr, Expr];
  if (e.op === "div") return b.kind === "name" && isCount(b.name) ? a : undefined;
  const isShare = a.kind === "apply" && a.op === "div" && a.args[0]!.kind === "number" && a.args[0]!.value === 1;
  if (isShare) return a.args[1]!.kind === "name" && isCount(a.args[1]!.name) ? b : undefined;
  const rest = ofMean(a, isCount);
  return rest === undefined ? undefined : { ...e, args: [rest, b] };
}

const LINEAR: ReadonlySet<string> = new Set(["add", "sub", "neg", "mul", "div", "transpose"]);

const hasSum = (e: Expr): boolean => someNode(e, (n) => n.kind === "sumover");

const mentionsMember = (e: Expr, letter: string): boolean =>
  someNode(e, (n) => n.kind === "name" && (n.name === letter || labelled(n.name)?.letter === letter));

/** Whether a name is that of the member at hand, `h_t`. */
export const isMember = (name: string, letter: string): boolean => {
  const label = labelled(name);
  return label?.letter === letter && label.offset === 0;
};

/** The member at hand to which another one of the same family belongs: `h_t` to `h_{t-1}`; `undefined` for all else. */
export function ownMember(name: string, letter: string): string | undefined {
  const label = labelled(name);
  return label === undefined || label.letter !== letter || label.offset === 0
    ? undefined
    : relabelled({ ...label, offset: 0 });
}
