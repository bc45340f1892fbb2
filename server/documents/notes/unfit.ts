import { type Expr, num, someNode, type Span } from "../../core/ast";
import type { Shape } from "../../core/shape";
import { type Guess, openShape } from "./kinds";
import { type Slip, slips } from "./slips";
import { Clash, type Facts, type Found, type Layout, Solver } from "./solver";

/** A formula that no sizes fit, and the slip of the pen with which they would. */
export interface Unfit extends Slip {
  /** The number of the side that is wrong. */
  readonly side: number;
  /** Where that side stands. */
  readonly span: Span;
}

/** What is known of the names in a formula. */
export interface Kinds {
  /** What each name could be, the likeliest first. */
  readonly possible: ReadonlyMap<string, readonly Guess[]>;
  /** Shapes in which every name is what it is taken for. */
  readonly usual: readonly ReadonlyMap<string, Shape>[];
  readonly facts: (attempt: { readonly shapes: ReadonlyMap<string, Shape>; readonly spreads?: boolean }) => Facts;
}

/** Ways to take all names that are tried: where there are more, nothing is said. */
const MOST_WAYS = 500;
/** Slips that are tried. */
const MOST_SLIPS = 80;
/** A slip that costs more is none. */
const MOST_COST = 1.5;

const NOWHERE: Span = { start: 0, end: 0 };

const LAYOUTS: readonly Layout[] = ["denominator", "numerator"];

const isTranspose = (e: Expr): boolean => e.kind === "apply" && e.op === "transpose";

const isWhole = (a: Expr, b: Expr): boolean =>
  (a.kind === "apply" && a.op === "transpose" && a.args[0] === b) ||
  (b.kind === "apply" && b.op === "transpose" && b.args[0] === a);

const isZeros = (e: Expr): boolean => e.kind === "apply" && e.op === "zeros";

const isPlain = (e: Expr): boolean => !someNode(e, (d) => d.kind === "derivative" || d.kind === "differential");

/** Factors that are derivatives may be laid out in more ways than are tried; what is added up has indices of its own. */
const isOpaque = (e: Expr): boolean =>
  someNode(
    e,
    (p) =>
      p.kind === "sumover" || (p.kind === "literal" && p.rows.flat().length > 1 && p.rows.flat().some(isTranspose)),
  ) ||
  someNode(
    e,
    (p) => p.kind === "apply" && p.op === "mul" && someNode(p, (d) => d.kind === "derivative" || d.kind === "call"),
  );

/**
 * What is wrong with the sizes of a formula, whatever its letters stand for: no choice of numbers, columns, rows and
 * matrices fits, in rows or columns, and one transpose or change of order makes the usual ones fit.
 */
export function unfit(all: readonly Expr[], kinds: Kinds): Unfit | undefined {
  // What a function gives may be of another size for another argument: its value is compared with nothing.
  const written = all.filter((e) => e.kind !== "call");
  // Zeros stand for a row as well as for a column.
  const sides = written.map((e) => (isZeros(e) ? { ...num(0), ...(e.span === undefined ? {} : { span: e.span }) } : e));
  // Who writes no transpose may leave them all to the reader.
  if (!sides.some((s) => someNode(s, isTranspose)) || sides.some(isOpaque)) return undefined;
  if (kinds.usual.length === 0 || fitsSomehow(sides, kinds)) return undefined;
  const shapeAt = usualShapes(kinds);
  const found: Unfit[] = [];
  sides.forEach((e, k) => {
    const side = all.indexOf(written[k]!);
    for (const s of slips(e, shapeAt)) {
      // A whole side is turned only where the sides are a row and a column; of a change its orientation is no matter.
      if (isWhole(s.expr, e) && !sides.every(isPlain)) continue;
      if (s.cost <= MOST_COST && found.length < MOST_SLIPS) found.push({ ...s, side, span: e.span ?? NOWHERE });
    }
  });
  // Of two sides the later one is likelier wrong.
  found.sort((a, b) => a.cost - b.cost || b.side - a.side);
  const mends = (s: Unfit): boolean => {
    const repaired = sides.map((e, i) => (all.indexOf(written[i]!) === s.side ? s.expr : e));
    return kinds.usual.some((shapes) => fits(repaired, kinds, shapes, false));
  };
  const first = found.find(mends);
  // A quotient of matrices that may be either product with the inverse: its author knows which one is meant.
  return first !== undefined && found.some((s) => s !== first && s.what === first.what && mends(s)) ? undefined : first;
}

function fits(sides: readonly Expr[], kinds: Kinds, shapes: ReadonlyMap<string, Shape>, spreads: boolean): boolean {
  return LAYOUTS.some((layout) => {
    try {
      new Solver(kinds.facts({ shapes, spreads }), layout).equalSides(sides);
      return true;
    } catch (e) {
      if (e instanceof Clash) return false;
      throw e;
    }
  });
}

function fitsSomehow(sides: readonly Expr[], kinds: Kinds): boolean {
  if (kinds.usual.some((shapes) => fits(sides, kinds, shapes, true))) return true;
  const names = [...kinds.possible];
  let ways = 1;
  for (const [, all] of names) ways *= all.length;
  if (ways > MOST_WAYS) return true;
  const shapes = new Map<string, Shape>();
  const tried = (i: number): boolean => {
    if (i === names.length) return fits(sides, kinds, shapes, true);
    const [name, all] = names[i]!;
    return all.some((kind) => {
      shapes.set(name, openShape(name, kind));
      return tried(i + 1);
    });
  };
  if (tried(0)) return true;
  // Vectors that are rows all over.
  const rows = names.map(([n, all]) => [n, openShape(n, all[0] === "vector" ? "row" : all[0]!)] as const);
  return fits(sides, kinds, new Map(rows), true);
}

/** The shapes of parts, with the names as they usually are. */
function usualShapes(kinds: Kinds): (e: Expr) => Shape | undefined {
  const solver = new Solver(kinds.facts({ shapes: kinds.usual[0]! }), "denominator");
  return (e) => {
    try {
      const found: Found = solver.shapeOf(e);
      return found === undefined ? undefined : solver.resolveShape(found);
    } catch (error) {
      if (error instanceof Clash) return undefined;
      throw error;
    }
  };
}
