import { children, type Expr, freeNames, someNode } from "../core/ast";
import type { Formula, MathDocument } from "../documents/document";
import type { Equation } from "./equation";
import { labelled } from "./meanings";
import { isZero } from "./note";
import { headOf, ValuesGiven } from "./valuesGiven";
import { dependsOn, hasDifferential } from "./varying";
import { terms } from "./variants";
import { INTEGRALS } from "./worlds/known";

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
  readonly isDifferential: boolean;
}

/** Calls that are signs of the reader, or operators that are taken of anything. */
const SIGNS: ReadonlySet<string> = new Set([
  "at", "⋯", "[]", "{}", "cases", "sum", "prod", "int", "lim", "min", "max", "𝔼", "E", "Var", "Cov",
]); // prettier-ignore

const isSign = (n: string): boolean => SIGNS.has(n) || /^(?:⟨|𝔼|∂|∇)/u.test(n);

const hasCall = (e: Expr, names: ReadonlySet<string>): boolean =>
  someNode(e, (n) => n.kind === "call" && names.has(n.name));
const LIMIT: ReadonlySet<string> = new Set(["lim"]);

const isChanging = (e: Expr): boolean =>
  e.kind === "derivative" ||
  e.kind === "differential" ||
  (e.kind === "call" && (e.primes > 0 || e.name.startsWith("∇") || e.name === "d/d" || e.name === "′"));

const changes = (e: Expr): boolean => someNode(e, isChanging);

/** `θ = θ − α ∂L/∂θ`: a name that gets a new value from the one that it has. */
const isUpdate = (side: Expr, beside: Expr): boolean =>
  side.kind === "name" && terms(beside).some(({ term }) => term.kind === "name" && term.name === side.name);

/** `x_{k+1} − x_k`: how far a step of an iteration goes, which is as it is chosen. */
function isStep(e: Expr): boolean {
  const steps = terms(e).map(({ sign, term }) => ({ sign, label: term.kind === "name" ? labelled(term.name) : undefined })); // prettier-ignore
  return steps.some((a) =>
    steps.some((b) => a.label?.stem === b.label?.stem && a.label?.letter !== "" && a.label?.letter === b.label?.letter && a.label?.offset === (b.label?.offset ?? 0) + 1 && a.sign !== b.sign),
  ); // prettier-ignore
}

/**
 * Which equations of derivatives state nothing that could be wrong, given what the note says: a law of motion (`dx/dt =
 * σ(y − x)` of an x of which nothing else is said), a name for a derivative (`J = ∂f/∂x`), a condition (`∂L/∂b = 0`), an
 * integral. What holds of all functions, or would with one change (a chain rule, a product rule), is a claim about any.
 */
export class Statements {
  private readonly given: ValuesGiven;

  constructor(document: MathDocument) {
    this.given = new ValuesGiven(document, changes);
  }

  /** Whether an equation of derivatives states something that could be wrong. */
  isClaim({ left, right, formula }: Equation): boolean {
    if (hasCall(left, INTEGRALS) || hasCall(right, INTEGRALS)) return false;
    if (isZero(left) || isZero(right)) return false;
    if (isUpdate(left, right) || isUpdate(right, left)) return false;
    if ((isStep(left) && !changes(left)) || (isStep(right) && !changes(right))) return false;
    const isOfSteps = hasDifferential(left) || hasDifferential(right);
    const [l, r] = [left, right].map((e) => (isOfSteps ? this.derivativesIn(e, formula) : this.changing(e, formula))) as [Changing[], Changing[]]; // prettier-ignore
    if (l.length > 0 && r.length > 0 && (isChain(l) || isChain(r))) return true;
    for (const [side, own, other, beside] of [
      [left, l, r, right],
      [right, r, l, left],
    ] as const)
      if (own.length === 0 && other.length > 0 && this.isNaming(side, beside, formula)) return false;
    const both = [...l, ...r];
    if (l.length === 0 || r.length === 0) {
      if (both.every((c) => c.determined && !this.isOfUnknown(c, formula, l.length === 0 ? left : right))) return true;
      const value = l.length === 0 ? left : right;
      // A rate that is a number is a value that is put in.
      return freeNames(value).size > 0 && !isStep(value) && both.some((c) => this.isRelated(c, both, formula));
    }
    const [a, b] = [l, r].map((all) => all.some((c) => c.determined)) as [boolean, boolean];
    if (a && b) return true;
    if ([...l, ...r].every((c) => c.isDifferential) && hasSameNames(left, right)) return true;
    if (a || b) {
      const [open, known] = a ? [r, l] : [l, r];
      return isWithin(namesOf(open), this.behind(namesOf(known), formula));
    }
    return this.isOfAny(l, r, formula);
  }

