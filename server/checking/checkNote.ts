import { children, type Expr, freeNames, name, sameExpr, size, someNode, type Span } from "../core/ast";
import { isOne } from "../core/dimension";
import type { Problem, Severity } from "../core/problem";
import type { Definition, Scope } from "../core/scope";
import type { Shape } from "../core/shape";
import type { Steps } from "../core/steps";
import type { Formula, MathDocument } from "../documents/document";
import { Passages } from "../documents/passages";
import { INTERNAL, isFault } from "../core/faults";
import { mayJumpOver } from "./across";
import { adjointReading, saysAdjoints } from "./adjoints";
import { anyFunction, judgingAnyFunction } from "./anyFunction";
import { assumingOfMatrices } from "./assumptions";
import { carry } from "./carry";
import { judgingCases } from "./cases";
import { judgingMoments } from "./expectations";
import { hasMoments, momentOf } from "./expectations/outcomes";
import { type ChainRule, chainRule, judgingChainRule } from "./chainRule";
import { equationKey, textOf } from "./digest";
import { equationBetween } from "./equation";
import type { Judged } from "./evidence";
import { valuesIn } from "./givenValues";
import { judging } from "./judge";
import { isResult, sizeOfResult } from "./literals";
import { isAgainst, LayoutVotes, saidLayout } from "./layout";
import { lostTranspose, Passage } from "./lostTranspose";
import { labelled, Meanings, type Source } from "./meanings";
import { isMeant, proseMentions, symmetricByNature, propertiesIn } from "./mentions";
import { confusesMembers } from "./labels";
import {
  chainOf,
  derivativesMeanSomething,
  emptyReason,
  hasCommutatorOfNumbers,
  isJudged,
  isSubdifferential,
  isZero,
  kindOf,
  leaves,
  type NoteEquation,
  transposesName,
} from "./note";
import { type CheckOptions, printMcalc } from "./options";
import { ofOneEntry, otherReadings, type SidesReading } from "./readings";
import { type Before, doubtsOf, holdsStill, remember } from "./remembered";
import { letterOf } from "../documents/notes/kinds";
import { judgingHats } from "./hats";
import { changingBetween, heldFixed } from "./heldFixed";
import { judgingInWorlds, knownKey, type WorldsQuestion } from "./inWorlds";
import { judgingPartials, judgingPaths } from "./partials";
import { mayBeProjections, withProjection } from "./projections";
import { refitted } from "./refit";
import { nearestInSteps, turnedOver } from "./explain";
import { type PrintFor, problemOf, turnedProblem } from "./report";
import { identitySlip, misfitSlip, shapeSlip } from "./repair";
import { differentiatesByItself, slipInRule } from "./ruleSlips";
import { SaidBefore } from "./saidBefore";
import { carriedTo, judgingNamed, type LastFunction, namedIn } from "./saidInWords";
import { sizeSlip } from "./sizeSlip";
import { hasStar, starsByEntry } from "./stars";
import { announcesSolution, Conditions, isArgument, judgingSolution, solvedFor } from "./stationary";
import { unsaid } from "./unsaid";
import { sumOf, terms, type Variant } from "./variants";
import { dependsOn, hasDerivative, hasDifferential, namesDifferentiated } from "./varying";
import { isConfirmed, UNKNOWN, type Verdict } from "./verdict";

const FOLLOWS = "it follows from a side that is wrong";
const SAID_TWICE = "it rests on something that does not hold as it was said before";
const MAY_BE = "it may be a definition or a condition";

/** Why a rule of backpropagation holds that is written with `dX` for ∂L/∂X. */
const ADJOINTS = "each d stands for the derivative of the loss";

/** Notes with more equations than this are verified by numbers only. */
const MOST_PROVED = 300;

/** Characters in front of a formula in which it may be said that it is a solution. */
const SAID_BEFORE = 260;
/** Characters in front of it in which projections are spoken of, if it is about them. */
const SAID_NEAR = 1500;
/** Characters in front of it in which it may be said what is random, and what is independent. */
const SAID_OF_CHANCE = 4000;
/** Characters behind it in which something else may be said. */
const SAID_BEHIND = 120;

/** Sections back from which definitions still count against a rule of backpropagation. */
const RECENT = 4;

/** Words that announce the same value in another form. */
const REWRITES = /\b(?:re-?writ\w+|(?:be |is )?written as|equivalent\w*|expand\w*|simplif\w+|complet\w+ the square|rearrang\w+|re-?express\w*|factor\w*)\b/i; // prettier-ignore

/** Rules that hold only if `dX` is a derivative, after which it is taken for one. */
const CERTAIN = 2;

/** Nodes of a second form of what is defined already, from which on nobody gives another one by chance. */
const LEAST_REWRITTEN = 7;

/** Words in front of what a function is for the moment. */
const SUPPOSES = /\b(?:if|when|let|suppose|assume|take|consider|for)\b[^.]*$/i;

/** Words in front of the letter of a step. */
const STEP = /\b(?:step|increment|update|correction|displacement)s?\s*$/i;

/** Gradients in one layout beside which one in the other is a slip. */
const MOST_OTHERS = 3;

/** Slips of the pen that an equation is held against whose names are taken for what they usually are. */
const SLIPS: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap", "sign"]);

type Definitive = Extract<Formula["statement"], { kind: "definition" }>;

/** Equations of formulas that a document shares with its earlier version. */
const known = new WeakMap<
  Expr,
  { formula: Formula; left: Expr; inChain: boolean; doubtful: boolean; equation: NoteEquation }
>();

/** From this weight on, another meaning of a sign is as good a reason to be silent. */
const LIVING = 0.1;

/**
 * Proof-reads a note: derivative claims, differentials, and the steps of chains of equalities. What may be a
 * definition, a condition or a rule about unspecified things is never called wrong, and nothing is that holds in some
 * plausible reading: another layout, the summation convention, a guessed vector as a number.
 */
export function* checkNote(document: MathDocument, options: CheckOptions): Generator<void, readonly Judged[]> {
  const walk = new Walk(document, options);
  yield* walk.all();
  return yield* walk.report();
}

class Walk {
  private readonly judged: Judged[] = [];
  private readonly votes = new LayoutVotes();
  /** What wrong claims differentiate: a passage that calls it y cannot be judged by it. */
  private readonly discredited = new Set<string>();
  private readonly redefined = new Map<string, { readonly before: string; readonly body: Expr }>();
  /** The last definition of each name. */
  private readonly values = new Map<
    string,
    {
      readonly formula: Formula;
      readonly body: Expr;
      readonly section: number;
      readonly parameters: string | undefined;
    }
  >();
  /** What names stand for at the formula at hand. */
  private readonly meanings = new Meanings();
  /** Whether `dX` may be a name for ∂L/∂X: said so, or seen in so many rules; and never a differential so far. */
  private readonly adjoints: { readonly said: boolean; seen: number; differentials: boolean };
  private readonly sections: readonly number[];
  /** Number of the section that the formula at hand stands in; −1 before the first. */
  private section = -1;
  private readonly claimCount: number;
  /** The last sides of the chains before, nearest first: what `= …` may go on from. */
  private exits: {
    readonly side: Expr;
    readonly formula: Formula;
    readonly first: Expr;
    /** A side after the last right one that was found wrong: what follows from it is not reported again. */
    readonly doubted?: Expr;
  }[] = [];

  /** Sides that hold only under an assumption. */
  private readonly assumed = new WeakSet<Expr>();
  /** What the formulas before have said of values without a definition. */
  private readonly said = new SaidBefore();
  /** What the section at hand minimises or solves. */
  private readonly conditions = new Conditions();

  /** What the section at hand has said so far. */
  private passage: Passage;
  /** Equations that were found to hold since this was last set, and whether one of them had lost a transpose. */
  private looked: { readonly holds: NoteEquation[]; lost: boolean } = { holds: [], lost: false };

  constructor(
    private readonly document: MathDocument,
    private readonly options: CheckOptions,
  ) {
    this.sections = Passages.of(document).sectionStarts;
    this.adjoints = { said: saysAdjoints(document), seen: 0, differentials: false };
    this.passage = new Passage(document.formulas, 0);
    this.claimCount = document.formulas.filter((f) => f.statement.kind === "claim").length;
  }

