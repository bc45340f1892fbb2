import { apply, children, type Expr, freeNames, num, someNode } from "../core/ast";
import { REQUEST_STEPS, stepsWithBudget } from "../core/budget";
import { Refusal } from "../core/problem";
import type { Scope } from "../core/scope";
import type { Steps } from "../core/steps";
import type { Formula } from "../documents/document";
import type { Layout } from "../evaluation";
import { agreeing, commonFactor, comparingSides, type Numbers, withTransposed } from "./compare";
import { unspread } from "./spreadNumbers";
import { textOf } from "./digest";
import { asFraction, derivedSide, missingTerm, scaled } from "./explain";
import { judging } from "./judge";
import type { Meanings } from "./meanings";
import { derivativesMeanSomething, leaves } from "./note";
import { unsaid } from "./unsaid";
import { everySlip, type Print, type Variant } from "./variants";
import { hasDerivative, hasDifferential } from "./varying";
import type { Slip, Verdict } from "./verdict";
import { chainWorld } from "./worlds/chains";
import { takesNormOfNumber } from "./worlds/fonts";
import { knownOf } from "./worlds/known";
import { MADE, partialWorlds, type World, worlds } from "./worlds/world";

/** All that the worlds of an equation hang on beside its scope: what the note has said of its names elsewhere. */
export function knownKey(left: Expr, right: Expr, formula: Formula, meanings: Meanings): string {
  const { definitions, circular } = knownOf(left, right, formula, meanings);
  return [...definitions.values(), ...circular]
    .map((d) => `${d.name}(${d.parameters?.join() ?? ""})=${textOf(d.body)}`)
    .join(";");
}

/** Integrals are not looked into, and a product of differentials is one of areas. */
const isOfAreas = (e: Expr, text: string): boolean =>
  /\\(?:i+|o|id)nt/.test(text) ||
  someNode(e, (n) => n.kind === "apply" && PRODUCTS.has(n.op) && n.args.filter(hasDifferential).length > 1);

const PRODUCTS: ReadonlySet<string> = new Set(["mul", "hadamard", "dot"]);

const OF_ANY = "it is about functions that are not defined";

export interface WorldsQuestion {
  readonly left: Expr;
  readonly right: Expr;
  readonly formula: Formula;
  readonly meanings: Meanings;
  readonly print: Print;
  /** Whether a reading of the equation says anything. */
  readonly says: (left: Expr, right: Expr, scope: Scope) => boolean;
  /** Whether it may be called wrong. */
  readonly mayBeWrong: boolean;
}

/**
 * Whether an equation holds with all that the note says of its names put in: `verified`; `wrong` where it fails in every
 * world and one slip of the pen explains that; `undefined` where nothing was found out.
 */
export function* judgingInWorlds(question: WorldsQuestion): Steps<Verdict | undefined> {
  const { left, right, formula, meanings, print, says, mayBeWrong } = question;
  if (isOfAreas(left, formula.text) || isOfAreas(right, formula.text)) return undefined;
  const how = { anyLayout: true, prove: false, explain: false, print };
  const failing: World[] = [];
  const misfits = new Set<string>();
  let open: World | undefined;
  for (const w of worlds(left, right, formula, meanings, undefined, misfits)) {
    if (w.misfit) {
      failing.push(w);
      continue;
    }
    const { holds, verdict } = yield* judgingWorld(w, question);
    if (holds) return HOLDS;
    // What fails of any activation fails of some: if one slip makes it hold of all, it is one.
    if ((verdict.status === "wrong" || verdict.note === OF_ANY) && !w.modelled) failing.push(w);
    // What holds of what is zero tells nothing of any other equation.
    else if (verdict.status === "verified") return undefined;
    else if (w.modelled) open ??= w;
  }
  const [world] = failing;
  // Where sizes were found for one side alone, a definition may be none.
  if (world === undefined || world.misfit) {
    for (const w of partialWorlds(left, right, formula, meanings, misfits))
      if ((yield* judgingWorld(w, question)).holds) return HOLDS;
    const chain = world === undefined ? chainWorld(left, right, formula, meanings) : undefined;
    if (chain !== undefined && (yield* judging(chain.left, chain.right, chain.scope, how)).status === "verified")
      if (says(chain.left, chain.right, chain.scope)) return HOLDS;
  }
  if (mayBeWrong && open !== undefined && world === undefined) return yield* slipOfAny(open, question);
  if (!mayBeWrong || open !== undefined || world === undefined) return undefined;
  if (!isClaim(world)) return undefined;
  try {
    return yield* stepsWithBudget(WORK_ON_SLIPS, slipInReadings(world, question));
  } catch (error) {
    if (error instanceof Refusal && error.code === "too-large") return undefined;
    throw error;
  }
}

/** A slip that takes longer to be seen than all else is not looked for. */
const WORK_ON_SLIPS = 20 * REQUEST_STEPS;

