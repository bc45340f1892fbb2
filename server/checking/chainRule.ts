import { apply, children, type Expr, freeNames, name, someNode, withChildren } from "../core/ast";
import { dimNames } from "../core/dimension";
import type { Definition, Scope, Variable } from "../core/scope";
import type { Steps } from "../core/steps";
import { isScalar, SCALAR, type Shape } from "../core/shape";
import type { Formula } from "../documents/document";
import { kindOfShape, letterOf, openShape } from "../documents/notes/kinds";
import { kindByLooks, kindRead, type Kind } from "./kindsOfNames";
import { closing, settle } from "../documents/notes/settle";
import { Clash, Solver } from "../documents/notes/solver";
import type { Layout } from "../evaluation";
import { agreeing } from "./compare";
import { textOf } from "./digest";
import { judging } from "./judge";
import { labelled, type Meanings } from "./meanings";
import { forOneMember, isMember, ofMean, ownMember } from "./members";
import { inFront, misnamed, type Print, type Variant, variants } from "./variants";
import { unspread } from "./spreadNumbers";
import { hasDerivative } from "./varying";
import type { Verdict } from "./verdict";

type Derivative = Extract<Expr, { kind: "derivative" }>;

/**
 * A rule of backpropagation: `∂L/∂W = ∂L/∂y xᵀ` for y = W x, where nothing is said of L but that it depends on y.
 * It is judged with L = Σ ⟨G, y⟩ for any G: then ∂L/∂y is G, and what the rule says of L it says of every function of y.
 */
export interface ChainRule {
  readonly left: Expr;
  readonly right: Expr;
  /** Names that stand for derivatives (`δ = ∂L/∂z`) written out. */
  readonly written: (e: Expr) => Expr;
  /** What the side is the mean of, if that is how it is written; and whether the loss is a mean too. */
  readonly mean?: { readonly of: (e: Expr) => Expr | undefined; readonly certain: boolean };
  /** For each way to take the names of which nothing is certain. */
  readonly readings: readonly Reading[];
  /** Whether the definitions are certain enough for a failure to mean something. */
  readonly trusted: boolean;
  /** The names whose definitions it rests on. */
  readonly rests: readonly string[];
  /** The names whose sizes are all said, of which one may stand for another; none where some are guessed. */
  readonly certain: readonly string[];
  /** Whether it is one only if `dX` is a name for a derivative, and no differential. */
  readonly adjoints?: boolean;
  /** The rule that it is if products with a star are no products of entries. */
  readonly otherwise?: ChainRule;
  /** All that the verdict depends on. */
  readonly key: string;
}

/** What is known of the names, and what an expression says then: numbers beside vectors stand for each of their entries. */
interface Reading {
  readonly scope: Scope;
  readonly settled: (e: Expr) => Expr;
}

/** Definitions that are followed one into the other. */
const MOST_STEPS = 6;
const MOST_NAMES = 24;
/** Ways to take names of which nothing is certain. */
const MOST_SCOPES = 4;

/** The name of the derivative of what is not given by an intermediate value. */
const gradientName = (of: string): string => `gradient by ${of}`;
const modelName = (atom: string): string => `model of ${atom}`;

const isDerivative = (e: Expr): e is Derivative => e.kind === "derivative";

/** Signs that may surround the derivatives of a rule. */
const UNREADABLE: readonly Expr["kind"][] = ["differential", "sumover", "index", "literal", "error"];

/**
 * The rule that two sides state, if they state one. `meanings`: what the names stood for up to here; `adjoints`: how the
 * sides read where `dX` is a name for the derivative of the loss by X.
 */
