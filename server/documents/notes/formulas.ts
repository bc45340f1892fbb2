import { collectMacros, type Macros } from "../../language/latex/macros";
import { readRows, type Sentence } from "../../language/latex/rows";
import type { Part } from "../markdownMath";
import { type Usage, usageOf } from "./usage";

/** What stands in a formula, by its text: shared by all versions of all documents. */
export interface Parsed {
  readonly sentences: readonly Sentence[];
  readonly usage: Usage;
}

/** Formulas of no open document that are remembered, for each choice of macros. */
const MOST_FORMULAS = 3_000;
const MOST_PARSERS = 3;

/** Parses the formulas of texts with the same macros. */
export class FormulaParser {
  private readonly formulas = new Map<string, Parsed>();
  private readonly parts = new WeakMap<Part, readonly (Parsed | undefined)[]>();

  constructor(private readonly macros: Macros) {}

  private formula(text: string): Parsed {
    let found = this.formulas.get(text);
    if (found === undefined) {
      const sentences = readRows(text, this.macros);
      found = { sentences, usage: usageOf(sentences) };
      if (this.formulas.size >= MOST_FORMULAS) this.formulas.delete(this.formulas.keys().next().value!);
      this.formulas.set(text, found);
    }
    return found;
  }

  known(part: Part): readonly (Parsed | undefined)[] | undefined {
    return this.parts.get(part);
  }

  /** The formulas of a part, one for each region; `undefined` where that is no formula. */
  *part(part: Part): Generator<undefined, readonly (Parsed | undefined)[]> {
    const out: (Parsed | undefined)[] = [];
    for (const r of part.regions) {
      out.push(r.kind === "math" ? this.formula(part.text.slice(r.inner.start, r.inner.end)) : undefined);
      if (r.kind === "math") yield undefined;
    }
    this.parts.set(part, out);
    return out;
  }
}

/** By the macros in force. */
const parsers = new Map<string, FormulaParser>();

/** The parser for a text whose macros are those that it defines, over those of the settings. */
export function* parserFor(
  text: string,
  settings: Readonly<Record<string, string>> | undefined,
): Generator<undefined, FormulaParser> {
  const key = macroKey(text, settings);
  const found =
    parsers.get(key) ?? new FormulaParser(yield* collectMacros(text, settings) as Generator<undefined, Macros>);
  // The one used last is the last to go.
  parsers.delete(key);
  if (parsers.size >= MOST_PARSERS) parsers.delete(parsers.keys().next().value!);
  parsers.set(key, found);
  return found;
}

/** What the trees of a document depend on beside its formulas. */
function macroKey(text: string, settings: Readonly<Record<string, string>> | undefined): string {
  const own =
    text.match(
      /\\(?:(?:re|provide)?newcommand|def|let|DeclareMathOperator|DeclarePairedDelimiter)(?![a-zA-Z])[^\n]*/g,
    ) ?? [];
  // The prefix makes it a text of its own, which does not keep the document in memory.
  return "macros\n" + own.join("\n") + (settings === undefined ? "" : JSON.stringify(settings));
}
