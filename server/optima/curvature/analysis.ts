import { apply, type ApplyExpr, type Expr, num, sameExpr } from "../../core/ast";
import { spend } from "../../core/budget";
import { exprKey } from "../../core/exprKey";
import { isColumn, isMatrix, isRow } from "../../core/shape";
import type { Scope } from "../../core/scope";
import { printText } from "../../language/print";
import { graphOf } from "../../operators";
import { type Graph, GRAPHS, powerGraph } from "../../operators/graphs";
import { WORDS } from "./definite";
import {
  added, affineFacts, type AffineMap, constantFacts, type Facts, isConcave, isConvex, isFlat, negated, NO_NAMES,
  ONE, scaled, squareExpr, type Strong, timesExpr, union, unknownFacts,
} from "./facts"; // prettier-ignore
import {
  inDomain,
  isNonnegative,
  isNonpositive,
  isNonzero,
  isPositive,
  NONNEGATIVE,
  POSITIVE,
  type Range,
  within,
} from "./range";
import { summedOver, World } from "./world";

/** Norms: convex, and increasing in the absolute values of the entries. */
const NORMS = new Set(["norm1", "norm2", "norminf", "normnuc", "normspec"]);
/** Increasing in every entry, and convex. */
const MAXIMA = new Set(["max", "logsumexp"]);

/**
 * The rules of disciplined convex programming (Grant, Boyd and Ye 2006), extended: what is strict and strong, forms in
 * squares, quotients and products, and the order of symmetric matrices. Facts are of each entry of a value.
 */
export class Analysis extends World {
  private readonly known = new Map<string, Facts>();
  private readonly orders = new Map<string, Facts>();

  constructor(scope: Scope, variables: readonly string[]) {
    super(scope, variables);
  }

  /** How each entry of a value is curved. */
  facts(e: Expr): Facts {
    const key = exprKey(e);
    let f = this.known.get(key);
    if (f === undefined) {
      spend(10);
      f = this.depends(e) ? { of: e, ...this.find(e) } : constantFacts(this.range(e));
      this.known.set(key, f);
    }
    return f;
  }

  private find(e: Expr): Facts {
    switch (e.kind) {
      case "name":
        return affineFacts(this.range(e), { tells: this.context.scope.variables.has(e.name) ? new Set([e.name]) : NO_NAMES, least: ONE, most: ONE }); // prettier-ignore
      case "literal":
        return this.stacked(e.rows.flat(), e);
      case "index": {
        const f = this.facts(e.base);
        if (e.indices.some((i) => i !== null && this.depends(i))) return unknownFacts(f.range);
        return f.curve === "affine" ? affineFacts(f.range, { tells: NO_NAMES, ...(f.map?.most === undefined ? {} : { most: f.map.most }) }) : { ...weakened(f), because: [f] }; // prettier-ignore
      }
      case "sumover":
        return this.summedOver(e);
      case "apply":
        return this.applied(e.op, e.args, e);
      default:
        return unknownFacts();
    }
  }

  private applied(op: string, args: readonly Expr[], e: Expr): Facts {
    const [a, b] = args as [Expr, Expr];
    const range = this.range(e);
    const graph = graphOf(op);
    if (op === "log") return this.logarithm(a, e) ?? this.composed(graph!, this.facts(a), e, "log");
    if (op === "sqrt") return this.power(a, 0.5, e, "sqrt");
    if (graph !== undefined) return this.composed(graph, this.facts(a), e, op);
    if (NORMS.has(op)) return this.norm(op, a, e);
    if (MAXIMA.has(op)) return this.maximum(op, a, e);
    switch (op) {
      case "add":
      case "sub": {
        const [x, y] = [this.facts(a), op === "sub" ? negated(this.facts(b)) : this.facts(b)];
        const sum = added(x, y, range);
        return sum === undefined ? unknownFacts(range) : { ...sum, because: [x, y] };
      }
      case "neg":
        return negated(this.facts(a));
      case "mul":
      case "div":
        return this.product(e);
      case "hadamard":
      case "hdiv":
        return this.elementwise(e, a, b, op);
      case "pow":
      case "hpow": {
        if (op === "pow" && !this.isScalar(a)) return unknownFacts(range);
        const p = this.exponent(b);
        if (p === undefined) return this.exponential(a, b, e) ?? unknownFacts(range);
        return typeof p === "number" ? this.power(a, p, e, op) : this.powerOf(a, p, e);
      }
      case "transpose":
      case "vec":
      case "tril":
      case "triu":
      case "diag": {
        const f = this.facts(a);
        const whole = op === "transpose" || op === "vec" || (op === "diag" && !isMatrix(this.shape(a)));
        return whole ? { ...f, range, because: [f] } : { ...weakened(f), range, because: [f] };
      }
      case "sum":
      case "mean":
        return this.summed(a, e, op);
      case "tr":
        return this.trace(a, e);
      case "dot":
        return sameExpr(a, b) ? this.squares(a, e) : this.summed(apply("hadamard", a, b), e, "sum");
      case "lmax":
        return this.largest(a, e);
      case "logdet":
        return this.logDeterminant(a, e);
      default:
        return unknownFacts(range);
    }
  }

  // ---- composition ----

  /** g(f): by the slope and the bend of g over the bounds of f. */
  private composed(graph: Graph, f: Facts, e: Expr, name: string): Facts {
    const range = this.range(e);
    const r = inDomain(graph, f.range);
    const bend = graph.bends.find((s) => within(r, s.from, s.to));
    const slope = graph.slopes.find((s) => within(r, s.from, s.to));
    if (bend === undefined && slope === undefined) return unknownFacts(range);
    const direction = slope?.slope ?? 0;
    const sign = bend?.bend;
    const shown = name === "pow" || name === "hpow" ? "the power" : name;
    const say = (curve: "convex" | "concave", inner: string): string =>
      `${shown} is ${direction > 0 ? "increasing and " : direction < 0 ? "decreasing and " : ""}${sign === undefined ? "" : sign > 0 ? "convex" : "concave"}${f.range.low > -Infinity || f.range.high < Infinity ? " there" : ""} of ${inner}, so ${curve}`; // prettier-ignore
    if (f.curve === "affine") {
      if (sign === undefined) return unknownFacts(range);
      const [low, high] = graph.second?.(r.low, r.high) ?? [0, Infinity];
      const modulus = Math.min(Math.abs(low), Math.abs(high));
      const most = Math.max(Math.abs(low), Math.abs(high));
      const known = low * high >= 0 && modulus > 0 && Number.isFinite(modulus);
      return {
        curve: sign > 0 ? "convex" : "concave",
        range,
        strict: bend!.strict ? f.map!.tells : NO_NAMES,
        ...(known && f.map!.tells.size > 0 ? { strong: this.strong(f.map!, modulus) } : {}),
        ...this.smoothBy(f.map!, most),
        ...(name === "abs" ? { radial: f.map!.tells } : {}),
        why: say(sign > 0 ? "convex" : "concave", "an affine function"),
        because: [f],
      };
    }
    const convex = sign !== undefined && sign > 0 && ((direction > 0 && isConvex(f)) || (direction < 0 && isConcave(f)));
    const concave = sign !== undefined && sign < 0 && ((direction > 0 && isConcave(f)) || (direction < 0 && isConvex(f)));
    if (!convex && !concave) return unknownFacts(range);
    const strictly = slope?.strict === true;
    const strict = strictly ? union(f.strict, bend!.strict ? (f.radial ?? NO_NAMES) : NO_NAMES) : NO_NAMES;
    const least = convex && direction > 0 ? graph.derivative?.(r.low) : undefined;
    const carries = strictly && f.strong !== undefined && least !== undefined && least > 0 && Number.isFinite(least);
    const modulus = carries ? timesExpr(f.strong!.modulus, num(least)) : undefined;
    const curve = convex ? "convex" : "concave";
    return {
      curve,
      range,
      strict,
      ...(carries ? { strong: { on: f.strong!.on, ...(modulus === undefined ? {} : { modulus }) } } : {}),
      why: say(curve, `a ${f.curve} function`),
      because: [f],
    };
  } // prettier-ignore

