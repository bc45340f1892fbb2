import type { Expr } from "../core/ast";
import { spend, stepsLeft } from "../core/budget";
import type { Scope } from "../core/scope";
import type { Steps } from "../core/steps";
import { derivation } from "../calculus";
import { digest, textOf } from "./digest";

type Request = Parameters<typeof derivation>[0];
type Answer = ReturnType<typeof derivation> extends Steps<infer T> ? T : never;

interface Known {
  readonly answer: Answer;
  /** What it took of the budget. */
  readonly cost: number;
}

/** By what is defined, since an answer may be written with any of it. */
const known = new WeakMap<Scope["definitions"], Map<string, Known>>();

/** Answers kept for the definitions of one place. */
const MOST_KEPT = 200;

/**
 * A derivative for the use of a proof, which asks for the same ones over and over: at each step of a chain, in each reading
 * of an equation. Its spans may be those of an earlier place. The budget is charged as if it were found anew.
 */
export function* derivedBefore(request: Request): Steps<Answer> {
  const { expr, wrt, scope, kind } = request;
  const before = stepsLeft();
  // Without a budget it is not known what it took.
  if (before === Infinity) return yield* derivation(request);
  let here = known.get(scope.definitions);
  if (here === undefined) known.set(scope.definitions, (here = new Map()));
  const names = wrt.map((n): Expr => ({ kind: "name", name: n }));
  const key = `${kind ?? ""} ${wrt.join()}\n${textOf(expr)}\n${digest([expr, ...names], scope)}`;
  const found = here.get(key);
  // With less to spend than it took, another answer may come of it.
  if (found !== undefined && found.cost <= before) {
    spend(found.cost);
    return found.answer;
  }
  const answer = yield* derivation(request);
  if (!answer.ok && answer.error.code === "too-large") return answer;
  if (here.size >= MOST_KEPT) here.clear();
  here.set(key, { answer, cost: before - stepsLeft() });
  return answer;
}
