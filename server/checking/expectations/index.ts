import {
  apply,
  children,
  type Expr,
  freeNames,
  mapChildren,
  name,
  num,
  sameExpr,
  someNode,
  substitute,
  withChild,
} from "../../core/ast";
import type { Scope, Variable } from "../../core/scope";
import { isScalar, SCALAR, type Shape } from "../../core/shape";
import type { Steps } from "../../core/steps";
import type { Formula } from "../../documents/document";
import { letterOf, openShape } from "../../documents/notes/kinds";
import { agreeing, vanishing } from "../compare";
import { textOf } from "../digest";
import { judging } from "../judge";
import { derivativesMeanSomething, isZero } from "../note";
import { refitted } from "../refit";
import { Meanings } from "../meanings";
import { everySlip, type Print, type Variant } from "../variants";
import { hasDerivative, namesDifferentiated } from "../varying";
import type { Verdict } from "../verdict";
import { type World, worlds } from "../worlds/world";
import { centredIn, saysIndependent, speaksOfIndependence } from "./said";
import { bracketed, type Dependence, hasMoments, momentOf, namesOfMoments, outcomeName, writtenOut } from "./outcomes";

export interface MomentsQuestion {
  readonly left: Expr;
  readonly right: Expr;
  readonly formula: Formula;
  readonly meanings: Meanings;
  readonly print: Print;
  /** The words of the note up to the formula and right behind it. */
  readonly words: string;
}

/** Definitions that are followed one behind the other. */
const DEEPEST = 6;
/** Slips that are tried. */
const MOST_SLIPS = 120;

/** Words of a note that means expectations by a plain E. */
const OF_CHANCE = /expect|random|varian[ct]|covarian|probab|distribut|moment|unbiased|bayes|期望|方差|Erwartung|Varianz|espérance/i; // prettier-ignore
const MEANS: ReadonlySet<string> = new Set(["mu", "m", "eta"]);
const COVARIANCES: ReadonlySet<string> = new Set(["Sigma", "C", "Gamma"]);
/** A reading of an equation of moments: sides, and what stands for what. */
interface Way {
  readonly random: readonly string[];
  readonly dependence: Dependence;
  /** What letters for means and covariances stand for. */
  readonly facts: ReadonlyMap<string, Expr>;
  /** Variables whose mean is zero. */
  readonly centred: readonly string[];
}

/**
 * Whether an equation of expectations, variances and covariances holds: of every distribution, since expectations are
 * linear. `wrong` only where one slip of the pen makes it hold; `undefined` where nothing was found out.
 */
export function* judgingMoments(question: MomentsQuestion): Steps<Verdict | undefined> {
  const { formula, words } = question;
  if (!hasMoments(bracketed(question.left)) && !hasMoments(bracketed(question.right))) return undefined;
  if (callsErrors(question.left, formula) || callsErrors(question.right, formula)) return undefined;
  const isPlain = (e: Expr): boolean => momentOf(e)?.kind === "mean" && (e as { name: string }).name.startsWith("E");
  // `E[Xe] = 0`, `w − E[X] = 0` say what is supposed, or looked for: nothing that is said elsewhere is put into it.
  const isCondition = isZero(question.left) || isZero(question.right);
  if (isCondition && [question.left, question.right].some(hasDerivative)) return undefined;
  const spoken = freeNames(question.right, freeNames(question.left));
  const kept = [...(formula.defines ?? []), ...factsOfOthers(spoken, formula)];
  const inlined = (e: Expr): Expr => (isCondition ? bracketed(e) : withDefinitions(bracketed(e), formula.scope, kept));
  const [left, right] = [inlined(question.left), inlined(question.right)];
  // `E[X] = μ` says what μ is.
  if (isGiving(question.left, question.right) || isGiving(question.right, question.left)) return undefined;
  if (!OF_CHANCE.test(words) && !/E\}?(?:\\left|\\[bB]igg?l?)?\[/.test(formula.text.replace(/\s/g, "")))
    if (someNode(left, isPlain) || someNode(right, isPlain)) return undefined;
  let failed = false;
  const failing: { world: World; put: (e: Expr) => Expr }[] = [];
  for (const way of waysOf(left, right, isCondition ? "" : words)) {
    const tried = yield* inWay(left, right, way, question, inlined);
    if (tried === "holds") return { status: "verified", ground: "world" };
    if (tried === undefined) continue;
    failed = true;
    failing.push(tried);
  }
  if (!failed || speaksOfIndependence(words) || !isOfTheSame(question.left, question.right)) return undefined;
  return yield* slipOf(failing, question);
}

