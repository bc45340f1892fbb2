/** The types of everything that the server may send; the protocol tests make a JSON schema of them. */
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  CompletionList,
  ConfigurationParams,
  Diagnostic,
  DocumentDiagnosticReport,
  DocumentHighlight,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InitializeResult,
  InlayHint,
  Location,
  LocationLink,
  LogMessageParams,
  PublishDiagnosticsParams,
  Range,
  RegistrationParams,
  SelectionRange,
  SemanticTokens,
  SignatureHelp,
  SymbolInformation,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver-protocol";
import type {
  ClaimsResult,
  CopyResult,
  Counts,
  DeclarationResult,
  DerivationResult,
  DeriveResult,
  StandingsResult,
  ToolResult,
  VariablesResult,
} from "../../server/lsp/protocol";

export interface Results {
  initialize: InitializeResult;
  shutdown: null;
  "textDocument/hover": Hover | null;
  "textDocument/completion": CompletionItem[] | CompletionList | null;
  "textDocument/signatureHelp": SignatureHelp | null;
  "textDocument/definition": Location | LocationLink[] | null;
  "textDocument/references": Location[] | null;
  "textDocument/documentHighlight": DocumentHighlight[] | null;
  "textDocument/prepareRename": { range: Range; placeholder: string } | null;
  "textDocument/rename": WorkspaceEdit | null;
  "textDocument/documentSymbol": DocumentSymbol[] | SymbolInformation[] | null;
  "workspace/symbol": SymbolInformation[] | null;
  "textDocument/foldingRange": FoldingRange[] | null;
  "textDocument/selectionRange": SelectionRange[] | null;
  "textDocument/semanticTokens/full": SemanticTokens | null;
  "textDocument/semanticTokens/range": SemanticTokens | null;
  "textDocument/inlayHint": InlayHint[] | null;
  "textDocument/codeLens": CodeLens[] | null;
  "textDocument/formatting": TextEdit[] | null;
  "textDocument/rangeFormatting": TextEdit[] | null;
  "textDocument/codeAction": CodeAction[] | null;
  "codeAction/resolve": CodeAction;
  "textDocument/diagnostic": DocumentDiagnosticReport;
  "mcalc/variables": VariablesResult | null;
  "mcalc/derive": DeriveResult;
  "mcalc/derivation": DerivationResult;
  "mcalc/copy": CopyResult;
  "mcalc/declaration": DeclarationResult;
  "mcalc/standings": StandingsResult | null;
  "mcalc/check": Diagnostic[];
  "mcalc/claims": ClaimsResult;
  "mcalc/tool": ToolResult;
}

/** Requests and notifications from the server. */
export interface FromServer {
  "textDocument/publishDiagnostics": PublishDiagnosticsParams;
  "window/logMessage": LogMessageParams;
  "client/registerCapability": RegistrationParams;
  "workspace/configuration": ConfigurationParams;
  "mcalc/counts": Counts;
}
