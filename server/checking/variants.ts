import { apply, children, type Expr, num, withChildren } from "../core/ast";

/** One small change to an expression, with the words for what the user may have meant. */
export interface Variant {
  readonly expr: Expr;
  readonly edit: "transpose" | "inverse" | "swap" | "sign" | "term" | "number" | "name" | "diagonal";
  readonly what: string;
}

/** Prints a part of an expression for a message. */
export type Print = (e: Expr) => string;

/** The terms of a sum with their signs. */
export function terms(e: Expr, sign: 1 | -1 = 1): { readonly sign: 1 | -1; readonly term: Expr }[] {
  if (e.kind === "apply") {
    if (e.op === "add") return [...terms(e.args[0]!, sign), ...terms(e.args[1]!, sign)];
    if (e.op === "sub") return [...terms(e.args[0]!, sign), ...terms(e.args[1]!, sign === 1 ? -1 : 1)];
    if (e.op === "neg") return terms(e.args[0]!, sign === 1 ? -1 : 1);
  }
  return [{ sign, term: e }];
}

/** A sum of signed terms. */
export function sumOf(parts: readonly { readonly sign: 1 | -1; readonly term: Expr }[]): Expr {
  let out: Expr | undefined;
  for (const { sign, term } of parts)
    out = out === undefined ? (sign === 1 ? term : apply("neg", term)) : apply(sign === 1 ? "add" : "sub", out, term);
  return out ?? num(0);
}

const isSum = (e: Expr): boolean => e.kind === "apply" && (e.op === "add" || e.op === "sub" || e.op === "neg");

/** The factors of a product, left to right. */
function factors(e: Expr): Expr[] {
  return e.kind === "apply" && e.op === "mul" ? [...factors(e.args[0]!), ...factors(e.args[1]!)] : [e];
}

const productOf = (parts: readonly Expr[]): Expr => parts.reduce((a, b) => apply("mul", a, b));

/** A product that is the second factor of another was written in brackets: `a (B c)`. */
const isBracketed = (e: Expr, parent: Expr): boolean =>
  e.kind === "apply" && e.op === "mul" && parent.kind === "apply" && parent.args[1] === e;

/** Changes at the root of a tree. */
function* atRoot(e: Expr, print: Print, parent: Expr | undefined): Generator<Variant> {
  if (e.kind === "apply") {
    if (e.op === "transpose")
      yield { expr: e.args[0]!, edit: "transpose", what: `${print(e)} should not be transposed` };
    // `a · b` of two columns where the product with a row was meant.
    if (e.op === "dot")
      yield {
        expr: apply("mul", e.args[0]!, apply("transpose", e.args[1]!)),
        edit: "transpose",
        what: `${print(e.args[1]!)} should be transposed`,
      };
    if (e.op === "inv")
      yield { expr: e.args[0]!, edit: "inverse", what: `${print(e.args[0]!)} should not be inverted` };
    if (e.op === "mul" && !(parent?.kind === "apply" && parent.op === "mul")) {
      const f = factors(e);
      if (f.length <= 12)
        for (let i = 0; i + 1 < f.length; i++) {
          const swapped = [...f.slice(0, i), f[i + 1]!, f[i]!, ...f.slice(i + 2)];
          yield {
            expr: productOf(swapped),
            edit: "swap",
            what: `${print(f[i]!)} and ${print(f[i + 1]!)} should be swapped`,
          };
        }
    }
    if (isSum(e) && !(parent !== undefined && isSum(parent))) {
      const parts = terms(e);
      if (parts.length > 1 && parts.length <= 12) {
        for (let i = 0; i < parts.length; i++) {
          const flipped = parts.map((p, k) =>
            k === i ? { ...p, sign: p.sign === 1 ? (-1 as const) : (1 as const) } : p,
          );
          yield {
            expr: sumOf(flipped),
            edit: "sign",
            what: `the sign of ${print(parts[i]!.term)} should be ${parts[i]!.sign === 1 ? "minus" : "plus"}`,
          };
        }
        for (let i = 0; i < parts.length; i++)
          yield {
            expr: sumOf(parts.filter((_, k) => k !== i)),
            edit: "term",
            what: `the term ${print(parts[i]!.term)} should not be there`,
          };
        for (let i = 0; i < parts.length; i++)
          yield {
            expr: sumOf(parts.map((p, k) => (k === i ? { ...p, term: apply("mul", num(2), p.term) } : p))),
            edit: "number",
            what: `${print(parts[i]!.term)} should stand there twice`,
          };
      }
    }
  }
  if (
    e.kind === "name" ||
    (e.kind === "apply" && ["inv", "add", "sub", "mul"].includes(e.op)) ||
    e.kind === "differential"
  )
    if (
      !(parent?.kind === "apply" && parent.op === "transpose") &&
      !(e.kind === "apply" && parent?.kind === "apply" && parent.op === e.op && !isBracketed(e, parent))
    )
      yield { expr: apply("transpose", e), edit: "transpose", what: `${print(e)} should be transposed` };
  if (e.kind === "name" && !(parent?.kind === "apply" && parent.op === "inv"))
    yield { expr: apply("inv", e), edit: "inverse", what: `${print(e)} should be inverted` };
  if (e.kind === "apply" && e.op === "mul" && e.args[0]!.kind === "number" && e.args[0]!.value !== 1)
    yield { expr: e.args[1]!, edit: "number", what: `the factor ${print(e.args[0]!)} should not be there` };
  const isFactor = parent?.kind === "apply" && parent.op === "mul" && parent.args[0] === e;
  if (e.kind === "number") {
    const seen = new Set([e.value]);
    for (const v of [e.value + 1, e.value - 1, 2 * e.value, e.value / 2, -e.value]) {
      if (seen.has(v) || v === 0 || (v === 1 && isFactor)) continue;
      seen.add(v);
      yield { expr: num(v), edit: "number", what: `${print(e)} should be ${print(num(v))}` };
    }
  }
}

