import { apply, children, type DerivativeExpr, type Expr, freeNames, mapChildren, withChildren } from "../core/ast";
import type { Definition, Scope } from "../core/scope";
import type { Formula } from "../documents/document";
import { Overlay } from "../documents/notes/overlay";
import { carry } from "./carry";
import { textOf } from "./digest";
import { dependsOn, namesDifferentiated } from "./varying";

/** What an equation says that something is, where its name alone does not tell. */
interface Saying {
  /** The other sides of the chain. */
  readonly sides: readonly Expr[];
  readonly formula: Formula;
}

/** A formula as it is to be judged, with what was said before put in. */
export interface Informed {
  readonly left: Expr;
  readonly right: Expr;
  readonly formula: Formula;
}

/**
 * What a note says of values that have no plain definition: `D^2 = …`, `tr(P^+) = …`, `S(b) = e'e = …` of which only a
 * later side has the variable, a function `Q(x, u) = x^TQx + …` beside a matrix of the same name. A derivative of such a
 * value is the derivative of what it was said to be.
 */
export class SaidBefore {
  private readonly said = new Map<string, Saying>();
  /** Of what the chain at hand says something: its next row goes on with that. */
  private open: readonly string[] = [];
  /** Whether somebody asked for something that no definition tells, since this was last set. */
  asked = false;
  /** Results by what they were made of, so that what is judged again is the same tree. */
  private static readonly known = new WeakMap<
    Expr,
    { readonly from: Formula; readonly in: Formula; readonly to: Informed }
  >();

  /** Remembers what a formula says. */
  note(formula: Formula): void {
    const s = formula.statement;
    if (s.kind === "definition" && s.parameters !== undefined) {
      this.said.set(`call ${s.name}`, { sides: [s.body], formula });
      this.open = [`call ${s.name}`];
      return;
    }
    if (s.kind === "definition") {
      this.said.set(s.name, { sides: [s.body], formula });
      this.open = [s.name];
      return;
    }
    if (s.kind !== "claim" || s.relations.some((r) => r !== "=" && r !== ":=")) {
      this.open = [];
      return;
    }
    if (s.continues === true) {
      // The next row of a chain says the same in another form.
      for (const key of this.open) {
        const { sides } = this.said.get(key)!;
        this.said.set(key, { sides: [...sides, ...s.sides], formula });
      }
      return;
    }
    this.open = [];
    const [head, ...sides] = s.sides as readonly [Expr, ...Expr[]];
    if (head.kind === "derivative" || head.kind === "differential" || head.kind === "number") return;
    this.open = [...(head.kind === "call" ? [`call ${head.name}`] : []), textOf(head)];
    for (const key of this.open) this.said.set(key, { sides, formula });
  }

  /** The two sides of an equation with derivatives of what was said before written out; `undefined` where there are none. */
  informed(left: Expr, right: Expr, formula: Formula): Informed | undefined {
    let scope = formula.scope;
    let from: Formula | undefined;
    const put = (e: Expr): Expr => {
      if (e.kind === "derivative") {
        const found = this.meant(e, scope);
        if (found === undefined) return e;
        from ??= found.from;
        scope = found.scope;
        return { ...e, of: found.of };
      }
      return mapChildren(e, put);
    };
    const [l, r] = [put(left), put(right)];
    if (from === undefined) return undefined;
    const before = SaidBefore.known.get(right);
    if (before?.from === from && before.in === formula && textOf(before.to.left) === textOf(l)) return before.to;
    const { basis: _, ...rest } = formula;
    const to = { left: l, right: r, formula: { ...rest, scope } };
    SaidBefore.known.set(right, { from, in: formula, to });
    return to;
  }

  /**
   * The two sides with what is differentiated, and what names are not known, as it is said right behind the formula:
   * `∂α/∂x = y^TA, where α = y^TAx`.
   * `following`: the formulas behind it; `between`: the words in front of one of them.
   */
  explained(
    left: Expr,
    right: Expr,
    formula: Formula,
    following: readonly Formula[],
    between: (next: Formula) => string,
  ): Informed | undefined {
    const { about: derived, by } = namesDifferentiated([left, right]);
    if (derived.size === 0) return undefined;
    // What the derivative calls its parts may be said there, too: `X^TD where D = RV^T`.
    const parts = [...freeNames(left), ...freeNames(right)].filter((n) => formula.guessed?.has(n) === true);
    const about = new Set([...derived, ...parts]);
    this.asked = true;
    const given = new Map<string, Definition>();
    let from: Formula | undefined;
    for (const next of following) {
      const words = between(next);
      if (words.length > MOST_BETWEEN || words.includes("\n#") || !(from !== undefined || WHERE.test(words))) break;
      if (from !== undefined && /[.。]\s/.test(words)) break;
      const d = definitionIn(next);
      if (d === undefined && next.statement.kind === "claim") break;
      if (d === undefined || by.has(d.name) || !(about.has(d.name) || from !== undefined)) continue;
      if (given.has(d.name)) break;
      if (about.has(d.name)) from ??= next;
      given.set(d.name, d);
    }
    if (from === undefined) return undefined;
    const before = SaidBefore.known.get(right);
    if (before?.from === from && before.in === formula) return before.to;
    // What is said there tells better what the names are.
    const { scope } = from;
    const [l, r] = [left, right].map((side) => carry(side, formula.scope, scope) ?? side) as [Expr, Expr];
    const changed = new Map<string, Definition | undefined>([...by].map((n) => [n, undefined]));
    for (const [n, d] of given) changed.set(n, d);
    const definitions = new Overlay(from.scope.definitions, changed);
    const { basis: _, ...rest } = formula;
    const to = { left: l, right: r, formula: { ...rest, scope: { ...from.scope, definitions } } };
    SaidBefore.known.set(right, { from, in: formula, to });
    return to;
  }

