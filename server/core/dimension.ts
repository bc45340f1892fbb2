import { tableOf } from "./table";
/**
 * Dimensions: polynomials in names (`n`, `2*n+1`, `m*n`) with rational coefficients, in normal form.
 * Two dimensions are equal exactly when their keys are.
 */

/** One monomial: the names with their powers, sorted, joined: `m*n^2`; the empty string is the constant. */
type Monomial = string;

export interface Dim {
  /** Normal form as text; `m*n`, `2*n+1`. */
  readonly key: string;
  readonly terms: ReadonlyMap<Monomial, number>;
}

const cache = new Map<number, Dim>();

function make(terms: Map<Monomial, number>): Dim {
  for (const [m, c] of terms) if (c === 0) terms.delete(m);
  const order = [...terms.keys()].sort((a, b) => (a === "" ? 1 : b === "" ? -1 : a < b ? -1 : a > b ? 1 : 0));
  let key = "";
  for (const m of order) {
    const c = terms.get(m)!;
    const size = Math.abs(c);
    const body = m === "" ? String(size) : size === 1 ? m : `${size}*${m}`;
    key += key === "" ? (c < 0 ? `-${body}` : body) : (c < 0 ? "-" : "+") + body;
  }
  return { key: key === "" ? "0" : key, terms };
}

export function dimNumber(value: number): Dim {
  let d = cache.get(value);
  if (d === undefined) {
    d = make(new Map([["", value]]));
    if (cache.size < 1000) cache.set(value, d);
  }
  return d;
}

export const ONE = dimNumber(1);

export const dimName = (name: string): Dim => ({ key: name, terms: new Map([[name, 1]]) });

export function dimAdd(a: Dim, b: Dim): Dim {
  const t = new Map(a.terms);
  for (const [m, c] of b.terms) t.set(m, (t.get(m) ?? 0) + c);
  return make(t);
}

export const dimScale = (a: Dim, by: number): Dim => make(new Map([...a.terms].map(([m, c]) => [m, c * by])));

export const dimSub = (a: Dim, b: Dim): Dim => dimAdd(a, dimScale(b, -1));

function mulMonomials(a: Monomial, b: Monomial): Monomial {
  if (a === "") return b;
  if (b === "") return a;
  const powers = new Map<string, number>();
  for (const part of `${a}*${b}`.split("*")) {
    const [base, p] = part.split("^") as [string, string | undefined];
    powers.set(base, (powers.get(base) ?? 0) + (p === undefined ? 1 : Number(p)));
  }
  return [...powers.keys()]
    .sort()
    .map((n) => (powers.get(n) === 1 ? n : `${n}^${powers.get(n)}`))
    .join("*");
}

export function dimMul(a: Dim, b: Dim): Dim {
  if (a.key === "1") return b;
  if (b.key === "1") return a;
  const t = new Map<Monomial, number>();
  for (const [m, c] of a.terms)
    for (const [k, d] of b.terms) {
      const p = mulMonomials(m, k);
      t.set(p, (t.get(p) ?? 0) + c * d);
    }
  return make(t);
}

const RAISED: Readonly<Record<string, string>> = tableOf({ "2": "²", "3": "³" });

/** As people write it: `mn`, `2n+1`, `n²`; with a dot where names have more than one letter, `rank·n`. */
export function dimText(d: Dim): string {
  if (!/[*^]/.test(d.key)) return d.key;
  const product = (text: string): string => {
    const factors = text.split("*").map((f) => f.replace(/\^([23])$/, (_, p: string) => RAISED[p]!));
    return factors.join(factors.every((f) => /^(?:[\d.]+|\p{L}[²³]?)$/u.test(f)) ? "" : "·");
  };
  return d.key.split(/([+-])/).map(product).join(""); // prettier-ignore
}

export const dimEqual = (a: Dim, b: Dim): boolean => a.key === b.key;

export const isOne = (d: Dim): boolean => d.key === "1";

/** The number, where the dimension is one. */
export const dimValue = (d: Dim): number | undefined => (/^-?[\d.]+$/.test(d.key) ? Number(d.key) : undefined);

/** The name, where the dimension is a single name. */
export function dimIsName(d: Dim): string | undefined {
  if (d.terms.size !== 1) return undefined;
  const [[m, c]] = d.terms as unknown as [[Monomial, number]];
  return c === 1 && m !== "" && !/[*^]/.test(m) ? m : undefined;
}

/** Names that occur in a dimension. */
export function dimNames(d: Dim): string[] {
  const out = new Set<string>();
  for (const m of d.terms.keys()) for (const part of m.split("*")) if (part !== "") out.add(part.split("^")[0]!);
  return [...out];
}

/** Whether something is true of a name in a dimension. It is asked all the time, so nothing is made for the answer. */
export function dimSome(d: Dim, test: (name: string) => boolean): boolean {
  for (const m of d.terms.keys())
    if (isPlain(m) ? m !== "" && test(m) : m.split("*").some((part) => test(part.split("^")[0]!))) return true;
  return false;
}

/** Whether a monomial is one name, or none. */
const isPlain = (m: Monomial): boolean => !m.includes("*") && !m.includes("^");

/** Value under an assignment of numbers to names; `undefined` where a name has none. */
export function dimEvaluate(d: Dim, at: ReadonlyMap<string, number>): number | undefined {
  let sum = 0;
  for (const [m, c] of d.terms) {
    let v = c;
    if (m !== "")
      for (const part of m.split("*")) {
        const [base, p] = part.split("^") as [string, string | undefined];
        const x = at.get(base);
        if (x === undefined) return undefined;
        v *= x ** (p === undefined ? 1 : Number(p));
      }
    sum += v;
  }
  return sum;
}

/** Replaces names by dimensions. */
export function dimSubstitute(d: Dim, by: ReadonlyMap<string, Dim>): Dim {
  if (!dimSome(d, (n) => by.has(n))) return d;
  const name = dimIsName(d);
  if (name !== undefined) return by.get(name)!;
  let sum = dimNumber(0);
  for (const [m, c] of d.terms) {
    let p = dimNumber(c);
    if (m !== "")
      for (const part of m.split("*")) {
        const [base, e] = part.split("^") as [string, string | undefined];
        for (let i = 0; i < (e === undefined ? 1 : Number(e)); i++) p = dimMul(p, by.get(base) ?? dimName(base));
      }
    sum = dimAdd(sum, p);
  }
  return sum;
}
