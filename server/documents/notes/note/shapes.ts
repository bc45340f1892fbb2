import { LETTERS } from "../../../core/conventions";
import { children, type Expr, freeNames } from "../../../core/ast";
import { type Dim, dimName, dimNames, dimSubstitute } from "../../../core/dimension";
import type { Property } from "../../../core/scope";
import { isScalar, SCALAR, type Shape } from "../../../core/shape";
import { freeIndices } from "../indices";
import { type Guess, guesses, kindOfShape, letterOf, openShape, useOfName } from "../kinds";
import { closing, settle } from "../settle";
import { Clash, type Facts, type Found, isOpenName, type Layout, type Signature, Solver } from "../solver";
import { type Kinds, type Unfit, unfit } from "../unfit";
import type { Chain } from "./state";
import { hasDerivative, independent, NO_PROPERTIES, sameKeys } from "./expressions";
import { NoteDeclarations } from "./declarations";

export interface Solved {
  readonly exprs: readonly Expr[];
  readonly shapes: readonly Found[];
  readonly consistent: boolean;
  /** Sides whose shape is certain. */
  readonly certain: ReadonlySet<number>;
  readonly local: ReadonlyMap<string, Shape>;
  /** What is wrong where no sizes fit. */
  readonly unfit?: Unfit;
}

/** Names that stand with the sign of a transpose. */
function transposedNames(sides: readonly Expr[], out: Set<string> = new Set()): Set<string> {
  for (const s of sides) {
    if (s.kind === "apply" && s.op === "transpose" && s.args[0]!.kind === "name") out.add(s.args[0]!.name);
    transposedNames(children(s), out);
  }
  return out;
}

/** Sums that stand with the sign of a transpose. */
function* transposedSums(e: Expr): Generator<Expr> {
  if (e.kind === "apply" && e.op === "transpose") {
    const of = e.args[0]!;
    if (of.kind === "apply" && (of.op === "add" || of.op === "sub")) yield of;
  }
  for (const c of children(e)) yield* transposedSums(c);
}

/** A side that is a plain 0 beside a matrix is the zero matrix. */
function withZeros(exprs: readonly Expr[], shapes: readonly Found[], closed: (d: Dim) => Dim): Expr[] {
  const other = shapes.find(
    (s, i) => s !== undefined && !(s.rows.key === "1" && s.cols.key === "1") && !(exprs[i]!.kind === "number"),
  );
  return exprs.map((e) => {
    if (e.kind !== "number" || e.value !== 0 || other === undefined) return e;
    const size = (d: Dim): Expr => {
      const c = closed(d);
      return c.terms.size === 1 && /^\d+$/.test(c.key)
        ? { kind: "number", value: Number(c.key) }
        : { kind: "name", name: c.key };
    };
    return {
      kind: "apply",
      op: "zeros",
      args: [size(other.rows), size(other.cols)],
      ...(e.span === undefined ? {} : { span: e.span }),
    };
  });
}

/** Names of losses; and of those that are none without their variables, `Q(w)`. */
const LOSS = /^(?:[JLE]|ell|loss|cost|Loss|Cost)$/;
const LOSS_OF = LETTERS.objectives;
const MOST_BETTER = 48;
/** What it costs to take a bold letter, or one that is transposed, for a number. */
const STRAINED = 3;

const isHead = (e: Expr): boolean => e.kind === "name" || e.kind === "call" || (e.kind === "apply" && e.op === "log");

/** Properties that only a square matrix has; what is called orthogonal may have fewer columns. */
const SQUARE: readonly Property[] = ["symmetric", "skew", "invertible"];

/** Shapes to try. */
interface Attempt {
  readonly shapes: Map<string, Shape>;
  readonly layouts: readonly Layout[];
  readonly spreads?: boolean;
  /** Every name is of the kind that it is taken for. */
  readonly isUsual?: boolean;
  /** A name is a number that is printed or used as a vector or matrix. */
  readonly strained?: boolean;
}

