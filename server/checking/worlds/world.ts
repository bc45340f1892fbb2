import { apply, children, type Expr, freeNames, mapChildren, name, num, someNode } from "../../core/ast";
import { type Dim, dimNames } from "../../core/dimension";
import type { Definition, Scope, Variable } from "../../core/scope";
import { isColumn, isMatrix, isRow, isScalar, SCALAR, type Shape, transposed } from "../../core/shape";
import type { Formula } from "../../documents/document";
import { letterOf, openShape } from "../../documents/notes/kinds";
import { closing, settle } from "../../documents/notes/settle";
import { Clash, Solver } from "../../documents/notes/solver";
import { dimensionExpr } from "../../language/dimensionOf";
import { inferShape } from "../../shapes/infer";
import { textOf } from "../digest";
import { type Kind, kindByLooks, kindRead } from "../kindsOfNames";
import type { Meanings } from "../meanings";
import { hasDerivative, hasDifferential, namesDifferentiated } from "../varying";
import { sumsOverData } from "./bareSums";
import { constantCalls } from "./constants";
import { anyValue, type Dependence, dependenceOf } from "./dependence";
import { withDigamma } from "./digamma";
import { withoutDots } from "./dots";
import { entriesOf } from "./entries";
import { entriesOfBold } from "./fonts";
import { asColumns, gradientsWritten } from "./gradients";
import { changingIn, hiddenIn, type Known, knownOf, mentioned, namesIn, restsOnOpaque, spokenOf } from "./known";
import { labelledCalls } from "./labelledCalls";
import { labelsOf } from "./labels";
import { pointsPutIn } from "./points";

/**
 * An equation together with all that the note says of its names: definitions followed, `x_i` an entry of x, gradients
 * written out, sizes found anew for all of it at once.
 */
export interface World {
  readonly left: Expr;
  readonly right: Expr;
  readonly scope: Scope;
  /** Another side read in the same way. */
  readonly put: (e: Expr) => Expr;
  /** Whether some name is stood in for by any value that depends on the same. */
  readonly modelled: boolean;
  /** Whether the sizes are those of the side with the derivatives alone: the other one fits no sizes. */
  readonly misfit: boolean;
  /** Sizes and weights that have names only here. */
  readonly invented: ReadonlySet<string>;
}

/** What the names of functions begin with that were made of expressions. */
export const MADE = "function ";

/** Ways to take names of which nothing is certain. */
const MOST_WORLDS = 3;
const MOST_NAMES = 40;

const NO_NUMBERS: ReadonlySet<string> = new Set([
  "transpose", "hadamard", "hdiv", "norm1", "norm2", "norminf", "tr", "det", "inv", "diag", "eye", "ones", "vec", "kron", "logdet",
]); // prettier-ignore

/** Whether an expression speaks of vectors or matrices by its signs or the looks of its letters. */
function speaksOfVectors(e: Expr): boolean {
  return someNode(e, (n) => {
    // A list that stands on its side is none of them.
    if (n.kind === "apply") return NO_NUMBERS.has(n.op) && n.args[0]?.kind !== "literal";
    if (n.kind === "index") return true;
    return n.kind === "name" && letterOf(n.name).style === "bold";
  });
}

/** The worlds in which an equation fits, the likeliest first; the names of definitions that fit no sizes are put into `misfits`. */
export function* worlds(
  left: Expr,
  right: Expr,
  formula: Formula,
  meanings: Meanings,
  ignoring?: ReadonlySet<string>,
  misfits: Set<string> = new Set(),
): Generator<World> {
  yield* worldsOf(left, right, formula, knownOf(left, right, formula, meanings, ignoring), misfits);
}

/** Definitions that fit no sizes, and are done without one after the other. */
const MOST_PUZZLING = 3;

/**
 * The worlds of an equation of derivatives without the definitions that are not understood: what holds there is true,
 * what fails may hold all the same. `misfits`: names whose definitions are seen to fit no sizes.
 */
