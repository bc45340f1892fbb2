/** The engine in a worker of its own, so that the page answers every key at once. */
import { children, type Expr } from "../server/core/ast";
import { printText } from "../server/language/print";
import { check, code, derivation, derive, parse, type Parsed, type Refused, shapeOf } from "../server/library";
import type { Part, Question, Reply, Verdict, Written } from "./messages";

const scope = globalThis as unknown as {
  onmessage: (event: { data: Question }) => void;
  postMessage: (reply: Reply) => void;
};

let latest = 0;

scope.onmessage = async ({ data }) => {
  latest = data.id;
  for (const part of answers(data)) {
    scope.postMessage({ ...part, id: data.id });
    // A key that was pressed meanwhile makes the rest void.
    await nextTurn();
    if (latest !== data.id) return;
  }
  scope.postMessage({ part: "done", id: data.id });
};

/** A message to oneself comes back after what waits, without the delay that browsers put on timers. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function* answers({ formula, given, wrt, language }: Question): Generator<Part> {
  const source = formula.trim();
  if (source === "") return;
  const isLatex = /[\\$]/.test(source);
  const bare = isLatex ? source.replaceAll("$", "").trim() : source;
  const sides = sidesOf(bare, isLatex);
  const read = subjectOf(isLatex ? `$${sides[0]!}$` : sides[0]!, given);
  if (sides.length > 1) {
    const claims = verdictsOn(bare, isLatex, read.ok ? read.given : given);
    yield typeof claims === "string" ? { part: "refused", message: claims } : { part: "verdict", claims };
    if (!read.ok) return;
  }
  if (!read.ok) return yield { part: "refused", message: read.error.message };
  const found = shapeOf(read);
  if (!found.ok) return yield { part: "refused", message: found.error.message };
  const variables = variablesOf(read);
  const by = variables.includes(wrt) ? wrt : (read.by ?? variables[0] ?? "");
  yield { part: "read", shape: inWords(found.shape), inferred: read.inferred, variables, wrt: by };
  if (by === "") return;
  yield { part: "gradient", answer: written(derive(read, by)) };
  if (found.shape.length === 0) yield { part: "hessian", answer: written(derive(read, by, { order: 2 })) };
  const explained = derivation(read, by);
  if (explained.ok) yield { part: "steps", steps: explained.steps };
  const program = code(read, by, language);
  yield { part: "code", code: program.ok ? program.code : program.error.message };
}

/** What a formula is about: of `d(f)/d(x)` it is `f`, to be derived by `x`. */
function subjectOf(side: string, given: readonly string[]): (Parsed & { readonly by?: string }) | Refused {
  const read = parse(side, { given });
  if (!read.ok) return read;
  const tree = read.tree as Expr;
  if (tree.kind !== "derivative") return read;
  const [by] = tree.wrt;
  return { ...read, tree: tree.of, text: printText(tree.of), ...(by?.kind === "name" ? { by: by.name } : {}) };
}

/** The sides of an equation: `==` in `.mcalc`, `=` outside braces in LaTeX. */
function sidesOf(text: string, isLatex: boolean): readonly string[] {
  if (!isLatex) return text.split("==").map((s) => s.trim());
  const out = [""];
  let depth = 0;
  for (const c of text) {
    if (c === "{") depth++;
    if (c === "}") depth--;
    if (c === "=" && depth === 0) out.push("");
    else out[out.length - 1] += c;
  }
  return out.map((s) => s.replaceAll("&", "").trim());
}

function verdictsOn(formula: string, isLatex: boolean, given: readonly string[]): readonly Verdict[] | string {
  const lines = given.join("\n");
  const found = isLatex
    ? check(`\`\`\`mcalc\n${lines}\n\`\`\`\n\n$$\n${formula}\n$$\n`, "markdown")
    : check(`${lines}\n${formula}\n`, "mcalc");
  if (!found.ok) return found.error.message;
  if (found.claims.length > 0) return found.claims;
  return found.diagnostics.find((d) => d.severity === "error")?.message ?? "Nothing here could be checked.";
}

function written(answer: ReturnType<typeof derive>): Written | { readonly message: string } {
  if (!answer.ok) return { message: answer.error.message };
  const { text, unicode, latex, shape } = answer;
  return { text, unicode, latex, shape: inWords(shape) };
}

const inWords = (shape: readonly string[]): string =>
  shape.length === 0 ? "a scalar" : shape.length === 1 ? `a vector, ${shape[0]!}×1` : `a matrix, ${shape.join("×")}`;

/** The declared names in an expression, in order of writing. */
function variablesOf({ tree, given }: Parsed): readonly string[] {
  const declared = new Set(
    given.flatMap((g) => (/^[^:=]+(?=:|∈|\bin\b)/.exec(g)?.[0] ?? "").split(",").map((n) => n.trim())),
  ); // prettier-ignore
  const out = new Set<string>();
  const visit = (e: Expr): void => {
    if (e.kind === "name" && declared.has(e.name)) out.add(e.name);
    children(e).forEach(visit);
  };
  visit(tree as Expr);
  return [...out];
}
