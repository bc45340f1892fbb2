import { children, type Expr, freeNames, someNode } from "../core/ast";
import type { Formula, MathDocument } from "../documents/document";
import type { Equation } from "./equation";
import { isZero } from "./note";
import { dependsOn } from "./varying";
import { labelsOf } from "./worlds/labels";

/** A derivative or a differential in a side of an equation. */
interface Changing {
  /** Whether the note says what is differentiated, so that the derivative has a value. */
  readonly determined: boolean;
  /** The names and functions that it is made of, those that it is taken by apart. */
  readonly of: ReadonlySet<string>;
  /** What it is taken by; `undefined` where that is not written. */
  readonly by: ReadonlySet<string> | undefined;
  /** Whether it is of a name or a call, and of nothing made of them. */
  readonly isBare: boolean;
  /** Whether it is taken by several. */
  readonly isMixed: boolean;
}

/** Calls that are signs of the reader, or operators that are taken of anything. */
const SIGNS: ReadonlySet<string> = new Set([
  "at", "⋯", "[]", "{}", "cases", "sum", "prod", "int", "lim", "min", "max", "𝔼", "E", "Var", "Cov",
]); // prettier-ignore

const isSign = (n: string): boolean => SIGNS.has(n) || /^(?:⟨|𝔼|∂|∇)/u.test(n);

const hasCall = (e: Expr, names: ReadonlySet<string>): boolean =>
  someNode(e, (n) => n.kind === "call" && names.has(n.name));
const INTEGRAL: ReadonlySet<string> = new Set(["int", "iint", "iiint", "oint"]);
const LIMIT: ReadonlySet<string> = new Set(["lim"]);

/** The whole family of a name: what is said of `p_i` is said of `p_j`. */
const familyOf = (n: string): string => {
  const label = labelsOf(n);
  return label === undefined ? n : `${label.base} ${label.labels.length}`;
};

/** The name of what is given a value by what stands on the other side of an equality: `y`, `f(x)`, `F_1`. */
function headOf(e: Expr): string | undefined {
  if (e.kind === "name") return e.name;
  if (e.kind === "call") return e.primes > 0 || e.name.startsWith("∇") ? undefined : e.name;
  if (e.kind === "index") return headOf(e.base);
  if (e.kind === "apply" && (e.op === "neg" || e.op === "log" || e.op === "transpose")) return headOf(e.args[0]!);
  if (e.kind === "apply" && e.op === "pow" && e.args[1]!.kind === "number") return headOf(e.args[0]!);
  return undefined;
}

const isChanging = (e: Expr): boolean =>
  e.kind === "derivative" ||
  e.kind === "differential" ||
  (e.kind === "call" && (e.primes > 0 || e.name.startsWith("∇") || e.name === "d/d" || e.name === "′"));

const changes = (e: Expr): boolean => someNode(e, isChanging);

/**
 * Which equations of derivatives state nothing that could be wrong, given what the note says: a law of motion (`dx/dt =
 * σ(y − x)` of an x of which nothing else is said), a name for a derivative (`J = ∂f/∂x`), a condition (`∂L/∂b = 0`), an
 * integral. What holds of all functions, or would with one change (a chain rule, a product rule), is a claim about any.
 */
export class Statements {
  /** Where the note gives a value to what names. */
  private readonly given = new Map<string, Formula[]>();

  constructor({ formulas }: MathDocument) {
    for (const f of formulas) {
      const s = f.statement;
      if (s.kind === "definition" && !changes(s.body)) this.give(s.name, f);
      if (s.kind !== "claim") continue;
      s.sides.forEach((side, k) => {
        const head = headOf(side);
        const beside = [s.sides[k - 1], s.sides[k + 1]];
        if (head === undefined || beside.every((b) => b === undefined || changes(b) || isZero(b))) return;
        this.give(head, f);
      });
    }
  }

  private give(name: string, formula: Formula): void {
    const family = familyOf(name);
    const before = this.given.get(family);
    if (before === undefined) this.given.set(family, [formula]);
    else before.push(formula);
  }

  /** Whether some formula gives a name a value, another one than that at hand. */
  private isGiven(name: string, at: Formula): boolean {
    if (at.scope.definitions.has(name)) return true;
    return this.given.get(familyOf(name))?.some((f) => f !== at) === true;
  }

  /** Whether an equation of derivatives states something that could be wrong. */
  isClaim({ left, right, formula }: Equation): boolean {
    if (hasCall(left, INTEGRAL) || hasCall(right, INTEGRAL)) return false;
    if (isZero(left) || isZero(right)) return false;
    const [l, r] = [this.changing(left, formula), this.changing(right, formula)];
    for (const [side, own, other, beside] of [
      [left, l, r, right],
      [right, r, l, left],
    ] as const)
      if (own.length === 0 && other.length > 0 && this.isNaming(side, beside, formula)) return false;
    if (l.length === 0 || r.length === 0) return [...l, ...r].every((c) => c.determined);
    const [a, b] = [l, r].map((all) => all.some((c) => c.determined)) as [boolean, boolean];
    if (a && b) return true;
    if (a || b) {
      const [open, known] = a ? [r, l] : [l, r];
      return isWithin(namesOf(open), this.behind(namesOf(known), formula));
    }
    return this.isOfAny(l, r, formula);
  }

