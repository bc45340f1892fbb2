import {
  commands,
  type Disposable,
  type ExtensionContext,
  type HoverProvider,
  languages,
  MarkdownString,
  Hover,
  type TextEditor,
  Uri,
  window,
  workspace,
} from "vscode";
import {
  type BaseLanguageClient,
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  HoverRequest,
  type LanguageClientOptions,
} from "vscode-languageclient";
import { METHODS, type InitializationOptions, type Visible } from "../server/lsp/protocol";
import { checkWorkspace } from "./checkWorkspace";
import { registerCommands } from "./commands";
import { hasMath, SELECTOR } from "./math";
import { DerivationPanel } from "./panel";
import { StatusItem } from "./status";
import { currentTheme } from "./theme";

/** Commands that links in hovers may call, and no others. */
const LINKED = ["mcalc.derive", "mcalc.showDerivation", "mcalc.copyAs"];
/** Times that a dead server is started anew within the period, in milliseconds, before the user is asked. */
const RESTARTS = 3;
const PERIOD = 3 * 60 * 1000;
/** How long a view must stay where it is before the server is told of it, in milliseconds. */
const REST = 100;

export type MakeClient = (options: LanguageClientOptions) => BaseLanguageClient;

/** The extension, on the desktop and on the web alike. The server starts with the first document that has mathematics in it. */
export class Extension {
  #client: BaseLanguageClient | undefined;
  #starting: Promise<BaseLanguageClient> | undefined;
  #pictures: Disposable | undefined;
  #deaths: number[] = [];
  #view: ReturnType<typeof setTimeout> | undefined;
  readonly #status: StatusItem;
  readonly #panel: DerivationPanel;

  constructor(
    readonly context: ExtensionContext,
    readonly makeClient: MakeClient,
    readonly pictures?: string,
  ) {
    this.#status = new StatusItem();
    this.#panel = new DerivationPanel(() => this.client());
  }

