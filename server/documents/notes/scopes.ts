import type { Definition, Scope, Variable } from "../../core/scope";
import type { PersistentMap } from "../persistent";
import { type Fact, plainVariable } from "./facts";
import { NamesWhere, Overlay } from "./overlay";

/** What a note knows at one place. */
export interface KnownAt {
  readonly facts: PersistentMap<Fact>;
  readonly definitions: PersistentMap<Definition>;
  readonly dimensions: PersistentMap<true>;
}

/** What a formula knows better than the note at its place. */
export interface OwnNames {
  /** Its names with the shapes that fit into it. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** Those of them that are guessed. */
  readonly guessed: ReadonlySet<string>;
  /** Names that vary freely in it, whatever they are defined as. */
  readonly free: ReadonlyMap<string, undefined>;
}

/** What is known in a formula. */
export function scopeOf(own: OwnNames, at: KnownAt): { readonly scope: Scope; readonly guessed: ReadonlySet<string> } {
  return {
    scope: {
      variables: new Overlay(variablesIn(at.facts), own.variables),
      definitions: own.free.size === 0 ? at.definitions : new Overlay(at.definitions, own.free),
      dimensions: namesIn(at.dimensions),
    },
    guessed: new NamesWhere(at.facts, (f) => !f.certain, own.guessed),
  };
}

function variablesIn(facts: PersistentMap<Fact>): ReadonlyMap<string, Variable> {
  let out = VARIABLES.get(facts);
  if (out === undefined) VARIABLES.set(facts, (out = new Variables(facts)));
  return out;
}
const VARIABLES = new WeakMap<PersistentMap<Fact>, Variables>();

function namesIn(map: PersistentMap<true>): ReadonlySet<string> {
  let out = NAMES.get(map);
  if (out === undefined) NAMES.set(map, (out = new NamesWhere(map, () => true, NO_NAMES)));
  return out;
}
const NAMES = new WeakMap<PersistentMap<true>, ReadonlySet<string>>();
const NO_NAMES: ReadonlySet<string> = new Set();

/** Facts seen as variables. */
class Variables implements ReadonlyMap<string, Variable> {
  constructor(private readonly facts: PersistentMap<Fact>) {}

  get(name: string): Variable | undefined {
    const fact = this.facts.get(name);
    return fact === undefined ? undefined : plainVariable(name, fact);
  }

  has(name: string): boolean {
    return this.facts.has(name);
  }

  get size(): number {
    return this.facts.size;
  }

  *entries(): MapIterator<[string, Variable]> {
    for (const [name, fact] of this.facts) yield [name, plainVariable(name, fact)];
  }

  keys(): MapIterator<string> {
    return this.facts.keys();
  }

  *values(): MapIterator<Variable> {
    for (const [, variable] of this.entries()) yield variable;
  }

  [Symbol.iterator](): MapIterator<[string, Variable]> {
    return this.entries();
  }

  forEach(f: (value: Variable, name: string, map: ReadonlyMap<string, Variable>) => void): void {
    for (const [name, variable] of this.entries()) f(variable, name, this);
  }
}
