import { type Axis, countings } from "./axes";

/** The labels in an array, which are one for each entry of a row or a column (`rows` has one column then), else two. */
export interface Labels {
  readonly rows: readonly (readonly (readonly string[] | undefined)[])[];
  /** Which labels come one after the other, where that is said: for the first and the second of each entry. */
  readonly known: readonly (Axis | undefined)[];
  /** Whether the two labels of an entry may stand in any order: ∂²f/∂x∂y. */
  readonly symmetric: boolean;
}

/** A label that should be another one, in one entry or in all of a line. */
export interface LabelSlip {
  readonly at: readonly (readonly [row: number, column: number])[];
  /** Whether it is the first or the second of the entry; or both: ∂²f/∂x_1². */
  readonly places: readonly number[];
  readonly found: string;
  readonly label: string;
}

interface Counted {
  /** How the first and the second label count, where the array can be read at all. */
  readonly axes?: readonly Axis[];
  /** What keeps it from being counted so: several where one of them would do. */
  readonly slips: readonly LabelSlip[];
}

/** Countings that are tried for each array. */
const MOST = 400;

/** How an array is counted by its labels, with at most one slip. */
export function counted(labels: Labels): Counted {
  const slips: LabelSlip[] = [];
  let axes: readonly Axis[] | undefined;
  let tried = 0;
  for (const turned of labels.known.length === 2 && !labels.symmetric ? [false, true] : [false])
    for (const [down, along] of axesOf(labels, turned)) {
      if (++tried > MOST) return { slips: [] };
      const found = slipsIn(labels, down, along, turned);
      if (found === undefined) continue;
      const both = along === undefined ? [down] : turned ? [along, down] : [down, along];
      if (found.length === 0) return { axes: both, slips: [] };
      axes ??= both;
      slips.push(...found);
    }
  return axes === undefined ? { slips: [] } : { axes, slips };
}

/** The countings of rows and columns that labels in them allow. */
function* axesOf({ rows, known, symmetric }: Labels, turned: boolean): Generator<readonly [Axis, Axis | undefined]> {
  const place = (axis: 0 | 1): number => (turned ? 1 - axis : axis);
  const inLine = (line: readonly (readonly string[] | undefined)[], axis: 0 | 1): Set<string> =>
    new Set(line.flatMap((c) => (c === undefined ? [] : symmetric ? c : [c[place(axis)]!])));
  const lines = (found: readonly Set<string>[], axis: 0 | 1): readonly Axis[] => {
    const said = known[place(axis)];
    if (said === undefined) return countings(found);
    return said.length === found.length ? [said] : [];
  };
  const down = lines(
    rows.map((r) => inLine(r, 0)),
    0,
  );
  if (known.length === 1) {
    for (const d of down) yield [d, undefined];
    return;
  }
  const columns = rows[0]!.map((_, k) => rows.map((r) => r[k]));
  if (symmetric) {
    if (rows.length === columns.length) for (const d of down) yield [d, d];
    return;
  }
  const along = lines(
    columns.map((c) => inLine(c, 1)),
    1,
  );
  for (const d of down) for (const a of along) yield [d, a];
}

/** What keeps an array from being counted in one way: nothing, one label, or the same label all along a line. */
function slipsIn(labels: Labels, down: Axis, along: Axis | undefined, turned: boolean): LabelSlip[] | undefined {
  const slips: LabelSlip[] = [];
  for (const [row, cells] of labels.rows.entries())
    for (const [column, cell] of cells.entries()) {
      if (cell === undefined) continue;
      const [d, a] = [down[row]!, along?.[column]];
      const expected = a === undefined ? [d] : turned ? [a, d] : [d, a];
      const off = mismatches(cell, expected, labels.symmetric);
      const [first, second] = off;
      const at = [[row, column]] as const;
      // A square is one sign.
      if (second !== undefined && first!.found === second.found && first!.label === second.label)
        slips.push({ at, ...first!, places: [0, 1] });
      else slips.push(...off.map((m) => ({ at, ...m })));
    }
  const [first] = slips;
  if (first === undefined || slips.length === 1)
    return first === undefined || isTwice(labels, first) ? slips : undefined;
  const at = slips.flatMap((s) => s.at);
  const isSame = slips.every(
    (s) => s.places.join() === first.places.join() && s.found === first.found && s.label === first.label,
  );
  return isSame && !labels.symmetric && isLine(labels, at) ? [{ ...first, at }] : undefined;
}

/** Whether entries are all that stand in one row or column. */
function isLine({ rows }: Labels, at: LabelSlip["at"]): boolean {
  return ([0, 1] as const).some((k) => {
    const line = at[0]![k];
    const whole = rows.flatMap((r, i) => r.filter((c, j) => c !== undefined && [i, j][k] === line));
    return at.every((p) => p[k] === line) && whole.length === at.length;
  });
}

type Mismatch = Omit<LabelSlip, "at">;

/** The labels that are not what they should be. */
function mismatches(cell: readonly string[], expected: readonly string[], symmetric: boolean): Mismatch[] {
  const off = (e: readonly string[]): Mismatch[] =>
    e.flatMap((label, place) => (label === cell[place] ? [] : [{ places: [place], found: cell[place]!, label }]));
  const [plain, reversed] = [off(expected), off([...expected].reverse())];
  return symmetric && reversed.length < plain.length ? reversed : plain;
}

/** A row or a column that counts in its own way is as its author likes, unless it has one label twice. */
function isTwice({ rows, known }: Labels, { found }: LabelSlip): boolean {
  if (known.length > 1 || known[0] !== undefined) return true;
  return rows.filter((r) => r[0]?.[0] === found).length > 1;
}