  /** A name without a value, or the sign of an operator: what stands beside it says what it means. */
  private isNaming(side: Expr, beside: Expr, formula: Formula): boolean {
    const head = headOf(side);
    if (head !== undefined) return !this.isGiven(head, formula) && !namesBehind(beside, formula).has(head);
    return hasCall(side, LIMIT) || someNode(side, (n) => n.kind === "name" && n.name === "∇");
  }

  /** Names with all that stands behind them. */
  private behind(names: ReadonlySet<string>, { scope }: Formula): ReadonlySet<string> {
    const out = new Set(names);
    for (const n of names) {
      const d = scope.definitions.get(n);
      if (d !== undefined) freeNames(d.body, dependsOn(d.body, scope, out));
    }
    // The function in `a = σ(z)` is known as well: σ′ is its derivative.
    for (const n of [...out]) {
      const d = scope.definitions.get(n);
      if (d !== undefined) someNode(d.body, (x) => x.kind === "call" && out.add(x.name) === undefined);
    }
    return out;
  }

  /** Whether both sides differentiate the same by the same, up to values in between. */
  private isOfAny(l: readonly Changing[], r: readonly Changing[], formula: Formula): boolean {
    const [names, others] = [namesOf(l), namesOf(r)];
    const between = [...l, ...r].some((c) => c.by !== undefined && [...c.by].some((n) => this.isGiven(n, formula)));
    // Derivatives of one and the same: a way to write them, unless it is about their order.
    if (!between && [...l, ...r].every((c) => c.isBare) && new Set([...names, ...others]).size === 1)
      return l.length === 1 && r.length === 1 && l[0]!.isMixed && r[0]!.isMixed;
    if (!isWithin(names, others) && !isWithin(others, names)) return false;
    if ([...l, ...r].some((c) => c.by === undefined)) return true;
    const outer = (side: readonly Changing[], of: ReadonlySet<string>): Set<string> =>
      new Set(side.flatMap((c) => [...c.by!].filter((n) => !of.has(n) && !this.isGiven(n, formula))));
    const [x, y] = [outer(l, names), outer(r, others)];
    const [a, b] = [isWithin(x, y), isWithin(y, x)];
    return between ? a || b : (a && (b || l.length === 1)) || (b && r.length === 1);
  }

  private changing(e: Expr, formula: Formula, out: Changing[] = []): Changing[] {
    if (isChanging(e)) {
      const c = this.changeOf(e, formula);
      if (c !== undefined) out.push(c);
    }
    for (const c of children(e)) this.changing(c, formula, out);
    return out;
  }

  private changeOf(e: Expr, formula: Formula): Changing | undefined {
    if (e.kind === "call" && e.name === "d/d")
      return { determined: true, of: new Set(), by: undefined, isBare: false, isMixed: false };
    const target = e.kind === "derivative" || e.kind === "differential" ? e.of : e.kind === "call" && e.primes === 0 ? e.args.at(-1) : e; // prettier-ignore
    if (target === undefined) return undefined;
    const by =
      e.kind === "derivative"
        ? new Set(e.wrt.flatMap((w) => [...freeNames(w.kind === "index" ? w.base : w)]))
        : e.kind === "differential"
          ? new Set<string>()
          : e.kind === "call" && e.primes > 0 && e.args.length > 0
            ? new Set(e.args.flatMap((a) => [...freeNames(a)]))
            : undefined;
    const plain = new Set<string>();
    const of = new Set<string>();
    const visit = (x: Expr, isInside: boolean): void => {
      if (x.kind === "name") return void (isInside ? undefined : plain.add(x.name));
      if (x.kind === "call" && !isSign(x.name)) {
        of.add(x.name);
        // What a function of which nothing is said has as its argument says nothing.
        x.args.forEach((a) => visit(a, isInside || a.kind === "name"));
        return;
      }
      if (x.kind === "sumover") return visit(x.body, isInside);
      if (x.kind === "index") return visit(x.base, isInside);
      children(x).forEach((c) => visit(c, isInside));
    };
    visit(target, false);
    for (const n of plain) if (by?.has(n) !== true || e.kind === "differential") of.add(n);
    const isGiven = [...of].some((n) => this.isGiven(n, formula));
    // Of an expression it is seen how it changes with a letter in it.
    const isWritten = e.kind === "derivative" && [...plain].some((n) => by!.has(n));
    const isBare = headOf(e.kind === "call" && e.primes > 0 ? { ...e, primes: 0 } : target) !== undefined;
    return { determined: isGiven || isWritten, of, by, isBare, isMixed: (by?.size ?? 0) > 1 };
  }
}

/** The names in an expression and in all that it stands for. */
const namesBehind = (e: Expr, { scope }: Formula): ReadonlySet<string> => freeNames(e, dependsOn(e, scope));

const namesOf = (all: readonly Changing[]): ReadonlySet<string> => new Set(all.flatMap((c) => [...c.of]));

const isWithin = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].every((n) => b.has(n));
