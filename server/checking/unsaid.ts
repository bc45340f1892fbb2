import { LETTERS } from "../core/conventions";
import { apply, children, type Expr, freeNames, name, num, sameExpr, someNode, withChildren } from "../core/ast";
import { dimEqual, dimIsName, isOne } from "../core/dimension";
import { closeProperties, type Definition, type Scope, type Variable } from "../core/scope";
import { isColumn, isMatrix, isScalar, SCALAR, type Shape } from "../core/shape";
import { kindOfShape, letterOf } from "../documents/notes/kinds";
import { dimensionExpr } from "../language/dimensionOf";
import { inferShape } from "../shapes/infer";
import { normalDensity } from "./normalDensity";
import type { SidesReading } from "./readings";
import { dependsOn, namesDifferentiated } from "./varying";

/** A side, or what a name of it stands for, read in another way; `inside`: the parameters of the definition. */
type Change = (e: Expr) => Expr;

/** An expression with every part changed, the innermost first. */
function changed(e: Expr, change: Change): Expr {
  const parts = children(e);
  if (parts.length === 0) return change(e);
  const next = parts.map((p) => changed(p, change));
  return change(next.every((n, i) => n === parts[i]) ? e : withChildren(e, next));
}

/** The definitions that two sides use, one through the other. */
function usedDefinitions(sides: readonly Expr[], scope: Scope): Map<string, Definition> {
  const out = new Map<string, Definition>();
  const visit = (e: Expr): void => {
    if ((e.kind === "name" || e.kind === "call") && !out.has(e.name)) {
      const d = scope.definitions.get(e.name);
      if (d !== undefined) {
        out.set(e.name, d);
        visit(d.body);
      }
    }
    children(e).forEach(visit);
  };
  sides.forEach(visit);
  return out;
}

/** Both sides and all that they use with every part changed; `undefined` where that changes nothing. */
function everywhere(left: Expr, right: Expr, scope: Scope, change: Change): SidesReading | undefined {
  const definitions = new Map(scope.definitions);
  let differs = false;
  const once = (e: Expr): Expr => {
    const out = changed(e, change);
    differs ||= out !== e;
    return out;
  };
  for (const [n, d] of usedDefinitions([left, right], scope)) {
    const body = once(d.body);
    if (body !== d.body) definitions.set(n, { ...d, body });
  }
  const [l, r] = [once(left), once(right)];
  return differs ? { left: l, right: r, scope: { ...scope, definitions } } : undefined;
}

const MATRIX_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["log", "logm"],
  ["exp", "expm"],
  ["sqrt", "sqrtm"],
]);

/** `\exp(D)` of a square matrix was taken for its exponential: of tables of distances and of kernels it is that of each entry. */
const FUNCTIONS_OF_ENTRIES: ReadonlyMap<string, string> = new Map([["expm", "exp"]]);

/** `\log X` of a square matrix is its matrix logarithm to many, `\exp X` the exponential of each entry to others. */
function otherFunctions(
  left: Expr,
  right: Expr,
  scope: Scope,
  others: ReadonlyMap<string, string>,
): SidesReading | undefined {
  return everywhere(left, right, scope, (e) => {
    const other = e.kind === "apply" ? others.get(e.op) : undefined;
    if (other === undefined || e.kind !== "apply") return e;
    const { shape } = inferShape(e.args[0]!, scope, { tolerant: true });
    return shape !== undefined && isMatrix(shape) && dimEqual(shape.rows, shape.cols) ? { ...e, op: other } : e;
  });
}

/**
 * `\partial^2 / \partial x \partial S` is by S first to those who read it as `\partial/\partial x` of `\partial/\partial S`, and by
 * x first to those who read rows and columns off it.
 */
function otherOrder(left: Expr, right: Expr, scope: Scope): SidesReading | undefined {
  return everywhere(left, right, scope, (e) =>
    e.kind === "derivative" && e.wrt.length > 1 && e.wrt.some((w) => !sameExpr(w, e.wrt[0]!))
      ? { ...e, wrt: [...e.wrt].reverse() }
      : e,
  );
}

