import {
  type Disposable,
  l10n,
  languages,
  LanguageStatusSeverity,
  MarkdownString,
  StatusBarAlignment,
  type TextDocument,
  ThemeColor,
  window,
} from "vscode";
import { counted } from "./counted";
import { SELECTOR } from "./math";
import type { Counts } from "../server/lsp/protocol";

/** The item in the status bar: how many formulas of the active document were read, and how its equations stand. */
export class StatusItem implements Disposable {
  readonly #item = window.createStatusBarItem("mcalc.counts", StatusBarAlignment.Right, 90);
  /** The same under the editor's `{}`, where it can be pinned. */
  readonly #language = languages.createLanguageStatusItem("mcalc.status", []);
  readonly #counts = new Map<string, Counts>();
  #shown: string | undefined;

  constructor() {
    this.#item.name = "mcalc";
    this.#item.command = "workbench.actions.view.problems";
    this.#language.name = "mcalc";
    this.#language.command = { command: "workbench.actions.view.problems", title: l10n.t("Show problems") };
  }

  set(counts: Counts): void {
    this.#counts.set(counts.uri, counts);
    if (counts.uri === this.#shown) this.#show(counts);
  }

  /** The document whose counts are shown; none hides the item. */
  look(document: TextDocument | undefined): void {
    this.#shown = document?.uri.toString();
    const counts = this.#shown === undefined ? undefined : this.#counts.get(this.#shown);
    if (counts === undefined) this.#hide();
    else this.#show(counts);
  }

  dispose(): void {
    this.#item.dispose();
    this.#language.dispose();
  }

  #show(counts: Counts): void {
    const { formulas, claims, holds, wrong, problems } = counts;
    if (formulas === 0 && problems === 0) return this.#hide();
    const bad = problems > 0 || wrong > 0;
    const text = inWords(counts);
    this.#item.text = `${bad ? "$(warning)" : "$(pass)"} ${text}`;
    this.#item.tooltip = new MarkdownString(
      [
        "**mcalc**",
        l10n.t("{0} read", counted.formulas(formulas)),
        ...(claims === 0 ? [] : [l10n.t("{0} of {1} equations hold", holds, claims)]),
        problems === 0 ? l10n.t("no problems") : counted.problems(problems),
      ].join("\n\n"),
    );
    this.#item.accessibilityInformation = { label: `mcalc: ${text}` };
    this.#item.backgroundColor = bad ? new ThemeColor("statusBarItem.warningBackground") : undefined;
    this.#item.show();
    this.#language.text = text;
    this.#language.detail = l10n.t("{0} read", counted.formulas(formulas));
    this.#language.severity = bad ? LanguageStatusSeverity.Warning : LanguageStatusSeverity.Information;
    this.#language.selector = SELECTOR;
  }

  #hide(): void {
    this.#item.hide();
    this.#language.selector = [];
  }
}

/** What there is to do: `1 wrong, 3 not checked`. Where there is nothing, what was read. */
function inWords({ formulas, claims, wrong, unchecked, problems }: Counts): string {
  const others = Math.max(0, problems - wrong);
  const parts = [
    ...(wrong > 0 ? [l10n.t("{0} wrong", wrong)] : []),
    ...(others > 0 ? [counted.problems(others)] : []),
    ...(unchecked > 0 ? [l10n.t("{0} not checked", unchecked)] : []),
  ];
  if (parts.length > 0) return parts.join(l10n.t(", "));
  return claims > 0 ? counted.holding(claims) : counted.formulas(formulas);
}
