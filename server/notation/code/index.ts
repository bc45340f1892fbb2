import type { Expr } from "../../core/ast";
import { freeNames } from "../../core/ast";
import { REQUEST_STEPS, stepsLeft, stepsWithBudget } from "../../core/budget";
import { type Dim, dimIsName, dimName, dimNames } from "../../core/dimension";
import { type ProblemCode, Refusal } from "../../core/problem";
import type { Scope } from "../../core/scope";
import { isMatrix, isScalar, SCALAR, type Shape } from "../../core/shape";
import { atOnce, type Steps } from "../../core/steps";
import { printText } from "../../language/print";
import { shapesIn } from "../kinds";
import { newCost } from "./cost";
import { changing, withDirections } from "./directions";
import { identifier, inputName } from "./identifier";
import { shareFactorizations } from "./factorize";
import { type Node, reachable } from "./ir";
import { Lowering } from "./lower";
import { bracket, schedule } from "./schedule";
import { guessSizes } from "./sizes";
import {
  type Check,
  type FunctionPlan,
  type Parameter,
  parameterAxes,
  PREC,
  type Target,
  TARGETS,
  type TargetName,
  type TestPlan,
} from "./target";
import { EIGEN } from "./targets/eigen";
import { JAX } from "./targets/jax";
import { JULIA } from "./targets/julia";
import { MATLAB } from "./targets/matlab";
import { NUMPY } from "./targets/numpy";
import { R } from "./targets/r";
import { checkOptions, shaped } from "./shaping";
import { stacked } from "./stack";
import { sympyCode } from "./sympy";
import { TORCH } from "./targets/torch";
import { asNode, axes, full, type Value } from "./value";
import { tableOf } from "../../core/table";

export { TARGETS, type TargetName };

export interface CodeRequest {
  readonly expr: Expr;
  /** What is returned after the value, in order: a gradient, a Hessian, … */
  readonly derivatives: readonly WrittenDerivative[];
  readonly scope: Scope;
  readonly target: TargetName;
  readonly options?: CodeOptions;
}

export interface WrittenDerivative {
  readonly expr: Expr;
  readonly wrt: readonly string[];
  /** The name of a direction that the Hessian is applied to. */
  readonly direction?: string;
  /** The change of the value, in terms of the changes of the variables. */
  readonly differential?: boolean;
}

export interface CodeOptions {
  /** The function's name; by default it says what is returned. */
  readonly name?: string;
  /** Adds a check of the last derivative against finite differences. */
  readonly test?: boolean;
  /** Whether the value of the expression is returned too (default: yes). */
  readonly value?: boolean;
  /** Typical sizes of dimensions, where the guess of `sizes.ts` does not fit. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Inputs that come as many examples, along a first axis. */
  readonly batched?: readonly string[];
  /** Single precision. */
  readonly single?: boolean;
  /** Also as a function that PyTorch or JAX derives with this gradient. */
  readonly autograd?: boolean;
}

export type CodeResult =
  | { readonly ok: true; readonly code: string }
  | { readonly ok: false; readonly error: { readonly code: ProblemCode; readonly message: string } };

const BY_NAME: Readonly<Record<Exclude<TargetName, "sympy">, Target>> = {
  numpy: NUMPY,
  jax: JAX,
  torch: TORCH,
  julia: JULIA,
  matlab: MATLAB,
  eigen: EIGEN,
  r: R,
};

/** What writing may take: half of it goes into making it shorter. */
const CODE_STEPS = 2.5 * REQUEST_STEPS;

/**
 * One complete, documented function of the value and its derivatives. Never throws: what cannot be written as code
 * is refused in one sentence.
 */
export const generateCode = (request: CodeRequest): CodeResult => atOnce(writtenCode(request));

/** The same in steps. */
export function* writtenCode(request: CodeRequest): Steps<CodeResult> {
  try {
    return { ok: true, code: yield* stepsWithBudget(CODE_STEPS, write(withChanges(request))) };
  } catch (problem) {
    if (problem instanceof Refusal) return { ok: false, error: { code: problem.code, message: problem.message } };
    if (problem instanceof RangeError)
      return { ok: false, error: { code: "too-large", message: "This formula is too large to be written as code." } };
    return { ok: false, error: { code: "unsupported", message: "This formula cannot be written as code yet." } };
  }
}

