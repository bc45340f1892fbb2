import {
  type CodeDescription,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Span } from "../core/ast";
import type { Severity } from "../core/problem";
import type { Finding } from "../features/snapshot";
import { asWrittenIn } from "./texts";

export const toRange = (document: TextDocument, span: Span): Range => ({
  start: document.positionAt(span.start),
  end: document.positionAt(span.end),
});

export const toSpan = (document: TextDocument, range: Range): Span => ({
  start: document.offsetAt(range.start),
  end: document.offsetAt(range.end),
});

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function toDiagnostic(
  document: TextDocument,
  finding: Finding,
  client: { related: boolean; tags: boolean },
): Diagnostic {
  const related = finding.related.map((r) => ({
    location: { uri: document.uri, range: toRange(document, r.span) },
    message: r.message,
  }));
  return {
    range: toRange(document, finding.span),
    severity: SEVERITY[finding.severity],
    code: finding.code,
    source: "mcalc",
    message: finding.message,
    ...(client.related && related.length > 0 ? { relatedInformation: related } : {}),
    ...(client.tags && finding.code === "unused" ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}

export type { CodeDescription };

interface PlainEdit {
  readonly span: Span;
  readonly text: string;
}

export const toTextEdits = (document: TextDocument, edits: readonly PlainEdit[]): TextEdit[] =>
  edits.map((e) => ({ range: toRange(document, e.span), newText: asWrittenIn(document, e.text) }));

/** An edit of one document at the version it was made for, where the client can take that. */
export function toWorkspaceEdit(
  document: TextDocument,
  edits: readonly PlainEdit[],
  client: { documentChanges: boolean },
): WorkspaceEdit {
  const changes = toTextEdits(document, edits);
  return client.documentChanges
    ? { documentChanges: [{ textDocument: { uri: document.uri, version: document.version }, edits: changes }] }
    : { changes: { [document.uri]: changes } };
}
