import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { hover } from "../../server/features/hover";
import { noTurn } from "../../server/features/turn";
import { marked, snapshotOf } from "./kit";

/** A hover as plain lines. */
async function said(fixture: string, settings = {}): Promise<string[]> {
  const { text, offset, selection } = marked(fixture);
  const found = await hover(
    snapshotOf(text, settings),
    offset,
    selection.end > selection.start ? selection : undefined,
    noTurn,
  );
  if (found === undefined) return [];
  return [
    ...(found.claim === undefined ? [] : [`${found.claim.mark} ${found.claim.text}`.trim()]),
    ...(found.subject === undefined ? [] : [`${found.subject.title}: ${found.subject.text}`]),
    ...(found.expression === undefined ? [] : [`${found.expression.text}: ${found.expression.shape}`]),
    ...found.rows.map((r) => `${r.left} = ${r.right} (${r.shape}${r.verified ? ", verified" : ""})`),
    ...found.folded.map((f) => `and ${f.label}`),
    ...found.notes,
    ...(found.refusal === undefined ? [] : [found.refusal]),
  ];
}

const GIVEN = "A : R^(n×n)\nX : R^(n×d)\ny : R^n\nw : R^d\nx : R^n\nS : R^(n×n) posdef\n";

describe("hover", () => {
  const cases: [fixture: string, lines: string[]][] = [
    ["x'$0*A*x", ["xᵀA: row of length n", "xᵀAx: scalar", "∂(xᵀAx)/∂x = (A + Aᵀ)x (n×1, verified)", "∂(xᵀAx)/∂A = xxᵀ (n×n, verified)"]],
    ["loss = norm2(X*w - y)$0^2", ["‖Xw − y‖²: scalar", "∂loss/∂w = 2Xᵀ(Xw − y) (d×1, verified)", "∂loss/∂X = 2(Xw − y)wᵀ (n×d, verified)", "and y"]],
    ["loss = norm2(«X*w» - y)^2", ["X: matrix n×d, declared in line 2", "Xw: n×1", "∂(Xw)/∂w = X (n×d, verified)", "∂(Xw)/∂X = wᵀ ⊗ Iₙ (n×dn, verified)"]],
    ["f = logdet($0S)", ["S: matrix n×n, positive definite, declared in line 6", "log det(S): scalar", "∂f/∂S = S⁻¹ (n×n, verified)"]],
    ["f = log$0det(S)", ["logdet(n×n) → scalar: the logarithm of the (absolute) determinant", "log det(S): scalar", "∂f/∂S = S⁻¹ (n×n, verified)"]],
    ["v : R^$0k", []],
    ["# noth$0ing", []],
  ]; // prettier-ignore
  for (const [fixture, lines] of cases)
    it(fixture, async () => {
      assert.deepEqual((await said(GIVEN + fixture)).slice(0, lines.length || undefined), lines);
    });

  it("on a claim, what the checker says and what the derivative is", async () => {
    const lines = await said(`${GIVEN}d(x'*A*x)/d$0(x) == A*x`);
    assert.match(lines[0]!, /^✗ wrong/);
    assert.ok(
      lines.some((l) => l.endsWith("= (A + Aᵀ)x (n×1, verified)")),
      lines.join("\n"),
    );
  });

  it("with the numerator layout a gradient is a row", async () => {
    const lines = await said(`${GIVEN}y'*x$0`, { layout: "numerator" });
    assert.ok(lines.includes("∂(yᵀx)/∂x = yᵀ (1×n, verified)"), lines.join("\n"));
  });
});
