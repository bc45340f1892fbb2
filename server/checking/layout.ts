import type { Layout, LayoutChoice } from "../evaluation";
import type { Verdict } from "./verdict";

const CHOICES: readonly LayoutChoice[] = ["transposedGradients", "transposedMatrixGradients", "transposedJacobians"];

/** Counts how often the equations of a note can only be meant in one layout. */
export class LayoutVotes {
  private readonly votes = new Map<LayoutChoice, { turned: number; straight: number }>();

  add(verdict: Verdict): void {
    if (verdict.layouts === undefined || (verdict.status !== "proved" && verdict.status !== "verified")) return;
    for (const c of CHOICES) {
      const turned = verdict.layouts.some((l) => l[c] === true);
      const straight = verdict.layouts.some((l) => l[c] !== true);
      if (turned === straight || verdict.choices?.includes(c) !== true) continue;
      const v = this.votes.get(c) ?? { turned: 0, straight: 0 };
      if (turned) v.turned++;
      else v.straight++;
      this.votes.set(c, v);
    }
  }

  /** What the note has settled on: a choice is made by a clear majority, else it is left open. */
  settled(): { readonly layout: Layout; readonly choices: readonly LayoutChoice[] } {
    const layout: Partial<Record<LayoutChoice, boolean>> = {};
    const choices: LayoutChoice[] = [];
    const all = { turned: 0, straight: 0 };
    for (const { turned, straight } of this.votes.values()) {
      all.turned += turned;
      all.straight += straight;
    }
    for (const [c, own] of this.votes) {
      // Where those of one kind are divided, the others tell what the note is written in.
      const way = majority(own) ?? majority(all);
      if (way === undefined) continue;
      choices.push(c);
      if (way === "turned") layout[c] = true;
    }
    return { layout, choices };
  }
}

/** What a clear majority has: two at least, and more than twice as many. */
function majority({ turned, straight }: { turned: number; straight: number }): "turned" | "straight" | undefined {
  const [more, less] = turned > straight ? [turned, straight] : [straight, turned];
  return more < 2 || more <= 2 * less ? undefined : turned > straight ? "turned" : "straight";
}

const SAYS_LAYOUT =
  /\b(?:we|i|here|this|these|the|will|shall|always|throughout|notes?|text|book|course|convention)\b[^.\n]{0,60}\b(?:use[sd]?|using|adopt\w*|follow\w*|stick\w*|prefer\w*|employ\w*|write|written|work(?:ing)?|in|with|is)\b[^.\n]{0,30}?\b(numerator|denominator)[- ]layout\b/gi;
const NAMES_LAYOUT = /\b(numerator|denominator)[- ]layout\b/gi;
const GRADIENTS_ARE =
  /\b(?:gradients?(?: of (?:a )?(?:numbers?|scalars?)[^.\n]{0,30})?|derivatives? of (?:an? |the )?(?:numbers?|scalars?|scalar functions?)[^.\n]{0,40}?) (?:is|are)(?: (?:always|written as|taken as|defined as|treated as|here|all))* (?:an? )?(row|column)s?\b/gi;
const NEGATED = /\b(?:not|n't|instead|other|some|many|authors?|books?|often|may|might|could|either|if|unlike|rather)\b[^.\n]*$/i; // prettier-ignore

/** What the words of a note say of its layout, where they say one thing only. */
export function saidLayout(text: string): ReturnType<LayoutVotes["settled"]> | undefined {
  const said = new Set<"numerator" | "denominator">();
  const rows = new Set<boolean>();
  const isMeant = (at: number): boolean => {
    const line = text.slice(Math.max(0, at - 160), at);
    return !NEGATED.test(line.slice(Math.max(0, line.lastIndexOf("."), line.lastIndexOf("\n\n"))));
  };
  for (const m of text.matchAll(SAYS_LAYOUT)) if (isMeant(m.index)) said.add(m[1]!.toLowerCase() as "numerator");
  const named = new Set([...text.matchAll(NAMES_LAYOUT)].map((m) => m[1]!.toLowerCase()));
  for (const m of text.matchAll(GRADIENTS_ARE)) if (isMeant(m.index)) rows.add(m[1]!.toLowerCase() === "row");
  const [layout] = said;
  const [areRows] = rows;
  if (named.size > 1 || said.size > 1 || rows.size > 1) return undefined;
  if (areRows === undefined && layout === undefined) return undefined;
  const turned = areRows ?? layout === "numerator";
  if (layout !== undefined && turned !== (layout === "numerator")) return undefined;
  return { layout: turned ? { transposedGradients: true } : {}, choices: ["transposedGradients"] };
}

/** In which layout an equation holds, in words, where it does not hold in the usual one (gradients as their variables). */
export function layoutInWords({ status, layouts }: Verdict): string | undefined {
  if (layouts === undefined || (status !== "proved" && status !== "verified")) return undefined;
  const isPlain = (l: Layout): boolean => CHOICES.every((c) => l[c] !== true) && l.structure === undefined;
  if (layouts.some(isPlain)) return undefined;
  if (layouts.every((l) => l.structure !== undefined)) return undefined;
  return "in numerator layout";
}

/** Whether an equation that holds in some layouts goes against what its note has settled on. */
export function isAgainst(verdict: Verdict, settled: ReturnType<LayoutVotes["settled"]>): boolean {
  if (settled.choices.length === 0) return false;
  if (verdict.layouts === undefined || (verdict.status !== "proved" && verdict.status !== "verified")) return false;
  const relevant = settled.choices.filter((c) => verdict.choices?.includes(c) === true);
  return (
    relevant.length > 0 &&
    !verdict.layouts.some((l) => relevant.every((c) => (l[c] === true) === (settled.layout[c] === true)))
  );
}
