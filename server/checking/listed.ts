import type { Span } from "../core/ast";
import type { Formula, MathDocument } from "../documents/document";
import { splitLines } from "../language/mcalc/lines";
import { scan } from "../language/mcalc/scan";
import type { Token } from "../language/scanner";
import { type Equation, equationBetween, equationsOf } from "./equation";
import { chainOf, isDerivativeOfKnown, kindOf } from "./note";
import { Statements } from "./nothingStated";
import { spanOf } from "./report";

/** An equation that a document claims, before it is judged. */
export interface ListedClaim {
  readonly span: Span;
  readonly text: string;
  readonly kind: Equation["kind"];
  readonly formula: Formula;
}

/**
 * The claims of a document as reading tells them, without judging any. In `.mcalc` these are all. Of a note, whether a
 * plain equation claims something is known once it is judged; those are not among them.
 */
export function listedClaims(document: MathDocument): readonly ListedClaim[] {
  const found = document.languageId === "mcalc" ? equationsOfLines(document) : surelyClaimed(document);
  return found.map((e) => {
    const span = spanOf(e);
    return { span, text: document.text.slice(span.start, span.end), kind: e.kind, formula: e.formula };
  });
}

const equationsOfLines = ({ formulas }: MathDocument): Equation[] =>
  formulas.flatMap((f) => (f.statement.kind === "claim" ? equationsOf(f, f.statement, (r) => r === "==") : []));

function surelyClaimed(document: MathDocument): Equation[] {
  const statements = new Statements(document);
  return document.formulas.flatMap((formula) => {
    const chain = chainOf(formula);
    if (chain === undefined) return [];
    const { sides, heads } = chain;
    return sides.slice(heads, -1).flatMap((left, i): Equation[] => {
      const k = heads + i;
      const right = sides[k + 1]!;
      if (chain.equal[k] !== true) return [];
      const kind = kindOf(left, right, k > 0, formula.scope);
      const equation = equationBetween(left, right, kind, formula);
      if (kind === "equation" || [left, right].some((e) => isDerivativeOfKnown(e, formula.scope))) return [];
      return kind === "step" || statements.isClaim(equation) ? [equation] : [];
    });
  });
}

/**
 * The claims of a `.mcalc` text by its tokens alone, for who lists many texts that nobody looks at: a hundred times
 * quicker than reading them. A line that does not read has claims here too.
 */
export function claimsByTokens(text: string): readonly { readonly span: Span; readonly text: string }[] {
  const out: { span: Span; text: string }[] = [];
  for (const { start, end } of splitLines(text)) {
    const line = text.slice(start, end);
    if (!line.includes("==")) continue;
    const sides: Token[][] = [[]];
    let depth = 0;
    for (const token of scan(line)) {
      if ("([{".includes(token.kind)) depth++;
      if (")]}".includes(token.kind)) depth--;
      if (token.kind === "q" && depth === 0) sides.push([]);
      else sides.at(-1)!.push(token);
    }
    for (let i = 0; i + 1 < sides.length; i++) {
      const [from, to] = [sides[i]![0], sides[i + 1]!.at(-1)];
      if (from === undefined || to === undefined) continue;
      const span = { start: start + from.start, end: start + to.end };
      out.push({ span, text: text.slice(span.start, span.end) });
    }
  }
  return out;
}