/** Differentials (`dX`) become inputs of the function. */
function withChanges(request: CodeRequest): CodeRequest {
  let { scope } = request;
  const derivatives = request.derivatives.map((d) => {
    const names = [...changing(d.expr)];
    if (names.length === 0) return d;
    const replaced = withDirections(d.expr, names, scope, (w) => `d${w}`);
    scope = replaced.scope;
    return { expr: replaced.expr, wrt: d.wrt, direction: names.map((n) => `d${n}`).join(", "), differential: true };
  });
  return { ...request, scope, derivatives };
}

interface Lowered {
  readonly lowering: Lowering;
  readonly values: readonly Value[];
  readonly nodes: readonly Node[];
  readonly cost: number;
}

/** Lowers all results in one graph; sums inside products are multiplied out where that makes the whole cheaper. */
function* lowerBest(request: CodeRequest, target: Target): Steps<Lowered> {
  const { scope, options } = request;
  const expressions = [...(options?.value === false ? [] : [request.expr]), ...request.derivatives.map((d) => d.expr)];
  const attempt = function* (distribute: ReadonlySet<string>, backwards: boolean): Steps<Lowered> {
    const lowering = new Lowering({
      scope,
      sizes: (shapeOf) =>
        guessSizes([...scope.variables.values()], [request.expr, ...expressions], shapeOf, options?.sizes),
      symmetricProducts: target.symmetricProducts,
      spells: (name) => target.spells(name),
      distribute,
    });
    // What is lowered later uses what is there already: a value may be a by-product of its gradient.
    const order = expressions.map((_, i) => (backwards ? expressions.length - 1 - i : i));
    const values: Value[] = [];
    for (const i of order) {
      values[i] = yield* lowering.value(expressions[i]!);
      yield;
    }
    const nodes = shareFactorizations(
      lowering.graph,
      values.map((v) => full(lowering.graph, v)),
    );
    lowering.graph.committed.clear();
    return { lowering, values, nodes, cost: newCost(lowering.graph, nodes, lowering.sizes) };
  };
  // Worth a change where it saves more than a call or two.
  const better = (a: Lowered, b: Lowered): boolean => a.cost < b.cost - 2000;
  let best = yield* attempt(new Set(), false);
  let backwards = false;
  if (expressions.length > 1 && stepsLeft() > CODE_STEPS / 2) {
    const other = yield* attempt(new Set(), true);
    if (better(other, best)) [best, backwards] = [other, true];
  }
  const chosen = new Set<string>();
  for (const site of [...best.lowering.sites].slice(0, 8)) {
    // What may be shorter still is not looked for at any price.
    if (stepsLeft() < CODE_STEPS / 2) break;
    const tried = yield* attempt(new Set([...chosen, site]), backwards);
    if (better(tried, best)) {
      best = tried;
      chosen.add(site);
    }
  }
  return best;
}

/** What is computed: the request with its sums over indices as products. The words of the user stay in the request. */
function withoutSums(request: CodeRequest): CodeRequest {
  const { expressions, scope } = stacked([request.expr, ...request.derivatives.map((d) => d.expr)], request.scope);
  const derivatives = request.derivatives.map((d, i) => ({ ...d, expr: expressions[i + 1]! }));
  return { ...request, expr: expressions[0]!, derivatives, scope };
}

