import { type Expr, freeNames, someNode } from "../../core/ast";
import { dimNames } from "../../core/dimension";
import type { Scope, Variable } from "../../core/scope";
import { isColumn, isScalar, isSquare, type Shape } from "../../core/shape";
import { isCapital, kindOfShape, letterOf, openShape } from "../../documents/notes/kinds";
import { closing, settle } from "../../documents/notes/settle";
import { Clash, Solver } from "../../documents/notes/solver";
import { expressions } from "../../language/statement";
import { compareSides } from "../compare";
import { derivativesMeanSomething } from "../note";
import { hasDifferential } from "../varying";
import { type Finding, isNear } from "./finding";

type Kind = "vector" | "row";

/** Names of which something is looked up; more are no rule that somebody writes down. */
const MOST_NAMES = 5;
/** `w = [w_1, …, w_n]`: a list that lies on its side may be a row. */
const LYING = /^[^=]{0,40}=\s?(?:\\left\s?)?[[(][^,\])]*,[^\])]*[\])](?!\s?\^)/;
const LONGEST = 200;

/**
 * `∇_X (XᵀAX) = (A + Aᵀ)X`, `w·x + b = wxᵀ + b`: what holds where capitals of which nothing is said near by are vectors, or
 * where all vectors are rows, is meant so.
 */
export function holdsOfOtherKinds({ equation, verdict, formula, document }: Finding): boolean {
  if (equation === undefined || verdict?.ground === "result" || verdict?.ground === "solution") return false;
  const { left, right } = equation;
  // Of differentials it hangs on what changes beside them.
  if (hasDifferential(left) || hasDifferential(right)) return false;
  const { scope, guessed, span } = formula;
  const names = [...freeNames(right, freeNames(left))].filter((n) => scope.variables.has(n));
  if (names.length > MOST_NAMES || names.some((n) => scope.definitions.has(n))) return false;
  const isBeside = isNear({ document, formula });
  const near = document.formulas.filter((g) => isBeside(g.span.start)).flatMap((g) => expressions(g.statement));
  const open = names.filter((n) => {
    const at = document.origin(n, span.start)?.span.start;
    return guessed?.has(n) === true || (at !== undefined && (!isBeside(at) || LYING.test(document.text.slice(at, at + LONGEST)))); // prettier-ignore
  });
  const kindOf = (n: string): string => kindOfShape(scope.variables.get(n)!.shape);
  const capitals = open.filter((n) => kindOf(n) === "matrix" && isCapital(letterOf(n).letter) && !near.some((e) => isSquareIn(e, n))); // prettier-ignore
  const columns = open.filter((n) => kindOf(n) === "vector");
  const tries: ReadonlyMap<string, Kind>[] = [];
  const all = names.filter((n) => isColumn(scope.variables.get(n)!.shape) && !isScalar(scope.variables.get(n)!.shape));
  if (columns.length > 0 && all.length === columns.length && !near.some((e) => columns.some((n) => isTurnedIn(e, n))))
    tries.push(new Map(columns.map((n) => [n, "row"])));
  // `X − μ`: what a capital is taken from has its size.
  const small = open.filter((n) => kindOf(n) === "matrix" && !isCapital(letterOf(n).letter));
  capitals.forEach((a, i) => {
    tries.push(new Map([[a, "vector"]]));
    if (small.length > 0) tries.push(new Map([a, ...small].map((n) => [n, "vector"])));
    for (const b of capitals.slice(i + 1)) tries.push(new Map([[a, "vector"], [b, "vector"]])); // prettier-ignore
  });
  return tries.some((kinds) => holds(left, right, scope, names, open, kinds));
}

const isName = (e: Expr | undefined, n: string): boolean => e?.kind === "name" && e.name === n;

/** Whether an expression uses a name as only a square matrix can be used. */
const isSquareIn = (e: Expr, n: string): boolean =>
  someNode(e, (x) => x.kind === "apply" && SQUARE.has(x.op) && isName(x.args[0], n));
const SQUARE: ReadonlySet<string> = new Set(["inv", "tr", "det", "logdet"]);

/** Whether a name stands transposed in front of something, as a column does. */
const isTurnedIn = (e: Expr, n: string): boolean =>
  someNode(e, (x) => {
    if (x.kind !== "apply" || x.op !== "mul") return false;
    const first = x.args[0]!;
    return first.kind === "apply" && first.op === "transpose" && isName(first.args[0], n);
  });

function holds(
  left: Expr,
  right: Expr,
  scope: Scope,
  names: readonly string[],
  open: readonly string[],
  kinds: ReadonlyMap<string, Kind>,
): boolean {
  const found = new Map<string, Shape>();
  for (const n of names) {
    const { shape } = scope.variables.get(n)!;
    const kind = kinds.get(n) ?? kindOfShape(shape);
    const isOpen = open.includes(n) && kind !== "function" && kind !== "dimension";
    found.set(n, isOpen ? openShape(n, kind) : shape);
  }
  const solver: Solver = new Solver({ shape: (n) => found.get(n), signature: () => undefined, spreads: true });
  try {
    solver.equalSides([left, right]);
  } catch (e) {
    if (e instanceof Clash) return false;
    throw e;
  }
  const { closed, letters } = closing(solver);
  const variables = new Map<string, Variable>();
  for (const [n, s] of found)
    variables.set(n, { ...scope.variables.get(n)!, shape: { rows: closed(s.rows), cols: closed(s.cols) } });
  const dimensions = new Set([...scope.dimensions, ...[...letters.values()].flatMap(dimNames)]);
  const own: Scope = { ...scope, variables, dimensions };
  const [l, r] = [left, right].map((e) => settle(e, solver, closed, true)) as [Expr, Expr];
  if (![l, r].every((e) => derivativesMeanSomething(e, own))) return false;
  if (compareSides(l, r, { scope: own }).relation === "equal") return true;
  // A covariance of which nothing is said, inverted between vectors, is symmetric.
  const symmetric = new Map(variables);
  for (const n of open) {
    const v = variables.get(n)!;
    if (isSquare(v.shape) && !isScalar(v.shape) && [l, r].some((e) => isSquareIn(e, n)))
      symmetric.set(n, { ...v, properties: new Set([...v.properties, "symmetric"]) });
  }
  return compareSides(l, r, { scope: { ...own, variables: symmetric } }).relation === "equal";
}
