import type { Scope } from "../core/scope";
import { familyMember } from "../core/scope";
import { operator } from "../operators";
import { GREEK } from "./tokens";
import { ALIASES } from "./vocabulary";

/** In what way a line is written, where it decides what a sign means. */
export interface Style {
  /** `*` of arrays goes entry by entry (NumPy, R, Wolfram). */
  readonly starIsElementwise: boolean;
  /** Entries are counted from 0 (Python, C++). */
  readonly countsFromZero: boolean;
  /** Round brackets behind an array name entries (MATLAB, C++), whatever stands in them. */
  readonly roundIndices: boolean;
  /** `f[x]` is a call, `x.y` a matrix product, `{…}` a list. */
  readonly wolfram: boolean;
}

/** What is known where a line stands: the scope, and parameters of a function whose body is read. */
export interface Known {
  readonly scope: Scope;
  readonly style: Style;
  readonly locals: ReadonlySet<string>;
}

export const isVariable = (known: Known, name: string): boolean =>
  known.locals.has(name) || known.scope.variables.has(name) || familyMember(known.scope, name) !== undefined;

/** Whether a name stands for a value here. */
export const isValue = (known: Known, name: string): boolean =>
  isVariable(known, name) || known.scope.definitions.has(name) || known.scope.dimensions.has(name);

/** Whether a name is a function: the document's own, or one that mcalc or another language has. */
export function isFunction(known: Known, name: string): boolean {
  if (isVariable(known, name)) return false;
  const definition = known.scope.definitions.get(name);
  if (definition !== undefined) return definition.parameters !== undefined;
  return isKnownFunction(name);
}

export const isKnownFunction = (name: string): boolean => {
  const o = operator(name);
  return (o !== undefined && o.group !== "sign") || ALIASES.has(name.toLowerCase());
};

/** A letter, with something below it or not, or the name of a Greek one: what a line may introduce by using it. */
export const mayBeDeclared = (name: string): boolean =>
  !/^(?:T|d|e|i|j|k)$/.test(name) &&
  !isKnownFunction(name) &&
  (/^\p{L}(?:_?[\p{Nd}\u2080-\u2089]+|_\p{L}{1,8})?$/u.test(name) || Object.hasOwn(GREEK, name));
