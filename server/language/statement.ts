import type { Expr, Span } from "../core/ast";
import type { Property } from "../core/scope";
import type { Shape } from "../core/shape";
import type { Dim } from "../core/dimension";

/** What one formula says. Spans are relative to the text of the formula. */
export type Statement = Declaration | DefinitionStatement | Claim | Query | Empty;

interface Base {
  readonly span: Span;
}

/** `A, B : R^(3×n) symmetric`, `x_i : R^d for i = 1..N`, `x \in \mathbb{R}^n`. */
export interface Declaration extends Base {
  readonly kind: "declaration";
  readonly names: readonly { readonly name: string; readonly span: Span }[];
  /** Absent where only properties are stated (`A \succ 0`). */
  readonly shape?: Shape;
  /** Where the shape is written, and each side of it. */
  readonly shapeSpan?: Span;
  readonly rowsSpan?: Span;
  readonly colsSpan?: Span;
  readonly properties: readonly { readonly property: Property; readonly span: Span }[];
  readonly family?: { readonly index: string; readonly from: Dim; readonly to: Dim };
}

/** `loss = …`, `r(v) = …`. */
export interface DefinitionStatement extends Base {
  readonly kind: "definition";
  readonly name: string;
  readonly nameSpan: Span;
  readonly parameters?: readonly { readonly name: string; readonly span: Span }[];
  readonly body: Expr;
}

/** A chain of equalities: two or more sides. In `.mcalc` a claim has two and is checked. */
export interface Claim extends Base {
  readonly kind: "claim";
  readonly sides: readonly Expr[];
  /** Signs between the sides: `==`, `=`, `\approx`, … */
  readonly relations: readonly string[];
  /** The first side is missing: the chain goes on from the formula before (`= …`). */
  readonly continues?: boolean;
}

/** An expression standing alone. */
export interface Query extends Base {
  readonly kind: "query";
  readonly expr: Expr;
}

/** A blank line, a comment, or what could not be read at all. */
export interface Empty extends Base {
  readonly kind: "empty";
}

/** The expressions of a statement, in order of writing. */
export function expressions(s: Statement): readonly Expr[] {
  switch (s.kind) {
    case "definition":
      return [s.body];
    case "claim":
      return s.sides;
    case "query":
      return [s.expr];
    case "declaration":
    case "empty":
      return [];
  }
}