  *all(): Generator<void, void> {
    let at = 0;
    for (const written of this.document.formulas) {
      if (this.givesAnew(written)) this.supposed = undefined;
      const formula = this.withSupposed(this.withRedefinitions(written));
      const before = this.section;
      while ((this.sections[this.section + 1] ?? Infinity) <= formula.span.start) this.section++;
      if (this.section !== before) {
        this.exits = [];
        this.conditions.clear();
        this.passage = new Passage(this.document.formulas, at);
      }
      this.passage.until = at++;
      const s = formula.statement;
      if (s.kind === "definition") yield* this.rewritten(formula, s);
      if (s.kind === "definition" && s.parameters !== undefined)
        yield* this.moment(formula, { kind: "call", name: s.name, primes: 0, args: s.parameters.map((p) => name(p.name)), span: s.nameSpan }, s.body); // prettier-ignore
      if (s.kind === "definition" && s.parameters !== undefined)
        this.lastFunction = { definition: { name: s.name, parameters: s.parameters.map((p) => p.name), body: s.body }, formula, section: this.section }; // prettier-ignore
      if (s.kind === "definition" && s.parameters === undefined) {
        yield* this.saidInWords(formula, s);
        yield* this.definition(formula, s);
        yield* this.solution(formula, name(s.name), s.body, s.nameSpan);
        yield* this.step(formula, s);
        this.leave(s.body, formula, s.body);
      }
      // An expression that stands alone in a display is the head of a chain whose rows follow.
      if (s.kind === "query" && formula.region?.display === true) this.leave(s.expr, formula, s.expr);
      if (s.kind !== "claim") {
        this.said.note(formula);
        this.conditions.note(formula);
        continue;
      }
      const again = this.again(formula);
      if (!again) yield* this.remembering(formula);
      this.root(formula);
      this.suppose(formula);
      for (const name of formula.defines ?? []) {
        const d = formula.scope.definitions.get(name);
        if (d !== undefined && d.parameters === undefined)
          this.meanings.set(name, { body: d.body, formula, section: this.section });
      }
      this.said.note(formula);
      this.conditions.note(formula);
      if (!again || at % 64 === 0) yield;
    }
  }

  private get before(): Before {
    const { said, seen, differentials } = this.adjoints;
    const state = `${this.proves} ${said} ${Math.min(seen, CERTAIN)} ${differentials} ${[...this.givenTwice].join()}`;
    return { state, meanings: this.meanings, section: this.section, discredited: this.discredited };
  }

  /** Takes the verdicts on a chain from an earlier version of the document, if nothing they hang on has changed. */
  private again(formula: Formula): boolean {
    const { basis } = formula;
    const chains = this.options.cache?.chains;
    const known = basis === undefined ? undefined : chains?.get(basis);
    if (known === undefined || !holdsStill(known, formula, this.before)) return false;
    if (known.holds.some((equation) => this.lost(equation, formula) !== undefined)) return false;
    for (const { equation, verdict } of known.found) this.record(standingIn(formula, equation), verdict);
    this.adjoints.seen += known.adjoints;
    this.adjoints.differentials ||= known.differentials;
    if (known.exit !== undefined) this.leave(known.exit.side, formula, known.exit.first, known.exit.doubted);
    return true;
  }

  /** Judges a chain, and keeps how for the next version of the document. */
  private *remembering(formula: Formula): Steps<void> {
    const { basis, statement } = formula;
    const chains = this.options.cache?.chains;
    // What goes on from the chain before hangs on that too.
    if (basis === undefined || chains === undefined || (statement.kind === "claim" && statement.continues === true))
      return yield* this.chain(formula);
    const { before } = this;
    const doubts = doubtsOf(formula, this.discredited);
    const from = this.judged.length;
    const left = this.exits[0];
    const { seen, differentials } = this.adjoints;
    this.looked = { holds: [], lost: false };
    const asked = (this.meanings.asked = new Map<string, Source>());
    this.said.asked = false;
    yield* this.chain(formula);
    this.meanings.asked = undefined;
    // What was said before may be said otherwise in the next version.
    const known =
      this.looked.lost || this.said.asked
        ? undefined
        : remember(formula, before, doubts, asked, {
            holds: this.looked.holds,
            found: this.judged.slice(from),
            adjoints: this.adjoints.seen - seen,
            differentials: !differentials && this.adjoints.differentials,
            ...(this.exits[0] === undefined || this.exits[0] === left ? {} : { exit: this.exits[0] }),
          });
    if (known !== undefined) chains.set(basis, known);
  }

  /**
   * What is defined a second time in a section, with words such as `we rewrite`, is a claim: that the new formula is the
   * old one in other words. Where it is not, nothing is said of either.
   */
  private *rewritten(formula: Formula, { name, nameSpan, parameters, body }: Definitive): Steps<void> {
    const before = this.values.get(name);
    this.values.set(name, { formula, body, section: this.section, parameters: parameters?.map((p) => p.name).join() });
    if (before === undefined || before.section !== this.section) return;
    if (before.parameters !== parameters?.map((p) => p.name).join() || textOf(before.body) === textOf(body)) return;
    const isSaid = REWRITES.test(Passages.of(this.document).lead((formula.region ?? formula).span.start));
    const left = carry(before.body, before.formula.scope, formula.scope);
    if (left === undefined) return;
    const equation: NoteEquation = {
      formula,
      kind: "step",
      mode: "full",
      left,
      right: body,
      leftSpan: nameSpan,
      ...(body.span === undefined ? {} : { rightSpan: body.span }),
    };
    // Without such words it may be another function, unless it is the same one.
    if (!isSaid && (Math.min(size(left), size(body)) < LEAST_REWRITTEN || !haveSameLeaves(left, body, formula.scope)))
      return;
    const { verdict, fresh } = yield* this.cached(equation, undefined);
    if (isSaid || isConfirmed(verdict)) {
      this.record(equation, verdict);
      if (verdict.status === "wrong" || verdict.status === "conditional")
        for (const e of [before.body, body]) this.discredited.add(textOf(e));
    }
    if (fresh) yield;
  }

  /** What is given a value a second time, having been a derivative, is a claim about that: `δ = ∂L/∂z`, `δ = Wᵀδ ⊙ …`. */
  private *definition(formula: Formula, { name, nameSpan, body }: Definitive): Steps<void> {
    const before = this.meanings.get(name)?.body;
    if (before?.kind !== "derivative" || body.kind === "derivative") {
      this.meanings.set(name, { body, formula, section: this.section });
      return;
    }
    const rule = this.rule(before, body, formula);
    if (rule === undefined) return;
    const equation: NoteEquation = {
      formula,
      kind: "derivative",
      mode: "full",
      left: before,
      right: body,
      leftSpan: nameSpan,
      ...(body.span === undefined ? {} : { rightSpan: body.span }),
    };
    const { verdict, fresh } = yield* this.cached(equation, rule);
    this.judged.push({ equation, verdict });
    if (fresh) yield;
  }

  /** `H = […]` behind "the Hessian is" is judged as that of the function that was defined last. */
  private *saidInWords(formula: Formula, { name: head, nameSpan, body }: Definitive): Steps<void> {
    const { lastFunction } = this;
    if (lastFunction === undefined || this.section - lastFunction.section > 1) return;
    const named = namedIn(Passages.of(this.document).lead((formula.region ?? formula).span.start), head);
    const of = named === undefined ? undefined : carriedTo(lastFunction, formula);
    if (named === undefined || of === undefined) return;
    const print = this.printer;
    const verdict = yield* judgingNamed({ named, value: body, of, formula, print: (e) => print(e, formula) });
    if (verdict === undefined) return;
    const equation = equationBetween({ ...name(head), span: nameSpan }, body, "derivative", formula);
    this.judged.push({ equation: { ...equation, mode: "positive" }, verdict });
  }
  private lastFunction: LastFunction | undefined;

  /** `If g(x, y) = …, then …`: what a function is supposed to be holds up to the end of the sentence. */
  private suppose(formula: Formula): void {
    const s = formula.statement;
    if (s.kind !== "claim" || s.sides.length !== 2 || s.relations[0] !== "=" || s.continues === true) return;
    const [head, body] = s.sides as readonly [Expr, Expr];
    if (head.kind !== "call" || head.primes > 0 || !head.args.every((a) => a.kind === "name")) return;
    const parameters = head.args.map((a) => (a as { name: string }).name);
    const own = formula.scope.definitions.get(head.name)?.parameters;
    if (own?.join() !== parameters.join() || hasDerivative(body) || new Set(parameters).size < parameters.length)
      return;
    if (!SUPPOSES.test(Passages.of(this.document).lead((formula.region ?? formula).span.start))) return;
    const definition = { name: head.name, parameters, body };
    this.supposed = { definition, formula };
  }
  private supposed: { readonly definition: Definition; readonly formula: Formula } | undefined;

