import { LETTERS } from "../core/conventions";
import type { Formula } from "../documents/document";
import { isCapital, kindOfShape, letterOf } from "../documents/notes/kinds";

export type Kind = "scalar" | "vector" | "row" | "matrix";

/** The kind of a name as the note was read. */
export function kindRead(n: string, formula: Formula): Kind {
  const v = formula.scope.variables.get(n);
  const kind = v === undefined ? "scalar" : kindOfShape(v.shape);
  return kind === "function" || kind === "dimension" ? "scalar" : kind;
}

/** The kind of a name by its looks: capitals are matrices, other Latin letters vectors. */
export function kindByLooks(n: string, formula: Formula): Kind {
  const { letter, style } = letterOf(n);
  if (isCapital(letter)) return "matrix";
  return style === "bold" || LETTERS.layerVectors.test(letter) ? "vector" : kindRead(n, formula);
}
