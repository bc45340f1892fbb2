import { LETTERS } from "../../core/conventions";
import { type Dim, dimAdd, dimMul, dimName, dimNumber, dimScale, dimValue } from "../../core/dimension";
import type { Span } from "../../core/ast";
import type { Property } from "../../core/scope";
import { matrix, SCALAR, type Shape, vector } from "../../core/shape";
import { scriptText } from "./names";
import type { Piece } from "./pieces";
import { tidy } from "./read";

/** A set whose members have one shape: `\mathbb{R}^{m\times n}`, `\mathbb{S}^n_{++}`. */
export interface ShapeSet {
  readonly shape: Shape;
  readonly rowsSpan?: Span;
  readonly colsSpan?: Span;
  readonly span: Span;
  readonly properties: readonly { readonly property: Property; readonly span: Span }[];
}

/** A size: sums and products of names and numbers; `undefined` for anything else. */
export function dimensionOf(pieces: readonly Piece[]): Dim | undefined {
  const items = tidy(pieces);
  if (items.length === 0) return undefined;
  let sum: Dim | undefined;
  let product: Dim | undefined;
  let sign = 1;
  const flush = (): boolean => {
    if (product === undefined) return false;
    const term = dimScale(product, sign);
    sum = sum === undefined ? term : dimAdd(sum, term);
    product = undefined;
    return true;
  };
  for (const p of items) {
    if (p.kind === "mark" && p.mark === "s" && (p.value === "add" || p.value === "sub")) {
      if (!flush()) return undefined;
      sign = p.value === "sub" ? -1 : 1;
    } else if (
      p.kind === "mark" &&
      p.mark === "x" &&
      (p.value === "cdot" || p.value === "star" || p.value === "times")
    ) {
      if (product === undefined) return undefined;
    } else {
      const d = oneDimension(p);
      if (d === undefined) return undefined;
      product = product === undefined ? d : dimMul(product, d);
    }
  }
  return flush() ? sum : undefined;
}

