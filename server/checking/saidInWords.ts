import { apply, type Expr, freeNames, mapChildren, name, num, replaceNodes, sameExpr, someNode } from "../core/ast";
import type { Definition, Scope, Variable } from "../core/scope";
import { SCALAR } from "../core/shape";
import type { Steps } from "../core/steps";
import type { Formula } from "../documents/document";
import { carry } from "./carry";
import { agreeing } from "./compare";
import { judging } from "./judge";
import { everySlip, type Print } from "./variants";
import type { Verdict } from "./verdict";
import { labelsOf } from "./worlds/labels";

/** What words call the matrix of derivatives that a formula writes out. */
export type Named = "Hessian" | "Jacobian" | "gradient";

/** The function that a note has defined last: what `the Hessian` is that of. */
export interface LastFunction {
  readonly definition: Definition;
  readonly formula: Formula;
  readonly section: number;
}

const NAMED: readonly (readonly [Named, RegExp])[] = [
  ["Hessian", /\bHessians?\b(?!.*\b(?:Jacobian|gradient|inverse|determinant|eigenvalue)s?\b)/i],
  ["Jacobian", /\bJacobians?\b(?!.*\b(?:Hessian|gradient|inverse|determinant)s?\b)/i],
  ["gradient", /\bgradients?\b(?!.*\b(?:Hessian|Jacobian|descent|step|norm)s?\b)/i],
];
const ASKS =
  /\b(?:is (?:this|that|it|the following)|(?:does|do|did) (?:the|this|it)|which of|what (?:is|are)|find|compute|calculate)\b/i;
const HEADS: Readonly<Record<Named, RegExp>> = {
  Hessian: /^(?:𝐇|H|∇²)(?:_.+)?f?$/u,
  Jacobian: /^(?:𝐉|J|D)(?:_.+)?f?$/u,
  gradient: /^(?:𝐠|g|G|∇)(?:_.+)?f?$/u,
};

/** What the words in front of `H = […]` say that it is, unless they ask. */
export function namedIn(words: string, head: string): Named | undefined {
  if (ASKS.test(words)) return undefined;
  return NAMED.find(([named, form]) => form.test(words) && HEADS[named].test(head))?.[0];
}

/** The numbers that a function is of, in their order: its parameters, or the entries of the one there is. */
function variablesOf({ parameters = [], body }: Definition): readonly string[] | undefined {
  const names = freeNames(body);
  if (parameters.length > 1) return parameters;
  const [p] = parameters;
  if (p === undefined) return undefined;
  if (names.has(p)) return undefined;
  const letter = p.normalize("NFKD").split("_")[0];
  const entries = [...names]
    .map((n) => ({ n, label: labelsOf(n) }))
    .filter(({ label }) => label !== undefined && label.base.normalize("NFKD") === letter && label.labels.length === 1 && /^\d$/.test(label.labels[0]!)); // prettier-ignore
  entries.sort((a, b) => Number(a.label!.labels[0]) - Number(b.label!.labels[0]));
  // All of them, from the first one on.
  return entries.length > 1 && entries.every(({ label }, i) => Number(label!.labels[0]) === i + 1)
    ? entries.map(({ n }) => n)
    : undefined;
}

const componentsOf = (body: Expr): readonly Expr[] | undefined => {
  if (body.kind === "apply" && body.op === "transpose") return componentsOf(body.args[0]!);
  if (body.kind !== "literal") return undefined;
  const { rows } = body;
  if (rows.length === 1) return rows[0];
  return rows.every((r) => r.length === 1) ? rows.map((r) => r[0]!) : undefined;
};

/** The matrix of derivatives of a function, entry by entry; `undefined` where the function has none. */
function derivativesOf(named: Named, definition: Definition): readonly (readonly Expr[])[] | undefined {
  const by = variablesOf(definition);
  if (by === undefined) return undefined;
  const d = (of: Expr, ...wrt: readonly string[]): Expr => ({ kind: "derivative", of, wrt: wrt.map((w) => name(w)) });
  const components = componentsOf(definition.body);
  if (named === "Jacobian") return components?.map((c) => by.map((v) => d(c, v)));
  if (components !== undefined || someNode(definition.body, (n) => n.kind === "literal")) return undefined;
  return named === "gradient" ? by.map((v) => [d(definition.body, v)]) : by.map((v) => by.map((w) => d(definition.body, v, w))); // prettier-ignore
}

/** A written matrix as rows, as it stands and turned. */
function writtenRows(e: Expr): readonly (readonly Expr[])[] | undefined {
  if (e.kind === "literal") return e.rows;
  if (e.kind !== "apply" || e.op !== "transpose" || e.args[0]!.kind !== "literal") return undefined;
  return turned(e.args[0].rows);
}

