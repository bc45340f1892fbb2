import { type Expr, freeNames } from "../core/ast";
import type { Formula, MathDocument } from "../documents/document";
import { Passages } from "../documents/passages";
import { textOf } from "./digest";
import { labelled } from "./meanings";
import { isZero } from "./note";
import { labelsOf } from "./worlds/labels";

/** Where a name is given a value, and which. */
export interface Said {
  readonly formula: Formula;
  readonly body: Expr;
}

/** Blank lines between a formula and the display right behind it, up to where it may still be said what its names are. */
const NEAR = 2;

/** The whole family of a name: what is said of `p_i` is said of `p_j`. */
const familyOf = (n: string): string => {
  const label = labelsOf(n);
  return label === undefined ? n : `${label.base} ${label.labels.length}`;
};

/** What is said of one layer is said of all: `δ^{(l)}`. */
const stemOf = (n: string): string => labelled(n)?.stem ?? familyOf(n);

/** The name of what is given a value by what stands on the other side of an equality: `y`, `f(x)`, `F_1`. */
export function headOf(e: Expr): string | undefined {
  if (e.kind === "name") return e.name;
  if (e.kind === "call") return e.primes > 0 || e.name.startsWith("∇") ? undefined : e.name;
  if (e.kind === "index") return headOf(e.base);
  if (e.kind === "apply" && (e.op === "neg" || e.op === "log" || e.op === "transpose")) return headOf(e.args[0]!);
  if (e.kind === "apply" && e.op === "pow" && e.args[1]!.kind === "number") return headOf(e.args[0]!);
  return undefined;
}

/** `y(0)`, `x(t_0)`: what a function is at one place says nothing of how it changes. */
const isAtPoint = (e: Expr): boolean =>
  e.kind === "call" && e.args.length > 0 && e.args.every((a) => [...freeNames(a)].every((n) => /_0$/.test(n)));

/**
 * Where a note gives values to its names, or ties them to each other. What it says of another example, or only afterwards,
 * is no value there: the solution of an equation comes behind it.
 */
export class ValuesGiven {
  private readonly values = new Map<string, Said[]>();
  /** What was given a derivative for a value: `δ = ∂L/∂z`. */
  private readonly derived = new Map<string, Said[]>();
  /** Equations between letters, as of what is differentiated implicitly: `x² + y² = 1`. */
  private readonly relations: { readonly formula: Formula; readonly names: ReadonlySet<string> }[] = [];
  private readonly places: Passages;

  /** `changes`: whether an expression has a derivative or a differential in it, which gives no value. */
  constructor(document: MathDocument, changes: (e: Expr) => boolean) {
    this.places = Passages.of(document);
    for (const f of document.formulas) {
      const s = f.statement;
      if (s.kind === "definition") this.give(s.name, { formula: f, body: s.body }, changes(s.body));
      if (s.kind !== "claim") continue;
      if (!s.sides.some(changes)) this.relate(f, s.sides);
      s.sides.forEach((side, k) => {
        const head = isAtPoint(side) ? undefined : headOf(side);
        const beside = [s.sides[k - 1], s.sides[k + 1]];
        const body = beside.find((b) => b !== undefined && !changes(b) && !isZero(b));
        if (head !== undefined && body !== undefined) this.give(head, { formula: f, body });
      });
    }
  }

  private give(name: string, said: Said, isDerived = false): void {
    const [all, key] = isDerived ? [this.derived, stemOf(name)] : [this.values, familyOf(name)];
    const before = all.get(key);
    if (before === undefined) all.set(key, [said]);
    else before.push(said);
  }

  private relate(formula: Formula, sides: readonly Expr[]): void {
    if (sides.some((e) => e.kind === "name" || e.kind === "call")) return;
    const names = new Set<string>();
    for (const e of sides) freeNames(e, names);
    if (names.size > 1) this.relations.push({ formula, names });
  }

  /**
   * Whether a name has a value at a formula, by another one: that is known there, was said in this or the last section, or is
   * said right behind it. `before`: only what was said in this section, and before.
   */
  has(name: string, at: Formula, before = false): boolean {
    if (at.scope.definitions.has(name)) return true;
    return this.of(name, at, before).length > 0;
  }

  /** The values that a name is given around a formula. */
  of(name: string, at: Formula, before = false): readonly Said[] {
    const base = labelsOf(name)?.base;
    // What is said of a vector is said of its entries.
    const all = [familyOf(name), ...(base === undefined ? [] : [base])].flatMap((n) => this.values.get(n) ?? []);
    const near = all.filter(({ formula }) => formula !== at && this.holdsAt(formula, at, before));
    if (near.length > 0 || before || all.length === 0) return near;
    // A letter that has the same value in all of the note keeps it.
    const isOne = new Set(all.map(({ body }) => textOf(body))).size === 1;
    const first = all[0]!;
    const { start } = first.formula.span;
    return isOne && start < at.span.start && !this.places.isOwn(start) ? [first] : [];
  }

  /** The derivative that a name was given for a value, before a formula. */
  derivativeOf(name: string, at: Formula): Expr | undefined {
    const own = at.scope.definitions.get(name)?.body;
    if (own !== undefined) return own;
    return this.derived.get(stemOf(name))?.find(({ formula }) => formula.span.start < at.span.start)?.body;
  }

  /** Whether an equation of letters that was said before a formula ties one of these names to one of those. */
  relates(names: ReadonlySet<string>, others: readonly string[], at: Formula): boolean {
    return this.relations.some(
      ({ formula, names: tied }) =>
        formula.span.start < at.span.start &&
        this.holdsAt(formula, at, true) &&
        [...names].some((n) => tied.has(n)) &&
        others.some((n) => tied.has(n)),
    );
  }

  private holdsAt({ span: { start: said } }: Formula, { span: { start: at } }: Formula, before: boolean): boolean {
    const { places } = this;
    if (said > at) return !before && places.breaksBetween(at, said) <= NEAR;
    if (places.distance(said, at) !== "elsewhere") return true;
    return !before && places.section(at) - places.section(said) <= 1;
  }
}