  private strong(map: AffineMap, second: number): Strong {
    const modulus = timesExpr(num(second), squareExpr(map.least));
    return { on: map.tells, ...(modulus === undefined ? {} : { modulus }) };
  }

  private smoothBy(map: AffineMap, second: number): { smooth?: Expr } {
    const smooth = Number.isFinite(second) ? timesExpr(num(second), squareExpr(map.most)) : undefined;
    return smooth === undefined ? {} : { smooth };
  }

  /** x^p for a known number p. */
  private power(a: Expr, p: number, e: Expr, name: string): Facts {
    const inner = innerPower(a);
    const range = this.range(e);
    if (p === 2 && this.isScalar(e)) {
      if (a.kind === "apply" && (a.op === "norm2" || a.op === "abs")) return this.squares(a.args[0]!, e);
    }
    if (p === 2) {
      const f = this.facts(a);
      if (f.curve === "affine") return this.squares(a, e, true);
    }
    if (inner !== undefined && isNonnegative(this.range(inner.base))) return this.power(inner.base, p * inner.exponent, e, name);
    const joint = this.monomial(e) ?? this.powerMean(a, p, e);
    if (joint !== undefined) return joint;
    if (p >= 0.5 && p < 1 && this.isScalar(e)) {
      const squares = this.sumOfSquares(a);
      if (squares !== undefined) {
        const strict = squares.positive || p > 0.5 ? squares.tells : NO_NAMES;
        return {
          curve: "convex", range, strict, ...(p === 0.5 && !squares.positive ? { radial: squares.tells } : {}),
          why: squares.positive ? "the norm of an affine function and a constant, stacked" : "the norm of an affine function", because: [],
        };
      }
    }
    if (a.kind === "apply" && a.op === "det" && p < 0) {
      const d = this.logDeterminant(a.args[0]!, a);
      if (d.curve === "concave" && this.definite(a.args[0]!)?.sign === 2)
        return { curve: "convex", range, strict: d.strict, why: "a negative power of a determinant is the exponential of a convex function", because: [d] };
    }
    const graph = powerGraph(p);
    return graph === undefined ? this.facts(a) : this.composed(graph, this.facts(a), e, name);
  } // prettier-ignore

  /** (Σ cᵢ·gᵢ^p)^(1/p): a norm for p > 1, a generalised mean below: concave in positive concave g. */
  private powerMean(a: Expr, root: number, e: Expr): Facts | undefined {
    const p = 1 / root;
    const bases: Facts[] = [];
    if (p === 1 || !this.gatherPowers(a, p, bases) || bases.length === 0) return undefined;
    const range = this.range(e);
    if (p < 1 && bases.every((f) => isConcave(f) && isPositive(f.range)))
      return { curve: "concave", range, strict: NO_NAMES, why: "a generalised mean of positive concave functions", because: bases };
    if (p > 1 && bases.every((f) => isConvex(f) && isNonnegative(f.range)))
      return { curve: "convex", range, strict: NO_NAMES, why: "a norm of convex functions that are not negative", because: bases };
    return undefined;
  } // prettier-ignore

  /** Whether a value is a sum of powers p, with factors that are not negative; their bases are collected. */
  private gatherPowers(e: Expr, p: number, out: Facts[]): boolean {
    if (e.kind === "sumover") return this.gatherPowers(e.body, p, out);
    if (e.kind !== "apply") return false;
    const [a, b] = e.args as [Expr, Expr];
    if (e.op === "add") return this.gatherPowers(a, p, out) && this.gatherPowers(b, p, out);
    if (e.op === "sum") return this.gatherPowers(a, p, out);
    const powers = new Map<string, { base: Expr; exponent: number }>();
    if (!this.collect(e, 1, powers)) return false;
    const all = [...powers.values()];
    if (all.length !== 1 || Math.abs(all[0]!.exponent - p) > 1e-12) return false;
    out.push(this.facts(all[0]!.base));
    return b !== undefined || a !== undefined;
  }

  /** x^p where only bounds of p are known: 1/n. */
  private powerOf(a: Expr, p: readonly [number, number], e: Expr): Facts {
    const exponent = e.kind === "apply" ? e.args[1]! : undefined;
    if (a.kind === "apply" && a.op === "det" && exponent !== undefined) {
      const m = a.args[0]!;
      const order = this.order(m);
      const n = this.shape(m).rows.key;
      const isRoot = exponent.kind === "apply" && exponent.op === "div" && sameExpr(exponent.args[0]!, ONE) && printText(exponent.args[1]!).replace(/ /g, "") === n; // prettier-ignore
      if (isRoot && isConcave(order) && this.definite(m)?.sign === 2)
        return { curve: "concave", range: this.range(e), strict: NO_NAMES, why: "the n-th root of a determinant is concave (Minkowski)", because: [order] }; // prettier-ignore
    }
    const graph = powerGraph(p);
    return graph === undefined ? unknownFacts(this.range(e)) : this.composed(graph, this.facts(a), e, "pow");
  }

  /** c^x for a positive constant. */
  private exponential(base: Expr, exponent: Expr, e: Expr): Facts | undefined {
    if (this.depends(base) || !isPositive(this.range(base))) return undefined;
    return this.composed(GRAPHS.exp!, this.facts(apply("mul", apply("log", base), exponent)), e, "exp");
  }

  // ---- sums ----

  private summed(a: Expr, e: Expr, op: string): Facts {
    const range = this.range(e);
    const special = this.sumOfProduct(a, e);
    if (special !== undefined) return op === "sum" ? special : scaled(special, range, 1, true, undefined);
    const f = this.facts(a);
    if (this.isScalar(a)) return f;
    if (f.curve === "none") return unknownFacts(range);
    if (f.curve === "affine") {
      const s = this.shape(a);
      const count = timesExpr(dimension(s.rows.key), dimension(s.cols.key));
      const most = op === "sum" && count !== undefined ? timesExpr(apply("sqrt", count), f.map?.most) : undefined;
      return affineFacts(range, {
        tells: NO_NAMES,
        ...(most === undefined ? {} : { most }),
      });
    }
    // A separable sum bends in each entry as much as its function does.
    const { radial: _radial, ...rest } = f;
    const out: Facts = {
      ...rest,
      range,
      because: [f],
      why: `a sum of ${f.curve} entries`,
    };
    if (op === "sum") return out;
    return scaled(out, range, 1, true, undefined);
  }

