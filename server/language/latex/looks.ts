import type { Knowledge } from "./knowledge";
import { scriptText } from "./names";
import type { Piece } from "./pieces";

export interface BigOperator {
  readonly value: string;
  readonly sub?: readonly Piece[];
  readonly sup?: readonly Piece[];
}

/** `\Sigma_i v_i w_i`, `\Sigma_{i=1}^n`: the letter used as the sign of a sum. */
export function sumSign(p: Piece, behind: readonly Piece[]): Piece {
  if (
    p.kind !== "scripted" ||
    p.base.kind !== "symbol" ||
    p.base.name !== "Sigma" ||
    p.base.style !== "" ||
    p.sub === undefined
  )
    return p;
  const label = scriptText(p.sub) ?? "";
  const bounded = /^[a-z]=/.test(label);
  const used =
    p.sup === undefined &&
    p.primes === 0 &&
    /^[a-z]$/.test(label) &&
    behind.some((x) => x.kind === "scripted" && x.sub !== undefined && (scriptText(x.sub) ?? "").includes(label));
  return bounded || used ? { ...p, base: { kind: "mark", mark: "b", value: "sum", span: p.base.span } } : p;
}

/** A big operator with its bounds, also where they are set below it (`\underset{x}{\min}`). */
export function bigOperator(p: Piece): BigOperator | undefined {
  if (p.kind === "mark" && p.mark === "b") return { value: p.value };
  if (p.kind === "scripted") {
    const inner = bigOperator(p.base);
    return inner === undefined
      ? undefined
      : { ...inner, ...(p.sub === undefined ? {} : { sub: p.sub }), ...(p.sup === undefined ? {} : { sup: p.sup }) };
  }
  if (p.kind === "stacked") {
    const base = tidy(p.base);
    const all = base.map(bigOperator);
    if (all.length === 1 && all[0] !== undefined)
      return { ...all[0], ...(p.below ? { sub: p.mark } : { sup: p.mark }) };
    if (all.length === 2 && all[0]?.value === "arg" && all[1] !== undefined)
      return { value: `arg${all[1].value}`, sub: p.mark };
  }
  if (p.kind === "group" && p.open === "{" && p.items.length === 1) return bigOperator(p.items[0]!);
  return undefined;
}

/** Drops what only lays out, and braces around a single sign. */
export function tidy(items: readonly Piece[]): readonly Piece[] {
  const noise = (p: Piece): boolean =>
    (p.kind === "mark" && (p.mark === "." || p.mark === "&" || p.mark === "k")) ||
    (p.kind === "group" && (p.open === "{" || p.open === "u") && (p.items.length === 0 || p.items.length === 1));
  if (!items.some(noise)) {
    const only = items.length === 1 ? items[0]! : undefined;
    if (only?.kind === "group" && (only.open === "{" || only.open === "u")) return tidy(only.items);
    return items;
  }
  const out: Piece[] = [];
  for (const p of items) {
    if (p.kind === "mark" && (p.mark === "." || p.mark === "&" || p.mark === "k")) continue;
    if (p.kind === "group" && (p.open === "{" || p.open === "u")) {
      if (p.items.length === 0) continue;
      const only = p.items[0]!;
      if (p.items.length === 1) {
        out.push(...tidy([only]));
        continue;
      }
    }
    out.push(p);
  }
  return out;
}

/** A plain d, the sign of a differential or a letter. */
export function isLetterD(p: Piece | undefined): boolean {
  const core = p?.kind === "scripted" ? p.base : p;
  return core?.kind === "symbol" && core.name === "d" && core.style === "" && core.accents.length === 0;
}

/** The pieces directly inside of brackets, fractions, roots and matrices, list by list. */
function insides(p: Piece): readonly (readonly Piece[])[] {
  switch (p.kind) {
    case "group":
      return [p.items];
    case "fraction":
      return [p.over, p.under];
    case "root":
      return [p.body];
    case "matrix":
      return p.rows.flat();
    case "scripted":
      return insides(p.base);
    case "stacked":
      return [p.base];
    default:
      return [];
  }
}

/** Whether a plain d stands in front of an operand. */
function hasD(written: readonly Piece[]): boolean {
  const items = tidy(written);
  return items.some(
    (p, i) =>
      (isLetterD(p) && items[i + 1] !== undefined && items[i + 1]!.kind !== "mark") || insides(p).some((x) => hasD(x)),
  );
}