/** Whether one side is a bare letter, or a number, that the other one, a moment of a letter, is said to be. */
const isGiving = (e: Expr, moment: Expr): boolean =>
  momentOf(moment) !== undefined && children(moment).every((c) => c.kind === "name") && children(e).every((c) => children(c).length === 0) && !hasMoments(e); // prettier-ignore

/** Whether both sides speak of the moments of the same letters: else one is said of the other, as `E[v] = E[g²]`. */
function isOfTheSame(left: Expr, right: Expr): boolean {
  const [l, r] = [left, right].map((e) => {
    const { inside, outside } = namesOfMoments([bracketed(e)]);
    return new Set([...inside].filter((n) => !outside.has(n) && !MEANS.has(letterOf(n).letter)));
  }) as [Set<string>, Set<string>];
  const [few, many] = l.size < r.size ? [l, r] : [r, l];
  return few.size > 0 && [...few].every((n) => many.has(n)) && isLinked(right, r);
}

/**
 * Whether the moments of a side link all of its letters: where `cov(x)` and `cov(v)` stand apart, x and v may be taken to be
 * independent.
 */
function isLinked(e: Expr, letters: ReadonlySet<string>): boolean {
  const groups: Set<string>[] = [];
  const visit = (x: Expr): void => {
    if (momentOf(x) === undefined) return void children(x).forEach(visit);
    const own = new Set([...freeNames(x)].filter((n) => letters.has(n)));
    const linked = groups.filter((g) => [...own].some((n) => g.has(n)));
    for (const g of linked) {
      for (const n of g) own.add(n);
      groups.splice(groups.indexOf(g), 1);
    }
    if (own.size > 0) groups.push(own);
  };
  visit(bracketed(e));
  return groups.length <= 1;
}

/** `E(w)` of a note that defines an error or an energy E. */
const callsErrors = (e: Expr, { scope }: Formula): boolean =>
  someNode(e, (n) => {
    const d = momentOf(n) === undefined ? undefined : scope.definitions.get((n as { name: string }).name);
    return d !== undefined && !hasMoments(d.body);
  });

/** Names that are a moment of something that an equation does not speak of: the mean of X where it is about x. */
const factsOfOthers = (spoken: ReadonlySet<string>, { scope }: Formula): readonly string[] =>
  [...spoken].filter((n) => {
    const body = scope.definitions.get(n)?.body;
    return body !== undefined && momentOf(body) !== undefined && [...freeNames(body)].some((m) => !spoken.has(m));
  });

/** An expression with the values of its names put in, but for what a moment is said to be. */
function withDefinitions(e: Expr, { definitions }: Scope, kept: readonly string[]): Expr {
  const visit = (x: Expr, depth: number): Expr => {
    if (depth > DEEPEST) return x;
    if (x.kind !== "name") return mapChildren(x, (c) => visit(c, depth));
    const d = definitions.get(x.name);
    if (d === undefined || d.parameters !== undefined || kept.includes(x.name) || freeNames(d.body).has(x.name)) return x; // prettier-ignore
    return visit(d.body, depth + 1);
  };
  return visit(e, 0);
}

/** The ways to understand which letters are random, and what the others say of them. */
function* waysOf(left: Expr, right: Expr, words: string): Generator<Way> {
  const { inside, outside, alone } = namesOfMoments([left, right]);
  const { by } = namesDifferentiated([left, right]);
  const below = belowSigns([left, right]);
  // A distribution that changes with what is differentiated by.
  if ([...by].some((n) => [...below].some((b) => b !== n && b.includes(n)))) return;
  // A random letter that is left over is a condition, or a model.
  if ([...outside].some((n) => alone.has(n))) return;
  const free = [...inside].filter((n) => !outside.has(n) && !by.has(n));
  if (free.length === 0) return;
  const asLooked = free.filter((n) => alone.has(n) || below.has(n));
  const given = conditionOf([left, right]);
  const dependences: Dependence[] = given === undefined ? [{ kind: "any" }] : [{ kind: "given", by: given }];
  if (saysIndependent(words)) dependences.push({ kind: "none" });
  const choices = [...(asLooked.length > 0 && asLooked.length < free.length ? [asLooked] : []), free];
  for (const random of choices)
    for (const dependence of dependences) {
      const facts = factsOf(
        random.filter((n) => !isFactOf(n, alone)),
        [...inside, ...outside].filter((n) => !alone.has(n)),
      );
      if (facts.size > 0) yield { random: random.filter((n) => !facts.has(n)), dependence, facts, centred: [] };
      yield { random, dependence, facts: NOTHING, centred: [] };
      const centred = centredIn(words, random);
      if (centred.length > 0) yield { random, dependence, facts: NOTHING, centred };
    }
}

