import type { Expr } from "../../core/ast";
import { Refusal } from "../../core/problem";
import { parseExpression } from "../../language/mcalc/parse";
import { type CodeLanguage, operator } from "../../operators";
import type { Graph, Node } from "./ir";

/** Functions of each entry in code: by the name that they have everywhere, by their entry in the table, or by formula. */

/** Under one name in every library. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  "exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tan", "sinh", "cosh", "tanh", "log1p", "expm1",
]); // prettier-ignore

export const isEverywhere = (name: string): boolean => EVERYWHERE.has(name);

/** As the table says that the language writes it, of an argument in brackets or without; `undefined` where it does not. */
export function fromTable(
  name: string,
  language: CodeLanguage,
  argument: string,
  need: (line: string) => void,
): string | undefined {
  const entry = operator(name)?.code?.[language];
  if (entry === undefined) return undefined;
  const [text, line] = entry.split("|") as [string, string?];
  if (line !== undefined) need(line);
  return text.includes("$") ? text.replace("$", () => argument) : text;
}

/** Whether a language has a function: a target asks for its own spellings first. */
export const isSpelled = (name: string, language: CodeLanguage, own: object): boolean =>
  Object.hasOwn(own, name) || EVERYWHERE.has(name) || operator(name)?.code?.[language] !== undefined;

/** No name is made up for a function that a language does not have. */
export function withoutFunction(name: string): never {
  throw new Refusal("unsupported", `"${name}" has no function in this language, and no formula of functions that it has.`);
} // prettier-ignore

/** The formula of the table, in `u`. */
export function formulaOf(name: string): Expr | undefined {
  const text = operator(name)?.formula;
  return text === undefined ? undefined : parseExpression(text).expr;
}

/** A function of each entry of an array: itself where the target has it, else its formula. */
export function pointwise(g: Graph, name: string, u: Node, spells: (name: string) => boolean): Node {
  if (spells(name)) return g.fn(name, u);
  const formula = formulaOf(name) ?? withoutFunction(name);
  const node = (e: Expr): Node => {
    if (e.kind === "number") return g.number(e.value);
    if (e.kind !== "apply") return u;
    const [a, b] = e.args.map(node) as [Node, Node];
    switch (e.op) {
      case "add":
        return g.add(a, b);
      case "sub":
        return g.sub(a, b);
      case "mul":
        return g.mul(a, b);
      case "div":
        return g.div(a, b);
      case "pow":
        return g.pow(a, b);
      case "neg":
        return g.neg(a);
      default:
        return pointwise(g, e.op, a, spells);
    }
  };
  return node(formula);
}
