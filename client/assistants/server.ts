import type { Disposable } from "vscode";
import { editor } from "./api";

/** How `mcalc mcp` is started on this machine. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
}

/** Announces the server of the command line to editors that know the Model Context Protocol. */
export function announceServer({ command, args, env, version }: ServerCommand): Disposable[] {
  const { lm, McpStdioServerDefinition } = editor;
  if (lm?.registerMcpServerDefinitionProvider === undefined || McpStdioServerDefinition === undefined) return [];
  const definition = new McpStdioServerDefinition("Matrix Calculus", command, args, env, version);
  return [lm.registerMcpServerDefinitionProvider("mcalc", { provideMcpServerDefinitions: () => [definition] })];
}
