import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { SharedWork, type Steps } from "../../server/core/steps";

describe("work that several wait for", () => {
  it("is done once, whoever takes it further", () => {
    let done = 0;
    const work = new SharedWork(
      (function* (): Steps<number> {
        done++;
        yield;
        return done;
      })(),
    );
    work.advance();
    assert.equal(work.result, undefined);
    work.advance();
    work.advance();
    assert.deepEqual(work.result, { value: 1 });
  });

  it("goes on failing once it has failed", () => {
    const work = new SharedWork(
      // eslint-disable-next-line require-yield
      (function* (): Steps<number> {
        throw new Error("no");
      })(),
    );
    for (let asked = 0; asked < 2; asked++) assert.throws(() => work.advance(), /no/);
    assert.equal(work.result, undefined);
  });
});
