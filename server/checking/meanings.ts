import { children, type Expr, withChildren } from "../core/ast";
import type { Formula } from "../documents/document";

/** What a name of a note stands for. */
export interface Meaning {
  readonly body: Expr;
  /** Where that was said, and the number of the section. */
  readonly formula: Formula;
  readonly section: number;
}

/** A name with a label that counts: `z^{(l+1)}`, `W_{2}`. */
export interface Labelled {
  /** The name without its label. */
  readonly stem: string;
  /** The letter of the label; empty for a number. */
  readonly letter: string;
  readonly offset: number;
}

const LABEL = /^(.+[\^_][([]?)(?:([a-zA-Z])([+-]\d{1,3})?|(\d{1,3}))([)\]]?)$/;

/** A name taken apart, if it has a label that counts. */
export function labelled(name: string): Labelled | undefined {
  const m = LABEL.exec(name);
  if (m === null) return undefined;
  return { stem: `${m[1]!}…${m[5]!}`, letter: m[2] ?? "", offset: Number(m[3] ?? m[4] ?? 0) };
}

/** The name with its label. */
export function relabelled({ stem, letter, offset }: Labelled): string {
  const [before, after] = stem.split("…") as [string, string];
  const by = offset === 0 ? "" : offset > 0 ? `+${offset}` : `${offset}`;
  return `${before}${letter === "" ? offset : `${letter}${by}`}${after}`;
}

/** The same expression at another layer: each label with `letter` in it moves along. */
function shifted(e: Expr, letter: string, to: Pick<Labelled, "letter" | "offset">): Expr {
  const parts = children(e);
  const out =
    parts.length === 0
      ? e
      : withChildren(
          e,
          parts.map((p) => shifted(p, letter, to)),
        );
  if (out.kind !== "name" && out.kind !== "call") return out;
  const own = labelled(out.name);
  if (own === undefined || own.letter !== letter) return out;
  return { ...out, name: relabelled({ ...own, letter: to.letter, offset: own.offset + to.offset }) };
}

/** Where it is said what a name stands for: of itself, or of another layer with its own label. */
export interface Source {
  readonly meaning?: Meaning;
  readonly label?: Labelled;
}

/**
 * What the names of a note stand for, in the order of the text. What is said of one layer (`z^{(l)} = …`) holds of every
 * other (`z^{(l+1)}`, `z^{(2)}`).
 */
export class Meanings {
  private readonly values = new Map<string, Meaning>();
  /** The earliest section whose meanings were asked for since this was last set. */
  oldest = Infinity;
  /** The names that were asked for since this was last set, with what was said of them. */
  asked: Map<string, Source> | undefined;
  /** By the stem of their label. */
  private readonly layers = new Map<string, { readonly label: Labelled; readonly meaning: Meaning }>();

  set(name: string, meaning: Meaning): void {
    this.values.set(name, meaning);
    const label = labelled(name);
    if (label !== undefined && label.letter !== "") this.layers.set(label.stem, { label, meaning });
  }

  get(name: string): Meaning | undefined {
    const { meaning, label: from } = this.source(name);
    if (meaning === undefined) return undefined;
    this.oldest = Math.min(this.oldest, meaning.section);
    if (from === undefined) return meaning;
    const label = labelled(name)!;
    const to = { letter: label.letter, offset: label.offset - from.offset };
    return { ...meaning, body: shifted(meaning.body, from.letter, to) };
  }

  /** Where it is said what a name stands for. */
  source(name: string): Source {
    const own = this.values.get(name);
    const label = own === undefined ? labelled(name) : undefined;
    const found: Source = own !== undefined ? { meaning: own } : ((label && this.layers.get(label.stem)) ?? NOWHERE);
    this.asked?.set(name, found);
    return found;
  }
}

const NOWHERE: Source = {};
