import { type Dim, dimName, dimNames, dimSubstitute } from "../../core/dimension";
import type { Property, Variable } from "../../core/scope";
import type { Shape } from "../../core/shape";
import { isOpenName } from "./solver";

/** What is known of a value. Sizes that begin with `?` are open. */
export interface Fact {
  readonly shape: Shape;
  /** Declared, a literal, or computed from such. */
  readonly certain: boolean;
  /** The text says of what kind it is, without sizes. */
  readonly told?: boolean;
  /** How deep in the sections of the note it was stated. */
  readonly depth?: number;
  readonly properties: ReadonlySet<Property>;
  readonly family?: { readonly index: string; readonly from: Dim; readonly to: Dim };
}

/** A fact that proves nothing any more: always the same one for the same fact. */
export function demoted(fact: Fact): Fact {
  let out = DEMOTED.get(fact);
  if (out === undefined) DEMOTED.set(fact, (out = { ...fact, certain: false }));
  return out;
}
const DEMOTED = new WeakMap<Fact, Fact>();

/** A variable as the rest of the note sees it: open sizes get names of their own. */
export function plainVariable(name: string, fact: Fact): Variable {
  let out = PLAIN.get(fact);
  if (out?.name !== name) {
    out = {
      name,
      shape: { rows: closed(fact.shape.rows), cols: closed(fact.shape.cols) },
      properties: fact.properties,
      ...(fact.family === undefined ? {} : { family: fact.family }),
    };
    PLAIN.set(fact, out);
  }
  return out;
}
const PLAIN = new WeakMap<Fact, Variable>();

function closed(d: Dim): Dim {
  const open = dimNames(d).filter(isOpenName);
  if (open.length === 0) return d;
  return dimSubstitute(d, new Map(open.map((n) => [n, dimName(n.slice(1).replace(/[^\p{L}\p{N}]+/gu, "_"))])));
}