function* write(request: CodeRequest): Steps<string> {
  const { options = {} } = request;
  const computed = withoutSums(request);
  const { scope } = computed;
  yield;
  checkOptions(request, request.target === "sympy" ? undefined : BY_NAME[request.target]);
  if (request.target === "sympy") return formulas(request, computed);
  const target = BY_NAME[request.target];
  const { lowering, values, nodes } = yield* lowerBest(computed, target);
  // What is returned has the shape that is promised.
  values.forEach((v, i) => {
    if (
      axes(v.shape)
        .map((d) => d.key)
        .join() !== nodes[i]!.shape.map((d) => d.key).join()
    )
      throw new Error("a result of another shape");
  });

  const all = reachable(nodes);

  // Names: inputs keep theirs, unless the target has other plans for it.
  const taken = new Set<string>();
  const unique = (wanted: string): string => {
    let name = identifier(wanted);
    while (taken.has(name) || target.reserved.has(name)) name += "_";
    taken.add(name);
    return name;
  };
  const used = new Set([...all].filter((n) => n.op === "input").map((n) => n.attr));
  for (const n of freeNames(computed.expr)) if (scope.variables.has(n)) used.add(n);
  const inputs = new Map<string, string>();
  const parameters: Parameter[] = [];
  for (const v of scope.variables.values()) {
    if (!used.has(v.name)) continue;
    const name = unique(inputName(v.name, request.scope.variables.get(v.name) ?? v));
    inputs.set(v.name, name);
    parameters.push({
      name,
      original: v.name,
      shape: v.shape,
      kind: "array",
      properties: stated([...v.properties]),
      ...(v.family === undefined ? {} : { family: v.family.to }),
    });
  }
  for (const f of lowering.unknownFunctions)
    parameters.push({ name: unique(f), original: f, kind: "function", properties: [] });

  const dimensionNames = new Map<string, string>();
  const needed = new Set<string>();
  const dimensionName = (n: string): string => {
    let name = dimensionNames.get(n);
    if (name === undefined) {
      name = unique(n);
      dimensionNames.set(n, name);
    }
    return name;
  };
  for (const p of parameters) for (const d of parameterAxes(p)) dimNames(d).forEach(dimensionName);
  const dimension = (d: Dim, prec: number): string => {
    dimNames(d).forEach((n) => needed.add(n));
    const text = dimensionText(d, dimensionName, target.name);
    const level = /^-?\w+$/.test(text) ? PREC.atom : / [+-] /.test(text) ? PREC.sum : PREC.product;
    return bracket({ text, prec: level }, prec);
  };

  const like =
    parameters.find((p) => p.kind === "array" && p.shape !== undefined && !isScalar(p.shape))?.name ??
    parameters.find((p) => p.kind === "array")?.name;
  const results = describeResults(request, values);
  const named = namedDefinitions(computed, lowering, all);

  // A Hessian that is one block repeated can be returned as the block.
  const last = values.at(-1)!;
  const lastNode = nodes.at(-1)!;
  const block =
    last.kind === "kronecker" &&
    (lastNode.op === "kronEyeLeft" || lastNode.op === "kronEyeRight") &&
    lastNode.args.length === 1
      ? lastNode.args[0]!
      : undefined;
  const outputs = results.map((r, i) => ({ node: nodes[i]!, name: r.name }));
  if (block !== undefined) outputs.splice(outputs.length - 1, 0, { node: block, name: "block" });
  yield;
  const plan = schedule(target, outputs, inputs, dimension, like, named, taken);
  const texts = [...plan.results];
  let statements = plan.statements;
  let compressed: FunctionPlan["compressed"];
  if (block !== undefined) {
    const [blockText] = texts.splice(texts.length - 2, 1);
    const left = lastNode.op === "kronEyeLeft";
    const size = dimension(lastNode.dims[0]!, PREC.lowest);
    compressed = {
      block: blockText!,
      statement: statements.slice(-1),
      how: `if false, only the block B is returned in place of the last result, which is ${left ? `kron(eye(${size}), B)` : `kron(B, eye(${size}))`}.`,
    };
    statements = statements.slice(0, -1);
  }

  const { checks, unbound } = shapeChecks(parameters, needed);
  for (const n of unbound) parameters.push({ name: dimensionName(n), original: n, kind: "dimension", properties: [] });

  const plain: FunctionPlan = {
    name: options.name ?? unique(functionName(request, results)),
    summary: summary(request, results),
    parameters: [...parameters],
    checks: renameChecks(checks, dimensionName),
    statements,
    results: results.map((r, i) => ({ ...r, text: texts[i]! })),
    imports: plan.imports,
    ...(compressed === undefined ? {} : { compressed }),
  };
  const test = options.test === true ? testPlan(request, plain, inputs, scope) : undefined;
  return target.render({ ...plain, ...(test === undefined ? {} : { test }), ...shaped(plain, request, inputs) });
}

