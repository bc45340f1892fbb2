import { type Disposable, MarkdownString, StatusBarAlignment, type TextDocument, ThemeColor, window } from "vscode";
import type { Counts } from "../server/lsp/protocol";

/** The item in the status bar: how many formulas of the active document were read, and how its equations stand. */
export class StatusItem implements Disposable {
  readonly #item = window.createStatusBarItem("mcalc.counts", StatusBarAlignment.Right, 90);
  readonly #counts = new Map<string, Counts>();
  #shown: string | undefined;

  constructor() {
    this.#item.name = "mcalc";
    this.#item.command = "workbench.actions.view.problems";
  }

  set(counts: Counts): void {
    this.#counts.set(counts.uri, counts);
    if (counts.uri === this.#shown) this.#show(counts);
  }

  /** The document whose counts are shown; none hides the item. */
  look(document: TextDocument | undefined): void {
    this.#shown = document?.uri.toString();
    const counts = this.#shown === undefined ? undefined : this.#counts.get(this.#shown);
    if (counts === undefined) this.#item.hide();
    else this.#show(counts);
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show({ formulas, claims, holds, problems }: Counts): void {
    const icon = problems > 0 ? "$(warning)" : "$(pass)";
    this.#item.text = claims === 0 ? `${icon} ${count(formulas, "formula")}` : `${icon} ${holds}/${claims} hold`;
    this.#item.tooltip = new MarkdownString(
      [
        "**mcalc**",
        `${count(formulas, "formula")} read`,
        ...(claims === 0 ? [] : [`${holds} of ${count(claims, "equation")} hold`]),
        problems === 0 ? "no problems" : count(problems, "problem"),
      ].join("\n\n"),
    );
    this.#item.accessibilityInformation = { label: `mcalc: ${this.#item.text.replace(/\$\(\w+\)\s*/, "")}` };
    this.#item.backgroundColor = problems > 0 ? new ThemeColor("statusBarItem.warningBackground") : undefined;
    this.#item.show();
  }
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
