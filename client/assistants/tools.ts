import { type Disposable, MarkdownString } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { markdownCode, notificationText } from "../../server/core/escaping";
import { METHODS, type ToolParams, type ToolResult } from "../../server/lsp/protocol";
import { editor, type LanguageModelTool, type ToolInvocation } from "./api";

/** The tools of the manifest: the name of each without its `mcalc_`, and what is said while it works. */
const TOOLS = [
  ["derive", "Deriving"],
  ["check", "Checking"],
  ["derivation", "Deriving step by step"],
  ["shapes", "Finding the shape of"],
  ["solve", "Solving for where the gradient is zero:"],
  ["curvature", "Finding the curvature of"],
  ["code", "Writing code for"],
] as const;

/** Characters of an argument that are shown to who confirms a call. */
const SHOWN = 200;

/** The tools of `mcalc mcp` for the editor's own assistants, where the editor has such a thing. */
export function registerTools(client: () => Promise<BaseLanguageClient>): Disposable[] {
  const { lm, LanguageModelTextPart, LanguageModelToolResult } = editor;
  if (lm?.registerTool === undefined || LanguageModelTextPart === undefined || LanguageModelToolResult === undefined)
    return [];
  return TOOLS.map(([name, doing]) => {
    const tool: LanguageModelTool = {
      prepareInvocation: ({ input }) => ({
        invocationMessage: `${doing} ${about(input)}`,
        confirmationMessages: { title: "Matrix Calculus", message: question(doing, input) },
      }),
      invoke: async ({ input }, token) => {
        const params: ToolParams = { name, arguments: input };
        const { words, json } = await (await client()).sendRequest<ToolResult>(METHODS.tool, params, token);
        return new LanguageModelToolResult([new LanguageModelTextPart(words), new LanguageModelTextPart(json)]);
      },
    };
    return lm.registerTool!(`mcalc_${name}`, tool);
  });
}

/** What a call is about, in one line. */
function about(input: ToolInvocation["input"]): string {
  const said = input["expr"] ?? input["text"];
  const text = notificationText(typeof said === "string" ? said : "a formula");
  const by = input["wrt"];
  const variables = [by].flat().filter((v) => typeof v === "string");
  const short = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return variables.length === 0 ? short : `${short} with respect to ${variables.map(notificationText).join(", ")}`;
}

const question = (doing: string, input: ToolInvocation["input"]): MarkdownString =>
  new MarkdownString(
    `${doing} ${markdownCode(about(input))}?\n\nmcalc works this out in the editor: it reads this text and nothing else, changes nothing and asks no network.`,
  );