/** The formulas themselves, where nothing is computed. */
function formulas(request: CodeRequest, computed: CodeRequest): string {
  const { options = {}, derivatives } = computed;
  if (options.test === true)
    throw new Refusal("unsupported", "SymPy gets formulas, not a function, so there is no check against differences.");
  const expressions = [...(options.value === false ? [] : [computed.expr]), ...derivatives.map((d) => d.expr)];
  const shapeOf = shapesIn(computed.scope);
  const described = describeResults(
    request,
    expressions.map((e) => ({ shape: shapeOf(e) ?? SCALAR })),
  );
  return sympyCode(
    described.map((d, i) => ({ name: d.name, meaning: d.meaning, expr: expressions[i]! })),
    computed.scope,
    request.scope,
    (v) => stated([...v.properties]),
  );
}

const IMPLIED_BY: Readonly<Record<string, readonly string[]>> = tableOf({
  posdef: ["symmetric", "invertible", "psd"], psd: ["symmetric"], diagonal: ["symmetric", "lower", "upper"],
  orthogonal: ["invertible"], positive: ["nonneg"],
}); // prettier-ignore

const WORDS: Readonly<Record<string, string>> = tableOf({
  posdef: "positive definite", psd: "positive semidefinite", nonneg: "not negative", skew: "skew-symmetric",
  lower: "lower triangular", upper: "upper triangular",
}); // prettier-ignore

/** Properties as they were stated, without those that follow from another. */
function stated(properties: readonly string[]): string[] {
  return properties.filter((p) => !properties.some((q) => IMPLIED_BY[q]?.includes(p))).map((p) => WORDS[p] ?? p);
}

/** Reads the dimensions off the inputs, and checks every shape that does not define one. */
function shapeChecks(
  parameters: readonly Parameter[],
  needed: ReadonlySet<string>,
): { checks: Check[]; unbound: string[] } {
  const checks: Check[] = [];
  const bound = new Set<string>();
  const arrays = parameters.filter((p) => p.kind === "array" && parameterAxes(p).length > 0);
  const later: Parameter[] = [];
  for (const p of arrays) {
    const shape = parameterAxes(p);
    const fresh = shape.map((d, i) => {
      const n = dimIsName(d);
      return n !== undefined && !bound.has(n) && shape.findIndex((x) => x.key === d.key) === i ? d : undefined;
    });
    const unknown = shape.some((d) => dimIsName(d) === undefined && dimNames(d).some((n) => !bound.has(n)));
    if (fresh.some((d) => d !== undefined)) checks.push({ kind: "bind", parameter: p, axes: fresh });
    for (const d of fresh) if (d !== undefined) bound.add(dimIsName(d)!);
    if (unknown) later.push(p);
    else if (fresh.some((d) => d === undefined)) checks.push({ kind: "check", parameter: p, axes: shape });
  }
  for (const p of later) {
    const shape = parameterAxes(p);
    shape.forEach((d, i) => {
      const open = dimNames(d).filter((n) => !bound.has(n));
      const scale = open.length === 1 ? d.terms.get(open[0]!) : undefined;
      const rest = [...d.terms].filter(([m]) => m !== open[0]);
      if (scale === undefined || rest.some(([m]) => m !== "")) return;
      checks.push({ kind: "derive", name: open[0]!, from: `${p.name}|${i}`, scale, offset: rest[0]?.[1] ?? 0 });
      bound.add(open[0]!);
    });
    if (shape.every((d) => dimNames(d).every((n) => bound.has(n))))
      checks.push({ kind: "check", parameter: p, axes: shape });
  }
  return { checks, unbound: [...needed].filter((n) => !bound.has(n)) };
}

