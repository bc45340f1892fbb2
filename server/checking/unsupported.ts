import { derive } from "../calculus";
import { children, type DerivativeExpr, type Expr } from "../core/ast";
import type { Problem } from "../core/problem";
import type { Scope } from "../core/scope";
import type { Formula } from "../documents/document";
import { expressions } from "../language/statement";
import { operator } from "../operators";
import { inDocument } from "./report";

/** Derivatives written in a formula that the calculus refuses to take: said by name, never guessed. */
export function unsupportedDerivatives(formula: Formula): Problem[] {
  const { scope } = formula;
  const out: Problem[] = [];
  const visit = (e: Expr): void => {
    if (e.kind === "derivative") {
      const problem = refused(e, scope);
      if (problem !== undefined) out.push({ ...problem, span: inDocument(formula, problem.span) });
    }
    children(e).forEach(visit);
  };
  expressions(formula.statement).forEach(visit);
  return out;
}

function refused(e: DerivativeExpr, scope: Scope): Problem | undefined {
  const wrt = e.wrt.flatMap((v) => (v.kind === "name" ? [v.name] : []));
  if (wrt.length !== e.wrt.length || e.span === undefined || !mayBeRefused(e.of, scope)) return undefined;
  const result = derive({ expr: e.of, wrt, scope });
  if (result.ok || result.error.code !== "unsupported") return undefined;
  const { message } = result.error;
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith(".") ? "" : "."}`;
  return { code: "unsupported", severity: "warning", message: sentence, span: e.span };
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
