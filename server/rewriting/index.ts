/**
 * A second, tolerant reading of `.mcalc` documents: what people write who know mathematics, LaTeX or another language, and
 * not this one. Each line that the grammar refuses is read as what it means; nothing is changed that reads already.
 */
import type { Span } from "../core/ast";
import type { Problem } from "../core/problem";
import type { MathDocument } from "../documents/document";
import { GrowingScope } from "../documents/mcalcScope";
import { readStatementChanges } from "../documents/changes";
import { splitLines } from "../language/mcalc/lines";
import { parseStatement } from "../language/mcalc/statements";
import type { Statement } from "../language/statement";
import { expressions } from "../language/statement";
import { inferStatement } from "../shapes/statement";
import { readBlock, type Surroundings } from "./block";
import { type Block, blocksOf } from "./blocks";
import { lookAlikes, plainCharacters } from "./characters";
import { declarationsIn } from "./declarations";
import { ifUnderstood, NotUnderstood } from "./raw";
import { singleBlanks, withoutEnd } from "./tidy";
import type { Origin } from "./style";

/** A stretch of a document, as it stands and as it is to stand. */
export interface Piece {
  readonly span: Span;
  /** What stands there afterwards; the same text where nothing is changed. */
  readonly text: string;
  readonly changed: boolean;
  readonly origin?: Origin;
  /** Why it could not be read, where it could not. */
  readonly why?: string;
  /** What does not fit in it once the names that stand side by side are taken apart. */
  readonly misfit?: string;
  /** A statement that uses what is declared further down goes below that: where it goes, and what it is. */
  readonly moved?: { readonly to: number; readonly text: string };
  /** What is said further down of a name goes to its declaration: where, and the words. */
  readonly added?: { readonly to: number; readonly text: string };
}

/** Blocks that are read a second time in one document. */
const MOST_READ = 120;

const REWRITTEN = new Set(["syntax", "undeclared", "dimension-mismatch", "not-square", "not-scalar", "false-claim", "wrong-derivative"]); // prettier-ignore

const MISFITS: ReadonlySet<string> = new Set(["dimension-mismatch", "not-square", "not-scalar"]);

/** Whether a problem may be one of notation. */
export const isDirty = (p: Problem): boolean => p.severity === "error" && REWRITTEN.has(p.code);

/**
 * The pieces of a document: blocks of lines in order. `problems` are those of the first reading; `refused` are the starts of
 * blocks that must not be changed.
 */
export function rewriting(document: MathDocument, problems: readonly Problem[], refused: ReadonlySet<number> = new Set()): readonly Piece[] {
  return new Rewriter(document, problems, refused).run();
} // prettier-ignore

class Rewriter {
  private scope = new GrowingScope();
  private readonly pieces: Piece[] = [];
  private readonly problems: readonly Problem[];
  /** Names whose meaning the second reading has made or changed. */
  private readonly touched = new Set<string>();
  /** Names that nothing declares: of each the first place is told, and all are looked at. */
  private readonly unknown: ReadonlySet<string>;
  private readonly around: Surroundings;
  private read = 0;
  /** Statements of the first reading, by their text. */
  private readonly firstRead = new Map<string, Statement>();
  /** Statements that wait for declarations further down. */
  private readonly waiting: { readonly at: number; readonly block: Block }[] = [];

  constructor(
    private readonly document: MathDocument,
    problems: readonly Problem[],
    private readonly refused: ReadonlySet<number>,
  ) {
    this.problems = problems.filter(isDirty);
    this.unknown = new Set(this.problems.flatMap((p) => (p.code === "undeclared" ? [document.text.slice(p.span.start, p.span.end)] : []))); // prettier-ignore
    for (const f of document.formulas) this.firstRead.set(f.text.trim(), f.statement);
    this.around = { file: document.text, lookAlikes: lookAlikes(document.text) };
  }

