import { derivation } from "../calculus";
import { children, type DerivativeExpr, type Expr } from "../core/ast";
import type { Problem } from "../core/problem";
import type { Scope } from "../core/scope";
import type { Steps } from "../core/steps";
import type { Formula } from "../documents/document";
import { expressions } from "../language/statement";
import { operator } from "../operators";
import { inDocument } from "./report";

/** Derivatives written in a formula that the calculus refuses to take: said by name, never guessed. */
export function* unsupportedDerivatives(formula: Formula): Steps<Problem[]> {
  const { scope } = formula;
  const out: Problem[] = [];
  const queue = [...expressions(formula.statement)].reverse();
  for (let e = queue.pop(); e !== undefined; e = queue.pop()) {
    if (e.kind === "derivative") {
      const problem = yield* refused(e, scope);
      if (problem !== undefined) out.push({ ...problem, span: inDocument(formula, problem.span) });
    }
    const parts = children(e);
    for (let k = parts.length - 1; k >= 0; k--) queue.push(parts[k]!);
  }
  return out;
}

function* refused(e: DerivativeExpr, scope: Scope): Steps<Problem | undefined> {
  const wrt = e.wrt.flatMap((v) => (v.kind === "name" ? [v.name] : []));
  if (wrt.length !== e.wrt.length || e.span === undefined || !mayBeRefused(e.of, scope)) return undefined;
  const result = yield* derivation({ expr: e.of, wrt, scope });
  if (result.ok || result.error.code !== "unsupported") return undefined;
  return { code: "unsupported", severity: "warning", message: result.error.message, span: e.span };
}

/** Whether a function occurs that has a derivative nowhere, or only under a trace; only then is it worth asking. */
function mayBeRefused(e: Expr, scope: Scope): boolean {
  const seen = new Set<string>();
  // A list, not recursion: definitions may be chained by the thousand.
  const queue: Expr[] = [e];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next.kind === "apply") {
      const op = operator(next.op);
      if (op !== undefined && (op.rule === undefined || "spectral" in op.rule)) return true;
    } else if ((next.kind === "name" || next.kind === "call") && !seen.has(next.name)) {
      seen.add(next.name);
      const body = scope.definitions.get(next.name)?.body;
      if (body !== undefined) queue.push(body);
    }
    queue.push(...children(next));
  }
  return false;
}
