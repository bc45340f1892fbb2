import {
  type Diagnostic,
  type DiagnosticServerCancellationData,
  type DocumentDiagnosticParams,
  DiagnosticRefreshRequest,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
} from "vscode-languageserver";
import { isConfirmed } from "../checking";
import { check, partOf } from "../features/checking";
import { diagnostics } from "../features/diagnostics";
import type { Finding } from "../features/snapshot";
import { Cancelled, type Turn } from "../features/turn";
import { toDiagnostic } from "./convert";
import { carryOver } from "./carryOver";
import { METHODS, type Counts } from "./protocol";
import { languageOf } from "./reading";
import { describe, type Requests } from "./requests";
import { makeTurn } from "./turns";
import type { Open, Workspace } from "./workspace";

/** How long after the last edit a document is checked for a client that does not ask by itself, in milliseconds. */
const DELAY = 120;

/** After so many milliseconds what is found in the visible part is told, the rest later. */
const PATIENCE = 60;

/** Diagnostics: answered where the client asks for them, sent unasked where it does not; the visible part first. */
export class DiagnosticsService {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #workspace: Workspace;
  /** Documents that have been scheduled since they were opened. */
  readonly #opened = new Set<string>();
  /** What was last found in a whole document, and in what text. */
  readonly #last = new Map<string, { readonly text: string; readonly findings: readonly Finding[] }>();
  /** Who waits for the first findings of a document. */
  readonly #waiting = new Map<string, Set<(items: Diagnostic[]) => void>>();

