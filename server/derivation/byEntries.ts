import { MOST_ENTRIES } from "../calculus/present/literal";
import { children, type Expr, num, withChildren } from "../core/ast";
import { dimValue } from "../core/dimension";
import { isColumn, type Shape } from "../core/shape";
import { hasDifferential, type Products } from "./term";

/**
 * The derivative where only single entries `dx[1]`, `dx[2]` of the differential occur: the coefficient of each, at its
 * place. A gradient of a scalar, or the Jacobian of a column written out by entries. `undefined` where that is not so.
 *
 * @param e - the differential, linear in the entries
 * @param wrt - the variable, with its shape
 */
export function coefficientsByEntry(
  p: Products,
  e: Expr,
  wrt: { readonly name: string; readonly shape: Shape },
): Expr | undefined {
  const [m, n] = [dimValue(wrt.shape.rows), dimValue(wrt.shape.cols)];
  if (m === undefined || n === undefined) return undefined;
  const outputs = e.kind === "literal" ? e.rows.map((r) => r[0]!) : [e];
  if (m * n * outputs.length > MOST_ENTRIES || (e.kind === "literal" && e.rows.some((r) => r.length > 1)))
    return undefined;
  const places: string[] = [];
  const used = new Set<string>();
  for (let i = 1; i <= m; i++) for (let j = 1; j <= n; j++) places.push(`${i},${j}`);
  const place = (x: Expr): string | undefined => {
    if (x.kind !== "index" || x.base.kind !== "differential") return undefined;
    if (x.base.of.kind !== "name" || x.base.of.name !== wrt.name) return undefined;
    const at = x.indices.map((i) => (i?.kind === "number" ? i.value : undefined));
    if (at.includes(undefined)) return undefined;
    return at.length === 2 ? at.join() : isColumn(wrt.shape) ? `${at[0]},1` : `1,${at[0]}`;
  };
  const fits = (x: Expr): boolean => {
    const here = place(x);
    if (here !== undefined) used.add(here);
    return here !== undefined || (x.kind !== "differential" && children(x).every(fits));
  };
  if (!outputs.every(fits) || used.size === 0) return undefined;
  const coefficient = (of: Expr, at: string): Expr => {
    const put = (x: Expr): Expr => {
      const here = place(x);
      if (here !== undefined) return num(here === at ? 1 : 0);
      return hasDifferential(x) ? withChildren(x, children(x).map(put)) : x;
    };
    return hasDifferential(of) ? p.tidy(put(of)) : num(0);
  };
  if (e.kind === "literal")
    return { kind: "literal", rows: outputs.map((of) => places.map((at) => coefficient(of, at))) };
  const rows = Array.from({ length: m }, (_, i) => places.slice(i * n, (i + 1) * n));
  return { kind: "literal", rows: rows.map((r) => r.map((at) => coefficient(e, at))) };
}