/** How many sides fit together, and with which shapes. */
interface Partly {
  readonly sides: number;
  readonly solver?: Solver;
  readonly shapes?: ReadonlyMap<string, Shape>;
}

/** The shapes of a sentence: those that are certain, and guesses with which it fits together. */
export abstract class NoteShapes extends NoteDeclarations {
  protected signature(name: string): Signature | undefined {
    const definition = this.now.definitions.get(name);
    const declared = this.signatures.get(name);
    if (definition?.parameters !== undefined)
      return {
        parameters: definition.parameters,
        body: definition.body,
        ...(declared?.result === undefined ? {} : { result: declared.result }),
      };
    if (declared !== undefined)
      return { parameters: [], ...(declared.result === undefined ? {} : { result: declared.result }) };
    const { letter } = letterOf(name);
    if (letter === "sigma" || letter === "phi" || letter === "varphi" || letter === "psi")
      return { parameters: [], elementwise: true };
    const fact = this.now.facts.get(name);
    if (fact !== undefined && (fact.certain || !LETTERS.functions.test(letter)))
      return { parameters: [], result: fact.shape };
    if (LETTERS.numberValued.test(letter)) return { parameters: [], result: SCALAR };
    return undefined;
  }

  /**
   * Finds shapes with which the expressions fit together, and settles what hangs on them. Names that are certain stay
   * as they are; guesses give way, the weakest first.
   */
  protected solve(sides: readonly Expr[], fresh: ReadonlySet<string> = new Set(), before?: Chain): Solved {
    const free = new Set<string>(before?.names ?? []);
    for (const s of sides) freeNames(s, free);
    const names = this.reach(free).filter((n) => !n.startsWith("⟨") && n !== "⋯" && n !== "∇" && !n.startsWith("?"));
    // What is said of the members of a family is said of each.
    const certain = (n: string): boolean => this.now.facts.get(n)?.certain === true || this.isCertainMember(n);
    const transposed = transposedNames(sides);
    const current = (n: string): Shape => {
      const member = this.isCertainMember(n) ? this.member(n) : undefined;
      if (member !== undefined) return member;
      const fact = this.now.facts.get(n);
      // What was taken for a number and is transposed here is none.
      const refuted =
        fact?.certain === false && fact.told !== true && transposed.has(n) && kindOfShape(fact.shape) === "scalar";
      if (fact !== undefined && !fresh.has(n) && !refuted) return fact.shape;
      if (fact?.certain === true) return fact.shape;
      if (this.isDimension(n)) return SCALAR;
      const declared = this.signatures.get(n)?.result;
      if (declared !== undefined) return declared;
      const letter = letterOf(n).letter;
      if (LETTERS.functions.test(letter) && useOfName(this.usage, n).called > 0) return SCALAR;
      return (
        this.ahead.get(n) ??
        this.aheadOfMember(n) ??
        this.argumentShape(n, sides) ??
        this.relative(n) ??
        openShape(n, this.guess(n))
      );
    };
    const open = names.filter((n) => !certain(n) && !fresh.has(n) && !this.isDimension(n));
    const independentNames = new Set<string>();
    for (const e of sides) independent(e, independentNames, e === sides[0]);
    const tries = this.tries(open, current, before !== undefined);
    let solver: Solver | undefined;
    let shapes: readonly Found[] = [];
    let chosen = new Map<string, Shape>();
    let consistent = false;
    const factsOf = (attempt: { readonly shapes: ReadonlyMap<string, Shape>; readonly spreads?: boolean }): Facts => ({
      shape: (n) => {
        if (n.startsWith("?")) return SCALAR;
        const own = attempt.shapes.get(n);
        if (own !== undefined) return own;
        const member = this.member(n);
        if (member !== undefined) return member;
        return n.startsWith("⟨") || (fresh.has(n) && !certain(n)) ? undefined : current(n);
      },
      signature: (n) => (fresh.has(n) ? undefined : this.signature(n)),
      members: (n) => this.familyOf(n),
      value: (n) => (fresh.has(n) || independentNames.has(n) ? undefined : this.valueOf(n)),
      lettered: (n) => this.lettered.has(n),
      spreads: attempt.spreads === true,
    });
    let partly: Partly | undefined;
    let strained = false;
    for (const attempt of tries) {
      // Rather than that a letter is what it never is, one side is taken to be wrong.
      if (attempt.strained === true && sides.length > 1) {
        partly ??= this.partly(sides, open, current, factsOf) ?? { sides: 0 };
        if (partly.solver !== undefined) break;
      }
      for (const layout of attempt.layouts) {
        const s = new Solver(factsOf(attempt), layout);
        try {
          shapes = s.equalSides(sides);
          solver = s;
          strained = attempt.strained === true;
          chosen = attempt.shapes;
          consistent = true;
          this.layout = layout;
          break;
        } catch (e) {
          if (!(e instanceof Clash)) throw e;
        }
      }
      if (consistent) break;
    }
    const isOdd =
      [...fresh].some((n) => this.strong(n)) && shapes.some((s) => s !== undefined && kindOfShape(s) === "scalar");
    const found =
      consistent && !strained && !isOdd ? undefined : this.unfit(sides, names, fresh, transposed, current, factsOf);
    const own = found === undefined ? {} : { unfit: found };
    const better =
      consistent && solver !== undefined
        ? this.better(sides, shapes, solver, this.isLoss(fresh, sides[0]!), (n) => fresh.has(n), open, current, factsOf)
        : undefined;
    if (better !== undefined) ({ solver, shapes, chosen } = better);
    if (solver === undefined) {
      // Nothing fits: what is written stays as it was guessed, or as the sides have it that fit together.
      const alone =
        sides.length > 1 && fresh.size === 0 && hasDerivative(sides[0]!)
          ? this.fits(sides[0]!, open, current, factsOf)
          : sides.length > 1
            ? (partly ?? this.partly(sides, open, current, factsOf))
            : undefined;
      const tolerant =
        alone?.solver ??
        new Solver({ shape: (n) => (certain(n) ? current(n) : undefined), signature: () => undefined });
      const local = new Map<string, Shape>();
      if (alone?.shapes !== undefined)
        for (const n of open) local.set(n, tolerant.resolveShape(alone.shapes.get(n) ?? current(n)));
      return {
        exprs: sides.map((s) => this.settled(s, tolerant)),
        shapes: sides.map(() => undefined),
        consistent: false,
        certain: new Set(),
        local,
        ...own,
      };
    }
    const done = solver;
    const local = new Map<string, Shape>();
    for (const n of names) {
      if (certain(n) || fresh.has(n) || (n === "pi" && this.isNumberPi())) continue;
      const s = done.resolveShape(chosen.get(n) ?? current(n));
      local.set(n, s);
      const before = this.now.facts.get(n);
      if (!fresh.has(n) && (before === undefined || !sameKeys(before.shape, s)))
        this.setFact(n, {
          shape: s,
          certain: false,
          ...(before?.told === true ? { told: true } : {}),
          properties: before?.properties ?? NO_PROPERTIES,
          ...(before?.family === undefined ? {} : { family: before.family }),
        });
    }
    const exact = new Set<number>();
    sides.forEach((s, i) => {
      if (
        [...freeNames(s)].every((n) => certain(n) || this.isDimension(n)) &&
        shapes[i] !== undefined &&
        !hasDerivative(s)
      )
        exact.add(i);
    });
    const exprs = sides.map((s) => this.settled(s, done));
    return {
      exprs: withZeros(exprs, shapes, (d) => this.closed(d)),
      shapes,
      consistent,
      certain: exact,
      local,
      ...own,
    };
  }

