import fc from "fast-check";

/** Rows of token kinds of which one or two are left out or changed into some of others. */
export const damaged = (row: fc.Arbitrary<string>, others: string): fc.Arbitrary<string> =>
  fc
    .tuple(row, fc.array(fc.tuple(fc.nat(), fc.constantFrom("", ...others)), { minLength: 1, maxLength: 2 }))
    .map(([kinds, changes]) => {
      let out = kinds;
      for (const [where, kind] of changes) {
        const at = where % out.length || 0;
        out = out.slice(0, at) + kind + out.slice(at + 1);
      }
      return out;
    });