export function chainRule(
  left: Expr,
  right: Expr,
  formula: Formula,
  meanings: Meanings,
  adjoints?: (e: Expr) => Expr,
): ChainRule | undefined {
  if (adjoints !== undefined) {
    const rule = chainRule(adjoints(left), adjoints(right), formula, meanings);
    if (rule === undefined) return undefined;
    const { mean, written } = rule;
    return {
      ...rule,
      written: (e) => written(adjoints(e)),
      // Who names derivatives so counts those of one example.
      ...(mean === undefined ? {} : { mean: { ...mean, certain: true } }),
      adjoints: true,
      key: `adjoint ${rule.key}`,
    };
  }
  // Most equations are seen to be no such rule at a glance: a long note has many, and all are looked at after every edit.
  const glance = left.kind === "name" ? meanings.get(left.name)?.body : left;
  if (glance === undefined || !isDerivative(glance) || glance.of.kind !== "name") return undefined;
  const plain = (e: Expr): Expr => unspread(withDerivatives(e, meanings));
  const one = forOneMember(plain(right));
  const written = one === undefined ? plain : (e: Expr): Expr => forOneMember(plain(e))?.side ?? plain(e);
  const r = one?.side ?? plain(right);
  let l = plain(left);
  const target = isDerivative(l) ? l.wrt[0] : undefined;
  if (!isDerivative(l) || l.wrt.length !== 1 || target?.kind !== "name" || l.of.kind !== "name") return undefined;
  if ([l, r].some((e) => someNode(e, (n) => UNREADABLE.includes(n.kind)))) return undefined;
  if (one !== undefined) {
    if (labelled(target.name)?.letter === one.letter) return undefined;
    // A loss for each member: what is said of all of them holds of one.
    const own = lossOfMember(l.of.name, r, one.letter, meanings);
    if (own === undefined) return undefined;
    // The mean of losses has the mean of their derivatives.
    const whole = meanings.get(l.of.name)?.body;
    if (own !== l.of.name && whole !== undefined && isShare(whole) !== isShare(r)) return undefined;
    l = { ...l, of: name(own) };
  }
  if (!isDerivative(l) || l.of.kind !== "name") return undefined;
  const about = lossOf(l.of.name, formula, meanings, one?.letter);
  if (about === undefined) return undefined;

  // What the right side differentiates by: intermediate values, and other names of the same loss.
  const losses = new Map([[l.of.name, about]]);
  const by = new Set<string>();
  const jacobians: Derivative[] = [];
  let isRule = true;
  const visit = (e: Expr): void => {
    if (!isDerivative(e)) return children(e).forEach(visit);
    const [wrt] = e.wrt;
    if (e.wrt.length !== 1 || wrt?.kind !== "name" || e.of.kind !== "name") return void (isRule = false);
    const loss = lossOf(e.of.name, formula, meanings, one?.letter);
    if (loss?.atom === about.atom) {
      losses.set(e.of.name, loss);
      if (wrt.name === target.name) isRule = false;
      else if (
        lossOf(wrt.name, formula, meanings, one?.letter)?.atom !== about.atom ||
        meanings.get(wrt.name) !== undefined
      )
        by.add(wrt.name);
      else losses.set(wrt.name, loss);
    } else if (meanings.get(e.of.name) !== undefined) jacobians.push(e);
    else isRule = false;
  };
  visit(r);
  if (!isRule || by.size === 0) return undefined;
  if (one !== undefined && ![...by].every((n) => isMember(n, one.letter))) return undefined;

  const values = valuesBetween(
    [
      ...by,
      ...jacobians.map((j) => (j.of as Expr & { kind: "name" }).name),
      ...[...losses.values()].flatMap(({ rest }) => rest.flatMap((e) => [...freeNames(e)])),
    ],
    target.name,
    meanings,
    one?.letter,
  );
  const inner = [...by].filter((n) => values.has(n));
  if (inner.length === 0 || inner.length < by.size || values.size > MOST_NAMES) return undefined;
  const reaches = (from: string, to: string, depth = 0): boolean =>
    depth <= MOST_STEPS &&
    values.has(from) &&
    [...freeNames(values.get(from)!)].some((n) => n === to || reaches(n, to, depth + 1));
  const ends = inner.filter((n) => !inner.some((m) => m !== n && reaches(m, n)));
  // `z = x + iy` beside `x = (z + z̄)/2`: each is given by the other.
  if (ends.length === 0) return undefined;
  // What one member hands on to the next on another way than through the values of the rule is not in its sum.
  if (one !== undefined && handsOn(values, new Set(ends), one.letter)) return undefined;

  const definitions = new Map<string, Definition>();
  for (const [n, d] of formula.scope.definitions) if (d.parameters !== undefined) definitions.set(n, d);
  for (const [n, body] of values) definitions.set(n, { name: n, body });
  const model = ends
    .map((n) => apply("tr", apply("mul", apply("transpose", name(gradientName(n))), name(n))))
    .reduce((a, b) => apply("add", a, b));
  definitions.set(modelName(about.atom), { name: modelName(about.atom), body: model });
  for (const [n, { rest }] of losses)
    definitions.set(n, {
      name: n,
      body: rest.reduce((a, b) => apply("add", a, b), name(modelName(about.atom)) as Expr),
    });
  // A definition says better what its names are than a claim does, which may be wrong.
  const readIn = new Map<string, Formula>();
  for (const n of values.keys()) {
    const meaning = meanings.get(n);
    if (meaning !== undefined)
      for (const m of freeNames(meaning.body)) if (!readIn.has(m)) readIn.set(m, meaning.formula);
  }
  // What a mean divides by is a number, whatever its letter looks like.
  const counts = new Set<string>();
  const isCount = (n: string): boolean => {
    const v = formula.guessed?.has(n) === true ? undefined : formula.scope.variables.get(n);
    const counted = n !== target.name && !definitions.has(n) && (v === undefined || isScalar(v.shape));
    if (counted) counts.add(n);
    return counted;
  };
  const isMean = ofMean(r, isCount) !== undefined;
  let readings = readingsFor([l, r], values, ends, definitions, formula, readIn, counts);
  if (readings.length === 0) {
    // A bias that is added to every column fits nowhere: without it all derivatives are the same.
    const plain = new Map([...values].map(([n, body]) => [n, withoutOffsets(body, target.name, values)]));
    for (const [n, body] of plain) definitions.set(n, { name: n, body });
    readings = readingsFor([l, r], plain, ends, definitions, formula, readIn, counts);
  }
  if (readings.length === 0) return undefined;
  const certain = one !== undefined && isMember(l.of.name, one.letter);
  const said = [...definitions].map(([n, d]) => `${n}=${textOf(d.body)}`).join(";");
  const shapes = readings.map(({ scope }) =>
    [...scope.variables].map(([n, v]) => `${n}:${v.shape.rows.key}×${v.shape.cols.key}`).join(),
  );
  return {
    left: l,
    right: r,
    written,
    ...(isMean ? { mean: { of: (e: Expr) => ofMean(e, isCount), certain } } : {}),
    readings,
    trusted: true,
    rests: [...values.keys()],
    certain: certainNames(l, r, definitions, formula),
    key: `chain ${textOf(l)}=${textOf(r)};${said};${shapes.join(";")}`,
  };
}

