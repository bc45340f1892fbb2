import { freeNames, type Expr, type Span } from "../core/ast";
import { familyMember, type Scope } from "../core/scope";
import { isScalar, type Shape } from "../core/shape";
import type { Formula } from "../documents/document";
import { shapesIn } from "../notation/kinds";
import { expressions } from "../language/statement";
import { isLeftAlone } from "./conventions";
import { formulaAt, inDocument, inFormula, nodesAround, selectedNode, touches } from "./place";
import type { Snapshot } from "./snapshot";

/** What a command at the cursor is about: an expression of a formula. */
export interface Target {
  readonly formula: Formula;
  readonly expr: Expr;
  /** The name that stands for the expression in derivatives: `loss` in `loss = …`, `y` in `$y = x^\top A x$`. */
  readonly name?: Expr;
  /** In the document. */
  readonly span: Span;
  /** Whether it is a part that was selected, rather than the whole side of a statement. */
  readonly part: boolean;
}

/** The expression that a selection, or a cursor (an empty one), is about. */
export function targetAt(snapshot: Snapshot, selection: Span): Target | undefined {
  const formula = formulaAt(snapshot.document, selection.start);
  if (formula === undefined || isLeftAlone(formula, snapshot.settings)) return undefined;
  const selected = selection.end > selection.start ? selectedNode(formula, selection) : undefined;
  const { statement } = formula;
  const sides = expressions(statement);
  if (selected !== undefined && !sides.includes(selected) && selected.kind !== "number" && selected.kind !== "name")
    return { formula, expr: selected, span: spanOf(formula, selected), part: true };
  switch (statement.kind) {
    case "query":
      return target(formula, statement.expr);
    case "definition": {
      if (statement.parameters !== undefined) {
        // f(x) at variables of the document has derivatives by them.
        const at = statement.parameters.map((p) => p.name);
        const known = at.every((p) => formula.scope.variables.has(p));
        const call: Expr = { kind: "call", name: statement.name, primes: 0, args: at.map((p) => ({ kind: "name", name: p })) }; // prettier-ignore
        return known ? target(formula, statement.body, call) : target(formula, statement.body);
      }
      return target(formula, statement.body, { kind: "name", name: statement.name, span: statement.nameSpan });
    }
    case "claim": {
      const at = inFormula(formula, selection.start);
      const [first] = sides;
      const here = sides.find((s) => s.span !== undefined && touches(s.span, at)) ?? first;
      if (here === undefined) return undefined;
      // `y = x'*A*x` in a note: y is the name of the other side.
      const second = sides[1];
      if (first?.kind === "name" && second !== undefined) return target(formula, here === first ? second : here, first);
      if (here.kind === "derivative" || here.kind === "differential") return target(formula, here);
      return target(formula, here);
    }
    case "declaration":
    case "empty":
      return undefined;
  }
}

function target(formula: Formula, expr: Expr, name?: Expr): Target {
  return { formula, expr, span: spanOf(formula, expr), part: false, ...(name === undefined ? {} : { name }) };
}

const spanOf = (formula: Formula, e: Expr): Span => (e.span === undefined ? formula.span : inDocument(formula, e.span));

/** A variable that an expression depends on, directly or through definitions. */
export interface Candidate {
  readonly name: string;
  readonly shape: Shape;
}

/** What people derive by, the likeliest first: weights and parameters, then unknowns; the rest is mostly data. */
const LIKELY: readonly RegExp[] = [
  /^(?:[wWbθβμΣΘ]|W[a-z]|theta|beta|mu|Sigma|Theta)(?:_\w+|\d*)$/,
  /^(?:[xXzZUVKλ]|lambda)(?:_\w+|\d*)$/,
];

/**
 * The variables that an expression depends on, the likely ones first; names of definitions count as variables only
 * where they are nothing else.
 */
export function variablesOf(expr: Expr, scope: Scope): readonly Candidate[] {
  const names: string[] = [];
  const seen = new Set<string>();
  const visit = (e: Expr): void => {
    for (const name of freeNames(e)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const definition = scope.definitions.get(name);
      if (definition !== undefined) visitBody(definition.body, definition.parameters);
      else if (!scope.dimensions.has(name)) names.push(name);
    }
    visitCalls(e);
  };
  const visitBody = (body: Expr, parameters: readonly string[] | undefined): void => {
    const before = new Set(parameters?.filter((p) => !seen.has(p)));
    for (const p of before) seen.add(p);
    visit(body);
    for (const p of before) seen.delete(p);
  };
  const visitCalls = (e: Expr): void => {
    const stack: Expr[] = [e];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node.kind === "call" && !seen.has(node.name)) {
        seen.add(node.name);
        const definition = scope.definitions.get(node.name);
        if (definition !== undefined) visitBody(definition.body, definition.parameters);
      }
      if (node.kind === "apply" || node.kind === "call") stack.push(...node.args);
      else if (node.kind === "literal") stack.push(...node.rows.flat());
      else if (node.kind === "index") stack.push(node.base);
      else if (node.kind === "sumover") stack.push(node.body);
      else if (node.kind === "derivative" || node.kind === "differential") stack.push(node.of);
    }
  };
  visit(expr);
  const out: Candidate[] = [];
  for (const name of names) {
    const shape = scope.variables.get(name)?.shape ?? familyMember(scope, name)?.variable.shape;
    if (shape !== undefined) out.push({ name, shape });
  }
  const rank = ({ name, shape }: Candidate): number => {
    const tier = LIKELY.findIndex((names) => names.test(name));
    return tier === -1 ? LIKELY.length + (isScalar(shape) ? 1 : 0) : tier;
  };
  return out.map((c, i) => ({ c, i })).sort((a, b) => rank(a.c) - rank(b.c) || a.i - b.i).map(({ c }) => c); // prettier-ignore
}

/** The shape of an expression where it stands, as far as it is known. */
export const shapeIn = (expr: Expr, scope: Scope): Shape | undefined => shapesIn(scope)(expr);

/** The innermost node at a cursor, and what is around it, outermost first. */
export function nodesAtCursor(formula: Formula, offset: number): readonly Expr[] {
  const at = inFormula(formula, offset);
  const here = nodesAround(formula, { start: at, end: Math.min(at + 1, formula.text.length) });
  return here.length > 0 ? here : nodesAround(formula, { start: at, end: at });
}