  /** What keeps a formula from fitting whatever its letters are. */
  private unfit(
    sides: readonly Expr[],
    names: readonly string[],
    fresh: ReadonlySet<string>,
    transposed: ReadonlySet<string>,
    current: (n: string) => Shape,
    facts: Kinds["facts"],
  ): Unfit | undefined {
    const possible = new Map<string, readonly Guess[]>();
    // Sizes that are said are held against each other elsewhere, where they hold: here only kinds count.
    for (const n of [...names, ...fresh]) {
      if (this.signatures.has(n) || this.isDimension(n) || this.now.definitions.get(n)?.parameters !== undefined)
        continue;
      if (fresh.has(n) && !this.strong(n)) continue;
      const usual = kindOfShape(current(n)) as Guess;
      const fact = this.now.facts.get(n);
      if (fact?.told === true || fact?.certain === true) {
        possible.set(n, [usual]);
        continue;
      }
      const { letter } = letterOf(n);
      const use = useOfName(this.usage, n);
      const turns = transposed.has(n) || use.transposed > 0;
      const others = (["scalar", "vector", "row", "matrix"] as const).filter(
        (k) =>
          k !== usual &&
          !(k === "scalar" && (turns || this.strong(n) || use.traced > 0)) &&
          // Who writes `cx` for an inner product has a row, and its transpose elsewhere is the column.
          !(k === "row" && turns && usual === "vector" && use.leads === 0) &&
          !(k === "matrix" && this.strong(n) && /^\p{Ll}$/u.test(letter)) &&
          !((k === "vector" || k === "row") && usual === "matrix" && use.inverted + use.traced > 0),
      );
      // A derivative may be laid out either way.
      const value = this.valueOf(n);
      const isLaidOut = value !== undefined && hasDerivative(value) && (usual === "vector" || usual === "row");
      possible.set(n, isLaidOut ? ["vector", "row"] : [usual, ...others]);
    }
    const usual = new Map([...possible].map(([n, [kind]]) => [n, this.openAgain(n, openShape(n, kind!))]));
    const found = unfit(sides, { possible, usual: [usual], facts });
    if (found === undefined) return undefined;
    const solver = new Solver(facts({ shapes: usual }), this.layout);
    const { closed } = closing(solver);
    const settled = (e: Expr): Expr => settle(e, solver, closed, this.elementwise);
    return { ...found, expr: settled(found.expr), what: (print) => found.what((e) => print(settled(e))) };
  }

