/**
 * What newer editors have for assistants, as far as it is used here. The types of the oldest editor that is supported do
 * not have it, so nothing of it is taken to be there.
 */
import * as vscode from "vscode";
import type { CancellationToken, Disposable, MarkdownString } from "vscode";

export interface ToolInvocation {
  readonly input: Readonly<Record<string, unknown>>;
}

export interface LanguageModelTool {
  prepareInvocation(options: ToolInvocation): {
    readonly invocationMessage: string;
    readonly confirmationMessages: { readonly title: string; readonly message: MarkdownString };
  };
  invoke(options: ToolInvocation, token: CancellationToken): Promise<object>;
}

export interface McpProvider {
  provideMcpServerDefinitions(): object[];
}

interface NewerEditor {
  readonly lm?: {
    readonly registerTool?: (name: string, tool: LanguageModelTool) => Disposable;
    readonly registerMcpServerDefinitionProvider?: (id: string, provider: McpProvider) => Disposable;
  };
  readonly LanguageModelTextPart?: new (text: string) => object;
  readonly LanguageModelToolResult?: new (parts: readonly object[]) => object;
  readonly McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    version: string,
  ) => object;
}

export const editor = vscode as unknown as NewerEditor;