/** The names that a rule and its definitions are made of, if the sizes of all arrays among them are said. */
function certainNames(
  l: Expr,
  r: Expr,
  definitions: ReadonlyMap<string, Definition>,
  { scope, guessed }: Formula,
): readonly string[] {
  const names = freeNames(r, freeNames(l));
  for (const d of definitions.values()) freeNames(d.body, names);
  const arrays = [...names].filter((n) => {
    const v = scope.variables.get(n);
    return v !== undefined && !isScalar(v.shape) && !definitions.has(n);
  });
  return arrays.length > 1 && arrays.every((n) => guessed?.has(n) !== true) ? arrays : [];
}

/** Names that stand for a derivative, `δ = ∂L/∂z`, replaced by it. */
function withDerivatives(e: Expr, meanings: Meanings): Expr {
  if (isDerivative(e)) return e;
  if (e.kind === "name") {
    const body = meanings.get(e.name)?.body;
    return body !== undefined && isDerivative(body) && body.wrt[0]?.kind === "name" ? body : e;
  }
  const parts = children(e);
  return parts.length === 0
    ? e
    : withChildren(
        e,
        parts.map((p) => withDerivatives(p, meanings)),
      );
}

interface Loss {
  /** What is not given, as text: the name itself, or an unknown function of something. */
  readonly atom: string;
  /** What is added to it. */
  readonly rest: readonly Expr[];
}

