import { type Expr, name, num, replaceNodes, sameExpr } from "../../core/ast";
import { isOne } from "../../core/dimension";
import type { Scope } from "../../core/scope";
import type { Formula } from "../../documents/document";
import { letterOf } from "../../documents/notes/kinds";
import type { Print } from "../variants";
import type { Verdict } from "../verdict";
import type { Axis } from "./axes";
import { counted, type Labels, type LabelSlip } from "./counted";
import { type Cell, type Grid, gridOf, type Member, memberOf } from "./grid";

export { judgingPaths } from "./paths";

// A derivative that is written out as the array of its partial derivatives: the gradient of f as [∂f/∂x_1; …; ∂f/∂x_n], a
// Jacobian, a Hessian. Whether it is one hangs on nothing but its labels, whatever f is.

/** What is said to be written out. */
interface Whole {
  /** What is differentiated; several where they are listed: `∂(x, y)/∂(u, v)`. */
  readonly of: Member | readonly string[];
  /** What it is differentiated by; nothing is said of that in `∇f`. */
  readonly by: Member | readonly string[] | undefined;
  readonly order: number;
  readonly args: readonly Expr[] | undefined;
}

const argumentsOf = (e: Expr): readonly Expr[] | undefined => (e.kind === "call" ? e.args : undefined);

const isAbsolute = (e: Expr): boolean => e.kind === "apply" && e.op === "abs";

function wholeOf(e: Expr): Whole | undefined {
  // Of a Jacobian determinant without its sign: `|∂(x, y)/∂(u, v)| = |det …|`.
  if (e.kind === "apply" && isAbsolute(e)) return wholeOf(e.args[0]!);
  if (e.kind === "derivative" && (e.of.kind === "name" || e.of.kind === "call" || e.of.kind === "index")) {
    const [of, by] = [memberOf(e.of), memberOf(e.wrt[0]!)];
    if (of === undefined || by === undefined || !e.wrt.every((w) => sameExpr(w, e.wrt[0]!))) return undefined;
    return { of, by, order: e.wrt.length, args: argumentsOf(e.of) };
  }
  if (e.kind !== "call") return undefined;
  const [first, second] = e.args;
  if ((e.name === "∇" || e.name === "∇²") && first !== undefined && e.args.length === 1) {
    const of = first.kind === "name" || first.kind === "call" ? memberOf(first) : undefined;
    return of === undefined
      ? undefined
      : { of, by: undefined, order: e.name === "∇" ? 1 : 2, args: argumentsOf(first) };
  }
  if (e.name !== "d/d" || first?.kind !== "literal" || second?.kind !== "name") return undefined;
  const by = /^⟨(?:partial|d)\(([^()]*)\)⟩$/.exec(second.name)?.[1]!.split(",");
  const of = first.rows.flat().map((x) => (x.kind === "name" ? x.name : ""));
  return by === undefined || of.includes("") || by.includes("") ? undefined : { of, by, order: 1, args: undefined };
}

/** How one part of the cells is counted: by labels below a letter, by the names of a list; not at all where it is the same. */
interface Part {
  readonly labels: (m: Member) => readonly string[];
  readonly rank: number;
  readonly known?: Axis;
}

const isList = (w: Whole["by"]): w is readonly string[] => Array.isArray(w);

const FIXED: Part = { labels: () => [], rank: 0 };

const textOf = (m: Member): string => (m.below === "" ? m.base : `${m.base}_${m.below}`);

/** Whether a letter is that of a whole: x in 𝐱 and X. */
function isOf(m: Member, whole: Member): boolean {
  if (m.base === whole.base) return true;
  const [a, b] = [letterOf(m.base).letter, letterOf(whole.base).letter];
  return whole.below === "" && (a === b || a === b.toLowerCase()) && m.base.replace(/^[^_^]*/, "") === whole.base.replace(/^[^_^]*/, ""); // prettier-ignore
}

