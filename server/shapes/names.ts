import { children, type Expr, num, type Span } from "../core/ast";
import type { Fix, Problem } from "../core/problem";
import { familyMember, memberBase, type Scope } from "../core/scope";
import { shapeDeclaration } from "../core/shape";
import type { Steps } from "../core/steps";
import type { Formula, MathDocument } from "../documents/document";
import { closest } from "../language/closest";
import { writtenHere } from "../language/elsewhere";
import { expressions, type Statement } from "../language/statement";
import { operator } from "../operators";
import type { ShapeProblem } from "./mismatch";
import { inferStatement } from "./statement";
import { inferUnknown } from "./unify";

/** Formulas whose names are looked at without a pause. */
const STRETCH = 256;

/**
 * Names declared twice, names of functions that exist already, and declarations that nothing uses, in steps. Spans are
 * in the document.
 */
export function* nameProblems(document: MathDocument): Steps<Problem[]> {
  const problems: Problem[] = [];
  const first = new Map<string, Span>();
  const declared = new Map<string, Span>();
  const used = new Set<string>();
  for (const [k, { statement: s, at, scope }] of document.formulas.entries()) {
    if (k % STRETCH === STRETCH - 1) yield;
    const place = ({ start, end }: Span): Span => ({ start: at(start), end: at(end) });
    for (const e of expressions(s)) usedNames(e, scope, used);
    for (const n of namesOf(s)) {
      const span = place(n.span);
      // `x` and the members `x_i` are two things.
      const thing = s.kind === "declaration" && s.family !== undefined ? `${n.name}_` : n.name;
      const before = first.get(thing);
      if (before === undefined) first.set(thing, span);
      else
        problems.push({
          code: "redeclared",
          severity: "warning",
          message: `${n.name} is already ${s.kind === "declaration" ? "declared" : "defined"}; this one holds from here on. Give one of them another name.`,
          span,
          related: [{ span: before, message: `${n.name} is introduced here.` }],
        });
      const known = s.kind === "definition" && s.parameters !== undefined ? operator(n.name) : undefined;
      if (known !== undefined && known.group !== "sign")
        problems.push({
          code: "redeclared",
          severity: "error",
          message: `${n.name} is a function that mcalc knows (${known.doc.summary}); give yours another name.`,
          span,
        });
      if (s.kind === "declaration" && before === undefined) declared.set(n.name, span);
    }
  }
  for (const [name, span] of declared)
    if (!used.has(name))
      problems.push({ code: "unused", severity: "hint", message: `${name} is declared and never used.`, span });
  return problems;
}

function namesOf(s: Statement): readonly { readonly name: string; readonly span: Span }[] {
  if (s.kind === "declaration") return s.names;
  return s.kind === "definition" ? [{ name: s.name, span: s.nameSpan }] : [];
}

function usedNames(e: Expr, scope: Scope, out: Set<string>): void {
  if (e.kind === "name") {
    out.add(e.name);
    if (e.name.startsWith("d")) out.add(e.name.slice(1));
    const member = familyMember(scope, e.name);
    if (member !== undefined) out.add(memberBase(member.variable.name));
  }
  if (e.kind === "call") out.add(e.name);
  for (const c of children(e)) usedNames(c, scope, out);
}

/** Formulas that are asked beside its own what shape an undeclared name must have. */
const MOST_ASKED = 6;

/** Quick fixes for a name that is not declared: the name that was meant, or its declaration. Edits are in the document. */
export function undeclaredFixes(problem: ShapeProblem, document: MathDocument, formula: Formula): Fix[] {
  const { node } = problem;
  const { scope, statement } = formula;
  if (node.kind !== "name") return inDocument(problem.fixes ?? [], formula);
  const fixes: Fix[] = [];
  const transposed = expressions(statement)
    .map((e) => transposedBy(e, node))
    .find((e) => e !== undefined);
  if (transposed?.base.span !== undefined && transposed.whole.span !== undefined) {
    const span = { start: formula.at(transposed.base.span.end), end: formula.at(transposed.whole.span.end) };
    const bracket = formula.text.slice(transposed.base.span.end, transposed.whole.span.end).trimStart().startsWith(")");
    if (!bracket) fixes.push({ title: "Write ' for the transpose", edits: [{ span, text: "'" }], preferred: true });
  }
  const near = closest(node.name, [...scope.variables.keys(), ...scope.definitions.keys()]);
  const span = { start: formula.at(problem.span.start), end: formula.at(problem.span.end) };
  if (near !== undefined) fixes.push({ title: `Write ${near}`, edits: [{ span, text: near }] });
  const declaration = mayBeDeclared(node.name) ? declarationOf(node.name, document, formula) : undefined;
  if (declaration !== undefined) {
    const start = document.text.lastIndexOf("\n", formula.span.start - 1) + 1;
    fixes.push({
      title: `Declare ${declaration}`,
      edits: [{ span: { start, end: start }, text: `${declaration}\n` }],
      ...(fixes.length === 0 ? { preferred: true } : {}),
    });
  }
  return fixes;
}

/** Names that mean something else wherever they stand: functions, a transpose, half of a number. */
const mayBeDeclared = (name: string): boolean => name !== "T" && !name.startsWith("_") && operator(name) === undefined && writtenHere(name, [num(1)]) === undefined; // prettier-ignore

/** `x : R^n`, with the shape that the formulas imply. */
function declarationOf(name: string, document: MathDocument, formula: Formula): string | undefined {
  const { statement, scope } = formula;
  const names = undeclaredIn(formula);
  const at = document.formulas.indexOf(formula);
  const others = document.formulas
    .slice(at + 1, at + 200)
    // All names that are not declared in one line are asked for together, so that their shapes fit together.
    .filter((f) => expressions(f.statement).some((e) => names.some((n) => mentions(e, n))))
    .slice(0, MOST_ASKED)
    .filter((f) => undeclaredIn(f).every((n) => names.includes(n)));
  let shape =
    others.length === 0
      ? undefined
      : inferUnknown([statement, ...others.map((f) => f.statement)], others.at(-1)!.scope, names).get(name);
  shape ??= inferUnknown([statement], scope, names).get(name);
  return shape === undefined ? undefined : `${name} : ${shapeDeclaration(shape)}`;
}

const undeclaredIn = (f: Formula): string[] =>
  inferStatement(f.statement, f.scope).problems.flatMap((p) =>
    p.code === "undeclared" && p.node.kind === "name" ? [p.node.name] : [],
  );

const mentions = (e: Expr, name: string): boolean =>
  (e.kind === "name" && e.name === name) || children(e).some((c) => mentions(c, name));

/** `A^T` with `T` not declared: somebody meant the transpose. */
function transposedBy(e: Expr, exponent: Expr): { whole: Expr; base: Expr } | undefined {
  if (
    e.kind === "apply" &&
    e.op === "pow" &&
    e.args[1] === exponent &&
    exponent.kind === "name" &&
    exponent.name === "T"
  )
    return { whole: e, base: e.args[0]! };
  for (const c of children(e)) {
    const found = transposedBy(c, exponent);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Fixes of a formula, their edits moved into the document. */
export function inDocument(fixes: readonly Fix[], formula: Formula): Fix[] {
  return fixes.map((f) => ({
    ...f,
    edits: f.edits.map((e) => ({ ...e, span: { start: formula.at(e.span.start), end: formula.at(e.span.end) } })),
  }));
}
