import type { Formula } from "../documents/document";
import { printText } from "../language/print";
import { FUNCTIONS } from "../operators";
import { DERIVATIVES } from "./derivativeForms";
import { formulaAt } from "./place";
import type { Snapshot } from "./snapshot";
import { nameBefore } from "./words";

/** A call around an offset: the function's name and which of its arguments the cursor is in. */
export interface Signature {
  readonly label: string;
  readonly documentation: string;
  /** Ranges of the parameters in the label. */
  readonly parameters: readonly (readonly [number, number])[];
  readonly active: number;
}

/** The function whose brackets the cursor stands in, read from the text: it need not parse. */
export function signatureHelp(snapshot: Snapshot, offset: number): Signature | undefined {
  const { document } = snapshot;
  const formula = formulaAt(document, offset);
  if (document.languageId === "markdown" && formula?.notation !== "mcalc") return undefined;
  const { text } = document;
  let depth = 0;
  let active = 0;
  for (let i = offset - 1; i >= 0 && offset - i < 2000; i--) {
    const c = text[i]!;
    if (c === ")" || c === "]" || c === "}") depth++;
    else if (c === "[" || c === "{") {
      if (depth-- === 0) return undefined;
    } else if (c === "," && depth === 0) active++;
    else if (c === "\n" && depth === 0 && formula !== undefined && i < formula.span.start) return undefined;
    else if (c === "(" && depth-- === 0) {
      const name = nameBefore(text, i);
      return name === "" ? undefined : signatureOf(name, active, formula ?? document.formulas.findLast((f) => f.span.start <= offset)); // prettier-ignore
    }
  }
  return undefined;
}

function signatureOf(name: string, active: number, formula: Formula | undefined): Signature | undefined {
  const own = formula?.scope.definitions.get(name);
  if (own?.parameters !== undefined) return build(name, own.parameters, printText(own.body), active);
  const derivative = DERIVATIVES.find((d) => d.label === name && name !== "d");
  if (derivative !== undefined) return build(name, ["f", "x"], derivative.documentation, active);
  if (name === "sum" && active > 0) return build("sum", ["i in 1..N", "term"], "The sum of the terms.", active);
  const known = FUNCTIONS.find((f) => f.name === name);
  if (known === undefined) return undefined;
  const parameters = known.ofDimensions
    ? ["m", "n"].slice(2 - Math.min(2, Math.max(known.arity[0], active + 1)))
    : (/^[^(]*\(([^)]*)\)/.exec(known.doc.shapes)?.[1] ?? "").split(",").map((p) => p.trim());
  return build(name, parameters, `${known.doc.summary}\n\n${known.doc.shapes}`, active);
}

function build(name: string, parameters: readonly string[], documentation: string, active: number): Signature {
  let label = `${name}(`;
  const ranges = parameters.map((p, i): readonly [number, number] => {
    if (i > 0) label += ", ";
    const start = label.length;
    label += p;
    return [start, label.length];
  });
  return { label: `${label})`, documentation, parameters: ranges, active };
}
