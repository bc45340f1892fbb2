import { isFault } from "../../core/faults";
import { children, type Expr, freeNames, name, num, sameExpr, type Span } from "../../core/ast";
import { type Dim, dimNames, dimValue } from "../../core/dimension";
import type { Variable } from "../../core/scope";
import { isScalar, SCALAR, type Shape, transposed } from "../../core/shape";
import type { Spellings } from "../../language/latex/read";
import type { Rival } from "../../language/latex/readings";
import type { Sentence } from "../../language/latex/rows";
import { readSentence, type Said } from "../../language/latex/sentence";
import type { Statement } from "../../language/statement";
import type { Origin } from "../document";
import { entryOrder, explicitSums, freeIndices, toEntries } from "./indices";
import type { State, Trace } from "./journal";
import { kindOfShape, openShape } from "./kinds";
import type { Told } from "./prose";
import type { OwnNames } from "./scopes";
import { type Chain, chainKey, endKey } from "./note/state";
import { isOpenName } from "./solver";
import type { Solved } from "./note/shapes";
import { hasDerivative, independent, NO_PROPERTIES, sameKeys } from "./note/expressions";
import type { Unfit } from "./unfit";
import { NoteDefinitions } from "./note/definitions";

/** What the note says at one place, ready for a formula. */
export interface Reading {
  readonly statement: Statement;
  /** What this formula knows better than the note at its place: `scopeIn` puts both together. */
  readonly own: OwnNames;
  readonly consistent: boolean;
  readonly defines: readonly string[];
  /** Free indices of entries, with the size that they run to. */
  readonly indices: ReadonlyMap<string, Dim>;
  /** What is wrong with its sizes, where none fit. */
  readonly unfit?: Unfit;
  /** The shape that it is said to have: `A^TA \\in \\mathbb{R}^{n\\times n}`. */
  readonly within?: Shape;
}

/** How a sentence stands in its text. */
export interface Context {
  /** Behind `if`, `when` or the like: it holds only there. */
  readonly hypothetical?: boolean;
  /** Whether words such as `let` or `assume` go before; `undefined` where there are no words. */
  readonly stated?: boolean;
}

/** A sentence read. */
export interface ReadSentence {
  readonly reading: Reading;
  readonly spellings: Spellings;
  /** What its signs could as well mean. */
  readonly rivals: readonly Rival[];
}

/** One step of reading a note. Offsets count from a place that comes with the step. */
export type Step =
  | { readonly kind: "heading"; readonly level: number; readonly title: string }
  | { readonly kind: "paragraph"; readonly inList: boolean }
  | { readonly kind: "told"; readonly told: Told }
  | {
      readonly kind: "sentence";
      readonly sentence: Sentence;
      /** The formula that it stands in. */
      readonly text: string;
      readonly context: Context;
    };

/** A step of reading, done. */
export interface Taken {
  readonly trace: Trace;
  /** Where names come from. */
  readonly found: readonly Origin[];
  /** What a sentence says, where it was understood. */
  readonly result?: ReadSentence;
}

const saidWithin = (reading: Reading | undefined, within: Shape | undefined): Reading | undefined =>
  reading === undefined || within === undefined ? reading : { ...reading, within };

const NO_INDICES: ReadonlyMap<string, Dim> = new Map();

const hasSum = (e: Expr): boolean => e.kind === "sumover" || children(e).some(hasSum);

/**
 * Reads a note from top to bottom: what it declares, defines and uses. Sentences, prose and headings must be given in
 * the order of the text.
 */
export class Note extends NoteDefinitions {
  /** Does one step of reading, and tells what it found and what that depended on. */
  take(step: Step): Taken {
    this.found = [];
    const { result, trace } = this.journal.record(() => this.step(step));
    return { trace, found: this.found, ...(result === undefined ? {} : { result }) };
  }

  /** Does again what a step did in an earlier version, where what it depended on is the same. */
  retake({ trace }: Taken): void {
    this.journal.replay(trace.writes);
  }

  /** Whether a step that was taken where another state was known would do here what it did there. */
  restsOnTheSame({ trace }: Taken, state: State): boolean {
    return this.journal.isSameFor(trace, state);
  }