  run(): readonly Piece[] {
    const blocks = blocksOf(this.document.text);
    for (const [i, block] of blocks.entries()) {
      if (/^\s*(?:#|$)/.test(block.text)) {
        this.keep(block);
        continue;
      }
      if (!this.refused.has(block.start) && this.isDirty(block) && this.read < MOST_READ) {
        this.read++;
        this.rewrite(block, blocks.slice(i + 1));
      } else this.keep(block);
      this.release(block);
    }
    return this.pieces;
  }

  private keep(block: Block, reasons: Pick<Piece, "why" | "misfit"> = {}): void {
    for (const s of this.statementsOf(block.text)) this.scope.add(s);
    this.pieces.push({ span: block, text: block.text, changed: false, ...reasons });
  }

  /** What keeps a reading from being offered. */
  private whyNot(block: Block, text: string): Pick<Piece, "why" | "misfit"> {
    const { statement, problems } = parseStatement(text);
    const found = text.includes("\n") || problems.length > 0 ? [] : inferStatement(statement, this.scope.view()).problems;
    const unknown = found.find((p) => p.code === "undeclared");
    const why = unknown?.node.kind === "name" ? `\`${unknown.node.name}\` is not declared; declare it above` : "its shapes do not fit";
    // `tr(AB)` of A and B that have no such product: nobody means a name `AB`.
    const isOfWords = this.problems.every((p) => p.code === "undeclared" || p.span.end < block.start || p.span.start > block.end);
    const [first] = found;
    if (!isOfWords || first === undefined || !MISFITS.has(first.code)) return { why };
    return { why, misfit: `Read as \`${text}\`, this does not fit: ${first.message}` };
  } // prettier-ignore

  private statementsOf(text: string): readonly Statement[] {
    const known = this.firstRead.get(text.trim());
    if (known !== undefined) return [known];
    return splitLines(text).map(({ start, end }) => readStatementChanges(parseStatement(text.slice(start, end)).statement, this.scope.view())); // prettier-ignore
  }

  /** Whether the strict reading of a block, with what is known by now, has problems. */
  private isDirty(block: Block): boolean {
    const { text } = block;
    const isSuspect =
      this.problems.some((p) => isDirty(p) && p.span.start <= block.end && p.span.end >= block.start) ||
      hasWord(text, this.touched) ||
      hasWord(text, this.unknown) ||
      hasWord(text, new Set(this.around.lookAlikes.keys()));
    if (!isSuspect) return false;
    if (hasWord(text, new Set(this.around.lookAlikes.keys()))) return true;
    if (this.problems.some((p) => (p.code === "false-claim" || p.code === "wrong-derivative") && p.span.start <= block.end && p.span.end >= block.start)) return true; // prettier-ignore
    return !reads(text, this.scope);
  }

  private rewrite(block: Block, later: readonly Block[]): void {
    if (this.waits(block, later) || this.promises(block)) return;
    let reading;
    try {
      reading = readBlock(block.text, this.scope, this.around);
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
      this.keep(block, { why: error.message });
      return;
    }
    const zero = reading.accumulates === undefined ? undefined : this.zeroBefore(reading.accumulates);
    if (zero === "other") {
      this.keep(block, { why: `\`${reading.accumulates!}\` is something else than 0 before the loop` });
      return;
    }
    const scope = zero === undefined ? this.scope : this.scope.copy(reading.accumulates);
    const { text, origin } = reading;
    // What reads and does not fit is a mistake, and no other way of writing.
    if (origin === "paper" && this.isMisfit(block)) {
      this.keep(block);
      return;
    }
    if (sameTree(block.text, text) || !reads(text, scope)) {
      this.keep(block, this.whyNot(block, text));
      return;
    }
    for (const s of this.statementsOf(text)) {
      this.scope.add(s);
      for (const n of namesOf(s)) this.touched.add(n);
    }
    // What starts at 0 is part of the loop.
    const [first, ...between] = zero === undefined ? [] : this.pieces.splice(zero);
    const remarks = between.map((p) => p.text).filter((t) => t.trim() !== "");
    this.pieces.push({
      span: first === undefined ? block : { start: first.span.start, end: block.end },
      text: [...remarks, ...text.split("\n")].join("\n"),
      changed: true,
      origin,
    });
  }

  /** `Σ ≻ 0`, `c > 0`, `A is symmetric`: a property of what is declared above goes to its declaration. */
  private promises(block: Block): boolean {
    const said = declarationsIn(singleBlanks(plainCharacters(block.text)));
    const [only] = said ?? [];
    if (only === undefined || said!.length > 1 || only.size !== undefined) return false;
    const at = this.pieces.findLastIndex((p) => leadingName(p.text) === only.name);
    const piece = this.pieces[at];
    const { statement } = parseStatement(piece?.text ?? "");
    if (piece === undefined || statement.kind !== "declaration" || statement.names.length !== 1) return false;
    const { properties, shapeSpan } = statement;
    const missing = only.properties.filter((p) => !properties.some((q) => q.property === p));
    const end = properties.at(-1)?.span.end ?? shapeSpan?.end;
    if (end === undefined || statement.family !== undefined) return false;
    const text = missing.map((p) => ` ${p}`).join("");
    const after = piece.text.slice(0, end) + text + piece.text.slice(end);
    if (parseStatement(after).problems.length > 0) return false;
    this.scope.add(parseStatement(after).statement);
    const gone = { span: block, text: "", changed: true, origin: "paper" } as const;
    if (piece.changed) this.pieces[at] = { ...piece, text: after };
    this.pieces.push(piece.changed || text === "" ? gone : { ...gone, added: { to: piece.span.start + end, text } });
    return true;
  }

  /** Whether a block reads, does not fit, and has repairs. */
  private isMisfit({ text, start, end }: Block): boolean {
    const found = this.problems.filter((p) => isDirty(p) && p.span.start >= start && p.span.end <= end);
    const isRepaired = found.length > 0 && found.every((p) => p.fixes !== undefined && p.fixes.length > 0);
    return isRepaired && !/\bd(?:\p{L}+|\([^()]*\)) ?\/ ?d\p{L}|[·⋅]/u.test(text) && misfitsOnly(text, this.scope);
  }

  /** `loss = 0` in front of a loop that adds to it, with nothing but remarks between: where it stands, if there is one. */
  private zeroBefore(name: string): number | "other" | undefined {
    const { definitions, variables } = this.scope.view();
    if (!definitions.has(name)) return variables.has(name) ? "other" : undefined;
    const at = this.pieces.findLastIndex((p) => p.text.trim() !== "" && !p.text.trimStart().startsWith("#"));
    const before = this.pieces[at]?.text.trim() ?? "";
    const isZero = new RegExp(`^${name} ?= ?(?:0(?:\\.0*)?|zeros\\([^()]*\\)|zero\\([^()]*\\))$`).test(withoutEnd(before, ";").replace(/^(?:double|float|auto) /, ""));
    return isZero ? at : "other";
  } // prettier-ignore

  /** A statement that uses what is declared further down, and reads there, waits for that. */
  private waits(block: Block, later: readonly Block[]): boolean {
    if (declaredIn(block.text).length > 0) return false;
    const { variables, definitions, dimensions } = this.scope.view();
    const isKnown = (n: string): boolean => variables.has(n) || definitions.has(n) || dimensions.has(n);
    const names = new Set(later.flatMap((b) => this.declaredIn(b)).filter((n) => !isKnown(n)));
    const used = [...names].filter((n) => usesName(block.text, n, names, isKnown));
    if (used.length === 0) return false;
    // What it says is known once these are declared.
    const ahead = this.scope.copy();
    for (const b of later)
      for (const n of this.declaredIn(b))
        if (used.includes(n)) for (const s of declarationsOf(b, ahead, this.around)) ahead.add(s);
    const text = this.readWith(block, ahead);
    if (text === undefined) return false;
    this.waiting.push({ at: this.pieces.length, block });
    this.pieces.push({ span: block, text: "", changed: true, origin: "paper" });
    for (const s of this.statementsOf(text)) for (const n of namesOf(s)) this.touched.add(n);
    return true;
  }

  /** Names that a block declares: looked at once. */
  private declaredIn(block: Block): readonly string[] {
    let names = this.declared.get(block);
    if (names === undefined) this.declared.set(block, (names = declaredIn(block.text)));
    return names;
  }
  private readonly declared = new Map<Block, readonly string[]>();

  /** What a block says where more is known: as it stands, or read a second time. */
  private readWith(block: Block, scope: GrowingScope): string | undefined {
    if (reads(block.text, scope)) return block.text.trim();
    const text = ifUnderstood(() => readBlock(block.text, scope, this.around))?.text;
    return text !== undefined && reads(text, scope) && !text.includes(" : R") ? text : undefined;
  }

  /** Statements that waited for what a block has just declared go below it. */
  private release(block: Block): void {
    for (const w of [...this.waiting]) {
      const text = this.readWith(w.block, this.scope);
      if (text === undefined) continue;
      this.waiting.splice(this.waiting.indexOf(w), 1);
      this.pieces[w.at] = { ...this.pieces[w.at]!, moved: { to: block.end, text } };
      for (const s of this.statementsOf(text)) this.scope.add(s);
    }
  }
}

/** The one name that a line of the language declares. */
const leadingName = (text: string): string | undefined =>
  /^\s*([\p{L}_][\p{L}\p{Nd}_]*)\s*(?::|∈|in\b)/u.exec(text)?.[1];

/** Names that a line declares, in one way or another. */
function declaredIn(line: string): readonly string[] {
  if (!/[:∈]|\\in\b|\b(?:in|be|is|let)\b|×|≻/iu.test(line)) return [];
  return declarationsIn(plainCharacters(line))?.map((d) => d.name) ?? [];
}

function declarationsOf(block: Block, scope: GrowingScope, around: Surroundings): Statement[] {
  const text = ifUnderstood(() => readBlock(block.text, scope, around))?.text;
  return text?.split("\n").map((l) => parseStatement(l).statement) ?? [];
}

/** Whether a line uses a name, by itself or among letters side by side that are all known. */
function usesName(line: string, name: string, others: ReadonlySet<string>, isKnown: (n: string) => boolean): boolean {
  const words = line.match(/[\p{L}_](?:(?!ᵀ)[\p{L}\p{M}\p{Nd}_])*/gu) ?? [];
  return words.some(
    (w) =>
      w === name ||
      (w.length < 6 && [...w].includes(name) && [...w].every((c) => others.has(c) || isKnown(c) || c === "T")),
  );
}

function hasWord(text: string, words: ReadonlySet<string>): boolean {
  if (words.size === 0) return false;
  return (text.match(/[\p{L}_][\p{L}\p{M}\p{Nd}_\u2080-\u2089]*/gu) ?? []).some((w) => words.has(w));
}

/** Whether a text reads without problems below what is known. */
export function reads(text: string, before: GrowingScope): boolean {
  const scope = before.copy();
  for (const { start, end } of splitLines(text)) {
    const { statement: parsed, problems } = parseStatement(text.slice(start, end));
    if (problems.length > 0) return false;
    const statement = readStatementChanges(parsed, scope.view());
    if (namesOf(statement).some((n) => scope.view().variables.has(n) || scope.view().definitions.has(n))) return false;
    scope.add(statement);
    if (inferStatement(statement, scope.view()).problems.length > 0) return false;
  }
  return true;
}

const namesOf = (s: Statement): readonly string[] =>
  s.kind === "definition" ? [s.name] : s.kind === "declaration" ? s.names.map((n) => n.name) : [];

/** Whether a statement of the language has no other problem than that shapes do not fit. */
function misfitsOnly(text: string, before: GrowingScope): boolean {
  const { statement, problems } = parseStatement(text);
  if (problems.length > 0 || statement.kind === "declaration") return false;
  const scope = before.copy();
  scope.add(statement);
  const found = inferStatement(statement, scope.view()).problems;
  return found.length > 0 && found.every((p) => p.code !== "undeclared" && p.code !== "syntax");
}

/** Whether the first reading of a text is what the second says. */
function sameTree(before: string, after: string): boolean {
  if (before.trim() === after.trim()) return true;
  // Declarations of letters that it uses come in front.
  const own = after.split("\n").filter((l) => parseStatement(l).statement.kind !== "declaration");
  const [a, b] = [before, own.length === 0 ? after : own.join("\n")].map((t) => parseStatement(t));
  if (a!.problems.length > 0 || b!.problems.length > 0) return false;
  return JSON.stringify(bare(a!.statement)) === JSON.stringify(bare(b!.statement));
}

const bare = (s: Statement): unknown => [
  s.kind,
  namesOf(s),
  JSON.parse(JSON.stringify(expressions(s), (k, v: unknown) => (k === "span" || k === "opSpan" ? undefined : v))),
];
