import {
  apply,
  children,
  type Expr,
  factorsOf,
  freeNames,
  mapChildren,
  name,
  someNode,
  withChildren,
} from "../../core/ast";
import type { Definition } from "../../core/scope";

type Call = Extract<Expr, { kind: "call" }>;

const isAt = (e: Expr): e is Call => e.kind === "call" && e.name === "at" && e.args.length === 3;
const isOperator = (e: Expr): e is Call => e.kind === "call" && e.name === "d/d" && e.args.length === 1;

/**
 * Values at a point, `dy/dx|_{x=3}`, as values of functions of what is put in there: definitions that depend on it are
 * written out. `define`: gives a function a name.
 */
export function pointsPutIn(
  e: Expr,
  definitions: ReadonlyMap<string, Definition>,
  define: (parameters: readonly string[], body: Expr) => string,
): Expr {
  const visit = (x: Expr): Expr => {
    const whole = asDerivative(x);
    if (isAt(whole)) {
      const [of, by, value] = whole.args as readonly [Expr, Expr, Expr];
      const body = by.kind === "name" ? writtenOut(visit(of), by.name, definitions) : undefined;
      if (by.kind !== "name" || body === undefined) return x;
      return { kind: "call", name: define([by.name], body), primes: 0, args: [visit(value)] };
    }
    return mapChildren(x, visit);
  };
  return visit(e);
}

/** `\frac{d}{ds}|_{s=0} E`: the derivative of all that follows, there. */
function asDerivative(e: Expr): Expr {
  const [first, ...rest] = factorsOf(e);
  if (first === undefined || rest.length === 0 || !isAt(first) || !isOperator(first.args[0]!)) return e;
  const [operator, by, value] = first.args as readonly [Call, Expr, Expr];
  const of = rest.reduce((a, b) => apply("mul", a, b));
  return { ...first, args: [{ kind: "derivative", of, wrt: operator.args }, by, value] };
}

/** An expression without names that depend on a variable but that itself; `undefined` where they cannot be written out. */
function writtenOut(e: Expr, by: string, definitions: ReadonlyMap<string, Definition>): Expr | undefined {
  const known = new Map<string, boolean>([[by, true]]);
  const depends = (n: string): boolean => {
    const before = known.get(n);
    if (before !== undefined) return before;
    known.set(n, false);
    const d = definitions.get(n);
    const found = d !== undefined && d.parameters === undefined && [...freeNames(d.body)].some(depends);
    known.set(n, found);
    return found;
  };
  const visit = (x: Expr): Expr | undefined => {
    if (x.kind === "name") {
      if (x.name === by || !depends(x.name)) return x;
      return visit(definitions.get(x.name)!.body);
    }
    if (x.kind === "derivative") {
      if (x.wrt.some((w) => w.kind !== "name" || (w.name !== by && depends(w.name)))) return undefined;
      const of = x.of.kind === "name" ? valueOf(x.of.name, definitions) : x.of;
      const inner = of === undefined ? undefined : visit(of);
      return inner === undefined ? undefined : { ...x, of: inner };
    }
    if (x.kind === "call" && definitions.get(x.name)?.parameters !== undefined)
      if (
        [...freeNames(definitions.get(x.name)!.body)].some(
          (n) => n === by && !definitions.get(x.name)!.parameters!.includes(n),
        )
      )
        // prettier-ignore
        return undefined;
    const parts = children(x);
    const next = parts.map(visit);
    return next.includes(undefined) ? undefined : parts.length === 0 ? x : withChildren(x, next as Expr[]);
  };
  return someNode(e, (n) => n.kind === "differential") ? undefined : visit(e);
}

/** What is differentiated, where a name stands for it. */
function valueOf(n: string, definitions: ReadonlyMap<string, Definition>): Expr | undefined {
  const d = definitions.get(n);
  if (d === undefined) return undefined;
  return d.parameters === undefined ? d.body : { kind: "call", name: n, primes: 0, args: d.parameters.map(name) };
}
