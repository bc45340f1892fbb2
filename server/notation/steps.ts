import { children, type Expr, freeNames, name, substitute, withChildren } from "../core/ast";
import { type Derivation, type NamedPart, type Part, type Path, rule, type RuleId, type Step } from "../derivation";
import { parseExpression } from "../language/mcalc/parse";
import { printText } from "../language/print";
import { type ShapeOf, shapesIn } from "./kinds";
import { fn, makePrinter, type Target } from "./printer";
import { type LatexStyle, latexTarget } from "./spellings/latex";
import { printUnicode } from "./spellings/unicode";

/** Derivations written out: rows for a panel, whole texts for the terminal, LaTeX and Markdown. */

export type StepsFormat = "text" | "unicode" | "latex" | "markdown";

export interface StepsOptions {
  readonly style?: LatexStyle;
  /** Wraps what a step changed, in LaTeX: `\class{changed}{…}`. */
  readonly mark?: (latex: string) => string;
  /** Leave out the row `y = …` where it stands in the document already. Default: false. */
  readonly withoutValue?: boolean;
}

/** One line: `left = right`, and beside it why. `left` is empty where it is the left side of the row above. */
export interface StepRow {
  /** `value`: the formula as given; `name`: what a name stands for; `step`: a line of the derivation. */
  readonly kind: "value" | "name" | "step";
  /** Counts the differentiations from 0: a Hessian has two. */
  readonly part: number;
  readonly left: string;
  readonly right: string;
  /** Rules and equations that a reader needs, in words and formulas of the same format; empty where nothing is to say. */
  readonly why: string;
}

interface Writer {
  readonly print: (e: Expr) => string;
  /** The same with its changed parts wrapped. */
  readonly marked: (e: Expr, paths: readonly Path[]) => string;
  /** A formula among words. */
  readonly formula: (text: string) => string;
  /** Words, formulas among them, as a whole. */
  readonly words: (text: string) => string;
}

/** A derivation row by row, in one notation. */
export function stepRows(
  derivation: Derivation,
  format: "text" | "unicode" | "latex",
  options: StepsOptions = {},
): StepRow[] {
  const w = writer(derivation, format, options);
  const rows: StepRow[] = [];
  derivation.parts.forEach((part, i) => {
    let last: Expr | undefined;
    const left = (e: Expr): string => {
      const text = last !== undefined && printText(last) === printText(e) ? "" : w.print(e);
      last = e;
      return text;
    };
    if (options.withoutValue !== true || i > 0)
      rows.push({ kind: "value", part: i, left: left(part.value), right: w.print(part.of), why: "" });
    const named = part.named.filter((n) => !n.own);
    let due = named;
    for (const s of part.steps) {
      const used = named.filter((n) => due.includes(n) && isUsed(n, s, named));
      due = due.filter((n) => !used.includes(n));
      const names = used.map((n) => w.formula(`${w.print(name(n.name))} = ${w.print(n.expr)}`));
      rows.push({
        kind: "step",
        part: i,
        left: left(s.left),
        right: w.marked(s.after, s.changed),
        why: why(w, part, s, names),
      });
    }
  });
  return rows;
}

/** Whether a name stands in a line, in the equations beside it, or in what another name there stands for. */
function isUsed({ name: wanted }: NamedPart, step: Step, named: readonly NamedPart[]): boolean {
  const seen = new Set<string>();
  const todo = [step.after, step.left, ...step.where.flatMap((w) => [w.left, w.right])].flatMap((e) => [
    ...freeNames(e),
  ]);
  for (let n = todo.pop(); n !== undefined; n = todo.pop()) {
    if (n === wanted) return true;
    if (seen.has(n)) continue;
    seen.add(n);
    const body = named.find((x) => x.name === n)?.expr;
    if (body !== undefined) todo.push(...freeNames(body));
  }
  return false;
}

/** The whole derivation as a text of one format. Markdown is a display of rows that the proof-reading accepts. */
export function renderSteps(derivation: Derivation, format: StepsFormat, options: StepsOptions = {}): string {
  if (format === "latex" || format === "markdown") {
    const body = aligned(derivation, options);
    return format === "latex"
      ? `\\begin{align*}\n${body}\n\\end{align*}`
      : `$$\n\\begin{aligned}\n${body}\n\\end{aligned}\n$$`;
  }
  return plain(stepRows(derivation, format, options));
}

/** Columns: what is said, what it equals, why. */
function plain(rows: readonly StepRow[]): string {
  const leftWidth = Math.max(...rows.map((r) => length(r.left)));
  const rightWidth = Math.min(60, Math.max(...rows.map((r) => length(r.right))));
  const lines: string[] = [];
  let part = 0;
  for (const r of rows) {
    if (r.part !== part) lines.push("");
    part = r.part;
    lines.push(`${pad(r.left, leftWidth)} = ${r.why === "" ? r.right : `${pad(r.right, rightWidth)}    ${r.why}`}`);
  }
  return lines.join("\n");
}

/** Characters as they are seen: combining marks take no room. */
const length = (text: string): number => [...text.normalize("NFC")].filter((c) => !/\p{Mn}/u.test(c)).length;
const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - length(text)));

