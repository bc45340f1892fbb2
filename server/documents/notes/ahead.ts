import type { Shape } from "../../core/shape";
import { declaredNames } from "../../language/latex/sentence";
import type { Knowledge } from "../../language/latex/read";
import type { Piece } from "../../language/latex/pieces";
import type { Sentence } from "../../language/latex/rows";
import { shapeSet } from "../../language/latex/sets";

/** Every `x \in \mathbb{R}^n` of a text, in its order: for names that are used before they are declared. */
export function* declaredShapes(
  contents: readonly ({ readonly sentences: readonly Sentence[] } | undefined)[],
  styleMatters: Knowledge["styleMatters"],
): Generator<readonly [string, Shape]> {
  const know = { styleMatters } as Knowledge;
  for (const content of contents)
    for (const s of content?.sentences ?? []) {
      let found = SETS.get(s);
      if (found === undefined) SETS.set(s, (found = membership(s.pieces)));
      if (found.shape === undefined) continue;
      for (const n of declaredNames(s.pieces!.slice(0, found.at), know) ?? []) {
        yield [n.family?.base ?? n.name, found.shape];
        if (n.family !== undefined) yield [anyMember(n.family.base), found.shape];
      }
    }
}

/** Under which name the shape of all members of a family is kept. */
export const anyMember = (base: string): string => `${base}_…`;

interface Membership {
  readonly at: number;
  readonly shape: Shape | undefined;
}

/** One shape for a sentence, however often its text is read. */
const SETS = new WeakMap<Sentence, Membership>();

function membership(pieces: readonly Piece[] | undefined): Membership {
  const relations = (pieces ?? []).filter((p) => p.kind === "mark" && p.mark === "r") as (Piece & { kind: "mark" })[];
  if (pieces === undefined || relations.length !== 1 || relations[0]!.value !== "\\in")
    return { at: 0, shape: undefined };
  const at = pieces.indexOf(relations[0]!);
  return { at, shape: shapeSet(pieces.slice(at + 1))?.shape };
}
