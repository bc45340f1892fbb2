import { LETTERS } from "../../../core/conventions";
import type { Span } from "../../../core/ast";
import { type Dim, dimEqual, dimName, ONE } from "../../../core/dimension";
import { closeProperties, type Definition, type Property } from "../../../core/scope";
import { isRow, type Shape } from "../../../core/shape";
import type { DeclaredName } from "../../../language/latex/sentence";
import { demoted, type Fact } from "../facts";
import { Tracked } from "../journal";
import { PersistentMap } from "../../persistent";
import { kindOfShape, openShape } from "../kinds";
import type { Told } from "../prose";
import { NO_PROPERTIES } from "./expressions";
import { NoteKnowledge } from "./knowledge";

const LOCAL =
  /^\W*(?:\d[\d.]*\s*)?(?:worked\s+)?(?:example|exercise|problem|special case|case \d|remark|illustration|sanity check)/i;

/** The depth of what is stated in words: it holds to the next heading. */
const IN_WORDS = Number.POSITIVE_INFINITY;

/** Titles of sections whose declarations are meant for what follows. */
const SHARED =
  /\b(?:notations?|set-?\s?up|settings?|definitions?|preliminar\w+|problem(?: statement| formulation)?|model|data|assumptions?|background|introduction|declarations?|variables|basics|overview|recap|given|dimensions|shapes|conventions?)\b/i;

const OWN_LETTERS = /exercise|problem set|problem \d|homework|question/i;

const MATRIX_PROPERTIES = new Set<Property>([
  "symmetric",
  "skew",
  "diagonal",
  "posdef",
  "psd",
  "orthogonal",
  "invertible",
  "lower",
  "upper",
]);

/** A section whose declarations are its own, with what held before it. */
interface Section {
  readonly level: number;
  readonly shared: boolean;
  readonly before?: {
    readonly facts: PersistentMap<Fact>;
    readonly definitions: PersistentMap<Definition>;
    readonly entries: PersistentMap<string>;
  };
}

/** Sets what differs from an earlier state of a map to what it was. */
function restoreTo<V>(
  map: Tracked<V>,
  old: PersistentMap<V>,
  set = (name: string, value: V | undefined): void => map.set(name, value),
): void {
  for (const name of map.all().differing(old)) set(name, old.get(name));
}

/** Letters below a name that run from 1 to a number. */
const INDEX = LETTERS.members;

/** Whether the letter below a name only tells it from others: `W_q`, `W_k`. */
const areLabels = ({ family }: DeclaredName, names: readonly DeclaredName[]): boolean =>
  family !== undefined &&
  (names.some((o) => o.family?.base === family.base && o.family.index !== family.index) || !INDEX.test(family.index));

/** What is declared in formulas, in words and by headings, and how long it holds. */
export abstract class NoteDeclarations extends NoteKnowledge {
  paragraph(inList = false): void {
    if (this.justDeclared !== undefined) this.state.set("declared", undefined);
    if (this.justPromised !== undefined) this.state.set("promised", undefined);
    // What one item of a list states in words is its own.
    if (this.state.get("list") === true) this.demote((fact) => fact.depth === IN_WORDS);
    if ((this.state.get("list") === true) !== inList) this.state.set("list", inList ? true : undefined);
  }

  /** Names whose shapes this paragraph states: words around them do not take that back. */
  protected get justDeclared(): PersistentMap<true> | undefined {
    return this.state.get("declared") as PersistentMap<true> | undefined;
  }

  /** Names of which this paragraph has said a property, and no size so far: `Let A be symmetric with A ∈ …`. */
  protected get justPromised(): PersistentMap<true> | undefined {
    return this.state.get("promised") as PersistentMap<true> | undefined;
  }

  protected demote(which: (fact: Fact) => boolean): void {
    for (const [name] of this.sure.all()) {
      const fact = this.now.facts.get(name);
      if (fact !== undefined && which(fact)) this.setFact(name, demoted(fact));
    }
  }

  protected get sections(): readonly Section[] {
    return (this.state.get("sections") as readonly Section[] | undefined) ?? [];
  }

  heading(level: number, title: string): void {
    let sections = this.sections;
    while (sections.length > 0 && sections.at(-1)!.level >= level) {
      this.restore(sections.at(-1)!);
      sections = sections.slice(0, -1);
    }
    // Letters are used again for other things: outside its section a declaration proves nothing any more.
    this.demote((fact) => (fact.depth ?? 0) > sections.length);
    this.forgetSubject();
    let before: Section["before"];
    if (LOCAL.test(title)) {
      const { facts, definitions } = this.now;
      before = { facts: facts.all(), definitions: definitions.all(), entries: this.entries.all() };
      // Each exercise has letters of its own.
      if (OWN_LETTERS.test(title)) this.demote(() => true);
    }
    const shared = SHARED.test(title);
    sections = [...sections, { level, shared, ...(before === undefined ? {} : { before }) }];
    this.state.set("sections", sections);
    this.state.set("depth", sections.length - (shared ? 1 : 0));
    this.endChains();
  }

  /** What held before a section that is for itself holds again behind it. */
  protected restore({ before }: Section): void {
    if (before === undefined) return;
    restoreTo(this.now.facts, before.facts, (name, fact) => this.putFact(name, fact));
    restoreTo(this.now.definitions, before.definitions);
    restoreTo(this.entries, before.entries);
  }

  protected forgetSubject(): void {
    this.subject = undefined;
    const names = (this.state.get("implied") as readonly string[] | undefined) ?? [];
    for (const name of names) {
      const was = this.implied.get(name);
      if (was === undefined) continue;
      this.setDefinition(name, was.before);
      this.implied.delete(name);
    }
    if (names.length > 0) this.state.set("implied", undefined);
  }