  /** Whether a formula says something else of the function that was supposed to be another one. */
  private givesAnew({ statement: s }: Formula): boolean {
    const n = this.supposed?.definition.name;
    if (n === undefined) return false;
    return s.kind === "definition" ? s.name === n : s.kind === "claim" && s.sides[0]?.kind === "call" && s.sides[0].name === n && s.sides[0].primes === 0; // prettier-ignore
  }

  /** A formula of the sentence in which a function was supposed to be another one. */
  private withSupposed(formula: Formula): Formula {
    const { supposed } = this;
    if (supposed === undefined) return formula;
    // A display behind a blank line goes on with the sentence.
    if (
      /[.!?。]\$*\s|\n#|\n[ \t]*\n\p{Lu}/u.test(
        this.document.words.slice(supposed.formula.span.end, formula.span.start),
      )
    ) {
      this.supposed = undefined;
      return formula;
    }
    const { definition } = supposed;
    const body = carry(definition.body, supposed.formula.scope, formula.scope);
    if (body === undefined) return formula;
    const { basis: _, ...rest } = formula;
    const definitions = new Map(formula.scope.definitions).set(definition.name, { ...definition, body });
    return { ...rest, scope: { ...formula.scope, definitions } };
  }

  /** `e² = (r − pᵀq)²` says what e is as well: where nothing else does, that is its value. */
  private root(formula: Formula): void {
    const s = formula.statement;
    if (s.kind !== "claim" || s.sides.length !== 2 || s.relations[0] !== "=" || s.continues === true) return;
    const [head, value] = s.sides.map((e) => (e.kind === "apply" && e.op === "pow" && e.args[1]!.kind === "number" && e.args[1].value === 2 ? e.args[0]! : undefined)); // prettier-ignore
    if (head?.kind !== "name" || value === undefined || this.meanings.get(head.name) !== undefined) return;
    this.meanings.set(head.name, { body: value, formula, section: this.section });
  }

  /** `Var(X) = E[X²] − E[X]²` defines nothing: what a variance is, is known. */
  private *moment(formula: Formula, left: Expr, right: Expr): Steps<void> {
    if (momentOf(left) === undefined || !hasMoments(right)) return;
    const { basis: _, ...rest } = formula;
    const definitions = new Map(formula.scope.definitions);
    definitions.delete((left as { name: string }).name);
    const known = { ...rest, scope: { ...formula.scope, definitions } };
    const print = this.printer;
    const verdict = yield* judgingMoments({ left, right, formula: known, meanings: this.meanings, print: (e) => print(e, formula), words: this.wordsAround(formula) }); // prettier-ignore
    if (verdict === undefined) return;
    this.judged.push({ equation: { ...equationBetween(left, right, "equation", formula), mode: "positive" }, verdict });
  }

  /** What is said to be where a gradient is zero (`w^* = …`) is put into it. */
  private *solution(formula: Formula, left: Expr, right: Expr, leftSpan?: Span): Steps<void> {
    const verdict = yield* this.solved(formula, left, right);
    if (verdict === undefined) return;
    const rightSpan = right.span;
    const equation: NoteEquation = {
      formula,
      kind: "equation",
      mode: "positive",
      left,
      right,
      ...(leftSpan === undefined ? {} : { leftSpan }),
      ...(rightSpan === undefined ? {} : { rightSpan }),
    };
    this.judged.push({ equation, verdict });
  }

  /** `x_{k+1} = x_k − (JᵀJ)⁻¹Jᵀb` behind "the step h minimises ½‖Jh + b‖²": what is added is put into the gradient by h. */
  private *step(formula: Formula, { name: head, nameSpan, body }: Definitive): Steps<void> {
    const label = labelled(head);
    const before = label === undefined ? undefined : terms(body).find(({ sign, term }) => {
      const own = term.kind === "name" ? labelled(term.name) : undefined;
      return sign === 1 && own?.stem === label.stem && own.letter === label.letter && own.offset === label.offset - 1;
    }); // prettier-ignore
    const variable = before === undefined ? undefined : this.stepVariable(formula);
    const rest = terms(body).filter((t) => t.term !== before?.term);
    if (before === undefined || variable === undefined || rest.length === 0) return;
    const conditions = this.conditions.of(variable);
    const value = sumOf(rest);
    if (conditions.length === 0 || freeNames(value).has(variable)) return;
    const print = this.printer;
    const { meanings } = this;
    const found = yield* judgingSolution({ formula, variable, value, squared: false, conditions, meanings, print: (e) => print(e, formula), isSaid: true }); // prettier-ignore
    if (found === undefined) return;
    const { correction } = found;
    const verdict: Verdict =
      correction === undefined
        ? found
        : { ...found, correction: { side: "right", expr: sumOf([before, ...terms(correction.expr)]) } };
    this.judged.push({
      equation: {
        formula,
        kind: "equation",
        mode: "positive",
        left: name(head),
        right: body,
        leftSpan: nameSpan,
        ...(body.span === undefined ? {} : { rightSpan: body.span }),
      },
      verdict,
    });
  }

  /** The letter that the section calls a step: "the increment $d$". */
  private stepVariable({ span }: Formula): string | undefined {
    const start = this.sections[this.section] ?? 0;
    let found: string | undefined;
    for (const { span: at, region, statement: s } of this.document.formulas) {
      if (at.start >= span.start) break;
      if (at.start < start || s.kind !== "query" || s.expr.kind !== "name") continue;
      const from = (region?.span ?? at).start;
      if (STEP.test(this.document.text.slice(Math.max(0, from - 24), from))) found = s.expr.name;
    }
    return found;
  }

  private *solved(formula: Formula, left: Expr, right: Expr): Steps<Verdict | undefined> {
    if (isArgument(left)) return yield* this.argument(formula, left, right);
    const squared = left.kind === "apply" && left.op === "pow" && left.args[1]!.kind === "number" && left.args[1].value === 2; // prettier-ignore
    const head = squared ? left.args[0]! : left;
    if (head.kind !== "name" || children(right).length === 0) return undefined;
    const variable = solvedFor(head.name);
    if (freeNames(right).has(variable)) return undefined;
    const conditions = this.conditions.of(variable);
    if (conditions.length === 0) return undefined;
    const before = this.document.words.slice(Math.max(0, formula.span.start - SAID_BEFORE), formula.span.start);
    const paragraph = lastParagraph(before);
    const behind = this.document.words.slice(formula.span.end, formula.span.end + SAID_BEHIND).split(/\n\s*\n/)[0]!;
    const isSaid = announcesSolution(paragraph, behind) || conditions[0]!.saysZero;
    if (!isSaid && variable === head.name) return undefined;
    const print = this.printer;
    return yield* judgingSolution({
      formula,
      variable,
      value: right,
      squared,
      conditions,
      meanings: this.meanings,
      print: (e) => print(e, formula),
      isSaid,
    });
  }

  /** `argmin_w L(w) = …`: the place where L is least. */
  private *argument(formula: Formula, left: Expr, right: Expr): Steps<Verdict | undefined> {
    const [by] = children(left);
    const variable = by?.kind === "name" ? by.name.replace(/[⟨⟩{}]/g, "") : "";
    if (variable === "" || freeNames(right).has(variable) || children(right).length === 0) return undefined;
    const print = this.printer;
    return yield* judgingSolution({
      formula,
      variable,
      value: right,
      squared: false,
      conditions: [{ formula, value: children(left).at(-1)!, by: variable, saysZero: true }],
      meanings: this.meanings,
      print: (e) => print(e, formula),
      isSaid: true,
    });
  }

  private rule(left: Expr, right: Expr, formula: Formula): ChainRule | undefined {
    if (left.kind !== "derivative" && left.kind !== "name" && left.kind !== "differential") return undefined;
    this.meanings.oldest = Infinity;
    const { said, seen, differentials } = this.adjoints;
    const named = said || !differentials ? adjointReading(left, right, this.meanings) : undefined;
    const found = chainRule(left, right, formula, this.meanings, named);
    const trusted = named === undefined || said || seen >= CERTAIN;
    // Letters are used again: what was said long ago may not be meant any more.
    const isRecent =
      this.section - this.meanings.oldest <= RECENT || found?.rests.every((n) => !this.givenTwice.has(n)) === true;
    const isStarred = this.isStarred(right, formula);
    const rule =
      found === undefined ? undefined : { ...found, trusted: found.trusted && trusted && isRecent && !isStarred };
    if (!isStarred || !hasStar(right, formula)) return rule;
    const byEntry = chainRule(left, starsByEntry(right, formula), formula, this.meanings, named);
    if (byEntry === undefined) return rule;
    return { ...byEntry, trusted: false, ...(rule === undefined ? {} : { otherwise: rule }) };
  }

  /** The names to which the note gives more than one value, all in all. */
  private get givenTwice(): ReadonlySet<string> {
    return (this.severalValues ??= new Set(
      [...valuesIn(this.document)].flatMap(([n, v]) => (v.different > 1 ? [n] : [])),
    ));
  }
  private severalValues: ReadonlySet<string> | undefined;

  /** Whether an equation has a product with a star, or rests on a definition that has one: who knows what it means. */
  private isStarred(right: Expr, formula: Formula): boolean {
    if (hasStar(right, formula)) return true;
    return [...freeNames(right)].some((n) => {
      const meaning = this.meanings.get(n);
      return meaning !== undefined && hasStar(meaning.body, meaning.formula);
    });
  }

  /** A formula with what earlier equations have made of names that were defined before, and without points of variables. */
  private withRedefinitions(formula: Formula): Formula {
    let definitions: Map<string, Definition> | undefined;
    for (const [name, { before, body }] of this.redefined) {
      const d = formula.scope.definitions.get(name);
      if (d === undefined || textOf(d.body) !== before) continue;
      definitions ??= new Map(formula.scope.definitions);
      definitions.set(name, { name, body });
    }
    for (const point of pointsOf(formula, this.headOf(formula)))
      (definitions ??= new Map(formula.scope.definitions)).delete(point);
    if (definitions === undefined) return formula;
    const { basis: _, ...rest } = formula;
    return { ...rest, scope: { ...formula.scope, definitions } };
  }

  /** What the chain that a row goes on began with, in the same display. */
  private headOf({ statement: s, region }: Formula): Expr | undefined {
    if (s.kind !== "claim" || s.continues !== true) return undefined;
    const [exit] = this.exits;
    return exit?.formula.region?.span.start === region?.span.start ? exit?.first : undefined;
  }

  private leave(side: Expr, formula: Formula, first: Expr, doubted?: Expr): void {
    this.exits.unshift({ side, formula, first, ...(doubted === undefined ? {} : { doubted }) });
    if (this.exits.length > 4) this.exits.pop();
  }

  /** Judges the steps of one chain; after a wrong one it goes on from the last side that is right. */
  private *chain(formula: Formula): Generator<void, void> {
    const chain = chainOf(formula);
    if (chain === undefined) {
      this.exits = [];
      return;
    }
    const { sides, equal } = chain;
    if (formula.behindGap === true) this.exits = [];
    const entry = chain.continues ? this.entry(sides[0]!, formula) : undefined;
    const length = sides.length + (entry === undefined ? 0 : 1);
    const inChain = length - chain.heads > 2;
    // The side that the next one is compared with; `undefined` where nothing is said about the next.
    let trusted: Expr | undefined = entry?.side;
    let first: Expr | undefined = entry?.first;
    let doubted: Expr | undefined = entry?.doubted;
    for (let k = 0; k < sides.length; k++) {
      const side = sides[k]!;
      const joined = k === 0 ? chain.continues : equal[k - 1] === true;
      // What a definition begins with says nothing about the side that defines it.
      if (k > 0 && k <= chain.heads) {
        if (trusted !== undefined && joined) yield* this.moment(formula, trusted, side);
        trusted = undefined;
      }
      if (joined && trusted !== undefined) {
        const found = yield* this.judge(formula, trusted, side, inChain || chain.continues);
        if (found.fresh) yield;
        let { equation, verdict } = found;
        // A step that cannot be judged may still be seen from the head of the chain.
        if (
          verdict.status === "unknown" &&
          first !== undefined &&
          first !== trusted &&
          mayJumpOver(trusted, side, formula) &&
          (this.equation(this.whole(formula, first, side), first, side, true).mode === "full" ||
            this.rule(first, side, formula) !== undefined)
        ) {
          const far = yield* this.judge(this.whole(formula, first, side), first, side, true);
          if (far.fresh) yield;
          if (far.verdict.status !== "unknown") {
            verdict = far.verdict;
            // What holds is the last side: of those between nothing was seen.
            const { leftSpan: _, ...seen } = far.equation;
            equation = isConfirmed(verdict) ? seen : far.equation;
          }
        }
        let follows = false;
        if (verdict.status === "unknown" && doubted !== undefined && this.assumed.has(doubted)) {
          const next = yield* this.judge(formula, doubted, side, true);
          if (next.fresh) yield;
          verdict = next.verdict;
          equation = next.equation;
          follows = isConfirmed(verdict);
        } else if ((verdict.status === "wrong" || verdict.status === "conditional") && doubted !== undefined) {
          const next = yield* this.judge(formula, doubted, side, true);
          if (next.fresh) yield;
          // It follows from the side that was wrong already: one mistake, one diagnostic.
          follows = isConfirmed(next.verdict);
          if (follows) verdict = this.assumed.has(doubted) ? next.verdict : UNKNOWN(FOLLOWS);
          // Beside what was assumed before, the slip of this step is seen by itself.
          else if (this.assumed.has(doubted) && next.verdict.slip !== undefined && verdict.slip === undefined)
            ({ equation, verdict } = next);
        }
        this.record(equation, verdict);
        if (verdict.status === "conditional" || (follows && verdict.note !== FOLLOWS)) this.assumed.add(side);
        if (follows || verdict.status === "wrong" || verdict.status === "conditional") doubted = side;
        else {
          trusted = side;
          doubted = undefined;
        }
      } else if (joined || k === 0) trusted = side;
      else {
        trusted = side;
        first = undefined;
        doubted = undefined;
      }
      if (k >= chain.heads) first ??= trusted;
    }
    if (trusted !== undefined) this.leave(trusted, formula, first ?? trusted, doubted);
  }

  /**
   * A formula with the values of names that vary freely in it, because a side in the middle differentiates by them, but
   * not in these two: `∂L/∂w = ∂L/∂ŷ ∂ŷ/∂w = (ŷ − y)x`.
   */
  private whole(formula: Formula, left: Expr, right: Expr): Formula {
    const by = new Set<string>();
    const inBetween = new Set<string>();
    const variables = (e: Expr, out: Set<string>): boolean =>
      someNode(e, (n) => {
        if (n.kind === "derivative") for (const w of n.wrt) if (w.kind === "name") out.add(w.name);
        return false;
      });
    if (formula.statement.kind !== "claim") return formula;
    for (const side of formula.statement.sides) variables(side, inBetween);
    if (inBetween.size < 2) return formula;
    variables(left, by);
    variables(right, by);
    const { definitions } = formula.scope;
    let given: Map<string, Definition> | undefined;
    for (const n of inBetween) {
      if (by.has(n) || definitions.has(n)) continue;
      const meaning = this.meanings.get(n);
      const body = meaning === undefined ? undefined : carry(meaning.body, meaning.formula.scope, formula.scope);
      if (body !== undefined && !freeNames(body).has(n)) (given ??= new Map(definitions)).set(n, { name: n, body });
    }
    if (given === undefined) return formula;
    const { basis: _, ...rest } = formula;
    return { ...rest, scope: { ...formula.scope, definitions: given } };
  }

  /**
   * The side from which `= …` goes on: the one before in the same display; else the nearest of the same kind (with
   * differentials or without).
   */
  private entry(next: Expr, formula: Formula): { side: Expr; first: Expr; doubted?: Expr } | undefined {
    const differential = hasDifferential(next);
    const nearest = this.exits.find((e) => e.formula.column === formula.column) ?? this.exits[0];
    const claims = this.exits.filter((e) => e.formula.statement.kind !== "query");
    const found =
      nearest !== undefined && nearest.formula.region?.span.start === formula.region?.span.start
        ? nearest
        : (claims.find((e) => hasDifferential(e.side) === differential) ?? claims[0]);
    if (found === undefined) return undefined;
    const side = carry(found.side, found.formula.scope, formula.scope);
    if (side === undefined) return undefined;
    const doubted = found.doubted === undefined ? undefined : carry(found.doubted, found.formula.scope, formula.scope);
    const first = carry(found.first, found.formula.scope, formula.scope) ?? side;
    return { side, first, ...(doubted === undefined ? {} : { doubted }) };
  }

  private record(equation: NoteEquation, verdict: Verdict): void {
    this.judged.push({ equation, verdict });
    const { left, right, formula } = equation;
    // `y = …` that does not agree with what y was gives y a new meaning.
    if (equation.kind === "equation" && verdict.note === MAY_BE && left.kind === "name" && children(right).length > 0) {
      const d = formula.scope.definitions.get(left.name);
      if (d !== undefined && d.parameters === undefined)
        this.redefined.set(left.name, { before: textOf(d.body), body: right });
    }
    if (verdict.status === "wrong" || verdict.status === "conditional")
      for (const side of [equation.left, equation.right])
        if ((side.kind === "derivative" || side.kind === "differential") && side.of.kind !== "name")
          this.discredited.add(textOf(side.of));
    this.votes.add(verdict);
  }

  /** Where the formula in front of one of those that follow ends. */
  private lastEnd(next: Formula): number {
    return this.document.formulas[this.document.formulas.indexOf(next, this.passage.until) - 1]?.span.end ?? 0;
  }

  /** The formulas right behind the one at hand. */
  private get following(): readonly Formula[] {
    const from = this.passage.until + 1;
    return this.document.formulas.slice(from, from + 3);
  }

  /** A fault of the program in one equation leaves that one open, and no other. */
  private *judge(
    formula: Formula,
    left: Expr,
    right: Expr,
    inChain: boolean,
  ): Steps<{ equation: NoteEquation; verdict: Verdict; fresh: boolean }> {
    try {
      return yield* this.judgement(formula, left, right, inChain);
    } catch (error) {
      if (!isFault(error)) throw error;
      return { equation: this.equation(formula, left, right, inChain), verdict: { status: "unknown", note: INTERNAL }, fresh: true }; // prettier-ignore
    }
  }

  private *judgement(
    formula: Formula,
    left: Expr,
    right: Expr,
    inChain: boolean,
  ): Steps<{ equation: NoteEquation; verdict: Verdict; fresh: boolean }> {
    let equation = this.equation(formula, left, right, inChain);
    const rule = this.rule(left, right, formula);
    let found = yield* this.cached(equation, rule);
    const holdsSoFar = isConfirmed(found.verdict);
    if (!holdsSoFar && found.verdict.status === "unknown" && !hasDerivative(left) && !hasDerivative(right)) {
      const solved = yield* this.solved(formula, left, right);
      if (solved !== undefined) return { equation: { ...equation, kind: "equation" }, verdict: solved, fresh: true };
    }
    if (!holdsSoFar && equation.kind === "derivative" && !isZero(left) && !isZero(right)) {
      const informed =
        this.said.explained(left, right, formula, this.following, (next) =>
          this.document.words.slice(this.lastEnd(next), next.span.start),
        ) ?? (found.verdict.status === "unknown" ? this.said.informed(left, right, formula) : undefined);
      if (informed !== undefined) {
        const { leftSpan, rightSpan } = equation;
        const again = {
          ...this.equation(informed.formula, informed.left, informed.right, inChain),
          ...(leftSpan === undefined ? {} : { leftSpan }),
          ...(rightSpan === undefined ? {} : { rightSpan }),
        };
        const other = yield* this.cached(again, undefined);
        // What is put together from several places is wrong only if a small change makes it right.
        const isVague = other.verdict.status === "wrong" && (other.verdict.note ?? "") === "";
        if (other.verdict.status !== "unknown" && !isVague) {
          equation = again;
          found = { verdict: other.verdict, fresh: found.fresh || other.fresh };
        }
      }
    }
    const holds = isConfirmed(found.verdict);
    if (holds && rule?.adjoints === true && found.verdict.note === ADJOINTS) this.adjoints.seen++;
    else if (holds && hasDifferential(right) && equation.mode === "full") this.adjoints.differentials = true;
    return { equation, ...found };
  }

  /** The verdict on an equation, which may be known from elsewhere. */
  private *cached(equation: NoteEquation, rule: ChainRule | undefined): Steps<{ verdict: Verdict; fresh: boolean }> {
    const { kind, mode, left, right, formula } = equation;
    const { cache } = this.options;
    const known = knownKey(left, right, formula, this.meanings);
    const how = `note ${kind} ${mode} ${this.proves} ${rule?.key ?? ""} ${rule?.trusted ?? ""} ${known}`;
    const basis = belongs(left, formula) ? formula.basis : undefined;
    const near = cache?.nearby(right, left, basis, how);
    if (near !== undefined) return { verdict: this.beside(equation, near), fresh: false };
    const key =
      cache === undefined
        ? ""
        : equationKey(
            left,
            right,
            formula.scope,
            `${how} ${[...(formula.indices?.keys() ?? [])].join()}`,
            formula.guessed,
          );
    const found = cache?.get(key);
    if (found !== undefined) cache?.keepNearby(right, left, basis, how, found);
    if (found !== undefined) return { verdict: this.beside(equation, found), fresh: false };
    const verdict = yield* this.fresh(equation, rule);
    cache?.set(key, verdict);
    cache?.keepNearby(right, left, basis, how, verdict);
    return { verdict: this.beside(equation, verdict), fresh: true };
  }

  /** A verdict in the light of what the section said before. */
  private beside(equation: NoteEquation, verdict: Verdict): Verdict {
    if (isConfirmed(verdict)) {
      const { formula, left, right } = equation;
      if (this.isDiscredited(left, formula) || this.isDiscredited(right, formula)) return UNKNOWN(SAID_TWICE);
    }
    if (equation.mode !== "full" || (verdict.status !== "proved" && verdict.status !== "verified")) return verdict;
    this.looked.holds.push(equation);
    const lost = this.lost(equation, equation.formula);
    if (lost === undefined) return verdict;
    this.looked.lost = true;
    return lost;
  }

  /** What the section says against an equation that holds by itself: a transpose that it has elsewhere, a name that changes. */
  private lost(equation: NoteEquation, formula: Formula): Verdict | undefined {
    const print = this.printer;
    const own = (e: Expr): string => print(e, formula);
    const lost = lostTranspose(equation, formula, this.document, this.passage, own);
    if (lost !== undefined) return { status: "wrong", slip: "transpose", ...lost };
    const { left, right } = equation;
    if (equation.kind !== "derivative" || left.kind !== "differential") return undefined;
    return heldFixed(left, right, formula.scope, this.changingBeside(formula), own);
  }

  /** The names whose differentials stand in the section at hand. */
  private changingBeside({ span }: Formula): ReadonlySet<string> {
    const place = Passages.of(this.document).paragraphStart(span.start);
    if (this.changes?.place !== place) {
      const start = this.sections[this.section] ?? 0;
      const end = this.sections[this.section + 1] ?? Infinity;
      this.changes = { place, names: changingBetween(this.document, start, end, span.start) };
    }
    return this.changes.names;
  }
  private changes: { readonly place: number; readonly names: ReadonlySet<string> } | undefined;

  private equation(formula: Formula, left: Expr, right: Expr, inChain: boolean): NoteEquation {
    const doubtful = this.isDoubtful(left, right, formula);
    const before = known.get(right);
    if (before?.left === left && before.inChain === inChain && before.doubtful === doubtful) {
      if (before.formula === formula) return before.equation;
      // The same formula, somewhere else.
      const { basis } = formula;
      if (basis !== undefined && before.formula.basis === basis && belongs(left, formula)) {
        const equation = standingIn(formula, before.equation);
        known.set(right, { ...before, formula, equation });
        return equation;
      }
    }
    const kind = kindOf(left, right, inChain, formula.scope);
    const isMeant = !isSubdifferential(left, right, formula) && !isSubdifferential(right, left, formula);
    const mode = !doubtful && isMeant && isJudged(left, right, formula.scope, kind) ? "full" : "positive";
    const equation: NoteEquation = {
      formula,
      kind,
      mode,
      left,
      right,
      ...(left.span === undefined || !belongs(left, formula) ? {} : { leftSpan: left.span }),
      ...(right.span === undefined ? {} : { rightSpan: right.span }),
    };
    known.set(right, { formula, left, inChain, doubtful, equation });
    return equation;
  }

  /** Whether a `d` of this note is no differential, but stands for the derivative of a loss. */
  private get namesAdjoints(): boolean {
    const { said, seen, differentials } = this.adjoints;
    return !differentials && (said || seen >= CERTAIN);
  }

  private get proves(): boolean {
    return this.claimCount <= MOST_PROVED;
  }

  /** A wrong statement is never confirmed: what holds for an empty reason is left open. */
  private *fresh(equation: NoteEquation, rule: ChainRule | undefined): Steps<Verdict> {
    const verdict = yield* this.found(equation, rule);
    const { formula, left, right, kind } = equation;
    if (verdict.status !== "proved" && verdict.status !== "verified") {
      for (const [l, r] of kind === "derivative" ? this.said.otherForms(left, right, formula) : [])
        // prettier-ignore
        if (yield* this.holdsIn(formula.scope, { ...equation, left: l, right: r })) return { status: "verified" };
      if (kind !== "derivative" && (verdict.status === "wrong" || verdict.status === "conditional"))
        for (const n of this.mayBeProjections(left, right, formula)) {
          const of = withProjection([left, right], n, formula.scope);
          const how = { anyLayout: true, prove: false, explain: false, print: (e: Expr) => printMcalc(e, formula) };
          if ((yield* judging(of.left, of.right, of.scope, how)).status === "verified")
            return UNKNOWN(`it holds if ${(this.options.say ?? printMcalc)(name(n), formula)} is a projection`);
        }
      const entry = kind === "derivative" ? ofOneEntry([left, right], formula) : undefined;
      if (entry === undefined) return verdict;
      const isOfEach = yield* this.holdsIn(entry.scope, { ...equation, left: entry.left, right: entry.right });
      return isOfEach ? { status: "verified", note: "entry by entry" } : verdict;
    }
    if ([left, right].some(differentiatesByItself)) return (yield* slipInRule(this.asWorlds(equation, this.printer))) ?? UNKNOWN("something is differentiated by itself"); // prettier-ignore
    if ([left, right].some((e) => hasCommutatorOfNumbers(e, formula))) return UNKNOWN("it holds only if letters that need not commute are numbers"); // prettier-ignore
    const empty =
      verdict.ground === "world" || verdict.ground === "partials" ? undefined : emptyReason(left, right, formula);
    if (empty === undefined) return verdict;
    // A value put into its own name would hold of itself.
    if ([left, right].some(isHead)) return UNKNOWN(empty);
    // What was read for an empty reason may hold with all that is said of its names.
    const informed = yield* this.inWorlds(equation, this.printer);
    return informed?.status === "verified" ? informed : UNKNOWN(empty);
  }

  /** Names that the note may use for projections: it speaks of them, or they are called as projections are. */
  private mayBeProjections(left: Expr, right: Expr, { scope, span }: Formula): readonly string[] {
    const names = [...mayBeProjections(right, scope, mayBeProjections(left, scope))];
    if (names.length === 0) return names;
    const from = Math.max(this.sections[this.section] ?? 0, span.start - SAID_NEAR);
    const isSaid = /project|idempotent|projet|projiz|投影|幂等/i.test(
      this.document.text.slice(from, span.start + SAID_BEFORE),
    );
    return isSaid ? names : names.filter((n) => /^[PHMQRΠ]$/.test(letterOf(n).letter));
  }

  /** Whether an equation that fails as it was read holds in another scope. */
  private *holdsIn(scope: Scope, { formula, left, right }: NoteEquation): Steps<boolean> {
    if (emptyReason(left, right, formula) !== undefined) return false;
    const how = { anyLayout: true, prove: false, explain: false, print: (e: Expr) => printMcalc(e, formula) };
    return (yield* judging(left, right, scope, how)).status === "verified" && saysSomething(left, right, scope);
  }

  /** What fails as it was read, and holds with what the words in front of it suppose: `If A is symmetric, …`. */
  private *asTheWordsSuppose(equation: NoteEquation): Steps<Verdict | undefined> {
    const { formula, left, right, kind } = equation;
    // What a plain equation says of its names was put in already: it would hold of itself.
    if (kind === "equation") return undefined;
    const { scope } = formula;
    const lead = Passages.of(this.document).lead((formula.region ?? formula).span.start);
    for (const property of propertiesIn(lead)) {
      const supposed = assumingOfMatrices(scope, [...dependsOn(right, scope, dependsOn(left, scope))], property);
      if (yield* this.holdsIn(supposed, equation)) return { status: "verified", note: `for what is ${property}` };
    }
    return undefined;
  }

  private *found(equation: NoteEquation, rule: ChainRule | undefined): Steps<Verdict> {
    const { formula, left, right, mode } = equation;
    const print = this.printer;
    if (rule !== undefined && (rule.adjoints !== true || !(yield* this.isOfDifferentials(equation)))) {
      let found = yield* judgingChainRule(rule, right, (e) => print(e, formula));
      if (found.status === "unknown" && rule.otherwise !== undefined)
        found = yield* judgingChainRule(rule.otherwise, right, (e) => print(e, formula));
      // A second definition is a claim as this rule, and nothing else.
      if (found.status === "verified" && rule.adjoints === true) return { ...found, note: ADJOINTS };
      if (found.status !== "unknown" || formula.statement.kind === "definition") return found;
    }
    const how = {
      anyLayout: true,
      prove: this.proves,
      explain: mode === "full",
      print: (e: Expr) => print(e, formula),
    };
    const judged = yield* judging(left, right, formula.scope, how);
    const verdict = judged.status === "wrong" ? ofWrittenMatrices(judged, left, right, formula) : judged;
    const holds = isConfirmed(verdict);
    if (holds && saysSomething(left, right, formula.scope))
      return (yield* this.asItWasDefined(equation, print)) ?? verdict;
    const asArray = judgingPartials(left, right, formula, (e) => print(e, formula));
    if (asArray !== undefined) return asArray;
    if (holds) return (yield* this.inWorlds(equation, print)) ?? (yield* slipInRule(this.asWorlds(equation, print))) ?? judgingPaths(left, right, formula, this.meanings, (e) => print(e, formula)) ?? UNKNOWN("what is differentiated is not given"); // prettier-ignore
    let told: SidesReading | undefined;
    for (const r of unsaid(left, right, formula.scope)) {
      // A plain equation is read so only where nothing else can be meant.
      if (equation.kind === "equation" && r.definite !== true) continue;
      const explaining = mode === "full" && verdict.status === "wrong" ? "assumption" : false;
      const other = yield* judging(r.left, r.right, r.scope, { ...how, explain: explaining, prove: false });
      if (other.status === "verified" && saysSomething(r.left, r.right, r.scope)) return { status: "verified" };
      if (other.status === "conditional") return other;
      if (other.status === "wrong" && r.doubtful !== true) told = r;
    }
    if (equation.kind === "equation" && told !== undefined) {
      const slip = identitySlip(told.left, told.right, told.scope, (e) => print(e, formula), false);
      if (slip !== undefined) return { status: "wrong", ...slip, general: true };
    } else if (
      (verdict.status !== "wrong" || this.onlyReadSo(equation)) &&
      told !== undefined &&
      isJudged(told.left, told.right, told.scope, equation.kind)
    ) {
      if (told.definite === true) {
        const other = yield* judging(told.left, told.right, told.scope, { ...how, prove: false });
        if (other.status === "wrong" && (other.note ?? "") !== "" && other.correction?.side !== "left")
          return { ...other, general: true };
      }
      // In the one sense that can be made of it, a slip of the pen keeps it from holding.
      const found = yield* nearestInSteps(told.left, told.right, { scope: told.scope }, how.print, SLIPS, true);
      if (found !== undefined) return { status: "wrong", note: found.what, slip: found.edit, general: true };
    }
    if (verdict.misfit === true && equation.kind === "derivative") {
      const fitting = refitted(left, right, formula.scope);
      if (fitting !== undefined) {
        const again = yield* judging(left, right, fitting, { ...how, explain: false, prove: false });
        if (again.status === "verified" && saysSomething(left, right, fitting)) return { status: "verified" };
      }
    }
    const moments = yield* judgingMoments({ left, right, formula, meanings: this.meanings, print: how.print, words: this.wordsAround(formula) }); // prettier-ignore
    if (moments !== undefined) return moments;
    const cases = yield* judgingCases(this.asWorlds(equation, print));
    if (cases !== undefined) return cases;
    const hats = yield* judgingHats({ left, right, formula, words: this.wordsAround(formula), print: how.print, ownLeft: equation.leftSpan !== undefined }); // prettier-ignore
    if (hats !== undefined) return hats;
    const informed = yield* this.inWorlds(equation, print);
    if (informed !== undefined) return informed;
    if (mode === "positive" || verdict.status === "unknown") {
      const slip = yield* slipInRule(this.asWorlds(equation, print));
      if (slip !== undefined) return slip;
    }
    const paths =
      verdict.status === "unknown"
        ? judgingPaths(left, right, formula, this.meanings, (e) => print(e, formula))
        : undefined;
    if (paths !== undefined) return paths;
    const any = anyFunction(left, right, formula);
    if (any !== undefined) return yield* judgingAnyFunction(any, (e) => print(e, formula));
    if (verdict.status !== "unknown" && confusesMembers(left, right, formula.scope))
      return UNKNOWN("its members are not told apart");
    for (const r of mode === "full" ? otherReadings(left, right, formula) : []) {
      const weaker = mode === "full" && verdict.status === "wrong";
      const other = yield* judging(r.left, r.right, r.scope, {
        ...how,
        explain: weaker ? "assumption" : false,
        prove: false,
      });
      if (other.status === "verified") return { status: "verified" };
      // In another meaning of a sign nothing can be said of it; but one that a slip keeps from holding was the one meant.
      if (other.status === "unknown" && weaker && verdict.slip === undefined && (r.rival?.weight ?? 0) >= LIVING)
        return UNKNOWN("it can be read in two ways");
      if (other.status === "conditional") return r.doubtful === true ? UNKNOWN("it can be read in two ways") : other;
    }
    const ownLeft = equation.leftSpan !== undefined;
    const printed = (e: Expr): string => print(e, formula);
    const defined = mode === "full" && verdict.misfit === true ? this.asDefined(equation) : undefined;
    if (defined !== undefined) {
      const again = yield* judging(left, right, defined, { ...how, explain: false, prove: false });
      if (again.status === "verified" && saysSomething(left, right, defined)) return { status: "verified" };
    }
    const slip =
      mode === "full"
        ? verdict.misfit === true
          ? (shapeSlip(left, right, formula.scope, printed, ownLeft) ??
            shapeSlip(left, right, defined!, printed, ownLeft))
          : undefined
        : verdict.status !== "unknown"
          ? identitySlip(left, right, formula.scope, printed, ownLeft)
          : verdict.misfit === true
            ? misfitSlip(left, right, formula.scope, printed, ownLeft)
            : undefined;
    if (slip !== undefined) return { status: "wrong", ...slip };
    // `AB = BA` is a condition, whatever stands beside it: a repair that makes both sides the same repairs nothing.
    if (equation.kind === "step" && verdict.status === "wrong" && commutes(left, right, verdict))
      return UNKNOWN(MAY_BE);
    // Of a derivative of what nothing is said about, every layout would do.
    const sizes =
      mode === "full" || equation.kind !== "derivative"
        ? yield* sizeSlip(left, right, formula.scope, printed, ownLeft)
        : undefined;
    if (sizes !== undefined) return { status: "wrong", ...sizes };
    if (mode === "full") return verdict;
    return UNKNOWN(verdict.status === "unknown" ? (verdict.note ?? "") : MAY_BE);
  }

  /** What is said before a formula, and right behind it. */
  private wordsAround({ span, region }: Formula): string {
    // What the formula itself says is no ground for it.
    const own = region?.span ?? span;
    const { words } = this.document;
    return `${words.slice(Math.max(0, own.start - SAID_OF_CHANCE), own.start)} ${words.slice(own.end, own.end + SAID_BEFORE)}`; // prettier-ignore
  }

  /** Whether an equation says nothing as it was read, for no other reason than its letters. */
  private onlyReadSo({ left, right, formula, kind, mode }: NoteEquation): boolean {
    return mode === "positive" && !this.isDoubtful(left, right, formula) && !isJudged(left, right, formula.scope, kind);
  }

  /** What is known of the names in an equation, with guesses as they were where that was defined which is differentiated. */
  private asDefined({ left, right, formula }: NoteEquation): Scope {
    const variables = new Map(formula.scope.variables);
    for (const n of namesDifferentiated([left, right]).about) {
      const from = this.values.get(n)?.formula;
      if (from?.consistent !== true) continue;
      for (const [m, v] of from.scope.variables)
        if (formula.guessed?.has(m) === true && !formula.scope.definitions.has(m)) variables.set(m, v);
    }
    return { ...formula.scope, variables };
  }

  /**
   * What is said against an equation that holds only because a letter was guessed to be less than where it was defined: a
   * column for the matrix W of `z = Wx + b`, so that `∂C/∂W = δx` fits.
   */
  private *asItWasDefined(equation: NoteEquation, print: PrintFor): Steps<Verdict | undefined> {
    const { left, right, formula, mode } = equation;
    const defined = this.asDefined(equation);
    const used = dependsOn(right, defined, dependsOn(left, defined));
    const smaller = [...used].find((n) => {
      const [here, there] = [formula.scope.variables.get(n)?.shape, defined.variables.get(n)?.shape];
      return here !== undefined && there !== undefined && extent(here) < extent(there);
    });
    if (smaller === undefined) return undefined;
    const how = { anyLayout: true, prove: false, explain: false, print: (e: Expr) => print(e, formula) };
    const again = yield* judging(left, right, defined, how);
    if (again.status !== "wrong" && again.misfit !== true) return undefined;
    const slip = mode === "full" && again.misfit === true ? shapeSlip(left, right, defined, how.print, equation.leftSpan !== undefined) : undefined; // prettier-ignore
    if (slip !== undefined) return { status: "wrong", ...slip, ground: "world" };
    return UNKNOWN(`it holds only if ${print(name(smaller), formula)} is less than where it was defined`);
  }

  /** What is found out of an equation with all that the note says of its names put in. */
  private *inWorlds(equation: NoteEquation, print: PrintFor): Steps<Verdict | undefined> {
    if (isZero(equation.left) || isZero(equation.right)) return undefined;
    return yield* judgingInWorlds(this.asWorlds(equation, print));
  }

  private get printer(): PrintFor {
    return this.options.say ?? this.options.print ?? printMcalc;
  }

  private asWorlds({ kind, left, right, formula }: NoteEquation, print: PrintFor): WorldsQuestion {
    return {
      left,
      right,
      formula,
      meanings: this.meanings,
      print: (e) => print(e, formula),
      says: saysSomething,
      mayBeWrong: kind === "derivative" && !this.isDoubtful(left, right, formula),
    };
  }

  /** Whether an equation has signs, or rests on claims, that leave open what it says. */
  private isDoubtful(left: Expr, right: Expr, formula: Formula): boolean {
    return (
      hasStar(left, formula) ||
      hasStar(right, formula) ||
      this.isDiscredited(left, formula) ||
      this.isDiscredited(right, formula) ||
      (this.namesAdjoints && (hasDifferential(left) || hasDifferential(right)))
    );
  }

  /** Whether an equation holds of differentials. */
  private *isOfDifferentials({ left, right, formula }: NoteEquation): Steps<boolean> {
    const how = { anyLayout: true, prove: false, explain: false, print: (e: Expr) => printMcalc(e, formula) };
    return (yield* judging(left, right, formula.scope, how)).status === "verified";
  }

  /** Whether a side speaks of a value that was only taken from a claim which turned out to be wrong. */
  private isDiscredited(e: Expr, formula: Formula): boolean {
    return (
      this.discredited.size > 0 &&
      someNode(e, (n) => {
        if (n.kind !== "derivative" && n.kind !== "differential") return false;
        if (n.of.kind !== "name" && n.of.kind !== "call") return false;
        const d = formula.scope.definitions.get(n.of.name);
        return d !== undefined && this.discredited.has(textOf(d.body));
      })
    );
  }

  /** All that was judged, with what there is to say against it; not yet weighed. */
  *report(): Generator<void, readonly Judged[]> {
    const settled = this.votes.settled();
    const said = saidLayout(this.document.text);
    const print = this.options.print ?? printMcalc;
    const say = this.options.say ?? print;
    const out: Judged[] = [];
    const problemIn = (equation: NoteEquation, verdict: Verdict): { problem?: Problem } => {
      const problem = problemOf(this.document, equation, verdict, "warning", print, say);
      return problem === undefined ? {} : { problem };
    };
    for (const { equation, verdict: found } of this.judged) {
      const fails = found.status === "wrong" || found.status === "conditional" || found.note === FOLLOWS;
      const verdict = (fails ? yield* this.asTheWordsSuppose(equation) : undefined) ?? found;
      // What the words say of gradients holds for each of them; else the majority tells, which may leave one out.
      if (said !== undefined && equation.mode === "full" && isAgainst(verdict, said)) {
        const wrong = this.againstWords(equation);
        out.push({ equation, verdict: wrong, ...problemIn(equation, wrong) });
        continue;
      }
      const turned = equation.mode === "full" && isAgainst(verdict, settled);
      if (turned && this.isOddOne(equation, verdict, settled)) {
        const wrong = { ...this.againstWords(equation), note: "all gradients beside it are laid out the other way" };
        out.push({ equation, verdict: wrong, ...problemIn(equation, wrong) });
        continue;
      }
      if (turned) yield;
      const severity = turned ? "information" : this.severity(verdict, equation);
      const problem =
        severity === undefined
          ? undefined
          : turned
            ? turnedProblem(equation)
            : problemOf(this.document, equation, verdict, severity, print, say);
      // Two derivatives of one and the same that contradict each other are not both said to be right.
      const opposed = turned && this.isOpposed(equation, settled);
      out.push({
        equation,
        verdict: opposed ? UNKNOWN("it is right in another layout than the one that this note has for it") : verdict,
        ...(problem === undefined ? {} : { problem }),
      });
    }
    return out;
  }

  /** Whether a gradient is the only one of its paragraph that is turned, among several that are not. */
  private isOddOne(
    { formula }: NoteEquation,
    { choices }: Verdict,
    settled: ReturnType<LayoutVotes["settled"]>,
  ): boolean {
    const places = Passages.of(this.document);
    const beside = this.judged.filter(({ equation: e, verdict: v }) => {
      if (e.mode !== "full" || v.layouts === undefined || (v.status !== "proved" && v.status !== "verified"))
        return false;
      const distance = places.distance(e.formula.span.start, formula.span.start);
      return distance === "sentence" || distance === "paragraph";
    });
    const others = beside.filter((j) => !isAgainst(j.verdict, settled));
    // Gradients by matrices may be laid out otherwise than those by vectors: one of its own kind must be among them.
    const isOfKind = others.some((j) => j.verdict.choices?.some((c) => choices?.includes(c) === true) === true);
    return beside.length === others.length + 1 && others.length >= MOST_OTHERS && isOfKind;
  }

  /** A gradient that is right in the other layout than the one that the note says it uses. */
  private againstWords({ left, right, formula }: NoteEquation): Verdict {
    const side = hasDerivative(left) || !hasDerivative(right) ? "right" : "left";
    const expr = turnedOver(side === "right" ? right : left, formula.scope);
    const note = "the note says how its gradients are laid out, and this one is turned";
    return { status: "wrong", note, slip: "transposed", ground: "layout", correction: { side, expr } };
  }

  /** Whether the derivative that an equation gives is given otherwise in the same note, and found right there. */
  private isOpposed({ left, right }: NoteEquation, settled: ReturnType<LayoutVotes["settled"]>): boolean {
    const of = textOf(left);
    return this.judged.some(
      ({ equation: e, verdict: v }) =>
        isConfirmed(v) && textOf(e.left) === of && textOf(e.right) !== textOf(right) && !isAgainst(v, settled),
    );
  }

  private severity(verdict: Verdict, { formula, left, right }: NoteEquation): Severity | undefined {
    if (verdict.status === "wrong") return "warning";
    if (verdict.status !== "conditional" || verdict.condition === undefined) return undefined;
    const { names, property } = verdict.condition;
    if (isMeant(property, names, formula)) return undefined;
    // Nobody adds a term to itself: one of `A + A` has lost its transpose.
    if (property === "symmetric" && (repeatsTerm(left) || repeatsTerm(right))) return "warning";
    if (proseMentions(this.document, property, names, formula)) return undefined;
    // Of one matrix that is left unsaid at times, of several at once hardly ever.
    if (property === "symmetric" && (names.length > 1 || names.every((n) => transposesName(this.document, n))))
      return "warning";
    return symmetricByNature(this.document, property, names, formula) ? undefined : "information";
  }
}

