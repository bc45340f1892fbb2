import { children, type Expr, type Span } from "../core/ast";
import { familyMember } from "../core/scope";
import type { Formula, MathDocument } from "../documents/document";
import { expressions } from "../language/statement";
import { formulaAt, inDocument, touches } from "./place";

/** One place where a name is written. */
export interface Occurrence {
  /** Of a member of a family, the family: `x` for `x_i`. */
  readonly name: string;
  /** In the document: the name itself (of `x_i` the `x`). */
  readonly span: Span;
  readonly role: "declaration" | "definition" | "parameter" | "use" | "dimension";
  /** Known inside this formula only: a function's parameter, a sum's index. */
  readonly local: boolean;
}

const known = new WeakMap<Formula, readonly Occurrence[]>();

/** Every name written in a formula, in order. */
export function occurrencesIn(formula: Formula): readonly Occurrence[] {
  let found = known.get(formula);
  if (found === undefined) known.set(formula, (found = collect(formula)));
  return found;
}

function collect(formula: Formula): readonly Occurrence[] {
  const { statement, scope } = formula;
  const out: Occurrence[] = [];
  const local = new Set<string>();
  const add = (name: string, span: Span | undefined, role: Occurrence["role"]): void => {
    if (span === undefined) return;
    const member = scope.variables.has(name) || scope.definitions.has(name) ? undefined : familyMember(scope, name);
    const base = member?.variable.name ?? name;
    const written = formula.text.slice(span.start, span.end);
    // Of a member of a family (`x_i`) the name is what stands before the index, in its declaration too.
    const isMember = member !== undefined || scope.variables.get(base)?.family !== undefined;
    const end = isMember && written.startsWith(`${base}_`) ? span.start + base.length : span.end;
    const isDimension = role === "use" && scope.dimensions.has(base) && !scope.variables.has(base);
    out.push({
      name: base,
      span: inDocument(formula, { start: span.start, end }),
      role: isDimension ? "dimension" : role,
      local: local.has(name),
    });
  };
  const dimensions = (span: Span | undefined): void => {
    if (span === undefined) return;
    for (const m of formula.text.slice(span.start, span.end).matchAll(/(?<![\p{L}\\])\p{L}[\p{L}\p{N}_]*/gu)) {
      if (scope.dimensions.has(m[0]))
        add(m[0], { start: span.start + m.index, end: span.start + m.index + m[0].length }, "dimension");
    }
  };
  const visit = (e: Expr): void => {
    if (e.kind === "name") add(e.name, e.span, "use");
    if (e.kind === "call") add(e.name, e.opSpan, "use");
    const inner = e.kind === "sumover" && !local.has(e.variable) ? e.variable : undefined;
    if (inner !== undefined) local.add(inner);
    for (const c of children(e)) visit(c);
    if (inner !== undefined) local.delete(inner);
  };
  if (statement.kind === "declaration") {
    for (const n of statement.names) add(n.name, n.span, "declaration");
    dimensions(statement.rowsSpan);
    if (statement.colsSpan?.start !== statement.rowsSpan?.start) dimensions(statement.colsSpan);
  }
  if (statement.kind === "definition") {
    add(statement.name, statement.nameSpan, "definition");
    for (const p of statement.parameters ?? []) local.add(p.name);
    for (const p of statement.parameters ?? []) add(p.name, p.span, "parameter");
  }
  for (const e of expressions(statement)) visit(e);
  return out.sort((a, b) => a.span.start - b.span.start);
}

/** The name at an offset (the end of a name counts too). */
export function occurrenceAt(
  document: MathDocument,
  offset: number,
): { readonly occurrence: Occurrence; readonly formula: Formula } | undefined {
  const formula = formulaAt(document, offset);
  if (formula === undefined) return undefined;
  const here = occurrencesIn(formula).filter((o) => touches(o.span, offset));
  const occurrence = here.find((o) => offset < o.span.end) ?? here[0];
  return occurrence === undefined ? undefined : { occurrence, formula };
}

/** Every occurrence of the same thing: same name, and declared at the same place. */
export function sameThing(document: MathDocument, offset: number): readonly Occurrence[] {
  const found = occurrenceAt(document, offset);
  if (found === undefined) return [];
  const { occurrence, formula } = found;
  if (occurrence.local) return occurrencesIn(formula).filter((o) => o.local && o.name === occurrence.name);
  const origin = document.origin(occurrence.name, occurrence.span.start)?.span.start;
  const out: Occurrence[] = [];
  for (const f of document.formulas)
    for (const o of occurrencesIn(f))
      if (
        !o.local &&
        o.name === occurrence.name &&
        (o.span.start === origin || document.origin(o.name, o.span.start)?.span.start === origin)
      )
        out.push(o);
  return out;
}
