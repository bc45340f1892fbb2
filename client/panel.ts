import { type Disposable, env, ViewColumn, type WebviewPanel, window } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { type DerivationParams, type DerivationResult, type DerivationView, METHODS } from "../server/lsp/protocol";
import { page } from "./panelPage";

/** The panel beside the text that shows a derivation step by step. One panel: a new derivation takes its place. */
export class DerivationPanel implements Disposable {
  #panel: WebviewPanel | undefined;
  #asked: DerivationParams | undefined;
  #shown: DerivationView | undefined;

  constructor(readonly client: () => Promise<BaseLanguageClient>) {}

  async show(params: DerivationParams): Promise<void> {
    const client = await this.client();
    const result: DerivationResult = await client.sendRequest(METHODS.derivation, params);
    if ("message" in result) return void window.showWarningMessage(result.message);
    this.#asked = params;
    this.#shown = result;
    const panel = (this.#panel ??= this.#create());
    panel.title = `Derivation: ${result.title}`;
    panel.webview.html = page(result, { full: params.full === true });
    panel.reveal(undefined, true);
  }

  /** Draws the pictures anew in the colours of a new theme. */
  refresh(): void {
    if (this.#panel !== undefined && this.#asked !== undefined) void this.show(this.#asked);
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #create(): WebviewPanel {
    const panel = window.createWebviewPanel(
      "mcalc.derivation",
      "Derivation",
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
    if (message === "detail") await this.show({ ...asked, full: asked.full !== true });
    else if (message === "latex") await this.#copy(shown.latex);
    else if (message === "text") await this.#copy(shown.text);
    else if (line !== null) await this.#copy(shown.lines[Number(line[1])]?.latex);
  }

  async #copy(text: string | undefined): Promise<void> {
    if (text === undefined) return;
    await env.clipboard.writeText(text);
    void window.setStatusBarMessage("$(check) Copied.", 2000);
  }
}
