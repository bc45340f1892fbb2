import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { findRegions } from "../../server/documents/markdownMath";

/** How formulas are marked in notes of several systems, and what stands in them. */
const FORMS: readonly (readonly [string, string, readonly string[]])[] = [
  ["a role of MyST", "We have {math}`x^2` and `code`.", ["x^2"]],
  ["a directive of MyST, fenced", "```{math}\n:label: first\n\nx^2\n```\n", ["x^2"]],
  ["a directive of MyST with colons", ":::{math}\n:label: first\nx^2\n:::\n\ntext $y$", ["x^2", "y"]],
  ["two backquotes around LaTeX", "Let ``A \\in \\mathbb{R}^n`` and ``code`` be given.", ["A \\in \\mathbb{R}^n"]],
  ["a shortcode of Hugo", "{{< math >}}\nx^2\n{{< /math >}} and {{% katex %}}y^2{{% /katex %}}", ["x^2", "y^2"]],
  ["dollars inside a shortcode", "{{< math >}}\n$$x^2$$\n{{< /math >}}", ["x^2"]],
  ["tags of GitBook", "{% math %}\nx^2\n{% endmath %} {% hint %}", ["x^2"]],
  ["braces that open nothing", "{{< math >}} x and {% math %} y, $z$", ["z"]],
];

describe("forms of mathematics in Markdown", () => {
  for (const [name, text, expected] of FORMS)
    it(name, () =>
      assert.deepEqual(
        findRegions(text).flatMap((r) => (r.kind === "math" ? [text.slice(r.inner.start, r.inner.end).trim()] : [])),
        expected,
      ),
    );
});
