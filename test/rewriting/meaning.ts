import { readMcalc } from "../../server/documents/mcalc";
import type { MathDocument } from "../../server/documents/document";
import { type Expr, substitute, withChildren, children } from "../../server/core/ast";
import { shapeText } from "../../server/core/shape";
import { checkDocument } from "../../server/checking";
import { judge } from "../../server/checking/judge";
import type { Statement } from "../../server/language/statement";
import { printText } from "../../server/language/print";

const read = (text: string): MathDocument => readMcalc("test", 1, text);

/** Errors and warnings of the language itself, without the second reading. */
export const strictProblems = (text: string) =>
  checkDocument(read(text)).problems.filter((p) => p.severity === "error" || p.severity === "warning");

/** Whether two documents say the same: the same declarations, and statements that are equal in order. */
export function difference(text: string, wanted: string): string | undefined {
  const [a, b] = [read(text), read(wanted)];
  const declared = (d: MathDocument): string =>
    d.formulas
      .flatMap(({ statement: s }) =>
        s.kind !== "declaration" || s.shape === undefined
          ? []
          : s.names.map((n) => `${n.name} : ${shapeText(s.shape!)} ${s.properties.map((p) => p.property).sort().join(" ")}`.trim()),
      )
      .sort()
      .join("; "); // prettier-ignore
  if (declared(a) !== declared(b)) return `declares ${declared(a)}`;
  const said = (d: MathDocument) => d.formulas.filter((f) => f.statement.kind !== "declaration" && f.statement.kind !== "empty"); // prettier-ignore
  const [x, y] = [said(a), said(b)];
  if (x.length !== y.length) return `${x.length} statements`;
  for (const [i, f] of x.entries()) {
    const g = y[i]!;
    const why = sameStatement(f.statement, g.statement, (l, r) => same(l, r, g.scope));
    if (!why) return `${f.text} is not ${g.text}`;
  }
  return undefined;
}

function sameStatement(a: Statement, b: Statement, equal: (a: Expr, b: Expr) => boolean): boolean {
  if (a.kind === "definition" && b.kind === "definition") {
    const [p, q] = [a.parameters ?? [], b.parameters ?? []];
    if (a.name !== b.name || p.length !== q.length) return false;
    const renamed = substitute(a.body, new Map(p.map(({ name }, i) => [name, { kind: "name", name: q[i]!.name }])));
    return equal(renamed, b.body);
  }
  if (a.kind === "claim" && b.kind === "claim")
    return a.sides.length === b.sides.length && a.sides.every((s, i) => equal(s, b.sides[i]!));
  return a.kind === "query" && b.kind === "query" && equal(a.expr, b.expr);
}

function same(a: Expr, b: Expr, scope: MathDocument["formulas"][number]["scope"]): boolean {
  if (printText(normal(a)) === printText(normal(b))) return true;
  const { status } = judge(a, b, scope, { print: printText, explain: false, prove: false });
  return status === "proved" || status === "verified";
}

/** Without what is spelled in two ways: products by their factors, inverses, inner products. */
function normal(e: Expr): Expr {
  const parts = children(e).map(normal);
  const out = withChildren(e, parts);
  if (out.kind !== "apply") return out;
  if (out.op === "dot") return normal({ kind: "apply", op: "mul", args: [{ kind: "apply", op: "transpose", args: [parts[0]!] }, parts[1]!] });
  if (out.op === "pow" && out.args[1]?.kind === "number" && out.args[1].value === -1) return { kind: "apply", op: "inv", args: [out.args[0]!] };
  if (out.op === "mul" && out.args[1]?.kind === "apply" && out.args[1].op === "mul") {
    const [x, y] = out.args[1].args as [Expr, Expr];
    return normal({ kind: "apply", op: "mul", args: [{ kind: "apply", op: "mul", args: [out.args[0]!, x] }, y] });
  }
  return out;
} // prettier-ignore
