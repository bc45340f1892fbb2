import { apply, children, type Expr, freeNames, name, num, someNode, substitute } from "../core/ast";
import type { Steps } from "../core/steps";
import type { Formula } from "../documents/document";
import { carry } from "./carry";
import { unspread } from "./spreadNumbers";
import { agreeing, vanishing, comparingSides } from "./compare";
import { scaled } from "./explain";
import { inferShape } from "../shapes/infer";
import { judging } from "./judge";
import type { Meanings } from "./meanings";
import { isZero, leaves } from "./note";
import { everySlip, type Print, type Variant } from "./variants";
import { hasDerivative, hasDifferential } from "./varying";
import type { Verdict } from "./verdict";
import { type World, worlds } from "./worlds/world";

/** What a note looks for a place where it is stationary, or zero. */
interface Condition {
  readonly formula: Formula;
  /** The value that is minimised … */
  readonly value?: Expr;
  /** … or what is zero there: a gradient that is written out, the difference of the sides of an equation. */
  readonly zero?: Expr;
  /** What the gradient is taken by, where that is said. */
  readonly by?: string;
  /** Whether the note itself says that it is zero. */
  readonly saysZero: boolean;
  /** Whether it is an equation of which nothing says that it is to be solved. */
  readonly isEquation?: boolean;
}

/** Conditions that are looked back at. */
const MOST = 8;

/** What the passage at hand minimises, and the equations that it may solve. */
export class Conditions {
  private found: Condition[] = [];

  /** Another section. */
  clear(): void {
    this.found = [];
  }

  note(formula: Formula): void {
    for (const c of conditionsIn(formula)) this.found.unshift(c);
    this.found.length = Math.min(this.found.length, MOST);
  }

  /** Those that a variable stands in, the nearest first. */
  of(variable: string): readonly Condition[] {
    return this.found.filter((c) => {
      if (c.by !== undefined) return c.by === variable;
      const e = c.value ?? c.zero!;
      return mentions(e, variable, c.formula);
    });
  }
}

function mentions(e: Expr, variable: string, { scope }: Formula, depth = 0): boolean {
  if (freeNames(e).has(variable)) return true;
  if (depth > 3) return false;
  const used = [...freeNames(e)];
  someNode(e, (n) => n.kind === "call" && used.push(n.name) < 0);
  return used.some((n) => {
    const d = scope.definitions.get(n);
    return (
      d !== undefined &&
      d.parameters === undefined &&
      n !== variable &&
      mentions(d.body, variable, { scope } as Formula, depth + 1)
    );
  });
}

function* conditionsIn(formula: Formula): Generator<Condition> {
  const s = formula.statement;
  if (s.kind === "definition") {
    const value: Expr = s.parameters === undefined ? name(s.name) : { kind: "call", name: s.name, primes: 0, args: s.parameters.map((p) => name(p.name)) }; // prettier-ignore
    yield { formula, value: s.parameters === undefined ? s.body : value, saysZero: false };
  } else if (s.kind === "query") {
    const of = minimised(s.expr);
    yield { formula, value: of ?? s.expr, saysZero: of !== undefined };
  } else if (s.kind === "claim") {
    const saysZero = s.sides.some(isZero);
    for (const side of s.sides) {
      const of = minimised(side);
      if (of !== undefined) yield { formula, value: of, saysZero: true };
    }
    const [head] = s.sides as readonly [Expr];
    if (head.kind === "derivative" && head.wrt.length === 1 && head.wrt[0]!.kind === "name") {
      const by = head.wrt[0].name;
      yield { formula, zero: head, by, saysZero };
      for (const side of s.sides.slice(1))
        if (!isZero(side) && !hasDerivative(side) && !hasDifferential(side))
          yield { formula, zero: side, by, saysZero };
      return;
    }
    const plain = s.sides.filter((x) => !hasDerivative(x) && !hasDifferential(x));
    if (plain.length === 2 && s.sides.length === 2 && s.relations[0] === "=" && s.continues !== true)
      yield {
        formula,
        zero: isZero(plain[1]!) ? plain[0]! : apply("sub", plain[0]!, plain[1]!),
        saysZero,
        isEquation: true,
      };
    else if (head.kind === "call" || head.kind === "name")
      for (const side of s.sides.slice(1)) yield { formula, value: side, saysZero: false };
  }
}

/** What `argmin_w …`, `min_w …` is about. */
function minimised(e: Expr): Expr | undefined {
  if (e.kind !== "call" || !/^(?:arg)?(?:min|max)/.test(e.name)) return undefined;
  const of = e.args.at(-1);
  return of !== undefined && e.args.length > 1 ? of : undefined;
}

export const isArgument = (e: Expr): boolean =>
  minimised(e) !== undefined && (e as { name: string }).name.startsWith("arg");

/** The variable that a name of a solution belongs to: w of `w^*`, `\hat w`, `w_{ML}`. */
export const solvedFor = (n: string): string => /^(.+?)_(?:star|hat|opt|MLE?|MAP|OLS|LS|ridge)$/.exec(n)?.[1] ?? n;

/** Words that tell that something is put to zero, or minimised. */
const ZERO =
  /\b(?:zero|vanish\w*|minimi[sz]\w*|maximi[sz]\w*|minimum|maximum|optim\w+|argmin|stationary|critical|closed.form|normal equations?|least.squares|solving|solve[sd]?|solutions?|estimat\w+)\b|=\s*0|\bMLE\b/i;

