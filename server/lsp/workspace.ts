import { type Connection, LSPErrorCodes, type Range, ResponseError, TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Span } from "../core/ast";
import { SharedWork } from "../core/steps";
import type { MathDocument } from "../documents/document";
import { check, checking } from "../features/checking";
import { DEFAULTS, readSettings, type Settings } from "../features/settings";
import type { Checked, Snapshot } from "../features/snapshot";
import { sharedInTurns, type Turn } from "../features/turn";
import type { Client } from "./client";
import type { Environment } from "./environment";
import { type Language, languageOf, read } from "./reading";
import { TEXTS } from "./texts";
import { makeTurn } from "./turns";

/** Lines that are taken to be visible where a client does not tell. */
const SCREEN = 80;

/** From so many formulas on a document is long: who edits it first would wait for code to be compiled. */
const LONG = 500;
const REHEARSALS = 3;

/** One open document: its text as the client has it, and a snapshot of what it means. */
export interface Open {
  readonly text: TextDocument;
  readonly snapshot: Snapshot;
}

interface Entry {
  state: number;
  settings: Settings;
  document: MathDocument;
  checked?: Checked;
  checking?: SharedWork<Checked>;
}

/** The open documents, read and checked once for each version and each choice of settings. */
export class Workspace {
  readonly texts = new TextDocuments(TEXTS);
  readonly #entries = new Map<string, Entry>();
  readonly #reading = new Map<
    string,
    {
      readonly state: number;
      readonly settings: Settings;
      readonly document: Promise<MathDocument>;
      /** The text up to `until`, which is read first. */
      readonly beginning: Promise<MathDocument>;
      readonly until: number;
    }
  >();
  readonly #settings = new Map<string, Promise<Settings>>();
  /** Settings that a client pushed, for those that cannot be asked. */
  #pushed: Settings = DEFAULTS;
  readonly #visible = new Map<string, Range>();
  /** Counts what texts have been: one that is closed and opened again, with another text, has the same version. */
  readonly #states = new Map<string, number>();
  #count = 0;
  /** Is told of the part of a document that is read up to what the user sees, where the rest takes longer. */
  onBeginning: ((beginning: Open) => Promise<void>) | undefined;
  #rehearsed = false;
  /** Counts changes of settings: part of the identity of a result. */
  generation = 0;