/** σ that nobody has defined is the logistic function to all who write of networks and of regression. */
function sigmoids(left: Expr, right: Expr, scope: Scope): SidesReading | undefined {
  return everywhere(left, right, scope, (e) =>
    e.kind === "call" && e.name === "sigma" && e.args.length === 1 && !scope.definitions.has(e.name)
      ? e.primes === 0
        ? apply("sigmoid", e.args[0]!)
        : e.primes === 1
          ? apply("hadamard", apply("sigmoid", e.args[0]!), apply("sub", onesLike(e.args[0]!, scope), apply("sigmoid", e.args[0]!))) // prettier-ignore
          : e
      : e,
  );
}

/** `𝓝(x; μ, Σ)` that nobody has defined is the density of the normal distribution; its covariance is positive definite. */
function normalDensities(left: Expr, right: Expr, scope: Scope): SidesReading | undefined {
  const covariances = new Set<string>();
  const reading = everywhere(left, right, scope, (e) => {
    const density = normalDensity(e, scope);
    if (density === undefined) return e;
    for (const n of density.covariances) covariances.add(n);
    return density.expr;
  });
  if (reading === undefined) return undefined;
  const variables = new Map(reading.scope.variables);
  for (const n of covariances) {
    const v = variables.get(n);
    if (v !== undefined) variables.set(n, { ...v, properties: closeProperties([...v.properties, "posdef"]) });
  }
  return { ...reading, scope: { ...reading.scope, variables }, definite: true };
}

/** A 1 of the shape of an expression. */
function onesLike(e: Expr, scope: Scope): Expr {
  const { shape } = inferShape(e, scope, { tolerant: true });
  if (shape === undefined || isScalar(shape)) return num(1);
  const [rows, cols] = [dimensionExpr(shape.rows), dimensionExpr(shape.cols)];
  return isColumn(shape) ? apply("ones", rows) : apply("ones", rows, cols);
}

/** `h^2` of a column is the square of each entry: it has no other power. */
function powersOfEntries(left: Expr, right: Expr, scope: Scope): SidesReading | undefined {
  return everywhere(left, right, scope, (e) => {
    if (e.kind !== "apply" || e.op !== "pow" || e.args[1]!.kind !== "number") return e;
    const { shape } = inferShape(e.args[0]!, scope, { tolerant: true });
    return shape !== undefined && !dimEqual(shape.rows, shape.cols) ? { ...e, op: "hpow" } : e;
  });
}

/** A letter that is said to be a size is that size where it stands as a number: `(n/2) log 2π` beside y ∈ ℝⁿ. */
function sizesAsNumbers(left: Expr, right: Expr, scope: Scope): SidesReading | undefined {
  const used = dependsOn(right, scope, dependsOn(left, scope));
  const sizes = [...used].filter((n) => {
    const v = scope.variables.get(n);
    return v !== undefined && isScalar(v.shape) && v.properties.size === 0 && scope.dimensions.has(n) && !scope.definitions.has(n); // prettier-ignore
  });
  if (sizes.length === 0) return undefined;
  const isUsed = [...used].some((m) => {
    const shape = scope.variables.get(m)?.shape;
    return shape !== undefined && [shape.rows, shape.cols].some((d) => sizes.includes(dimIsName(d) ?? ""));
  });
  if (!isUsed) return undefined;
  const variables = new Map(scope.variables);
  for (const n of sizes) variables.delete(n);
  return { left, right, scope: { ...scope, variables } };
}

/** A bold A on one side and A on the other are one matrix, where neither has its twin beside it. */
function sameLetters(left: Expr, right: Expr, scope: Scope): SidesReading | undefined {
  const [l, r] = [freeNames(left), freeNames(right)];
  const twins = new Map<string, string>();
  for (const n of r) {
    const own = letterOf(n);
    if (l.has(n) || scope.definitions.has(n) || own.subscripted) continue;
    const others = [...l].filter((m) => !r.has(m) && letterOf(m).letter === own.letter && letterOf(m).style !== own.style && !letterOf(m).subscripted); // prettier-ignore
    const [twin] = others;
    if (others.length === 1 && kindOfShape(scope.variables.get(n)?.shape ?? SCALAR) === kindOfShape(scope.variables.get(twin!)?.shape ?? SCALAR)) twins.set(n, twin!); // prettier-ignore
  }
  if (twins.size === 0) return undefined;
  return { left, right: changed(right, (e) => (e.kind === "name" && twins.has(e.name) ? { ...e, name: twins.get(e.name)! } : e)), scope }; // prettier-ignore
}

const MEMBER = /^(.+)_([a-z])$/;

/**
 * `x_i` is an entry of x where x is a vector of the same equation and `x_i` is a number: sums over i then run over the
 * entries of x.
 */