  private summedOver(e: Extract<Expr, { kind: "sumover" }>): Facts {
    const f = this.facts(e.body);
    const range = this.range(e);
    if (f.curve === "none") return unknownFacts(range);
    const smooth = f.smooth === undefined ? undefined : summedOver(e, f.smooth);
    const modulus = f.strong?.modulus === undefined ? undefined : summedOver(e, f.strong.modulus);
    const { smooth: _smooth, strong: _strong, map: _map, radial: _radial, ...rest } = f;
    return {
      ...rest,
      range,
      ...(f.curve === "affine" ? { map: { tells: NO_NAMES } } : {}),
      ...(smooth === undefined ? {} : { smooth }),
      ...(f.strong === undefined
        ? {}
        : {
            strong: {
              on: f.strong.on,
              ...(modulus === undefined ? {} : { modulus }),
            },
          }),
      why: `a sum of ${f.curve} terms`,
      because: [f],
    };
  }

  /** Blocks beside and below each other. */
  private stacked(parts: readonly Expr[], e: Expr): Facts {
    const range = this.range(e);
    const all = parts.map((p) => this.facts(p));
    if (all.every(isFlat)) {
      const varying = all.filter((f) => f.curve === "affine");
      const tells = varying.reduce<ReadonlySet<string>>((s, f) => union(s, f.map!.tells), NO_NAMES);
      const only = varying.length === 1 ? varying[0]!.map! : { tells };
      return affineFacts(range, { ...only, tells });
    }
    const convex = all.every(isConvex);
    if (!convex && !all.every(isConcave)) return unknownFacts(range);
    const strict = all.reduce<ReadonlySet<string>>((s, f) => union(s, f.strict), NO_NAMES);
    return {
      curve: convex ? "convex" : "concave",
      range,
      strict,
      because: all,
    };
  }

  // ---- products ----

  private product(e: Expr): Facts {
    const range = this.range(e);
    const t = this.term(e);
    const varying = t.powers.filter((p) => this.depends(p.base));
    const chainVaries = t.chain.some((c) => this.depends(c));
    // The constant in front: its sign, and its absolute value.
    const fixed = t.powers.filter((p) => !this.depends(p.base));
    const sign = fixed.reduce<Range>((r, p) => rangeTimes(r, this.rangeOfPower(this.range(p.base), p.exponent)), { low: t.coef / t.over, high: t.coef / t.over, lowOpen: false, highOpen: false });
    let size: Expr | undefined = num(Math.abs(t.coef) / t.over);
    for (const p of fixed) size = timesExpr(size, this.absolute(raised(p)));
    const multiple = (f: Facts): Facts => this.multiple(f, sign, size, range);
    if (varying.length === 0) return chainVaries ? multiple(this.chain(t.chain)) : unknownFacts(range);
    if (!chainVaries) {
      const f = varying.length === 1 ? this.facts(raised(varying[0]!)) : this.joint(varying.map(raised), range);
      if (t.chain.length === 0) return multiple(f);
      // A number that varies times a constant vector or matrix.
      const whole = t.chain.reduce((a, b) => apply("mul", a, b));
      const r = this.range(whole);
      if (f.curve === "affine") {
        const most = timesExpr(f.map!.most, this.isScalar(whole) ? this.absolute(whole) : apply("norm2", whole));
        return multiple({ ...f, map: { tells: isNonzero(r) ? f.map!.tells : NO_NAMES, ...(most === undefined ? {} : { most }) }, because: [f] });
      }
      if (!isNonnegative(r) && !isNonpositive(r)) return unknownFacts(range);
      return multiple(scaled(f, range, isNonnegative(r) ? 1 : -1, isNonzero(r), undefined));
    }
    const parts = [...varying.map(raised), t.chain.reduce((a, b) => apply("mul", a, b))];
    return this.isScalar(parts.at(-1)!) ? multiple(this.joint(parts, range)) : unknownFacts(range);
  } // prettier-ignore

  /** A constant multiple. */
  private multiple(f: Facts, sign: Range, size: Expr | undefined, range: Range): Facts {
    if (isNonnegative(sign) || isNonpositive(sign)) return scaled(f, range, isNonnegative(sign) ? 1 : -1, isNonzero(sign), size);
    if (f.curve !== "affine") return unknownFacts(range);
    const most = timesExpr(size, f.map?.most);
    return affineFacts(range, { tells: NO_NAMES, ...(most === undefined ? {} : { most }) });
  } // prettier-ignore

  /** A product of scalars that all vary. */
  private joint(parts: readonly Expr[], range: Range): Facts {
    const whole = parts.reduce((a, b) => apply("mul", a, b));
    return (
      this.overLinear(parts, range) ?? this.entropy(parts, range, false) ?? this.monomial(whole) ?? this.repeated(parts, range) ?? unknownFacts(range)
    );
  } // prettier-ignore

  /** f·f written out. */
  private repeated(parts: readonly Expr[], range: Range): Facts | undefined {
    if (parts.length !== 2 || !sameExpr(parts[0]!, parts[1]!)) return undefined;
    return this.composed(powerGraph(2)!, this.facts(parts[0]!), apply("pow", parts[0]!, num(2)), "pow") ?? unknownFacts(range);
  } // prettier-ignore

  /** ‖f‖²/g with f affine and g positive and concave: convex in both. */
  private overLinear(parts: readonly Expr[], range: Range): Facts | undefined {
    if (parts.length !== 2) return undefined;
    for (const [top, under] of [parts, [...parts].reverse()] as [Expr, Expr][]) {
      if (under.kind !== "apply" || under.op !== "pow" || under.args[1]!.kind !== "number" || under.args[1].value !== -1) continue;
      const g = this.facts(under.args[0]!);
      const squares = this.sumOfSquares(top);
      if (squares === undefined || squares.positive || !isConcave(g) || !isPositive(g.range)) continue;
      return { curve: "convex", range, strict: NO_NAMES, why: "a square of an affine function over a positive concave one", because: [g] };
    }
    return undefined;
  } // prettier-ignore

  /** a·log(a/g), and a·log(a): convex in all; of entries with `entry`. */
  private entropy(parts: readonly Expr[], range: Range, entry: boolean): Facts | undefined {
    if (parts.length !== 2) return undefined;
    for (const [a, log] of [parts, [...parts].reverse()] as [Expr, Expr][]) {
      const difference = log.kind === "apply" && log.op === "sub" && log.args.every((x) => x.kind === "apply" && x.op === "log");
      if (log.kind !== "apply" || (log.op !== "log" && !difference)) continue;
      const f = this.facts(a);
      if (f.curve !== "affine") continue;
      const inside = difference ? apply("hdiv", ...log.args.map((x) => (x as { args: readonly Expr[] }).args[0]!)) : log.args[0]!;
      if (sameExpr(a, inside)) return { curve: "convex", range, strict: f.map!.tells, why: "x*log(x) is strictly convex, of an affine function", because: [f] };
      const quotient = this.quotient(inside, entry);
      if (quotient === undefined) continue;
      const [over, under] = quotient;
      const turned = sameExpr(under, a);
      if (!turned && !sameExpr(over, a)) continue;
      const g = this.facts(turned ? over : under);
      if (!isPositive(f.range) || !isPositive(g.range) || !isConcave(g)) continue;
      const strict = g.curve === "constant" ? f.map!.tells : NO_NAMES;
      const facts: Facts = { curve: "convex", range, strict, why: "relative entropy a*log(a/b) is convex in both", because: [f, g] };
      return turned ? { ...negated(facts), range, why: "minus a relative entropy a*log(a/b)" } : facts;
    }
    return undefined;
  } // prettier-ignore

