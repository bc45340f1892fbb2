import { children, type Expr, freeNames } from "../../core/ast";
import { isScalar } from "../../core/shape";
import type { Formula, MathDocument } from "../../documents/document";
import { type Distance, Passages } from "../../documents/passages";
import { valuesIn } from "../givenValues";
import { operator } from "../../operators";

/** Where the names of some expressions come from. */
export interface Provenance {
  /** Names that stand for something: neither indices nor bounds of sums. */
  readonly names: number;
  /** Names of which nothing is said, taken for numbers; and for vectors or matrices. */
  readonly guessedNumbers: number;
  readonly guessedArrays: number;
  /** Names that are declared, or computed from such. */
  readonly certain: number;
  /** Definitions that were put in, by how far away they were given. */
  readonly definitions: Readonly<Record<Distance, number>>;
  /** Definitions put in that were given as a case, an example or in an item of a list that has ended. */
  readonly ended: number;
  /** Definitions put in of names that the note defines more than once. */
  readonly redefined: number;
  /** Definitions put in of names of which the note says more than once what they are. */
  readonly repeated: number;
  /** Names that were said what they are in another item of a list. */
  readonly inOtherItems: number;
  /** Functions called that have no definition, and those that have one. */
  readonly openCalls: number;
  readonly calls: number;
}

/** Where the names of some sides come from that stand in a formula of a note. */
export function provenanceOf(sides: readonly Expr[], formula: Formula, document: MathDocument): Provenance {
  const { scope, guessed, span } = formula;
  const places = Passages.of(document);
  const definitions: Record<Distance, number> = { sentence: 0, paragraph: 0, section: 0, above: 0, elsewhere: 0 };
  const out = { names: 0, guessedNumbers: 0, guessedArrays: 0, certain: 0, ended: 0, redefined: 0, repeated: 0, inOtherItems: 0, openCalls: 0, calls: 0 }; // prettier-ignore
  const seen = new Set<string>();
  const values = valuesIn(document);
  const visit = (e: Expr, bound: ReadonlySet<string>): void => {
    // `∇f(x)` calls f, and nothing else.
    if (e.kind === "call" && !isNabla(e.name) && !seen.has(`${e.name}()`)) {
      seen.add(`${e.name}()`);
      const isKnown = scope.definitions.has(e.name);
      if (isKnown) out.calls++;
      else out.openCalls++;
      if (isKnown) follow(e.name, bound);
    }
    if (e.kind === "name" && !bound.has(e.name) && !seen.has(e.name)) {
      seen.add(e.name);
      const v = scope.variables.get(e.name);
      const d = scope.definitions.get(e.name);
      out.names++;
      if (d !== undefined) follow(e.name, bound);
      else if (guessed?.has(e.name) === true) {
        if (v === undefined || isScalar(v.shape)) out.guessedNumbers++;
        else out.guessedArrays++;
      } else {
        out.certain++;
        reach(document.origin(e.name, span.start)?.span.start);
      }
    }
    if (e.kind === "apply" && operator(e.op)?.ofDimensions === true) return;
    const within = e.kind === "sumover" ? new Set([...bound, e.variable]) : bound;
    for (const c of e.kind === "index" ? [e.base] : children(e)) visit(c, within);
  };
  const reach = (from: number | undefined): void => {
    if (from === undefined) return;
    if (places.inDifferentItems(from, span.start)) out.inOtherItems++;
  };
  const follow = (name: string, bound: ReadonlySet<string>): void => {
    const d = scope.definitions.get(name)!;
    const from = document.origin(name, span.start)?.span.start;
    const isHere = from !== undefined && from >= span.start && from <= span.end;
    if (from !== undefined && !isHere) {
      const distance = places.distance(from, span.start);
      definitions[distance]++;
      reach(from);
      const isNear = distance === "sentence" || distance === "paragraph";
      if (!isNear && (places.opensCase(from) || places.itemsBetween(from, span.start) > 0)) out.ended++;
    }
    const { times, different } = values.get(name) ?? { times: 0, different: 0 };
    if (different > 1) out.redefined++;
    if (times > 1) out.repeated++;
    visit(d.body, d.parameters === undefined ? bound : new Set([...bound, ...d.parameters]));
  };
  for (const side of sides) visit(side, new Set());
  return { ...out, definitions };
}

const isNabla = (name: string): boolean => name === "∇" || name === "∇²";

/** The different letters in some expressions. */
export const lettersIn = (sides: readonly Expr[]): ReadonlySet<string> => {
  const out = new Set<string>();
  for (const s of sides) freeNames(s, out);
  return out;
};
