/**
 * Exact rational coefficients. Numbers that are not rational with a small denominator (or that overflow
 * 2^53) fall back to a floating-point numerator over 1; such results are then only equal up to rounding.
 */
export interface Rat {
  readonly n: number;
  /** Always positive; 1 for floating-point values. */
  readonly d: number;
}

function gcd(a: number, b: number): number {
  a = Math.abs(a);
  b = Math.abs(b);
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

export const rat = (n: number, d = 1): Rat => {
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(d)) return { n: n / d, d: 1 };
  if (d < 0) {
    n = -n;
    d = -d;
  }
  const g = gcd(n, d);
  return g > 1 ? { n: n / g, d: d / g } : { n: n === 0 ? 0 : n, d };
};

export const ZERO: Rat = { n: 0, d: 1 };
export const ONE: Rat = { n: 1, d: 1 };
export const MINUS_ONE: Rat = { n: -1, d: 1 };

/** Decimals as written become exact: 0.1 is 1/10. */
export function ratOf(x: number): Rat {
  if (Number.isSafeInteger(x)) return { n: x, d: 1 };
  const text = String(x);
  const m = /^(-?\d+)\.(\d{1,15})$/.exec(text);
  if (m !== null) {
    const d = 10 ** m[2]!.length;
    const n = Number(m[1] + m[2]!);
    if (Number.isSafeInteger(n)) return rat(n, d);
  }
  return { n: x, d: 1 };
}

export const ratAdd = (a: Rat, b: Rat): Rat =>
  a.d === b.d && a.d === 1 ? rat(a.n + b.n) : rat(a.n * b.d + b.n * a.d, a.d * b.d);
export const ratMul = (a: Rat, b: Rat): Rat => (a.d === 1 && b.d === 1 ? rat(a.n * b.n) : rat(a.n * b.n, a.d * b.d));
export const ratNeg = (a: Rat): Rat => ({ n: -a.n, d: a.d });
export const ratInv = (a: Rat): Rat => rat(a.d, a.n);
export const ratEq = (a: Rat, b: Rat): boolean => a.n === b.n && a.d === b.d;
export const ratValue = (a: Rat): number => a.n / a.d;
export const isInt = (a: Rat): boolean => a.d === 1 && Number.isInteger(a.n);
export const ratKey = (a: Rat): string => (a.d === 1 ? String(a.n) : `${a.n}/${a.d}`);

/** aᵖ where it is exact, else `undefined`. */
export function ratPow(a: Rat, p: Rat): Rat | undefined {
  if (isInt(p)) {
    if (a.n === 0 && p.n < 0) return undefined;
    const k = Math.abs(p.n);
    const r = rat(a.n ** k, a.d ** k);
    return p.n < 0 ? ratInv(r) : r;
  }
  if (a.n < 0) return undefined;
  const n = Math.round(a.n ** (1 / p.d));
  const d = Math.round(a.d ** (1 / p.d));
  return n ** p.d === a.n && d ** p.d === a.d ? ratPow(rat(n, d), rat(p.n)) : undefined;
}

/** Greatest common divisor of two rationals: the largest r with both a/r and b/r whole. */
export const ratGcd = (a: Rat, b: Rat): Rat =>
  Number.isInteger(a.n) && Number.isInteger(b.n) ? rat(gcd(a.n * b.d, b.n * a.d), a.d * b.d) : ONE;