export function* partialWorlds(
  left: Expr,
  right: Expr,
  formula: Formula,
  meanings: Meanings,
  misfits: Set<string>,
): Generator<World> {
  // A step between values with definitions that are not understood is left to those who read it.
  if (![left, right].some((e) => hasDerivative(e) || hasDifferential(e))) return;
  const puzzling = new Set(misfits);
  for (let tried = 0; tried <= MOST_PUZZLING; tried++) {
    const known = knownOf(left, right, formula, meanings, undefined, puzzling);
    let found = known.opaque.size === 0 && tried > 0;
    const before = puzzling.size;
    // With all that is said these have been seen before.
    for (const w of known.opaque.size === 0 ? [] : worldsOf(left, right, formula, known, misfits)) {
      if (w.misfit) continue;
      found = true;
      yield w;
    }
    if (found) return;
    for (const n of misfits) if (known.definitions.has(n)) puzzling.add(n);
    // In the end all that does not change may have been said of something else.
    if (puzzling.size === before) for (const n of unchanging(left, right, known)) puzzling.add(n);
    if (puzzling.size === before) return;
  }
}

/** The names with a value that does not hang on what something is differentiated by. */
function* unchanging(left: Expr, right: Expr, known: Known): Generator<string> {
  const changing = changingIn([left, right]);
  const { about } = namesDifferentiated([left, right]);
  for (const [n, d] of known.definitions)
    if (d.parameters === undefined && !about.has(n) && ![...spokenOf([n], known)].some((m) => changing.has(m))) yield n;
}

/** The worlds with what is known; the names of the definitions that fit no sizes are put into `misfits`. */
function* worldsOf(first: Expr, second: Expr, formula: Formula, known: Known, misfits: Set<string>): Generator<World> {
  if (hidesChange(first, second, known)) return;
  withDigamma([first, second], known.definitions);
  const inOneFont = entriesOfBold([first, second], known) ?? ((e: Expr) => e);
  const [left, right] = [inOneFont(first), inOneFont(second)];
  const given = certainShapes(formula, known);
  const here = namesIn(right, namesIn(left));
  const readShape = (n: string): Shape | undefined => {
    // What stands only in a definition is as it was read there.
    const there = here.has(n) ? undefined : [...known.readIn.values()].find((f) => f.scope.variables.has(n));
    return (there ?? formula).scope.variables.get(n)?.shape;
  };
  const define = (parameters: readonly string[], body: Expr): string => {
    const own = `${MADE}${textOf(body)}`;
    known.definitions.set(own, { name: own, parameters, body });
    return own;
  };
  const functions = { definitions: known.definitions, define };
  const plain = barely([left, right], known.definitions, formula.text);
  const said = new Map(known.definitions);
  const bare = (e: Expr): Expr => plain(labelledCalls(e, said));
  for (const [n, d] of known.definitions) known.definitions.set(n, { ...d, body: bare(withoutDots(d.body)) });
  const constant = constantCalls([left, right], known.definitions) ?? ((e: Expr) => e);
  const overData = sumsOverData([left, right], known.definitions, changingIn([left, right]));
  const summed = overData ?? ((e: Expr) => e);
  const written = (e: Expr): Expr =>
    constant(pointsPutIn(gradientsWritten(summed(bare(withoutDots(e))), functions), known.definitions, define));
  let [l, r] = asColumns(written(left), written(right));
  const paths = dependenceOf(l, r, known.definitions, known.opaque);
  if (paths === undefined && restsOnOpaque([l, r], known)) return;
  const entries = entriesOf({
    sides: [l, r],
    definitions: known.definitions,
    indices: new Set(formula.indices?.keys() ?? []),
    shapeOf: (n) => {
      const certain = given.get(n);
      const shape = certain ?? readShape(n);
      return shape === undefined ? undefined : { shape, certain: certain !== undefined };
    },
  });
  const inEntries = entries?.put ?? ((e: Expr) => e);
  // What depends on one entry depends on all of them.
  const dependence =
    paths === undefined || entries === undefined
      ? paths
      : new Map([...paths].map(([n, of]) => [entries.whole(n), [...new Set(of.map(entries.whole))]]));
  [l, r] = [inEntries(l), inEntries(r)];
  const definitions = entries?.definitions ?? known.definitions;
  const isAsRead = definitions.size === 0 && (dependence?.size ?? 0) === 0 && entries === undefined && l === first && r === second; // prettier-ignore
  if (isAsRead && known.opaque.size === 0) return;
  const put = (e: Expr): Expr => inEntries(written(inOneFont(e)));
  const setting: Setting = { areNumbers: false, isOfData: overData !== undefined, formula, known, given, definitions, dependence, shapes: entries?.shapes ?? new Map(), sizes: entries?.sizes ?? new Set() }; // prettier-ignore
  let count = 0;
  const ways = [...kindsToTry(l, r, setting)];
  for (const fit of ["both", "one"] as const) {
    const seen = new Set<string>();
    for (const kinds of ways) {
      const key = [...kinds].map(([n, k]) => `${n} ${k}`).join();
      if (seen.has(key)) continue;
      seen.add(key);
      for (const turned of [false, true]) {
        const world = settled(l, r, kinds, setting, fit, turned, misfits);
        if (world === undefined) continue;
        if (world.modelled && (fit === "one" || derivesMatrices([world.left, world.right], world.scope))) continue;
        yield { ...world, put: (e) => world.put(put(e)) };
        if (++count === MOST_WORLDS) return;
        break;
      }
    }
    if (count > 0) return;
  }
}