  constructor(
    readonly connection: Connection,
    readonly client: () => Client,
    readonly environment: Environment,
  ) {
    this.texts.onDidChangeContent(({ document }) => void this.#states.set(document.uri, ++this.#count));
    this.texts.onDidClose(({ document }) => {
      this.#states.delete(document.uri);
      this.#reading.delete(document.uri);
      this.#entries.delete(document.uri);
      this.#settings.delete(document.uri);
      this.#visible.delete(document.uri);
    });
  }

  /** Which text a document has now, told apart from every other that it or another document had; `undefined` where it is not open. */
  state(uri: string): number | undefined {
    return this.#states.get(uri);
  }

  /** Takes note of what the user sees of a document. */
  see(uri: string, ranges: readonly Range[]): void {
    const [first] = ranges;
    const last = ranges.at(-1);
    if (first === undefined || last === undefined) this.#visible.delete(uri);
    else this.#visible.set(uri, { start: first.start, end: last.end });
  }

  /** What the user sees of a document, as far as that is known; else its beginning. */
  visible(text: TextDocument): Span {
    const lines = this.#visible.get(text.uri);
    if (lines === undefined) return { start: 0, end: endOfLine(text.getText(), SCREEN) };
    const start = text.offsetAt({ line: lines.start.line, character: 0 });
    return { start, end: text.offsetAt({ line: lines.end.line + 1, character: 0 }) };
  }

  /** Forgets settings; `pushed` are the new ones from a client that cannot be asked for them. */
  settingsChanged(pushed: unknown): void {
    this.#settings.clear();
    this.generation++;
    if (pushed !== undefined) this.#pushed = readSettings(pushed);
  }

  settings(uri: string): Promise<Settings> {
    if (!this.client().configuration) return Promise.resolve(this.#pushed);
    let settings = this.#settings.get(uri);
    if (settings === undefined) {
      settings = this.connection.workspace
        .getConfiguration({ scopeUri: uri, section: "mcalc" })
        .then(readSettings, () => this.#pushed);
      this.#settings.set(uri, settings);
    }
    return settings;
  }

  /** The document as it is now; nothing where it is not open, or not a kind that is read. */
  async open(uri: string): Promise<Open | undefined> {
    if (this.texts.get(uri) === undefined) return undefined;
    const settings = await this.settings(uri);
    const text = this.texts.get(uri);
    const state = this.state(uri);
    const language = text === undefined ? undefined : languageOf(text.languageId, uri);
    if (text === undefined || state === undefined || language === undefined) return undefined;
    if (!settings.languages.includes(language)) return undefined;
    const before = this.#entries.get(uri);
    if (before?.state === state && before.settings === settings) return { text, snapshot: snapshotOf(before) };
    const document = await this.#read(language, text, state, settings, before?.document);
    const now = this.#entries.get(uri);
    if (now?.document === document && now.settings === settings) return { text, snapshot: snapshotOf(now) };
    const entry: Entry = { state, settings, document };
    if (this.state(uri) === state) this.#entries.set(uri, entry);
    return { text, snapshot: snapshotOf(entry) };
  }

  /**
   * The same for who asks about one place: of a text that is only being read, the part that the user sees is enough,
   * where the place is in it.
   */
  async openAt(uri: string, offset: number): Promise<Open | undefined> {
    const text = this.texts.get(uri);
    const whole = this.open(uri);
    // Readings begin once the settings are known.
    const settings = text === undefined ? undefined : await this.settings(uri);
    const reading = this.#reading.get(uri);
    if (text === undefined || settings === undefined || reading === undefined) return whole;
    if (reading.state !== this.state(uri) || offset > reading.until) return whole;
    const beginning = reading.beginning.then((document) => ({ text, snapshot: { document, settings } }));
    return Promise.race([whole, beginning]);
  }

  /** Reads a version once for all who ask for it; given up as stale when an edit overtakes it. */
  #read(
    language: Language,
    text: TextDocument,
    state: number,
    settings: Settings,
    previous: MathDocument | undefined,
  ): Promise<MathDocument> {
    const { uri, version } = text;
    const before = this.#reading.get(uri);
    if (before?.state === state && before.settings === settings) return before.document;
    const pause = makeTurn(this.environment, () => this.expect(uri, state));
    const until = this.visible(text).end;
    let begun!: (document: MathDocument) => void;
    const beginning = new Promise<MathDocument>((resolve) => (begun = resolve));
    const first = {
      until,
      found: async (document: MathDocument) => {
        begun(document);
        // Somebody who has scrolled on meanwhile does not see what is read so far.
        if (this.visible(text).end <= until) await this.onBeginning?.({ text, snapshot: { document, settings } });
      },
    };
    const document = read(language, uri, version, text.getText(), previous, pause, settings.macros, first);
    const reading = { state, settings, document, beginning, until };
    this.#reading.set(uri, reading);
    const forget = (): void => {
      if (this.#reading.get(uri) === reading) this.#reading.delete(uri);
    };
    document.then(forget, forget);
    return document;
  }

  /** The same with the checker's findings, waited for: all who wait take the work further, each until it is taken back. */
  async checked(uri: string, turn: Turn): Promise<Open | undefined> {
    const open = await this.open(uri);
    const entry = this.#entries.get(uri);
    if (open === undefined || entry === undefined || entry.document !== open.snapshot.document) return open;
    if (entry.checked === undefined) {
      entry.checking ??= new SharedWork(checking(entry.document, entry.settings));
      entry.checked = await sharedInTurns(entry.checking, turn);
      delete entry.checking;
      if (!this.#rehearsed && entry.document.formulas.length >= LONG) {
        this.#rehearsed = true;
        void this.#rehearse(entry, open.text);
      }
    }
    return { text: open.text, snapshot: snapshotOf(entry) };
  }

  /**
   * The first edit of a long document runs code that the engine has not compiled yet, and would take some times as long
   * as those after it. So, once, an edit is rehearsed that moves everything down by a line; nobody waits for it, and
   * any edit ends it.
   */
  async #rehearse({ document, state, settings }: Entry, text: TextDocument): Promise<void> {
    const { uri, version } = text;
    const turn = makeTurn(this.environment, () => this.expect(uri, state));
    const language = document.languageId;
    let written = text.getText();
    let before = document;
    try {
      await this.environment.nextTurn();
      for (let round = 0; round < REHEARSALS; round++) {
        const at = written.search(/\n\n/);
        written = at < 0 ? `${written}\n` : `${written.slice(0, at)}\n${written.slice(at)}`;
        before = await read(language, uri, version, written, before, turn, settings.macros);
        await check(before, settings, turn);
      }
    } catch {
      // Somebody edits it: that is no rehearsal any more.
    }
  }

  /** Throws `ContentModified` where a document has no longer the text that it had: an answer would be stale. */
  expect(uri: string, state: number | undefined): void {
    if (state === undefined || this.state(uri) !== state)
      throw new ResponseError(LSPErrorCodes.ContentModified, "The document has changed.");
  }
}

/** The end of the line of a number; of a huge text, no more lines are looked for than these. */
function endOfLine(text: string, line: number): number {
  const ends = /\n/g;
  for (let n = 0; n <= line; n++) if (ends.exec(text) === null) return text.length;
  return ends.lastIndex;
}

const snapshotOf = ({ document, settings, checked }: Entry): Snapshot => ({
  document,
  settings,
  ...(checked === undefined ? {} : { checked }),
});