  /** a and b of a quotient, or of a difference of logarithms. */
  private quotient(e: Expr, entry: boolean): readonly [Expr, Expr] | undefined {
    if (e.kind === "apply" && (e.op === "hdiv" || (e.op === "div" && (this.isScalar(e) || entry)))) return [e.args[0]!, e.args[1]!];
    return undefined;
  } // prettier-ignore

  private elementwise(e: Expr, a: Expr, b: Expr, op: string): Facts {
    const range = this.range(e);
    const [f, g] = [this.facts(a), this.facts(b)];
    if (op === "hadamard" && sameExpr(a, b)) return f.curve === "affine" ? this.squares(a, e, true) : this.composed(powerGraph(2)!, f, apply("hpow", a, num(2)), "hpow"); // prettier-ignore
    const [fixed, moving, expr] = g.curve === "constant" ? [g, f, a] : [f, g, b];
    if (fixed.curve === "constant") {
      const under = op === "hdiv" && fixed === f;
      const inner = under ? this.power(expr, -1, apply("hpow", expr, num(-1)), "hpow") : moving;
      const r = fixed.range;
      if (inner.curve === "affine")
        return affineFacts(range, {
          tells: isNonzero(r) ? inner.map!.tells : NO_NAMES,
        });
      if (!isNonnegative(r) && !isNonpositive(r)) return unknownFacts(range);
      return scaled(inner, range, isNonnegative(r) ? 1 : -1, isNonzero(r), undefined);
    }
    if (op === "hadamard") {
      const found = this.entropy([a, b], range, true);
      if (found !== undefined) return found;
    }
    if (op === "hdiv") {
      const square = this.elementSquare(a);
      if (square !== undefined && this.facts(square).curve === "affine" && isConcave(g) && isPositive(g.range))
        return { curve: "convex", range, strict: NO_NAMES, why: "a square of an affine function over a positive concave one", because: [g] }; // prettier-ignore
    }
    return this.monomial(e) ?? unknownFacts(range);
  }

  private elementSquare(e: Expr): Expr | undefined {
    if (e.kind !== "apply") return undefined;
    if (e.op === "hadamard" && sameExpr(e.args[0]!, e.args[1]!)) return e.args[0];
    return (e.op === "hpow" || e.op === "pow") && e.args[1]!.kind === "number" && e.args[1].value === 2 ? e.args[0] : undefined;
  } // prettier-ignore

  /**
   * Products of powers of positive values: convex where all exponents are negative, or one is positive and all add up to
   * at least one; concave where none is negative and they add up to at most one (the geometric mean).
   */
  private monomial(e: Expr): Facts | undefined {
    const powers = new Map<string, { base: Expr; exponent: number }>();
    if (!this.collect(e, 1, powers)) return undefined;
    const all = [...powers.values()].filter((p) => p.exponent !== 0);
    if (all.length < 2) return undefined;
    const facts = all.map((p) => this.facts(p.base));
    if (!facts.every((f) => isPositive(f.range))) return undefined;
    const range = this.range(e);
    const total = all.reduce((s, p) => s + p.exponent, 0);
    const rising = all.filter((p) => p.exponent > 0).length;
    const tells = facts.reduce<ReadonlySet<string>>((s, f) => union(s, f.map?.tells ?? NO_NAMES), NO_NAMES);
    const flat = facts.every(isFlat);
    const inside = (k: number): boolean => (all[k]!.exponent > 0 ? isConvex(facts[k]!) : isConcave(facts[k]!));
    if (rising === 0 || (rising === 1 && total >= 1)) {
      if (!all.every((_, k) => inside(k))) return undefined;
      return { curve: "convex", range, strict: flat && (rising === 0 || total > 1) ? tells : NO_NAMES, why: rising === 0 ? "a product of negative powers is convex" : "a quotient of powers whose exponents add up to at least one is convex", because: facts };
    }
    if (rising === all.length && total <= 1 && facts.every(isConcave))
      return { curve: "concave", range, strict: flat && total < 1 ? tells : NO_NAMES, why: "a geometric mean is concave", because: facts };
    return undefined;
  } // prettier-ignore

  private collect(e: Expr, exponent: number, out: Map<string, { base: Expr; exponent: number }>): boolean {
    if (!this.depends(e)) return isPositive(this.range(e));
    if (e.kind === "apply") {
      const [a, b] = e.args as [Expr, Expr];
      const scalars = e.op === "hadamard" || e.op === "hdiv" || (this.isScalar(a) && (e.args.length < 2 || this.isScalar(b)));
      if (scalars && (e.op === "mul" || e.op === "hadamard")) return this.collect(a, exponent, out) && this.collect(b, exponent, out);
      if (scalars && (e.op === "div" || e.op === "hdiv")) return this.collect(a, exponent, out) && this.collect(b, -exponent, out);
      if (e.op === "sqrt") return this.collect(a, exponent / 2, out);
      if ((e.op === "pow" || e.op === "hpow") && (e.op === "hpow" || this.isScalar(a))) {
        const p = this.exponent(b);
        if (typeof p === "number") return this.collect(a, exponent * p, out);
      }
    }
    const key = exprKey(e);
    out.set(key, { base: e, exponent: (out.get(key)?.exponent ?? 0) + exponent });
    return true;
  } // prettier-ignore

  // ---- chains of matrices ----