/** What is said of a result of written matrices that is wrong: the slip, or that it has another size. */
function ofWrittenMatrices(verdict: Verdict, left: Expr, right: Expr, { scope, text }: Formula): Verdict {
  if (!isResult(left, right, scope)) return verdict;
  if (verdict.slip !== undefined) return { ...verdict, ground: "result" };
  // Numbers in brackets are points as often.
  const isMatrix = right.span !== undefined && text.startsWith("\\begin", right.span.start);
  const size = isMatrix ? sizeOfResult(left, right, scope) : undefined;
  return size === undefined ? verdict : { ...verdict, note: size, slip: "entries", ground: "result" };
}

/** Whether what is wrong with two products is that they are no other's. */
function commutes(left: Expr, right: Expr, { correction }: Verdict): boolean {
  const isProduct = (e: Expr): boolean => e.kind === "apply" && e.op === "mul";
  if (correction === undefined || !isProduct(left) || !isProduct(right)) return false;
  return sameExpr(correction.expr, correction.side === "right" ? left : right);
}

/**
 * Names that a formula differentiates by, or the head of the chain that it goes on, of which a value was said: `x = 3`, `x = a` is
 * where the slope was looked at.
 */
function pointsOf({ statement: s, scope }: Formula, head: Expr | undefined): readonly string[] {
  if (s.kind !== "claim") return [];
  const sides = head === undefined ? s.sides : [head, ...s.sides];
  const { by } = namesDifferentiated(sides);
  const isPrimed = (n: Expr): n is Expr & { kind: "call" } => n.kind === "call" && n.primes > 0;
  for (const side of sides)
    someNode(side, (n) => {
      if (isPrimed(n)) for (const a of n.args) if (a.kind === "name") by.add(a.name);
      return false;
    });
  return [...by].filter((n) => ["number", "name"].includes(scope.definitions.get(n)?.body.kind ?? ""));
}