/** Whether a letter stands for a mean or a covariance, and no moment is taken of it. */
const isFactOf = (n: string, alone: ReadonlySet<string>): boolean =>
  !alone.has(n) && (MEANS.has(letterOf(n).letter) || COVARIANCES.has(letterOf(n).letter) || letterOf(n).letter === "sigma"); // prettier-ignore

const NOTHING: ReadonlyMap<string, Expr> = new Map();

/** Names below the signs of moments: what is averaged over, or the distribution. */
function belowSigns(sides: readonly Expr[]): ReadonlySet<string> {
  const out = new Set<string>();
  const visit = (e: Expr): void => {
    const below = momentOf(e)?.below ?? "";
    if (below !== "") out.add(below);
    children(e).forEach(visit);
  };
  sides.forEach(visit);
  return out;
}

/** What all conditional moments are given by. */
function conditionOf(sides: readonly Expr[]): string | undefined {
  let found: string | undefined;
  const visit = (e: Expr): void => {
    const m = momentOf(e);
    if (m !== undefined && m.kind !== "covariance" && e.kind === "call" && e.args[1]?.kind === "name")
      found ??= e.args[1].name;
    children(e).forEach(visit);
  };
  sides.forEach(visit);
  return found;
}

/** μ is the mean of the one random variable there is, Σ its covariance, σ its standard deviation; `μ_X` that of X. */
function factsOf(random: readonly string[], others: readonly string[]): ReadonlyMap<string, Expr> {
  const out = new Map<string, Expr>();
  const call = (f: string, of: string): Expr => ({ kind: "call", name: f, primes: 0, args: [name(of)] });
  for (const n of others) {
    const { letter } = letterOf(n);
    const label = /_([^_]+)$/.exec(n)?.[1];
    if (random.includes(n)) continue;
    const own = random;
    // The mean of Y is μ_y as well.
    const labelled = label === undefined ? undefined : (own.find((v) => v === label) ?? own.find((v) => v.toLowerCase() === label)); // prettier-ignore
    const of = labelled !== undefined ? labelled : own.length === 1 && label === undefined ? own[0] : undefined; // prettier-ignore
    if (of === undefined) continue;
    if (MEANS.has(letter)) out.set(n, call("E", of));
    else if (COVARIANCES.has(letter)) out.set(n, call("Var", of));
    else if (letter === "sigma") out.set(n, apply("sqrt", call("Var", of)));
  }
  return out;
}

/** An equation in one way to understand it: whether it holds, or the world in which it does not. */
function* inWay(
  left: Expr,
  right: Expr,
  way: Way,
  { formula, meanings, print, words }: MomentsQuestion,
  inlined: (e: Expr) => Expr,
): Steps<"holds" | { world: World; put: (e: Expr) => Expr } | undefined> {
  if (way.random.length === 0) return undefined;
  const how = { anyLayout: true, prove: false, explain: false, print };
  let failing: { world: World; put: (e: Expr) => Expr } | undefined;
  for (const ofArrays of [false, true]) {
    const used = new Set<string>();
    const plain = (e: Expr): Expr | undefined => {
      const said = substitute(e, way.facts);
      return writtenOut(withoutMeans(said, way.centred), way.random, way.dependence, used, ofArrays);
    };
    const [l, r] = [plain(left), plain(right)];
    if (l === undefined || r === undefined) return undefined;
    for (const kind of ofArrays ? (["read", "vector"] as const) : (["number"] as const)) {
      const own = withOutcomes(formula, way.random, used, kind);
      if (kind === "number" && !mayBeNumbers([left, right], formula, words)) continue;
      if (kind === "read" && way.random.every((n) => isNumber(formula, n))) continue;
      for (const world of candidates(l, r, own, isZero(left) || isZero(right) ? NONE : meanings, kind !== "vector")) {
        const { status, misfit } = yield* judging(world.left, world.right, world.scope, how);
        const says = [world.left, world.right].every((e) => derivativesMeanSomething(e, world.scope));
        if (status === "verified" && !says) return undefined;
        // What holds of what is zero tells nothing of any other equation, unless it is that.
        if (status === "verified" && !isZero(right) && !isZero(left) && (yield* vanishing(world.left, world)))
          return undefined;
        if (status === "verified") return "holds";
        if (status === "wrong" && misfit !== true)
          failing ??= { world, put: (e) => world.put(plain(inlined(e)) ?? name("⟨not understood⟩")) };
      }
    }
  }
  return failing;
}