  /** Whether a value is that of another function of which nothing is said: how it changes is what the equation says. */
  private isOfUnknown({ of, by }: Changing, formula: Formula, value: Expr): boolean {
    const { definitions } = formula.scope;
    const named = new Set<string>();
    functionsIn(value, named);
    const isUnknown = (e: Expr): boolean =>
      someNode(e, (n) => {
        if (n.kind !== "call" || n.primes > 0 || isSign(n.name) || definitions.has(n.name) || named.has(n.name))
          return false;
        return n.args.some((a) => a.kind === "name" && by?.has(a.name)) && !this.given.has(n.name, formula);
      });
    return [...of].some((n) => {
      const d = definitions.get(n);
      const bodies = d === undefined ? this.given.of(n, formula).map((v) => v.body) : [d.body];
      return (
        bodies.length > 0 &&
        bodies.every((b) => isUnknown(b) && !someNode(b, (x) => x.kind === "call" && isSign(x.name)))
      );
    });
  }

  /** Whether an equation of letters that was said before ties what changes to what it changes with. */
  private isRelated({ of, by }: Changing, all: readonly Changing[], at: Formula): boolean {
    const others = [...(by ?? []), ...all.flatMap((c) => [...c.of])].filter((n) => !of.has(n));
    return this.given.relates(of, others, at);
  }

  /** A name without a value, or the sign of an operator: what stands beside it says what it means. */
  private isNaming(side: Expr, beside: Expr, formula: Formula): boolean {
    const head = headOf(side);
    if (head !== undefined) return !this.given.has(head, formula) && !namesBehind(beside, formula).has(head);
    return hasCall(side, LIMIT) || someNode(side, (n) => n.kind === "name" && n.name === "∇");
  }

  /** Names with all that stands behind them. */
  private behind(names: ReadonlySet<string>, formula: Formula): ReadonlySet<string> {
    const { scope } = formula;
    const out = new Set(names);
    for (const n of names) {
      const d = scope.definitions.get(n);
      if (d !== undefined) freeNames(d.body, dependsOn(d.body, scope, out));
      else for (const { body } of this.given.of(n, formula)) functionsIn(body, freeNames(body, out));
    }
    // The function in `a = σ(z)` is known as well: σ′ is its derivative.
    for (const n of [...out]) {
      const d = scope.definitions.get(n);
      if (d !== undefined) functionsIn(d.body, out);
    }
    return out;
  }

  /** Whether both sides differentiate the same by the same, up to values in between. */
  private isOfAny(l: readonly Changing[], r: readonly Changing[], formula: Formula): boolean {
    const [names, others] = [namesOf(l), namesOf(r)];
    const between = [...l, ...r].some((c) => c.by !== undefined && [...c.by].some((n) => this.given.has(n, formula)));
    // Derivatives of one and the same: a way to write them, unless it is about their order.
    if (!between && [...l, ...r].every((c) => c.isBare) && new Set([...names, ...others]).size === 1)
      return l.length === 1 && r.length === 1 && l[0]!.isMixed && r[0]!.isMixed;
    if (!isWithin(names, others) && !isWithin(others, names)) return false;
    if ([...l, ...r].some((c) => c.by === undefined)) return true;
    const outer = (side: readonly Changing[], of: ReadonlySet<string>): Set<string> =>
      new Set(side.flatMap((c) => [...c.by!].filter((n) => !of.has(n) && !this.given.has(n, formula))));
    const [x, y] = [outer(l, names), outer(r, others)];
    const [a, b] = [isWithin(x, y), isWithin(y, x)];
    return between ? a || b : (a && (b || l.length === 1)) || (b && r.length === 1);
  }

