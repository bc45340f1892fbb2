import { type Expr, freeNames, mapChildren, name } from "../../core/ast";
import type { Definition } from "../../core/scope";
import { textOf } from "../digest";
import { namesDifferentiated } from "../varying";

/** What does not change where it is differentiated. */
const valueName = (call: Expr): string => `value of ${textOf(call)}`;

const isFunction = (n: string): boolean => /^\p{L}/u.test(n) && n !== "at" && n !== "d/d" && n !== "bar";

/**
 * Values of functions of which nothing is said, at what nobody differentiates by, as numbers: the coefficients
 * `f'(x_k)` of `d/dt (f(x_k) + f'(x_k)t)`.
 */
export function constantCalls(
  sides: readonly Expr[],
  definitions: ReadonlyMap<string, Definition>,
): ((e: Expr) => Expr) | undefined {
  const { by } = namesDifferentiated(sides);
  if (by.size === 0) return undefined;
  const known = new Map<string, boolean>();
  const varies = (n: string): boolean => {
    if (by.has(n)) return true;
    const before = known.get(n);
    if (before !== undefined) return before;
    known.set(n, false);
    const d = definitions.get(n);
    const found = d !== undefined && [...freeNames(d.body)].some(varies);
    known.set(n, found);
    return found;
  };
  return (e) => {
    const visit = (x: Expr): Expr => {
      if (x.kind === "sumover") return x;
      if (x.kind === "call" && !definitions.has(x.name) && isFunction(x.name) && x.args.length > 0) {
        const free = x.args.flatMap((a) => [...freeNames(a)]);
        const isPlain = x.args.every((a) => a.kind === "name" || a.kind === "number");
        if (isPlain && !free.some(varies)) return name(valueName(x));
      }
      return mapChildren(x, visit);
    };
    return visit(e);
  };
}