  activate(): void {
    const { subscriptions } = this.context;
    const add = (...all: Disposable[]): void => void subscriptions.push(...all);
    add(
      this.#status,
      this.#panel,
      ...registerCommands(() => this.client(), this.#panel),
      commands.registerCommand("mcalc.checkWorkspace", async () => checkWorkspace(await this.client(), this.context)),
      commands.registerCommand("mcalc.restartServer", () => this.restart()),
      commands.registerCommand("mcalc.showLog", async () => (await this.client()).outputChannel.show()),
      workspace.onDidOpenTextDocument((document) => hasMath(document) && void this.client()),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document === window.activeTextEditor?.document) this.#look();
      }),
      window.onDidChangeTextEditorSelection(({ textEditor: { document, selection } }) => {
        const code = this.#client?.code2ProtocolConverter;
        if (code !== undefined && hasMath(document))
          this.#panel.follow(code.asUri(document.uri), code.asRange(selection));
      }),
      window.onDidChangeActiveTextEditor(() => this.#look()),
      window.onDidChangeActiveColorTheme(() => this.#themeChanged()),
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.#sees(textEditor)),
      workspace.onDidChangeConfiguration((e) => {
        if (e.affectsConfiguration("editor.fontSize")) this.#themeChanged();
        if (e.affectsConfiguration("markdown.math.macros") && this.#client?.isRunning() === true)
          void this.#client.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
      }),
    );
    this.#look();
    if (workspace.textDocuments.some(hasMath)) void this.client();
  }

  /** The running client; starts it where it does not run. */
  client(): Promise<BaseLanguageClient> {
    return (this.#starting ??= this.#start());
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#pictures?.dispose();
    this.#client = this.#starting = this.#pictures = undefined;
    if (client !== undefined) await client.dispose();
  }

  async restart(): Promise<void> {
    this.#deaths = [];
    try {
      await this.stop();
    } catch {
      // It was dead already.
    }
    await this.client();
  }

  async #start(): Promise<BaseLanguageClient> {
    const client = this.makeClient(this.#options());
    this.#client = client;
    client.onNotification(METHODS.counts, (counts) => this.#status.set(counts));
    await client.start();
    // The text of a hover is the server's answer; its picture, when it is drawn, stands above it (the provider that
    // is registered last comes first).
    this.#pictures?.dispose();
    this.#pictures = languages.registerHoverProvider(SELECTOR, this.#pictureProvider());
    return client;
  }

  #options(): LanguageClientOptions {
    const initializationOptions: InitializationOptions = {
      hover: "text",
      commandLinks: true,
      counts: true,
      theme: currentTheme(),
      ...(this.pictures === undefined ? {} : { pictures: this.pictures }),
    };
    return {
      documentSelector: SELECTOR,
      initializationOptions,
      markdown: { isTrusted: { enabledCommands: LINKED } },
      middleware: {
        workspace: {
          // The macros that VS Code's own preview knows are known to the server as well.
          configuration: async (params, token, next) => {
            const answers = await next(params, token);
            if (!Array.isArray(answers)) return answers;
            return params.items.map(({ section, scopeUri }, i): unknown => {
              const answer: unknown = answers[i];
              if (section !== "mcalc" || typeof answer !== "object" || answer === null) return answer;
              const scope = scopeUri === undefined ? undefined : Uri.parse(scopeUri);
              const macros: object = workspace.getConfiguration("markdown.math", scope).get("macros") ?? {};
              // A plain object: what VS Code hands out cannot be sent to a worker.
              return { ...answer, macros: { ...macros } };
            });
          },
        },
        // A hover over a selection is about the selected part.
        provideHover: async (document, position, token, next) => {
          const selection = window.activeTextEditor?.selection;
          const client = this.#client;
          const selected =
            client !== undefined &&
            window.activeTextEditor?.document === document &&
            selection?.isEmpty === false &&
            selection.contains(position);
          if (!selected) return next(document, position, token);
          const { code2ProtocolConverter: code, protocol2CodeConverter: protocol } = client;
          const params = { ...code.asTextDocumentPositionParams(document, position), range: code.asRange(selection) };
          return protocol.asHover(await client.sendRequest(HoverRequest.type, params, token));
        },
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => {
          const now = Date.now();
          this.#deaths = [...this.#deaths.filter((t) => now - t < PERIOD), now];
          if (this.#deaths.length <= RESTARTS) return { action: CloseAction.Restart, handled: true };
          void this.#offerRestart();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
  }

  /** Tells the server, once the view has come to rest, what the user sees: that is checked first. */
  #sees(editor: TextEditor): void {
    clearTimeout(this.#view);
    this.#view = setTimeout(() => {
      const client = this.#client;
      if (client?.isRunning() !== true || !hasMath(editor.document)) return;
      const code = client.code2ProtocolConverter;
      const seen: Visible = {
        textDocument: code.asTextDocumentIdentifier(editor.document),
        ranges: editor.visibleRanges.map((r) => code.asRange(r)),
      };
      void client.sendNotification(METHODS.visible, seen);
    }, REST);
  }

  async #offerRestart(): Promise<void> {
    const restart = "Start again";
    const log = "Show log";
    const chosen = await window.showErrorMessage(
      `The mcalc language server stopped ${RESTARTS + 1} times in three minutes and was not started again.`,
      restart,
      log,
    );
    if (chosen === restart) await this.restart();
    if (chosen === log) this.#client?.outputChannel.show();
  }

  #pictureProvider(): HoverProvider {
    return {
      provideHover: async (document, position, token) => {
        const client = this.#client;
        const wanted = workspace.getConfiguration("mcalc", document).get("hover.picture", true);
        if (client === undefined || !client.isRunning() || !wanted || !hasMath(document)) return undefined;
        const editor = window.activeTextEditor;
        const selection = editor?.document === document && editor.selection.contains(position) ? editor.selection : undefined; // prettier-ignore
        const { code2ProtocolConverter: code } = client;
        const at = code.asPosition(position);
        const range = selection === undefined ? { start: at, end: at } : code.asRange(selection);
        const params = { ...code.asTextDocumentPositionParams(document, position), range };
        const answer: { contents: { value: string } } | null = await client.sendRequest(METHODS.picture, params, token);
        return answer === null ? undefined : new Hover(new MarkdownString(answer.contents.value));
      },
    };
  }

  #themeChanged(): void {
    if (this.#client?.isRunning() === true) void this.#client.sendNotification(METHODS.theme, currentTheme());
    this.#panel.refresh();
  }

  /** Commands and the status item apply where the active text has mathematics in it. */
  #look(): void {
    const document = window.activeTextEditor?.document;
    const active = document !== undefined && hasMath(document);
    void commands.executeCommand("setContext", "mcalc.active", active);
    this.#status.look(active ? document : undefined);
    if (active) void this.client();
  }
}