function* slipInReadings(world: World, question: WorldsQuestion): Steps<Verdict | undefined> {
  const slip = yield* slipIn(world, question);
  if (slip !== undefined) return slip;
  // Labels that add up to one bring in what no slip explains.
  for (const r of unsaid(world.left, world.right, world.scope)) {
    if (r.doubtful !== true) continue;
    const found = yield* slipIn({ ...world, scope: r.scope, left: r.left, right: r.right }, question);
    if (found !== undefined) return found;
  }
  return undefined;
}

const HOLDS: Verdict = { status: "verified", ground: "world" };

/** Whether an equation holds in a world, in one of the ways to read it there; and the verdict on it as it stands. */
function* judgingWorld(
  w: World,
  { print, says, formula }: WorldsQuestion,
): Steps<{ holds: boolean; verdict: Verdict }> {
  const how = { anyLayout: true, prove: false, explain: false, print };
  const verdict = yield* judging(w.left, w.right, w.scope, how);
  const isSaid = says(w.left, w.right, w.scope) && !takesNormOfNumber([w.left, w.right], w.scope, formula);
  if (verdict.status === "verified" && isSaid) return { holds: true, verdict };
  // The derivative of a column by a number is a column or a row, as the author has it: behind a call no layout is tried.
  if (verdict.status !== "verified" && [w.left, w.right].some((e) => !hasDerivative(e) && isDerived(e, w.scope))) {
    const turned = yield* judging(w.left, apply("transpose", w.right), w.scope, how);
    if (turned.status === "verified" && isSaid) return { holds: true, verdict };
  }
  for (const r of unsaid(w.left, w.right, w.scope)) {
    const other = yield* judging(r.left, r.right, r.scope, how);
    if (other.status === "verified" && says(r.left, r.right, r.scope)) return { holds: true, verdict };
  }
  return { holds: false, verdict };
}

/** Slips that are seen whatever the names without a definition depend on each other by. */
const OF_ANY_VALUE: ReadonlySet<Slip> = new Set(["sign", "number"]);

/**
 * The slip in a rule for a derivative of what has no definition (`∂E/∂w = ∂L/∂w + λw` for E = L + λ‖w‖²): a sign or a number
 * that makes it hold however the names depend on each other.
 */
function* slipOfAny(world: World, { left, right, print }: WorldsQuestion): Steps<Verdict | undefined> {
  if (left.kind !== "derivative" || !hasDerivative(right) || children(right).length < 2) return undefined;
  // `∂v/∂w = ∂v/∂u ∂u/∂w + ∂v/∂w`: the same sign for the whole and for a part of it.
  if (someNode(right, (n) => n.kind === "derivative" && textOf(n) === textOf(left))) return undefined;
  const written = unspread(right);
  const { scope } = world;
  const holds = (e: Expr): Steps<boolean> => agreeing(world.left, e, { scope });
  let tried = 0;
  for (const v of everySlip(written, [], new Set(), print)) {
    if (!OF_ANY_VALUE.has(v.edit)) continue;
    if (++tried > MOST_VARIANTS) return undefined;
    if (yield* holds(world.put(v.expr)))
      return {
        status: "wrong",
        note: v.what,
        slip: v.edit,
        ground: "world",
        correction: { side: "right", expr: v.expr },
      };
  }
  return undefined;
}

/** Whether an expression has derivatives in it, also behind the name of a function that was made of one. */
const isDerived = (e: Expr, scope: Scope): boolean =>
  someNode(e, (n) => {
    if (n.kind === "derivative") return true;
    if (n.kind !== "call") return false;
    return n.primes > 0 || (n.name.startsWith(MADE) && isDerived(scope.definitions.get(n.name)!.body, scope));
  });

/** Whether one side has derivatives of what is known, and the other one claims what they are, with names of the same. */
function isClaim({ left, right, scope }: World): boolean {
  const [given, claimed] = isDerived(left, scope) && !hasDerivative(right) ? [left, right] : [right, left];
  if (!isDerived(given, scope) || hasDerivative(claimed) || (isDerived(claimed, scope) && !hasDerivative(given)))
    return false;
  if (!derivativesMeanSomething(given, scope)) return false;
  const [known, used] = [leaves(given, scope), leaves(claimed, scope)];
  // How many there are is known where a sum runs so far.
  const ends = sumEnds(given, scope);
  return [...used].every((n) => known.has(n) || ends.has(n));
}

/** The names at which sums end, in an expression and in what it stands for. */
function sumEnds(
  e: Expr,
  scope: Scope,
  out: Set<string> = new Set(),
  inside: ReadonlySet<string> = new Set(),
): Set<string> {
  if (e.kind === "sumover" && e.to.kind === "name") out.add(e.to.name);
  const d = (e.kind === "name" || e.kind === "call") && !inside.has(e.name) ? scope.definitions.get(e.name) : undefined;
  if (d !== undefined) sumEnds(d.body, scope, out, new Set([...inside, d.name]));
  for (const c of children(e)) sumEnds(c, scope, out, inside);
  return out;
}

