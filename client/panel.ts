import { type Disposable, env, l10n, ViewColumn, type WebviewPanel, window } from "vscode";
import type { BaseLanguageClient, Range } from "vscode-languageclient";
import {
  type At,
  type DerivationParams,
  type DerivationResult,
  type DerivationView,
  METHODS,
  type VariablesResult,
} from "../server/lsp/protocol";
import { page, type PanelWords } from "./panelPage";

/** How long the cursor rests before the panel follows it, in milliseconds. */
const REST = 300;

/** The panel beside the text that shows a derivation step by step. One panel: a new derivation takes its place. */
export class DerivationPanel implements Disposable {
  #panel: WebviewPanel | undefined;
  #asked: DerivationParams | undefined;
  #shown: DerivationView | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly client: () => Promise<BaseLanguageClient>) {}

  async show(params: DerivationParams): Promise<void> {
    const client = await this.client();
    const result: DerivationResult = await client.sendRequest(METHODS.derivation, params);
    if ("message" in result) return void window.showWarningMessage(result.message);
    this.#display(params, result).reveal(undefined, true);
  }

  #display(params: DerivationParams, result: DerivationView): WebviewPanel {
    this.#asked = params;
    this.#shown = result;
    const panel = (this.#panel ??= this.#create());
    panel.title = l10n.t("Derivation: {0}", result.title);
    panel.webview.html = page(result, { full: params.full === true, words: words() });
    return panel;
  }

  /**
   * Follows the cursor: once it rests in another formula, that one's derivation is shown, by the same variable where it
   * has it. Where there is none, what is shown stays.
   */
  follow(uri: string, range: Range): void {
    clearTimeout(this.#timer);
    if (this.#panel?.visible !== true || this.#asked === undefined) return;
    this.#timer = setTimeout(() => void this.#turnTo({ textDocument: { uri }, range }), REST);
  }

  async #turnTo(at: At): Promise<void> {
    const asked = this.#asked;
    if (asked === undefined || this.#panel === undefined) return;
    const client = await this.client();
    const found: VariablesResult | null = await client.sendRequest(METHODS.variables, at);
    const variable = found?.variables.find((v) => v.name === asked.variable) ?? found?.variables[0];
    if (variable === undefined || this.#asked !== asked) return;
    const params = { ...asked, ...at, variable: variable.name };
    const result: DerivationResult = await client.sendRequest(METHODS.derivation, params);
    if ("message" in result || this.#asked !== asked || JSON.stringify(result) === JSON.stringify(this.#shown)) return;
    this.#display(params, result);
  }

  /** Draws the pictures anew in the colours of a new theme. */
  refresh(): void {
    if (this.#panel !== undefined && this.#asked !== undefined) void this.show(this.#asked);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#panel?.dispose();
  }

  #create(): WebviewPanel {
    const panel = window.createWebviewPanel(
      "mcalc.derivation",
      l10n.t("Derivation"),
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [], enableFindWidget: true },
    );
    panel.onDidDispose(() => (this.#panel = this.#asked = this.#shown = undefined));
    panel.webview.onDidReceiveMessage((message: unknown) => void this.#received(message));
    return panel;
  }

  async #received(message: unknown): Promise<void> {
    const shown = this.#shown;
    const asked = this.#asked;
    if (shown === undefined || asked === undefined || typeof message !== "string") return;
    const line = /^line (\d+)$/.exec(message);
    const by = /^variable (.+)$/u.exec(message);
    if (by !== null) await this.show({ ...asked, variable: by[1]! });
    else if (message === "detail") await this.show({ ...asked, full: asked.full !== true });
    else if (message === "latex") await this.#copy(shown.latex);
    else if (message === "text") await this.#copy(shown.text);
    else if (line !== null) await this.#copy(shown.lines[Number(line[1])]?.latex);
  }

  async #copy(text: string | undefined): Promise<void> {
    if (text === undefined) return;
    await env.clipboard.writeText(text);
    void window.setStatusBarMessage(`$(check) ${l10n.t("Copied.")}`, 2000);
  }
}

const words = (): PanelWords => ({
  language: env.language,
  derivation: l10n.t("Derivation"),
  fewer: l10n.t("Fewer steps"),
  every: l10n.t("Every step"),
  copyLatex: l10n.t("Copy LaTeX"),
  copyText: l10n.t("Copy text"),
  by: l10n.t("by"),
  variable: l10n.t("Variable"),
  copy: l10n.t("Copy"),
  copyLine: (n) => l10n.t("Copy line {0} as LaTeX", n),
});
