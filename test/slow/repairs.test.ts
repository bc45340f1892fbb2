import { damagedDocument } from "../support/damagedDocuments";
import { assertRepairsHold } from "../support/repairs";
import { Choices } from "./generators";

/** Repairs that are made in damaged documents: 1,000 by default; `MCALC_REPAIRS=10000` for the whole. */
const REPAIRS = Number(process.env["MCALC_REPAIRS"] ?? 1_000);

describe("repairs in damaged documents", function () {
  this.timeout(0);
  it(`${REPAIRS} of them make no new problem`, () => {
    let count = 0;
    for (let seed = 10_000; count < REPAIRS; seed++) {
      const text = damagedDocument(new Choices(seed));
      try {
        count += assertRepairsHold(text);
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }
  });
});
