import { children, type Expr, freeNames } from "../../core/ast";
import type { MathDocument } from "../../documents/document";
import { expressions } from "../../language/statement";
import type { Finding } from "./finding";

// What depends on a variable although nothing says how.

/** `dy/dx` in the formulas of a note: for each x the names that are differentiated by it as they are. */
const differentiated = new WeakMap<MathDocument, ReadonlyMap<string, ReadonlySet<string>>>();

function differentiatedIn(document: MathDocument): ReadonlyMap<string, ReadonlySet<string>> {
  const known = differentiated.get(document);
  if (known !== undefined) return known;
  const found = new Map<string, Set<string>>();
  const visit = (e: Expr): void => {
    if (e.kind === "derivative" && e.of.kind === "name")
      for (const w of e.wrt)
        if (w.kind === "name" && w.name !== e.of.name) {
          const of = found.get(w.name) ?? new Set();
          found.set(w.name, of.add(e.of.name));
        }
    children(e).forEach(visit);
  };
  for (const { statement } of document.formulas) expressions(statement).forEach(visit);
  differentiated.set(document, found);
  return found;
}

/**
 * `d/dx (e^{x/5} y) = 10 e^{x/5}` in a note that has `dy/dx`: y is a function of x, which nothing gives, and no constant.
 */
export function isOfDependentNames({ document, equation, verdict, formula: { scope } }: Finding): boolean {
  if (
    equation === undefined ||
    verdict?.general === true ||
    verdict?.ground === "world" ||
    verdict?.ground === "partials"
  )
    return false;
  const visit = (e: Expr): boolean => {
    // An entry `y_i`, a value `y(x)` is what is differentiated itself.
    if (e.kind === "derivative" && children(e.of).length > 0 && e.of.kind !== "index" && e.of.kind !== "call") {
      const names = freeNames(e.of);
      for (const w of e.wrt)
        if (w.kind === "name" && [...(differentiatedIn(document).get(w.name) ?? [])].some((y) => names.has(y) && !scope.definitions.has(y))) return true; // prettier-ignore
    }
    return children(e).some(visit);
  };
  return [equation.left, equation.right].some(visit);
}