/**
 * Whether what something is differentiated by stands in a bound or a condition that is kept as it is written, `∫_0^x`, or in
 * a definition that is left out.
 */
function hidesChange(left: Expr, right: Expr, { definitions, dismissed }: Known): boolean {
  const names = namesIn(right, namesIn(left));
  for (const d of definitions.values()) namesIn(d.body, names);
  const hidden = [...[...names].flatMap(hiddenIn), ...dismissed.flatMap((d) => [...mentioned(d)])];
  if (hidden.length === 0) return false;
  const changing = changingIn([left, right]);
  return hidden.some((n) => changing.has(n));
}

/** `L(w)` as L, where `∂L/∂w` stands in the equation by all that L is a function of, and nothing is said of L. */
function barely(sides: readonly Expr[], definitions: ReadonlyMap<string, Definition>, text: string): (e: Expr) => Expr {
  const open = new Map<string, Set<string>>();
  for (const s of sides)
    someNode(s, (n) => {
      if (n.kind !== "derivative" || n.of.kind !== "name" || definitions.has(n.of.name)) return false;
      const by = open.get(n.of.name) ?? new Set();
      for (const w of n.wrt) if (w.kind === "name") by.add(w.name);
      open.set(n.of.name, by);
      return false;
    });
  const visit = (x: Expr): Expr => {
    // From within: z(y(x)) is z of y.
    const e = mapChildren(x, visit);
    const call = e.kind === "call" && e.primes === 0 ? { of: e.name, args: e.args } : bracketed(e);
    const by = call === undefined ? undefined : open.get(call.of);
    return by !== undefined && call!.args.every((a) => a.kind === "name" && by.has(a.name)) ? name(call!.of) : e;
  };
  // `z(𝐲(𝐱))` was read as a product where z is no function elsewhere.
  const bracketed = (e: Expr): { of: string; args: readonly Expr[] } | undefined => {
    if (e.kind !== "apply" || e.op !== "mul") return undefined;
    const [of, arg] = e.args as readonly [Expr, Expr];
    if (of.kind !== "name" || of.span === undefined || arg.kind !== "name") return undefined;
    return text.startsWith("(", of.span.end) ? { of: of.name, args: [arg] } : undefined;
  };
  return open.size === 0 ? (e) => e : visit;
}

const rowOf = (s: Shape): Shape => (isColumn(s) ? transposed(s) : s);

interface Setting {
  /** Whether all names may stand for numbers. */
  areNumbers: boolean;
  /** Whether it is about numbers that each member of some data has. */
  readonly isOfData: boolean;
  readonly formula: Formula;
  readonly known: Known;
  /** Shapes that are said. */
  readonly given: ReadonlyMap<string, Shape>;
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly dependence: Dependence | undefined;
  /** Shapes of what has entries. */
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly sizes: ReadonlySet<string>;
}