/** A number of which nothing is said, or that it is an unknown function of something, up to other terms. */
function lossOf(of: string, formula: Formula, meanings: Meanings, letter?: string, depth = 0): Loss | undefined {
  const v = formula.scope.variables.get(of);
  if (v !== undefined && !isScalar(v.shape) && formula.guessed?.has(of) !== true) return undefined;
  const body = meanings.get(of)?.body;
  const whole = letter !== undefined && isMember(of, letter) ? of.slice(0, of.search(/[_^]/)) : of;
  if (body === undefined) return /^\p{Lu}|^[𝐀-𝐙𝒜-𝒵ℒ𝓐-𝓩]|^(?:ell|f|loss|cost|phi|varphi)$/u.test(whole) && /^[^_^]*$/.test(whole) ? { atom: of, rest: [] } : undefined; // prettier-ignore
  if (depth > MOST_STEPS) return undefined;
  const parts: Expr[] = [];
  const add = (e: Expr): void => {
    if (e.kind === "apply" && e.op === "add") e.args.forEach(add);
    else parts.push(e);
  };
  add(body);
  let found: Loss | undefined;
  const rest: Expr[] = [];
  for (const part of parts) {
    const loss =
      part.kind === "call" && part.primes === 0 && formula.scope.definitions.get(part.name)?.parameters === undefined
        ? { atom: textOf(part), rest: [] }
        : part.kind === "name"
          ? lossOf(part.name, formula, meanings, letter, depth + 1)
          : undefined;
    if (loss === undefined) rest.push(part);
    else if (found !== undefined) return undefined;
    else found = { atom: loss.atom, rest: loss.rest };
  }
  return found === undefined ? undefined : { atom: found.atom, rest: [...found.rest, ...rest] };
}

/**
 * The loss that the terms of a sum over members are about, where the whole is `of`: the same one, or one of each member
 * (`L = Σ ℓ_i`) if nothing says that the whole is anything else. `undefined` where they are about several.
 */
function lossOfMember(of: string, side: Expr, letter: string, meanings: Meanings): string | undefined {
  const about = new Set<string>();
  const visit = (e: Expr): void => {
    if (isDerivative(e) && e.of.kind === "name") about.add(e.of.name);
    children(e).forEach(visit);
  };
  visit(side);
  const members = [...about].filter((n) => isMember(n, letter));
  if (members.length === 0) return of;
  if (members.length !== 1 || about.has(of)) return undefined;
  const body = meanings.get(of)?.body;
  return body === undefined || addsUp(body, members[0]!, letter) ? members[0] : undefined;
}

const isShare = (e: Expr): boolean => ofMean(e, () => true) !== undefined;

/** Whether a loss is said to be a mean of losses of its members, or their sum. */
function addsUp(body: Expr, member: string, letter: string): boolean {
  const sum = ofMean(body, () => true) ?? body;
  if (sum.kind !== "sumover" || sum.body.kind !== "name") return false;
  const [own, there] = [labelled(member), labelled(sum.body.name)];
  return own?.letter === letter && there?.letter === sum.variable && own.stem === there.stem && there.offset === 0;
}

/** Whether a member depends on the one before on another way than through the values that a rule differentiates by. */
function handsOn(values: ReadonlyMap<string, Expr>, by: ReadonlySet<string>, letter: string): boolean {
  return [...values.values()].some((body) =>
    [...freeNames(body)].some((n) => {
      const own = ownMember(n, letter);
      return own !== undefined && values.has(own) && !by.has(own);
    }),
  );
}

/** The values of the names through which others depend on a variable; of members, through themselves. */
function valuesBetween(
  names: readonly string[],
  variable: string,
  meanings: Meanings,
  letter: string | undefined,
): ReadonlyMap<string, Expr> {
  const out = new Map<string, Expr>();
  const known = new Map<string, boolean>();
  const depends = (n: string, depth: number): boolean => {
    if (n === variable) return true;
    if (letter !== undefined && ownMember(n, letter) !== undefined) return false;
    const before = known.get(n);
    if (before !== undefined) return before;
    if (depth > MOST_STEPS) return false;
    const body = meanings.get(n)?.body;
    if (body === undefined || hasDerivative(body)) return false;
    known.set(n, false);
    const found = [...freeNames(body)].map((m) => depends(m, depth + 1)).some(Boolean);
    known.set(n, found);
    if (found) out.set(n, unspread(body));
    return found;
  };
  for (const n of names) depends(n, 0);
  return out;
}

/** A sum without the plain names in it, other than one. */
function withoutOffsets(e: Expr, variable: string, values: ReadonlyMap<string, Expr>): Expr {
  if (e.kind !== "apply" || e.op !== "add") return e;
  const isOffset = (x: Expr): boolean => x.kind === "name" && x.name !== variable && !values.has(x.name);
  const [a, b] = e.args as readonly [Expr, Expr];
  if (isOffset(b)) return withoutOffsets(a, variable, values);
  return isOffset(a) ? withoutOffsets(b, variable, values) : e;
}