  /** A fault of the reader in one sentence keeps that one from being read, and no other. */
  private step(step: Step): ReadSentence | undefined {
    try {
      return this.stepTaken(step);
    } catch (error) {
      if (isFault(error)) return undefined;
      throw error;
    }
  }

  private stepTaken(step: Step): ReadSentence | undefined {
    switch (step.kind) {
      case "heading":
        this.heading(step.level, step.title);
        return undefined;
      case "paragraph":
        this.paragraph(step.inList);
        return undefined;
      case "told":
        this.told(step.told);
        return undefined;
      case "sentence": {
        const said = readSentence(step.sentence, step.text, (this.known ??= this.knowledge()));
        if (said !== undefined) this.rememberEnds(said.said);
        const reading = said === undefined ? undefined : this.say(said.said, step.sentence, step.context);
        return said === undefined || reading === undefined
          ? undefined
          : { reading, spellings: said.spellings, rivals: said.rivals };
      }
    }
  }

  /** Reads what a sentence says in the light of what was said before; `undefined` where it makes no sense. */
  private say(said: Said, { span, column }: Sentence, context: Context): Reading | undefined {
    this.lettered = new Map();
    switch (said.kind) {
      case "nothing":
        return this.reading({ kind: "empty", span }, [], true, []);
      case "range": {
        return this.reading({ kind: "empty", span }, [said.from, said.to], true, []);
      }
      case "declaration": {
        const set = said.set;
        if (said.names[0]?.inTuple === true && set !== undefined && !isScalar(set.shape)) {
          // So many numbers; of a tuple of vectors nothing is known.
          if (dimValue(set.shape.rows) === said.names.length && said.names.every((n) => !this.strong(n.name)))
            this.declare(
              said.names.map(({ name, span }) => ({ name, span })),
              SCALAR,
              [],
            );
          return this.reading(
            { kind: "empty", span },
            [],
            true,
            said.names.map((n) => n.name),
          );
        }
        this.declare(
          said.names,
          set?.shape,
          said.properties.map((p) => p.property),
          {
            ...(set?.rowsSpan === undefined ? {} : { rows: set.rowsSpan }),
            ...(set?.colsSpan === undefined ? {} : { cols: set.colsSpan }),
          },
        );
        const statement: Statement = {
          kind: "declaration",
          span,
          names: said.names.map((n) => ({ name: n.name, span: n.span })),
          properties: said.properties,
          ...(set === undefined ? {} : { shape: set.shape, shapeSpan: set.span }),
          ...(set?.rowsSpan === undefined ? {} : { rowsSpan: set.rowsSpan }),
          ...(set?.colsSpan === undefined ? {} : { colsSpan: set.colsSpan }),
        };
        return this.reading(
          statement,
          [],
          true,
          said.names.map((n) => n.name),
        );
      }
      case "signature": {
        for (const n of said.names) {
          this.introduce(n.name);
          if (this.now.facts.has(n.name)) this.setFact(n.name, undefined);
          this.signatures.set(n.name, {
            from: said.from.map((f) => f?.shape),
            ...(said.to === undefined ? {} : { result: said.to.shape }),
          });
          for (const s of [...said.from, said.to])
            if (s !== undefined)
              for (const d of [s.shape.rows, s.shape.cols]) for (const x of dimNames(d)) this.addDimension(x);
          this.originate(n.name, "declared", n.span);
        }
        return this.reading(
          { kind: "empty", span },
          [],
          true,
          said.names.map((n) => n.name),
        );
      }
      case "query":
        return saidWithin(this.expressionAlone(said.expr, span), said.set?.shape);
      case "chain":
        return saidWithin(this.chain(said, span, context, column ?? 0), said.set?.shape);
    }
  }

  /** Where sums over a letter end, for those that leave it out: `\sum_{n=1}^N`, and `\sum_n` further down. */
  private rememberEnds(said: Said): void {
    const visit = (e: Expr): void => {
      if (e.kind === "sumover" && e.from.kind === "number" && e.from.value === 1) {
        const end = e.to.kind === "number" ? num(e.to.value) : e.to.kind === "name" ? name(e.to.name) : undefined;
        const known = this.state.get(endKey(e.variable)) as Expr | undefined;
        const isWritten = end !== undefined && !(end.kind === "name" && isOpenName(end.name));
        if (isWritten && (known === undefined || !sameExpr(known, end))) this.state.set(endKey(e.variable), end);
      }
      children(e).forEach(visit);
    };
    if (said.kind === "query") visit(said.expr);
    else if (said.kind === "chain") said.sides.forEach(visit);
  }

