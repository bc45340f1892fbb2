import { apply, children, type Expr, freeNames, name, num, sameExpr, size, withChildren } from "../core/ast";
import type { Steps } from "../core/steps";
import { isColumn, isRow, isScalar, type Shape } from "../core/shape";
import { joinSteps } from "./brief";
import { coefficientsByEntry } from "./byEntries";
import { changedPaths } from "./changed";
import { collect, collectedSum, type Coefficient, factoredSum } from "./combine";
import { type Context, dimExpr, Stuck } from "./context";
import type { Detail, NamedPart, Part, Step } from "./derivation";
import { applyFunctionRules, moveAllInside, moveInside, throughSign } from "./differential";
import { isDone, type Linear, linearSum, linearTerms, opened } from "./linear";
import { inReadingOrder, nameParts, replaceAll, restate } from "./naming";
import { peeled } from "./peel";
import { positioned } from "./position";
import { type FineStep, Recorder, type Stage } from "./recorder";
import type { RuleId } from "./rules";
import { withoutSpans, zerosOf } from "./templates";
import { build, buildSum, hasDifferential, Products, UNIT } from "./term";
import { isSymmetric, transpose } from "./transpose";

/** An answer that is so much shorter than what was read off deserves a line of its own. */
const SAME_LENGTH = 4;

/** More rounds than any sensible formula needs; beyond, something turns in a circle. */
const MOST_ROUNDS = 40;

export interface PartRequest {
  /** The name of the value, `y`. */
  readonly value: string;
  readonly expr: Expr;
  readonly wrt: string;
  readonly context: Context;
  readonly taken: ReadonlySet<string>;
}

/** A part before it is made brief, and before its last line is compared with the calculus. */
export interface Draft {
  readonly value: Expr;
  readonly of: Expr;
  readonly wrt: string;
  readonly named: readonly NamedPart[];
  readonly steps: readonly FineStep[];
  /** The derivative as it was read off, with names in it. */
  readonly readOff: Expr;
  /** The left side of the last line. */
  readonly left: Expr;
}

const d = (e: Expr): Expr => ({ kind: "differential", of: e });

/** One differentiation: from `y = …` to the derivative, with a pause behind each line. Throws `Stuck` where no rule leads on. */
export const derivePart = (request: PartRequest): Steps<Draft> => new Writing(request).write();

class Writing {
  private readonly context: Context;
  private readonly p: Products;
  private readonly recorder: Recorder;
  private named: NamedPart[] = [];
  private readonly value: Expr;
  private readonly of: Expr;

  constructor(private readonly request: PartRequest) {
    this.context = request.context;
    this.p = new Products(request.context);
    this.value = name(request.value);
    this.of = withoutSpans(request.expr);
    this.recorder = new Recorder(this.value, this.of);
    this.context.changing.add(request.wrt);
  }

  *write(): Steps<Draft> {
    const { context, p } = this;
    const restated = this.restateValue();
    const shape = context.shapeOf(restated);
    const atWrt = context.shapeOf(name(this.request.wrt));
    const kind = isScalar(shape) ? "gradient" : isScalar(atWrt) ? "by-scalar" : "jacobian";
    // A matrix is read off through vec, and so is a row.
    const boxed = kind === "jacobian" && !isColumn(shape);
    const dy = d(this.value);
    this.recorder.left = boxed ? apply("vec", dy) : dy;
    this.recorder.current = boxed ? apply("vec", d(restated)) : d(restated);
    if (!context.depends(restated)) return this.constant(shape, atWrt, boxed);
    let e = d(restated);
    e = yield* this.moveDown(e, boxed);
    if (!hasDifferential(e)) return this.constant(shape, atWrt, boxed);
    const entries =
      kind === "by-scalar" || boxed ? undefined : coefficientsByEntry(p, e, { name: this.request.wrt, shape: atWrt });
    if (entries !== undefined) {
      context.takeRules();
      return kind === "gradient" ? this.structured(entries, "read-entries") : this.finish(entries, "read-entries");
    }
    for (let round = 0; ; round++) {
      if (round > MOST_ROUNDS) throw new Stuck("the derivation does not come to an end");
      if (kind !== "gradient") e = yield* this.insertAll(e, boxed);
      const coefficients = kind === "by-scalar" ? this.scalarOut(e) : yield* this.arrange(e, boxed);
      const next = this.toInsert(coefficients.map((c) => c.name));
      if (next.length === 0) return this.readOff(coefficients, kind);
      yield;
      e = yield* this.moveDown(this.insert(next), false);
    }
  }

