import { type Expr, someNode } from "../core/ast";
import { dimEqual, isOne } from "../core/dimension";
import { closeProperties, type Property, type Scope, type Variable } from "../core/scope";
import type { Steps } from "../core/steps";
import { areNothing, comparingSides, type Ground } from "./compare";
import { isZero } from "./note";
import { dependsOn, namesDifferentiated } from "./varying";
import type { Verdict } from "./verdict";

/** What people leave unsaid: matrices are symmetric or orthogonal, numbers and entries positive. */
const UNSAID: readonly { readonly property: Property; readonly fits: (v: Variable) => boolean }[] = [
  { property: "symmetric", fits: isSquareMatrix },
  { property: "positive", fits: () => true },
  { property: "orthogonal", fits: isSquareMatrix },
];

function isSquareMatrix(v: Variable): boolean {
  return dimEqual(v.shape.rows, v.shape.cols) && !isOne(v.shape.rows);
}

/** A skew-symmetric matrix that is symmetric as well is zero, and of zero everything holds. */
const isContrary = (v: Variable, property: Property): boolean =>
  v.properties.has("skew") && (property === "symmetric" || property === "positive");

/** The scope with one more promise about some variables. */
export function assuming(scope: Scope, names: readonly string[], property: Property): Scope {
  const variables = new Map(scope.variables);
  for (const n of names) {
    const v = variables.get(n);
    if (v !== undefined) variables.set(n, { ...v, properties: closeProperties([...v.properties, property]) });
  }
  return { ...scope, variables };
}

/** The same of those of the names that are square matrices. */
export const assumingOfMatrices = (scope: Scope, names: readonly string[], property: Property): Scope =>
  assuming(
    scope,
    names.filter((n) => {
      const v = scope.variables.get(n);
      return v !== undefined && isSquareMatrix(v);
    }),
    property,
  );

/** The least promise about variables under which two sides that differ become equal, if one of the usual ones does. */
export function* missingAssumption(left: Expr, right: Expr, ground: Ground): Steps<Verdict["condition"]> {
  const { scope } = ground;
  const used = dependsOn(right, scope, dependsOn(left, scope));
  const variables = [...used].map((n) => scope.variables.get(n)).filter((v) => v !== undefined);
  const saysZero = isZero(left) || isZero(right);
  const holds = function* (names: readonly string[], property: Property): Steps<boolean> {
    const assumed = { ...ground, scope: assuming(scope, names, property) };
    const numbers = yield* comparingSides(left, right, assumed);
    // What both sides vanish under would be a condition of anything.
    return numbers.relation === "equal" && (saysZero || !areNothing(numbers));
  };
  // What is differentiated by is free: it is not orthogonal.
  const { by } = namesDifferentiated([left, right]);
  const isFree = (n: string): boolean => by.has(n) || [left, right].some((e) => someNode(e, (d) => d.kind === "differential" && dependsOn(d.of, scope).has(n))); // prettier-ignore
  for (const { property, fits } of UNSAID) {
    const names = variables
      .filter(
        (v) =>
          fits(v) &&
          !v.properties.has(property) &&
          !isContrary(v, property) &&
          !(property === "orthogonal" && isFree(v.name)),
      )
      .map((v) => v.name);
    if (names.length === 0 || names.length > 8) continue;
    if (!(yield* holds(names, property))) continue;
    // All of them suffice: leave out, one by one, those that are not needed.
    let needed = names;
    for (const n of names) {
      const fewer = needed.filter((m) => m !== n);
      if (fewer.length > 0 && (yield* holds(fewer, property))) needed = fewer;
    }
    return { names: needed, property };
  }
  return undefined;
}