/** Dimensions under the names they have in the code. */
function renameChecks(checks: readonly Check[], nameOf: (n: string) => string): Check[] {
  const rename = (d: Dim): Dim => {
    const terms = new Map(
      [...d.terms].map(
        ([m, c]) =>
          [
            m
              .split("*")
              .map((x) => x.replace(/^[^^]+/, (n) => (n === "" ? n : nameOf(n))))
              .join("*"),
            c,
          ] as const,
      ),
    );
    let { key } = d;
    for (const n of dimNames(d).sort((a, b) => b.length - a.length))
      if (nameOf(n) !== n) key = key.replace(new RegExp(`\\b${n}\\b`, "g"), nameOf(n));
    return { key, terms };
  };
  return checks.map((c) =>
    c.kind === "derive"
      ? { ...c, name: nameOf(c.name) }
      : c.kind === "bind"
        ? { ...c, axes: c.axes.map((d) => (d === undefined ? undefined : rename(d))) }
        : { ...c, axes: c.axes.map(rename) },
  );
}

function dimensionText(d: Dim, nameOf: (n: string) => string, target: TargetName): string {
  const python = target === "numpy" || target === "jax" || target === "torch";
  const raised = (name: string, power: string | undefined): string =>
    power === undefined
      ? nameOf(name)
      : target === "eigen"
        ? Array.from({ length: Number(power) }, () => nameOf(name)).join(" * ")
        : `${nameOf(name)}${python ? "**" : "^"}${power}`;
  let text = "";
  for (const [m, c] of [...d.terms].sort(([a], [b]) => (a === "" ? 1 : b === "" ? -1 : a < b ? -1 : 1))) {
    const factors = m === "" ? [] : m.split("*").map((f) => raised(...(f.split("^") as [string, string?])));
    const size = Math.abs(c);
    const body = [...(size === 1 && factors.length > 0 ? [] : [String(size)]), ...factors].join(" * ");
    text += text === "" ? (c < 0 ? `-${body}` : body) : ` ${c < 0 ? "-" : "+"} ${body}`;
  }
  return text === "" ? "0" : text;
}

interface Described {
  readonly name: string;
  readonly shape: Shape;
  readonly meaning: string;
}

/** What each result is called, and what the documentation says of it. */
function describeResults(request: CodeRequest, values: readonly { readonly shape: Shape }[]): Described[] {
  const { scope, options } = request;
  const valueName =
    request.expr.kind === "name" && scope.definitions.has(request.expr.name) ? identifier(request.expr.name) : "value";
  const withValue = options?.value !== false;
  const formula = (e: Expr, lead: string): string => {
    const text = printText(e);
    return text.length > 240 ? lead : `${lead}: ${text}`;
  };
  const out: Described[] = [];
  if (withValue) {
    const body =
      request.expr.kind === "name" ? (scope.definitions.get(request.expr.name)?.body ?? request.expr) : request.expr;
    out.push({ name: valueName, shape: values[0]!.shape, meaning: printText(body) });
  }
  const of = withValue ? values[0]!.shape : shapesIn(scope)(request.expr);
  request.derivatives.forEach((d, i) => {
    const shape = values[i + (withValue ? 1 : 0)]!.shape;
    const name =
      d.differential === true
        ? "differential"
        : d.direction !== undefined
          ? "hessian_product"
          : derivativeName(d.wrt, of, scope);
    const by = new Set(d.wrt).size === 1 ? d.wrt[0]! : d.wrt.join(", then ");
    const lead =
      d.differential === true
        ? `the change of the value when ${d.wrt.join(", ")} changes by ${d.direction}`
        : d.direction !== undefined
          ? `the change of the gradient when ${d.wrt[0]} changes by ${d.direction}`
          : `the ${prose(name)} with respect to ${by}`;
    out.push({ name, shape, meaning: formula(d.expr, lead) });
  });
  return out;
}

/** As it is written in a sentence. */
const prose = (name: string): string =>
  name.replace(/_/g, " ").replace("hessian", "Hessian").replace("jacobian", "Jacobian");

