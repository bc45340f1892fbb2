import { apply, type Expr, name, someNode } from "../../core/ast";
import type { Definition } from "../../core/scope";

const calls = (e: Expr, function_: string): boolean => someNode(e, (n) => n.kind === "call" && n.name === function_);

/**
 * ψ of which nothing is said, beside a Γ of which nothing is said, is the derivative of log Γ, whatever that is: so it is called
 * wherever the two stand together.
 */
export function withDigamma(sides: readonly Expr[], definitions: Map<string, Definition>): void {
  if (definitions.has("psi") || definitions.has("Gamma")) return;
  const all = [...sides, ...[...definitions.values()].map((d) => d.body)];
  if (!all.some((e) => calls(e, "psi")) || !all.some((e) => calls(e, "Gamma"))) return;
  const at = name("at");
  const gamma: Expr = { kind: "call", name: "Gamma", primes: 0, args: [at] };
  const body: Expr = { kind: "derivative", of: apply("log", gamma), wrt: [at] };
  definitions.set("psi", { name: "psi", parameters: ["at"], body });
}
