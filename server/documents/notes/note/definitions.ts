import { UNSETTLED } from "../../../language/latex/read";
import { children, type Expr, freeNames, type Span } from "../../../core/ast";
import { type Dim, dimName, dimNumber, ONE } from "../../../core/dimension";
import type { Property } from "../../../core/scope";
import { type Shape, vector } from "../../../core/shape";
import { isCapital, kindOfShape, letterOf, openShape } from "../kinds";
import { hasDerivative, NO_PROPERTIES } from "./expressions";
import { NoteShapes } from "./shapes";

interface Head {
  readonly name: string;
  readonly span: Span;
  readonly parameters?: readonly string[];
  readonly parameterSpans?: readonly Span[];
  readonly side: number;
  readonly body: number;
  /** `\log p(x) = …` defines p by the exponential of what stands there. */
  readonly inverse?: string;
}

const RESERVED = new Set([
  "at",
  "⋯",
  "[]",
  "{}",
  "cases",
  "binom",
  "sum",
  "prod",
  "int",
  "lim",
  "argmin",
  "argmax",
  "min",
  "max",
  "∇",
  "∇²",
  "d/d",
  "pm",
  "mp",
]);

/** `f(\square) = …`: a place for the argument. */
const PLACE = "⟨square⟩";

const isDots = (e: Expr): boolean =>
  (e.kind === "name" && (e.name === "⋯" || e.name.startsWith("⟨"))) || (e.kind === "call" && e.name === "⋯");

/** The letter and indices of `x_1`, `a_{ij}`, `A[1,2]`; `vector` where it is no number (`a_i^T`). */
function entryBase(
  e: Expr,
): { name: string; letter: string; indices: number; last: readonly string[]; vector: boolean } | undefined {
  if (e.kind === "index" && e.base.kind === "name") {
    const last = e.indices.map((i) => (i?.kind === "number" ? String(i.value) : i?.kind === "name" ? i.name : ""));
    return { name: e.base.name, letter: letterOf(e.base.name).letter, indices: e.indices.length, last, vector: false };
  }
  if (e.kind !== "name") return undefined;
  const m = /^(.+)_([a-z]|\d{1,2}),?([a-z]|\d)?$/.exec(e.name);
  if (m === null) return undefined;
  let last = m[3] === undefined ? [m[2]!] : [m[2]!, m[3]];
  if (m[3] === undefined && /^\d\d$/.test(m[2]!)) last = [m[2]![0]!, m[2]![1]!];
  const { letter, style } = letterOf(m[1]!);
  return { name: m[1]!, letter, indices: last.length, last, vector: style === "bold" };
}

/** Names whose plain differential occurs. */
function differentials(sides: readonly Expr[], out: Set<string> = new Set()): Set<string> {
  for (const s of sides) {
    if (s.kind === "differential" && s.of.kind === "name") out.add(s.of.name);
    differentials(children(s), out);
  }
  return out;
}

/** What an equation gives a name to: values, entries, promises, and what a passage calls y. */
export abstract class NoteDefinitions extends NoteShapes {
  /** Leading sides that give a name to the first side that is none: `y = f(x) = x^T A x`. */
  protected heads(sides: readonly Expr[], relations: readonly string[]): Head[] {
    const out: Head[] = [];
    let body = 0;
    while (body < sides.length - 1) {
      const h = this.head(sides[body]!, body);
      if (h === undefined) break;
      out.push(h);
      body++;
    }
    if (out.length === 0) {
      // `L^T L = Σ`: a name not seen before stands on the right. `Cx = d` is a condition on x.
      const last = sides.at(-1)!;
      if (
        sides.length === 2 &&
        relations[0] === "=" &&
        last.kind === "name" &&
        isCapital(letterOf(last.name).letter) &&
        !this.now.facts.has(last.name) &&
        !this.now.definitions.has(last.name) &&
        !freeNames(sides[0]!).has(last.name) &&
        !hasDerivative(sides[0]!)
      ) {
        return [{ name: last.name, span: last.span ?? { start: 0, end: 0 }, side: 1, body: 0 }];
      }
      return [];
    }
    const value = sides[body]!;
    const names = freeNames(value);
    // `α = α/Σα`: a new value for an old name; `∇f = 0`: a condition.
    const literal =
      value.kind === "literal" ||
      (value.kind === "call" && value.name === "⋯") ||
      (value.kind === "apply" && value.op === "transpose" && value.args[0]!.kind === "literal");
    // `g(x, y) = k`: where the function is to have a value, not which one it is.
    const isLevel =
      value.kind === "name" && sides.length === 2 && out.every((h) => h.parameters?.includes(value.name) === false);
    if (isLevel && this.valueOf(value.name) === undefined) return [];
    const kept = out.filter((h) => h.parameters !== undefined || literal || !names.has(h.name));
    if (kept.length === 0 || (value.kind === "number" && value.value === 0 && sides.length === 2)) return [];
    if (value.kind === "call" && kept.some((h) => h.name === value.name && h.parameters !== undefined)) return [];
    return kept.map((h) => ({ ...h, body }));
  }

