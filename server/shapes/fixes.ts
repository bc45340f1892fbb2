import { children, type Expr, type Span } from "../core/ast";
import type { Fix } from "../core/problem";
import type { Scope } from "../core/scope";
import { levelOf, printKeeping } from "../language/print";
import { expressions, type Statement } from "../language/statement";
import { type Candidate, candidates, replace, zeros } from "./candidates";
import type { InferOptions } from "./infer";
import type { ShapeProblem } from "./mismatch";
import { inferStatement } from "./statement";

/** Repairs offered for one problem, and tried at most. */
const MOST_OFFERED = 4;
const MOST_TRIED = 120;

/** Text of a repair in its title. */
const MOST_TITLE = 60;

/** How a changed part is written: by default in `.mcalc`, what did not change as it stands. */
export type PrintPart = (e: Expr) => string;

/**
 * Quick fixes of a problem of shapes: every candidate is tried, and offered only if with it the statement has fewer
 * problems than before. Best first; the first is the preferred one. Spans are relative to the formula's text.
 */
export function findFixes(
  problem: ShapeProblem,
  statement: Statement,
  scope: Scope,
  text: string,
  options: InferOptions = {},
  print?: PrintPart,
): Fix[] {
  if (problem.code !== "dimension-mismatch" && problem.code !== "not-square" && problem.code !== "not-scalar")
    return [];
  const before = inferStatement(statement, scope, options);
  const wrong = problemsOf(before.problems);
  const shapeAt = (e: Expr) => before.shapes.get(e);
  const around = expressions(statement).flatMap((e) => productsAround(e, problem.node));
  const all: Candidate[] = [];
  for (const c of problem.code === "dimension-mismatch" && isSide(statement, problem)
    ? sides(statement, problem, shapeAt)
    : candidates(problem.node, around, shapeAt)) {
    all.push(isNamedProduct(statement, c) ? { ...c, cost: 0 } : c);
    if (all.length >= MOST_TRIED) break;
  }
  all.sort((a, b) => a.cost - b.cost);
  const fixes: Fix[] = [];
  const seen = new Set<string>();
  for (const c of all) {
    if (fixes.length === MOST_OFFERED) break;
    const span = c.node.span;
    if (span === undefined) continue;
    // Two operands changed at once are a guess; where one does, it is not made.
    if (c.cost >= 2 && fixes.length > 0) break;
    const after = inferStatement(withPart(statement, c.node, c.by), scope, options);
    if (problemsOf(after.problems) >= wrong) continue;
    const written = print === undefined ? inPlace(c, text) : print(c.by);
    if (seen.has(written)) continue;
    seen.add(written);
    const title = `Write ${written.length > MOST_TITLE ? `${written.slice(0, MOST_TITLE - 1)}…` : written}`;
    fixes.push({ title, edits: [smallest(text, span, written)], ...(fixes.length === 0 ? { preferred: true } : {}) });
  }
  return fixes;
}

/** `z = x*y` of two columns: what gets a name of its own is made entry by entry. */
const isNamedProduct = (s: Statement, c: Candidate): boolean =>
  s.kind === "definition" && c.node === s.body && c.by.kind === "apply" && c.by.op === "hadamard" && c.by.args.every((a) => a.kind === "name"); // prettier-ignore

const problemsOf = (problems: readonly ShapeProblem[]): number =>
  problems.filter((p) => p.code !== "undeclared").length;

/** The new part as text, in brackets where the old one did not need them. */
function inPlace(c: Candidate, text: string): string {
  const own = new Set<Expr>();
  const visit = (e: Expr): void => {
    own.add(e);
    children(e).forEach(visit);
  };
  visit(c.node);
  const written = printKeeping(c.by, (e) =>
    own.has(e) && e.span !== undefined ? text.slice(e.span.start, e.span.end) : undefined,
  );
  const span = c.node.span!;
  const enclosed =
    (span.start === 0 || /[(,[;=]\s*$/.test(text.slice(0, span.start))) &&
    (span.end === text.length || /^\s*[),\];=]/.test(text.slice(span.end)));
  return levelOf(c.by) < levelOf(c.node) && !enclosed ? `(${written})` : written;
}

/** The least change of the text that does it: `A*x` to `A'*x` inserts one character. */
function smallest(text: string, span: Span, written: string): { span: Span; text: string } {
  const old = text.slice(span.start, span.end);
  let from = 0;
  while (from < old.length && from < written.length && old[from] === written[from]) from++;
  let tail = 0;
  while (tail < old.length - from && tail < written.length - from && old.at(-1 - tail) === written.at(-1 - tail))
    tail++;
  return { span: { start: span.start + from, end: span.end - tail }, text: written.slice(from, written.length - tail) };
}

function withPart(s: Statement, part: Expr, by: Expr): Statement {
  switch (s.kind) {
    case "definition":
      return { ...s, body: replace(s.body, part, by) };
    case "claim": {
      let done = false;
      const sides = s.sides.map((e) => {
        const next = done ? e : replace(e, part, by);
        done ||= next !== e;
        return next;
      });
      return { ...s, sides };
    }
    case "query":
      return { ...s, expr: replace(s.expr, part, by) };
    default:
      return s;
  }
}

/** The products that a part is the beginning of, from inside out. */
function productsAround(e: Expr, part: Expr): Expr[] {
  const path = pathTo(e, part);
  const out: Expr[] = [];
  for (let i = path.length - 2; i >= 0; i--) {
    const parent = path[i]!;
    if (parent.kind !== "apply" || parent.op !== "mul" || parent.args[0] !== path[i + 1]) break;
    out.push(parent);
  }
  return out;
}

function pathTo(e: Expr, part: Expr): Expr[] {
  if (e === part) return [e];
  for (const c of children(e)) {
    const rest = pathTo(c, part);
    if (rest.length > 0) return [e, ...rest];
  }
  return [];
}

/** Whether the problem is that two sides of a claim have different shapes. */
const isSide = (s: Statement, problem: ShapeProblem): boolean =>
  s.kind === "claim" && s.sides.includes(problem.node) && problem.span.start < (problem.node.span?.start ?? 0);

function* sides(
  s: Statement,
  problem: ShapeProblem,
  shapeAt: (e: Expr) => ReturnType<Parameters<typeof candidates>[2]>,
): Iterable<Candidate> {
  if (s.kind !== "claim") return;
  const right = problem.node;
  const left = s.sides[s.sides.indexOf(right) - 1]!;
  for (const [side, other, cost] of [
    [right, left, 0],
    [left, right, 0.2],
  ] as const) {
    const shape = shapeAt(other);
    if (side.kind === "number" && side.value === 0 && shape !== undefined)
      yield { node: side, by: zeros(shape), cost: 0.3 };
    yield {
      node: side,
      by:
        side.kind === "apply" && side.op === "transpose"
          ? side.args[0]!
          : { kind: "apply", op: "transpose", args: [side] },
      cost: 1 + cost,
    };
    for (const c of candidates(side, [], shapeAt)) yield { ...c, cost: c.cost + 0.3 + cost };
  }
}
