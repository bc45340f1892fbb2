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
      if (s.pieces === undefined) continue;
      const relations = s.pieces.filter((p) => p.kind === "mark" && p.mark === "r") as (Piece & { kind: "mark" })[];
      if (relations.length !== 1 || relations[0]!.value !== "\\in") continue;
      const at = s.pieces.indexOf(relations[0]!);
      const names = declaredNames(s.pieces.slice(0, at), know);
      const set = shapeSet(s.pieces.slice(at + 1));
      if (names === undefined || set === undefined) continue;
      for (const n of names) yield [n.family?.base ?? n.name, set.shape];
    }
}