/** How the members of a whole are counted in the cells, if they are all its members. */
function partOf(members: readonly Member[], one: Whole["by"]): Part | undefined {
  if (isList(one))
    return members.every((m) => one.includes(textOf(m)))
      ? { labels: (m) => [textOf(m)], rank: 1, known: one }
      : undefined;
  if (one !== undefined && members.every((m) => textOf(m) === textOf(one) || (m.below === one.below && isOf(m, one))))
    return FIXED;
  const [first] = members;
  if (first === undefined || members.some((m) => m.below === "" || m.base !== first.base)) return undefined;
  if (one !== undefined && (one.below !== "" || !isOf(first, one))) return undefined;
  const isMatrix = one !== undefined && /^\p{Lu}/u.test(letterOf(one.base).letter) && members.every((m) => m.labels.length === 2); // prettier-ignore
  if (isMatrix) return { labels: (m) => m.labels, rank: 2 };
  if (members.every((m) => /^(?:[A-Za-z]|\d+)$/.test(m.below))) return { labels: (m) => [m.below], rank: 1 };
  return members.every((m) => m.labels.length === 2) ? { labels: (m) => m.labels, rank: 2 } : undefined;
}

/** The variables of `∇f` in the order of writing, where they are letters of their own and nothing else is known of f. */
function namesIn(variables: readonly Member[], { of }: Whole, scope: Scope): readonly string[] | undefined {
  if (isList(of) || scope.definitions.has(of.base) || variables.some((m) => m.below !== "")) return undefined;
  const names = [...new Set(variables.map((m) => m.base))];
  return names.length > 1 ? names : undefined;
}

/** An array that may be what the other side is said to be. */
interface Reading {
  readonly labels: Labels;
  /** What the first and the second label count, where that is one thing with a size. */
  readonly counts: readonly (Member | undefined)[];
  /** What the label at a place belongs to: what is differentiated, or one of what it is differentiated by. */
  readonly owner: (place: number) => {
    readonly by: number | undefined;
    readonly label: number;
    readonly listed: boolean;
  };
}

function reading(grid: Grid, whole: Whole, scope: Scope): Reading | undefined {
  const cells = grid.flat().filter((c) => c !== undefined);
  const { order } = whole;
  if (cells.some((c) => c.by.length !== order)) return undefined;
  const of = partOf(
    cells.map((c) => c.of),
    whole.of,
  );
  const variables = cells.flatMap((c) => c.by);
  const by = partOf(variables, whole.by ?? namesIn(variables, whole, scope));
  if (of === undefined || by === undefined) return undefined;
  const rank = of.rank + by.rank * order;
  if (rank < 1 || rank > 2 || (order > 1 && (by.rank !== 1 || of.rank > 0))) return undefined;
  const isLine = grid.length === 1 || grid[0]!.length === 1;
  if ((rank === 1) !== isLine) return undefined;
  const labelsOf = (c: Cell): readonly string[] | undefined => c && [...of.labels(c.of), ...c.by.flatMap(by.labels)];
  const each = <T>(ofValue: T, byValue: T): T[] =>
    Array.from({ length: rank }, (_, k) => (k < of.rank ? ofValue : byValue));
  const sized = (p: Part, w: Whole["by"]): Member | undefined => (isList(w) || p.rank !== 1 ? undefined : w);
  return {
    labels: {
      rows: rank === 1 ? grid.flat().map((c) => [labelsOf(c)]) : grid.map((r) => r.map(labelsOf)),
      known: each(of.known, by.known),
      symmetric: order === 2,
    },
    counts: each(sized(of, whole.of), sized(by, whole.by)),
    owner: (place) =>
      place < of.rank
        ? { by: undefined, label: place, listed: of.known !== undefined }
        : {
            by: Math.floor((place - of.rank) / by.rank),
            label: (place - of.rank) % by.rank,
            listed: by.known !== undefined,
          },
  };
}