  private expressionAlone(expr: Expr, span: Span): Reading | undefined {
    if (expr.kind === "name") return this.reading({ kind: "query", span, expr }, [expr], true, []);
    this.lettered = new Map();
    const solved = this.solve([expr]);
    const reading = this.reading(
      { kind: "query", span, expr: solved.exprs[0]! },
      solved.exprs,
      solved.consistent,
      [],
      solved.local,
      undefined,
      this.indexRanges(solved.exprs, solved.local),
    );
    return solved.unfit === undefined ? reading : { ...reading, unfit: solved.unfit };
  }

  private chain(said: Said & { kind: "chain" }, span: Span, context: Context, column: number): Reading | undefined {
    const { relations, continues } = said;
    const sides =
      this.usage.sums === 0 || (this.usage.deltas > 0 && !said.sides.some(hasSum))
        ? explicitSums(said.sides)
        : said.sides;
    const allEqual = relations.slice(continues ? 1 : 0).every((r) => r === "=" || r === ":=");

    const property = allEqual && !continues ? this.propertyOf(sides) : undefined;
    if (property !== undefined) {
      // `A = A^T` says what symmetric means as often as that A is.
      if (context.hypothetical !== true && context.stated !== false)
        this.declare([{ name: property.name, span: property.span }], undefined, [property.property]);
      return this.reading(
        {
          kind: "declaration",
          span,
          names: [{ name: property.name, span: property.span }],
          properties: [{ property: property.property, span }],
        },
        sides,
        true,
        [],
      );
    }
    this.bindSubject(said.sides);

    const heads =
      allEqual && !continues && sides.length > 1 && context.hypothetical !== true ? this.heads(sides, relations) : [];
    const shown = heads.length > 0 ? this.entriesOf(sides, heads) : undefined;
    if (shown !== undefined) {
      const statement: Statement = {
        kind: "declaration",
        span,
        names: [{ name: shown.name, span: shown.span }],
        shape: shown.shape,
        properties: [],
      };
      return this.reading(statement, sides, true, [shown.name]);
    }
    // What is being defined is not yet known.
    const fresh = new Set(heads.map((h) => h.name));
    const before = continues ? this.chainBefore(column) : undefined;
    // The rows of a chain share the letters of their sizes, and what they speak of.
    this.lettered = new Map(before?.letters ?? []);
    const found = this.solve(sides, fresh, before);
    const goesOn = before?.entries !== undefined;
    const order = entryOrder(found.exprs, before?.entries);
    const entries =
      allEqual || continues
        ? toEntries(found.exprs, found.shapes, order, goesOn)
        : { sides: found.exprs, lifted: false };
    const solved: Solved = { ...found, exprs: entries.sides };
    const entriesGoOn =
      order !== undefined &&
      found.shapes.some((x, i) => freeIndices(found.exprs[i]!).size > 0 || (goesOn && x !== undefined));
    const body = heads.length > 0 ? solved.exprs[heads[0]!.body]! : undefined;
    const defines: string[] = [];
    if (body !== undefined) {
      for (const h of heads) {
        if (h.parameters !== undefined) {
          this.signatures.delete(h.name);
          if (this.now.facts.get(h.name)?.certain === false) this.setFact(h.name, undefined);
        }
        const own = solved.shapes[heads[0]!.body];
        const inverse = h.inverse === undefined ? body : ({ kind: "apply", op: h.inverse, args: [body] } as Expr);
        this.setDefinition(h.name, {
          name: h.name,
          body: inverse,
          ...(h.parameters === undefined ? {} : { parameters: h.parameters }),
        });
        this.implied.delete(h.name);
        defines.push(h.name);
        this.originate(h.name, "defined", h.span);
        if (h.parameters === undefined && own !== undefined) {
          const before = this.now.facts.get(h.name);
          const certain = solved.certain.has(heads[0]!.body);
          // "The row δ = ∂J/∂z": the words tell how it is laid out.
          const isTold =
            before?.told === true &&
            hasDerivative(body) &&
            kindOfShape(transposed(own)) === kindOfShape(before.shape) &&
            !certain;
          if (!isTold && (before === undefined || !before.certain || (certain && !sameKeys(before.shape, own))))
            this.setFact(h.name, { shape: own, certain, properties: before?.properties ?? NO_PROPERTIES });
        }
      }
    }
    this.rememberSubject(solved.exprs);
    if (heads.length > 0 && body !== undefined && heads.some((h) => freeNames(body).has(h.name))) defines.length = 0;
    const statement: Statement =
      heads.length === 1 && sides.length === 2 && heads[0]!.side === 0 && heads[0]!.inverse === undefined
        ? {
            kind: "definition",
            span,
            name: heads[0]!.name,
            nameSpan: heads[0]!.span,
            ...(heads[0]!.parameters === undefined
              ? {}
              : { parameters: heads[0]!.parameters.map((p, i) => ({ name: p, span: heads[0]!.parameterSpans![i]! })) }),
            body: body!,
          }
        : {
            kind: "claim",
            span,
            sides: solved.exprs,
            relations: continues ? relations : relations,
            ...(continues ? { continues: true } : {}),
          };
    const ranges = this.indexRanges(solved.exprs, solved.local);
    const out = this.reading(
      statement,
      solved.exprs,
      solved.consistent,
      defines,
      solved.local,
      continues ? undefined : sides[0],
      ranges,
    );
    const chain: Chain = {
      letters: this.lettered,
      names: [...solved.local.keys()],
      ...(entriesGoOn ? { entries: order } : {}),
    };
    this.state.set(chainKey(column), chain);
    return found.unfit === undefined ? out : { ...out, unfit: found.unfit };
  }

