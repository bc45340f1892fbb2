import { apply, children, type Expr, factorsOf, num, sameExpr, someNode, withChild } from "../core/ast";

/** One small change to an expression, with the words for what the user may have meant. */
export interface Variant {
  readonly expr: Expr;
  readonly edit: "transpose" | "inverse" | "swap" | "sign" | "term" | "number" | "name" | "diagonal" | "mark" | "extra" | "lost"; // prettier-ignore
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

const HALF: Expr = apply("div", num(1), num(2));

const isSum = (e: Expr): boolean => e.kind === "apply" && (e.op === "add" || e.op === "sub" || e.op === "neg");

const isTransposeOf = (a: Expr, b: Expr): boolean => {
  const [x, y] = [withoutSign(a), withoutSign(b)];
  return (x.kind === "apply" && x.op === "transpose" && sameExpr(x.args[0]!, y)) || (y.kind === "apply" && y.op === "transpose" && sameExpr(y.args[0]!, x)); // prettier-ignore
};
const withoutSign = (e: Expr): Expr => (e.kind === "apply" && e.op === "neg" ? e.args[0]! : e);

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
    if (e.op === "inv") {
      yield { expr: e.args[0]!, edit: "inverse", what: `${print(e.args[0]!)} should not be inverted` };
      const turned = apply("transpose", e.args[0]!);
      yield { expr: turned, edit: "inverse", what: `${print(e)} should be ${print(turned)}` };
    }
    if (e.op === "mul" && !(parent?.kind === "apply" && parent.op === "mul")) {
      const f = factorsOf(e);
      if (f.length <= 12)
        for (let i = 0; i + 1 < f.length; i++) {
          // `JᵀJ Jᵀb` for `(JᵀJ)⁻¹Jᵀb`.
          const gram = apply("mul", f[i]!, f[i + 1]!);
          if (isTransposeOf(f[i]!, f[i + 1]!))
            yield {
              expr: productOf([...f.slice(0, i), apply("inv", gram), ...f.slice(i + 2)]),
              edit: "inverse",
              what: `${print(gram)} should be inverted`,
            };
          const swapped = [...f.slice(0, i), f[i + 1]!, f[i]!, ...f.slice(i + 2)];
          yield {
            expr: productOf(swapped),
            edit: "swap",
            what: `${print(f[i]!)} and ${print(f[i + 1]!)} should be swapped`,
          };
        }
    }
    // The sign in front of a bracket.
    if ((e.op === "add" || e.op === "sub") && isSum(e.args[1]!))
      yield {
        expr: apply(e.op === "add" ? "sub" : "add", ...e.args),
        edit: "sign",
        what: `the sign in front of ${print(e.args[1]!)} should be ${e.op === "add" ? "minus" : "plus"}`,
      };
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
        for (let i = 0; i < parts.length; i++) {
          const { term } = parts[i]!;
          // Points and numbers are what they are.
          if (term.kind === "literal" || term.kind === "number") continue;
          yield {
            expr: sumOf(parts.map((p, k) => (k === i ? { ...p, term: apply("mul", num(2), p.term) } : p))),
            edit: "number",
            what: `${print(term)} should stand there twice`,
          };
          if (term.kind === "apply" && term.op === "mul" && factorsOf(term)[0]!.kind === "number") continue;
          yield {
            expr: sumOf(parts.map((p, k) => (k === i ? { ...p, term: apply("mul", HALF, p.term) } : p))),
            edit: "number",
            what: `the factor ${print(HALF)} is missing in front of ${print(term)}`,
          };
        }
      }
    }
  }
  // An entry or a block with the other sign.
  if (parent?.kind === "literal" && !isSum(e) && !(e.kind === "number" && e.value === 0))
    yield { expr: apply("neg", e), edit: "sign", what: `the sign of ${print(e)} should be minus` };
  if (parent?.kind === "literal" && e.kind === "apply" && e.op === "neg")
    yield { expr: e.args[0]!, edit: "sign", what: `the sign of ${print(e.args[0]!)} should be plus` };
  if (
    e.kind === "name" ||
    (e.kind === "apply" && ["inv", "add", "sub", "mul"].includes(e.op)) ||
    e.kind === "differential"
  )
    if (
      !(parent?.kind === "apply" && parent.op === "transpose") &&
      // `dy = …`: nobody means `d(yᵀ)`.
      !(e.kind === "name" && parent?.kind === "differential") &&
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

/** What stands behind the minus sign that an expression begins with. */
export function withoutMinus(e: Expr): Expr | undefined {
  if (e.kind !== "apply") return undefined;
  if (e.op === "neg") return e.args[0]!;
  if (e.op === "mul" && e.args[0]!.kind === "number" && e.args[0].value < 0)
    return e.args[0].value === -1 ? e.args[1]! : apply("mul", num(-e.args[0].value), e.args[1]!);
  if (e.op !== "mul" && e.op !== "div" && e.op !== "hadamard") return undefined;
  const first = withoutMinus(e.args[0]!);
  return first === undefined ? undefined : { ...e, args: [first, ...e.args.slice(1)] };
}

/** The sign or the number in front of a whole side, which no rule about any function has. */
export function* inFront(claimed: Expr, print: Print): Generator<Variant> {
  const bare = withoutMinus(claimed);
  if (bare !== undefined) yield { expr: bare, edit: "sign", what: "the sign is wrong" };
  const found = withoutNumber(bare ?? claimed);
  if (found === undefined) return;
  yield { expr: found.rest, edit: "number", what: `the factor ${print(found.number)} should not be there` };
}

/** What stands behind the whole number that an expression begins with. */
function withoutNumber(e: Expr): { readonly number: Expr; readonly rest: Expr } | undefined {
  if (e.kind !== "apply") return undefined;
  if (e.op === "mul") {
    const [first, ...rest] = factorsOf(e);
    if (first!.kind === "number" && Number.isInteger(first!.value))
      return { number: first!, rest: rest.reduce((a, b) => apply("mul", a, b)) };
  }
  if (e.op !== "mul" && e.op !== "hadamard") return undefined;
  const inner = withoutNumber(e.args[0]!);
  return inner === undefined ? undefined : { ...inner, rest: { ...e, args: [inner.rest, ...e.args.slice(1)] } };
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
        expr: withChild(e, i, v.expr),
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
        const expr = withChild(e, i, v.expr);
        yield { expr, edit: "name", what: `${print(e)} should be ${print(expr)}` };
      }
    return;
  }
  for (let i = e.kind === "sumover" ? 2 : 0; i < parts.length; i++)
    for (const v of misnamed(parts[i]!, others, print))
      yield {
        ...v,
        expr: withChild(e, i, v.expr),
      };
}

