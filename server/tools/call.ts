import type { Run } from "../core/steps";
import { tableOf } from "../core/table";
import type { TextFormat, ToolAnswer } from "./tools";
import { check, code, curvature, derivation, derive, shapes, solve } from "./tools";

export const TOOL_NAMES = ["derive", "check", "derivation", "shapes", "solve", "curvature", "code"] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

export const isToolName = (name: string): name is ToolName => (TOOL_NAMES as readonly string[]).includes(name);

interface Tool {
  readonly call: (args: never, run?: Run) => Promise<ToolAnswer>;
  /** The answer for who reads only words. */
  readonly words: (answer: { readonly [key: string]: unknown }) => string;
}

const TOOLS: Readonly<Record<string, Tool>> = tableOf<Tool>({
  derive: {
    call: derive,
    words: ({ text, code, shape }) =>
      `${String(text)}   (${shapeWords(shape)})${code === undefined ? "" : `\n\n${String(code)}`}`,
  },
  check: {
    call: ({ text, format }: { text: string; format: TextFormat }, run) => check(text, format, run),
    words: verdicts,
  },
  derivation: {
    call: derivation,
    words: ({ steps }) =>
      (steps as { text: string; rule: string }[])
        .map((s) => `${s.text}${s.rule === "" ? "" : `   # ${s.rule}`}`)
        .join("\n"),
  },
  shapes: { call: shapes, words: ({ words }) => String(words) },
  solve: {
    call: solve,
    words: ({ text, conditions }) => [String(text), ...(conditions as string[]).map((c) => `if ${c}`)].join("\n"),
  },
  curvature: {
    call: curvature,
    words: ({ curvature: word, reason }) => [word, ...(reason as string[])].join("\n"),
  },
  code: { call: code, words: ({ code }) => String(code) },
});

export interface Called {
  readonly answer: ToolAnswer;
  /** The same in words. */
  readonly words: string;
}

/** Calls a tool by its name; its arguments are those that the schemas of the tools say. */
export async function callTool(name: ToolName, args: object, run?: Run): Promise<Called> {
  const { call, words } = TOOLS[name]!;
  const wrong = wrongArguments(name, args as Readonly<Record<string, unknown>>);
  if (wrong !== undefined) return { answer: { ok: false, error: { code: "syntax", message: wrong } }, words: wrong };
  const answer = await call(args as never, run);
  if (!answer.ok) return { answer, words: answer.error.message };
  const inferred = answer["inferred"] as readonly string[] | undefined;
  const said = inferred !== undefined && inferred.length > 0 ? `\nInferred: ${inferred.join("; ")}` : "";
  return { answer, words: words(answer) + said };
}

const isText = (v: unknown): boolean => typeof v === "string";
const isTexts = (v: unknown): boolean => Array.isArray(v) && v.every(isText);

/** What each argument is. */
const KINDS: readonly (readonly [name: string, is: (v: unknown) => boolean, what: string])[] = [
  ["expr", isText, "the text of an expression"],
  ["wrt", (v) => isText(v) || isTexts(v), "the name of a variable, or a list of names"],
  ["given", isTexts, "a list of declarations, such as `A : R^(n×n)`"],
  ["order", (v) => Number.isInteger(v), "a whole number"],
  ["to", isText, "the name of a format or a language"],
  ["text", isText, "the text to check"],
  ["format", (v) => v === "markdown" || v === "mcalc" || v === "latex", "markdown, mcalc or latex"],
];
const NEEDED: Readonly<Record<string, readonly string[]>> = tableOf({
  check: ["text", "format"],
  shapes: ["expr"],
  code: ["expr", "wrt", "to"],
});

/** What is wrong with the arguments of a call, in one sentence: models forget some. */
function wrongArguments(name: ToolName, args: Readonly<Record<string, unknown>>): string | undefined {
  const needed = NEEDED[name] ?? ["expr", "wrt"];
  const wrong = KINDS.find(([key, is]) => (args[key] === undefined ? needed.includes(key) : !is(args[key])));
  return wrong === undefined ? undefined : `\`${wrong[0]}\` must be ${wrong[2]}.`;
}

const shapeWords = (shape: unknown): string => {
  const dims = shape as readonly string[] | undefined;
  return dims === undefined || dims.length === 0 ? "scalar" : dims.join("×");
};

/** Each claim with its verdict, then what else was found. */
function verdicts(answer: { readonly [key: string]: unknown }): string {
  const claims = answer["claims"] as readonly { text: string; status: string; note?: string; repair?: string }[];
  const diagnostics = answer["diagnostics"] as readonly { severity: string; message: string }[];
  const lines = claims.map(
    ({ text, status, note, repair }) =>
      `${status}: ${text}${note === undefined ? "" : ` (${note})`}${repair === undefined ? "" : `; should be: ${repair}`}`,
  );
  lines.push(...diagnostics.filter((d) => d.severity !== "hint").map((d) => `${d.severity}: ${d.message}`));
  return lines.length === 0 ? "Nothing here claims anything that can be checked." : lines.join("\n");
}
