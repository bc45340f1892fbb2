import { apply, children, type Expr, freeNames, name as nameExpr, size, withChildren } from "../core/ast";
import { exprKey } from "../core/exprKey";
import { type Definition, type Scope, withDefinition } from "../core/scope";
import { isColumn, isRow, isScalar, type Shape } from "../core/shape";
import { operator } from "../operators";
import { equalityAtPoints } from "../evaluation";
import type { Steps } from "../core/steps";
import { freshNameFor } from "./whereNames";

/** Answers with what recurs in them under names of its own: `X'*S*E where S = …`. */
export interface Where {
  /** In the order in which they can be read: each uses only those before it. */
  readonly definitions: readonly Definition[];
  readonly answers: readonly Expr[];
}

export interface WhereOptions {
  /** Names that must not be taken beyond those of the scope. */
  readonly reserved?: Iterable<string>;
  /** Definitions made, at most. */
  readonly most?: number;
  /** The share of a line that a name may stand for, at most: of a derivation no line is to be a name alone. Default: all. */
  readonly share?: number;
  /** What a name must save at least, in leaves and operators. Default: 1. */
  readonly saves?: number;
}

/**
 * The same, compared with the answers as they were at random points, in the scope that knows the new names. Where the
 * numbers do not agree, nothing is named.
 */
export function* namedParts(
  answers: readonly Expr[],
  scope: Scope,
  shapeOf: (e: Expr) => Shape | undefined,
  options: WhereOptions = {},
): Steps<Where & { readonly scope: Scope }> {
  const found = where(answers, scope, shapeOf, options);
  yield;
  const wider = found.definitions.reduce((s, d) => withDefinition(s, d.name, d.body), scope);
  for (const [i, e] of found.answers.entries()) {
    if (e === answers[i]) continue;
    const { verdict } = yield* equalityAtPoints(e, answers[i]!, wider);
    if (verdict !== "equal") return { definitions: [], answers, scope };
  }
  return { ...found, scope: wider };
}

/** What is longer is left as it is: looking for what recurs would take long, and naming it would not make it readable. */
const LONGEST = 3000;
/** Candidates that are tried out in full for each new name. */
const TRIED = 8;
/** Leaves and operators of what is worth a name, in any case; what is shorter must be a product, and save more. */
const WORTH_A_NAME = 4;
const SHORT_SAVES = 3;
const MOST = 8;

/**
 * Names what recurs in answers, shortest in all: the author's own definitions first, which cost nothing, then new ones,
 * each where it makes the whole shorter, its own line counted. A transpose or a negative of something counts as it.
 */
export function where(
  answers: readonly Expr[],
  scope: Scope,
  shapeOf: (e: Expr) => Shape | undefined,
  options: WhereOptions = {},
): Where {
  let now: readonly Expr[] = answers;
  if (total(now) > LONGEST) return { definitions: [], answers };
  const forms = new Forms(scope, shapeOf);
  for (const d of scope.definitions.values()) {
    if (d.parameters !== undefined || size(d.body) < 2) continue;
    const next = now.map((e) => forms.replace(e, forms.formOf(d.body), d.name));
    if (total(next) < total(now)) now = next;
  }
  const taken = new Set([...(options.reserved ?? []), ...scope.variables.keys(), ...scope.definitions.keys(), ...scope.dimensions]); // prettier-ignore
  const made: Definition[] = [];
  while (made.length < (options.most ?? MOST)) {
    const lines = [...made.map((d) => d.body), ...now];
    const best = bestName(forms, lines, taken, scope, options);
    if (best === undefined) break;
    const { name, body, lines: next } = best;
    taken.add(name);
    forms.known.set(name, shapeOf(body) ?? forms.shape(body));
    made.splice(0, made.length, ...made.map((d, i) => ({ ...d, body: next[i]! })), { name, body });
    now = next.slice(made.length - 1);
  }
  return { definitions: inOrder(made), answers: now };
}

const total = (lines: readonly Expr[]): number => lines.reduce((n, e) => n + size(e), 0);

