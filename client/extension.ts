import {
  commands,
  type Disposable,
  type ExtensionContext,
  l10n,
  languages,
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
  type TextDocumentPositionParams,
} from "vscode-languageclient";
import {
  type Counts,
  type HoverParams,
  type InitializationOptions,
  METHODS,
  type Visible,
} from "../server/lsp/protocol";
import { announceServer, type ServerCommand } from "./assistants/server";
import { registerTools } from "./assistants/tools";
import { checkWorkspace } from "./checkWorkspace";
import { registerCommands } from "./commands";
import { registerExamples } from "./examples";
import { hasMath, SELECTOR } from "./math";
import { DerivationPanel } from "./panel";
import { NotePreview } from "./preview";
import { Progress } from "./progress";
import { StatusItem } from "./status";
import { ClaimTests } from "./tests";
import { currentTheme } from "./theme";
import { WantedVariable } from "./wanted";

/** Commands that links in hovers may call, and no others. */
const LINKED = ["mcalc.derive", "mcalc.showDerivation", "mcalc.copyAs", "mcalc.showHover"];
/** Times that a dead server is started anew within the period, in milliseconds, before the user is asked. */
const RESTARTS = 3;
const PERIOD = 3 * 60 * 1000;
/** How long a view must stay where it is before the server is told of it, in milliseconds. */
const REST = 100;

/** What other extensions get: VS Code's Markdown asks for `extendMarkdownIt`. */
export type Exports = Pick<NotePreview, "extendMarkdownIt">;
/** What is there in one kind of host only. */
export interface Own {
  /** Where the picture worker's script is (the web). */
  readonly pictures?: string;
  /** How the server for assistants is started (where processes can be). */
  readonly mcp?: ServerCommand;
}

export type MakeClient = (options: LanguageClientOptions) => BaseLanguageClient;

/** The extension, on the desktop and on the web alike. The server starts with the first document that has mathematics in it. */
export class Extension {
  #client: BaseLanguageClient | undefined;
  #starting: Promise<BaseLanguageClient> | undefined;
  #deaths: number[] = [];
  #view: ReturnType<typeof setTimeout> | undefined;
  readonly #status: StatusItem;
  readonly #wanted = new WantedVariable();
  readonly #progress = new Progress();
  readonly #panel: DerivationPanel;
  #tests: ClaimTests | undefined;
  readonly #preview = new NotePreview(() => this.client());

  constructor(
    readonly context: ExtensionContext,
    readonly makeClient: MakeClient,
    readonly own: Own = {},
  ) {
    this.#status = new StatusItem();
    this.#panel = new DerivationPanel(() => this.client());
  }

  activate(): Exports {
    const { subscriptions } = this.context;
    const add = (...all: Disposable[]): void => void subscriptions.push(...all);
    add(
      this.#status,
      this.#panel,
      ...registerCommands(() => this.client(), this.#panel, this.#wanted, this.#progress),
      ...registerExamples(this.context.extensionUri),
      ...registerTools(() => this.client()),
      ...(this.own.mcp === undefined ? [] : announceServer(this.own.mcp)),
      languages.onDidChangeDiagnostics(() => this.#lookForUndeclared()),
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
      { dispose: () => this.#tests?.dispose() },
      workspace.onDidChangeConfiguration((e) => {
        if (e.affectsConfiguration("mcalc.testExplorer")) this.#showTests();
        if (e.affectsConfiguration("editor.fontSize")) this.#themeChanged();
        if (e.affectsConfiguration("markdown.math.macros") && this.#client?.isRunning() === true)
          void this.#client.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
      }),
    );
    this.#look();
    this.#showTests();
    if (workspace.textDocuments.some(hasMath)) void this.client();
    add(this.#preview);
    return { extendMarkdownIt: (md) => this.#preview.extendMarkdownIt(md) };
  }

  /** The running client; starts it where it does not run. */
  client(): Promise<BaseLanguageClient> {
    return (this.#starting ??= this.#start());
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = this.#starting = undefined;
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
    client.onNotification(METHODS.counts, (counts: Counts) => {
      this.#progress.counted(counts);
      this.#status.set(counts);
      void this.#tests?.checked(client.protocol2CodeConverter.asUri(counts.uri).toString());
      this.#preview.checked(client.protocol2CodeConverter.asUri(counts.uri).toString());
    });
    await client.start();
    return client;
  }

  #options(): LanguageClientOptions {
    const initializationOptions: InitializationOptions = {
      // A screen reader is told the formulas in words.
      hover: workspace.getConfiguration("editor").get("accessibilitySupport") === "on" ? "text" : "svg",
      commandLinks: true,
      counts: true,
      theme: currentTheme(),
      ...(this.own.pictures === undefined ? {} : { pictures: this.own.pictures }),
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
        // A hover over a selection is about the selected part; one that a link asked for, about the variable of the link.
        provideHover: async (document, position, token, next) => {
          const client = this.#client;
          if (client === undefined) return next(document, position, token);
          const editor = window.activeTextEditor?.document === document ? window.activeTextEditor : undefined;
          const { code2ProtocolConverter: code, protocol2CodeConverter: protocol } = client;
          const selected = editor?.selection.isEmpty === false && editor.selection.contains(position) ? editor.selection : undefined; // prettier-ignore
          const params: TextDocumentPositionParams & HoverParams = {
            ...code.asTextDocumentPositionParams(document, position),
            ...(selected === undefined ? {} : { range: code.asRange(selected) }),
            ...this.#wanted.at(document, position),
          };
          const hover = protocol.asHover(await client.sendRequest(HoverRequest.type, params, token));
          if (hover !== null && hover !== undefined) this.#progress.reach("hovered");
          return hover;
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

  /** Claims are listed in the Test Explorer, unless they are not wanted there. */
  #showTests(): void {
    const wanted = workspace.getConfiguration("mcalc").get("testExplorer") !== false;
    if (wanted === (this.#tests !== undefined)) return;
    this.#tests?.dispose();
    this.#tests = wanted ? new ClaimTests(() => this.client()) : undefined;
    if (wanted) for (const d of workspace.textDocuments) void this.#tests?.checked(d.uri.toString());
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
    const restart = l10n.t("Start again");
    const log = l10n.t("Show log");
    const chosen = await window.showErrorMessage(
      l10n.t("The mcalc language server stopped {0} times in three minutes and was not started again.", RESTARTS + 1),
      restart,
      log,
    );
    if (chosen === restart) await this.restart();
    if (chosen === log) this.#client?.outputChannel.show();
  }

  #themeChanged(): void {
    if (this.#client?.isRunning() === true) void this.#client.sendNotification(METHODS.theme, currentTheme());
    this.#panel.refresh();
  }

  /** “Insert Declaration” is offered where something is not declared. */
  #lookForUndeclared(): void {
    const uri = window.activeTextEditor?.document.uri;
    const undeclared = uri !== undefined && languages.getDiagnostics(uri).some((d) => d.code === "undeclared");
    void commands.executeCommand("setContext", "mcalc.undeclared", undeclared);
  }

  /** Commands and the status item apply where the active text has mathematics in it. */
  #look(): void {
    const document = window.activeTextEditor?.document;
    const active = document !== undefined && hasMath(document);
    void commands.executeCommand("setContext", "mcalc.active", active);
    this.#lookForUndeclared();
    this.#status.look(active ? document : undefined);
    if (active) void this.client();
  }
}
