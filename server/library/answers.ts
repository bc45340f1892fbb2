import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import { deriveSteps } from "../derivation";
import { parseExpression } from "../language/mcalc/parse";
import { generateCode } from "../notation/code";
import { deriveCode } from "../notation/code/derive";
import { printLatex, printText, printTypst, printUnicode, shapesIn } from "../notation";
import { ruleInWords } from "../notation/steps";
import { inferShape } from "../shapes/infer";
import { inferredDeclarations } from "../tools/inferred";
import { inMcalc, isLatex } from "../tools/latexArguments";
import { MOST_ORDER } from "../tools/line";
import { answer, readQuestion, scopeOf, shapeDims } from "../tools/question";
import { checkNow } from "../tools/tools";
import type {
  Checked,
  Derivation,
  Derivative,
  Expression,
  Language,
  Notation,
  Options,
  Parsed,
  Refused,
  Shape,
} from ".";

const refused = (code: string, message: string): Refused => ({ ok: false, error: { code, message } });

/** A question in `.mcalc`, with the variables as they are named there. */
interface Asked extends Parsed {
  readonly wrt: readonly string[];
}

/** Reads an expression, its declarations and variables, and infers what is not declared. */
export function ask(expression: Expression, options: Options, wrt: readonly string[] = []): Asked | Refused {
  if (typeof expression !== "string") return { ...expression, wrt };
  const asked = { expr: expression, given: options.given ?? [], wrt };
  const question = [expression, ...asked.given].some(isLatex) ? inMcalc(asked, true) : asked;
  if ("ok" in question) return question;
  const inferred = inferredDeclarations(question.expr, question.given);
  const given = [...question.given, ...inferred];
  const read = readQuestion({ expr: question.expr, given, wrt: question.wrt });
  if (!read.ok) return read;
  return {
    ok: true,
    text: question.expr,
    given,
    inferred,
    tree: parseExpression(question.expr).expr,
    wrt: question.wrt,
  };
}

const listed = (wrt: string | readonly string[], order = 1): readonly string[] | Refused => {
  if (typeof wrt !== "string" && wrt.length !== 1) return wrt;
  if (!Number.isInteger(order) || order < 1 || order > MOST_ORDER)
    return refused("syntax", `The order is a whole number from 1 to ${MOST_ORDER}.`);
  const [name] = [wrt].flat();
  return Array.from({ length: order }, () => name!);
};

const isRefused = (x: readonly string[] | Refused): x is Refused => "ok" in x;

export function shapeFor(expression: Expression, options: Options): Shape | Refused {
  const asked = ask(expression, options);
  if (!asked.ok) return asked;
  const read = readQuestion({ expr: asked.text, given: asked.given, wrt: [] });
  if (!read.ok) return read;
  const { shape } = inferShape(read.expr, read.scope);
  if (shape === undefined)
    return refused("unsupported", "Its shape cannot be told: declare the names in it, such as `A : R^(m×n)`.");
  return { ok: true, shape: shapeDims(shape), inferred: asked.inferred };
}

/** A question with its answer, what it is derived by, and what was inferred for it. */
function derived(
  expression: Expression,
  wrt: string | readonly string[],
  options: Options & { readonly order?: number },
) {
  const names = listed(wrt, options.order);
  if (isRefused(names)) return names;
  const asked = ask(expression, options, names);
  if (!asked.ok) return asked;
  const found = answer({ expr: asked.text, given: asked.given, wrt: asked.wrt });
  return found.ok ? { ...found, by: asked.wrt, inferred: asked.inferred } : found;
}

export function derivativeFor(
  expression: Expression,
  wrt: string | readonly string[],
  options: Options & { readonly order?: number },
): Derivative | Refused {
  const answered = derived(expression, wrt, options);
  if (!answered.ok) return answered;
  const { expr, scope, shape, notation, verified, assumptions, inferred } = answered;
  return {
    ok: true,
    text: write(expr, "text", scope),
    latex: write(expr, "latex", scope),
    unicode: write(expr, "unicode", scope),
    typst: write(expr, "typst", scope),
    shape,
    notation,
    verified,
    assumptions,
    inferred,
  };
}

export function derivationFor(
  expression: Expression,
  wrt: string | readonly string[],
  options: Options,
): Derivation | Refused {
  const asked = ask(expression, options, [wrt].flat());
  if (!asked.ok) return asked;
  const read = readQuestion({ expr: asked.text, given: asked.given, wrt: asked.wrt });
  if (!read.ok) return read;
  const found = deriveSteps({ expr: read.expr, wrt: asked.wrt, scope: read.scope });
  if (!found.ok) return refused("unsupported", found.error.message);
  const equation = (left: Expr, right: Expr): Omit<Derivation["steps"][number], "rule"> => {
    const side = (notation: Notation): string => [left, right].map((e) => write(e, notation, found.scope)).join(" = ");
    return { text: side("text"), latex: side("latex"), unicode: side("unicode") };
  };
  const words = (e: Expr): string => write(e, "unicode", found.scope);
  const steps = found.parts.flatMap((part) => [
    ...part.named.filter((n) => !n.own).map((n) => ({ ...equation({ kind: "name", name: n.name }, n.expr), rule: "a name for a part" })),
    ...part.steps.map((s) => ({
      ...equation(s.left, s.after),
      rule: [...s.rules.map((id) => ruleInWords(id, part, words)), ...s.where.map((w) => `where ${words(w.left)} = ${words(w.right)}`)].join("; "),
    })),
  ]); // prettier-ignore
  return { ok: true, steps, inferred: asked.inferred };
}

export const checked = (text: string, format: "mcalc" | "markdown" | "latex"): Checked | Refused =>
  checkNow(text, format) as unknown as Checked | Refused;

export function printed(
  expression: Expression,
  notation: Notation,
  options: Options,
): { readonly ok: true; readonly text: string } | Refused {
  const asked = ask(expression, options);
  if (!asked.ok) return asked;
  const scope = scopeOf(asked.given);
  return "ok" in scope ? scope : { ok: true, text: write(asked.tree as Expr, notation, scope) };
}

export function codeFor(
  expression: Expression,
  wrt: string | readonly string[],
  language: Language,
  options: Options & { readonly order?: number },
): { readonly ok: true; readonly code: string; readonly inferred: readonly string[] } | Refused {
  const answered = derived(expression, wrt, options);
  if (!answered.ok) return answered;
  const { question, expr, scope, inferred, by } = answered;
  const made =
    by.length > 1
      ? deriveCode({ expr: question, wrt: by, scope, target: language })
      : generateCode({ expr: question, derivatives: [{ expr, wrt: by }], scope, target: language });
  return made.ok ? { ok: true, code: made.code, inferred } : refused("unsupported", made.error.message);
}

function write(e: Expr, notation: Notation, scope: Scope): string {
  switch (notation) {
    case "text":
      return printText(e);
    case "latex":
      return printLatex(e, {}, shapesIn(scope));
    case "typst":
      return printTypst(e, shapesIn(scope));
    case "unicode":
      return printUnicode(e, shapesIn(scope));
  }
}
