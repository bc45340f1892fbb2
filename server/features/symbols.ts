import type { Span } from "../core/ast";
import { shapeText } from "../core/shape";
import { printText } from "../language/print";
import { inDocument } from "./place";
import type { Snapshot } from "./snapshot";

export interface DocumentSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: "variable" | "definition" | "function" | "claim";
  readonly span: Span;
  readonly nameSpan: Span;
}

/** Declarations, definitions and claims, in order. */
export function symbols(snapshot: Snapshot): readonly DocumentSymbol[] {
  const out: DocumentSymbol[] = [];
  for (const formula of snapshot.document.formulas) {
    const { statement, span } = formula;
    switch (statement.kind) {
      case "declaration":
        for (const { name, span: at } of statement.names) {
          const shape = formula.scope.variables.get(name)?.shape ?? statement.shape;
          out.push({
            name,
            detail: shape === undefined ? "" : shapeText(shape),
            kind: "variable",
            span,
            nameSpan: inDocument(formula, at),
          });
        }
        break;
      case "definition": {
        const parameters = statement.parameters?.map((p) => p.name);
        out.push({
          name: parameters === undefined ? statement.name : `${statement.name}(${parameters.join(", ")})`,
          detail: shorten(printText(statement.body)),
          kind: parameters === undefined ? "definition" : "function",
          span,
          nameSpan: inDocument(formula, statement.nameSpan),
        });
        break;
      }
      case "claim": {
        const [first] = statement.sides;
        if (first === undefined || first.kind === "error") break;
        if (snapshot.document.languageId === "markdown" && first.kind !== "derivative" && first.kind !== "name") break;
        const nameSpan = first.span === undefined ? span : inDocument(formula, first.span);
        const at = nameSpan.start >= span.start && nameSpan.end <= span.end ? nameSpan : span;
        out.push({ name: shorten(printText(first)), detail: "", kind: "claim", span, nameSpan: at });
        break;
      }
      case "query":
      case "empty":
    }
  }
  return out;
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