/** The shapes that are certain where the equation stands, or where something that it uses was said. */
function certainShapes(formula: Formula, { readIn }: Known): ReadonlyMap<string, Shape> {
  const out = new Map<string, Shape>();
  for (const f of [formula, ...readIn.values()])
    for (const [n, v] of f.scope.variables)
      if (!out.has(n) && f.guessed?.has(n) !== true && v.family === undefined && !f.scope.definitions.has(n))
        out.set(n, v.shape);
  return out;
}

/** The names whose shapes are to be found. */
function leavesOf(l: Expr, r: Expr, { formula, definitions, dependence, sizes }: Setting): string[] {
  const free = new Set<string>();
  const visit = (e: Expr): void => {
    freeNames(e, free);
    if (e.kind === "derivative") for (const w of e.wrt) freeNames(w, free);
  };
  [l, r, ...[...definitions.values()].map((d) => d.body)].forEach(visit);
  for (const d of definitions.values()) d.parameters?.forEach((p) => free.add(p));
  const bound = new Set<string>();
  const inner = (e: Expr): void => {
    if (e.kind === "index") for (const i of e.indices) if (i?.kind === "name") bound.add(i.name);
    children(e).forEach(inner);
  };
  [l, r, ...[...definitions.values()].map((d) => d.body)].forEach(inner);
  const isConstant = (n: string): boolean => (n === "pi" || n === "π") && formula.guessed?.has(n) !== false;
  return [...free].filter(
    (n) =>
      !isConstant(n) &&
      !definitions.has(n) &&
      !sizes.has(n) &&
      !bound.has(n) &&
      !n.startsWith("?") &&
      dependence?.has(n) !== true,
  );
}

/** Whether matrices are differentiated by more than numbers, or other values than numbers by matrices: of that no layout is agreed on. */
function derivesMatrices(sides: readonly Expr[], scope: Scope): boolean {
  const shape = (e: Expr): Shape | undefined => inferShape(e, scope, { tolerant: true }).shape;
  return sides.some((side) =>
    someNode(side, (n) => {
      if (n.kind !== "derivative") return false;
      const of = shape(n.of);
      return n.wrt.some((w) => {
        const by = shape(w);
        if (of === undefined || by === undefined) return true;
        return (isMatrix(of) && !isScalar(by)) || (isMatrix(by) && !isScalar(of));
      });
    }),
  );
}

const freeIn = (parts: readonly Expr[]): Set<string> => {
  const out = new Set<string>();
  for (const e of parts) freeNames(e, out);
  return out;
};

function* kindsToTry(l: Expr, r: Expr, setting: Setting): Generator<ReadonlyMap<string, Kind>> {
  const { formula, known, given, definitions, dependence, shapes, sizes, isOfData } = setting;
  const names = [...leavesOf(l, r, setting), ...(dependence?.keys() ?? [])].filter((n) => !shapes.has(n) && !given.has(n) && !sizes.has(n)); // prettier-ignore
  if (names.length > MOST_NAMES) return;
  const here = namesIn(r, namesIn(l));
  const readAt = (n: string): Formula => {
    if (here.has(n) && formula.scope.variables.has(n)) return formula;
    return [...known.readIn.values()].find((f) => f.scope.variables.has(n)) ?? formula;
  };
  const all = (kind: (n: string) => Kind): ReadonlyMap<string, Kind> =>
    new Map(names.map((n) => [n, kindOfOpaque(n, known, formula) ?? kind(n)]));
  const parts = [l, r, ...[...definitions.values()].map((d) => d.body)];
  const { by } = namesDifferentiated(parts);
  const ofNumbers = all(() => "scalar");
  const areNumbers =
    !parts.some(speaksOfVectors) &&
    names.every((n) => mayBeNumber(n, formula, by) && (kindOfOpaque(n, known, formula) ?? "scalar") === "scalar") &&
    [...freeIn(parts)].every((n) => isScalar(given.get(n) ?? SCALAR));
  // A chain rule without a sign of a vector holds of numbers first.
  setting.areNumbers = areNumbers;
  if (areNumbers || isOfData) yield ofNumbers;
  yield all((n) => kindRead(n, readAt(n)));
  yield all((n) => kindByLooks(n, formula));
  const isSmall = (n: string): boolean => /^[a-z]$/.test(letterOf(n).letter);
  yield all((n) => {
    const looks = kindByLooks(n, formula);
    return looks === "scalar" && isSmall(n) && labelsOf(n) === undefined ? "vector" : looks;
  });
  yield all((n) => (kindByLooks(n, formula) === "matrix" ? "matrix" : kindRead(n, formula)));
}