const turned = (rows: readonly (readonly Expr[])[]): readonly (readonly Expr[])[] =>
  rows[0]!.map((_, j) => rows.map((r) => r[j]!));

export interface NamedQuestion {
  readonly named: Named;
  readonly value: Expr;
  readonly of: LastFunction;
  readonly formula: Formula;
  readonly print: Print;
}

/**
 * Whether `H = […]` is the Hessian of the function that was defined last, entry by entry: `wrong` where one entry is not, and
 * one slip of the pen explains it.
 */
export function* judgingNamed({
  named,
  value: written,
  of,
  formula,
  print,
}: NamedQuestion): Steps<Verdict | undefined> {
  const value = withEntries(written, of.definition);
  const rows = writtenRows(value);
  const given = derivativesOf(named, of.definition);
  if (rows === undefined || given === undefined) return undefined;
  const scope = ofNumbers(formula.scope, of);
  const how = { prove: false, explain: false, print };
  let near: { given: Expr; claimed: Expr } | undefined;
  // A Jacobian has a row for each component: of one that is turned nothing is said.
  for (const matrix of named === "gradient" ? [given, turned(given)] : [given]) {
    if (matrix.length !== rows.length || matrix[0]!.length !== rows[0]!.length) continue;
    const failing: { given: Expr; claimed: Expr }[] = [];
    let total = 0;
    for (const [i, row] of matrix.entries())
      for (const [j, entry] of row.entries()) {
        const claimed = rows[i]![j]!;
        total++;
        const { status } = yield* judging(entry, claimed, scope, how);
        if (status === "verified") continue;
        if (status !== "wrong") return undefined;
        failing.push({ given: entry, claimed });
      }
    if (failing.length === 0) return { status: "verified", ground: "world" };
    if (failing.length === 1 && total > 1) near = failing[0]!;
  }
  if (near === undefined) return undefined;
  const { given: entry, claimed } = near;
  for (const v of slipsOf(claimed, [...variablesOf(of.definition)!], print)) {
    if (!(yield* agreeing(entry, v.expr, { scope }))) continue;
    const expr = replaceNodes(value, (e) => (e === claimed ? v.expr : undefined));
    return { status: "wrong", note: v.what, slip: v.edit, general: true, ground: "world", correction: { side: "right", expr } }; // prettier-ignore
  }
  return undefined;
}

/** `𝐱[1]` as the entry x_1 that the function is written with. */
function withEntries(e: Expr, definition: Definition): Expr {
  const by = variablesOf(definition);
  const [p, ...more] = definition.parameters ?? [];
  if (by === undefined || p === undefined || more.length > 0) return e;
  const put = (x: Expr): Expr => {
    if (x.kind !== "index" || x.base.kind !== "name" || x.base.name !== p) return mapChildren(x, put);
    const [k] = x.indices;
    const n = x.indices.length === 1 && k?.kind === "number" ? by[k.value - 1] : undefined;
    return n === undefined ? x : name(n);
  };
  return put(e);
}

function* slipsOf(
  e: Expr,
  names: readonly string[],
  print: Print,
): Generator<{ expr: Expr; edit: "sign" | "number" | "name" | "mark" | "extra" | "term"; what: string }> {
  // prettier-ignore
  if (!sameExpr(e, num(0))) yield { expr: apply("neg", e), edit: "sign", what: "the sign of one entry is wrong" };
  for (const v of everySlip(e, names, new Set(), print))
    if (["sign", "number", "name", "mark", "extra", "term"].includes(v.edit)) yield v as { expr: Expr; edit: "sign"; what: string }; // prettier-ignore
}

/** What is known where a function is written out by numbers. */
function ofNumbers(scope: Scope, { definition }: LastFunction): Scope {
  const variables = new Map<string, Variable>(scope.variables);
  for (const n of [...freeNames(definition.body), ...(definition.parameters ?? [])]) {
    const v = variables.get(n);
    variables.set(n, { name: n, shape: SCALAR, properties: v?.properties ?? new Set() });
  }
  const definitions = new Map(scope.definitions);
  for (const n of variablesOf(definition) ?? []) definitions.delete(n);
  return { ...scope, variables, definitions };
}

/** A function as it is understood at a later place. */
export function carriedTo(of: LastFunction, formula: Formula): LastFunction | undefined {
  const body = carry(of.definition.body, of.formula.scope, formula.scope);
  return body === undefined ? undefined : { ...of, definition: { ...of.definition, body } };
}
