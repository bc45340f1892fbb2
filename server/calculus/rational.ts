import { Refusal } from "../core/problem";

/**
 * Exact rational numbers: coefficients and exponents. A decimal is what it says: 0.1 is 1/10, 1e-20 is 1/10²⁰.
 *
 * Nearly all are small, so `n` and `d` are plain numbers. Where one of them would not be a safe integer, `exact` holds
 * the number and `n/d` comes close to it; `d` is then ½, so that nothing takes it for a whole number.
 */
export interface Rat {
  readonly n: number;
  /** Always positive; 1 for whole numbers. */
  readonly d: number;
  readonly exact?: { readonly n: bigint; readonly d: bigint };
  /** It comes from a decimal: 0.00002 is written so, and not as 1/50000. */
  readonly decimal?: true;
}

/** Digits beyond which a number is refused: no formula that a person writes comes near. */
const MOST_BITS = 20_000;

function gcd(a: number, b: number): number {
  a = Math.abs(a);
  b = Math.abs(b);
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

function bigGcd(a: bigint, b: bigint): bigint {
  if (a < 0n) a = -a;
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

const bits = (x: bigint): number => (x < 0n ? -x : x).toString(2).length;

/** The closest floating-point number to n/d. */
function quotient(n: bigint, d: bigint): number {
  const shift = BigInt(Math.max(0, 70 - (bits(n) - bits(d))));
  const q = Number((n << shift) / d);
  let x = q;
  // In two steps: 2^-1074 alone is the least number there is.
  for (let left = Number(shift); left > 0 && x !== 0; left -= 500) x *= 2 ** -Math.min(500, left);
  return Number.isFinite(x) ? x : Math.sign(q) * Number.MAX_VALUE;
}

function fromBig(n: bigint, d: bigint): Rat {
  if (d < 0n) [n, d] = [-n, -d];
  const g = bigGcd(n, d);
  if (g > 1n) [n, d] = [n / g, d / g];
  const [small, below] = [Number(n), Number(d)];
  if (Number.isSafeInteger(small) && Number.isSafeInteger(below)) return { n: small, d: below };
  if (bits(n) > MOST_BITS || bits(d) > MOST_BITS)
    throw new Refusal("too-large", "the numbers in the formula are too long to be exact");
  const half = quotient(n, d) / 2;
  return { n: half === 0 ? (n < 0n ? -1 : 1) * Number.MIN_VALUE : half, d: 0.5, exact: { n, d } };
}

const big = (a: Rat): { readonly n: bigint; readonly d: bigint } => a.exact ?? { n: BigInt(a.n), d: BigInt(a.d) };

/** Overflow that was in the formula stays what it is. */
const isNumber = (a: Rat): boolean => a.exact !== undefined || Number.isInteger(a.n);

const asDecimal = (r: Rat, ...of: readonly Rat[]): Rat =>
  r.d !== 1 && r.decimal === undefined && of.some((x) => x.decimal) ? { ...r, decimal: true } : r;

export const rat = (n: number, d = 1): Rat => {
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(d))
    return Number.isInteger(n) && Number.isInteger(d) && d !== 0 ? fromBig(BigInt(n), BigInt(d)) : { n: n / d, d: 1 };
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

/** A number as written: decimals become exact. */
export function ratOf(x: number): Rat {
  if (Number.isSafeInteger(x)) return { n: x, d: 1 };
  const m = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(x));
  if (m === null) return { n: x, d: 1 };
  const [sign, whole, part, power] = [m[1]!, m[2]!, m[3] ?? "", Number(m[4] ?? 0) - (m[3] ?? "").length];
  const digits = BigInt(sign + whole + part);
  const r = power < 0 ? fromBig(digits, 10n ** BigInt(-power)) : fromBig(digits * 10n ** BigInt(power), 1n);
  return r.d === 1 ? r : { ...r, decimal: true };
}

export function ratAdd(a: Rat, b: Rat): Rat {
  if (a.exact === undefined && b.exact === undefined) {
    if (a.d === 1 && b.d === 1 && Number.isSafeInteger(a.n + b.n)) return { n: a.n + b.n, d: 1 };
    const [x, y, d] = [a.n * b.d, b.n * a.d, a.d * b.d];
    if (Number.isSafeInteger(x) && Number.isSafeInteger(y) && Number.isSafeInteger(d))
      return asDecimal(rat(x + y, d), a, b);
  }
  if (!isNumber(a) || !isNumber(b)) return { n: ratValue(a) + ratValue(b), d: 1 };
  const [p, q] = [big(a), big(b)];
  return asDecimal(fromBig(p.n * q.d + q.n * p.d, p.d * q.d), a, b);
}

export function ratMul(a: Rat, b: Rat): Rat {
  if (a.exact === undefined && b.exact === undefined) {
    const [n, d] = [a.n * b.n, a.d * b.d];
    if (Number.isSafeInteger(n) && Number.isSafeInteger(d)) return asDecimal(rat(n, d), a, b);
  }
  if (!isNumber(a) || !isNumber(b)) return { n: ratValue(a) * ratValue(b), d: 1 };
  const [p, q] = [big(a), big(b)];
  return asDecimal(fromBig(p.n * q.n, p.d * q.d), a, b);
}

export const ratNeg = (a: Rat): Rat => ({
  ...a,
  n: a.n === 0 ? 0 : -a.n,
  ...(a.exact === undefined ? {} : { exact: { n: -a.exact.n, d: a.exact.d } }),
});
export const ratAbs = (a: Rat): Rat => (a.n < 0 ? ratNeg(a) : a);
export const ratInv = (a: Rat): Rat =>
  asDecimal(a.exact === undefined ? rat(a.d, a.n) : fromBig(a.exact.d, a.exact.n), a);
export const ratEq = (a: Rat, b: Rat): boolean =>
  a.exact === undefined || b.exact === undefined
    ? a.exact === b.exact && a.n === b.n && a.d === b.d
    : a.exact.n === b.exact.n && a.exact.d === b.exact.d;
/** The closest floating-point number. */
export const ratValue = (a: Rat): number => a.n / a.d;
export const isInt = (a: Rat): boolean => a.d === 1 && Number.isInteger(a.n);
/** 1 or -1. */
export const isUnit = (a: Rat): boolean => a.d === 1 && (a.n === 1 || a.n === -1);
export const ratKey = (a: Rat): string =>
  a.exact !== undefined ? `${a.exact.n}/${a.exact.d}` : a.d === 1 ? String(a.n) : `${a.n}/${a.d}`;

/** The whole number whose p-th power this is, if there is one. */
function wholeRoot(x: bigint, p: number): bigint | undefined {
  let r = BigInt(Math.round(Number(x) ** (1 / p)) || 0);
  if (bits(x) > 1000 || r < 0n) return undefined;
  const k = BigInt(p);
  for (let i = 0; i < 60 && r > 0n; i++) {
    const next = ((k - 1n) * r + x / r ** (k - 1n)) / k;
    if (next === r) break;
    r = next;
  }
  for (const c of [r - 1n, r, r + 1n]) if (c >= 0n && c ** k === x) return c;
  return undefined;
}

/** aᵖ where it is exact, else `undefined`. Powers of ten below one are decimals: 10⁻⁶ is written 1e-6. */
export function ratPow(a: Rat, p: Rat): Rat | undefined {
  const r = exactPower(a, p);
  return r !== undefined && a.n === 10 && a.d === 1 && p.n < -1 ? { ...r, decimal: true } : r;
}

function exactPower(a: Rat, p: Rat): Rat | undefined {
  if (!isNumber(a)) return undefined;
  if (isInt(p)) {
    if (a.n === 0 && p.n < 0) return undefined;
    const k = Math.abs(p.n);
    if (a.exact === undefined) {
      const [n, d] = [a.n ** k, a.d ** k];
      if (Number.isSafeInteger(n) && Number.isSafeInteger(d)) return asDecimal(p.n < 0 ? rat(d, n) : rat(n, d), a);
    }
    const { n, d } = big(a);
    if (k * Math.max(bits(n), bits(d)) > MOST_BITS) return undefined;
    const r = asDecimal(fromBig(n ** BigInt(k), d ** BigInt(k)), a);
    return p.n < 0 ? ratInv(r) : r;
  }
  if (a.n < 0 || p.exact !== undefined || p.d > 64) return undefined;
  const { n, d } = big(a);
  const [over, under] = [wholeRoot(n, p.d), wholeRoot(d, p.d)];
  if (over === undefined || under === undefined) return undefined;
  return ratPow(asDecimal(fromBig(over, under), a), rat(p.n));
}

/** Greatest common divisor of two rationals: the largest r with both a/r and b/r whole. */
export function ratGcd(a: Rat, b: Rat): Rat {
  if (!isNumber(a) || !isNumber(b)) return ONE;
  const [x, y] = [a.n * b.d, b.n * a.d];
  if (a.exact === undefined && b.exact === undefined && Number.isSafeInteger(x) && Number.isSafeInteger(y))
    return asDecimal(rat(gcd(x, y), a.d * b.d), a, b);
  const [p, q] = [big(a), big(b)];
  return asDecimal(fromBig(bigGcd(p.n * q.d, q.n * p.d), p.d * q.d), a, b);
}

/** The number as a decimal that says exactly this, where there is one of so many digits or fewer. */
export function shortDecimal(a: Rat, digits: number): number | undefined {
  const x = Math.abs(ratValue(a));
  const shown = /^(\d+)(?:\.(\d+))?(?:e[+-]\d+)?$/.exec(String(x));
  if (shown === null || (shown[1]! + (shown[2] ?? "")).replace(/^0+/, "").length > digits) return undefined;
  return ratEq(ratOf(x), ratAbs(a)) ? x : undefined;
}
