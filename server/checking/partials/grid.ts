import { type DerivativeExpr, type Expr, sameExpr } from "../../core/ast";
import { isAnyDots } from "../worlds/dots";

/** A name with what stands below it: `x_12` and `x[1,2]` are both x below 12. */
export interface Member {
  readonly base: string;
  /** What stands below, as one word and as one label for each index; empty where nothing does. */
  readonly below: string;
  readonly labels: readonly string[];
}

/** A partial derivative in an array; `undefined` stands for dots. */
export type Cell = { readonly of: Member; readonly by: readonly Member[]; readonly expr: DerivativeExpr } | undefined;

/** An array of partial derivatives, row by row. */
export type Grid = readonly (readonly Cell[])[];

const isDots = (e: Expr): boolean => isAnyDots(e) || (e.kind === "call" && e.name === "⋯" && e.args.length === 0);

/** A name, an entry of one, or a function of names, as a member. */
export function memberOf(e: Expr): Member | undefined {
  if (e.kind === "call") return e.primes === 0 && /^\p{L}/u.test(e.name) ? ofName(e.name) : undefined;
  if (e.kind === "name") return /^\p{L}/u.test(e.name) ? ofName(e.name) : undefined;
  if (e.kind !== "index" || e.base.kind !== "name") return undefined;
  const labels = e.indices.map((i) => (i?.kind === "name" ? i.name : i?.kind === "number" ? String(i.value) : ""));
  return labels.includes("") ? undefined : { base: e.base.name, below: labels.join(""), labels };
}

function ofName(name: string): Member {
  const at = name.lastIndexOf("_");
  const below = at < 0 ? "" : name.slice(at + 1);
  if (!/^(?:[A-Za-z\d]{1,2}|\d+|[A-Za-z\d]+,[A-Za-z\d]+)$/.test(below)) return { base: name, below: "", labels: [] };
  return { base: name.slice(0, at), below, labels: below.includes(",") ? below.split(",") : [...below] };
}

/** The arguments that functions in the cells have, where the author writes them: `∂f(x)/∂x_1`. */
function argumentsOf(cells: readonly Expr[]): readonly Expr[] | undefined | "different" {
  let found: readonly Expr[] | undefined;
  for (const c of cells) {
    if (c.kind !== "derivative" || c.of.kind !== "call") continue;
    const { args } = c.of;
    if (found !== undefined && !(found.length === args.length && found.every((a, i) => sameExpr(a, args[i]!))))
      return "different";
    found = args;
  }
  return found;
}

/** The array that is written on a side, whichever way it is turned and whatever dots stand in it. */
function writtenRows(e: Expr): readonly (readonly Expr[])[] | undefined {
  if (e.kind === "apply" && (e.op === "transpose" || e.op === "det" || e.op === "abs")) return writtenRows(e.args[0]!);
  if (e.kind === "literal") return e.rows;
  if (e.kind !== "call" || e.name !== "⋯") return undefined;
  if (e.args.length === 1) return writtenRows(e.args[0]!);
  return e.args.length > 2 ? [e.args] : undefined;
}

/** `∂f/∂x_1(x)`, which reads as a product, with the argument where it belongs. */
function withArgument(e: Expr): Expr {
  if (e.kind !== "apply" || e.op !== "mul") return e;
  const [d, at] = e.args as readonly [Expr, Expr];
  if (d.kind !== "derivative" || d.of.kind !== "name" || at.kind !== "name") return e;
  return { ...d, of: { kind: "call", name: d.of.name, primes: 0, args: [at] } };
}

export interface WrittenPartials {
  readonly grid: Grid;
  /** The arguments of what is differentiated, where they are written. */
  readonly args: readonly Expr[] | undefined;
  /** Whether they stand behind the derivatives, and might be factors. */
  readonly behind: boolean;
}

/** A side as an array of partial derivatives, if it is one. */
export function gridOf(e: Expr): WrittenPartials | undefined {
  const asWritten = writtenRows(e);
  if (asWritten === undefined || asWritten.some((r) => r.length !== asWritten[0]!.length)) return undefined;
  const rows = asWritten.map((r) => r.map(withArgument));
  const behind = asWritten.some((r, i) => r.some((c, j) => c !== rows[i]![j]));
  const args = argumentsOf(rows.flat());
  if (args === "different") return undefined;
  const grid: Cell[][] = [];
  for (const row of rows) {
    const cells: Cell[] = [];
    for (const c of row) {
      if (isDots(c)) {
        cells.push(undefined);
        continue;
      }
      if (c.kind !== "derivative" || c.transposed === true) return undefined;
      const of = memberOf(c.of);
      const by = c.wrt.map(memberOf);
      if (of === undefined || by.includes(undefined)) return undefined;
      cells.push({ of, by: by as Member[], expr: c });
    }
    grid.push(cells);
  }
  return grid.flat().filter((c) => c !== undefined).length > 1 ? { grid, args, behind } : undefined;
}
