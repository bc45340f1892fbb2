import { type Dim, dimName, dimNames, dimSubstitute, isOne } from "./dimension";
import type { Expr } from "./ast";
import type { Shape } from "./shape";

/** What a declaration may promise of a value. `posdef` implies `symmetric` and `invertible`, and so on. */
export type Property =
  | "symmetric"
  | "skew"
  | "diagonal"
  | "posdef"
  | "psd"
  | "orthogonal"
  | "invertible"
  | "lower"
  | "upper"
  | "positive"
  | "nonneg";

export const PROPERTIES: readonly Property[] = [
  "symmetric", "skew", "diagonal", "posdef", "psd", "orthogonal", "invertible", "lower", "upper", "positive", "nonneg",
]; // prettier-ignore

const IMPLIED: Partial<Record<Property, readonly Property[]>> = {
  posdef: ["symmetric", "invertible", "psd"],
  psd: ["symmetric"],
  diagonal: ["symmetric", "lower", "upper"],
  orthogonal: ["invertible"],
  positive: ["nonneg"],
};

/** A set of properties together with all that they imply. */
export function closeProperties(given: Iterable<Property>): ReadonlySet<Property> {
  const out = new Set<Property>();
  const visit = (p: Property) => {
    if (out.has(p)) return;
    out.add(p);
    IMPLIED[p]?.forEach(visit);
  };
  for (const p of given) visit(p);
  return out;
}

/** A variable: its shape, what is promised of it, and the range of its index where it is a family `x_i`. */
export interface Variable {
  readonly name: string;
  readonly shape: Shape;
  /** Closed under implication (`closeProperties`). */
  readonly properties: ReadonlySet<Property>;
  readonly family?: { readonly index: string; readonly from: Dim; readonly to: Dim };
}

/** A name given to an expression (`loss = …`), or with parameters, a function (`r(v) = …`). */
export interface Definition {
  readonly name: string;
  readonly parameters?: readonly string[];
  readonly body: Expr;
}

/**
 * What is known at one place of a document. Plain data: lookups only, nothing is inferred here.
 * A family declared as `x_i : … for i = 1..N` is stored under its base name `x`, or as `x_` beside a variable `x`.
 */
export interface Scope {
  readonly variables: ReadonlyMap<string, Variable>;
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Names that are dimensions, and so also scalars. */
  readonly dimensions: ReadonlySet<string>;
}

/**
 * The member of a family that a name such as `x_j` stands for: base `x`, index `j`. Notes also write `x^{(j)}` and
 * `W^{[l]}`: the names `x^(j)` and `W^[l]`, of the families `x^()` and `W^[]`.
 */
export function familyMember(scope: Scope, name: string): { variable: Variable; index: string } | undefined {
  const raised = /^(.+\^[([])([^()[\]]+)([)\]])$/.exec(name);
  if (raised !== null) {
    const variable = scope.variables.get(raised[1]! + raised[3]!);
    return variable?.family === undefined ? undefined : { variable: ofIndex(variable, raised[2]!), index: raised[2]! };
  }
  const at = name.lastIndexOf("_");
  if (at <= 0) return undefined;
  const [base, index] = [name.slice(0, at), name.slice(at + 1)];
  for (const key of [base, besideVariable(base)]) {
    const variable = scope.variables.get(key);
    if (variable?.family !== undefined) return { variable: ofIndex(variable, index), index };
  }
  return undefined;
}

/** A member whose sizes run with its index: of `h^{(l)}` with n_l entries, `h^{(l-1)}` has n_{l-1}. */
function ofIndex(variable: Variable, index: string): Variable {
  const shape = memberShape(variable.shape, variable.family!.index, index);
  return shape === variable.shape ? variable : { ...variable, shape };
}

/** A shape that is stated for one index, for another one. Sizes `n_{l-1}` are the names `n_l1`. */
export function memberShape(shape: Shape, from: string, to: string): Shape {
  if (to === from) return shape;
  const ofDim = (d: Dim): Dim => {
    const by = new Map<string, Dim>();
    for (const n of dimNames(d)) {
      const found = new RegExp(`^(.+_|.+\\[|.+\\()${from}(\\d*)([\\])]?)$`, "u").exec(n);
      const shift = new RegExp(`^${from}-(\\d+)$`, "u").exec(to);
      if (found === null) continue;
      const back = Number(found[2] === "" ? 0 : found[2]) + (shift === null ? 0 : Number(shift[1]));
      // `n_{l-1}` of the first layer is `n_0`.
      const label =
        shift !== null
          ? `${from}${back === 0 ? "" : back}`
          : /^\d+$/.test(to)
            ? String(Number(to) - back)
            : `${to}${found[2]!}`;
      by.set(n, dimName(`${found[1]!}${label}${found[3]!}`));
    }
    return by.size === 0 ? d : dimSubstitute(d, by);
  };
  const rows = ofDim(shape.rows);
  const cols = ofDim(shape.cols);
  return rows === shape.rows && cols === shape.cols ? shape : { rows, cols };
}

/** Whether a number is also the size of something: `n` beside a vector of length n. */
export const isSize = (scope: Scope, { name, shape, family }: Variable): boolean =>
  family === undefined && scope.dimensions.has(name) && isOne(shape.rows) && isOne(shape.cols);

/** The name under which the members `x_i` are stored where `x` is a variable of its own. */
export const besideVariable = (base: string): string => `${base}_`;

/** What the names of the members of a family begin with. */
export const memberBase = (family: string): string => (family.endsWith("_") ? family.slice(0, -1) : family);

/** The scope behind a definition. */
export const withDefinition = (scope: Scope, name: string, body: Expr): Scope => ({
  variables: scope.variables,
  dimensions: scope.dimensions,
  definitions: new Map([...scope.definitions, [name, { name, body }]]),
});
