import { apply, children, type Expr, num, withChildren } from "../core/ast";

/** One small change to an expression, with the words for what the user may have meant. */
export interface Variant {
  readonly expr: Expr;
  readonly edit: "transpose" | "inverse" | "swap" | "sign" | "term" | "number";
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
  if (e.kind === "number") {
    const seen = new Set([e.value]);
    for (const v of [e.value + 1, e.value - 1, 2 * e.value, e.value / 2, -e.value]) {
      if (seen.has(v) || v === 0) continue;
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
