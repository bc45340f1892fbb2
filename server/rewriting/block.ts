import type { Scope } from "../core/scope";
import type { GrowingScope } from "../documents/mcalcScope";
import { parseStatement } from "../language/mcalc/statements";
import { withoutBullet } from "./blocks";
import { plainCharacters, withoutLookAlikes } from "./characters";
import { functionIn, loopIn } from "./constructs";
import { declarationsIn, declarationText } from "./declarations";
import { isValue } from "./known";
import { LineReader, sidesOf } from "./line";
import { giveUp } from "./raw";
import { commentBehind, LONGEST_BLOCK, singleBlanks, withoutEnd } from "./tidy";
import { asked, proseOf } from "./sentences";
import { type Origin, originOf, styleOf } from "./style";
import { tokensOf } from "./tokens";

/** What a block says in the language. */
export interface Reading {
  readonly text: string;
  readonly origin: Origin;
  /** The name that a loop adds to: it must have been 0 before. */
  readonly accumulates?: string;
}

/** What the reader of a block knows of its file. */
export interface Surroundings {
  readonly file: string;
  readonly lookAlikes: ReadonlyMap<string, string>;
}

/** Lines that load something or set the stage: nothing of them is mathematics. */
const STAGE =
  /^ ?(?:import \w|from [\w.]+ import\b|using [A-Z]|#include\b|library\(|require\(|clear\b|clc\b|close all\b|syms ?$|pkg load|%matplotlib|\\documentclass|\\usepackage|\\begin\{(?:document|equation\*?|align\*?|aligned|gather\*?|enumerate|itemize)\} ?$|\\end\{\w+\*?\} ?$|\\item ?$|```|~~~|---+ ?$|===+ ?$|using namespace\b|Remove\[|ClearAll\[|Needs\[|<<|plt\.|torch\.manual_seed|np\.random\.seed|rng\b|Random\.seed|set\.seed|model ?= ?(?:Model|direct_model)\(|optimize!\(|println?\(["']|print\(["']|@constraint|loss\.zero_grad|optimizer\.|\w+\.requires_grad)/;

const COMMENTS: readonly RegExp[] = [/^%(.*)$/, /^\/\/(.*)$/, /^ ?-- (.*)$/, /^ ?\(\*(.*)\*\) ?$/, /^ ?\/\*(.*)\*\/ ?$/, /^ ?> (?=[A-Z])(.*)$/]; // prettier-ignore

/** Marks in front of what was typed: prompts of interactive programs. */
const PROMPT = /^ ?(?:>>>\s?|\.\.\.\s(?= ?\S)|In\s?\[\d*\]\s?:=? ?|julia> ?|>> ?|octave:\d+> ?)/;

/** Reads a block of any language that people know as lines of `.mcalc`; throws `NotUnderstood`. */
export function readBlock(block: string, scope: GrowingScope, around: Surroundings): Reading {
  if (block.length > LONGEST_BLOCK) return giveUp("it is too long");
  const plain = singleBlanks(withoutLookAlikes(plainCharacters(block, keptIn(scope.view())), around.lookAlikes));
  const origin = originOf(plain, around.file);
  const style = styleOf(origin, plain);
  const reading = (text: string): Reading => ({ text, origin });
  const comment = commentOf(plain);
  if (comment !== undefined) return reading(comment);

  const view = scope.view();
  if (/^ ?(?:def|function|for)\b|<- ?function\b/.test(plain) && !/^ ?for (?:all|any|each|every|the|an?)\b/i.test(plain)) {
    const fn = functionIn(plain, view, style);
    if (fn !== undefined) return reading(fn);
    const loop = loopIn(plain, view, style);
    if (loop !== undefined) return { ...reading(`${loop.name} = ${loop.sum}`), accumulates: loop.name };
  } // prettier-ignore

  const rows = rowsOf(plain);
  const growing = rows.length > 1 ? scope.copy() : scope;
  const out: string[] = [];
  for (const { text: row, tail } of rows) {
    const text = lineOf(
      row,
      growing.view(),
      style,
      around.file,
      origin === "MATLAB" || /\brandn?\([^(),]*, ?1\)/.test(around.file),
    );
    out.push(text + (tail === "" ? "" : `${text === "" ? "" : "  "}# ${tail}`));
    if (rows.length > 1) for (const line of text.split("\n")) growing.add(parseStatement(line).statement);
  }
  return reading(out.join("\n"));
}

/** Names as they are written in the file, and others like them: in mathematical letters where one is declared so. */
function keptIn({ variables, definitions }: Scope): (word: string) => boolean {
  const isStyled = (word: string): boolean => /[\u{1d400}-\u{1d7ff}]/u.test(word);
  const styled = [...variables.keys(), ...definitions.keys()].some(isStyled);
  return (word) => variables.has(word) || definitions.has(word) || (styled && isStyled(word));
}

function commentOf(text: string): string | undefined {
  const lines = text.split(/\r\n|\n|\r/);
  if (/^ ?(?:"""|''')/.test(text) || (/^ ?\/\*/.test(text) && /\*\/ ?$/.test(text)))
    return lines
      .map((l) => l.replace(/"""|'''|\/\*|\*\//g, "").trim())
      .filter((l) => l !== "")
      .map((l) => `# ${l}`)
      .join("\n");
  if (lines.length > 1) return undefined;
  for (const c of COMMENTS) {
    const m = c.exec(text);
    if (m !== null) return `# ${m[1]!.replace(/^[%/]+/, "").trim()}`.trimEnd();
  }
  if (STAGE.test(text)) return `# ${text.trim()}`;
  return undefined;
}

interface Row {
  readonly text: string;
  /** A comment behind it. */
  readonly tail: string;
}

/** The statements of a block: rows of an environment, what semicolons part, without numbers, labels and dollars. */
function rowsOf(block: string): Row[] {
  let text = block;
  let tail = "";
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length === 1) {
    const { text: bare, comment } = commentBehind(text);
    [text, tail] = [bare, comment];
  } else
    text = lines
      .map((l) =>
        commentBehind(l)
          .text.replace(/\.\.\.$/, " ")
          .replace(/(?<!\\)\\$/, " "),
      )
      .join("\n");
  // A sentence with formulas in it.
  if (text.includes("\\") && text.split("$").length % 2 === 1) text = text.replaceAll("$", "");
  text = text
    .replace(PROMPT, "")
    .replace(/\\(?:label|tag)\*?\{[^{}]*\}/g, "")
    .replace(/\\(?:nonumber|notag)\b/g, "")
    .replace(/= ?@\. /, "= ")
    .replace(/^ ?(?:\$\$?|\\\[|\\\(|`) ?/, "")
    .replace(/ ?(?:\$\$?|\\\]|\\\)|`) ?[.,;]? ?$/, "");
  if (!text.includes("\\begin")) text = text.replace(/ ?& ?(?==)/g, " ");
  const environment = /\\begin\{(align|aligned|gather|gathered|eqnarray|equation|split|multline)\*?\}/.exec(text);
  if (environment !== null) {
    text = text.replace(/\\(?:begin|end)\{(?:align|aligned|gather|gathered|eqnarray|equation|split|multline)\*?\}/g, " ");
    const rows: string[] = [];
    for (const row of text.split(/\\\\(?:\[[^\]]*\])?/)) {
      const bare = row.replaceAll("&", " ").replace(/ /g, " ").trim();
      if (bare === "") continue;
      // A row that begins with a sign carries on the one before.
      if (/^[-+=*/]|^\\(?:cdot|times|approx)\b/.test(bare) && rows.length > 0) rows[rows.length - 1] += ` ${bare}`;
      else rows.push(bare);
    }
    return rows.map((r) => ({ text: trimmed(r), tail: "" }));
  } // prettier-ignore
  const parts = semicolonParts(text);
  return parts.map((t, i) => ({ text: trimmed(t), tail: i === parts.length - 1 ? tail : "" }));
}

const trimmed = (text: string): string => withoutEnd(withoutEnd(text.trim(), ";,.").replace(/ \(\d{1,2}[a-z]?\)$/, ""), ";,.\\").trim(); // prettier-ignore

/** What semicolons outside of brackets part. */
function semicolonParts(text: string): string[] {
  const out = [""];
  let depth = 0;
  let isMatrix = 0;
  const tokens = text.split(/(\\(?:begin|end)\{\w+\*?\}|[()[\]{};])/);
  for (const t of tokens) {
    if (/^\\begin/.test(t)) isMatrix++;
    else if (/^\\end/.test(t)) isMatrix--;
    else if ("([{".includes(t) && t !== "") depth++;
    else if (")]}".includes(t) && t !== "") depth--;
    if (t === ";" && depth === 0 && isMatrix === 0) out.push("");
    else out[out.length - 1] += t;
  }
  return out.filter((p) => p.trim() !== "");
}

/** One statement as a line of `.mcalc`. */
function lineOf(row: string, scope: Scope, style: ReturnType<typeof styleOf>, file: string, squareByDefault: boolean): string {
  const comment = commentOf(row);
  if (comment !== undefined) return comment;
  const line = withoutBullet(row)
    .replace(/^\\item /, "")
    .replace(/^(\w+) (?:equals|is equal to|is defined as|is defined by|is given by) /, "$1 = ");
  if (line === "") return "";
  const reader = new LineReader(scope, style, file);
  const question = asked(line, reader);
  if (question !== undefined) return question;
  const declared = declarationsIn(line, squareByDefault);
  if (declared !== undefined && declared.length > 0 && !isEquation(line, scope)) {
    const complete = declared.filter((d) => d.size !== undefined);
    if (complete.length === declared.length) return declarationText(declared);
    return giveUp("of what shape it is, is not said; write for example `A : R^(n×n) symmetric`");
  }
  const introduced = /^(?:so|then|thus|hence|therefore|where|with|and|let|define|set|put|note that|we have|now|consider|here) ?[,:]? (?=\S.*=)/i.exec(line)?.[0] ?? "";
  const prose = proseOf(line, (w) => isValue({ scope, style, locals: new Set() }, w));
  if (prose !== undefined) return prose;
  return reader.statement(line.slice(introduced.length));
} // prettier-ignore

/** Whether a line says that two things are equal, and is no description of a size. */
function isEquation(line: string, scope: Scope): boolean {
  const { parts } = sidesOf(tokensOf(line));
  if (parts.length < 2) return false;
  const left = parts[0]!.length === 1 ? parts[0]![0]!.text : "";
  return scope.variables.has(left);
}
