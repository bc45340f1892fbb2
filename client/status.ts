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

  #show(counts: Counts): void {
    const { formulas, claims, holds, wrong, problems } = counts;
    if (formulas === 0 && problems === 0) return this.#item.hide();
    const bad = problems > 0 || wrong > 0;
    const text = inWords(counts);
    this.#item.text = `${bad ? "$(warning)" : "$(pass)"} ${text}`;
    this.#item.tooltip = new MarkdownString(
      [
        "**mcalc**",
        `${count(formulas, "formula")} read`,
        ...(claims === 0 ? [] : [`${holds} of ${count(claims, "equation")} ${holds === 1 ? "holds" : "hold"}`]),
        problems === 0 ? "no problems" : count(problems, "problem"),
      ].join("\n\n"),
    );
    this.#item.accessibilityInformation = { label: `mcalc: ${text}` };
    this.#item.backgroundColor = bad ? new ThemeColor("statusBarItem.warningBackground") : undefined;
    this.#item.show();
  }
}

/** What there is to do: `1 wrong, 3 not checked`. Where there is nothing, what was read. */
function inWords({ formulas, claims, wrong, unchecked, problems }: Counts): string {
  const others = Math.max(0, problems - wrong);
  const parts = [
    ...(wrong > 0 ? [`${wrong} wrong`] : []),
    ...(others > 0 ? [count(others, "problem")] : []),
    ...(unchecked > 0 ? [`${unchecked} not checked`] : []),
  ];
  if (parts.length > 0) return parts.join(", ");
  return claims > 0 ? `${count(claims, "equation")} ${claims === 1 ? "holds" : "hold"}` : count(formulas, "formula");
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