  /**
   * Shapes with which most sides of a chain fit together, where all names are what they usually are and the other sides
   * do not fit.
   */
  private partly(
    sides: readonly Expr[],
    open: readonly string[],
    current: (n: string) => Shape,
    factsOf: (attempt: { readonly shapes: ReadonlyMap<string, Shape> }) => Facts,
  ): Partly | undefined {
    let best: Partly | undefined;
    for (const attempt of this.tries(open, current, false)) {
      if (attempt.isUsual !== true) break;
      for (const layout of attempt.layouts) {
        let solver: Solver | undefined;
        let fitting: Expr[] = [];
        for (const side of sides) {
          const next = new Solver(factsOf(attempt), layout);
          try {
            const shapes = next.equalSides([...fitting, side]);
            if (fitting.length === 0 && shapes[0] === undefined) continue;
            [solver, fitting] = [next, [...fitting, side]];
          } catch (e) {
            if (!(e instanceof Clash)) throw e;
          }
        }
        if (solver !== undefined && fitting.length > (best?.sides ?? 0))
          best = { sides: fitting.length, solver, shapes: attempt.shapes };
      }
    }
    return best;
  }

  /** Shapes with which one expression fits together, among the likeliest. */
  protected fits(
    e: Expr,
    open: readonly string[],
    current: (n: string) => Shape,
    factsOf: (attempt: { readonly shapes: ReadonlyMap<string, Shape> }) => Facts,
  ): { solver: Solver; shapes: ReadonlyMap<string, Shape> } | undefined {
    let tried = 0;
    for (const attempt of this.tries(open, current, false)) {
      if (++tried > 3) return undefined;
      for (const layout of attempt.layouts) {
        const solver = new Solver(factsOf(attempt), layout);
        try {
          solver.equalSides([e]);
          return { solver, shapes: attempt.shapes };
        } catch (error) {
          if (!(error instanceof Clash)) throw error;
        }
      }
    }
    return undefined;
  }

