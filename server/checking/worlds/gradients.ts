import { apply, type Expr, freeNames, mapChildren, name } from "../../core/ast";
import type { Definition } from "../../core/scope";

/** What is needed to say what a gradient is of, and by what. */
export interface Functions {
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Gives a function a name. */
  readonly define: (parameters: readonly string[], body: Expr) => string;
}

/** Letters of coordinates in their order, for a function whose arguments are not written. */
const COORDINATES = ["x", "y", "z"];

/** What losses are minimised over. */
const PARAMETER = /^(?:w|theta|beta|𝐰|𝛉|𝛃|𝜽|𝜷)$/u;

interface Function {
  readonly value: Expr;
  readonly by: readonly string[];
}

/** The function of a gradient with what it is a function of; `undefined` where that is not said. */
function functionOf(of: Expr, { definitions }: Functions): Function | undefined {
  if (of.kind === "name") {
    const d = definitions.get(of.name);
    if (d === undefined) return undefined;
    if (d.parameters !== undefined) return { value: { kind: "call", name: d.name, primes: 0, args: d.parameters.map(name) }, by: d.parameters }; // prettier-ignore
    const free = [...freeNames(d.body)];
    const by = COORDINATES.filter((c) => free.includes(c));
    if (by.length > 1 && by.length === free.length) return { value: of, by };
    // A loss is a function of its parameters: w in ‖y − Xw‖².
    const parameters = free.filter((n) => PARAMETER.test(n));
    return parameters.length === 1 ? { value: of, by: parameters } : undefined;
  }
  if (of.kind === "apply") {
    // `∇(xy²z³)`: by the coordinates that stand there, where nothing else does.
    const free = [...freeNames(of)];
    const by = COORDINATES.filter((c) => free.includes(c));
    return by.length > 1 && by.length === free.length && !free.some((n) => definitions.has(n)) ? { value: of, by } : undefined; // prettier-ignore
  }
  if (of.kind !== "call" || of.primes > 0) return undefined;
  const d = definitions.get(of.name);
  if (d?.parameters === undefined || d.parameters.length !== of.args.length) return undefined;
  const by = of.args.map((a) => (a.kind === "name" ? a.name : ""));
  return by.includes("") || new Set(by).size < by.length ? undefined : { value: of, by };
}

const partial = (of: Expr, ...by: readonly string[]): Expr => ({ kind: "derivative", of, wrt: by.map(name) });

/**
 * Gradients and Hessians without a variable below the sign written out: by what the function is a function of, as a column of
 * partial derivatives where that is several values.
 */
export function gradientsWritten(e: Expr, functions: Functions): Expr {
  const visit = (x: Expr): Expr => {
    if (x.kind === "call" && x.primes === 0 && x.args.length === 1 && (x.name === "∇" || x.name === "∇²")) {
      const f = functionOf(x.args[0]!, functions);
      if (f === undefined) return elsewhere(x, functions) ?? x;
      const at = x.span === undefined ? {} : { span: x.span };
      // Its entries are partial derivatives as those that are written: the other arguments are held fixed.
      const entry = (...by: readonly string[]): Expr => {
        const d = partial(f.value, ...by);
        return partialAlone(d, functions) ?? d;
      };
      if (x.name === "∇²") return { ...hessian(f.by, entry), ...at };
      if (f.by.length === 1) return { ...entry(f.by[0]!), ...at };
      return { kind: "literal", rows: f.by.map((n) => [entry(n)]), ...at };
    }
    const there = partialAt(x, functions) ?? partialAlone(x, functions);
    if (there !== undefined) return there;
    return mapChildren(x, visit);
  };
  return visit(e);
}

/** `∂f/∂x(1, 2)`, read as a product with a column, of a function of so many numbers. */
function partialAt(e: Expr, { definitions, define }: Functions): Expr | undefined {
  if (e.kind !== "apply" || e.op !== "mul") return undefined;
  const [d, at] = e.args as readonly [Expr, Expr];
  if (d.kind !== "derivative" || d.of.kind !== "name" || at.kind !== "literal") return undefined;
  const parameters = definitions.get(d.of.name)?.parameters;
  const values = at.rows.flat();
  if (parameters === undefined || parameters.length < 2 || values.length !== parameters.length) return undefined;
  const body: Expr = { ...d, of: { kind: "call", name: d.of.name, primes: 0, args: parameters.map(name) } };
  return { kind: "call", name: define(parameters, body), primes: 0, args: values };
}

/**
 * `∂f/∂x` of f(x, y) where the note also says what y is of x: y is held fixed all the same, and its value put in behind.
 */
function partialAlone(e: Expr, { definitions, define }: Functions): Expr | undefined {
  if (e.kind !== "derivative" || e.transposed === true || (e.of.kind !== "name" && e.of.kind !== "call"))
    return undefined;
  const { of } = e;
  const parameters = definitions.get(of.name)?.parameters;
  if (parameters === undefined || parameters.length < 2) return undefined;
  const isOwn = of.kind === "name" || (of.primes === 0 && of.args.length === parameters.length && of.args.every((a, i) => a.kind === "name" && a.name === parameters[i])); // prettier-ignore
  if (!isOwn || !e.wrt.every((w) => w.kind === "name" && parameters.includes(w.name))) return undefined;
  // Only where another one of its arguments has a value: else nothing hangs together.
  if (!parameters.some((p) => definitions.get(p)?.parameters === undefined && definitions.has(p))) return undefined;
  const args = parameters.map(name);
  const body: Expr = { ...e, of: { kind: "call", name: of.name, primes: 0, args } };
  return { kind: "call", name: define(parameters, body), primes: 0, args };
}

/** `∇f(1, 2)`: the gradient at other arguments than those of the definition. */
function elsewhere(e: Extract<Expr, { kind: "call" }>, functions: Functions): Expr | undefined {
  const [of] = e.args;
  const d = of?.kind === "call" && of.primes === 0 ? functions.definitions.get(of.name) : undefined;
  if (of?.kind !== "call" || d?.parameters === undefined || d.parameters.length !== of.args.length) return undefined;
  const own: Expr = { ...e, args: [{ ...of, args: d.parameters.map(name) }] };
  const body = gradientsWritten(own, functions);
  return body === own
    ? undefined
    : { kind: "call", name: functions.define(d.parameters, body), primes: 0, args: of.args };
}

function hessian(by: readonly string[], entry: (...by: readonly string[]) => Expr): Expr {
  if (by.length === 1) return entry(by[0]!, by[0]!);
  return { kind: "literal", rows: by.map((a) => by.map((b) => entry(a, b))) };
}

const isRowOf = (e: Expr, n: number): boolean => e.kind === "literal" && e.rows.length === 1 && e.rows[0]!.length === n;

/** Two sides of which one is a column of partial derivatives, with the other as the column that it stands for: `(a, b)`, `⟨a, b⟩`. */
export function asColumns(left: Expr, right: Expr): readonly [Expr, Expr] {
  const n = (e: Expr): number => (e.kind === "literal" && e.rows.every((r) => r.length === 1) ? e.rows.length : 0);
  const column = (e: Expr, size: number): Expr => {
    if (size < 2) return e;
    if (isRowOf(e, size)) return apply("transpose", e);
    if (size === 2 && e.kind === "apply" && e.op === "dot") return { kind: "literal", rows: e.args.map((a) => [a]) };
    return e;
  };
  return [column(left, n(right)), column(right, n(left))];
}