/** Readings in which everything fits: as the note was read, and with kinds by the looks of names. */
function readingsFor(
  sides: readonly Expr[],
  values: ReadonlyMap<string, Expr>,
  ends: readonly string[],
  definitions: ReadonlyMap<string, Definition>,
  formula: Formula,
  readIn: ReadonlyMap<string, Formula>,
  counts: ReadonlySet<string>,
): readonly Reading[] {
  const free = new Set<string>();
  const transposed = new Set<string>();
  const visit = (e: Expr): void => {
    if (e.kind === "apply" && e.op === "transpose" && e.args[0]!.kind === "name") transposed.add(e.args[0]!.name);
    children(e).forEach(visit);
  };
  for (const e of [
    ...sides,
    ...[...definitions.values()].flatMap((d) => (d.parameters === undefined ? [d.body] : [])),
  ]) {
    freeNames(e, free);
    visit(e);
  }
  const leaves = [...free].filter((n) => !definitions.has(n) && !n.startsWith("gradient by "));
  const given = (n: string): Shape | undefined => {
    if (formula.scope.dimensions.has(n) || counts.has(n)) return SCALAR;
    return formula.guessed?.has(n) === true ? undefined : formula.scope.variables.get(n)?.shape;
  };
  const open = leaves.filter((n) => given(n) === undefined);
  const out: Reading[] = [];
  const seen = new Set<string>();
  let tried = 0;
  for (const kinds of kindsToTry(open, transposed, formula, readIn)) {
    const shapes = new Map(leaves.map((n) => [n, given(n) ?? openShape(n, kinds.get(n)!)]));
    const reading = solved(shapes, values, ends, definitions, formula);
    if (++tried > 3 && out.length > 0) break;
    if (reading === undefined) continue;
    const key = [...reading.scope.variables].map(([n, v]) => `${n}${kindOfShape(v.shape)}`).join();
    if (!seen.has(key)) out.push(reading);
    seen.add(key);
    if (out.length === MOST_SCOPES) break;
  }
  return out;
}

function* kindsToTry(
  open: readonly string[],
  transposed: ReadonlySet<string>,
  formula: Formula,
  readIn: ReadonlyMap<string, Formula>,
): Generator<ReadonlyMap<string, Kind>> {
  const isKnown = (n: string): boolean => readIn.get(n)?.scope.variables.has(n) === true;
  yield new Map(open.map((n) => [n, kindRead(n, isKnown(n) ? readIn.get(n)! : formula)]));
  const looks = new Map(open.map((n) => [n, kindByLooks(n, formula)]));
  yield looks;
  // Queries and keys: a small Latin letter that only looks like a number is a vector as well.
  const isSmall = (n: string): boolean => /^[a-z]$/.test(letterOf(n).letter);
  yield new Map(open.map((n) => [n, looks.get(n) === "scalar" && isSmall(n) ? "vector" : looks.get(n)!]));
  // What was said of the names since they were defined: `where x is a row vector`.
  yield new Map(open.map((n) => [n, kindRead(n, formula)]));
  // Gains and shifts of layers, gates.
  yield new Map(open.map((n) => [n, looks.get(n) === "scalar" ? "vector" : looks.get(n)!]));
  // A bias of one unit, a rate: a small letter that is added or stands beside others is a number.
  for (const n of open) if (looks.get(n) === "vector" && !transposed.has(n)) yield new Map([...looks, [n, "scalar"]]);
}