  /** The equation with what is differentiated in the other forms that a chain gave it: `ρ = … = …`. */
  *otherForms(left: Expr, right: Expr, { scope }: Formula): Generator<readonly [left: Expr, right: Expr]> {
    const { about } = namesDifferentiated([left, right]);
    for (const n of about) {
      const saying = this.said.get(n) ?? this.said.get(`call ${n}`);
      if (saying === undefined || saying.sides.length < 2) continue;
      for (const side of saying.sides) {
        const of = carry(side, saying.formula.scope, scope);
        if (of === undefined) continue;
        const put = (e: Expr): Expr => {
          if (e.kind === "derivative" && (e.of.kind === "name" || e.of.kind === "call") && e.of.name === n) return { ...e, of };
          const parts = children(e);
          return parts.length === 0 ? e : withChildren(e, parts.map(put));
        }; // prettier-ignore
        yield [put(left), put(right)];
      }
    }
  }

  /** What is differentiated, as it was said to be, where the derivative says nothing without that. */
  private meant(e: DerivativeExpr, scope: Scope): { of: Expr; scope: Scope; from: Formula } | undefined {
    const variables: string[] = [];
    for (const w of e.wrt) {
      const base = w.kind === "index" ? w.base : w;
      if (base.kind !== "name") return undefined;
      variables.push(base.name);
    }
    const { of } = e;
    const own = of.kind === "name" || of.kind === "call" ? scope.definitions.get(of.name) : undefined;
    const isCircular = own !== undefined && of.kind !== "apply" && dependsOnItself(own);
    if (!isCircular && variables.every((v) => dependsOn(of, scope).has(v))) return undefined;
    this.asked = true;
    const called = of.kind === "name" || (of.kind === "call" && isOfParameters(of, own)) ? this.said.get(`call ${of.name}`) : undefined; // prettier-ignore
    const squared = of.kind === "name" ? this.said.get(`pow(${of.name},2)`) : undefined;
    const saying = this.said.get(textOf(of)) ?? called ?? squared;
    if (saying === undefined) return undefined;
    const changed = new Map<string, Definition | undefined>();
    if (isCircular && (of.kind === "name" || of.kind === "call")) changed.set(of.name, undefined);
    const inside: Scope = { ...scope, definitions: new Overlay(scope.definitions, changed) };
    if (saying === squared) {
      const side = saying.sides.map((x) => carry(x, saying.formula.scope, scope)).find((x) => x !== undefined);
      if (side !== undefined && of.kind === "name" && !dependsOn(side, inside).has(of.name))
        changed.set(of.name, { name: of.name, body: apply("sqrt", side) });
    }
    for (const side of saying.sides) {
      const carried = carry(side, saying.formula.scope, scope);
      if (carried === undefined) continue;
      const on = dependsOn(carried, inside);
      if (!variables.every((v) => on.has(v))) continue;
      const value = saying === squared ? apply("sqrt", carried) : carried;
      return { of: value, scope: inside, from: saying.formula };
    }
    return undefined;
  }
}

/** Words that tell what a formula in front of them speaks of. */
const WHERE = /(?:^|[^\p{L}])(?:where|with|for|if|when|given|here|où|wobei|mit|donde|где|если|其中|当|若)(?![\p{L}])/iu;
const MOST_BETWEEN = 60;

/** What a formula gives a name to, also under a condition: `α = y^TAx`. */
function definitionIn({ statement: s }: Formula): Definition | undefined {
  if (s.kind === "definition")
    return { name: s.name, body: s.body, ...(s.parameters === undefined ? {} : { parameters: s.parameters.map((p) => p.name) }) }; // prettier-ignore
  if (s.kind !== "claim" || s.sides.length !== 2 || s.relations[0] !== "=" || s.continues === true) return undefined;
  const [head, body] = s.sides as readonly [Expr, Expr];
  return head.kind === "name" ? { name: head.name, body } : undefined;
}

/** Whether a definition has its own name in it, as something else: the matrix Q in `Q(x) = x^TQx`. */
function dependsOnItself(d: Definition): boolean {
  const visit = (e: Expr): boolean => (e.kind === "name" && e.name === d.name) || children(e).some(visit);
  return visit(d.body);
}

/** Whether a function stands with the very arguments that it was defined with. */
const isOfParameters = (of: Extract<Expr, { kind: "call" }>, d: Definition | undefined): boolean =>
  d?.parameters === undefined || of.args.every((a, i) => a.kind === "name" && a.name === d.parameters![i]);