  private changing(e: Expr, formula: Formula, out: Changing[] = []): Changing[] {
    const value = e.kind === "name" ? this.given.derivativeOf(e.name, formula) : undefined;
    if (value !== undefined && changes(value)) {
      const of = namesOf(this.derivativesIn(value, formula));
      out.push({ determined: true, of, by: undefined, isBare: false, isMixed: false, isDifferential: false });
    }
    return this.derivativesIn(e, formula, out, true);
  }

  /** `deep`: with the values of names that were given derivatives. */
  private derivativesIn(e: Expr, formula: Formula, out: Changing[] = [], deep = false): Changing[] {
    if (isChanging(e)) {
      const c = this.changeOf(e, formula);
      if (c !== undefined) out.push(c);
    }
    for (const c of children(e))
      if (deep) this.changing(c, formula, out);
      else this.derivativesIn(c, formula, out);
    return out;
  }

  private changeOf(e: Expr, formula: Formula): Changing | undefined {
    if (e.kind === "call" && e.name === "d/d")
      return { determined: true, of: new Set(), by: undefined, isBare: false, isMixed: false, isDifferential: false };
    const target = e.kind === "derivative" || e.kind === "differential" ? e.of : e.kind === "call" && e.primes === 0 ? e.args.at(e.name === "′" ? 0 : -1) : e; // prettier-ignore
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
    // A differential is named by what is said of it (`dv = sin(x) dx`), unless it was known before what is differentiated.
    const isGiven = [...of].some((n) => this.given.has(n, formula, e.kind === "differential"));
    // Of an expression it is seen how it changes with a letter in it.
    const isWritten = e.kind === "derivative" && [...plain].some((n) => by!.has(n));
    const isBare = target.kind === "name" || target.kind === "call" || target.kind === "index";
    return { determined: isGiven || isWritten, of, by, isBare, isMixed: (by?.size ?? 0) > 1, isDifferential: e.kind === "differential" }; // prettier-ignore
  }
}

/** The functions that are called in an expression. */
function functionsIn(e: Expr, out: Set<string>): void {
  someNode(e, (x) => x.kind === "call" && out.add(x.name) === undefined);
}

/** Whether two sides are made of the same letters, sizes of identities apart. */
function hasSameNames(a: Expr, b: Expr): boolean {
  const [x, y] = [a, b].map((e) => lettersOf(e)) as [Set<string>, Set<string>];
  return x.size === y.size && isWithin(x, y);
}

function lettersOf(e: Expr, out: Set<string> = new Set()): Set<string> {
  if (e.kind === "name") out.add(e.name);
  if (e.kind !== "apply" || e.op !== "eye") children(e).forEach((c) => lettersOf(c, out));
  return out;
}

/** The names in an expression and in all that it stands for. */
const namesBehind = (e: Expr, { scope }: Formula): ReadonlySet<string> => freeNames(e, dependsOn(e, scope));

const namesOf = (all: readonly Changing[]): ReadonlySet<string> => new Set(all.flatMap((c) => [...c.of]));

/** `∂L/∂y ∂y/∂x`: what one is taken by another one is of. */
const isChain = (all: readonly Changing[]): boolean =>
  all.some((a) => all.some((b) => a !== b && a.by !== undefined && [...a.by].some((n) => b.of.has(n) && !a.of.has(n))));

const isWithin = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].every((n) => b.has(n));
