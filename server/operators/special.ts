/** Special functions of a number, to double precision. */

/** Error function by its series and, beyond 3, the continued fraction of its complement (Abramowitz and Stegun 7.1.5, 7.1.14). */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 3) {
    let term = a;
    let out = a;
    for (let k = 1; k < 80; k++) {
      term *= (-a * a) / k;
      out += term / (2 * k + 1);
    }
    return (Math.sign(x) * out * 2) / Math.sqrt(Math.PI);
  }
  return Math.sign(x) * (1 - erfcOfPositive(a));
}

/** 1 - erf(x) for x > 0, without cancellation. */
function erfcOfPositive(x: number): number {
  if (x < 3) return 1 - erf(x);
  let f = 0;
  for (let k = 60; k > 0; k--) f = k / 2 / (x + f);
  return Math.exp(-x * x) / (x + f) / Math.sqrt(Math.PI);
}

/** The distribution function of the standard normal distribution. */
export function normalDistribution(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  return x < 0 ? erfcOfPositive(z) / 2 : 1 - erfcOfPositive(z) / 2;
}

/** Coefficients of Stirling's series, B(2k)/(2k(2k-1)) (Abramowitz and Stegun 6.1.41). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/** log |Γ(x)|: Stirling's series above 10, the recurrence below, and the reflection for negative numbers. */
export function logGamma(x: number): number {
  if (x <= 0) {
    if (Number.isInteger(x)) return Infinity;
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  }
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += Math.log(z);
  const series = STIRLING.reduce((sum, c, k) => sum + c / z ** (2 * k + 1), 0);
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}

/** The derivative of log Γ (Abramowitz and Stegun 6.3.18). */
export function digamma(x: number): number {
  if (x <= 0) return Number.isInteger(x) ? NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += 1 / z;
  const series = STIRLING.reduce((sum, c, k) => sum + (c * (2 * k + 1)) / z ** (2 * k + 2), 0);
  return Math.log(z) - 1 / (2 * z) - series - shift;
}