/** The name that makes the lines shortest, where one makes them shorter. */
function bestName(
  forms: Forms,
  lines: readonly Expr[],
  taken: ReadonlySet<string>,
  scope: Scope,
  { share = 1, saves = 1 }: WhereOptions,
): { name: string; body: Expr; lines: readonly Expr[] } | undefined {
  const found = new Map<string, { expr: Expr; times: number; length: number }>();
  for (const line of lines)
    forms.occurrences(line, (expr) => {
      const length = size(expr);
      if (length < WORTH_A_NAME && !isShortProduct(expr, forms.shape(expr))) return;
      if (length > share * size(line) || isConstant(expr, scope) || changes(expr)) return;
      const { id } = forms.formOf(expr);
      const c = found.get(id);
      if (c === undefined) found.set(id, { expr, times: 1, length });
      else {
        c.times++;
        if (length < c.length) Object.assign(c, { expr, length });
      }
    });
  const gain = (c: { times: number; length: number }): number => c.times * (c.length - 1) - c.length;
  const likely = [...found.values()].filter((c) => c.times > 1).sort((a, b) => gain(b) - gain(a)).slice(0, TRIED); // prettier-ignore
  const before = total(lines);
  let best: { name: string; body: Expr; lines: readonly Expr[]; length: number } | undefined;
  for (const { expr } of likely)
    for (const body of withNegative(forms.upright(expr))) {
      const name = freshNameFor(body, forms.shape(body), taken, scope);
      const next = lines.map((e) => forms.replace(e, forms.formOf(body), name));
      const length = total(next) + size(body);
      if (before - length < (size(body) < WORTH_A_NAME ? Math.max(saves, SHORT_SAVES) : saves)) continue;
      if (length < (best?.length ?? before)) best = { name, body, lines: next, length };
    }
  return best;
}

/** Whether no variable is in it, such as in `ones(n)*ones(n)'`. */
const isConstant = (e: Expr, scope: Scope): boolean => [...freeNames(e)].every((n) => scope.dimensions.has(n) && !scope.variables.has(n)); // prettier-ignore

/** Whether a change of something, `dX`, is in it: that belongs to its line. */
const changes = (e: Expr): boolean => e.kind === "differential" || e.kind === "derivative" || children(e).some(changes);

/** A product of two vectors or matrices. */
const isShortProduct = (e: Expr, shape: Shape | undefined): boolean =>
  size(e) === 3 && (isApply(e, "hadamard") || isApply(e, "mul")) && shape !== undefined && !isScalar(shape);

/** A sum, and its negative, where that begins without a minus. */
function withNegative(e: Expr): readonly Expr[] {
  if (!isApply(e, "add") && !isApply(e, "sub")) return [e];
  const negative = sum(termsOf(e).map(({ sign, expr }) => ({ sign: sign > 0 ? -1 : 1, expr }) as const));
  return size(negative) <= size(e) ? [e, negative] : [e];
}

/** Definitions so that each comes after those that it uses. */
function inOrder(made: readonly Definition[]): Definition[] {
  const out: Definition[] = [];
  const add = (d: Definition): void => {
    if (out.includes(d)) return;
    for (const other of made) if (other !== d && mentions(d.body, other.name)) add(other);
    out.push(d);
  };
  made.forEach(add);
  return out;
}

const mentions = (e: Expr, name: string): boolean =>
  (e.kind === "name" && e.name === name) || children(e).some((c) => mentions(c, name));

/** What an expression is up to transposition and sign: `id` is that of all four. */
interface Form {
  readonly id: string;
  readonly turned: boolean;
  readonly negative: boolean;
}

const isApply = (e: Expr, op: string): boolean => e.kind === "apply" && e.op === op;
/** An argument of an operator that is known to be one. */
const arg = (e: Expr, k = 0): Expr => (e as Extract<Expr, { kind: "apply" }>).args[k]!;

/** Operators that a transpose passes through. */
const THROUGH: ReadonlySet<string> = new Set(["inv", "expm", "logm", "sqrtm", "pinv", "hdiv", "hpow"]);

/** Reads expressions by what they are, whichever way they are written: products in any brackets, sums in any order. */
class Forms {
  /** Shapes of the names made here. */
  readonly known = new Map<string, Shape | undefined>();
  private readonly keys = new Map<Expr, string>();
  private readonly turnedKeys = new Map<Expr, string>();

  constructor(
    private readonly scope: Scope,
    private readonly shapeOf: (e: Expr) => Shape | undefined,
  ) {}

  shape(e: Expr): Shape | undefined {
    if (this.known.size === 0) return this.shapeOf(e);
    if (e.kind === "name" && this.known.has(e.name)) return this.known.get(e.name);
    if (e.kind !== "apply" || children(e).length === 0) return this.shapeOf(e);
    const op = operator(e.op);
    if (op === undefined || op.ofDimensions === true) return this.shapeOf(e);
    const shapes = e.args.map((a) => this.shape(a));
    if (shapes.some((s) => s === undefined)) return undefined;
    const r = op.shape(shapes as Shape[], []);
    return "code" in r ? undefined : r;
  }

