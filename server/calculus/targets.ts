import type { Expr } from "../core/ast";
import { type Dim, isOne, ONE as ONE_DIM } from "../core/dimension";
import { Refusal } from "../core/problem";
import { familyMember, type Variable } from "../core/scope";
import { matrix, type Shape } from "../core/shape";
import { isStructured } from "../evaluation";
import { parseExpression } from "../language/mcalc/parse";
import { product } from "./algebra";
import { type Lowering, positionExpr } from "./lower";
import { ONE } from "./rational";
import type { Factor, Tensor, VarHead } from "./tensor";

/** What is derived by: a variable, a member of a family, an entry, a row or a column. */
export interface Target {
  readonly variable: Variable;
  readonly head: VarHead;
  /** Slots of the head that are held, and where; `from` is what the first position is called. */
  readonly held: readonly { readonly slot: number; readonly at: Expr; readonly from: Dim }[];
  readonly shape: Shape;
}

/** Reads what stands below the bar of a derivative: `X`, `x_i`, `w_k`, `x[k]`, `B[g,h]`, `A[:,j]`. */
export function targetOf(l: Lowering, text: string): Target {
  // A name that no document can write is a name all the same.
  const whole = l.scope.variables.get(text);
  const { expr: e, problems } =
    whole === undefined ? parseExpression(text) : { expr: { kind: "name", name: text } as Expr, problems: [] };
  const base = e.kind === "index" ? e.base : e;
  if (problems.length > 0 || base.kind !== "name")
    throw new Refusal("unsupported", `${text} is no variable, and no entry or member of one`);
  const own = e.kind === "index" ? e.indices : [];
  const name = base.name;
  const declared = l.scope.variables.get(name);
  if (declared !== undefined && declared.family === undefined) return entriesOf(l, declared, [], own, text);
  if (declared !== undefined) {
    const member = own[0];
    if (member === undefined || member === null)
      throw new Refusal("unsupported", `the derivative with respect to a whole family (${name}) is not supported`);
    return entriesOf(l, declared, [memberAt(declared, member)], own.slice(1), text);
  }
  const member = familyMember(l.scope, name);
  if (member === undefined)
    throw new Refusal("undeclared", `${name} is not declared, so nothing can be derived with respect to it`);
  return entriesOf(l, member.variable, [memberAt(member.variable, positionExpr(member.index))], own, text);
}

const memberAt = (family: Variable, at: Expr): Target["held"][number] => ({ slot: 0, at, from: family.family!.from });

function entriesOf(
  l: Lowering,
  variable: Variable,
  member: Target["held"],
  indices: readonly (Expr | null)[],
  text: string,
): Target {
  const head = l.variableHead(variable);
  const { rows, cols } = variable.shape;
  if (indices.length === 0) return { variable, head, held: member, shape: variable.shape };
  if (isStructured(variable.properties))
    throw new Refusal(
      "unsupported",
      `the entries of ${variable.name} are not independent, so nothing is derived by ${text}; derive by ${variable.name}`,
    );
  const isVector = isOne(rows) || isOne(cols);
  if (indices.length > 2 || (indices.length === 1 && !isVector))
    throw new Refusal("dimension-mismatch", `an entry of ${variable.name} has two indices`);
  const [i, j] = indices.length === 2 ? indices : isOne(cols) ? [indices[0]!, undefined] : [undefined, indices[0]!];
  const held = [...member];
  let slot = member.length;
  for (const [side, at] of [
    [rows, i],
    [cols, j],
  ] as const) {
    if (isOne(side)) continue;
    if (at !== null && at !== undefined) held.push({ slot, at, from: ONE_DIM });
    slot++;
  }
  const kept = (side: Dim, at: Expr | null | undefined): Dim => (at === null || at === undefined ? side : ONE_DIM);
  return { variable, head, held, shape: matrix(kept(rows, i), kept(cols, j)) };
}

/** The derivative by the whole head, with what is held put in: its slots behind `rank` are those of the target. */
export function heldAt(l: Lowering, t: Tensor, rank: number, target: Target): Tensor {
  if (target.held.length === 0) return t;
  const w = l.w;
  const at = t.dims.map((d) => w.newIndex(d));
  const extra: Factor[] = [];
  for (const h of target.held) {
    const p = l.position(h.at, t.dims[rank + h.slot]!, h.from);
    extra.push(...p.factors, { head: w.delta(w.dimOf(p.index)), idx: [p.index, at[rank + h.slot]!], pow: ONE });
  }
  const gone = new Set(target.held.map((h) => rank + h.slot));
  return product(w, at.filter((_, k) => !gone.has(k)), [{ t, at }], extra); // prettier-ignore
}