/** Every expression with one entry taken for another one that stands in it: `a_3 b_2` for `a_3 b_1`. */
export function* otherEntries(e: Expr, print: Print): Generator<Variant> {
  const numbers = new Map<string, Expr>();
  someNode(e, (n) => {
    if (n.kind === "index") for (const i of n.indices) if (i?.kind === "number") numbers.set(`${i.value}`, i);
    return false;
  });
  if (numbers.size < 2 || numbers.size > MOST_ENTRIES) return;
  yield* changes(e, function* (part): Generator<Variant> {
    if (part.kind !== "index") return;
    for (let at = 0; at < part.indices.length; at++) {
      const own = part.indices[at];
      if (own?.kind !== "number") continue;
      for (const other of numbers.values()) {
        if (other.kind !== "number" || other.value === own.value) continue;
        const expr: Expr = { ...part, indices: part.indices.map((x, k) => (k === at ? other : x)) };
        yield { expr, edit: "name", what: `${print(part)} should be ${print(expr)}` };
      }
    }
  });
}
const MOST_ENTRIES = 4;

/**
 * Every expression with one term more in a sum that stands without it: `ν` for a `ν + 1` of the other side, `1` for
 * `1 + e^{-x}`.
 */
export function* withLostTerm(e: Expr, other: Expr, print: Print): Generator<Variant> {
  const sums: { readonly whole: Expr; readonly rest: Expr; readonly lost: Expr }[] = [];
  someNode(other, (n) => {
    if (!isSum(n) || sums.length >= MOST_SUMS || sums.some((s) => sameExpr(s.whole, n))) return false;
    const parts = terms(n);
    if (parts.length > 1 && parts.length <= 5)
      for (const p of parts) sums.push({ whole: n, rest: sumOf(parts.filter((q) => q !== p)), lost: sumOf([p]) });
    return false;
  });
  yield* changes(e, function* (part, parent): Generator<Variant> {
    // What is a term of a sum already is no sum that has lost one.
    if (parent !== undefined && isSum(parent)) return;
    for (const { whole, rest, lost } of sums)
      if (sameExpr(part, rest)) yield { expr: whole, edit: "lost", what: `the term ${print(lost)} is missing` };
  });
}
const MOST_SUMS = 24;

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
    const f = factorsOf(e);
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
        expr: withChild(e, i, v.expr),
      };
}