function entriesOfVectors(left: Expr, right: Expr, scope: Scope): SidesReading | undefined {
  const entryOf = (n: string): { base: string; index: string; rows: Shape["rows"] } | undefined => {
    const m = MEMBER.exec(n);
    if (m === null || scope.definitions.has(n)) return undefined;
    const own = scope.variables.get(n);
    if (own !== undefined && !isScalar(own.shape)) return undefined;
    const whole = scope.variables.get(m[1]!);
    if (whole === undefined || !isColumn(whole.shape) || isScalar(whole.shape) || whole.family !== undefined)
      return undefined;
    return { base: m[1]!, index: m[2]!, rows: whole.shape.rows };
  };
  return everywhere(left, right, scope, (e) => {
    if (e.kind === "name") {
      const entry = entryOf(e.name);
      return entry === undefined
        ? e
        : { kind: "index", base: name(entry.base), indices: [name(entry.index)], ...(e.span === undefined ? {} : { span: e.span }) }; // prettier-ignore
    }
    if (e.kind !== "sumover") return e;
    // What the sum runs over has the size of the vector.
    let size: string | undefined;
    someNode(e.body, (n) => {
      const by = n.kind === "index" && n.base.kind === "name" && n.indices.length === 1 ? n.indices[0] : undefined;
      if (by?.kind === "name" && by.name === e.variable && n.kind === "index" && n.base.kind === "name") {
        const shape = scope.variables.get(n.base.name)?.shape;
        size ??= shape === undefined ? undefined : dimIsName(shape.rows);
      }
      return false;
    });
    return size === undefined || e.from.kind !== "number" || (e.to.kind === "name" && e.to.name === size)
      ? e
      : { ...e, to: name(size) };
  });
}

/** Sums over one and the same index run over the same values, also those of different definitions. */
function sharedBounds(left: Expr, right: Expr, scope: Scope): SidesReading | undefined {
  const ends = new Map<string, Expr>();
  return everywhere(left, right, scope, (e) => {
    if (e.kind !== "sumover" || e.to.kind !== "name") return e;
    const first = ends.get(e.variable);
    if (first === undefined) ends.set(e.variable, e.to);
    if (first === undefined || (first.kind === "name" && first.name === e.to.name)) return e;
    return { ...e, to: first };
  });
}

const COUNT = LETTERS.sizes;

/** `\frac1n` beside the sum, or the ones, of all entries: n is how many there are. */
function* counts(left: Expr, right: Expr, scope: Scope): Generator<SidesReading> {
  const numbers = new Set<string>();
  const sizes = new Set<string>();
  const visit = (e: Expr, seen: Set<string>): void => {
    if (e.kind === "apply" && (e.op === "ones" || e.op === "eye")) {
      for (const a of e.args) if (a.kind === "name") sizes.add(a.name);
      return;
    }
    if (e.kind === "sumover" && e.to.kind === "name") sizes.add(e.to.name);
    if (e.kind === "name" && COUNT.test(e.name) && !scope.definitions.has(e.name)) numbers.add(e.name);
    if ((e.kind === "name" || e.kind === "call") && !seen.has(e.name)) {
      const d = scope.definitions.get(e.name);
      if (d !== undefined) visit(d.body, seen.add(e.name));
    }
    for (const c of e.kind === "sumover" ? [e.body] : children(e)) visit(c, seen);
  };
  visit(left, new Set());
  visit(right, new Set());
  for (const n of numbers) {
    const v = scope.variables.get(n);
    if (v === undefined || !isScalar(v.shape)) continue;
    for (const size of sizes) {
      if (size === n) continue;
      const reading = everywhere(left, right, scope, (e) => (e.kind === "name" && e.name === n ? name(size) : e));
      if (reading === undefined) continue;
      // A size has a letter of its own here, whatever else the letter stands for.
      const variables = new Map(scope.variables);
      variables.delete(size);
      yield {
        ...reading,
        doubtful: true,
        scope: { ...reading.scope, variables, dimensions: new Set([...scope.dimensions, size]) },
      };
    }
  }
}