/** Whether the words in front of a formula, or the formulas there, tell that it is a solution. */
export const announcesSolution = (before: string, behind: string): boolean =>
  ZERO.test(before) && !OTHER.test(before) && !OTHER.test(behind);

/** Words of estimates that are no places where something is least. */
const OTHER = /unbiased|bessel|correct(?:ed|ion)|sample (?:variance|covariance)|approximat|instead/i;

export interface SolutionQuestion {
  readonly formula: Formula;
  /** The variable, and what it is said to be where the condition holds; `squared`: its square is. */
  readonly variable: string;
  readonly value: Expr;
  readonly squared: boolean;
  readonly conditions: readonly Condition[];
  readonly meanings: Meanings;
  readonly print: Print;
  /** Whether the note says that this solves a condition: only then it may be wrong. */
  readonly isSaid: boolean;
}

/** Whether a value is where a gradient is zero: `verified`, `wrong` where one slip of the pen explains why not, else `undefined`. */
export function* judgingSolution(question: SolutionQuestion): Steps<Verdict | undefined> {
  const { conditions, print, isSaid, value } = question;
  let failing: { world: World; put: (e: Expr) => Expr } | undefined;
  let looked = 0;
  // What is minimised, without the equations beside it.
  let minimised = 0;
  for (const c of conditions) {
    if (c.isEquation === true && !isSaid) continue;
    if (++looked > 4) break;
    if (c.isEquation !== true) minimised++;
    const sides = sidesOf(c, value, question);
    if (sides === undefined) continue;
    const ignoring = new Set([question.variable, ...(question.formula.defines ?? [])]);
    for (const w of worlds(sides.left, sides.right, question.formula, question.meanings, ignoring)) {
      if (w.misfit || w.modelled) continue;
      const { status } = yield* judging(w.left, w.right, w.scope, {
        anyLayout: true,
        prove: false,
        explain: false,
        print,
      });
      // What is to be zero is not so everywhere.
      if (status === "verified" && !(yield* vanishing(w.right, { scope: w.scope })))
        return { status, ground: "solution" };
      // A number solves what is put to zero by its own variable; `\epsilon = 10^{-8}` only sets something.
      if (freeNames(value).size === 0 && c.by !== question.variable && !c.saysZero) continue;
      if (status === "wrong" && minimised === 1 && c.isEquation !== true && isOfThese(w, value))
        failing ??= { world: w, put: (e) => w.put(sides.of(e)) };
    }
  }
  if (failing === undefined || !isSaid) return undefined;
  const { world, put } = failing;
  const written = unspread(value);
  // A value whose own sizes do not fit was read wrongly.
  const fitting = inferShape(world.put(value), world.scope, { tolerant: true });
  if (fitting.problems.some((p) => p.clash !== undefined)) return undefined;
  // What holds as it is written, in the scope in which slips are looked for, has none.
  if ((yield* comparingSides(put(written), world.right, { scope: world.scope })).relation !== "different")
    return undefined;
  let tried = 0;
  for (const v of slipsOf(written, print)) {
    if (++tried > MOST_VARIANTS) return undefined;
    const repaired = put(v.expr);
    if (!(yield* agreeing(repaired, world.right, { scope: world.scope }))) continue;
    return {
      status: "wrong",
      note: `it does not solve what is put to zero; ${v.what}`,
      slip: v.edit,
      ground: "solution",
      correction: { side: "right", expr: v.expr },
    };
  }
  return undefined;
}

const MOST_VARIANTS = 160;

function* slipsOf(e: Expr, print: Print): Generator<Variant> {
  yield { expr: scaled(num(-1), e), edit: "sign", what: "the sign is wrong" };
  for (const c of [num(2), apply("div", num(1), num(2))])
    yield { expr: scaled(c, e), edit: "number", what: `it is off by a factor ${print(c)}` };
  yield* everySlip(e, [...freeNames(e)], new Set(), print);
}

/** Whether a value is made of what the gradient is made of: else more has come in since. */
function isOfThese(w: World, value: Expr): boolean {
  const known = leaves(w.right, w.scope);
  return [...leaves(w.put(value), w.scope)].every((n) => known.has(n));
}

interface Sides {
  readonly left: Expr;
  readonly right: Expr;
  /** The left side for another value. */
  readonly of: (value: Expr) => Expr;
}

/**
 * A gradient G is zero at a value if G plus its value there is G: so that rounding is seen against what G is elsewhere.
 * Estimates of other variables that the value is made with stand in for those.
 */
function sidesOf(c: Condition, value: Expr, { formula, variable, squared }: SolutionQuestion): Sides | undefined {
  const own = c.value ?? c.zero!;
  const carried = carry(own, c.formula.scope, formula.scope);
  if (carried === undefined) return undefined;
  const by = name(variable);
  let g: Expr = c.zero === undefined ? { kind: "derivative", of: carried, wrt: [by] } : carried;
  const others = new Map<string, Expr>();
  for (const n of freeNames(value)) {
    const base = solvedFor(n);
    if (base !== n && base !== variable) others.set(base, name(n));
  }
  if (others.size > 0) g = substitute(g, others);
  const of = (x: Expr): Expr => {
    const at: Expr = { kind: "call", name: "at", primes: 0, args: [g, by, squared ? apply("sqrt", x) : x] };
    return apply("add", g, at);
  };
  if (children(value).length === 0 && value.kind === "name" && value.name === variable) return undefined;
  return { left: of(value), right: g, of };
}