/** LaTeX rows; what a name stands for is a row of its own, so that the rows can be read back. */
function aligned(derivation: Derivation, options: StepsOptions): string {
  const w = writer(derivation, "latex", options);
  const lines: string[] = [];
  derivation.parts.forEach((part, i) => {
    let last = "";
    const row = (left: Expr, right: string, because: string): void => {
      const text = w.print(left);
      lines.push(`${text === last ? "" : text} &= ${right}${because === "" ? "" : ` && ${because}`}`.trimStart());
      last = text;
    };
    if (options.withoutValue !== true || i > 0) row(part.value, w.print(part.of), "");
    for (const n of part.named) if (!n.own) row(name(n.name), w.print(n.expr), "");
    for (const s of part.steps) row(s.left, w.marked(s.after, s.changed), why(w, part, s, []));
  });
  return lines.join(" \\\\\n");
}

/** The rules of a step in words; a rule that only says what the equations beside it say is left out. */
function why(w: Writer, part: Part, step: Step, names: readonly string[]): string {
  const given = [...names, ...step.where.map((x) => w.formula(`${w.print(x.left)} = ${w.print(x.right)}`))];
  const silent: ReadonlySet<RuleId> = new Set(
    given.length > 0 ? (["insert", "name", "linear", "distribute"] as const) : [],
  );
  const rules = step.rules.filter((id) => !silent.has(id));
  const parts: string[] = [];
  if (given.length > 0) parts.push(`with ${given.join(", ")}`);
  parts.push(...rules.map((id) => ruleInWords(id, part, w.print, w.formula)));
  return parts.length === 0 ? "" : w.words(parts.join("; "));
}

/**
 * A rule's name with the formulas between its backquotes in the notation of the rest. What is read off is said of the
 * value and the variable of this derivation: `dloss = D'*dw` where the table says `dy = D'*dx`.
 */
export function ruleInWords(
  id: RuleId,
  part: Pick<Part, "value" | "wrt">,
  print: (e: Expr) => string,
  formula: (text: string) => string = (text) => text,
): string {
  const { name: text, group } = rule(id);
  const letters = group === "reading off" ? lettersOf(part) : new Map<string, Expr>();
  return text
    .split("`")
    .map((piece, i) =>
      i % 2 === 0
        ? piece
        : formula(
            piece
              .split(" = ")
              .map((side) => print(substitute(formulaOf(side), letters)))
              .join(" = "),
          ),
    )
    .join("");
}

/** What the letters of the rules for reading off stand for; a name that is one of them already would confuse. */
function lettersOf({ value, wrt }: Pick<Part, "value" | "wrt">): ReadonlyMap<string, Expr> {
  if (wrt === "D" || wrt === "J") return new Map();
  return new Map([
    ...["y", "Y"].map((l) => [l, value] as const),
    ...["t", "x", "X"].map((l) => [l, name(wrt)] as const),
  ]);
}

/** A formula of a rule; `dX` is the change of X whatever is declared. */
function formulaOf(text: string): Expr {
  const change = (e: Expr): Expr => {
    if (e.kind === "name" && /^d[A-Za-z]$/.test(e.name)) return { kind: "differential", of: name(e.name.slice(1)) };
    const parts = children(e);
    return parts.length === 0 ? e : withChildren(e, parts.map(change));
  };
  return change(parseExpression(text).expr);
}

function writer(derivation: Derivation, format: "text" | "unicode" | "latex", options: StepsOptions): Writer {
  const shapeOf = shapesIn(derivation.scope);
  if (format === "latex") {
    const { mark } = options;
    const target = readableTarget(derivation.scope.variables.has("d") ? withUprightD(options.style) : options.style);
    const print = (e: Expr): string => makePrinter(target, shapeOf).text(e);
    return {
      print,
      marked: (e, paths) => (mark === undefined ? print(e) : printMarked(e, paths, mark, target, shapeOf)),
      words: (text) => `\\text{${text}}`,
      formula: (text) => `$${text}$`,
    };
  }
  const print = format === "text" ? printText : (e: Expr): string => printUnicode(e, shapeOf);
  return { print, marked: (e) => print(e), words: (text) => text, formula: (text) => text };
}

/** LaTeX that reads back as what it says: a bare sigma before brackets is a factor in most notes. */
function readableTarget(style: LatexStyle | undefined): Target {
  const target = latexTarget(style);
  return { ...target, operators: { ...target.operators, sigmoid: fn("\\operatorname{sigmoid}") } };
}

/** Beside a variable d, an italic d before a name would be that variable. */
const withUprightD = (style: LatexStyle = {}): LatexStyle =>
  style.differential === undefined || style.differential === "d" ? { ...style, differential: "\\mathrm{d}" } : style;

const MARK = "(changed)";

/** LaTeX with some parts wrapped. The wrapper is a node of its own that has the shape of what it holds. */
function printMarked(
  e: Expr,
  paths: readonly Path[],
  mark: (latex: string) => string,
  target: Target,
  shapeOf: ShapeOf,
): string {
  const originals = new Map<Expr, Expr>();
  const wrap = (x: Expr, at: readonly Path[]): Expr => {
    if (at.length === 0) return x;
    if (at.some((p) => p.length === 0)) {
      const node: Expr = { kind: "apply", op: MARK, args: [x] };
      originals.set(node, x);
      return node;
    }
    const parts = children(x).map((c, i) =>
      wrap(
        c,
        at.filter((p) => p[0] === i).map((p) => p.slice(1)),
      ),
    );
    const node = withChildren(x, parts);
    originals.set(node, x);
    return node;
  };
  const printer = makePrinter(
    {
      ...target,
      operators: {
        ...target.operators,
        [MARK]: (p, [inner]) => {
          const piece = p.piece(inner!);
          return { ...piece, text: mark(piece.text) };
        },
      },
    },
    (x) => shapeOf(originals.get(x) ?? x),
  );
  return printer.text(wrap(e, paths));
}