  /** Looks up all that a scope says of the names in some expressions: whoever judges them later depends on it. */
  private lookUp(exprs: readonly Expr[]): void {
    const seen = new Set<string>();
    const visit = (e: Expr): void => {
      if ((e.kind === "name" || e.kind === "call") && !seen.has(e.name)) {
        seen.add(e.name);
        if (this.now.facts.get(e.name) === undefined) this.member(e.name);
        this.dimensions.get(e.name);
        const definition = this.now.definitions.get(e.name);
        if (definition !== undefined) visit(definition.body);
      }
      for (const c of children(e)) visit(c);
    };
    exprs.forEach(visit);
  }

  private reading(
    statement: Statement,
    exprs: readonly Expr[],
    consistent: boolean,
    defines: readonly string[],
    local: ReadonlyMap<string, Shape> = new Map(),
    head?: Expr,
    indices: ReadonlyMap<string, Dim> = NO_INDICES,
  ): Reading {
    const free = new Set<string>();
    for (const e of exprs) freeNames(e, free);
    this.lookUp(exprs);
    const variables = new Map<string, Variable>();
    const guessed = new Set<string>();
    for (const n of new Set([...this.reach(free), ...local.keys()])) {
      if (n.startsWith("⟨") || n === "⋯" || n === "∇" || (n === "pi" && this.isNumberPi())) continue;
      const fact = this.now.facts.get(n);
      if (fact === undefined && !free.has(n) && !local.has(n)) continue;
      if (fact === undefined && this.member(n) !== undefined) continue;
      const shape = local.get(n) ?? fact?.shape ?? openShape(n, this.guess(n));
      variables.set(n, {
        name: n,
        shape: { rows: this.closed(shape.rows), cols: this.closed(shape.cols) },
        properties: fact?.properties ?? NO_PROPERTIES,
        ...(fact?.family === undefined ? {} : { family: fact.family }),
      });
      if (fact?.certain !== true) guessed.add(n);
    }
    // What is differentiated by, and whose differential stands on the right, varies freely.
    const free2 = new Set<string>();
    for (const e of exprs) independent(e, free2, e === exprs[0] && head !== undefined);
    const gone = new Map<string, undefined>();
    for (const n of free2)
      if (this.now.definitions.get(n) !== undefined && this.now.definitions.get(n)?.parameters === undefined)
        gone.set(n, undefined);
    return { statement, own: { variables, guessed, free: gone }, consistent, defines, indices };
  }
}
