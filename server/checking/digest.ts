import { children, type Expr } from "../core/ast";
import { familyMember, type Scope } from "../core/scope";

const texts = new WeakMap<Expr, string>();

/** A tree as text, remembered with it: equal for trees that are equal up to spans, and quicker to make than to print. */
export function textOf(e: Expr): string {
  let text = texts.get(e);
  if (text === undefined) {
    text = write(e);
    texts.set(e, text);
  }
  return text;
}

function write(e: Expr): string {
  switch (e.kind) {
    case "number":
      return String(e.value);
    case "name":
      return e.name;
    case "error":
      return `?${e.text}`;
    case "apply":
      return `${e.op}(${e.args.map(write).join()})`;
    case "call":
      // Dots between plus signs are others than those of a product.
      return `@${e.name}${e.name === "⋯" && e.opSpan !== undefined ? "+" : ""}${e.primes}(${e.args.map(write).join()})`;
    case "literal":
      return `[${e.rows.map((r) => r.map(write).join()).join(";")}]`;
    case "index":
      return `${write(e.base)}[${e.indices.map((i) => (i === null ? ":" : write(i))).join()}]`;
    case "sumover":
      return `sum(${e.variable},${write(e.from)},${write(e.to)},${write(e.body)})`;
    case "derivative":
      return `D${e.transposed === true ? "'" : ""}(${write(e.of)};${e.wrt.map(write).join()})`;
    case "differential":
      return `d(${write(e.of)})`;
  }
}

const said = new WeakMap<Scope, Map<string, string>>();

/** All that a scope says about one name itself. */
function fact(name: string, scope: Scope): string {
  let known = said.get(scope);
  if (known === undefined) said.set(scope, (known = new Map()));
  let text = known.get(name);
  if (text === undefined) {
    text = "";
    const d = scope.definitions.get(name);
    if (d !== undefined) text += `${name}(${d.parameters?.join() ?? ""})=${textOf(d.body)};`;
    const v = scope.variables.get(name) ?? familyMember(scope, name)?.variable;
    if (v !== undefined) {
      const range = v.family === undefined ? "" : ` ${v.family.from.key}..${v.family.to.key}`;
      text += `${v.name}:${v.shape.rows.key}×${v.shape.cols.key} ${[...v.properties].join(" ")}${range};`;
    }
    if (scope.dimensions.has(name)) text += `${name};`;
    known.set(name, text);
  }
  return text;
}

/**
 * All that a scope says about the names in some expressions, as text: two scopes with the same digest give the
 * same verdict. Definitions are followed. `guessed`: names that may be read in another way.
 */
export function digest(exprs: readonly Expr[], scope: Scope, guessed?: ReadonlySet<string>): string {
  const seen = new Set<string>();
  let out = "";
  const visit = (e: Expr): void => {
    if ((e.kind === "name" || e.kind === "call") && !seen.has(e.name)) {
      seen.add(e.name);
      out += fact(e.name, scope);
      if (guessed?.has(e.name) === true) out += "?";
      const d = scope.definitions.get(e.name);
      if (d !== undefined) visit(d.body);
    }
    for (const c of children(e)) visit(c);
  };
  exprs.forEach(visit);
  return out;
}

/** The key of a verdict: both sides, how they are to be read, and all that is known of their names. */
export const equationKey = (
  left: Expr,
  right: Expr,
  scope: Scope,
  how: string,
  guessed?: ReadonlySet<string>,
): string => `${how}\n${textOf(left)}\n${textOf(right)}\n${digest([left, right], scope, guessed)}`;