/** Every expression that one small change makes of another: outer changes first. `inSums`: also of what is summed. */
export function* variants(e: Expr, print: Print, inSums = false, parent?: Expr): Generator<Variant> {
  yield* atRoot(e, print, parent);
  if (e.kind === "sumover" && !inSums) return;
  const parts = children(e);
  // Of an entry only the matrix is changed, not its indices; of a derivative what is differentiated.
  const changed = e.kind === "index" || e.kind === "derivative" ? 1 : parts.length;
  for (let i = e.kind === "sumover" ? 2 : 0; i < changed; i++)
    for (const v of variants(parts[i]!, print, inSums, e))
      yield {
        expr: withChildren(
          e,
          parts.map((p, k) => (k === i ? v.expr : p)),
        ),
        edit: v.edit,
        what: v.what,
      };
}

/** Every expression that one name taken for another makes of one: another label (`x_j` for `x_i`), another letter. */
export function* misnamed(e: Expr, others: readonly string[], print: Print): Generator<Variant> {
  if (e.kind === "name") {
    for (const other of others)
      if (other !== e.name)
        yield {
          expr: { ...e, name: other },
          edit: "name",
          what: `${print(e)} should be ${print({ kind: "name", name: other })}`,
        };
    return;
  }
  const parts = children(e);
  if (e.kind === "index") {
    // Of an entry the whole is told: `z_j should be z_i`.
    for (let i = 0; i < parts.length; i++)
      for (const v of misnamed(parts[i]!, others, print)) {
        const expr = withChildren(
          e,
          parts.map((p, k) => (k === i ? v.expr : p)),
        );
        yield { expr, edit: "name", what: `${print(e)} should be ${print(expr)}` };
      }
    return;
  }
  for (let i = e.kind === "sumover" ? 2 : 0; i < parts.length; i++)
    for (const v of misnamed(parts[i]!, others, print))
      yield {
        ...v,
        expr: withChildren(
          e,
          parts.map((p, k) => (k === i ? v.expr : p)),
        ),
      };
}

/**
 * Every expression in which one product is taken entry by entry that was written as another: `W u` for `diag(u) W`,
 * `u vᵀ` for `diag(u ⊙ v)`, `u v` for `u ⊙ v`.
 */
export function* diagonals(e: Expr, print: Print, parent?: Expr): Generator<Variant> {
  if (e.kind === "apply" && e.op === "mul") {
    const [a, b] = e.args as readonly [Expr, Expr];
    const instead = function* (expr: Expr): Generator<Variant> {
      yield { expr, edit: "diagonal", what: `${print(e)} should be ${print(expr)}` };
    };
    yield* instead(apply("mul", apply("diag", b), a));
    yield* instead(apply("mul", apply("diag", a), b));
    yield* instead(apply("hadamard", a, b));
    if (b.kind === "apply" && b.op === "transpose") yield* instead(apply("diag", apply("hadamard", a, b.args[0]!)));
    const f = factors(e);
    // A product of three and more, of which the first two belong together.
    if (f.length > 2 && !(parent?.kind === "apply" && parent.op === "mul")) {
      const [u, v, ...rest] = f as [Expr, Expr, ...Expr[]];
      const vector = v.kind === "apply" && v.op === "transpose" ? v.args[0]! : v;
      yield* instead(productOf([apply("diag", apply("hadamard", u, vector)), ...rest]));
    }
  }
  const parts = children(e);
  const changed = e.kind === "index" || e.kind === "derivative" ? 1 : parts.length;
  for (let i = e.kind === "sumover" ? 2 : 0; i < changed; i++)
    for (const v of diagonals(parts[i]!, print, e))
      yield {
        ...v,
        expr: withChildren(
          e,
          parts.map((p, k) => (k === i ? v.expr : p)),
        ),
      };
}