/** The kind of what has a definition that is not understood: by that, else by the looks of the name; of others `undefined`. */
function kindOfOpaque(n: string, { opaque, readIn }: Known, formula: Formula): Kind | undefined {
  const d = opaque.get(n);
  if (d === undefined) return undefined;
  const { scope } = readIn.get(d.name) ?? formula;
  const shape = d.parameters === undefined ? inferShape(d.body, scope, { tolerant: true }).shape : undefined;
  return shape === undefined ? kindByLooks(n, formula) : kindOfShape(shape);
}

/**
 * Whether a name may stand for a number: no bold letter, and no capital but one of a loss, an energy, a count, by which
 * nobody differentiates.
 */
function mayBeNumber(n: string, formula: Formula, by: ReadonlySet<string>): boolean {
  const { letter, style } = letterOf(n);
  if (style === "bold") return false;
  if (style === "cal" || !/^\p{Lu}$/u.test(letter)) return true;
  return !by.has(n) && isScalar(formula.scope.variables.get(n)?.shape ?? SCALAR);
}

const kindOfShape = (s: Shape): Kind => (isScalar(s) ? "scalar" : isColumn(s) ? "vector" : isRow(s) ? "row" : "matrix");

/** The world with the names of these kinds; `undefined` where no sizes fit. */
function settled(
  l: Expr,
  r: Expr,
  read: ReadonlyMap<string, Kind>,
  setting: Setting,
  fit: "both" | "one",
  turned: boolean,
  misfits: Set<string>,
): World | undefined {
  const { formula, definitions, dependence, given, sizes } = setting;
  // Data may be rows: then all vectors are.
  const turn = (s: Shape): Shape => (turned ? rowOf(s) : s);
  const kinds: ReadonlyMap<string, Kind> = turned ? new Map([...read].map(([n, k]) => [n, k === "vector" ? "row" : k])) : read; // prettier-ignore
  if (turned && [...read.values()].every((k) => k !== "vector")) return undefined;
  const found = new Map<string, Shape>([...setting.shapes].map(([n, s]) => [n, turn(s)]));
  for (const n of leavesOf(l, r, setting))
    if (!found.has(n)) found.set(n, given.get(n) ?? openShape(n, kinds.get(n) ?? "scalar"));
  for (const n of sizes) found.set(n, SCALAR);
  const bodies = new Map<string, Definition>();
  for (const [n, d] of definitions) bodies.set(n, d);
  const kindOf = (n: string): Kind => {
    const s = found.get(n) ?? given.get(n);
    return s === undefined ? (kinds.get(n) ?? "scalar") : kindOfShape(s);
  };
  for (const [n, parents] of dependence ?? []) {
    const body = anyValue(
      kindOf(n),
      parents.map((p) => ({ name: p, kind: kindOf(p) })),
      (label, kind) => {
        const weight = `weight ${label} of ${n}`;
        if (!found.has(weight)) found.set(weight, openShape(weight, kind));
        return name(weight);
      },
    );
    bodies.set(n, { name: n, body });
  }
  const entrywise = entrywiseFunctions(bodies);
  const solver: Solver = new Solver({
    shape: (n) => found.get(n),
    signature: (n) => {
      const d = bodies.get(n);
      if (d?.parameters !== undefined)
        return entrywise.has(n)
          ? { parameters: d.parameters, elementwise: true }
          : { parameters: d.parameters, body: d.body };
      return d === undefined ? { parameters: [], elementwise: true } : undefined;
    },
    spreads: true,
  });
  let at: string | undefined;
  try {
    const visit = (n: string, depth: number): void => {
      const d = bodies.get(n);
      if (d === undefined || d.parameters !== undefined || found.has(n) || depth > MOST_NAMES) return;
      for (const m of freeNames(d.body)) visit(m, depth + 1);
      at = n;
      const own = solver.shapeOf(d.body);
      const said = given.get(n) ?? (kinds.has(n) ? openShape(n, kinds.get(n)!) : undefined);
      if (own === undefined) throw new Clash(n);
      if (said !== undefined) solver.equal(said, own);
      found.set(n, own);
      at = undefined;
    };
    for (const n of bodies.keys()) visit(n, 0);
    if (fit === "both") solver.equalSides([l, r]);
    else solver.shapeOf(hasDerivative(r) && !hasDerivative(l) ? r : l);
  } catch (e) {
    if (!(e instanceof Clash)) throw e;
    if (at !== undefined) misfits.add(at);
    return undefined;
  }
  const { closed, letters } = closing(solver);
  const variables = new Map<string, Variable>();
  for (const [n, s] of found)
    if (!bodies.has(n) && !sizes.has(n))
      variables.set(n, {
        name: n,
        shape: { rows: closed(s.rows), cols: closed(s.cols) },
        properties: formula.scope.variables.get(n)?.properties ?? new Set(),
      });
  if (!setting.areNumbers && [...variables.values()].every((v) => isScalar(v.shape))) return undefined;
  const put = (e: Expr): Expr => byEntries(settle(e, solver, closed, true), entrywise, solver, closed);
  const inside = new Map<string, Definition>();
  for (const [n, d] of bodies) inside.set(n, { ...d, body: put(d.body) });
  const dims: Dim[] = [...variables.values()].flatMap((v) => [v.shape.rows, v.shape.cols]);
  const dimensions = new Set([
    ...formula.scope.dimensions,
    ...sizes,
    ...[...letters.values(), ...dims].flatMap(dimNames),
  ]);
  for (const n of variables.keys()) dimensions.delete(n);
  return {
    left: put(l),
    right: put(r),
    scope: { variables, definitions: inside, dimensions },
    put,
    modelled: (dependence?.size ?? 0) > 0,
    misfit: fit === "one",
    invented: new Set([...letters.values()].flatMap(dimNames)),
  };
}