/** The reading with shapes that fit the values; `undefined` where none do, or where all are numbers. */
function solved(
  shapes: ReadonlyMap<string, Shape>,
  values: ReadonlyMap<string, Expr>,
  ends: readonly string[],
  definitions: ReadonlyMap<string, Definition>,
  formula: Formula,
): Reading | undefined {
  const found = new Map<string, Shape>(shapes);
  const solver: Solver = new Solver({
    shape: (n) => found.get(n),
    signature: (n) => {
      const d = definitions.get(n);
      if (d?.parameters !== undefined) return { parameters: d.parameters, body: d.body };
      // Of the functions between layers nothing is known but that they act entry by entry.
      return { parameters: [], elementwise: true };
    },
    spreads: true,
  });
  for (const [n, d] of definitions) if (d.parameters === undefined && !values.has(n)) found.set(n, SCALAR);
  const visit = (n: string, depth = 0): void => {
    const body = values.get(n);
    if (body === undefined || found.has(n) || depth > MOST_NAMES) return;
    for (const m of freeNames(body)) visit(m, depth + 1);
    const own = solver.shapeOf(body);
    if (own === undefined) throw new Clash(n);
    const declared = formula.guessed?.has(n) === true ? undefined : formula.scope.variables.get(n)?.shape;
    if (declared !== undefined) solver.equal(declared, own);
    found.set(n, own);
  };
  try {
    for (const n of values.keys()) visit(n);
  } catch (e) {
    if (e instanceof Clash) return undefined;
    throw e;
  }
  for (const n of ends) found.set(gradientName(n), found.get(n) ?? SCALAR);
  const { closed, letters } = closing(solver);
  const variables = new Map<string, Variable>();
  for (const [n, s] of found)
    variables.set(n, {
      name: n,
      shape: { rows: closed(s.rows), cols: closed(s.cols) },
      properties: formula.scope.variables.get(n)?.properties ?? new Set(),
    });
  if ([...variables.values()].every((v) => isScalar(v.shape))) return undefined;
  const dimensions = new Set([...formula.scope.dimensions, ...[...letters.values()].flatMap(dimNames)]);
  const settled = (e: Expr): Expr => settle(e, solver, closed, true);
  const inside = new Map(definitions);
  for (const [n, body] of values) inside.set(n, { name: n, body: settled(body) });
  return { scope: { variables, definitions: inside, dimensions }, settled };
}

/** Slips of the pen that a rule is held against; that a term is missing may as well mean that L is more than was said. */
const SLIPS: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap", "sign", "name"]);

const TURNED: Layout = { transposedGradients: true, transposedMatrixGradients: true, transposedJacobians: true };

/** Whether a side is another one transposed, also below a sum. */
function isTransposeOf(e: Expr, other: Expr): boolean {
  if (e.kind === "sumover" && other.kind === "sumover") return isTransposeOf(e.body, other.body);
  return e.kind === "apply" && e.op === "transpose" && e.args[0] === other;
}

/** Gradients by vectors are rows, those by matrices have the shape of the matrix. */
const ROWS: Layout = { transposedGradients: true };

/** The slips that a rule is held against. */
function* slipsIn(claimed: Expr, certain: readonly string[], print: Print): Generator<Variant> {
  yield* inFront(claimed, print);
  for (const v of [...variants(claimed, print, true), ...misnamed(claimed, certain, print)])
    // The transpose of a whole side is a layout, and no slip.
    if (SLIPS.has(v.edit) && !isTransposeOf(v.expr, claimed)) yield v;
}

/**
 * Whether a rule holds, in whatever layout: it is wrong only if it holds in none, and one transpose or change of order
 * makes it true.
 */
export function* judgingChainRule(rule: ChainRule, claimed: Expr, print: Print): Steps<Verdict> {
  const { left, right, readings, written, trusted, mean, certain } = rule;
  let fails = 0;
  let inTheMean = false;
  for (const { scope, settled } of readings) {
    const how = { anyLayout: true, prove: false, explain: false, print };
    const { status, note, misfit } = yield* judging(left, settled(right), scope, how);
    if (status === "verified") return { status };
    const ofMany = mean?.of(right);
    if (ofMany !== undefined && (yield* judging(left, settled(ofMany), scope, how)).status === "verified")
      inTheMean = true;
    if (status === "wrong" || misfit === true || note === "it is about functions that are not defined") fails++;
  }
  const unknown: Verdict = { status: "unknown", note: "it is about functions that are not defined" };
  // The mean over the examples may have been taken anywhere.
  if (inTheMean) return mean!.certain ? { status: "verified" } : unknown;
  // Products of derivatives are laid out in too many ways.
  const of = textOf((left as Derivative).of);
  const isPlain = !someNode(right, (n) => isDerivative(n) && textOf(n.of) !== of);
  if (!trusted || fails < readings.length || !isPlain) return unknown;
  for (const { scope, settled } of readings)
    for (const layout of [{}, TURNED, ROWS])
      for (const v of slipsIn(claimed, certain, print)) {
        const meant = written(v.expr);
        const inMean = mean?.of(meant);
        for (const side of inMean === undefined ? [meant] : [meant, inMean]) {
          const repaired = settled(side);
          if (!(yield* agreeing(left, repaired, { scope, layout }))) continue;
          return {
            status: "wrong",
            note: v.what,
            slip: v.edit,
            general: true,
            correction: { side: "right", expr: v.expr },
          };
        }
      }
  return unknown;
}
