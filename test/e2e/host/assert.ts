/** What the suite needs of `node:assert`, for a host that is not Node. */
class AssertionError extends Error {
  override name = "AssertionError";
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export function ok(value: unknown, message = "expected a truthy value"): asserts value {
  if (!value) throw new AssertionError(message);
}
export function equal(actual: unknown, expected: unknown, message?: string): void {
  if (actual !== expected)
    throw new AssertionError(
      `${message ?? "not equal"}\n  got      ${JSON.stringify(actual)}\n  expected ${JSON.stringify(expected)}`,
    );
}
export function deepEqual(actual: unknown, expected: unknown, message?: string): void {
  if (!same(actual, expected))
    throw new AssertionError(
      `${message ?? "not equal"}\n  got      ${JSON.stringify(actual)}\n  expected ${JSON.stringify(expected)}`,
    );
}
export function match(actual: string, pattern: RegExp, message?: string): void {
  if (!pattern.test(actual))
    throw new AssertionError(`${message ?? "no match"}\n  got ${JSON.stringify(actual)}\n  for ${pattern}`);
}

export default { ok, equal, deepEqual, match };
