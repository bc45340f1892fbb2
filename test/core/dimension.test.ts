import assert from "node:assert/strict";
import {
  type Dim,
  dimAdd,
  dimMul,
  dimName,
  dimNames,
  dimNumber,
  dimSome,
  dimSubstitute,
} from "../../server/core/dimension";

const [m, n, two] = [dimName("m"), dimName("n"), dimNumber(2)];
const SIZES: readonly Dim[] = [m, two, dimMul(m, n), dimMul(n, n), dimAdd(dimMul(two, m), dimNumber(1)), dimAdd(m, n)];

describe("names in a dimension", () => {
  it("are those that are found one by one", () => {
    for (const d of SIZES)
      for (const name of ["m", "n", "k"])
        assert.equal(
          dimSome(d, (x) => x === name),
          dimNames(d).includes(name),
          d.key,
        );
  });

  it("are replaced, also where the dimension is nothing but a name", () => {
    const by = new Map([["m", dimAdd(n, dimNumber(1))]]);
    assert.deepEqual(
      SIZES.map((d) => dimSubstitute(d, by).key),
      ["n+1", "2", "n+n^2", "n^2", "2*n+3", "2*n+1"],
    );
    assert.equal(dimSubstitute(n, by), n);
  });
});