/** The side that claims: what stands beside a derivative. */
const claimingSide = ({ left, right, scope }: World): "left" | "right" =>
  isDerived(left, scope) && !hasDerivative(right) ? "right" : "left";

/** The slip of the pen that keeps an equation from holding in a world. */
function* slipIn(world: World, { left, right, print }: WorldsQuestion): Steps<Verdict | undefined> {
  const side = claimingSide(world);
  const [given, claimed] = side === "right" ? [world.left, world.right] : [world.right, world.left];
  const written = unspread(side === "right" ? right : left);
  const { scope } = world;
  const wrong = (note: string, slip: Slip, expr: Expr): Verdict => ({
    status: "wrong",
    note,
    slip,
    ground: "world",
    correction: { side, expr },
  });
  const numbers = yield* comparingSides(given, claimed, { scope });
  const c = commonFactor(numbers);
  if (c !== undefined && Math.abs(c + 1) < 1e-6)
    return wrong("the sign is wrong", "opposite", scaled(num(-1), written));
  // What differs in nothing but its orientation is not wrong.
  if (c !== undefined && Math.abs(c - 1) < 1e-6) return undefined;
  const factor = c === undefined || Math.abs(c) > 4 || Math.abs(c) < 0.24 ? undefined : asFraction(c);
  if (factor !== undefined) {
    const text = Math.abs(c!) >= 1 ? factor : (asFraction(1 / c!) ?? factor);
    return wrong(`it is off by a factor ${print(text)}`, "factor", scaled(factor, written));
  }
  const layouts: readonly Layout[] = given.kind === "derivative" ? OTHER_LAYOUTS : [];
  const isOnly = isOnlyDerivative(given, scope);
  let tried = 0;
  for (const v of slips(written, [left, right], print)) {
    if (++tried > MOST_VARIANTS) break;
    const repaired = world.put(v.expr);
    const first = yield* comparingSides(given, repaired, { scope, points: 1 });
    for (const layout of [PLAIN, ...layouts]) {
      // One point sorts out nearly all; what passes is compared in full.
      const { relation } =
        layout === PLAIN
          ? first
          : ((isOnly && !changes(repaired) ? turned(first, layout) : undefined) ??
            (yield* comparingSides(given, repaired, { scope, layout, points: 1 })));
      if (relation !== "equal") continue;
      if ((yield* comparingSides(given, repaired, { scope, layout })).relation === "equal")
        return wrong(v.what, v.edit, v.expr);
    }
  }
  if (world.misfit) return undefined;
  const derived = yield* derivedSide(asDerivative(given, scope), scope, {}, []);
  if (derived === undefined || !isPlain(derived, world)) return undefined;
  const missing = yield* missingTerm(given, claimed, derived, { scope }, print);
  return missing === undefined ? undefined : wrong(missing, "missing", derived);
}

const MOST_VARIANTS = 200;

const PLAIN: Layout = {};
/** Gradients by vectors are rows; all derivatives are transposed. */
const OTHER_LAYOUTS: readonly Layout[] = [
  { transposedGradients: true },
  { transposedGradients: true, transposedMatrixGradients: true, transposedJacobians: true },
];

/** Whether an expression is a derivative by one name, and no other is in it, nor in what is defined. */
const isOnlyDerivative = (e: Expr, scope: Scope): boolean =>
  e.kind === "derivative" && e.wrt.length === 1 && ![e.of, ...[...scope.definitions.values()].map((d) => d.body)].some(changes); // prettier-ignore

/** Whether a value of an expression hangs on how derivatives are laid out, or on what changes. */
const changes = (e: Expr): boolean => hasDerivative(e) || hasDifferential(e);

/** The comparison in another layout, which at most transposes the left side; `undefined` where it does more. */
function turned(first: Numbers, layout: Layout): Numbers | undefined {
  const [choice, ...more] = first.choices;
  if (more.length > 0 || first.within === true) return undefined;
  return choice !== undefined && layout[choice] === true ? withTransposed(first, "left") : first;
}

/** One slip after the other: a sign, a transpose, a number …, then a name for another. */
function slips(written: Expr, sides: readonly Expr[], print: Print): Generator<Variant> {
  const names = new Set<string>();
  for (const s of sides) freeNames(s, names);
  return everySlip(written, [...names], new Set(), print);
}

/** `f'(x)` as the derivative by x. */
function asDerivative(e: Expr, scope: Scope): Expr {
  if (e.kind !== "call" || e.primes !== 1 || e.args.length !== 1) return e;
  const [at] = e.args;
  if (at?.kind !== "name" || scope.definitions.get(e.name)?.parameters === undefined) return e;
  return { kind: "derivative", of: { ...e, primes: 0 }, wrt: [at] };
}

/** Whether an expression is written with names that the author has: nothing that was made up for a world. */
const isPlain = (e: Expr, world: World): boolean =>
  !someNode(e, (n) => n.kind === "index" || n.kind === "sumover" || (n.kind === "apply" && n.op === "eye")) &&
  [...freeNames(e)].every((n) => !/[ ?]/.test(n) && !world.invented.has(n));