  private chain(chain: readonly Expr[]): Facts {
    const whole = chain.reduce((a, b) => apply("mul", a, b));
    const range = this.range(whole);
    const varying = chain.flatMap((c, i) => (this.depends(c) ? [i] : []));
    if (this.isScalar(whole)) {
      const form = this.form(chain, range) ?? this.sandwiched(chain, range);
      if (form !== undefined) return form;
    }
    if (varying.length !== 1) return unknownFacts(range);
    const at = varying[0]!;
    const f = this.facts(chain[at]!);
    if (chain.length === 1) return f;
    const left = chain.slice(0, at);
    const right = chain.slice(at + 1);
    if (f.curve === "affine") {
      const most = [...left, ...right].reduce<Expr | undefined>((m, c) => timesExpr(m, this.stretch(c)), f.map?.most);
      const keeps = left.every((c) => this.tellsApart(c)) && right.every((c) => this.tellsApart(apply("transpose", c)) || this.tellsApart(this.turned(c)));
      const isometry = keeps && [...left, ...right].every((c) => this.has(c, "orthogonal"));
      const least = isometry ? f.map?.least : keeps ? this.leastThrough([...left, ...right], f.map?.least) : undefined;
      return affineFacts(range, { tells: keeps ? f.map!.tells : NO_NAMES, ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }) });
    }
    // Sums of entries with weights of one sign.
    const weights = [...left, ...right].map((c) => this.range(c));
    if (!weights.every((r) => isNonnegative(r))) return unknownFacts(range);
    const strictly = weights.every((r) => isPositive(r));
    return scaled(f, range, 1, strictly, undefined);
  } // prettier-ignore

  private leastThrough(parts: readonly Expr[], least: Expr | undefined): Expr | undefined {
    let out = least;
    for (const p of parts) {
      const bound = this.definite(p)?.least ?? (this.has(p, "orthogonal") ? ONE : undefined);
      out = timesExpr(out, bound);
    }
    return out;
  }

  private trace(a: Expr, e: Expr): Facts {
    const range = this.range(e);
    if (a.kind === "apply" && (a.op === "add" || a.op === "sub" || a.op === "neg")) {
      const [x, y] = a.args as [Expr, Expr | undefined];
      const first = this.facts(apply("tr", x));
      if (a.op === "neg") return negated(first);
      const second = this.facts(apply("tr", y!));
      return added(first, a.op === "sub" ? negated(second) : second, range) ?? unknownFacts(range);
    }
    const t = this.term(a);
    if (t.powers.every((p) => !this.depends(p.base)) && t.chain.length > 0) {
      const chain = t.chain.flatMap((c) => (isSquarePower(c) ? [c.args[0]!, c.args[0]!] : [c]));
      const found = this.form(chain, range, true) ?? this.spectral(t.chain, range) ?? this.tracedOrder(t.chain, range);
      if (found !== undefined) {
        let sign: Range = { low: t.coef / t.over, high: t.coef / t.over, lowOpen: false, highOpen: false };
        let size: Expr | undefined = num(Math.abs(t.coef) / t.over);
        for (const p of t.powers) {
          sign = rangeTimes(sign, this.rangeOfPower(this.range(p.base), p.exponent));
          size = timesExpr(size, this.absolute(raised(p)));
        }
        return this.multiple(found, sign, size, range);
      }
    }
    const f = this.facts(a);
    if (f.curve === "affine") return affineFacts(range, { tells: NO_NAMES });
    return isFlat(f) || f.curve === "none" ? unknownFacts(range) : { ...weakened(f), range, why: `a sum of ${f.curve} entries`, because: [f] };
  } // prettier-ignore

  /** L'·P·L in L, also as tr(L'·P·L·Q): a square weighted by P and Q; with an inverse inside that varies too, a matrix fraction. */
  private form(chain: readonly Expr[], range: Range, cyclic = true): Facts | undefined {
    const split = this.split(chain, cyclic);
    if (split === undefined) return undefined;
    const { square, inner, outer } = split;
    const f = this.facts(square);
    if (f.curve !== "affine" && f.curve !== "constant") return undefined;
    const product = (part: readonly Expr[]) => (part.length === 0 ? undefined : this.definiteChain(part));
    const p = inner.length === 0 ? { sign: 2 as const, least: ONE, most: ONE } : product(inner);
    const q = outer.length === 0 ? { sign: 2 as const, least: ONE, most: ONE } : product(outer);
    if (p === undefined || q === undefined) return undefined;
    const varies = inner.some((c) => this.depends(c));
    if (outer.some((c) => this.depends(c))) return undefined;
    if (varies) {
      if (p.sign !== 2 || q.sign < 1) return undefined;
      const middle = inner.length === 1 ? inner[0]! : undefined;
      if (middle?.kind !== "apply" || middle.op !== "inv") return undefined;
      const m = this.order(middle.args[0]!);
      if (!isConcave(m) || this.definite(middle.args[0]!)?.sign !== 2) return undefined;
      return { curve: "convex", range, strict: NO_NAMES, why: "a matrix fraction x'*inv(S)*x is convex in both", because: [f] };
    }
    if (f.curve === "constant") return undefined;
    const sign = p.sign * q.sign;
    if (sign === 0) return undefined;
    const definite = Math.abs(p.sign) === 2 && Math.abs(q.sign) === 2 && f.map!.tells.size > 0;
    const two = num(2);
    const modulus = definite ? timesExpr(timesExpr(two, timesExpr(p.least, q.least)), squareExpr(f.map!.least)) : undefined;
    const smooth = timesExpr(timesExpr(two, timesExpr(p.most, q.most)), squareExpr(f.map!.most));
    const word = inner.length === 0 ? "a square of an affine function" : `a square of an affine function, weighted by ${printText(whole(inner))}, which is ${WORDS[p.sign as 2]}`;
    return {
      curve: sign > 0 ? "convex" : "concave",
      range,
      strict: definite ? f.map!.tells : NO_NAMES,
      ...(definite ? { strong: { on: f.map!.tells, ...(modulus === undefined ? {} : { modulus }) } } : {}),
      ...(smooth === undefined ? {} : { smooth }),
      why: word,
      because: [f],
    };
  } // prettier-ignore

  /** The two factors of a chain that are each other's transpose and vary, with what stands between them and around. */
  private split(chain: readonly Expr[], cyclic: boolean): { square: Expr; inner: readonly Expr[]; outer: readonly Expr[] } | undefined {
    const varying = chain.flatMap((c, i) => (this.depends(c) ? [i] : []));
    if (varying.length < 2 || varying.length > 3) return undefined;
    for (const [i, j] of varying.flatMap((x, k) => varying.slice(k + 1).map((y) => [x, y] as const))) {
      if (!this.isTransposeOf(chain[i]!, chain[j]!)) continue;
      const between = chain.slice(i + 1, j);
      const around = [...chain.slice(j + 1), ...chain.slice(0, i)];
      if (!cyclic && around.length > 0) continue;
      const [a, b] = [between, around];
      // In tr(L'·P·L·Q) either may be called the inner one.
      if (!b.some((c) => this.depends(c))) return { square: chain[j]!, inner: a, outer: b };
      if (!a.some((c) => this.depends(c))) return { square: chain[i]!, inner: b, outer: a };
    }
    return undefined;
  } // prettier-ignore

  /** a'·M·a with a constant and M in the order of definiteness. */
  private sandwiched(chain: readonly Expr[], range: Range): Facts | undefined {
    if (chain.length < 3) return undefined;
    let p = 0;
    while (2 * p < chain.length - 2 && !this.depends(chain[p]!) && this.isTransposeOf(chain[p]!, chain[chain.length - 1 - p]!)) p++;
    if (p === 0) return undefined;
    const inner = chain.slice(p, chain.length - p);
    if (inner.length !== 1) return undefined;
    const order = this.order(inner[0]!);
    if (order.curve === "none") return undefined;
    if (order.curve === "affine") return affineFacts(range, { tells: NO_NAMES });
    return { curve: order.curve, range, strict: NO_NAMES, why: `a'*M*a of a matrix that is ${order.curve} in the order of definiteness`, because: [order] };
  } // prettier-ignore

  /** tr(C·M), M in the order of definiteness and C semidefinite. */
  private tracedOrder(chain: readonly Expr[], range: Range): Facts | undefined {
    const varying = chain.flatMap((c, i) => (this.depends(c) ? [i] : []));
    if (varying.length !== 1) return undefined;
    const at = varying[0]!;
    const order = this.order(chain[at]!);
    if (order.curve === "none" || isFlat(order)) return undefined;
    const rest = [...chain.slice(at + 1), ...chain.slice(0, at)];
    const c = rest.length === 0 ? { sign: 2 } : this.definiteChain(rest);
    if (c === undefined || c.sign === 0) return undefined;
    const sign = Math.sign(c.sign) as 1 | -1;
    const facts: Facts = { curve: order.curve, range, strict: Math.abs(c.sign) === 2 ? order.strict : NO_NAMES, why: `the trace of a matrix that is ${order.curve} in the order of definiteness${rest.length === 0 ? "" : `, weighted by ${printText(whole(rest))}`}`, because: [order] };
    return sign > 0 ? facts : { ...negated(facts), range };
  } // prettier-ignore

  /** tr f(X) for symmetric X is as convex as f; tr(X·logm(X)) is the negative of von Neumann's entropy. */
  private spectral(chain: readonly Expr[], range: Range): Facts | undefined {
    const affine = (m: Expr): Facts | undefined => {
      const f = this.facts(m);
      return f.curve === "affine" && this.isSymmetric(m) ? f : undefined;
    };
    if (chain.length === 2) {
      const [a, b] = chain as [Expr, Expr];
      for (const [x, l] of [[a, b], [b, a]] as const)
        if (l.kind === "apply" && l.op === "logm" && sameExpr(l.args[0]!, x) && this.definite(x)?.sign === 2) {
          const f = affine(x);
          if (f !== undefined) return { curve: "convex", range, strict: f.map!.tells, why: "tr(X*logm(X)) is strictly convex (von Neumann's entropy)", because: [f] };
        }
    }
    if (chain.length !== 1 || chain[0]!.kind !== "apply") return undefined;
    const m = chain[0]!;
    const f = m.args[0] === undefined ? undefined : affine(m.args[0]);
    if (f === undefined) return undefined;
    const definite = this.definite(m.args[0]!)?.sign ?? 0;
    const say = (curve: "convex" | "concave"): Facts => ({ curve, range, strict: f.map!.tells, why: `the trace of a ${curve} function of a symmetric matrix`, because: [f] });
    if (m.op === "expm") return say("convex");
    if (m.op === "pow" && m.args[1]!.kind === "number") {
      const p = m.args[1]!.value;
      if ((p > 1 || p < 0) && definite === 2) return say("convex");
      if (p > 0 && p < 1 && definite === 2) return say("concave");
      if (p > 0 && p % 2 === 0) return say("convex");
    }
    return undefined;
  } // prettier-ignore

  /** How a symmetric matrix is curved in the order of definiteness. */
  order(e: Expr): Facts {
    const key = exprKey(e);
    let f = this.orders.get(key);
    if (f === undefined) {
      spend(10);
      f = { of: e, ...this.orderOf(e) };
      this.orders.set(key, f);
    }
    return f;
  }

  private orderOf(e: Expr): Facts {
    const own = this.facts(e);
    if (!this.depends(e)) return own;
    if (own.curve === "affine") return this.isSymmetric(e) ? own : unknownFacts();
    if (e.kind !== "apply") return unknownFacts();
    const [a, b] = e.args as [Expr, Expr];
    const one = (curve: "convex" | "concave", strict: ReadonlySet<string>, why: string, because: Facts): Facts => ({ curve, range: own.range, strict, why, because: [because] });
    switch (e.op) {
      case "add":
      case "sub": {
        const y = this.order(b);
        return added(this.order(a), e.op === "sub" ? negated(y) : y, own.range) ?? unknownFacts();
      }
      case "neg":
        return negated(this.order(a));
      case "inv": {
        const m = this.order(a);
        if (this.definite(a)?.sign !== 2 || !isConcave(m)) return unknownFacts();
        return one("convex", m.curve === "affine" ? m.map!.tells : m.strict, "an inverse of a positive definite matrix is convex", m);
      }
      case "sqrtm":
      case "logm": {
        const m = this.order(a);
        const d = this.definite(a)?.sign ?? 0;
        if (d < (e.op === "logm" ? 2 : 1) || !isConcave(m)) return unknownFacts();
        return one("concave", m.curve === "affine" ? m.map!.tells : m.strict, `${e.op} is concave in the order of definiteness`, m);
      }
      case "pow": {
        const m = this.order(a);
        if (b.kind === "number" && b.value === 2 && m.curve === "affine") return one("convex", m.map!.tells, "a square of a symmetric matrix is convex", m);
        if (b.kind === "number" && b.value === -1) return this.orderOf(apply("inv", a));
        return unknownFacts();
      }
      case "diag": {
        const f = this.facts(a);
        return isColumn(this.shape(a)) || isRow(this.shape(a)) ? { ...f, because: [f] } : unknownFacts();
      }
      case "mul":
      case "div": {
        const t = this.term(e);
        if (t.powers.some((p) => this.depends(p.base))) return unknownFacts();
        const sign = t.powers.reduce<Range>((r, p) => rangeTimes(r, this.rangeOfPower(this.range(p.base), p.exponent)), { low: t.coef, high: t.coef, lowOpen: false, highOpen: false });
        const inner = this.orderOfChain(t.chain);
        return inner.curve === "none" ? inner : this.multiple(inner, sign, undefined, own.range);
      }
      default:
        return unknownFacts();
    }
  } // prettier-ignore

  private orderOfChain(chain: readonly Expr[]): Facts {
    if (chain.length === 1) return this.order(chain[0]!);
    let p = 0;
    while (2 * p < chain.length - 1 && this.isTransposeOf(chain[p]!, chain[chain.length - 1 - p]!)) p++;
    if (p === 0) return unknownFacts();
    const right = chain.slice(chain.length - p);
    const inner = chain.slice(p, chain.length - p);
    if (right.every((c) => !this.depends(c))) {
      const m = this.orderOfChain(inner);
      return m.curve === "none" ? m : { ...weakened(m), why: `P'*M*P of a matrix that is ${m.curve}`, because: [m] };
    }
    const f = this.facts(whole(right));
    const middle = inner.length === 0 ? 2 : inner.some((c) => this.depends(c)) ? 0 : (this.definiteChain(inner)?.sign ?? 0);
    if (f.curve !== "affine" || middle === 0) return unknownFacts();
    return { curve: middle > 0 ? "convex" : "concave", range: this.range(whole(chain)), strict: NO_NAMES, why: "P'*P is convex in the order of definiteness", because: [f] };
  } // prettier-ignore

  // ---- squares ----

  /** The sum of the squares of the entries, or with `entry` each of them. */
  private squares(a: Expr, e: Expr, entry = false): Facts {
    const f = this.facts(a);
    const range = this.range(e);
    if (f.curve === "affine") {
      const modulus = timesExpr(num(2), squareExpr(f.map!.least));
      const smooth = timesExpr(num(2), squareExpr(f.map!.most));
      const definite = f.map!.tells.size > 0;
      return {
        curve: "convex", range, strict: f.map!.tells,
        ...(definite ? { strong: { on: f.map!.tells, ...(modulus === undefined ? {} : { modulus }) } } : {}),
        ...(smooth === undefined ? {} : { smooth }),
        why: entry ? "squares of an affine function" : "a sum of squares of an affine function", because: [f],
      };
    }
    return this.composed(powerGraph(2)!, f, e, "pow");
  } // prettier-ignore

  /** A sum of squares of affine functions, and perhaps of constants that are not negative: a squared norm. */
  private sumOfSquares(e: Expr): { tells: ReadonlySet<string>; positive: boolean } | undefined {
    const r = this.range(e);
    if (!this.depends(e)) return isNonnegative(r) ? { tells: NO_NAMES, positive: isPositive(r) } : undefined;
    if (e.kind === "apply" && e.op === "add") {
      const [a, b] = [this.sumOfSquares(e.args[0]!), this.sumOfSquares(e.args[1]!)];
      return a === undefined || b === undefined ? undefined : { tells: union(a.tells, b.tells), positive: a.positive || b.positive };
    }
    if (e.kind === "apply" && (e.op === "mul" || e.op === "div")) {
      const t = this.term(e);
      const varying = t.powers.filter((p) => this.depends(p.base));
      const fixed = t.powers.filter((p) => !this.depends(p.base)).map((p) => this.rangeOfPower(this.range(p.base), p.exponent));
      if (t.coef < 0 || !fixed.every(isNonnegative)) return undefined;
      const strictly = fixed.every(isPositive);
      const inner = t.chain.length > 0 && varying.length === 0 ? this.isForm(t.chain) : t.chain.length === 0 && varying.length === 1 ? this.sumOfSquares(raised(varying[0]!)) : undefined;
      return inner === undefined ? undefined : { tells: strictly ? inner.tells : NO_NAMES, positive: false };
    }
    const f = e.kind === "apply" && ["pow", "hpow", "sum", "tr", "dot", "sumover"].includes(e.op) ? this.squareOf(e) : undefined;
    if (f !== undefined) return { tells: f, positive: false };
    if (e.kind === "sumover") {
      const inner = this.sumOfSquares(e.body);
      return inner;
    }
    return undefined;
  } // prettier-ignore

  private isForm(chain: readonly Expr[]): { tells: ReadonlySet<string>; positive: boolean } | undefined {
    const f = this.form(chain, NONNEGATIVE);
    return f?.curve === "convex" && f.strong === undefined && f.strict.size === 0
      ? { tells: NO_NAMES, positive: false }
      : f?.curve === "convex"
        ? { tells: f.strict, positive: false }
        : undefined;
  }

  private squareOf(e: Expr): ReadonlySet<string> | undefined {
    if (e.kind !== "apply") return undefined;
    const a = e.args[0]!;
    if (e.op === "pow" && e.args[1]!.kind === "number" && e.args[1].value === 2) {
      const of = a.kind === "apply" && (a.op === "norm2" || a.op === "abs") ? a.args[0]! : a;
      const f = this.isScalar(a) ? this.facts(of) : undefined;
      return f?.curve === "affine" ? f.map!.tells : undefined;
    }
    if (e.op === "sum") {
      const s = this.elementSquare(a);
      const f = s === undefined ? undefined : this.facts(s);
      return f?.curve === "affine" ? f.map!.tells : undefined;
    }
    if (e.op === "tr") {
      const t = this.term(a);
      return t.powers.length === 0 && t.coef > 0 ? this.isForm(t.chain)?.tells : undefined;
    }
    return undefined;
  }

  /** sum(a.*b) with both varying: inner products as forms. */
  private sumOfProduct(a: Expr, e: Expr): Facts | undefined {
    const s = this.elementSquare(a);
    if (s !== undefined) return this.squares(s, e);
    return undefined;
  }

  // ---- norms, maxima, logarithms, determinants ----

  private norm(op: string, a: Expr, e: Expr): Facts {
    const f = this.facts(a);
    const range = this.range(e);
    if (f.curve === "affine") {
      const stacked = op === "norm2" && this.hasNonzeroBlock(a);
      const radial = op === "norm2" && !stacked ? f.map!.tells : NO_NAMES;
      return { curve: "convex", range, strict: stacked ? f.map!.tells : NO_NAMES, radial, why: stacked ? "the norm of an affine function and a constant, stacked" : `a norm (${op}) of an affine function`, because: [f] };
    }
    const entrywise = op === "norm1" || op === "norm2" || op === "norminf";
    if (entrywise && f.curve === "convex" && isNonnegative(f.range)) return { curve: "convex", range, strict: op === "norm1" ? f.strict : NO_NAMES, why: `a norm (${op}) of entries that are convex and not negative`, because: [f] };
    return unknownFacts(range);
  } // prettier-ignore

  private maximum(op: string, a: Expr, e: Expr): Facts {
    const f = this.facts(a);
    const range = this.range(e);
    if (!isConvex(f)) return unknownFacts(range);
    const anchored = op === "logsumexp" && f.curve === "affine" && a.kind === "literal" && a.rows.flat().some((x) => !this.depends(x));
    const smooth = op === "logsumexp" && f.map?.most !== undefined ? squareExpr(f.map.most) : undefined;
    return {
      curve: "convex", range, strict: anchored ? f.map!.tells : NO_NAMES, ...(smooth === undefined ? {} : { smooth }),
      why: `${op} is increasing and convex, of ${f.curve === "affine" ? "an affine function" : "convex entries"}`, because: [f],
    };
  } // prettier-ignore

  private largest(a: Expr, e: Expr): Facts {
    const order = this.order(a);
    if (!isConvex(order)) return unknownFacts(this.range(e));
    return { curve: "convex", range: this.range(e), strict: NO_NAMES, why: "the largest eigenvalue is the largest of the linear functions u'*M*u", because: [order] }; // prettier-ignore
  }

  /** log of what is log-convex, of a product, of a determinant. */
  private logarithm(a: Expr, e: Expr): Facts | undefined {
    const range = this.range(e);
    if (a.kind === "apply") {
      if (a.op === "det") return this.logDeterminant(a.args[0]!, e);
      if (a.op === "abs" && a.args[0]!.kind === "apply" && a.args[0]!.op === "det") return this.logDeterminant(a.args[0].args[0]!, e);
      if (a.op === "exp") return { ...this.facts(a.args[0]!), range, because: [this.facts(a.args[0]!)] };
      if (a.op === "sigmoid") return { ...negated(this.facts(apply("softplus", apply("neg", a.args[0]!)))), range, why: "log(sigmoid(u)) is -softplus(-u)" };
      const one = a.op === "sub" && a.args[0]!.kind === "number" && a.args[0]!.value === 1 ? a.args[1]! : undefined;
      if (one?.kind === "apply" && one.op === "sigmoid") return { ...negated(this.facts(apply("softplus", one.args[0]!))), range, why: "log(1 - sigmoid(u)) is -softplus(u)" };
    }
    const powers = new Map<string, { base: Expr; exponent: number }>();
    if (this.collect(a, 1, powers)) {
      const all = [...powers.values()];
      const moved = all.length > 1 || all[0]?.exponent !== 1 || !sameExpr(all[0].base, a);
      if (moved && all.every((p) => isPositive(this.range(p.base)))) {
        const parts = all.map((p) => scaled(this.facts(apply("log", p.base)), range, p.exponent > 0 ? 1 : -1, true, num(Math.abs(p.exponent))));
        let sum: Facts | undefined = parts[0];
        for (const p of parts.slice(1)) sum = sum === undefined ? undefined : added(sum, p, range);
        if (sum !== undefined) return { ...sum, range, why: "the logarithm of a product is a sum of logarithms" };
      }
    }
    const log = this.logConvex(a);
    if (log === undefined) return undefined;
    return { curve: "convex", range, strict: log.strict, why: log.why, because: [] };
  } // prettier-ignore

  /**
   * Whether the logarithm of a positive value is convex: exponentials of convex functions, their sums and multiples.
   * `spread`: variables that the exponents tell apart; beside a constant the sum is strict in them.
   */
  private logConvex(e: Expr): { strict: ReadonlySet<string>; spread: ReadonlySet<string>; why: string; constant: boolean } | undefined {
    const why = "a logarithm of a sum of exponentials";
    if (!this.depends(e)) return isPositive(this.range(e)) ? { strict: NO_NAMES, spread: NO_NAMES, why, constant: true } : undefined;
    if (e.kind === "sumover") {
      const inner = this.logConvex(e.body);
      return inner === undefined ? undefined : { ...inner, constant: false };
    }
    if (e.kind !== "apply") return undefined;
    const [a, b] = e.args as [Expr, Expr];
    switch (e.op) {
      case "exp": {
        const f = this.facts(a);
        return isConvex(f) ? { strict: f.strict, spread: f.curve === "affine" ? f.map!.tells : NO_NAMES, why, constant: false } : undefined;
      }
      case "cosh": {
        const f = this.facts(a);
        return f.curve === "affine" ? { strict: f.map!.tells, spread: NO_NAMES, why, constant: false } : undefined;
      }
      case "add": {
        const [x, y] = [this.logConvex(a), this.logConvex(b)];
        if (x === undefined || y === undefined) return undefined;
        const anchored = x.constant ? y.spread : y.constant ? x.spread : NO_NAMES;
        return { strict: union(union(x.strict, y.strict), anchored), spread: union(x.spread, y.spread), why, constant: x.constant && y.constant };
      }
      case "sum":
      case "mean":
      case "transpose":
        return this.logConvex(a);
      case "tr": {
        const exponential = a.kind === "apply" && a.op === "expm" && this.isSymmetric(a.args[0]!) && isFlat(this.facts(a.args[0]!));
        return exponential ? { strict: NO_NAMES, spread: NO_NAMES, why: "the logarithm of the trace of a matrix exponential", constant: false } : undefined;
      }
      case "mul":
      case "div":
      case "hadamard": {
        const [x, y] = [this.logConvex(a), e.op === "div" ? (this.depends(b) ? undefined : this.logConvex(b)) : this.logConvex(b)];
        if (x === undefined || y === undefined) return undefined;
        const one = x.constant ? y : y.constant ? x : undefined;
        return one === undefined ? { strict: NO_NAMES, spread: NO_NAMES, why, constant: false } : { ...one, constant: false };
      }
      default:
        return undefined;
    }
  } // prettier-ignore

  /** logdet: of a product the sum; concave on positive definite matrices. */
  private logDeterminant(a: Expr, e: Expr): Facts {
    const range = this.range(e);
    const t = this.term(a);
    const varying = t.chain.filter((c) => this.depends(c));
    if (t.powers.every((p) => !this.depends(p.base)) && t.chain.length > 1 && t.chain.every((c) => this.shape(c).rows.key === this.shape(c).cols.key)) {
      let sum: Facts = constantFacts(range);
      for (const c of varying) {
        const next = added(sum, this.logDeterminant(c, apply("logdet", c)), range);
        if (next === undefined) return unknownFacts(range);
        sum = next;
      }
      return { ...sum, range, why: "the logarithm of the determinant of a product is a sum" };
    }
    const m = t.chain.length === 1 && t.powers.every((p) => !this.depends(p.base)) ? t.chain[0]! : a;
    if (m.kind === "apply" && m.op === "inv") return negated(this.logDeterminant(m.args[0]!, e));
    if (m.kind === "apply" && m.op === "transpose") return this.logDeterminant(m.args[0]!, e);
    if (m.kind === "apply" && m.op === "expm") return this.facts(apply("tr", m.args[0]!));
    const order = this.order(m);
    if (this.definite(m)?.sign !== 2 || !isConcave(order)) return unknownFacts(range);
    return { curve: "concave", range, strict: order.curve === "affine" ? order.map!.tells : order.strict, why: "the log-determinant is increasing and concave on positive definite matrices", because: [order] };
  } // prettier-ignore
}

