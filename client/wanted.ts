import type { Position, TextDocument } from "vscode";
import type { Range } from "vscode-languageclient";

/** The variable that a link in a hover asked for: its derivative comes first there, until the text changes. */
export class WantedVariable {
  #wanted: { readonly uri: string; readonly version: number; readonly range: Range; readonly variable: string } | undefined; // prettier-ignore

  set(document: TextDocument, range: Range, variable: string): void {
    this.#wanted = { uri: document.uri.toString(), version: document.version, range, variable };
  }

  at(document: TextDocument, { line, character }: Position): { readonly variable?: string } {
    const w = this.#wanted;
    if (w === undefined || w.uri !== document.uri.toString() || w.version !== document.version) return {};
    const { start, end } = w.range;
    const before = line < start.line || (line === start.line && character < start.character);
    const after = line > end.line || (line === end.line && character > end.character);
    // The name that stands before an expression is in its line.
    return (before && line !== start.line) || after ? {} : { variable: w.variable };
  }
}
