import type { Expr } from "../../../server/core/ast";
import type { Formula } from "../../../server/documents/document";
import { readMarkdown } from "../../../server/documents/markdown";
import { expressions } from "../../../server/language/statement";

/** A tree in a line, for tables of expected readings: `@` stands before a call of what is not in the table of operators. */
export function tree(e: Expr | null): string {
  if (e === null) return ":";
  const list = (all: readonly (Expr | null)[]): string => all.map(tree).join(", ");
  switch (e.kind) {
    case "number":
      return String(e.value);
    case "name":
      return e.name;
    case "apply":
      return `${e.op}(${list(e.args)})`;
    case "call":
      return `@${e.name}${"'".repeat(e.primes)}(${list(e.args)})`;
    case "literal":
      return `[${e.rows.map(list).join("; ")}]`;
    case "index":
      return `${tree(e.base)}[${list(e.indices)}]`;
    case "sumover":
      return `sum(${e.variable}=${tree(e.from)}..${tree(e.to)}: ${tree(e.body)})`;
    case "derivative":
      return `D(${tree(e.of)}; ${list(e.wrt)})`;
    case "differential":
      return `d(${tree(e.of)})`;
    case "error":
      return "?";
  }
}

/** The formulas of a note. */
export function note(text: string): { readonly formulas: readonly Formula[]; readonly unread: number } {
  const { formulas, spans, parsed } = readMarkdown("note.md", 0, text);
  return { formulas, unread: spans - parsed };
}

/** What the last formula of a note says: its sides. */
export function lastOf(text: string): string {
  const last = note(text).formulas.at(-1);
  return last === undefined ? "unread" : expressions(last.statement).map(tree).join(" = ");
}
