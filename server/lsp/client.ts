import { type InitializeParams, MarkupKind } from "vscode-languageserver";
import type { InitializationOptions, Theme } from "./protocol";

/** What the client can do, as far as answers depend on it. */
export interface Client {
  readonly documentChanges: boolean;
  readonly related: boolean;
  readonly tags: boolean;
  readonly pullDiagnostics: boolean;
  readonly refreshDiagnostics: boolean;
  readonly configuration: boolean;
  readonly didChangeConfiguration: boolean;
  readonly folders: boolean;
  readonly markdown: boolean;
  readonly markdownCompletions: boolean;
  readonly markdownSignatures: boolean;
  readonly snippets: boolean;
  readonly hierarchicalSymbols: boolean;
  readonly literalActions: boolean;
  readonly resolveEdits: boolean;
  readonly refreshHints: boolean;
  readonly refreshLenses: boolean;
  readonly refreshTokens: boolean;
  readonly linkSupport: boolean;
  readonly options: InitializationOptions;
}

export function readClient(params: InitializeParams): Client {
  const { textDocument, workspace } = params.capabilities;
  const options = (typeof params.initializationOptions === "object" && params.initializationOptions) || {};
  const hoverFormats = textDocument?.hover?.contentFormat ?? [MarkupKind.PlainText];
  return {
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    related: textDocument?.publishDiagnostics?.relatedInformation === true || textDocument?.diagnostic?.relatedInformation === true,
    tags: textDocument?.publishDiagnostics?.tagSupport !== undefined || textDocument?.diagnostic?.tagSupport !== undefined,
    pullDiagnostics: textDocument?.diagnostic !== undefined,
    refreshDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    configuration: workspace?.configuration === true,
    didChangeConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    folders: workspace?.workspaceFolders === true,
    markdown: hoverFormats.includes(MarkupKind.Markdown),
    markdownCompletions: textDocument?.completion?.completionItem?.documentationFormat?.includes(MarkupKind.Markdown) === true,
    markdownSignatures: textDocument?.signatureHelp?.signatureInformation?.documentationFormat?.includes(MarkupKind.Markdown) === true,
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    hierarchicalSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    literalActions: textDocument?.codeAction?.codeActionLiteralSupport !== undefined,
    resolveEdits: textDocument?.codeAction?.resolveSupport?.properties.includes("edit") === true && textDocument.codeAction.dataSupport === true,
    refreshHints: workspace?.inlayHint?.refreshSupport === true,
    refreshLenses: workspace?.codeLens?.refreshSupport === true,
    refreshTokens: workspace?.semanticTokens?.refreshSupport === true,
    linkSupport: textDocument?.definition?.linkSupport === true,
    options,
  }; // prettier-ignore
}

/** Colour of formulas on each kind of theme: the editor's own foreground in VS Code's default themes. */
export const FOREGROUND: Readonly<Record<Theme["kind"], string>> = {
  light: "#3b3b3b",
  dark: "#cccccc",
  highContrastDark: "#ffffff",
  highContrastLight: "#292929",
};

/** Colour of what a step of a derivation changed, on each kind of theme. */
export const ACCENT: Readonly<Record<Theme["kind"], string>> = {
  light: "0550ae",
  dark: "6cb6ff",
  highContrastDark: "ffd700",
  highContrastLight: "0f4a85",
};

/** Colour of sides that do not fit, on each kind of theme: read as an error, at a contrast of 4.5 and more. */
export const CLASH: Readonly<Record<Theme["kind"], string>> = {
  light: "#b01011",
  dark: "#f48771",
  highContrastDark: "#ff8c8c",
  highContrastLight: "#b5200d",
};