/** Functions of a number that are given arrays as well: of each entry then. */
function entrywiseFunctions(bodies: ReadonlyMap<string, Definition>): ReadonlySet<string> {
  const out = new Set<string>();
  for (const [n, { parameters, body }] of bodies) {
    const [p] = parameters ?? [];
    if (parameters?.length !== 1 || [...freeNames(body)].some((m) => m !== p)) continue;
    const fits = (shape: Shape): boolean => {
      try {
        return new Solver({ shape: () => shape, signature: () => ({ parameters: [], elementwise: true }), spreads: true }).shapeOf(body) !== undefined; // prettier-ignore
      } catch (e) {
        if (e instanceof Clash) return false;
        throw e;
      }
    };
    if (fits(SCALAR) && !fits(openShape("an array", "vector"))) out.add(n);
  }
  return out;
}

/** Calls of such functions of a column, written as the column of the values of its entries. */
function byEntries(e: Expr, entrywise: ReadonlySet<string>, solver: Solver, closed: (d: Dim) => Dim): Expr {
  if (entrywise.size === 0) return e;
  let depth = 0;
  const visit = (x: Expr): Expr => {
    const out = mapChildren(x, visit);
    if (out.kind !== "call" || x.kind !== "call" || !entrywise.has(out.name)) return out;
    let shape: Shape | undefined;
    try {
      shape = solver.shapeOf(x.args[0]!);
    } catch (error) {
      if (!(error instanceof Clash)) throw error;
    }
    if (shape === undefined || !isColumn(solver.resolveShape(shape))) return out;
    const size = dimensionExpr(closed(shape.rows));
    const counter = `κ${++depth}`;
    const unit: Expr = { kind: "index", base: apply("eye", size), indices: [null, name(counter)] };
    const value: Expr = { ...out, args: [{ kind: "index", base: out.args[0]!, indices: [name(counter)] }] };
    return { kind: "sumover", variable: counter, from: num(1), to: size, body: apply("mul", unit, value) };
  };
  return visit(e);
}