/** `y = Xβ + ε` is the model of data that are given: what is fitted to them (`(y − Xβ)^T(y − Xβ)`) leaves them as they are. */
function* givenData(left: Expr, right: Expr, scope: Scope): Generator<SidesReading> {
  const { about, by } = namesDifferentiated([left, right]);
  if (by.size === 0) return;
  for (const [n, d] of usedDefinitions([left, right], scope)) {
    if (d.parameters !== undefined || about.has(n) || !scope.variables.has(n)) continue;
    const on = dependsOn(d.body, scope);
    if (![...by].some((v) => on.has(v))) continue;
    const definitions = new Map(scope.definitions);
    definitions.delete(n);
    yield { left, right, scope: { ...scope, definitions }, doubtful: true };
  }
}

const UNIT = (of: string): string => `unnormalized ${of}`;

/** Labels and other distributions add up to one: each vector, each row or each column of a matrix, one at a time. */
function* distributions(left: Expr, right: Expr, scope: Scope): Generator<SidesReading> {
  const used = dependsOn(right, scope, dependsOn(left, scope));
  const { by } = namesDifferentiated([left, right]);
  const isOpen = (v: Variable | undefined): v is Variable =>
    v !== undefined && !isScalar(v.shape) && v.properties.size === 0 && v.family === undefined;
  const open = [...used]
    .filter((n) => !by.has(n) && !scope.definitions.has(n))
    .map((n) => scope.variables.get(n))
    .filter(isOpen);
  if (open.length > MOST_DISTRIBUTIONS) return;
  for (const v of open) {
    const raw = name(UNIT(v.name));
    const size = dimIsName(v.shape.cols);
    const rows = dimIsName(v.shape.rows);
    const ways: Expr[] = [];
    if (isOne(v.shape.cols)) ways.push(apply("div", raw, apply("sum", raw)));
    else {
      if (size !== undefined)
        ways.push(apply("mul", inverseDiagonal(apply("mul", raw, apply("ones", name(size)))), raw));
      if (rows !== undefined)
        ways.push(apply("mul", raw, inverseDiagonal(apply("mul", apply("transpose", raw), apply("ones", name(rows))))));
    }
    for (const body of ways) {
      const variables = new Map(scope.variables);
      variables.set(UNIT(v.name), { name: UNIT(v.name), shape: v.shape, properties: closeProperties(["positive"]) });
      const definitions = new Map(scope.definitions).set(v.name, { name: v.name, body });
      yield { left, right, scope: { ...scope, variables, definitions }, doubtful: true };
    }
  }
}

const MOST_DISTRIBUTIONS = 4;
const inverseDiagonal = (of: Expr): Expr => apply("inv", apply("diag", of));

/** Functions whose derivatives are simple only for what adds up to one. */
const OF_DISTRIBUTIONS: ReadonlySet<string> = new Set(["softmax", "logsumexp", "log", "exp"]);

/**
 * What authors leave to the reader: which functions are of matrices and which of their entries, that σ is the logistic
 * function, that `x_i` is an entry of x, that labels add up to one. An equation that holds so is right.
 */
export function* unsaid(left: Expr, right: Expr, scope: Scope): Generator<SidesReading> {
  const all = [left, right, ...[...usedDefinitions([left, right], scope).values()].map((d) => d.body)];
  const has = (test: (e: Expr) => boolean): boolean => all.some((e) => someNode(e, test));
  let reading: SidesReading | undefined;
  for (const others of [MATRIX_FUNCTIONS, FUNCTIONS_OF_ENTRIES])
    if (has((e) => e.kind === "apply" && others.has(e.op)))
      if ((reading = otherFunctions(left, right, scope, others)) !== undefined) yield { ...reading, doubtful: true };
  const reversed = otherOrder(left, right, scope);
  if (reversed !== undefined) yield { ...reversed, doubtful: true };
  let base: SidesReading = { left, right, scope };
  // These go together: each is the only sense that can be made of what it is about.
  for (const step of [sameLetters, sizesAsNumbers, powersOfEntries, sigmoids, entriesOfVectors, normalDensities]) {
    const next = step(base.left, base.right, base.scope);
    if (next !== undefined) yield (base = next);
  }
  const shared = sharedBounds(base.left, base.right, base.scope);
  if (shared !== undefined) yield { ...shared, doubtful: true };
  if (has((e) => e.kind === "sumover" || (e.kind === "apply" && e.op === "ones")))
    yield* counts(base.left, base.right, base.scope);
  yield* givenData(left, right, scope);
  if (has((e) => e.kind === "apply" && OF_DISTRIBUTIONS.has(e.op)))
    yield* distributions(base.left, base.right, base.scope);
}
