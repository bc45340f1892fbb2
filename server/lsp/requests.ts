import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  type Position,
  ResponseError,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Snapshot } from "../features/snapshot";
import { Cancelled, type Turn } from "../features/turn";
import { wrongParams } from "./params";
import { makeTurn } from "./turns";
import type { Environment } from "./environment";
import type { Workspace } from "./workspace";

const CANCELLED = new ResponseError<never>(LSPErrorCodes.RequestCancelled, "The request was cancelled.");

/** What a handler of a request about one document is given. */
export interface Asked {
  readonly text: TextDocument;
  readonly snapshot: Snapshot;
  readonly turn: Turn;
  readonly token: CancellationToken;
}

export interface About {
  readonly textDocument: { readonly uri: string };
}

/** Requests are answered between `initialize` and `shutdown`, as the protocol says. */
type Phase = "before" | "open" | "after";

const OUT_OF_PHASE: Readonly<Record<Exclude<Phase, "open">, ResponseError<void>>> = {
  before: new ResponseError(
    ErrorCodes.ServerNotInitialized,
    "The server is not initialized yet: send `initialize` first.",
  ),
  after: new ResponseError(ErrorCodes.InvalidRequest, "The server was shut down: only `exit` may follow."),
};

/** Answers that are worked out at a time. */
const MOST_ANSWERS = 16;

/** Makes handlers that answer for one document, honour cancellation, and fail alone. */
export class Requests {
  #phase: Phase = "before";
  #answering = 0;
  readonly #queue: (() => void)[] = [];

  constructor(
    readonly connection: Connection,
    readonly workspace: Workspace,
    readonly environment: Environment,
  ) {}

  open(): void {
    this.#phase = "open";
  }

  close(): void {
    this.#phase = "after";
  }

  /**
   * A handler for one feature. Where the document is not open or not of a kind that is read, it answers `otherwise`.
   * A failure is logged, without any of the document's text, and answered as an error of this request alone.
   */
  about<P extends About, R>(
    feature: string,
    otherwise: R,
    answer: (asked: Asked, params: P) => R | Promise<R>,
    options: {
      readonly checked?: boolean;
      /** The only place it is about: the document need not be read behind what the user sees of it. */
      readonly at?: (params: P) => Position;
    } = {},
  ): (params: P, token: CancellationToken) => Promise<R | ResponseError<void>> {
    return this.guard(feature, async (params: P, token: CancellationToken) => {
      const { uri } = params.textDocument;
      const state = this.workspace.state(uri);
      if (state === undefined) return otherwise;
      const turn = this.turnFor(uri, state, token);
      // Edits and cancellations that already wait come first.
      await this.environment.nextTurn();
      await turn();
      const open = await (options.checked === true
        ? this.workspace.checked(uri, turn)
        : options.at === undefined
          ? this.workspace.open(uri)
          : this.workspace.openAt(uri, this.workspace.texts.get(uri)?.offsetAt(options.at(params)) ?? 0));
      if (open === undefined) return otherwise;
      await turn();
      return this.#inTurn(async () => {
        await turn();
        return answer({ ...open, turn, token }, params);
      });
    });
  }

  /**
   * Few answers are worked out at a time, and each is handed over before its place is given to the next: what a client
   * asks a thousand times while it does not read is not held a thousand times.
   */
  async #inTurn<R>(work: () => Promise<R>): Promise<R> {
    if (this.#answering < MOST_ANSWERS) this.#answering++;
    else await new Promise<void>((resolve) => void this.#queue.push(resolve));
    try {
      return await work();
    } finally {
      void this.environment.nextTurn().then(() => {
        const next = this.#queue.shift();
        if (next === undefined) this.#answering--;
        else next();
      });
    }
  }

  /** Work about one state of a document: it ends where the request is taken back or an edit overtakes it. */
  turnFor(uri: string, state: number, token: CancellationToken): Turn {
    return makeTurn(this.environment, () => {
      if (token.isCancellationRequested) throw new Cancelled();
      this.workspace.expect(uri, state);
    });
  }

  /** Turns what a handler throws into an answer. */
  guard<P, R, E = void>(
    feature: string,
    run: (params: P, token: CancellationToken) => Promise<R>,
  ): (params: P, token: CancellationToken) => Promise<R | ResponseError<E>> {
    return async (params, token) => {
      if (this.#phase !== "open") return OUT_OF_PHASE[this.#phase] as ResponseError<E>;
      const wrong = wrongParams(feature, params);
      if (wrong !== undefined) return new ResponseError<E>(ErrorCodes.InvalidParams, wrong);
      try {
        return await Promise.race([run(params, token), takenBack(token)]);
      } catch (error) {
        if (error instanceof Cancelled || token.isCancellationRequested) return CANCELLED;
        if (error instanceof ResponseError) return error as ResponseError<E>;
        this.connection.console.error(`${feature} failed: ${describe(error)} at ${where(params)}`);
        return new ResponseError<E>(ErrorCodes.InternalError, `mcalc could not answer “${feature}” here.`);
      }
    };
  }
}

/** Rejects when a request is taken back: whatever its work waits for just then, it is answered at once. */
function takenBack(token: CancellationToken): Promise<never> {
  return new Promise((_, reject) => void token.onCancellationRequested(() => reject(new Cancelled())));
}

/** Errors whose words are the engine's own; others may quote a document. */
const OWN_WORDS: ReadonlySet<string> = new Set(["TypeError", "RangeError", "ReferenceError"]);

/** What failed and where in our code, for the log: nothing of a document's text. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return "something that is no error was thrown";
  const said = OWN_WORDS.has(error.name) ? `${error.name}: ${error.message}` : error.name;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [said, ...frames].join("\n");
}

/** The place that a request was about, without any text of the document. */
function where(params: unknown): string {
  const { textDocument, position, range } = params as {
    textDocument?: { uri: string };
    position?: unknown;
    range?: unknown;
  };
  return JSON.stringify({ uri: textDocument?.uri, position, range });
}
