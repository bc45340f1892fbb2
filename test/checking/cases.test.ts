import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

function said(note: string): { statuses: readonly string[]; messages: readonly string[] } {
  const { claims, problems } = checkDocument(readMarkdown("note.md", 0, note));
  return { statuses: claims.map((c) => c.status), messages: problems.map((p) => p.message) };
}

const display = (formula: string, before = ""): string => `${before}\n\n$$\n${formula}\n$$\n`;
const SOFTMAX = String.raw`With $p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$ we have`;
const holds = { statuses: ["verified"], messages: [] };

describe("derivatives by cases", () => {
  it("holds in each case: softmax, an absolute value, a leaky rectifier", () => {
    assert.deepEqual(
      said(display(String.raw`\frac{\partial p_i}{\partial z_j} = \begin{cases} p_i(1-p_i) & \text{if } i = j \\ -p_ip_j & \text{if } i \neq j \end{cases}`, SOFTMAX)), // prettier-ignore
      holds,
    );
    assert.deepEqual(
      said(display(String.raw`\frac{\partial |w|}{\partial w} = \begin{cases} 1 & w > 0 \\ -1 & w < 0 \end{cases}`)),
      holds,
    );
    const leaky = String.raw`Let $g(x) = \begin{cases} x & x > 0 \\ ax & x \le 0 \end{cases}$. Then`;
    assert.deepEqual(
      said(display(String.raw`g'(x) = \begin{cases} 1 & \text{if } x > 0 \\ a & \text{otherwise} \end{cases}`, leaky)),
      holds,
    );
  });

  it("names the case that is wrong, in the letters of the author", () => {
    const { statuses, messages } = said(
      display(String.raw`\frac{\partial p_i}{\partial z_j} = \begin{cases} p_i(1-p_i) & i = j \\ p_ip_j & i \neq j \end{cases}`, SOFTMAX), // prettier-ignore
    );
    assert.deepEqual(statuses, ["wrong"]);
    assert.match(messages[0]!, /cases\(p_i\*\(1 - p_i\), ⟨i=j⟩, -p_i\*p_j, ⟨i\\neqj⟩\) \(the sign is wrong\)/);
  });

  it("says nothing of cases that fail without a slip", () => {
    const { statuses } = said(
      display(String.raw`\frac{\partial |w|}{\partial w} = \begin{cases} 1 & w > 0 \\ 1 & w < 0 \end{cases}`),
    );
    assert.deepEqual(statuses, ["unknown"]);
  });
});
