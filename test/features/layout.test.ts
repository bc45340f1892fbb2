import assert from "node:assert/strict";
import { derivativeOf } from "../../server/features/derivatives";
import { deriveBelow } from "../../server/features/derive";
import { insertSteps, stepsView } from "../../server/features/steps";
import { targetAt } from "../../server/features/target";
import { noTurn } from "../../server/features/turn";
import { checkDocument } from "../../server/checking";
import { readMcalc } from "../../server/documents/mcalc";
import { printText } from "../../server/language/print";
import { shapeText } from "../../server/core/shape";
import { marked, snapshotOf } from "./kit";

const GIVEN = "A : R^(n×n)\nX : R^(n×d)\ny : R^n\nw : R^d\nx : R^n\nc : R\n";
const NUMERATOR = { layout: "numerator" } as const;

const at = (fixture: string) => {
  const { text, selection } = marked(GIVEN + fixture);
  const snapshot = snapshotOf(text, NUMERATOR);
  const target = targetAt(snapshot, selection);
  assert.ok(target !== undefined);
  return { text, snapshot, target };
};

describe("numerator layout", () => {
  // The derivative of a scalar is turned; of a vector or a matrix, and by a scalar, it is what it is.
  const cases: readonly (readonly [fixture: string, wrt: string, derivative: string, shape: string])[] = [
    ["f = norm2(X*w - y)^2$0", "w", "2*(X*w - y)'*X", "1×d"],
    ["f = x'*A*x$0", "x", "x'*(A + A')", "1×n"],
    ["f = y'*X*w$0", "X", "w*y'", "d×n"],
    ["v = X*w$0", "w", "X", "n×d"],
    ["v = c*y$0", "c", "y", "n×1"],
    ["f = c^2$0", "c", "2*c", "scalar"],
  ];
  for (const [fixture, wrt, derivative, shape] of cases)
    it(`${fixture.replace("$0", "")} by ${wrt} is ${derivative}, ${shape}`, async () => {
      const { snapshot, target } = at(fixture);
      const result = await derivativeOf(target.formula, target.expr, [wrt], snapshot.settings, noTurn);
      assert.ok(result.ok);
      assert.deepEqual([printText(result.expr), shapeText(result.shape)], [derivative, shape]);
    });

  it("the Hessian is the same in both", async () => {
    const { snapshot, target } = at("f = x'*A*x$0");
    const result = await deriveBelow(snapshot, target, "x", 2, noTurn);
    assert.ok(result.ok && result.statement.endsWith("== A + A'"));
  });

  it("what is inserted holds in it: the derivative, and its derivation", async () => {
    const { text, snapshot, target } = at("f = norm2(X*w - y)^2$0");
    for (const work of [deriveBelow(snapshot, target, "w", 1, noTurn), insertSteps(snapshot, target, "w", noTurn)]) {
      const result = await work;
      assert.ok(result.ok);
      const { offset, text: inserted } = result.insertion!;
      const document = readMcalc("file:///a.mcalc", 1, text.slice(0, offset) + inserted + text.slice(offset));
      const { claims, problems } = checkDocument(document, NUMERATOR);
      assert.deepEqual(problems.filter((p) => p.code !== "unused"), []); // prettier-ignore
      assert.equal(claims.length, 1);
      assert.match(claims[0]!.status, /proved|verified/);
    }
  });

  it("a derivation reads off a row", async () => {
    const { snapshot, target } = at("f = norm2(X*w - y)^2$0");
    const view = await stepsView(snapshot, target, "w", {}, noTurn);
    assert.ok(view.ok);
    assert.deepEqual(
      view.lines.slice(-2).map((l) => `${l.left} = ${l.right}  ${l.why}`.trim()),
      ["∂f/∂w = 2rᵀX  read off df = D dw", "= 2(Xw − y)ᵀX  the names written out"],
    );
  });
});