const NONE = new Meanings();

const OF_VECTORS = /\b(?:vectors?|matri(?:x|ces))\b/i;
const AS_VECTOR = /^\\(?:mathbf|boldsymbol|bm|pmb|symbf|vec|overrightarrow)(?![a-zA-Z])/;
/** Characters around a formula in which it is said what its letters are. */
const SAID_NEAR = 560;

/** Signs that nobody writes of numbers. */
const OF_ARRAYS: ReadonlySet<string> = new Set(["transpose", "tr", "det", "logdet", "inv", "norm2", "dot", "diag", "eye", "vec", "kron", "hadamard"]); // prettier-ignore

/** Whether all that stands in an equation may be numbers: no sign of arrays, no bold letter, nothing declared as one. */
function mayBeNumbers(sides: readonly Expr[], formula: Formula, words: string): boolean {
  const { scope, guessed, spellings } = formula;
  // The words right in front speak of vectors or matrices, or the letters are printed as such.
  if (OF_VECTORS.test(words.slice(-SAID_NEAR))) return false;
  if (sides.some((e) => someNode(e, (n) => n.kind === "literal" || (n.kind === "apply" && OF_ARRAYS.has(n.op))))) return false; // prettier-ignore
  const names = new Set(sides.flatMap((e) => [...freeNames(e)]));
  return [...names].every((n) => letterOf(n).style !== "bold" &&
      !AS_VECTOR.test(spellings?.get(n) ?? "") && (guessed?.has(n) === true || isScalar(scope.variables.get(n)?.shape ?? SCALAR))); // prettier-ignore
}

const isNumber = ({ scope }: Formula, n: string): boolean => {
  const shape = scope.variables.get(n)?.shape;
  return shape === undefined || isScalar(shape);
};

/** The equation with the shapes that it was read with, then with shapes that are found anew. */
function* candidates(left: Expr, right: Expr, formula: Formula, meanings: Meanings, asRead: boolean): Generator<World> {
  const plain = { left, right, put: (e: Expr) => e, modelled: false, misfit: false, invented: new Set<string>() };
  if (asRead) yield { ...plain, scope: formula.scope };
  const used = freeNames(right, freeNames(left));
  const isGuessed = [...used].every((n) => formula.guessed?.has(n) === true);
  const fitting = isGuessed ? refitted(left, right, formula.scope) : undefined;
  if (fitting !== undefined) yield { ...plain, scope: fitting };
  for (const w of worlds(left, right, formula, meanings)) if (!w.misfit && !w.modelled) yield w;
}

/** A random variable less its mean. */
function withoutMeans(e: Expr, centred: readonly string[]): Expr {
  if (centred.length === 0) return e;
  if (e.kind === "name" && centred.includes(e.name))
    return apply("sub", e, { kind: "call", name: "E", primes: 0, args: [e] });
  return mapChildren(e, (c) => withoutMeans(c, centred));
}

/** What is known where an equation stands, with the outcomes of its random variables. */
function withOutcomes(
  formula: Formula,
  random: readonly string[],
  used: ReadonlySet<string>,
  kind: "read" | "vector" | "number",
): Formula {
  const variables = new Map(formula.scope.variables);
  const guessed = new Set(formula.guessed);
  const definitions = new Map(formula.scope.definitions);
  if (kind === "number") for (const [n, v] of variables) if (guessed.has(n)) variables.set(n, { ...v, shape: SCALAR });
  for (const x of random) {
    const before = variables.get(x);
    const shape: Shape | undefined = kind === "vector" ? openShape(x, "vector") : before?.shape;
    for (let k = 0; k < 4; k++) {
      const n = outcomeName(x, k);
      if (!used.has(n)) continue;
      const v: Variable = {
        name: n,
        shape: shape ?? openShape(x, "scalar"),
        properties: before?.properties ?? new Set(),
      };
      variables.set(n, v);
      guessed.add(n);
    }
  }
  const { basis: _, ...rest } = formula;
  return { ...rest, scope: { ...formula.scope, variables, definitions }, guessed };
}

