/** The tools for assistants, asked through the language server: they work where no process can be started. */
import { Cancelled, inTurns } from "../features/turn";
import { METHODS, type ToolParams, type ToolResult } from "./protocol";
import type { Requests } from "./requests";
import { makeTurn } from "./turns";

export function registerTools(requests: Requests): void {
  requests.connection.onRequest(
    METHODS.tool,
    requests.guard("tool", async (params: ToolParams, token): Promise<ToolResult> => {
      // Code generation and the reader of arguments in LaTeX are large, and few ask for them.
      const { callTool, isToolName } = await import("../tools/call");
      if (!isToolName(params.name)) return { ok: false, words: `There is no tool “${params.name}”.`, json: "{}" };
      const turn = makeTurn(requests.environment, () => {
        if (token.isCancellationRequested) throw new Cancelled();
      });
      const { answer, words } = await callTool(params.name, params.arguments, (work) => inTurns(work, turn));
      return { ok: answer.ok, words, json: JSON.stringify(answer) };
    }),
  );
}
