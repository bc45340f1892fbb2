import { type Expr, someNode } from "../core/ast";
import type { Formula } from "../documents/document";
import { textOf } from "./digest";
import type { Meanings, Source } from "./meanings";
import type { NoteEquation } from "./note";
import type { Verdict } from "./verdict";

/** What comes before a chain of a note, as far as its verdicts may hang on it. */
export interface Before {
  /** All that is no name's: how much is proved, whether `dX` may be a derivative. */
  readonly state: string;
  readonly meanings: Meanings;
  /** Number of the section at hand. */
  readonly section: number;
  /** What wrong claims differentiate, as texts. */
  readonly discredited: ReadonlySet<string>;
}

/** How a chain was judged. Where nothing it hangs on has changed, it is judged the same again. */
export interface RememberedChain {
  readonly statement: Formula["statement"];
  readonly state: string;
  /** What names stood for that were asked for, and how many sections back that was said. */
  readonly meant: readonly (Source & { readonly name: string; readonly back: number })[];
  /** What its names stand for where something is said of their derivatives, and whether that was discredited. */
  readonly doubts: readonly { readonly of: string; readonly discredited: boolean }[];
  /** Equations that were found to hold, and those that went into the result. */
  readonly holds: readonly NoteEquation[];
  readonly found: readonly { readonly equation: NoteEquation; readonly verdict: Verdict }[];
  /** How many rules held only with `dX` for a derivative, and whether one held of differentials. */
  readonly adjoints: number;
  readonly differentials: boolean;
  /** The side that the next chain may go on from. */
  readonly exit?: { readonly side: Expr; readonly first: Expr; readonly doubted?: Expr };
}

type Finding = Omit<RememberedChain, "statement" | "state" | "meant" | "doubts">;

/** Puts together what is remembered of a chain; `undefined` where something it hangs on cannot be told again. */
export function remember(
  formula: Formula,
  before: Before,
  doubts: RememberedChain["doubts"],
  asked: ReadonlyMap<string, Source>,
  finding: Finding,
): RememberedChain | undefined {
  const meant: RememberedChain["meant"][number][] = [];
  for (const [name, source] of asked) {
    const { meaning } = source;
    if (meaning !== undefined && meaning.formula.basis === undefined) return undefined;
    meant.push({ ...source, name, back: before.section - (meaning?.section ?? 0) });
  }
  return { statement: formula.statement, state: before.state, meant, doubts, ...finding };
}

/** What a chain says of derivatives of names that are defined. */
export function doubtsOf(formula: Formula, discredited: ReadonlySet<string>): RememberedChain["doubts"] {
  const { statement, scope } = formula;
  const texts = new Set<string>();
  if (statement.kind === "claim")
    for (const side of statement.sides)
      someNode(side, (n) => {
        const of = n.kind === "derivative" || n.kind === "differential" ? n.of : undefined;
        const d = of?.kind === "name" || of?.kind === "call" ? scope.definitions.get(of.name) : undefined;
        if (d !== undefined) texts.add(textOf(d.body));
        return false;
      });
  return [...texts].map((of) => ({ of, discredited: discredited.has(of) }));
}

/** Whether a chain would be judged as it was. */
export function holdsStill(known: RememberedChain, formula: Formula, before: Before): boolean {
  return (
    known.statement === formula.statement &&
    known.state === before.state &&
    known.doubts.every((d) => before.discredited.has(d.of) === d.discredited) &&
    known.meant.every(({ name, meaning, label, back }) => {
      const now = before.meanings.source(name);
      if (meaning === undefined || now.meaning === undefined) return meaning === now.meaning;
      return (
        now.meaning.body === meaning.body &&
        now.meaning.formula.basis === meaning.formula.basis &&
        before.section - now.meaning.section === back &&
        now.label?.letter === label?.letter &&
        now.label?.offset === label?.offset
      );
    })
  );
}
