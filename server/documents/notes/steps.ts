import type { Shape } from "../../core/shape";
import type { Knowledge } from "../../language/latex/read";
import type { Part, Region } from "../markdownMath";
import { declaredShapes } from "./ahead";
import type { Parsed } from "./formulas";
import type { Context, Step } from "./note";
import { type Inline, readProse, type Told } from "./prose";
import { sameValue } from "./same";

/** A step of reading with its place in its part. */
export interface PlacedStep {
  readonly step: Step;
  /** What its offsets count from, in the part. */
  readonly from: number;
  /** The formula of a sentence. */
  readonly region?: Region & { kind: "math" };
}

/** What there is to do for one part of a note. */
export interface PartSteps {
  readonly part: Part;
  readonly steps: readonly PlacedStep[];
  readonly hasFormulas: boolean;
  /** Shapes that are declared in it: for names that are used before that. */
  readonly declared: readonly (readonly [string, Shape])[];
}

/** Steps by the formulas of their part, with the styles that they asked for. */
const KNOWN = new WeakMap<
  readonly (Parsed | undefined)[],
  { readonly steps: PartSteps; readonly asked: readonly (readonly [string, string, boolean])[] }
>();

/** The steps that were found before for a part with these formulas, where no letter has changed its meaning for them. */
export function stepsFor(
  contents: readonly (Parsed | undefined)[],
  styleMatters: Knowledge["styleMatters"],
): PartSteps | undefined {
  const known = KNOWN.get(contents);
  return known?.asked.every(([name, style, matters]) => styleMatters(name, style) === matters) === true
    ? known.steps
    : undefined;
}

/** Regions that are gone through before others have their turn: a table or a list may have thousands. */
const AT_ONCE = 64;

/** The steps of reading a part whose formulas are parsed (`contents`: one for each region). */
export function* stepsOf(
  part: Part,
  contents: readonly (Parsed | undefined)[],
  matters: Knowledge["styleMatters"],
): Generator<undefined, PartSteps> {
  const asked = new Map<string, readonly [string, string, boolean]>();
  const styleMatters = (name: string, style: string): boolean => {
    const found = matters(name, style);
    if (style !== "") asked.set(`${style}:${name}`, [name, style, found]);
    return found;
  };
  const { text, regions } = part;
  const steps: PlacedStep[] = [];
  let waiting: { readonly told: Told; readonly from: number }[] = [];
  const tell = (until: number): void => {
    while (waiting.length > 0 && waiting[0]!.told.at + waiting[0]!.from <= until) {
      const { told, from } = waiting.shift()!;
      steps.push({ step: { kind: "told", told }, from });
    }
  };
  let block = 0;
  for (const [i, region] of regions.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) yield undefined;
    if (region.kind === "heading") {
      tell(Infinity);
      block = region.span.start;
      steps.push({ step: { kind: "heading", level: region.level, title: region.title }, from: block });
    }
    if (region.kind === "prose") {
      tell(Infinity);
      block = region.span.start;
      const inList = /^[ \t>]*(?:[-*+]|\d+[.)])[ \t]/.test(text.slice(block, block + 20));
      steps.push({ step: { kind: "paragraph", inList }, from: block });
      waiting = toldIn(part, contents, i, styleMatters).map((told) => ({ told, from: block }));
    }
    const content = contents[i];
    if (region.kind !== "math" || content === undefined) continue;
    tell(region.span.end);
    const inner = text.slice(region.inner.start, region.inner.end);
    const before = wordsBefore(text, block, region.span.start);
    for (const sentence of content.sentences) {
      const context = contextOf(`${before} ${sentence.after ?? ""}`, region.display);
      steps.push({ step: { kind: "sentence", sentence, text: inner, context }, from: region.inner.start, region });
    }
  }
  tell(Infinity);
  const hasFormulas = steps.some((s) => s.region !== undefined);
  const out = { part, steps, hasFormulas, declared: [...declaredShapes(contents, styleMatters)] };
  KNOWN.set(contents, { steps: out, asked: [...asked.values()] });
  return out;
}

/** What the words of a block say of the names in its formulas. */
function toldIn(
  { text, regions }: Part,
  contents: readonly (Parsed | undefined)[],
  at: number,
  styleMatters: Knowledge["styleMatters"],
): readonly Told[] {
  const { start, end } = regions[at]!.span;
  const inlines: Inline[] = [];
  for (let k = at + 1; k < regions.length && regions[k]!.span.start < end; k++) {
    const r = regions[k]!;
    if (r.kind !== "math") continue;
    const { sentences } = contents[k]!;
    inlines.push({
      span: { start: r.span.start - start, end: r.span.end - start },
      start: r.inner.start - start,
      pieces: sentences.length === 1 ? sentences[0]!.pieces : undefined,
    });
  }
  if (inlines.length === 0) return [];
  const words = text.slice(start, end);
  return readProse(words, inlines, { start: 0, end: words.length }, { styleMatters } as Knowledge);
}

const ENDS = [".", "!", "?", ":", ";"];
/** White space that is not a blank by itself: single blanks, by far the most, stay what they are. */
const BLANKS = /\s{2,}|[^\S ]/g;

/** The words of the same sentence in front of a formula, other formulas left out. */
function wordsBefore(text: string, from: number, to: number): string {
  const own = text.slice(Math.max(from, to - 200), to).replace(/\$[^$]*\$/g, " x ");
  return own.slice(Math.max(...ENDS.map((sign) => own.lastIndexOf(sign))) + 1).replace(BLANKS, " ");
}

/** What the words before a formula make of it. */
function contextOf(words: string, display: boolean): Context {
  const hypothetical =
    /\b(?:if|iff|when|whenever|unless|whether|for which|in case|case where|were|would|initially|at|subject to|such that|constraints?|constrained|satisf\w+)\b[^.;:]*$/i.test(
      words,
    );
  if (display && words.trim() === "") return { hypothetical };
  const stated =
    /\b(?:let|assum\w*|suppose|where|with|since|because|given|recall|note|for symmetric|as|(?:is|are) (?:orthonormal|orthogonal|symmetric))\b[^.;:]*$/i.test(
      words,
    );
  return { hypothetical, stated };
}

/** Whether two steps are the same to do. */
export function sameStep({ step: a }: PlacedStep, { step: b }: PlacedStep): boolean {
  if (a === b) return true;
  if (a.kind === "sentence")
    return b.kind === "sentence" && a.sentence === b.sentence && a.text === b.text && sameValue(a.context, b.context);
  return sameValue(a, b);
}