  /**
   * A shape or properties stated of names, in a formula or in prose. `isWritten`: the entries were written out, in a row
   * that may stand for a column.
   */
  declare(
    names: readonly DeclaredName[],
    shape: Shape | undefined,
    properties: Iterable<Property>,
    spans: { readonly rows?: Span; readonly cols?: Span; readonly isWritten?: boolean } = {},
    depth = this.depth(),
  ): void {
    const given = [...properties];
    const declared: string[] = [];
    for (const n of names) {
      const family =
        n.family !== undefined && shape !== undefined && !areLabels(n, names) && this.isFamily(n)
          ? n.family
          : undefined;
      const key = family === undefined ? n.name : family.base;
      const before = this.now.facts.get(key);
      if (shape === undefined) {
        if (before !== undefined && !before.certain && given.length === 0) continue;
        let kept = before?.shape ?? this.ahead.get(key) ?? openShape(key, this.guess(key));
        if (given.some((p) => MATRIX_PROPERTIES.has(p))) {
          // A promise about matrices makes its value one, and square.
          if (before === undefined || (!before.certain && kindOfShape(kept) !== "matrix"))
            kept = openShape(key, "matrix");
          if (!(before?.certain ?? false))
            kept = { rows: kept.rows, cols: given.some((p) => p !== "lower" && p !== "upper") ? kept.rows : kept.cols };
        }
        this.setFact(key, {
          shape: kept,
          certain: before?.certain ?? false,
          told: true,
          properties: closeProperties([...(before?.properties ?? []), ...given]),
          ...(before?.family === undefined ? {} : { family: before.family }),
        });
        if (before === undefined) this.originate(key, "declared", n.span);
        if (given.length > 0)
          this.state.set("promised", (this.justPromised ?? PersistentMap.empty<true>()).set(key, true));
        continue;
      }
      declared.push(key);
      const same =
        before !== undefined && before.shape.rows.key === shape.rows.key && before.shape.cols.key === shape.cols.key;
      const isPromised =
        before?.certain === false && this.justPromised?.has(key) === true && dimEqual(shape.rows, shape.cols);
      this.setFact(key, {
        shape,
        certain: spans.isWritten !== true || !isRow(shape),
        depth,
        properties: closeProperties([...(same || isPromised ? before.properties : []), ...given]),
        ...(family === undefined ? {} : { family: { index: family.index, from: ONE, to: this.familySize(key) } }),
      });
      if (this.now.definitions.get(key)?.parameters === undefined && this.now.definitions.has(key) && !same)
        this.setDefinition(key, undefined);
      this.originate(key, "declared", n.span, spans.rows, spans.cols, spans.isWritten === true ? undefined : shape);
    }
    if (declared.length > 0) {
      const before = this.justDeclared ?? PersistentMap.empty<true>();
      this.state.set(
        "declared",
        declared.reduce((all, key) => all.set(key, true), before),
      );
    }
  }

  /** `x_i \in R^d` declares a family; `x_i \in R` only where x is no vector. */
  protected isFamily(n: DeclaredName): boolean {
    const base = this.now.facts.get(n.family!.base);
    return base === undefined || base.family !== undefined || !base.certain;
  }

  protected familySize(base: string): Dim {
    return dimName(`N_${base.replace(/[^\p{L}\p{N}_]/gu, "")}`);
  }

  /** What the words around a formula say. Kinds of value without sizes are as good as certain, their sizes are open. */
  protected told(t: Told): void {
    const names = t.names.map((n) => ({ ...n, span: { start: n.span.start + t.start, end: n.span.end + t.start } }));
    if (t.kind === "function") {
      for (const n of names) {
        this.introduce(n.name);
        if (this.now.facts.get(n.name)?.certain !== true) this.setFact(n.name, undefined);
      }
      return;
    }
    if (t.shape !== undefined) {
      const spans = {
        ...(t.rowsSpan === undefined ? {} : { rows: t.rowsSpan }),
        ...(t.colsSpan === undefined ? {} : { cols: t.colsSpan }),
      };
      this.declare(names, t.shape, t.properties, spans, IN_WORDS);
      return;
    }
    for (const n of names) {
      if (n.name === "I") continue; // the identity, which the words call by its name
      if (t.anew === true && this.now.facts.get(n.name)?.certain === true && this.justDeclared?.has(n.name) !== true)
        this.setFact(n.name, undefined);
      const before = this.now.facts.get(n.name);
      if (before?.certain === true && t.properties.length === 0 && !this.isLoose(before, t.kind)) continue;
      const kind = t.kind ?? (t.square === true ? "matrix" : undefined);
      if (kind !== undefined && (before?.certain !== true || this.isLoose(before, kind))) {
        let shape = before !== undefined && kindOfShape(before.shape) === kind ? before.shape : openShape(n.name, kind);
        if (t.square === true) shape = { rows: shape.rows, cols: shape.rows };
        this.setFact(n.name, { shape, certain: false, told: true, properties: before?.properties ?? NO_PROPERTIES });
        if (before === undefined) this.originate(n.name, "declared", n.span);
      }
      if (t.properties.length > 0) this.declare([n], undefined, t.properties);
    }
  }

  /** `a matrix A \in R^n`, as people write for one of n rows: the words say what it is, and the sizes are open. */
  protected isLoose(fact: Fact, kind: Told["kind"]): boolean {
    return kind === "matrix" && kindOfShape(fact.shape) === "vector";
  }

  /** A name that the text introduces as a function, or as something new. */
  introduce(name: string): void {
    if (this.now.definitions.has(name)) this.setDefinition(name, undefined);
    this.signatures.delete(name);
  }
}
