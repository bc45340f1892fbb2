import { apply, children, type Expr, mapChildren, name, num, sameExpr, withChildren } from "../../core/ast";
import { terms } from "../variants";
import { COUNTER, isLetter, labelsOf } from "./labels";

const isDots = (e: Expr): boolean => e.kind === "name" && (e.name === "⋯" || /^⟨[lc]?dots⟩$/.test(e.name));

/** Dots of any kind, those of a column or a diagonal as well. */
export const isAnyDots = (e: Expr): boolean => e.kind === "name" && (e.name === "⋯" || /^⟨[lcvd]?dots⟩$/.test(e.name));

/** The terms of a sum, left to right; `undefined` where something is subtracted. */
function summands(e: Expr): Expr[] | undefined {
  if (e.kind !== "apply" || e.op !== "add") return [e];
  const parts = e.args.map(summands);
  return parts.includes(undefined) ? undefined : (parts as Expr[][]).flat();
}

/** A term with the label `from` of its names replaced. */
function relabel(e: Expr, from: string, to: string): Expr {
  if (e.kind === "name") {
    const label = labelsOf(e.name);
    if (label?.labels.length !== 1 || label.labels[0] !== from) return e;
    return { ...e, name: label.base.endsWith("^()") ? e.name : `${label.base}_${to}` };
  }
  const parts = children(e);
  return parts.length === 0
    ? e
    : withChildren(
        e,
        parts.map((p) => relabel(p, from, to)),
      );
}

/** The last label of a term: `x_n` has n. */
function lastLabels(e: Expr, out = new Set<string>()): Set<string> {
  if (e.kind === "name") labelsOf(e.name)?.labels.forEach((l) => out.add(l));
  children(e).forEach((c) => lastLabels(c, out));
  return out;
}

/** The terms of a sum with dots, the dots among them. */
function termsWithDots(e: Expr): Expr[] | undefined {
  if (e.kind === "apply") return e.op === "add" ? summands(e) : undefined;
  if (e.kind !== "call" || e.name !== "⋯" || e.args.length !== 2) return undefined;
  const [before, after] = e.args as readonly [Expr, Expr];
  const isSum = e.opSpan !== undefined || (before.kind === "apply" && before.op === "add");
  const first = isSum ? summands(before) : undefined;
  if (first === undefined) return undefined;
  // Behind the last term of the dots more may stand: `… + x_n − nμ`.
  const [last, ...rest] = terms(after);
  if (last!.sign !== 1) return undefined;
  return [...first, name("⋯"), last!.term, ...rest.map(({ sign, term }) => (sign === 1 ? term : apply("neg", term)))];
}

/** Sums with dots, `x_1 + x_2 + … + x_n`, as sums over what the dots leave out. */
export function withoutDots(e: Expr): Expr {
  const all = termsWithDots(e);
  const at = all?.findIndex(isDots) ?? -1;
  if (all !== undefined && at > 0 && at < all.length - 1) {
    const [first, last] = [all[0]!, all[at + 1]!];
    for (const end of lastLabels(last)) {
      if (!isLetter(end) && !/^\d+$/.test(end)) continue;
      if (!sameExpr(relabel(first, "1", end), last)) continue;
      const fits = all.slice(0, at).every((t, k) => sameExpr(relabel(first, "1", String(k + 1)), t));
      if (!fits || sameExpr(first, last)) continue;
      const to: Expr = isLetter(end) ? { ...name(end), span: last.span ?? { start: 0, end: 0 } } : num(Number(end));
      const sum: Expr = { kind: "sumover", variable: COUNTER, from: num(1), to, body: relabel(first, "1", COUNTER) };
      const rest = all.slice(at + 2);
      return rest.map(withoutDots).reduce((a, b) => apply("add", a, b), { ...sum, ...(e.span === undefined ? {} : { span: e.span }) } as Expr); // prettier-ignore
    }
  }
  return mapChildren(e, withoutDots);
}
