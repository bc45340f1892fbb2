import { type Span } from "../core/ast";
import { memberBase, PROPERTIES, type Scope } from "../core/scope";
import { shapeText } from "../core/shape";
import type { Formula } from "../documents/document";
import { FUNCTIONS } from "../operators";
import { printText } from "../language/print";
import { DERIVATIVES } from "./derivativeForms";
import { LATEX_COMMANDS } from "./latexCommands";
import { formulaAt } from "./place";
import type { Snapshot } from "./snapshot";
import { commandBefore, nameBefore } from "./words";
import { propertiesInWords, shapeInWords } from "./variableInfo";

export interface Completion {
  readonly label: string;
  readonly kind: "function" | "scalar" | "vector" | "definition" | "dimension" | "property" | "command" | "keyword";
  /** Beside the label: the shape or the shape rule. */
  readonly detail: string;
  readonly documentation?: string;
  /** Whether the documentation is Markdown; what holds words of the document is plain text. */
  readonly markdown?: boolean;
  /** What is inserted, with `$1` where the cursor goes; the label by default. */
  readonly snippet?: string;
  /** What must be typed for it, where that is not the label: what is typed beyond it is no longer about this. */
  readonly filter?: string;
  readonly span: Span;
  /** Names of the document before functions. */
  readonly rank: number;
  /** Among those of one rank, where it is not by the alphabet. */
  readonly order?: number;
}

/** What can be written at an offset: declared names, dimensions, functions, properties; in a note LaTeX commands, in formulas only. */
export function completions(snapshot: Snapshot, offset: number): readonly Completion[] {
  const { document } = snapshot;
  const { text } = document;
  const formula = formulaAt(document, offset);
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  const isMcalc = document.languageId === "mcalc" || formula?.notation === "mcalc" || isInFence(text, offset);
  if (!isMcalc) return formula !== undefined || isInMath(text, offset) ? inLatex(formula, text, offset) : [];
  if (line.includes("#")) return [];
  const typed = nameBefore(text, offset);
  // A number is being written, or LaTeX, and no name.
  if (typed === "" && /[\d.\\]$/.test(line)) return [];
  const span = { start: offset - typed.length, end: offset };
  const scope = formula?.scope ?? document.formulas.findLast((f) => f.notation === "mcalc" && f.span.start <= offset)?.scope; // prettier-ignore
  const before = line.slice(0, line.length - typed.length);
  const tail = declarationTail(before);
  if (tail !== undefined) return ofDeclaration(tail, span, scope);
  const declared = before.trim() === "" ? declarations(typed, scope, span) : [];
  return [...declared, ...names(scope, span), ...functions(span)];
}

/** Whether a place in a note is in mathematics whose end is not written yet. */
function isInMath(text: string, offset: number): boolean {
  const paragraph = text
    .slice(0, offset)
    .split(/\n[ \t]*\n/)
    .at(-1)!;
  const bare = paragraph.split("\\\\").join("").split("\\$").join("");
  const [displays, rest] = [bare.split("$$").length - 1, bare.split("$$").join("")];
  if (displays % 2 === 1 || (rest.split("$").length - 1) % 2 === 1) return true;
  return bare.lastIndexOf("\\[") > bare.lastIndexOf("\\]") || bare.lastIndexOf("\\(") > bare.lastIndexOf("\\)");
}

/** Declarations at the beginning of a line: what a file starts with, and what a name that is not known needs. */
function declarations(typed: string, scope: Scope | undefined, span: Span): readonly Completion[] {
  const isEmpty = scope === undefined || (scope.variables.size === 0 && scope.definitions.size === 0);
  if (!isEmpty && (typed === "" || scope.variables.has(typed) || scope.definitions.has(typed))) return [];
  const isMatrix = /^\p{Lu}/u.test(typed);
  const [matrix, vector, scalar] = typed === "" ? ["A", "x", "c"] : [typed, typed, typed];
  const all: readonly (readonly [string, string, string, string])[] = [
    [`${matrix} : R^(m×n)`, "declare a matrix", `${matrix} : R^(\${1:m}×\${2:n})`, matrix],
    [`${vector} : R^n`, "declare a vector", `${vector} : R^\${1:n}`, vector],
    [`${scalar} : R`, "declare a scalar", `${scalar} : R`, scalar],
  ];
  const ordered = typed === "" || isMatrix ? all : [all[1]!, all[2]!, all[0]!];
  return ordered.map(([label, detail, snippet], i) => ({
    label, kind: "keyword", detail, snippet, span, rank: isEmpty ? 0 : 1, order: i,
    ...(typed === "" ? {} : { filter: typed }),
  })); // prettier-ignore
}