  private add(stage: Stage, after: Expr, where: FineStep["where"] = [], more: readonly RuleId[] = []): void {
    const shape = this.context.shapeOf(this.recorder.left.kind === "derivative" ? after : this.recorder.left);
    const zero = isZero(after) && !isScalar(shape);
    this.recorder.add(stage, zero ? zerosOf(shape) : after, [...more, ...this.context.takeRules()], where);
  }

  /** The formula as it is differentiated: definitions put in, long parts named. */
  private restateValue(): Expr {
    const { context, p } = this;
    this.ownNames(this.of);
    context.define(this.request.value, this.of);
    const plain = restate(p, this.of);
    const own = this.named.map((n) => ({ ...n, expr: restate(p, n.expr) }));
    for (const n of own) context.define(n.name, n.expr);
    const { expr, parts } = nameParts(p, plain, this.request.taken);
    this.named = inReadingOrder([...own, ...parts]);
    this.add("restate", expr, [], parts.length > 0 ? ["name"] : []);
    return expr;
  }

  /** Names of the document that contain the variable keep their names: `r = X*w - y`. */
  private ownNames(e: Expr): void {
    for (const n of freeNames(e)) {
      if (this.context.meaning.has(n)) continue;
      const definition = this.context.scope.definitions.get(n);
      if (definition === undefined || definition.parameters !== undefined) continue;
      const body = withoutSpans(definition.body);
      this.ownNames(body);
      this.context.define(n, body);
      if (this.context.changing.has(n)) this.named.push({ name: n, expr: body, own: true });
    }
  }

  /** d moved down to names, functions on the way taken by their rules, a line for each. */
  private *moveDown(e: Expr, boxed: boolean): Steps<Expr> {
    const show = (x: Expr): Expr => (boxed ? apply("vec", x) : x);
    let out = e;
    for (let round = 0; ; round++) {
      if (round > MOST_ROUNDS) throw new Stuck("the derivation does not come to an end");
      const moved = moveAllInside(this.p, out);
      if (moved !== undefined) {
        this.add("move", show(moved));
        out = moved;
        yield;
      }
      const applied = applyFunctionRules(this.p, out);
      if (applied === undefined) return out;
      out = this.p.tidy(this.withNames(applied));
      this.add("function", show(out));
      yield;
    }
  }

  /** What a rule has brought back in full is called by its name again. */
  private withNames(e: Expr): Expr {
    return this.named.reduce((x, n) => (n.expr.kind === "apply" ? replaceAll(x, n.expr, name(n.name)) : x), e);
  }

  /** Brings every term to its last form and collects them by what changes. */
  private *arrange(e: Expr, boxed: boolean): Steps<Coefficient[]> {
    const { context, p } = this;
    let list: Linear[] = linearTerms(p, e, boxed ? "vec" : "plain");
    this.add("arrange", linearSum(p, list));
    for (let round = 0; !list.every((l) => isDone(p, l)); round++) {
      if (round > MOST_ROUNDS) throw new Stuck("a term does not come to its last form");
      let moved = false;
      const step = (f: (l: Linear) => readonly Linear[] | undefined): void => {
        list = list.flatMap((l) => {
          const next = f(l);
          if (next === undefined) return [l];
          moved = true;
          return next.flatMap((x) => opened(p, x));
        });
      };
      step((l) => {
        const next = positioned(p, l);
        return next === undefined ? undefined : [next];
      });
      if (!moved) step((l) => peeled(p, l));
      if (!moved) throw new Stuck("no rule leads on");
      this.add("arrange", linearSum(p, list));
      yield;
    }
    const coefficients = collect(p, list);
    context.takeRules();
    const kept = coefficients.filter((c) => !isZero(c.value));
    this.add("collect", kept.length === 0 ? num(0) : collectedSum(p, kept), [], ["collect"]);
    return coefficients;
  }

  /** dt is a scalar: it comes to the end of every term. */
  private scalarOut(e: Expr): Coefficient[] {
    const { p } = this;
    const atom = d(name(this.request.wrt));
    const terms = p.terms(e).map((t) => p.term(this.withoutScalar(build(t))));
    const value = factoredSum(p, terms);
    this.add("arrange", buildSum(terms.map((t) => p.times(t, p.term(atom)))), [], ["scalar-out"]);
    const coefficient: Coefficient = { name: this.request.wrt, atom, form: "plain", row: false, value };
    this.add("collect", collectedSum(p, [coefficient]), [], ["collect"]);
    return [coefficient];
  }

