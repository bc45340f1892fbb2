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
import { diagnostics } from "../features/diagnostics";
import { Cancelled } from "../features/turn";
import { toDiagnostic } from "./convert";
import { METHODS, type Counts } from "./protocol";
import type { Requests } from "./requests";
import { makeTurn } from "./turns";
import type { Open, Workspace } from "./workspace";

/** How long after the last edit a document is checked for a client that does not ask by itself, in milliseconds. */
const DELAY = 120;

/** Diagnostics: answered where the client asks for them, sent unasked where it does not. */
export class DiagnosticsService {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #workspace: Workspace;

  constructor(readonly requests: Requests) {
    const workspace = (this.#workspace = requests.workspace);
    workspace.texts.onDidChangeContent(({ document }) => {
      if (!workspace.client().pullDiagnostics) this.#schedule(document.uri);
    });
    workspace.texts.onDidClose(({ document }) => {
      clearTimeout(this.#timers.get(document.uri));
      this.#timers.delete(document.uri);
      if (!workspace.client().pullDiagnostics)
        void requests.connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    });
    requests.connection.languages.diagnostics.on(
      requests.guard<DocumentDiagnosticParams, DocumentDiagnosticReport, DiagnosticServerCancellationData>(
        "diagnostics",
        async (params, token) => {
          const { uri } = params.textDocument;
          const version = workspace.texts.get(uri)?.version;
          const empty = { kind: DocumentDiagnosticReportKind.Full, items: [] } as const;
          if (version === undefined) return { ...empty, items: [] };
          const turn = makeTurn(requests.environment, () => {
            if (token.isCancellationRequested) throw new Cancelled();
            if (workspace.texts.get(uri)?.version !== version)
            throw new ResponseError(LSPErrorCodes.ServerCancelled, "The document has changed.", { retriggerRequest: true }); // prettier-ignore
          });
          await requests.environment.nextTurn();
          await turn();
          const open = await workspace.checked(uri, turn);
          if (open === undefined) return { ...empty, items: [] };
          this.#count(open);
          const resultId = `${version}.${workspace.generation}`;
          if (params.previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
          return { kind: DocumentDiagnosticReportKind.Full, resultId, items: this.#of(open) };
        },
      ),
    );
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

  #schedule(uri: string): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(
      uri,
      setTimeout(() => {
        this.#timers.delete(uri);
        void this.#push(uri);
      }, DELAY),
    );
  }

  async #push(uri: string): Promise<void> {
    const workspace = this.#workspace;
    const version = workspace.texts.get(uri)?.version;
    if (version === undefined) return;
    const turn = makeTurn(this.requests.environment, () => {
      if (workspace.texts.get(uri)?.version !== version) throw new Cancelled();
    });
    try {
      const open = await workspace.checked(uri, turn);
      await turn();
      const items = open === undefined ? [] : this.#of(open);
      if (open !== undefined) this.#count(open);
      await this.requests.connection.sendDiagnostics({ uri, version, diagnostics: items });
    } catch (error) {
      if (error instanceof Cancelled || error instanceof ResponseError) return;
      this.requests.connection.console.error(`diagnostics failed: ${error instanceof Error ? error.stack : error} at ${JSON.stringify(uri)}`); // prettier-ignore
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
      holds: claims.filter((c) => c.status === "proved" || c.status === "verified").length,
      problems: diagnostics(snapshot).filter((f) => f.severity === "error" || f.severity === "warning").length,
    };
    void this.requests.connection.sendNotification(METHODS.counts, counts);
  }
}