/** Every expression that changing one part of another makes of it; `change`: what a part may become. */
function* changes(
  e: Expr,
  change: (e: Expr, parent: Expr | undefined) => Iterable<Variant>,
  parent?: Expr,
): Generator<Variant> {
  yield* change(e, parent);
  const parts = children(e);
  const changed = e.kind === "index" || e.kind === "derivative" || e.kind === "differential" ? 1 : parts.length;
  for (let i = e.kind === "sumover" ? 2 : 0; i < changed; i++)
    for (const v of changes(parts[i]!, change, e))
      yield {
        ...v,
        expr: withChild(e, i, v.expr),
      };
}

const isPower = (e: Expr | undefined): boolean => e?.kind === "apply" && (e.op === "pow" || e.op === "hpow");

/**
 * Every expression with one small mark more or less: a prime (`φ(v)` for `φ'(v)`), a square (`x` for `x²`), a d (`X` for
 * `dX`, of what changes on the other side).
 */
export function* marked(e: Expr, changing: ReadonlySet<string>, print: Print): Generator<Variant> {
  const instead = (from: Expr, expr: Expr): Variant => ({
    expr,
    edit: "mark",
    what: `${print(from)} should be ${print(expr)}`,
  });
  yield* changes(e, function* (part, parent): Generator<Variant> {
    if (part.kind === "call" && part.args.length === 1 && part.primes < 2 && PLAIN.test(part.name)) {
      yield instead(part, { ...part, primes: part.primes + 1 });
      if (part.primes > 0) yield instead(part, { ...part, primes: part.primes - 1 });
    }
    if (part.kind === "name" && changing.has(part.name) && parent?.kind !== "differential")
      yield instead(part, { kind: "differential", of: part });
    if (part.kind === "differential" && part.of.kind === "name") yield instead(part, part.of);
    const isIndexed = parent?.kind === "index" && parent.base !== part;
    if (
      (part.kind === "name" || part.kind === "index") &&
      !isPower(parent) &&
      !isIndexed &&
      parent?.kind !== "differential"
    )
      yield instead(part, apply("pow", part, num(2)));
    if (part.kind === "apply" && isPower(part) && part.args[1]!.kind === "number" && part.args[1].value === 2)
      yield instead(part, part.args[0]!);
  });
}
/** Calls that the author wrote as functions: no sign that was read as one. */
const PLAIN = /^\p{L}/u;

/** Every expression with one factor of a product less. */
export function* withoutFactor(e: Expr, print: Print): Generator<Variant> {
  yield* changes(e, function* (part, parent): Generator<Variant> {
    // `n/σ²` where `1/σ²` was meant; of a bare number the slip is another one.
    if (part.kind === "apply" && part.op === "div" && part.args[0]!.kind === "name")
      yield {
        expr: apply("div", num(1), part.args[1]!),
        edit: "extra",
        what: `the factor ${print(part.args[0])} should not be there`,
      };
    if (part.kind !== "apply" || part.op !== "mul" || (parent?.kind === "apply" && parent.op === "mul")) return;
    const f = factorsOf(part);
    if (f.length > 8) return;
    for (let i = 0; i < f.length; i++)
      yield {
        expr: productOf(f.filter((_, k) => k !== i)),
        edit: "extra",
        what: `the factor ${print(f[i]!)} should not be there`,
      };
  });
}

/** Every expression with one of some factors more in a product or a term: `λ` for `λW`, `xᵀWᵀx` for `xᵀWWᵀx`. Not `anywhere`: behind all others. */
export function* withFactor(e: Expr, more: readonly Expr[], print: Print, anywhere = true): Generator<Variant> {
  yield* changes(e, function* (part, parent): Generator<Variant> {
    if (part.kind === "number" || (parent?.kind === "apply" && NO_PRODUCTS.has(parent.op)) || parent?.kind === "index")
      return;
    if (isSum(part) || (parent?.kind === "apply" && parent.op === "mul")) return;
    const f = factorsOf(part);
    if (f.length > 6) return;
    for (const factor of more)
      for (let i = anywhere ? 0 : f.length; i <= f.length; i++)
        yield {
          expr: productOf([...f.slice(0, i), factor, ...f.slice(i)]),
          edit: "lost",
          what: `the factor ${print(factor)} is missing`,
        };
  });
}
const NO_PRODUCTS: ReadonlySet<string> = new Set(["transpose", "inv", "pow", "hpow", "eye", "ones", "zeros"]);

/** Every slip that is looked for, the likelier ones first; `names`: what may stand for one another; `changing`: what has a d. */
export function* everySlip(
  e: Expr,
  names: readonly string[],
  changing: ReadonlySet<string>,
  print: Print,
): Generator<Variant> {
  yield* variants(e, print, true);
  yield* diagonals(e, print);
  yield* marked(e, changing, print);
  yield* misnamed(e, names, print);
  yield* withoutFactor(e, print);
}