  private isScalar(e: Expr): boolean {
    if (e.kind === "number") return true;
    const s = this.shape(e);
    return s !== undefined && isScalar(s);
  }

  formOf(e: Expr): Form {
    const [plain, turned] = [this.key(e), this.isScalar(e) ? this.key(e) : this.turnedKey(e)];
    const [a, b] = [unsigned(plain), unsigned(turned)];
    const isTurned = b.key < a.key;
    const c = isTurned ? b : a;
    return { id: c.key, turned: isTurned, negative: c.negative };
  }

  /** The way to write it that needs a transpose least often: a column rather than a row. */
  upright(e: Expr): Expr {
    const s = this.shape(e);
    if (isApply(e, "transpose")) return arg(e);
    return s !== undefined && isRow(s) && !isScalar(s) ? this.flip(e) : e;
  }

  private flip(e: Expr): Expr {
    if (this.isScalar(e)) return e;
    if (isApply(e, "transpose")) return arg(e);
    if (isApply(e, "hadamard") || isApply(e, "add") || isApply(e, "sub") || isApply(e, "neg"))
      return withChildren(e, children(e).map((a) => this.flip(a))); // prettier-ignore
    if (isApply(e, "mul")) return product([...factorsOf(e)].reverse().map((a) => this.flip(a)));
    if (isApply(e, "div")) return apply("div", this.flip(arg(e)), arg(e, 1));
    return apply("transpose", e);
  }

  private key(e: Expr): string {
    let k = this.keys.get(e);
    if (k === undefined) this.keys.set(e, (k = this.keyOf(e)));
    return k;
  }

  private keyOf(e: Expr): string {
    if (e.kind !== "apply") return exprKey(e);
    switch (e.op) {
      case "transpose":
        return this.isScalar(e.args[0]!) ? this.key(e.args[0]!) : this.turnedKey(e.args[0]!);
      case "mul":
        return this.productKey(factorsOf(e), (x) => this.key(x));
      case "hadamard":
        return itemsOf(e).map((x) => this.key(x)).sort().join("⊙"); // prettier-ignore
      case "add":
      case "sub":
      case "neg":
        return sumKey(termsOf(e).map(({ sign, expr }) => ({ sign, key: this.key(expr) })));
      default:
        return `${e.op}(${e.args.map((x) => this.key(x)).join()})`;
    }
  }

  private productKey(factors: readonly Expr[], key: (x: Expr) => string): string {
    const scalars = factors.filter((x) => this.isScalar(x)).map((x) => this.key(x)).sort(); // prettier-ignore
    return `${[...scalars, ...factors.filter((x) => !this.isScalar(x)).map(key)].join("·")}`;
  }

  private turnedKey(e: Expr): string {
    let k = this.turnedKeys.get(e);
    if (k === undefined) this.turnedKeys.set(e, (k = this.turnedKeyOf(e)));
    return k;
  }

  private turnedKeyOf(e: Expr): string {
    if (this.isScalar(e)) return this.key(e);
    const turn = (x: Expr): string => this.turnedKey(x);
    if (e.kind === "name") {
      const symmetric = this.scope.variables.get(e.name)?.properties.has("symmetric") === true;
      return symmetric ? this.key(e) : `${e.name}'`;
    }
    if (e.kind !== "apply") return `(${exprKey(e)})'`;
    switch (e.op) {
      case "transpose":
        return this.key(e.args[0]!);
      case "mul":
        return this.productKey([...factorsOf(e)].reverse(), turn);
      case "div":
        return `div(${turn(e.args[0]!)},${this.key(e.args[1]!)})`;
      case "hadamard":
        return itemsOf(e).map(turn).sort().join("⊙");
      case "add":
      case "sub":
      case "neg":
        return sumKey(termsOf(e).map(({ sign, expr }) => ({ sign, key: turn(expr) })));
      case "eye":
        return this.key(e);
      case "ones":
        return e.args.length === 2 ? `ones(${[...e.args].reverse().map(exprKey).join()})` : `${this.key(e)}'`;
      case "diag": {
        const s = this.shape(e.args[0]!);
        return s !== undefined && isColumn(s) ? this.key(e) : `(${this.key(e)})'`;
      }
    }
    const rule = operator(e.op)?.rule;
    const entrywise = rule !== undefined && "pointwise" in rule && e.args.length === 1;
    return entrywise || THROUGH.has(e.op) ? `${e.op}(${e.args.map(turn).join()})` : `(${this.key(e)})'`;
  }