/** Whether a place in a note is in a fence of mcalc, also where what is written there is not a formula yet. */
function isInFence(text: string, offset: number): boolean {
  let open: string | undefined;
  let language = "";
  for (const line of text.slice(0, text.lastIndexOf("\n", offset - 1) + 1).split("\n")) {
    const bare = line.replace(/^[\t >]+/, "");
    const ticks = /^(?:`{3,}|~{3,})/.exec(bare)?.[0];
    if (ticks === undefined) continue;
    const rest = bare.slice(ticks.length).trim();
    if (open === undefined) [open, language] = [ticks, rest];
    else if (ticks.startsWith(open) && rest === "") open = undefined;
  }
  return open !== undefined && /^\{?\.?mcalc\b/.test(language);
}

/** What stands behind `name :` up to the cursor, where a shape and properties are written; `undefined` elsewhere. */
const declarationTail = (before: string): string | undefined => /^\s*[\p{L}_][\p{L}\p{N}_]*(?:\s*,\s*[\p{L}_][\p{L}\p{N}_]*)*\s*(?::|∈|in\b)(.*)$/u.exec(before)?.[1]; // prettier-ignore

/**
 * What can follow in a declaration: first the shape, in it dimensions, behind it properties. Never two of these at once: who
 * types the name of a new dimension means no property that begins alike.
 */
function ofDeclaration(tail: string, span: Span, scope: Scope | undefined): readonly Completion[] {
  if (tail.trim() === "")
    return [
      { label: "R", kind: "keyword", detail: "a scalar", filter: "R", span, rank: 0 },
      { label: "R^n", kind: "keyword", detail: "a column vector", snippet: "R^${1:n}", filter: "R", span, rank: 0 },
      { label: "R^(m×n)", kind: "keyword", detail: "a matrix", snippet: "R^(${1:m}×${2:n})", filter: "R", span, rank: 0 },
    ]; // prettier-ignore
  const inShape = tail.split("(").length > tail.split(")").length || /[\^{×+*,-]\s*$/.test(tail);
  if (inShape) return [...(scope?.dimensions ?? [])].map((d): Completion => ({ label: d, kind: "dimension", detail: "dimension", span, rank: 1 })); // prettier-ignore
  if (!/\s$/.test(tail)) return [];
  return PROPERTIES.map((p): Completion => ({ label: p, kind: "property", detail: propertiesInWords(new Set([p])), span, rank: 1 })); // prettier-ignore
}

function names(scope: Scope | undefined, span: Span): readonly Completion[] {
  if (scope === undefined) return [];
  const out: Completion[] = [];
  for (const [name, variable] of scope.variables) {
    const label = variable.family === undefined ? name : `${memberBase(name)}_${variable.family.index}`;
    const properties = propertiesInWords(variable.properties);
    out.push({
      label,
      kind: shapeText(variable.shape) === "scalar" ? "scalar" : "vector",
      detail: shapeText(variable.shape),
      documentation: `${shapeInWords(variable.shape)}${properties === "" ? "" : `, ${properties}`}`,
      span,
      rank: 0,
    });
  }
  for (const [name, { parameters, body }] of scope.definitions)
    out.push({
      label: name,
      kind: parameters === undefined ? "definition" : "function",
      detail: parameters === undefined ? "definition" : `(${parameters.join(", ")})`,
      documentation: printText(body),
      ...(parameters === undefined ? {} : { snippet: `${name}(\${1:${parameters[0] ?? ""}})` }),
      span,
      rank: 0,
    });
  for (const name of scope.dimensions)
    if (!scope.variables.has(name)) out.push({ label: name, kind: "dimension", detail: "dimension", span, rank: 1 });
  return out;
}

function functions(span: Span): readonly Completion[] {
  const out: Completion[] = FUNCTIONS.filter((o) => o.unlisted !== true).map((o) => ({
    label: o.name,
    kind: "function",
    detail: o.doc.shapes,
    documentation: `${o.doc.summary}\n\nExample: \`${o.doc.example}\``,
    markdown: true,
    snippet: o.arity[1] === 0 ? o.name : `${o.name}(${argumentsOf(o.arity[0], o.ofDimensions === true)})`,
    span,
    rank: 2,
  }));
  for (const d of DERIVATIVES) out.push({ ...d, kind: "function", span, rank: 2 });
  return out;
}

const argumentsOf = (count: number, dimensions: boolean): string =>
  Array.from({ length: Math.max(1, count) }, (_, i) =>
    dimensions ? `\${${i + 1}:${["m", "n"][count === 1 ? 1 : i]}}` : `\${${i + 1}}`,
  ).join(", ");

/**
 * Inside a formula of a note: the commands that mcalc reads and that begin with what is typed, those that the note uses first.
 * A command that is written out is left alone, whatever else begins like it: Enter must break the line there.
 */
function inLatex(formula: Formula | undefined, text: string, offset: number): readonly Completion[] {
  const typed = commandBefore(text, offset);
  const region = formula?.region?.span;
  if (typed === undefined || (region !== undefined && (offset <= region.start || offset >= region.end))) return [];
  const start = offset - typed.length;
  let slashes = 0;
  while (text[start - 1 - slashes] === "\\") slashes++;
  // The second of two backslashes ends a row, and begins nothing.
  if (slashes % 2 === 1 || LATEX_COMMANDS.some((c) => c.command === typed)) return [];
  const span = { start, end: offset };
  const wanted = LATEX_COMMANDS.filter((c) => c.command.toLowerCase().startsWith(typed.toLowerCase()));
  return wanted.map((c) => ({
    label: c.command,
    kind: "command",
    detail: c.detail,
    ...(c.snippet === undefined ? {} : { snippet: c.snippet }),
    span,
    rank: uses(text, c.command) ? 0 : 1,
  }));
}

/** Whether a text has a command somewhere: `\in` is not used where `\int` is. */
function uses(text: string, command: string): boolean {
  for (let at = text.indexOf(command); at >= 0; at = text.indexOf(command, at + 1))
    if (!/[a-z]/i.test(text[at + command.length] ?? "")) return true;
  return false;
}