/** How the letter d is used in a sentence: standing alone as a letter does, or as nothing but a differential stands. */
export function usesOfD(pieces: readonly Piece[]): { readonly alone: boolean; readonly differential: boolean } {
  let alone = false;
  let differential = false;
  const visit = (written: readonly Piece[]): void => {
    const items = tidy(written);
    items.forEach((p, i) => {
      if (isLetterD(p) && p.kind === "symbol") {
        const next = items[i + 1];
        if (next === undefined || (next.kind === "mark" && "sxr,.".includes(next.mark))) alone = true;
      }
      if (
        p.kind === "fraction" &&
        derivativeSign(tidy(p.over)[0]) !== undefined &&
        derivativeSign(tidy(p.under)[0]) !== undefined &&
        tidy(p.under).length > 1
      )
        differential = true;
      if (bigOperator(p)?.value === "int") differential = true;
      insides(p).forEach(visit);
    });
  };
  visit(pieces);
  // `dy = … dx`
  const equals = pieces.findIndex((p) => p.kind === "mark" && p.mark === "r");
  if (equals > 0 && hasD(pieces.slice(0, equals)) && hasD(pieces.slice(equals))) differential = true;
  return { alone, differential };
}

/** The sign of a derivative at the head of a numerator or denominator, with its order. */
export function derivativeSign(p: Piece | undefined): { order: number } | undefined {
  if (p === undefined) return undefined;
  const core = p.kind === "scripted" ? p.base : p;
  const isSign =
    (core.kind === "mark" && core.mark === "d") ||
    (core.kind === "symbol" && core.name === "d" && core.style === "" && core.accents.length === 0);
  if (!isSign) return undefined;
  if (p.kind !== "scripted") return { order: 1 };
  if (p.sub !== undefined || p.primes > 0 || p.sup === undefined) return undefined;
  const order = Number(scriptText(p.sup));
  return Number.isInteger(order) && order > 0 && order < 5 ? { order } : undefined;
}

/** Whether a superscript is the sign of a transpose. */
export function isTranspose(sup: readonly Piece[], know: Pick<Knowledge, "smallTTransposes" | "kindOf">): boolean {
  const items = tidy(sup);
  if (items.length !== 1) return false;
  const p = items[0]!;
  if (p.kind === "text") return p.text === "T" || p.text === "t" || p.text === "⊤";
  if (p.kind === "mark") return p.mark === "x" && p.value === "transpose";
  if (p.kind !== "symbol" || p.accents.length > 0) return false;
  if (p.name === "top") return true;
  if (p.name === "T") return true;
  if (p.name === "H" && p.style === "") return know.kindOf("H") === undefined;
  return p.name === "t" && know.smallTTransposes;
}

/** `-1`, `2`: the superscript of a power. */
export function isPower(sup: readonly Piece[]): boolean {
  const items = tidy(sup);
  return (
    items.length > 0 &&
    items.every((p) => p.kind === "number" || (p.kind === "mark" && p.mark === "s")) &&
    items.some((p) => p.kind === "number")
  );
}

/** A bar with limits: `|_{x=0}`, `|_a^b`. */
export const isEvaluation = (p: Piece): boolean =>
  p.kind === "scripted" && p.base.kind === "mark" && p.base.mark === "at";

export const isOperandLike = (p: Piece): boolean => p.kind !== "mark";

export const isInnerProduct = (p: Piece): boolean => p.kind === "group" && p.open === "<";

/** `\cdot` alone: a place for an argument. */
export function isDot(items: readonly Piece[]): boolean {
  return items.length === 1 && items[0]!.kind === "mark" && (items[0]!.mark === "x" || items[0]!.mark === "o");
}

export const DOTS: Piece = { kind: "mark", mark: "o", value: "dots", span: { start: 0, end: 0 } };

/** Single letters and digits of a subscript, one for each index. */
export function indexLabels(sub: readonly Piece[]): string[] | undefined {
  const out: string[] = [];
  for (const p of tidy(sub)) {
    if (p.kind === "mark" && p.mark === ",") continue;
    if (p.kind === "symbol" && p.style === "" && p.accents.length === 0) out.push(p.name);
    else if (p.kind === "number")
      out.push(...(out.length === 0 && tidy(sub).length === 1 && p.text.length === 2 ? p.text : [p.text]));
    else return undefined;
  }
  return out;
}

export function splitAtCommas(items: readonly Piece[]): Piece[][] {
  const out: Piece[][] = [[]];
  for (const p of items) {
    if (p.kind === "mark" && p.mark === ",") out.push([]);
    else out.at(-1)!.push(p);
  }
  return out.filter((x) => x.length > 0);
}