  constructor(readonly requests: Requests) {
    const workspace = (this.#workspace = requests.workspace);
    workspace.onBeginning = (beginning) => this.#tellPart(beginning);
    workspace.texts.onDidChangeContent(({ document }) => {
      if (workspace.client().pullDiagnostics) return;
      // Only who types is waited for: a document that was just opened is looked at at once.
      this.#schedule(document.uri, this.#opened.has(document.uri) ? DELAY : 0);
      this.#opened.add(document.uri);
    });
    workspace.texts.onDidClose(({ document }) => {
      clearTimeout(this.#timers.get(document.uri));
      this.#timers.delete(document.uri);
      this.#opened.delete(document.uri);
      this.#last.delete(document.uri);
      if (!workspace.client().pullDiagnostics)
        void requests.connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    });
    requests.connection.languages.diagnostics.on(
      requests.guard<DocumentDiagnosticParams, DocumentDiagnosticReport, DiagnosticServerCancellationData>(
        "diagnostics",
        async (params, token) => {
          const { uri } = params.textDocument;
          const state = workspace.state(uri);
          const empty = { kind: DocumentDiagnosticReportKind.Full, items: [] } as const;
          if (state === undefined) return { ...empty, items: [] };
          let answered = false;
          const turn = makeTurn(requests.environment, () => {
            if (token.isCancellationRequested && !answered) throw new Cancelled();
            if (workspace.state(uri) !== state)
            throw new ResponseError(LSPErrorCodes.ServerCancelled, "The document has changed.", { retriggerRequest: true }); // prettier-ignore
          });
          await requests.environment.nextTurn();
          await turn();
          const whole = this.#whole(uri, turn);
          const part = this.#firstOf(uri);
          const found = await Promise.race([whole, part.items]).finally(part.forget);
          if (Array.isArray(found)) {
            // The rest is asked for once it is there.
            answered = true;
            whole.then(
              () => workspace.state(uri) === state && this.#askAgain(),
              () => undefined,
            );
            return { kind: DocumentDiagnosticReportKind.Full, items: found };
          }
          if (found === undefined) return { ...empty, items: [] };
          const resultId = `${state}.${workspace.generation}`;
          if (params.previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
          return { kind: DocumentDiagnosticReportKind.Full, resultId, items: this.#of(found) };
        },
      ),
    );
  }

  /** The first findings of a document, where the client can be told to ask again for the rest. */
  #firstOf(uri: string): { readonly items: Promise<Diagnostic[]>; readonly forget: () => void } {
    if (!this.#workspace.client().refreshDiagnostics)
      return { items: new Promise(() => undefined), forget: () => undefined };
    const waiting = this.#waiting.get(uri) ?? new Set();
    this.#waiting.set(uri, waiting);
    let resolve!: (items: Diagnostic[]) => void;
    const items = new Promise<Diagnostic[]>((r) => (resolve = r));
    waiting.add(resolve);
    const forget = (): void => {
      waiting.delete(resolve);
      if (waiting.size === 0) this.#waiting.delete(uri);
    };
    return { items, forget };
  }

  #askAgain(): void {
    void this.requests.connection.sendRequest(DiagnosticRefreshRequest.type).catch(() => undefined);
  }

  /** A document with all that is found in it; where that takes long, the visible part is told before. */
  async #whole(uri: string, turn: Turn): Promise<Open | undefined> {
    const workspace = this.#workspace;
    const open = await workspace.open(uri);
    if (open === undefined) return undefined;
    let since: number | undefined = Date.now();
    const whole = await workspace.checked(uri, async () => {
      await turn();
      if (since === undefined || Date.now() - since < PATIENCE) return;
      since = undefined;
      await this.#tellPart(open);
    });
    if (whole === undefined) return undefined;
    // Closed or edited meanwhile: what was found is of a text that is not there any more.
    await turn();
    this.#count(whole);
    this.#last.set(uri, { text: whole.text.getText(), findings: diagnostics(whole.snapshot) });
    return whole;
  }

  /** Tells what is found in the visible part; what was found elsewhere before stays. */
  async #tellPart({ text, snapshot }: Open): Promise<void> {
    const { uri, version } = text;
    const workspace = this.#workspace;
    const client = workspace.client();
    if (client.pullDiagnostics && !this.#waiting.has(uri)) return;
    const state = workspace.state(uri);
    const { document, span } = partOf(snapshot.document, workspace.visible(text));
    const turn = makeTurn(this.requests.environment, () => workspace.expect(uri, state));
    const checked = await check(document, snapshot.settings, turn);
    workspace.expect(uri, state);
    const here = diagnostics({ ...snapshot, document, checked });
    const last = this.#last.get(uri);
    const elsewhere = last === undefined ? [] : carryOver(last.findings, last.text, text.getText(), span);
    const items = [...here, ...elsewhere].map((f) => toDiagnostic(text, f, client));
    if (client.pullDiagnostics) for (const resolve of this.#waiting.get(uri) ?? []) resolve(items);
    else await this.requests.connection.sendDiagnostics({ uri, version, diagnostics: items });
  }

  /** After a change of settings: everything again. */
  refresh(): void {
    const client = this.#workspace.client();
    if (client.pullDiagnostics) {
      if (client.refreshDiagnostics) void this.requests.connection.sendRequest(DiagnosticRefreshRequest.type).catch(() => undefined); // prettier-ignore
    } else for (const document of this.#workspace.texts.all()) this.#schedule(document.uri);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #schedule(uri: string, delay = DELAY): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(
      uri,
      setTimeout(() => {
        this.#timers.delete(uri);
        void this.#push(uri);
      }, delay),
    );
  }

  async #push(uri: string): Promise<void> {
    const workspace = this.#workspace;
    const version = workspace.texts.get(uri)?.version;
    const state = workspace.state(uri);
    if (version === undefined) return;
    const turn = makeTurn(this.requests.environment, () => {
      if (workspace.state(uri) !== state) throw new Cancelled();
    });
    try {
      const open = await this.#whole(uri, turn);
      await turn();
      const items = open === undefined ? [] : this.#of(open);
      await this.requests.connection.sendDiagnostics({ uri, version, diagnostics: items });
    } catch (error) {
      if (error instanceof Cancelled || error instanceof ResponseError) return;
      this.requests.connection.console.error(`diagnostics failed: ${describe(error)} at ${JSON.stringify(uri)}`); // prettier-ignore
    }
  }

  #of({ text, snapshot }: Open): Diagnostic[] {
    return diagnostics(snapshot).map((f) => toDiagnostic(text, f, this.#workspace.client()));
  }

  /** Tells the client how the document stands, for its status item. */
  #count({ text, snapshot }: Open): void {
    if (this.#workspace.client().options.counts !== true) return;
    const claims = snapshot.checked?.claims ?? [];
    const counts: Counts = {
      uri: text.uri,
      formulas: snapshot.document.parsed,
      claims: claims.length,
      language: languageOf(text.languageId, text.uri) ?? "markdown",
      holds: claims.filter(isConfirmed).length,
      wrong: claims.filter((c) => c.status === "wrong").length,
      unchecked: claims.filter((c) => c.status === "unknown" || c.status === "conditional").length,
      problems: diagnostics(snapshot).filter((f) => f.severity === "error" || f.severity === "warning").length,
    };
    void this.requests.connection.sendNotification(METHODS.counts, counts);
  }
}