/** A variance where the mean is meant, `Var[(X − μ)²]`. */
function* signsMoved(e: Expr): Generator<Variant> {
  if (momentOf(e)?.kind === "variance" && e.kind === "call" && e.args[0]!.kind === "apply")
    yield { expr: { ...e, name: "E" }, edit: "mark", what: "the variance should be an expectation" };
  const parts = children(e);
  for (let i = 0; i < parts.length; i++)
    for (const v of signsMoved(parts[i]!)) yield { ...v, expr: withChild(e, i, v.expr) };
}

/** A power inside of an expectation that belongs outside of it, the other way round, or one that is missing; a square for a product. */
function* powersMoved(e: Expr, others: readonly string[]): Generator<Variant> {
  const isMean = (x: Expr): x is Extract<Expr, { kind: "call" }> => momentOf(x)?.kind === "mean";
  if (e.kind === "apply" && e.op === "pow" && isMean(e.args[0]!) && e.args[0].args[0]!.kind === "name")
    for (const n of others)
      if (n !== e.args[0].args[0].name)
        yield { expr: apply("mul", e.args[0], { ...e.args[0], args: [name(n)] }), edit: "name", what: "one factor should be the other variable's" }; // prettier-ignore
  if (e.kind === "apply" && e.op === "pow" && isMean(e.args[0]!))
    yield {
      expr: { ...e.args[0], args: [apply("pow", e.args[0].args[0]!, e.args[1]!), ...e.args[0].args.slice(1)] },
      edit: "mark",
      what: "the power belongs inside of the expectation",
    };
  if (isMean(e) && e.args[0]!.kind === "apply" && e.args[0]!.op === "pow")
    yield {
      expr: apply("pow", { ...e, args: [e.args[0].args[0]!, ...e.args.slice(1)] }, e.args[0].args[1]!),
      edit: "mark",
      what: "the power belongs outside of the expectation",
    };
  if (isMean(e)) yield { expr: apply("pow", e, num(2)), edit: "mark", what: "a square is missing" };
  const parts = children(e);
  for (let i = 0; i < parts.length; i++)
    for (const v of powersMoved(parts[i]!, others)) yield { ...v, expr: withChild(e, i, v.expr) };
}

const hasVarianceOfSquare = (e: Expr): boolean =>
  someNode(e, (n) => momentOf(n)?.kind === "variance" && children(n)[0]?.kind === "apply" && (children(n)[0] as { op: string }).op === "pow"); // prettier-ignore

const isOne = (e: Expr): boolean => e.kind === "number" && e.value === 1;

/** Slips that are looked for in an equation of moments. */
const EDITS: ReadonlySet<Variant["edit"]> = new Set(["sign", "transpose", "swap", "number", "mark", "name"]);

/** The slip that keeps an equation from holding in every way to understand it. */
function* slipOf(
  failing: readonly { world: World; put: (e: Expr) => Expr }[],
  { left, right, print }: MomentsQuestion,
): Steps<Verdict | undefined> {
  const names = new Set([...freeNames(left), ...freeNames(right)]);
  for (const { world, put } of failing) {
    let tried = 0;
    const variables = [...namesOfMoments([left, right]).alone];
    // A variance of a square is the mean that is meant, if it is a slip.
    const all = hasVarianceOfSquare(right) ? signsMoved(right) : [...powersMoved(right, variables), ...everySlip(right, [...names], new Set(), print)]; // prettier-ignore
    for (const v of all) {
      if (!EDITS.has(v.edit) || sameExpr(v.expr, left) || textOf(v.expr) === textOf(left)) continue;
      // Nobody writes a power of one.
      if (someNode(v.expr, (n) => n.kind === "apply" && n.op === "pow" && isOne(n.args[1]!))) continue;
      if (++tried > MOST_SLIPS) break;
      const repaired = put(v.expr);
      if (!(yield* agreeing(world.left, repaired, { scope: world.scope }))) continue;
      return { status: "wrong", note: v.what, slip: v.edit, general: true, ground: "world", correction: { side: "right", expr: v.expr } }; // prettier-ignore
    }
  }
  return undefined;
}