  /** What multiplies the differential of a scalar in an expression that is linear in it. */
  private withoutScalar(e: Expr): Expr {
    const { p } = this;
    if (e.kind === "differential") return num(1);
    if (!hasDifferential(e)) return e;
    if (e.kind === "apply" && (e.op === "add" || e.op === "sub" || e.op === "neg")) {
      return buildSum(
        p
          .terms(e)
          .map((t) =>
            p.times(
              { ...UNIT, coef: t.coef, over: t.over },
              p.term(this.withoutScalar(build({ ...t, coef: 1, over: 1 }))),
            ),
          ),
      );
    }
    if (e.kind === "apply" && (e.op === "mul" || e.op === "div")) {
      const t = p.term(e);
      const head = { ...t, powers: [], chain: [] };
      const powers = t.powers.map((q) =>
        hasDifferential(q.base) ? p.term(this.withoutScalar(q.base)) : { ...UNIT, powers: [q] },
      );
      const chain = t.chain.map((f) => p.term(this.withoutScalar(f)));
      return build([...powers, ...chain].reduce((a, b) => p.times(a, b), head));
    }
    const parts = children(e);
    return p.tidy(
      withChildren(
        e,
        parts.map((c) => this.withoutScalar(c)),
      ),
    );
  }

  /** The names to be replaced next: those that no other name still waiting contains. */
  private toInsert(atoms: readonly string[]): string[] {
    const waiting = atoms.filter((n) => n !== this.request.wrt);
    return waiting.filter((n) => !waiting.some((m) => m !== n && this.contains(m, n)));
  }

  private contains(outer: string, inner: string): boolean {
    const meaning = this.context.meaning.get(outer);
    if (meaning === undefined) return false;
    const names = freeNames(meaning);
    return names.has(inner) || [...names].some((n) => this.context.meaning.has(n) && this.contains(n, inner));
  }

  /** Puts the differentials of names in place; functions inside wait for the lines that follow. */
  private insert(names: readonly string[], boxed = false, e: Expr = this.recorder.current): Expr {
    const { p } = this;
    const where: { left: Expr; right: Expr }[] = [];
    const by = new Map<string, Expr>();
    for (const n of names) {
      const right = moveInside(p, this.context.meaning.get(n)!);
      if (right === undefined) throw new Stuck(`${n} does not change`);
      by.set(n, right);
      where.push({ left: d(name(n)), right });
    }
    const put = (x: Expr): Expr => {
      if (x.kind === "differential" && x.of.kind === "name") return by.get(x.of.name) ?? x;
      const parts = children(x);
      if (parts.length === 0) return x;
      return withChildren(x, parts.map(put));
    };
    const out = p.tidy(put(e));
    this.add("insert", boxed ? apply("vec", out) : out, where, ["insert"]);
    return out;
  }

  /** Of a value that is not a scalar, all names are replaced before the terms are arranged. */
  private *insertAll(e: Expr, boxed: boolean): Steps<Expr> {
    let out = e;
    for (let round = 0; ; round++) {
      if (round > MOST_ROUNDS) throw new Stuck("the derivation does not come to an end");
      const next = this.toInsert([...differentials(out)]);
      if (next.length === 0) return out;
      out = yield* this.moveDown(this.insert(next, boxed, out), boxed);
    }
  }

  /** Nothing changes: dy = 0. */
  private constant(shape: Shape, atWrt: Shape, boxed: boolean): Draft {
    const p = this.p;
    const size = (s: typeof shape): Expr => p.product(dimExpr(s.rows), dimExpr(s.cols));
    this.add("move", boxed ? apply("zeros", size(shape)) : zerosOf(shape), [], ["constant"]);
    const value = isScalar(shape)
      ? zerosOf(atWrt)
      : isScalar(atWrt)
        ? zerosOf(shape)
        : apply("zeros", size(shape), size(atWrt));
    return this.finish(
      value,
      isScalar(shape)
        ? isScalar(atWrt)
          ? "read-scalar"
          : isColumn(atWrt)
            ? "read-vector"
            : "read-trace"
        : isScalar(atWrt)
          ? "read-scalar"
          : "read-jacobian",
    );
  }

  private readOff(coefficients: readonly Coefficient[], kind: "gradient" | "by-scalar" | "jacobian"): Draft {
    const { context, p } = this;
    const atom = name(this.request.wrt);
    const shape = context.shapeOf(atom);
    const c = coefficients.find((x) => x.name === this.request.wrt);
    if (c === undefined) throw new Stuck("nothing is left of the differential");
    context.takeRules();
    if (kind === "by-scalar" || (kind === "gradient" && isScalar(shape))) return this.finish(c.value, "read-scalar");
    // A number in front of dX alone stands for that number times the identity.
    const width =
      kind === "jacobian" && c.form === "vec"
        ? p.product(dimExpr(shape.rows), dimExpr(shape.cols))
        : dimExpr(shape.rows);
    const full = context.isScalar(c.value) ? p.product(c.value, apply("eye", width)) : c.value;
    if (kind === "jacobian") return this.finish(full, c.form === "vec" ? "read-vec" : "read-jacobian");
    const gradient = transpose(p, full);
    context.takeRules();
    const rule: RuleId = isColumn(shape) || isRow(shape) ? "read-vector" : "read-trace";
    return this.structured(gradient, rule);
  }