  /** Whether what is being defined is a loss, a likelihood or a density by its name: a number. */
  private isLoss(names: ReadonlySet<string>, head: Expr): boolean {
    const called = head.kind === "call" ? head.name : undefined;
    return [...names].some((n) => {
      const { letter, style, subscripted } = letterOf(n);
      const isUsual = LOSS.test(letter) || (n === called && LOSS_OF.test(letter));
      return style === "cal" || (!subscripted && (isUsual || /^\p{Lu}{2,}$/u.test(letter)));
    });
  }

  /**
   * The shapes with which a loss is a number, where those that fit make it none (`(Xθ − Y)^T(Xθ − Y)` with a vector θ), or
   * with which no number is transposed, `(x − μ)^T`, and no small letter is a matrix, `y = Xβ + ε`. No matrix is taken for a vector for that, except one of targets.
   */
  private better(
    sides: readonly Expr[],
    before: readonly Found[],
    found: Solver,
    isLoss: boolean,
    isDefined: (name: string) => boolean,
    open: readonly string[],
    current: (n: string) => Shape,
    factsOf: (attempt: { readonly shapes: ReadonlyMap<string, Shape> }) => Facts,
  ): { solver: Solver; shapes: readonly Found[]; chosen: Map<string, Shape> } | undefined {
    const isNumber = (s: Found): boolean => s === undefined || isScalar(s);
    const turned = sides.flatMap((s) => [...transposedSums(s)]);
    const turnsNumber = (solver: Solver): boolean =>
      turned.some((e) => {
        const s = solver.shapeOf(e);
        return s !== undefined && isScalar(solver.resolveShape(s));
      });
    // Of what stands there nothing may be unknown but what is being defined.
    const isToBeNumber =
      isLoss &&
      !before.every(isNumber) &&
      !sides.some((s) => s.kind === "literal") &&
      !before.some((s, i) => s === undefined && !isHead(sides[i]!));
    const [head] = sides;
    const isVector = (s: Found): boolean => s === undefined || kindOfShape(s) === "vector";
    const isToBeVector =
      head!.kind === "name" &&
      sides.length === 2 &&
      isDefined(head!.name) &&
      this.guess(head!.name) === "vector" &&
      before[1] !== undefined &&
      kindOfShape(found.resolveShape(before[1])) === "matrix";
    if (!isToBeNumber && !isToBeVector && (turned.length === 0 || !turnsNumber(found))) return undefined;
    let tried = 0;
    for (const attempt of this.tries(open, current, false)) {
      if (++tried > MOST_BETTER || attempt.spreads === true) return undefined;
      const solver = new Solver(factsOf(attempt), attempt.layouts[0]!);
      try {
        const shapes = solver.equalSides(sides);
        if (isToBeNumber) for (const s of shapes) if (s !== undefined) solver.equal(s, SCALAR);
        if (turnsNumber(solver)) continue;
        if (isToBeVector && !shapes.every((s) => isVector(s === undefined ? s : solver.resolveShape(s)))) continue;
        const isLess = open.some((n) => {
          const own = attempt.shapes.get(n)!;
          const was = kindOfShape(current(n));
          if (was === "scalar" || (was === "matrix" && LETTERS.countsOrMatrices.test(n) && isScalar(own))) return false;
          const kind = kindOfShape(solver.resolveShape(own));
          return kind !== was && !(was === "matrix" && kind === "vector" && LETTERS.columns.test(letterOf(n).letter));
        });
        if (!isLess) return { solver, shapes, chosen: attempt.shapes };
      } catch (error) {
        if (!(error instanceof Clash)) throw error;
      }
    }
    return undefined;
  }

