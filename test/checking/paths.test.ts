import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";
import { printText } from "../../server/language/print";

function checked(display: string, words = ""): { last: string | undefined; messages: string[] } {
  const text = `${words} By the chain rule,\n\n$$${display}$$\n`;
  const { claims, problems } = checkDocument(readMarkdown("file:///note.md", 1, text), { print: (e) => printText(e) });
  return { last: claims.at(-1)?.status, messages: problems.map((p) => p.message) };
}

const d = (of: string, by: string): string => `\\frac{\\partial ${of}}{\\partial ${by}}`;

describe("chain rules through all members of what lies between", () => {
  const right: readonly string[] = [
    `${d("y_i", "x_j")} = \\sum_{k=1}^{m} ${d("y_i", "u_k")} ${d("u_k", "x_j")}`,
    `${d("y_i", "x_j")} = \\sum_{k} ${d("u_k", "x_j")} ${d("y_i", "u_k")}`,
    // Members counted above, layers above the members.
    `${d("J", "w")} = \\sum_{i=1}^{m} ${d("J", "\\hat{y}^{(i)}")} \\cdot ${d("\\hat{y}^{(i)}", "z^{(i)}")} \\cdot ${d("z^{(i)}", "w")}`,
    `${d("J", "z_i^{(l)}")} = \\sum_{j=1}^{m^{(l+1)}} ${d("J", "z_j^{(l+1)}")} ${d("z_j^{(l+1)}", "z_i^{(l)}")}`,
    `${d("\\mathcal L", "W^{[\\ell]}_{i,j}")} = \\sum_{k=1}^{n^{[\\ell]}} ${d("z_k^{[\\ell]}", "W^{[\\ell]}_{i,j}")} ${d("\\mathcal L", "z_k^{[\\ell]}")}`, // prettier-ignore
    // A sum in the middle of a chain.
    `${d("E", "w_{ij}")} = \\left( \\sum_k ${d("E", "x_k")} \\cdot ${d("x_k", "y_j")} \\right) \\cdot ${d("y_j", "x_j")} \\cdot ${d("x_j", "w_{ij}")}`, // prettier-ignore
  ];
  for (const display of right)
    it(display, () => assert.deepEqual(checked(display), { last: "verified", messages: [] }));

  it("a sum over a letter that does not stand in it has one label wrong", () => {
    const { last, messages } = checked(`${d("E", "x_i")} = \\sum_{j=1}^n ${d("E", "y_i")} ${d("y_i", "x_i")}`);
    assert.equal(last, "wrong");
    assert.match(messages.join(), /y_i should be y_j/);
  });

  it("a label that leads nowhere is wrong", () => {
    const { last, messages } = checked(`${d("a_i", "b_j")} = \\sum_k ${d("a_i", "c_k")} ${d("c_i", "b_j")}`);
    assert.equal(last, "wrong");
    assert.match(messages.join(), /c_i should be c_k/);
  });

  const open: Readonly<Record<string, string>> = {
    // Which i is meant?
    "a letter that is summed over and stands outside": `${d("L", "w_{ij}")} = \\sum_i ${d("L", "z_i")} ${d("z_i", "w_{ij}")}`,
    "the sum of what is differentiated": `${d("L", "w")} = \\sum_k ${d("L_k", "y_k")} ${d("y_k", "w")}`,
    "a sum over samples without their letter": `${d("E", "w_i")} = \\sum_n ${d("E", "y_i")} ${d("y_i", "w_i")}`,
    "a sum over members that are worked out": `${d("L", "b")} = \\sum_{i=1}^{h+k-1} \\sum_{j=1}^{w} ${d("L", "Y_{ij}")} ${d("Y_{ij}", "b")}`, // prettier-ignore
    "another factor": `${d("L", "w")} = \\sum_k 2 ${d("L", "y_k")} ${d("y_k", "w")}`,
  };
  for (const [what, display] of Object.entries(open))
    it(`${what} is left open`, () => {
      const { last, messages } = checked(display);
      assert.deepEqual([last ?? "unknown", messages], ["unknown", []]);
    });

  it("a sum up to another size than the note says is not confirmed", () => {
    const upTo = (n: string): string => `${d("L", "w")} = \\sum_{i=1}^{${n}} ${d("L", "Y_i")} ${d("Y_i", "w")}`;
    const words = "For $Y \\in \\mathbb{R}^{m}$.";
    assert.equal(checked(upTo("m"), words).last, "verified");
    assert.notEqual(checked(upTo("n"), words).last, "verified");
  });

  it("where the note says that a change comes by on another way, it is not all", () => {
    const display = `${d("L", "w")} = \\sum_{k} ${d("L", "h_k")} ${d("h_k", "w")}`;
    assert.equal(checked(display, "Let $L = \\sum_k h_k^2$ with $h_k = w x_k$.").last, "verified");
    assert.notEqual(checked(display, "Let $L = \\sum_k h_k^2 + w^2$ with $h_k = w x_k$.").last, "verified");
  });
});