  /** Every part that could have a name: each node, each run of a product, each pair of entrywise factors. */
  occurrences(e: Expr, visit: (part: Expr) => void): void {
    if (e.kind !== "apply" || operator(e.op)?.ofDimensions === true) return;
    if (e.op === "mul") {
      const factors = factorsOf(e);
      for (let length = factors.length; length > 1; length--)
        for (let at = 0; at + length <= factors.length; at++) {
          const run = factors.slice(at, at + length);
          if (run[0]!.kind !== "number" && !(isNegative(run[0]!) && length < factors.length)) visit(product(run));
        }
      for (const f of factors) this.occurrences(f, visit);
      for (let at = 0; at + 1 < factors.length; at++) pairsOf(this.meeting(factors[at]!, factors[at + 1]!), visit);
      return;
    }
    if (e.op === "hadamard") {
      const items = itemsOf(e);
      visit(e);
      if (items.length > 2) pairsOf(items, visit);
      for (const f of items) this.occurrences(f, visit);
      return;
    }
    if (e.op === "add" || e.op === "sub") {
      visit(e);
      for (const { expr } of termsOf(e)) this.occurrences(expr, visit);
      return;
    }
    if (e.op !== "neg" && e.op !== "transpose") visit(e);
    for (const c of e.args) this.occurrences(c, visit);
  }

  /**
   * The columns whose entries a row times a column multiplies: `a'.*b'*c` is the same as `a'*(b.*c)`, and `a'*b` as
   * `sum(a.*b)`.
   */
  private meeting(row: Expr, column: Expr): readonly Expr[] {
    const [r, c] = [this.shape(row), this.shape(column)];
    if (r === undefined || c === undefined || !isRow(r) || !isColumn(c) || isScalar(r)) return [];
    return [...itemsOf(row).map((x) => this.flip(x)), ...itemsOf(column)];
  }

  /** The expression with a name wherever something of its form stands. */
  replace(e: Expr, form: Form, name: string): Expr {
    if (e.kind !== "apply" || operator(e.op)?.ofDimensions === true) return e;
    const here = this.formOf(e);
    if (here.id === form.id) return this.refer(e, here, form, name);
    const inside = (x: Expr): Expr => this.replace(x, form, name);
    if (e.op === "mul") {
      const factors = factorsOf(e).slice();
      for (let at = 0; at + 1 < factors.length; at++) {
        const items = this.meeting(factors[at]!, factors[at + 1]!).slice();
        if (items.length === 0 || !this.joinPair(items, form, name)) continue;
        const [first, ...rest] = items;
        if (rest.length === 0)
          factors.splice(at, 2, isNegative(first!) ? apply("neg", apply("sum", arg(first!))) : apply("sum", first!)); // prettier-ignore
        else
          factors.splice(
            at,
            2,
            this.flip(first!),
            rest.reduce((a, b) => apply("hadamard", a, b)),
          );
      }
      const out: Expr[] = [];
      for (let at = 0; at < factors.length;) {
        let length = factors.length - at;
        for (; length > 1; length--) {
          const run = product(factors.slice(at, at + length));
          const own = this.formOf(run);
          if (own.id !== form.id) continue;
          out.push(this.refer(run, own, form, name));
          break;
        }
        if (length <= 1) out.push(inside(factors[at]!));
        at += Math.max(1, length);
      }
      return product(out);
    }
    if (e.op === "hadamard") {
      const items = [...itemsOf(e)];
      this.joinPair(items, form, name);
      const done = items.map(inside);
      const negative = done.filter(isNegative).length % 2 === 1;
      const whole = done.map((x) => (isNegative(x) ? arg(x) : x)).reduce((a, b) => apply("hadamard", a, b));
      return negative ? apply("neg", whole) : whole;
    }
    if (e.op === "add" || e.op === "sub" || e.op === "neg")
      return sum(termsOf(e).map(({ sign, expr }) => ({ sign, expr: inside(expr) })));
    if (e.op === "transpose") {
      const inner = inside(e.args[0]!);
      return isApply(inner, "transpose") ? arg(inner) : isNegative(inner) ? apply("neg", apply("transpose", arg(inner))) : apply("transpose", inner); // prettier-ignore
    }
    if (e.op === "div") {
      const [a, b] = [inside(e.args[0]!), inside(e.args[1]!)];
      return isNegative(a) ? apply("neg", apply("div", arg(a), b)) : apply("div", a, b);
    }
    const next = e.args.map(inside);
    return next.every((c, i) => c === e.args[i]) ? e : withChildren(e, next);
  }