  /** The gradient within the structure of the variable. */
  private structured(gradient: Expr, rule: RuleId): Draft {
    const { context, p } = this;
    const properties = context.propertiesOf(this.request.wrt);
    const left = this.derivativeNode();
    const project = (): { value: Expr; rule: RuleId } | undefined => {
      if (properties.has("diagonal")) return { value: apply("diag", apply("diag", gradient)), rule: "structured-part" };
      if (properties.has("symmetric")) {
        if (isSymmetric(p, gradient)) return undefined;
        const sum = factoredSum(p, [...p.terms(gradient), ...p.terms(transpose(p, gradient))]);
        return { value: build(p.times({ ...UNIT, over: 2 }, p.term(sum))), rule: "symmetric-part" };
      }
      if (properties.has("skew")) {
        const flipped = p.terms(transpose(p, gradient)).map((t) => ({ ...t, coef: -t.coef }));
        return {
          value: build(p.times({ ...UNIT, over: 2 }, p.term(factoredSum(p, [...p.terms(gradient), ...flipped])))),
          rule: "structured-part",
        };
      }
      if (properties.has("lower")) return { value: throughSign(p, "tril", gradient), rule: "structured-part" };
      if (properties.has("upper")) return { value: throughSign(p, "triu", gradient), rule: "structured-part" };
      return undefined;
    };
    const part = project();
    context.takeRules();
    if (part === undefined) return this.finish(gradient, rule);
    this.recorder.left = left;
    this.add("read", part.value, [], [rule, part.rule]);
    return this.done(part.value);
  }

  private derivativeNode(): Expr {
    return { kind: "derivative", of: this.value, wrt: [name(this.request.wrt)] };
  }

  private finish(value: Expr, rule: RuleId): Draft {
    this.recorder.left = this.derivativeNode();
    this.recorder.steps.push({
      left: this.recorder.left,
      before: this.recorder.current,
      after: value,
      rules: [rule],
      stage: "read",
      where: [],
    });
    this.recorder.current = value;
    return this.done(value);
  }

  private done(value: Expr): Draft {
    return {
      value: this.value,
      of: this.of,
      wrt: this.request.wrt,
      named: this.named,
      steps: this.recorder.steps,
      readOff: value,
      left: this.recorder.left,
    };
  }
}

const isZero = (e: Expr): boolean => (e.kind === "number" ? e.value === 0 : e.kind === "apply" && e.op === "zeros");

/** Names whose differentials occur. */
function differentials(e: Expr, out = new Set<string>()): Set<string> {
  if (e.kind === "differential" && e.of.kind === "name") out.add(e.of.name);
  else for (const c of children(e)) differentials(c, out);
  return out;
}

/**
 * The part with its last line, `brief` or `full`. `answer` is the derivative as the calculus writes it; where it is
 * the one read off, only written otherwise, it takes its place.
 */
export function finishPart(draft: Draft, answer: Expr, detail: Detail): Part {
  const steps: FineStep[] = [...draft.steps];
  const read = steps.at(-1)!;
  const names = draft.named.some((n) => freeNames(draft.readOff).has(n.name) && !freeNames(answer).has(n.name));
  if (names || size(answer) < size(draft.readOff) - SAME_LENGTH) {
    if (!sameExpr(draft.readOff, answer)) {
      steps.push({
        left: draft.left,
        before: draft.readOff,
        after: answer,
        rules: [names ? "value-of-name" : "simplify"],
        stage: "final",
        where: [],
      });
    }
  } else steps[steps.length - 1] = { ...read, after: answer };
  const shown = detail === "full" ? steps : joinSteps(steps);
  return {
    value: draft.value,
    of: draft.of,
    wrt: draft.wrt,
    named: draft.named,
    steps: shown.map((s): Step => ({
      left: s.left,
      before: s.before,
      after: s.after,
      changedBefore: changedPaths(s.after, s.before),
      changed: changedPaths(s.before, s.after),
      rules: s.rules,
      where: s.where,
    })),
    answer,
  };
}