/** Whether where the counting ends goes against a size that the note has said. */
function endsElsewhere(axes: readonly Axis[], counts: Reading["counts"], formula: Formula): boolean {
  return axes.some((axis, k) => {
    const whole = counts[k];
    const v = whole === undefined ? undefined : formula.scope.variables.get(whole.base);
    const end = axis.at(-1)!;
    if (v === undefined || formula.guessed?.has(v.name) === true || end === "" || axis[0] === "0") return false;
    return (isOne(v.shape.rows) ? v.shape.cols : v.shape.rows).key !== end;
  });
}

/**
 * The verdict on a derivative that is written out as the array of its partial derivatives; `undefined` where no side is such
 * an array, or one of which nothing can be said. It is wrong where one label keeps it from being one.
 */
export function judgingPartials(left: Expr, right: Expr, formula: Formula, print: Print): Verdict | undefined {
  for (const side of ["right", "left"] as const) {
    const [given, written] = side === "right" ? [left, right] : [right, left];
    if (isAbsolute(given) !== isAbsolute(written)) continue;
    const whole = wholeOf(given);
    const read = whole === undefined ? undefined : gridOf(written);
    if (whole === undefined || read === undefined) continue;
    if (read.args !== undefined && (whole.args === undefined ? read.behind : !sameAll(read.args, whole.args))) continue;
    const found = reading(read.grid, whole, formula.scope);
    if (found === undefined) continue;
    const { axes, slips } = counted(found.labels);
    if (axes === undefined) continue;
    if (slips.length > 0) return slipVerdict(slips, found, read.grid, written, side, print);
    return endsElsewhere(axes, found.counts, formula) ? undefined : { status: "verified", ground: "partials" };
  }
  return undefined;
}

const sameAll = (a: readonly Expr[], b: readonly Expr[]): boolean =>
  a.length === b.length && a.every((x, i) => sameExpr(x, b[i]!));

/** What is wrong with labels: one that should be another one, or two that do not go together. */
function slipVerdict(
  slips: readonly LabelSlip[],
  { owner }: Reading,
  grid: Grid,
  written: Expr,
  side: "left" | "right",
  print: Print,
): Verdict {
  const repaired = new Map<Expr, Expr>();
  const what = slips.map(({ at, places, label }) => {
    const { by, label: k, listed } = owner(places[0]!);
    const isBy = new Set(places.map((p) => owner(p).by));
    const partOfCell = (row: number, column: number): Expr => {
      const { expr } = grid[row]![column]!;
      return by === undefined ? expr.of : expr.wrt[by]!;
    };
    for (const [row, column] of at) {
      const { expr } = grid[row]![column]!;
      const other = withLabel(partOfCell(row, column), k, label, listed);
      const wrt = expr.wrt.map((w, i) => (isBy.has(i) ? other : w));
      repaired.set(expr, by === undefined ? { ...expr, of: other } : { ...expr, wrt });
    }
    const part = partOfCell(...at[0]!);
    return `${print(part)} should be ${print(withLabel(part, k, label, listed))}`;
  });
  const verdict: Verdict = { status: "wrong", slip: "name", ground: "partials", note: [...new Set(what)].join(" or ") };
  // Dots are not written anew.
  if (slips.length > 1 || grid.flat().includes(undefined)) return verdict;
  return { ...verdict, correction: { side, expr: replaceNodes(written, (e) => repaired.get(e)) } };
}

/** A member with another label. */
function withLabel(e: Expr, k: number, label: string, listed: boolean): Expr {
  if (listed) return name(label);
  if (e.kind === "index") {
    const other: Expr = /^\d+$/.test(label) ? num(Number(label)) : name(label);
    return { ...e, indices: e.indices.map((i, at) => (at === k ? other : i)) };
  }
  const m = memberOf(e)!;
  const labels = m.labels.length > 1 && m.labels.join("") === m.below ? m.labels.map((l, at) => (at === k ? label : l)) : [label]; // prettier-ignore
  const renamed = `${m.base}_${labels.join("")}`;
  return e.kind === "call" ? { ...e, name: renamed } : name(renamed);
}