/** M^2, written as a power. */
const isSquarePower = (e: Expr): e is ApplyExpr =>
  e.kind === "apply" && e.op === "pow" && e.args[1]!.kind === "number" && e.args[1].value === 2;

const whole = (part: readonly Expr[]): Expr => part.reduce((a, b) => apply("mul", a, b));

const raised = (p: { readonly base: Expr; readonly exponent: number }): Expr =>
  p.exponent === 1 ? p.base : apply("pow", p.base, num(p.exponent));

/** The power inside of a power: (x^2)^3. */
function innerPower(e: Expr): { base: Expr; exponent: number } | undefined {
  if (e.kind !== "apply") return undefined;
  if (e.op === "sqrt") return { base: e.args[0]!, exponent: 0.5 };
  return (e.op === "pow" || e.op === "hpow") && e.args[1]!.kind === "number" ? { base: e.args[0]!, exponent: e.args[1].value } : undefined; // prettier-ignore
}

/** What of the facts of all entries holds for some of them. */
function weakened(f: Facts): Facts {
  const { map, strong: _strong, radial: _radial, ...rest } = f;
  return { ...rest, strict: NO_NAMES, ...(map === undefined ? {} : { map: { tells: NO_NAMES, ...(map.most === undefined ? {} : { most: map.most }) } }) }; // prettier-ignore
}

function rangeTimes(a: Range, b: Range): Range {
  const positive = isPositive(a) && isPositive(b);
  const negative = (isPositive(a) && b.high <= 0 && isNonzero(b)) || (a.high <= 0 && isNonzero(a) && isPositive(b)) ;
  const both = a.high <= 0 && b.high <= 0;
  if (positive || (both && isNonzero(a) && isNonzero(b))) return POSITIVE;
  if (negative) return { low: -Infinity, high: 0, lowOpen: true, highOpen: true };
  if ((isNonnegative(a) && isNonnegative(b)) || both) return NONNEGATIVE;
  if ((isNonnegative(a) && isNonpositive(b)) || (isNonpositive(a) && isNonnegative(b))) return { low: -Infinity, high: 0, lowOpen: true, highOpen: false };
  return { low: -Infinity, high: Infinity, lowOpen: true, highOpen: true };
} // prettier-ignore

function dimension(key: string): Expr | undefined {
  if (key === "1") return ONE;
  if (/^\d+$/.test(key)) return num(Number(key));
  return /^\w+$/.test(key) ? { kind: "name", name: key } : undefined;
}