  protected head(e: Expr, side: number): Head | undefined {
    const where = e.span ?? { start: 0, end: 0 };
    if (e.kind === "name" && this.isDimension(e.name)) return undefined;
    if (e.kind === "name" && !e.name.startsWith("⟨") && e.name !== "∇")
      return { name: e.name, span: where, side, body: side + 1 };
    const inverse =
      e.kind === "apply" && e.op === "log" ? "exp" : e.kind === "apply" && e.op === "neg" ? "neg" : undefined;
    const call = inverse === undefined ? e : (e as Expr & { kind: "apply" }).args[0]!;
    if (
      call.kind === "call" &&
      call.primes === 0 &&
      call.args.length > 0 &&
      call.args.every((a) => a.kind === "name" && (!a.name.startsWith("⟨") || a.name === PLACE)) &&
      /^\p{L}/u.test(call.name) &&
      !RESERVED.has(call.name)
    ) {
      const parameters = call.args.map((a) => (a as Expr & { kind: "name" }).name);
      if (new Set(parameters).size === parameters.length) {
        return {
          name: call.name,
          span: call.opSpan ?? where,
          parameters,
          parameterSpans: call.args.map((a) => a.span ?? where),
          side,
          body: side + 1,
          ...(inverse === undefined ? {} : { inverse }),
        };
      }
    }
    return undefined;
  }

  /** `A = A^T`, `Q^T Q = I`: promises rather than claims. */
  protected propertyOf(sides: readonly Expr[]): { name: string; span: Span; property: Property } | undefined {
    if (sides.length !== 2) return undefined;
    for (const [a, b] of [
      [sides[0]!, sides[1]!],
      [sides[1]!, sides[0]!],
    ] as const) {
      const span = a.span ?? { start: 0, end: 0 };
      if (
        a.kind === "name" &&
        b.kind === "apply" &&
        b.op === "transpose" &&
        b.args[0]!.kind === "name" &&
        b.args[0]!.name === a.name
      )
        return { name: a.name, span, property: "symmetric" };
      if (
        a.kind === "apply" &&
        a.op === "transpose" &&
        a.args[0]!.kind === "name" &&
        b.kind === "apply" &&
        b.op === "neg" &&
        b.args[0]!.kind === "name" &&
        b.args[0]!.name === a.args[0]!.name
      )
        return { name: a.args[0]!.name, span, property: "skew" };
      if (a.kind === "apply" && a.op === "mul" && b.kind === "apply" && b.op === "eye") {
        const [l, r] = a.args as [Expr, Expr];
        if (
          l.kind === "apply" &&
          l.op === "transpose" &&
          l.args[0]!.kind === "name" &&
          r.kind === "name" &&
          r.name === l.args[0]!.name
        )
          return { name: r.name, span, property: "orthogonal" };
      }
    }
    return undefined;
  }