function oneDimension(p: Piece): Dim | undefined {
  switch (p.kind) {
    case "number":
      return /^\d+$/.test(p.text) && Number(p.text) > 0 ? dimNumber(Number(p.text)) : undefined;
    case "symbol":
      return dimName(p.name);
    case "text":
      return /^[\p{L}\p{N}_]+$/u.test(p.text) ? dimName(p.text) : undefined;
    case "scripted": {
      if (p.sup !== undefined && p.sub === undefined && p.primes === 0) {
        const base = oneDimension(p.base);
        const power = Number(scriptText(p.sup));
        if (base !== undefined && Number.isInteger(power) && power > 0 && power < 40) {
          const value = dimValue(base);
          if (value !== undefined) return dimNumber(value ** power);
          let out = base;
          for (let i = 1; i < Math.min(power, 6); i++) out = dimMul(out, base);
          return out;
        }
      }
      const text = scriptText([p]);
      return text === undefined ? undefined : dimName(text.replace(/[^\p{L}\p{N}_'[\]()]/gu, "") || "n");
    }
    case "group":
      if (p.open === "(" || p.open === "{" || p.open === "[") return dimensionOf(p.items);
      if (p.open === "|" || p.open === "p") {
        const text = scriptText(p.items);
        return text === undefined ? undefined : dimName(`|${text}|`);
      }
      return undefined;
    default:
      return undefined;
  }
}

/** `m \times n`, and `m * n` as keyboards have it. */
const SEPARATES: ReadonlySet<string> = new Set(["times", "star", "ast", "*"]);

/** The sizes of a superscript: `n`, `m \times n`, `(m, n)`; more than two are a tensor. */
export function sizes(pieces: readonly Piece[]): { dim: Dim; span: Span }[] | undefined {
  let items = tidy(pieces);
  if (items.length === 1 && items[0]!.kind === "group" && "([".includes(items[0]!.open)) items = tidy(items[0]!.items);
  const parts: Piece[][] = [[]];
  for (const p of items) {
    if (p.kind === "mark" && ((p.mark === "x" && SEPARATES.has(p.value)) || (p.mark === "," && p.value === ",")))
      parts.push([]);
    else parts.at(-1)!.push(p);
  }
  // `R^{n x m}`: the letter for the sign, between two others
  if (parts.length === 1 && items.length === 3 && items[1]!.kind === "symbol" && items[1]!.name === "x") {
    parts.splice(0, 1, [items[0]!], [items[2]!]);
  }
  const out: { dim: Dim; span: Span }[] = [];
  for (const part of parts) {
    const dim = dimensionOf(part);
    if (dim === undefined) return undefined;
    out.push({ dim, span: { start: part[0]!.span.start, end: part.at(-1)!.span.end } });
  }
  return out;
}

function isReals(p: Piece, plain: boolean): boolean {
  if (p.kind === "group" && p.open === "{" && p.items.length === 1) return isReals(p.items[0]!, plain);
  if (p.kind !== "symbol") return p.kind === "text" && p.text === "R";
  if (p.name === "bbR" || p.name === "ℝ") return true;
  if (p.name === "Re" || (p.name === "R" && p.style !== "")) return true;
  return p.name === "R" && plain;
}

/**
 * The shape of the members of a set; `undefined` for sets we know nothing of.
 * A plain `R` counts where it has sizes, or where `plain` says so.
 */
export function shapeSet(pieces: readonly Piece[], plain = false): ShapeSet | undefined {
  const items = tidy(pieces).filter((p) => !(p.kind === "mark" && p.mark === ","));
  if (items.length !== 1) return undefined;
  const p = items[0]!;
  const span = p.span;
  const properties: { property: Property; span: Span }[] = [];
  const core = p.kind === "scripted" ? p.base : p;
  const sup = p.kind === "scripted" ? p.sup : undefined;
  const sub = p.kind === "scripted" ? p.sub : undefined;
  if (p.kind === "group" && (p.open === "j" || p.open === "[" || p.open === "("))
    return { shape: SCALAR, span, properties };
  if (p.kind === "scripted" && p.base.kind === "group" && p.base.open === "j" && sup !== undefined) {
    const s = sizes(sup);
    return s === undefined ? undefined : fromSizes(s, span, properties);
  }
  if (isReals(core, plain || sup !== undefined) || isNumbers(core)) {
    const label = sub === undefined ? undefined : scriptText(sub);
    if (label !== undefined && /^(\+\+|>0)$/.test(label)) properties.push({ property: "positive", span });
    else if (label !== undefined && /^(\+|≥0|\\geq0)$/.test(label)) properties.push({ property: "nonneg", span });
    if (sup === undefined) return { shape: SCALAR, span, properties };
    const text = scriptText(sup);
    if (text === "+") return { shape: SCALAR, span, properties: [{ property: "nonneg", span }] };
    if (text === "++") return { shape: SCALAR, span, properties: [{ property: "positive", span }] };
    const s = sizes(sup);
    return s === undefined ? undefined : fromSizes(s, span, properties);
  }
  if (
    core.kind === "symbol" &&
    (core.style === "bb" || core.style === "cal" || core.style === "bold") &&
    core.name === "S" &&
    sup !== undefined
  ) {
    // Symmetric matrices; ++ and + for positive definite and semidefinite.
    const s = sizes(sup.filter((x) => !(x.kind === "mark" && x.mark === "s")));
    if (s === undefined || s.length > 2) return undefined;
    const label = `${sub === undefined ? "" : (scriptText(sub) ?? "")}${scriptText(sup.filter((x) => x.kind === "mark" && x.mark === "s")) ?? ""}`;
    const property: Property = /\+\+/.test(label) ? "posdef" : /\+/.test(label) ? "psd" : "symmetric";
    return { ...fromSizes(s.length === 1 ? [s[0]!, s[0]!] : s, span, [{ property, span }])! };
  }
  return undefined;
}

const isNumbers = (p: Piece): boolean =>
  p.kind === "symbol" &&
  (p.name === "bbN" ||
    p.name === "bbZ" ||
    p.name === "bbQ" ||
    p.name === "bbC" ||
    (p.style === "bb" && LETTERS.numberSets.test(p.name)));

function fromSizes(
  s: readonly { dim: Dim; span: Span }[],
  span: Span,
  properties: ShapeSet["properties"],
): ShapeSet | undefined {
  if (s.length === 1) return { shape: vector(s[0]!.dim), rowsSpan: s[0]!.span, span, properties };
  if (s.length === 2)
    return { shape: matrix(s[0]!.dim, s[1]!.dim), rowsSpan: s[0]!.span, colsSpan: s[1]!.span, span, properties };
  return undefined;
}