  /** Two entrywise factors under their name; whether there are such. */
  private joinPair(items: Expr[], form: Form, name: string): boolean {
    for (let i = 0; i < items.length; i++)
      for (let j = i + 1; j < items.length; j++) {
        const pair = apply("hadamard", items[i]!, items[j]!);
        const own = this.formOf(pair);
        if (own.id !== form.id) continue;
        items.splice(j, 1);
        items.splice(i, 1, this.refer(pair, own, form, name));
        return true;
      }
    return false;
  }

  private refer(e: Expr, here: Form, form: Form, name: string): Expr {
    const ref = nameExpr(name);
    const turned = here.turned !== form.turned && !this.isScalar(e) ? apply("transpose", ref) : ref;
    return here.negative === form.negative ? turned : apply("neg", turned);
  }
}

const isNegative = (e: Expr): boolean => isApply(e, "neg");

/** The factors of a product, whatever its brackets. */
function factorsOf(e: Expr): readonly Expr[] {
  return isApply(e, "mul") ? [...factorsOf(arg(e)), ...factorsOf(arg(e, 1))] : [e];
}

/** Factors as a product, a minus in front. */
function product(factors: readonly Expr[]): Expr {
  const negative = factors.filter(isNegative).length % 2 === 1;
  const whole = factors.map((f) => (isNegative(f) ? arg(f) : f)).reduce((a, b) => apply("mul", a, b));
  return negative ? negated(whole) : whole;
}

/** -a*b is written with the minus at the first factor. */
function negated(e: Expr): Expr {
  if (!isApply(e, "mul")) return apply("neg", e);
  const [first, ...rest] = factorsOf(e);
  return rest.reduce((a, b) => apply("mul", a, b), apply("neg", first!));
}

function itemsOf(e: Expr): readonly Expr[] {
  return isApply(e, "hadamard") ? [...itemsOf(arg(e)), ...itemsOf(arg(e, 1))] : [e];
}

/** Every two of some entrywise factors. */
function pairsOf(items: readonly Expr[], visit: (pair: Expr) => void): void {
  for (let i = 0; i < items.length; i++)
    for (let j = i + 1; j < items.length; j++) visit(apply("hadamard", items[i]!, items[j]!));
}

interface Signed {
  readonly sign: 1 | -1;
  readonly expr: Expr;
}

/** The terms of a sum with their signs; a product that begins with a minus is a negative term. */
function termsOf(e: Expr, sign: 1 | -1 = 1): readonly Signed[] {
  const other: 1 | -1 = sign > 0 ? -1 : 1;
  if (isApply(e, "add")) return [...termsOf(arg(e), sign), ...termsOf(arg(e, 1), sign)];
  if (isApply(e, "sub")) return [...termsOf(arg(e), sign), ...termsOf(arg(e, 1), other)];
  if (isNegative(e)) return termsOf(arg(e), other);
  const [first, ...rest] = factorsOf(e);
  if (rest.length > 0 && isNegative(first!)) return termsOf(product([arg(first!), ...rest]), other);
  return [{ sign, expr: e }];
}

function sum(terms: readonly Signed[]): Expr {
  const flat = terms.flatMap(({ sign, expr }) => termsOf(expr, sign));
  const [first, ...rest] = [...flat.filter((t) => t.sign > 0).slice(0, 1), ...flat.filter((t, i) => !(t.sign > 0 && flat.findIndex((u) => u.sign > 0) === i))]; // prettier-ignore
  return rest.reduce(
    (a, { sign, expr }) => apply(sign > 0 ? "add" : "sub", a, expr),
    first!.sign > 0 ? first!.expr : negated(first!.expr),
  );
}

/** A sum by its terms in order; what begins with a minus is the negative of something. */
function sumKey(terms: readonly { readonly sign: 1 | -1; readonly key: string }[]): string {
  const sorted = [...terms].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const negative = sorted[0]!.sign < 0;
  const body = sorted.map(({ sign, key }) => `${sign < 0 !== negative ? "-" : "+"}${key}`).join("");
  const inner = terms.length === 1 ? sorted[0]!.key : `(${body})`;
  return negative ? `−${inner}` : inner;
}

const unsigned = (key: string): { key: string; negative: boolean } =>
  key.startsWith("−") ? { key: key.slice(1), negative: true } : { key, negative: false };