  /** A vector or matrix written out by its own entries: `x = [x_1; x_2]` says what its shape is, not what its value is. */
  protected entriesOf(
    sides: readonly Expr[],
    heads: readonly Head[],
  ): { name: string; span: Span; shape: Shape } | undefined {
    const h = heads[0]!;
    if (h.parameters !== undefined || heads.length !== 1) return undefined;
    const written = sides[h.body]!;
    const flipped = written.kind === "apply" && written.op === "transpose";
    const value = flipped ? written.args[0]! : written;
    if (value.kind === "call" && value.name === "[]" && value.args.length === 1) {
      const base = entryBase(value.args[0]!);
      if (base !== undefined && base.letter.toLowerCase() === letterOf(h.name).letter.toLowerCase()) {
        this.entries.set(base.name, h.name);
        const fact = this.now.facts.get(h.name);
        const shape = fact?.shape ?? openShape(h.name, base.indices === 2 ? "matrix" : "vector");
        if (fact === undefined) this.setFact(h.name, { shape, certain: false, properties: NO_PROPERTIES });
        return { name: h.name, span: h.span, shape };
      }
      return undefined;
    }
    const dotted = value.kind === "call" && value.name === "⋯";
    const literal =
      dotted &&
      (value as Expr & { kind: "call" }).args.length === 1 &&
      (value as Expr & { kind: "call" }).args[0]!.kind === "literal"
        ? ((value as Expr & { kind: "call" }).args[0] as Expr & { kind: "literal" })
        : value.kind === "literal"
          ? value
          : undefined;
    let rows = literal?.rows;
    if (value.kind === "apply" && (value.op === "dot" || value.op === UNSETTLED.angles))
      rows = value.args.map((a) => [a]);
    if (rows === undefined && dotted) rows = (value as Expr & { kind: "call" }).args.map((a) => [a]);
    if (rows === undefined) return undefined;
    const cells = rows.flatMap((row, r) => row.map((cell, c) => ({ cell, r, c })));
    const named = cells.filter(({ cell }) => !isDots(cell));
    if (named.length === 0) return undefined;
    const bases = named.map(({ cell }) => entryBase(cell));
    const first = bases[0];
    if (first === undefined || bases.some((b) => b === undefined || b.name !== first.name)) return undefined;
    if (first.letter.toLowerCase() !== letterOf(h.name).letter.toLowerCase()) return undefined;
    const width = rows[0]!.length;
    let shape: Shape;
    if (!dotted) shape = { rows: dimNumber(rows.length), cols: dimNumber(width) };
    else {
      const last = bases.at(-1)!.last;
      const size = (label: string): Dim => (/^\d+$/.test(label) ? dimNumber(Number(label)) : dimName(label));
      if (first.indices === 2) {
        if (last.length !== 2) return undefined;
        shape = { rows: size(last[0]!), cols: size(last[1]!) };
      } else if (width === 1) shape = vector(size(last[0] ?? "n"));
      else shape = { rows: ONE, cols: size(last[0] ?? "n") };
    }
    // Of a list with dots, `[x_1, …, x_n]^T`, the transpose only says that it stands upright.
    if (flipped && literal !== undefined) shape = { rows: shape.cols, cols: shape.rows };
    // Members that are vectors or matrices themselves: `U = [u_1 u_2]`.
    const areNames = named[0]!.cell.kind === "name";
    if (first.vector || (areNames && this.strong(first.name)) || named.some(({ cell }) => this.isWide(cell)))
      return undefined;
    this.declare([{ name: h.name, span: h.span }], shape, [], { isWritten: true });
    if (this.now.definitions.has(h.name)) this.setDefinition(h.name, undefined);
    this.entries.set(first.name, h.name);
    return { name: h.name, span: h.span, shape };
  }

  private isWide(cell: Expr): boolean {
    const fact = cell.kind === "name" ? this.now.facts.get(cell.name) : undefined;
    return fact !== undefined && kindOfShape(fact.shape) !== "scalar";
  }

  /** `\frac{d}{dX} tr(AX) = …`: what follows calls this y. */
  protected rememberSubject(sides: readonly Expr[]): void {
    const first = sides[0];
    const d = first?.kind === "derivative" ? first : undefined;
    if (
      d !== undefined &&
      d.wrt.length === 1 &&
      d.wrt[0]!.kind === "name" &&
      d.of.kind !== "name" &&
      d.of.kind !== "call"
    ) {
      if (freeNames(d.of).has(d.wrt[0]!.name)) {
        this.forgetSubject();
        this.subject = { expr: d.of, wrt: d.wrt[0]!.name };
      }
    } else if (
      first?.kind === "differential" &&
      first.of.kind !== "name" &&
      first.of.kind !== "call" &&
      this.subject === undefined &&
      sides.length > 1
    ) {
      const wrt = [...differentials(sides)][0];
      if (wrt !== undefined && freeNames(first.of).has(wrt)) this.subject = { expr: first.of, wrt };
    }
  }

  /** `dy` or `dy/dX` where y has no value: it is the subject of the passage. */
  protected bindSubject(sides: readonly Expr[]): void {
    const subject = this.subject;
    if (subject === undefined) return;
    const first = sides[0];
    const y =
      first?.kind === "differential" && first.of.kind === "name"
        ? first.of.name
        : first?.kind === "derivative" &&
            first.of.kind === "name" &&
            first.wrt.length === 1 &&
            first.wrt[0]!.kind === "name" &&
            first.wrt[0]!.name === subject.wrt
          ? first.of.name
          : undefined;
    if (y === undefined || y === subject.wrt || freeNames(subject.expr).has(y)) return;
    const definition = this.now.definitions.get(y);
    const unspecified =
      definition === undefined ||
      (definition.parameters === undefined &&
        definition.body.kind === "call" &&
        this.now.definitions.get(definition.body.name) === undefined);
    if (!unspecified || this.implied.has(y)) return;
    // What does not change with the variable is not the subject: `\nabla_x C = 0`.
    if (sides.some((s) => s.kind === "number" && s.value === 0)) return;
    if (
      definition === undefined &&
      this.now.facts.get(y)?.certain === true &&
      kindOfShape(this.now.facts.get(y)!.shape) !== "scalar"
    )
      return;
    this.implied.set(y, { before: definition });
    this.state.set("implied", [...((this.state.get("implied") as readonly string[] | undefined) ?? []), y]);
    this.setDefinition(y, { name: y, body: subject.expr });
  }
}