/** `y`, `f(x)`: what is given a value. */
const isHead = (e: Expr): boolean =>
  e.kind === "name" || (e.kind === "call" && e.primes === 0 && e.args.every((a) => a.kind === "name"));

/** How far an array goes: 0 for a number, 2 for a matrix. */
const extent = (s: Shape): number => (isOne(s.rows) ? 0 : 1) + (isOne(s.cols) ? 0 : 1);

/** Whether two sides are worked out of the same variables. */
function haveSameLeaves(a: Expr, b: Expr, scope: Scope): boolean {
  const [x, y] = [leaves(a, scope), leaves(b, scope)];
  return x.size === y.size && [...x].every((n) => y.has(n));
}

/** What is said right in front of a formula: the paragraph that it stands in, or that ends there. */
function lastParagraph(before: string): string {
  let end = before.length;
  while (end > 0 && /[\s$]/.test(before[end - 1]!)) end--;
  const text = before.slice(0, end);
  return text.slice(Math.max(0, text.lastIndexOf("\n\n"), text.lastIndexOf("\n#")));
}

/** Whether an equation is more than 0 = 0 because nothing is known of what is differentiated. */
function saysSomething(left: Expr, right: Expr, scope: Scope): boolean {
  // That a mixed derivative is zero says that nothing hangs on both.
  const isMixed = (e: Expr): boolean => someNode(e, (n) => n.kind === "derivative" && n.wrt.length > 1);
  if ((isZero(left) && isMixed(right)) || (isZero(right) && isMixed(left))) return true;
  return derivativesMeanSomething(left, scope) && derivativesMeanSomething(right, scope);
}

/** Whether some sum has the same term twice. */
function repeatsTerm(e: Expr): boolean {
  return someNode(e, (n) => {
    if (n.kind !== "apply" || (n.op !== "add" && n.op !== "sub")) return false;
    const all = terms(n);
    return all.some((a, i) => all.some((b, k) => k > i && a.sign === b.sign && sameExpr(a.term, b.term)));
  });
}

/** An equation of a formula that has moved. */
function standingIn(formula: Formula, equation: NoteEquation): NoteEquation {
  if (equation.formula === formula) return equation;
  const { kind, mode, left, right, leftSpan, rightSpan } = equation;
  return {
    formula,
    kind,
    mode,
    left,
    right,
    ...(leftSpan === undefined ? {} : { leftSpan }),
    ...(rightSpan === undefined ? {} : { rightSpan }),
  };
}

/** Whether a side was written in a formula, and not in the one that it goes on from. */
function belongs(e: Expr, formula: Formula): boolean {
  return formula.statement.kind === "claim" && formula.statement.sides.includes(e);
}