  /** The shape of a function's declared argument, for a name that stands there. */
  protected argumentShape(name: string, sides: readonly Expr[]): Shape | undefined {
    let found: Shape | undefined;
    const visit = (e: Expr): void => {
      if (e.kind === "call") {
        const from = this.signatures.get(e.name)?.from;
        e.args.forEach((a, i) => {
          if (a.kind === "name" && a.name === name && from?.[i] !== undefined) found ??= from[i];
        });
      }
      for (const c of children(e)) visit(c);
    };
    for (const s of sides) visit(s);
    return found;
  }

  /** `\Delta x`, `\hat x`, `x^*`, `x^{(k)}`, bold `x_k` are most likely shaped as x is. */
  protected relative(name: string): Shape | undefined {
    let base = name;
    for (;;) {
      const next =
        /^[Dd]elta_(.+)$/.exec(base)?.[1] ??
        /^(.+)(?:_(?:hat|bar|tilde|dot|star)|\^[^^_]*|')$/.exec(base)?.[1] ??
        (letterOf(base).style === "bold" || /^\p{Lu}/u.test(base) || this.strong(base)
          ? /^(.+)_[^_]*$/.exec(base)?.[1]
          : undefined);
      if (next === undefined) return undefined;
      base = next;
      const fact = this.now.facts.get(base);
      if (fact !== undefined) return fact.shape;
    }
  }

  /** Shapes to try: the kinds and sizes that are known, then with all sizes open, then with one or two guesses changed, the cheapest first. */
  protected *tries(open: readonly string[], current: (n: string) => Shape, goesOn: boolean): Generator<Attempt> {
    const both: readonly Layout[] =
      this.layout === "denominator" ? ["denominator", "numerator"] : ["numerator", "denominator"];
    const as = new Map(open.map((n) => [n, current(n)]));
    // Rows of one chain share their sizes; else a formula is as general as it can be by itself.
    if (goesOn) yield { shapes: as, layouts: [both[0]!], isUsual: true };
    const isSettled = (d: Dim): boolean => !dimNames(d).some(isOpenName);
    const settled = open.filter(
      (n) => isSettled(as.get(n)!.rows) && isSettled(as.get(n)!.cols) && kindOfShape(as.get(n)!) !== "scalar",
    );
    if (settled.length > 0) {
      yield {
        shapes: new Map(open.map((n) => [n, settled.includes(n) ? as.get(n)! : this.openAgain(n, as.get(n)!)])),
        layouts: both,
        isUsual: true,
      };
    }
    yield { shapes: new Map(open.map((n) => [n, this.openAgain(n, as.get(n)!)])), layouts: both, isUsual: true };
    const again = new Map(open.map((n) => [n, openShape(n, kindOfShape(as.get(n)!) as Guess)]));
    if (open.some((n) => this.isSquare(n))) yield { shapes: again, layouts: both, isUsual: true };
    const flips: { name: string; kind: Guess; cost: number; strained: boolean }[] = [];
    for (const n of open) {
      const now = kindOfShape(as.get(n)!);
      // What fitted before is given up less readily than a bare guess.
      const fact = this.now.facts.get(n);
      if (fact?.told === true || this.valueOf(n) !== undefined) continue;
      const held = fact === undefined ? 0 : 2;
      for (const g of guesses(n, this.usage, this.bold))
        if (g.kind !== now && g.cost + held <= 5)
          flips.push({
            name: n,
            kind: g.kind,
            cost: g.cost + held,
            strained: g.kind === "scalar" && g.cost >= STRAINED,
          });
    }
    flips.sort((a, b) => Number(a.strained) - Number(b.strained) || a.cost - b.cost);
    const single = flips.slice(0, 24);
    const flipped = function* (strained: boolean): Generator<Attempt> {
      for (const f of single)
        if (f.strained === strained)
          yield { shapes: new Map([...again, [f.name, openShape(f.name, f.kind)]]), layouts: both, strained };
    };
    yield* flipped(false);
    const pairs: { a: (typeof flips)[number]; b: (typeof flips)[number]; cost: number }[] = [];
    const few = flips.filter((f) => f.cost < 4 && !f.strained).slice(0, 12);
    for (let i = 0; i < few.length; i++)
      for (let j = i + 1; j < few.length; j++)
        if (few[i]!.name !== few[j]!.name) pairs.push({ a: few[i]!, b: few[j]!, cost: few[i]!.cost + few[j]!.cost });
    pairs.sort((x, y) => x.cost - y.cost);
    for (const p of pairs.slice(0, 40))
      yield {
        shapes: new Map([
          ...again,
          [p.a.name, openShape(p.a.name, p.a.kind)],
          [p.b.name, openShape(p.b.name, p.b.kind)],
        ]),
        layouts: [both[0]!],
      };
    // A Lagrangian with its penalties and multipliers: all that may well be numbers are, where the cheapest changes do not do.
    const numbers = new Set(flips.filter((f) => f.kind === "scalar" && !f.strained && (this.ahead.get(f.name) ?? this.aheadOfMember(f.name)) === undefined).map((f) => f.name)); // prettier-ignore
    if (numbers.size > 2)
      yield {
        shapes: new Map([...again].map(([n, s]) => [n, numbers.has(n) ? SCALAR : s])),
        layouts: both,
        strained: true,
      };
    yield* flipped(true);
    yield { shapes: as, layouts: both, spreads: true };
  }

  /** A value of the same kind whose sizes are open; of what was called symmetric they are one. */
  private openAgain(name: string, as: Shape): Shape {
    const kind = kindOfShape(as) as Guess;
    const shape = openShape(name, kind);
    return kind === "matrix" && this.isSquare(name) ? { rows: shape.rows, cols: shape.rows } : shape;
  }

  private isSquare(name: string): boolean {
    const { properties } = this.now.facts.get(name) ?? {};
    return properties !== undefined && SQUARE.some((p) => properties.has(p));
  }

  protected settled(e: Expr, solver: Solver): Expr {
    return settle(e, solver, (d) => this.closed(d), this.elementwise);
  }

  /** A size without open parts: each gets a letter that the note does not use. */
  protected closed(d: Dim): Dim {
    const open = dimNames(d).filter(isOpenName);
    if (open.length === 0) return d;
    return dimSubstitute(d, new Map(open.map((n) => [n, dimName(this.sizeName(n))])));
  }

  protected sizeName(open: string): string {
    const known = this.lettered.get(open);
    if (known !== undefined) return known;
    const taken = new Set(this.lettered.values());
    const free = (n: string): boolean => !taken.has(n) && !this.isDimension(n) && this.labels.get(n) !== true;
    let letter = ["n", "m", "p", "q", "r", "s"].find(free);
    for (let i = 1; letter === undefined; i++) letter = ["n", "m", "p", "q"].map((l) => `${l}${i}`).find(free);
    this.lettered.set(open, letter);
    return letter;
  }

  /** The sizes that free indices run to. */
  protected indexRanges(sides: readonly Expr[], local: ReadonlyMap<string, Shape>): ReadonlyMap<string, Dim> {
    const out = new Map<string, Dim>();
    const names = new Set(sides.flatMap((s) => [...freeIndices(s).keys()]));
    if (names.size === 0) return out;
    const solver = new Solver(
      {
        shape: (n) => local.get(n) ?? this.now.facts.get(n)?.shape ?? (this.isDimension(n) ? SCALAR : undefined),
        signature: (n) => this.signature(n),
      },
      this.layout,
    );
    const visit = (e: Expr): void => {
      if (e.kind === "index") {
        let base: Found;
        try {
          base = solver.shapeOf(e.base);
        } catch {
          base = undefined;
        }
        if (base !== undefined)
          e.indices.forEach((i, at) => {
            if (i?.kind !== "name" || !names.has(i.name) || out.has(i.name)) return;
            out.set(
              i.name,
              this.closed(
                solver.resolve(
                  e.indices.length === 1 && base.rows.key === "1" ? base.cols : at === 0 ? base.rows : base.cols,
                ),
              ),
            );
          });
      }
      for (const c of children(e)) visit(c);
    };
    for (const s of sides) visit(s);
    return out;
  }
}
