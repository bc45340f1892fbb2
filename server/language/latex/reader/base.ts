import { type Expr, name as nameNode, type Span } from "../../../core/ast";
import { type Knowledge, type Spellings, UNSETTLED } from "../knowledge";
import { splitAtCommas, tidy, usesOfD } from "../looks";
import { scriptText, symbolName } from "../names";
import type { GroupPiece, Piece, SymbolPiece } from "../pieces";
import { infix, join, unknown } from "../trees";
import { choose, FAINT, isAmbiguous, type Meaning, meant, type Operand, type Rival } from "../readings";

/** What these make of a matrix is a matrix. */
const OF_THE_SAME_KIND: ReadonlySet<string> = new Set(["transpose", "pow", "hpow", UNSETTLED.inverse]);

/**
 * The parts of the reader of LaTeX are layers of one class, each in its file: what a layer needs of those above it is
 * declared here.
 */
export abstract class ReaderBase {
  /** Unknown sizes met so far: of `I`, `\mathbf{1}`, `\mathbf{0}`. */
  protected sizes = 0;

  /** What signs could as well have meant. */
  readonly rivals: Rival[] = [];

  readonly spellings: Spellings = new Map();

  /** In this sentence a plain d is a letter like others. */
  protected letterD = false;

  constructor(
    protected readonly text: string,
    protected readonly know: Knowledge,
  ) {}

  /** Remembers how a name is written. */
  spell(name: string, span: Span): void {
    if (!this.spellings.has(name)) this.spellings.set(name, this.text.slice(span.start, span.end));
  }

  /** Keeps what a sign could mean beside what it is taken for, each with how likely it is in comparison. */
  protected doubt(span: Span, chosen: Meaning, others: Readonly<Partial<Record<Meaning, number>>>): void {
    for (const [meaning, weight] of Object.entries(others) as [Meaning, number][])
      if (meaning !== chosen && weight >= FAINT) this.rivals.push({ span, chosen, meaning, weight });
  }

  /** Two operands with a sign between them, in the meaning that the sign has here. */
  protected between(sign: Piece & { kind: "mark" }, a: Expr, b: Expr): Expr {
    const { value } = sign;
    if (!isAmbiguous(value)) return { ...infix(value, a, b), opSpan: sign.span };
    return this.meaning(value, [a, b], join(a, b), sign.span);
  }

  /** What a sign of the table of readings makes of its operands. */
  protected meaning(sign: string, args: readonly Expr[], span: Span, opSpan?: Span): Expr {
    const { meaning, others } = choose(sign, {
      sides: args.map((e) => this.operand(e)),
      speaksOf: this.know.speaksOf,
    });
    this.doubt(span, meaning, others);
    const out = meant(meaning, args, span);
    return opSpan !== undefined && (out.kind === "apply" || out.kind === "call") ? { ...out, opSpan } : out;
  }

  /** What is known of an operand before shapes are. */
  private operand(e: Expr): Operand {
    switch (e.kind) {
      case "number":
      case "index":
        return { kind: "number", sure: true };
      case "literal": {
        const [rows, columns] = [e.rows.length, e.rows[0]?.length ?? 0];
        if (rows * columns <= 2) return { kind: "list", sure: true };
        return { kind: rows === 1 || columns === 1 ? "vector" : "matrix", sure: true };
      }
      case "name": {
        const kind = this.know.kindOf(e.name);
        const known = kind === "row" ? "vector" : kind === "scalar" || kind === "dimension" ? "number" : kind;
        return { kind: known ?? "unknown", sure: this.know.isSure(e.name) };
      }
      case "apply": {
        if (e.op === UNSETTLED.cross) return { kind: "vector", sure: true };
        const parts = e.args.map((x) => this.operand(x));
        if (e.op === "add" || e.op === "sub" || e.op === "neg") return parts[0]!;
        if (e.op === "mul" || e.op === UNSETTLED.cdot) {
          const last = parts[1]!;
          return parts[0]!.kind === "number" ? last : parts[1]!.kind === "number" ? parts[0]! : last;
        }
        if (e.op === "div" || OF_THE_SAME_KIND.has(e.op)) return parts[0]!;
        return { kind: "unknown", sure: false };
      }
      default:
        return { kind: "unknown", sure: false };
    }
  }

  protected symbol(p: SymbolPiece): string {
    const name = symbolName(p, this.know.styleMatters);
    this.spell(name, p.span);
    return name;
  }

  protected named(name: string, span: Span): Expr {
    this.spell(name, span);
    return { kind: "name", name, span };
  }

  /** A name for a size that is not written: `I` is n×n for some n. */
  protected size(): string {
    return `?${++this.sizes}`;
  }

  /** What only has to be told apart from others: bounds, conditions. A name made of its text. */
  protected opaque(pieces: readonly Piece[]): Expr {
    const first = pieces[0];
    const last = pieces.at(-1);
    if (first === undefined || last === undefined) return nameNode("∅");
    const label = scriptText(pieces) ?? this.text.slice(first.span.start, last.span.end).replace(/\s+/g, "");
    return { ...nameNode(`⟨${label}⟩`), span: { start: first.span.start, end: last.span.end } };
  }

  /** Looks at a sentence before its sides are read. */
  begin(pieces: readonly Piece[]): void {
    const { alone, differential } = usesOfD(pieces);
    this.letterD = !differential && (alone || this.know.isName("d"));
  }

  /** A whole side of a formula; a list in braces (`\underbrace{a, b}`) is told apart, no more. */
  expression(pieces: readonly Piece[]): Expr {
    const items = tidy(pieces);
    return items.some((p) => p.kind === "mark" && p.mark === ",")
      ? unknown(
          ",",
          splitAtCommas(items).map((x) => this.sum(x)),
          { start: items[0]!.span.start, end: items.at(-1)!.span.end },
        )
      : this.sum(items);
  }

  /** `\Delta t`: one name. */
  protected prefixed(items: readonly Piece[]): readonly Piece[] {
    if (!items.some((p) => p.kind === "symbol" && (p.name === "Delta" || p.name === "delta"))) return items;
    const out: Piece[] = [];
    for (let i = 0; i < items.length; i++) {
      const p = items[i]!;
      const next = items[i + 1];
      if (
        p.kind === "symbol" &&
        (p.name === "Delta" || p.name === "delta") &&
        p.accents.length === 0 &&
        next !== undefined &&
        this.know.isPrefix(p.name)
      ) {
        const core = next.kind === "scripted" ? next.base : next;
        if (core.kind === "symbol") {
          const joined: SymbolPiece = {
            ...core,
            name: `${p.name}_${symbolName(core, this.know.styleMatters)}`,
            style: "",
            accents: [],
            span: { start: p.span.start, end: core.span.end },
          };
          out.push(
            next.kind === "scripted"
              ? { ...next, base: joined, span: { start: p.span.start, end: next.span.end } }
              : joined,
          );
          i++;
          continue;
        }
      }
      out.push(p);
    }
    return out;
  }

  /** Terms with signs between them. */
  protected abstract sum(written: readonly Piece[]): Expr;

  /** Runs of factors side by side, with signs between the runs. */
  protected abstract product(written: readonly Piece[], negative?: Piece): Expr;

  /** Factors side by side. */
  protected abstract juxtaposed(items: readonly Piece[], negative?: Piece): Expr;

  /** The factor that begins at `i`, and where the next one begins. */
  protected abstract factor(items: readonly Piece[], i: number): { expr: Expr; next: number };

  /** What stands in brackets. */
  protected abstract group(p: GroupPiece): Expr;
}
