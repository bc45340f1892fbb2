import { CancellationTokenSource, commands, type Disposable, l10n, type TextDocument, Uri, workspace } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { METHODS, type Standing, type StandingsResult } from "../../server/lsp/protocol";
import { hasMath } from "../math";
import { type MarkdownIt, showStandings } from "./plugin";

/** After the last edit the server is asked soon: the preview draws an edited note after 300 ms, with what is known then. */
const REST = 40;
/** Answers that come later draw the preview once more, after so many milliseconds in which nothing happened. */
const QUIET = 700;

interface Known {
  /** As JSON: two answers that say the same are the same. */
  readonly key: string;
  readonly standings: readonly Standing[];
}

/**
 * Verdicts in VS Code's preview of notes. The preview asks for a document's HTML at once, the server needs a while: what is
 * known is shown, and the preview is drawn again when it turns out to be something else.
 */
export class NotePreview implements Disposable {
  readonly #known = new Map<string, Known>();
  /** What the preview of a document shows. */
  readonly #shown = new Map<string, string>();
  /** The version of a document that was last asked about. */
  readonly #asked = new Map<string, number>();
  readonly #pending = new Map<string, { cancel: CancellationTokenSource; timer: ReturnType<typeof setTimeout> }>();
  readonly #subscriptions: Disposable[];
  #refresh: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly client: () => Promise<BaseLanguageClient>) {
    this.#subscriptions = [
      workspace.onDidChangeTextDocument(({ document }) => {
        if (this.#shown.has(document.uri.toString())) this.#ask(document, REST);
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri.toString())),
      workspace.onDidChangeConfiguration((e) => {
        if (!e.affectsConfiguration("mcalc")) return;
        this.#asked.clear();
        this.#drawAgain();
      }),
    ];
  }

  /** For `markdown.markdownItPlugins`. */
  extendMarkdownIt<M extends MarkdownIt>(md: M): M {
    return showStandings(md, (document) => (document instanceof Uri ? this.#of(document) : undefined), words);
  }

  /** A document has been checked: what is said of it is fetched, so that a preview that is opened shows it at once. */
  checked(uri: string): void {
    const document = workspace.textDocuments.find((d) => d.uri.toString() === uri);
    if (document?.languageId === "markdown") this.#ask(document, 0);
  }

  dispose(): void {
    clearTimeout(this.#refresh);
    for (const uri of [...this.#pending.keys()]) this.#forget(uri);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** What is known of a document that is being drawn; asks for what is not. */
  #of(uri: Uri): readonly Standing[] | undefined {
    if (!workspace.getConfiguration("mcalc", uri).get("preview", true)) return undefined;
    const name = uri.toString();
    const document = workspace.textDocuments.find((d) => d.uri.toString() === name);
    if (document === undefined || !hasMath(document)) return undefined;
    const known = this.#known.get(name);
    this.#shown.set(name, known?.key ?? "");
    this.#ask(document, 0);
    return known?.standings;
  }

  #ask(document: TextDocument, after: number): void {
    const name = document.uri.toString();
    if (this.#asked.get(name) === document.version) return;
    this.#asked.set(name, document.version);
    const before = this.#pending.get(name);
    clearTimeout(before?.timer);
    before?.cancel.cancel();
    const cancel = new CancellationTokenSource();
    this.#pending.set(name, { cancel, timer: setTimeout(() => void this.#answer(document, cancel), after) });
  }

  async #answer(document: TextDocument, cancel: CancellationTokenSource): Promise<void> {
    const name = document.uri.toString();
    const { version } = document;
    try {
      const client = await this.client();
      const textDocument = client.code2ProtocolConverter.asTextDocumentIdentifier(document);
      const found: StandingsResult | null = await client.sendRequest(METHODS.standings, { textDocument }, cancel.token);
      if (cancel.token.isCancellationRequested || document.version !== version) return;
      if (found === null) return void this.#asked.delete(name);
      this.#known.set(name, { key: JSON.stringify(found.formulas), standings: found.formulas });
      this.#drawAgain();
    } catch {
      // Edited meanwhile, or the server stopped: whoever asks next gets an answer.
      if (this.#asked.get(name) === version) this.#asked.delete(name);
    }
  }

  /** Once nothing happens any more, and what is shown is not what is known. */
  #drawAgain(): void {
    clearTimeout(this.#refresh);
    this.#refresh = setTimeout(() => {
      const stale = [...this.#shown].some(([uri, key]) => (this.#known.get(uri)?.key ?? "") !== key || !this.#asked.has(uri)); // prettier-ignore
      if (!stale) return;
      // Where a preview was closed, nothing draws it: it is not to be asked for again and again.
      for (const [uri, { key }] of this.#known) if (this.#shown.has(uri)) this.#shown.set(uri, key);
      void commands.executeCommand("markdown.preview.refresh");
    }, QUIET);
  }

  #forget(name: string): void {
    const pending = this.#pending.get(name);
    if (pending !== undefined) {
      clearTimeout(pending.timer);
      pending.cancel.dispose();
    }
    for (const map of [this.#known, this.#shown, this.#asked, this.#pending]) map.delete(name);
  }
}

const words = () => ({
  proved: l10n.t("This holds: proved."),
  verified: l10n.t("This holds: verified by numbers."),
  partly: (holds: number, claims: number) => l10n.t("{0} of {1} equations hold; the others are not checked.", holds, claims),
  wrong: l10n.t("mcalc found a mistake here."),
  repair: l10n.t("Repair:"),
}); // prettier-ignore