function derivativeName(wrt: readonly string[], of: Shape | undefined, scope: Scope): string {
  const variable = scope.variables.get(wrt[0]!)?.shape;
  if (wrt.length > 1)
    return wrt.every((w) => w === wrt[0]) && wrt.length === 2
      ? variable !== undefined && isScalar(variable)
        ? "second_derivative"
        : "hessian"
      : "mixed_derivative";
  if (of === undefined || variable === undefined) return "derivative";
  if (isScalar(variable)) return "derivative";
  if (isScalar(of)) return "gradient";
  return "jacobian";
}

function functionName(request: CodeRequest, results: readonly Described[]): string {
  const names = results.map((r) => r.name);
  if (names.length === 1) return `compute_${names[0]}`;
  return `${names[0]}_and_${names.at(-1)}`;
}

function summary(request: CodeRequest, results: readonly Described[]): string {
  const words = results.map((r) => prose(r.name));
  const list = words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  const body =
    request.expr.kind === "name"
      ? (request.scope.definitions.get(request.expr.name)?.body ?? request.expr)
      : request.expr;
  const text = printText(body);
  const capital = list[0]!.toUpperCase() + list.slice(1);
  return text.length > 200 ? `${capital} of a formula.` : `${capital} of ${text}.`;
}

/** The user's own names for what is computed on the way. */
function namedDefinitions(request: CodeRequest, lowering: Lowering, all: ReadonlySet<Node>): Map<Node, string> {
  const named = new Map<Node, string>();
  for (const d of request.scope.definitions.values()) {
    if (d.parameters !== undefined) continue;
    try {
      const node = asNode(lowering.graph, atOnce(lowering.value(d.body)));
      if (node.args.length > 0 && all.has(node) && !named.has(node)) named.set(node, identifier(d.name));
    } catch {
      // A definition that has no code is not needed for this function.
    }
  }
  return named;
}

const TEST_SIZES = [4, 3, 5, 2, 6, 7];

function testPlan(
  request: CodeRequest,
  plan: FunctionPlan,
  inputs: ReadonlyMap<string, string>,
  scope: Scope,
): TestPlan | undefined {
  const last = request.derivatives.at(-1);
  if (
    last === undefined ||
    last.direction?.includes(",") === true ||
    plan.parameters.some((p) => p.kind === "function")
  )
    return undefined;
  const withValue = request.options?.value !== false;
  const result = plan.results.length - 1;
  if (result === 0) return undefined;
  const wrt = inputs.get(last.wrt.at(-1)!);
  const variable = scope.variables.get(last.wrt.at(-1)!);
  if (wrt === undefined || variable === undefined || (!withValue && result < 1)) return undefined;
  const dims = new Map<string, number>();
  // Tall matrices, as they are in practice: names that stand for columns get less.
  for (const p of plan.parameters)
    for (const d of parameterAxes(p))
      for (const n of dimNames(d)) if (!dims.has(n)) dims.set(n, TEST_SIZES[dims.size] ?? 3);
  for (const p of plan.parameters) if (p.kind === "dimension") dims.set(p.original, dims.get(p.original) ?? 3);
  for (let pass = 0; pass < dims.size; pass++)
    for (const p of plan.parameters) {
      if (p.shape === undefined || !isMatrix(p.shape)) continue;
      const [m, n] = [dimIsName(p.shape.rows), dimIsName(p.shape.cols)];
      const [a, b] = [dims.get(m ?? "") ?? 0, dims.get(n ?? "") ?? 0];
      if (m !== undefined && n !== undefined && a < b) dims.set(m, b).set(n, a);
    }
  const structured = (["symmetric", "skew", "diagonal", "lower", "upper"] as const).filter((s) =>
    variable.properties.has(s),
  );
  const structure = variable.properties.has("diagonal") ? "diagonal" : structured[0];
  return {
    inputs: plan.parameters
      .filter((p) => p.kind !== "function")
      .map((p) => ({
        parameter: p,
        axes: p.kind === "dimension" ? [dimName(p.original)] : parameterAxes(p),
        properties: new Set<string>(scope.variables.get(p.original)?.properties ?? []),
      })),
    dims,
    wrt,
    result,
    of: result - 1,
    results: plan.results.length,
    structure,
    ...(last.direction === undefined ? {} : { direction: inputs.get(last.direction) ?? last.direction }),
  };
}
