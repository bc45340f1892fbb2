import type { Span } from "../core/ast";
import { familyMember, type Scope } from "../core/scope";
import { isColumn, isRow, isScalar, type Shape } from "../core/shape";
import type { Formula } from "../documents/document";
import { occurrencesIn } from "./occurrences";
import { inDocument, nodesOf, overlaps } from "./place";
import type { Snapshot } from "./snapshot";
import { shapesIn } from "../notation/kinds";

/** Kinds of tokens, in the order of the legend. */
export const TOKEN_TYPES = ["scalar", "vector", "matrix", "dimension", "function", "keyword", "parameter"] as const;
export const TOKEN_MODIFIERS = ["declaration", "definition"] as const;

export interface Token {
  readonly span: Span;
  readonly type: (typeof TOKEN_TYPES)[number];
  readonly modifiers: readonly (typeof TOKEN_MODIFIERS)[number][];
}

const kept = new WeakMap<Formula, readonly Token[]>();

/** Names coloured by what they are: scalar, vector, matrix, dimension. In `.mcalc` functions and properties too. */
export function semanticTokens(snapshot: Snapshot, range?: Span): readonly Token[] {
  const out: Token[] = [];
  let last = -1;
  for (const formula of snapshot.document.formulas) {
    if (range !== undefined && !overlaps(formula.span, range)) continue;
    let tokens = kept.get(formula);
    if (tokens === undefined) kept.set(formula, (tokens = tokensOf(formula)));
    for (const token of tokens) {
      if (token.span.start < last || token.span.end <= token.span.start) continue;
      out.push(token);
      last = token.span.end;
    }
  }
  return out;
}

function tokensOf(formula: Formula): readonly Token[] {
  const { scope, statement } = formula;
  const shapeOf = shapesIn(scope);
  const out: Token[] = [];
  for (const o of occurrencesIn(formula)) {
    const shape = o.local ? undefined : (shapeOfName(o.name, scope) ?? shapeOf({ kind: "name", name: o.name }));
    const isFunction = scope.definitions.get(o.name)?.parameters !== undefined;
    const type =
      o.role === "dimension"
        ? "dimension"
        : o.local
          ? "parameter"
          : isFunction
            ? "function"
            : shape === undefined
              ? undefined
              : typeOf(shape);
    if (type === undefined) continue;
    out.push({
      span: o.span,
      type,
      modifiers: o.role === "declaration" ? ["declaration"] : o.role === "definition" ? ["definition"] : [],
    });
  }
  if (formula.notation === "mcalc") {
    for (const e of nodesOf(formula))
      if (
        e.kind === "apply" &&
        e.opSpan !== undefined &&
        /^[a-z]\w*$/i.test(formula.text.slice(e.opSpan.start, e.opSpan.end))
      )
        out.push({ span: inDocument(formula, e.opSpan), type: "function", modifiers: [] });
    if (statement.kind === "declaration")
      for (const p of statement.properties)
        out.push({ span: inDocument(formula, p.span), type: "keyword", modifiers: [] });
  }
  return out.sort((a, b) => a.span.start - b.span.start);
}

const shapeOfName = (name: string, scope: Scope): Shape | undefined =>
  scope.variables.get(name)?.shape ?? familyMember(scope, name)?.variable.shape;

const typeOf = (shape: Shape): "scalar" | "vector" | "matrix" =>
  isScalar(shape) ? "scalar" : isColumn(shape) || isRow(shape) ? "vector" : "matrix";
