/**
 * A look-up table whose keys may come from a document: it has its own entries and nothing else, so that a variable
 * called `constructor` or `__proto__` is not found in it. Lint asks for it wherever a `Record<string, …>` is written down.
 */
export const tableOf = <T>(entries: Readonly<Record<string, T>>): Record<string, T> =>
  Object.assign(Object.create(null) as Record<string, T>, entries);
