import assert from "node:assert/strict";
import { checkDocument, VerdictCache } from "../../server/checking";
import type { Fix } from "../../server/core/problem";
import { readMcalc } from "../../server/documents/mcalc";

const RIDGE = [
  "X : R^(n×d)",
  "y : R^n",
  "w : R^d",
  "c : R positive",
  "loss = norm2(X*w - y)^2 + c*w'*w",
  "d(loss)/d(w) == 2*X'*(X*w - y) + 2*c*w",
  "hess(loss, w) == 2*X'*X + 2*c*eye(d)",
].join("\n");

const check = (text: string) => checkDocument(readMcalc("file:///a.mcalc", 1, text));
const apply = (text: string, fix: Fix): string =>
  [...fix.edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((t, e) => t.slice(0, e.span.start) + e.text + t.slice(e.span.end), text);

describe("checking a .mcalc document", () => {
  it("says nothing where all claims hold", () => {
    const { problems, claims } = check(RIDGE);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      claims.map((c) => [c.kind, c.status === "proved" || c.status === "verified"]),
      [
        ["derivative", true],
        ["derivative", true],
      ],
    );
    assert.equal(claims[1]!.text, "hess(loss, w) == 2*X'*X + 2*c*eye(d)");
  });

  it("underlines the side that is wrong, and repairs it", () => {
    const text = RIDGE.replace("2*X'*(X*w - y) + 2*c*w", "X'*(X*w - y) + 2*c*w");
    const [problem, ...others] = check(text).problems;
    assert.deepEqual(others, []);
    assert.equal(problem!.code, "wrong-derivative");
    assert.equal(problem!.severity, "error");
    assert.equal(text.slice(problem!.span.start, problem!.span.end), "X'*(X*w - y) + 2*c*w");
    assert.match(problem!.message, /should stand there twice/);
    const repaired = apply(text, problem!.fixes![0]!);
    assert.deepEqual(check(repaired).problems, []);
  });

  it("names the function whose derivative cannot be taken", () => {
    const text = "x : R^n\nA : R^(n×n)\nf = expm(A)*x\nd(f)/d(A)\nd(tr(expm(A)))/d(A)\nd(logm(A))/d(A)";
    const { problems } = check(text);
    assert.deepEqual(
      problems.map((p) => [p.code, text.slice(p.span.start, p.span.end)]),
      [
        ["unsupported", "d(f)/d(A)"],
        ["unsupported", "d(logm(A))/d(A)"],
      ],
    );
    assert.match(problems[0]!.message, /^The derivative of expm/);
  });

  it("asks for the property that is missing, and declares it", () => {
    const text = "A : R^(n×n)\nx : R^n\nd(x'*A*x)/d(x) == 2*A*x";
    const { problems, claims } = check(text);
    assert.deepEqual(
      problems.map((p) => [p.code, p.severity]),
      [["needs-assumption", "warning"]],
    );
    assert.equal(claims[0]!.status, "conditional");
    assert.equal(claims[0]!.note, "holds only if A is symmetric");
    for (const fix of problems[0]!.fixes!) assert.deepEqual(check(apply(text, fix)).problems, [], fix.title);
    assert.match(apply(text, problems[0]!.fixes![0]!), /^A : R\^\(n×n\) symmetric\n/);
  });

  it("calls an equation without derivatives a false claim", () => {
    const { problems } = check("A, B : R^(n×n)\ntr(A*B) == tr(A)*tr(B)");
    assert.deepEqual(
      problems.map((p) => p.code),
      ["false-claim"],
    );
  });

  it("does not judge what it cannot read", () => {
    const { claims } = check("x : R^n\nd(x'*nothing)/d(x) == x");
    assert.deepEqual(
      claims.map((c) => c.status),
      ["unknown"],
    );
  });

  it("in numerator layout expects rows", () => {
    const text = "x, b : R^n\nd(b'*x)/d(x) == b'";
    const read = readMcalc("file:///a.mcalc", 1, text);
    assert.deepEqual(checkDocument(read, { layout: "numerator" }).problems, []);
    assert.deepEqual(
      checkDocument(read).problems.map((p) => p.code),
      ["wrong-derivative"],
    );
  });

  it("judges again only what an edit touches", () => {
    const cache = new VerdictCache();
    let judged = 0;
    const counting = {
      get: (k: string) => cache.get(k),
      set: (k: string, v: never) => (judged++, cache.set(k, v)),
    } as unknown as VerdictCache;
    checkDocument(readMcalc("file:///a.mcalc", 1, RIDGE), { cache: counting });
    assert.equal(judged, 2);
    const edited = RIDGE.replace("2*X'*X + 2*c*eye(d)", "2*X'*X + c*eye(d)*2");
    checkDocument(readMcalc("file:///a.mcalc", 2, edited), { cache: counting });
    assert.equal(judged, 3);
  });
});
