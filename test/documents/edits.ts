import fc from "fast-check";

/** What a note is made of: every kind of block that something before or behind it can swallow, open or close. */
export const BLOCKS: readonly string[] = [
  "$x \\in \\mathbb{R}^n$", "Let $A$ be an $m \\times n$ matrix.", "$f(x) = x^TAx$", "$$\\nabla f(x) = (A + A^T)x$$", "$dy = x^TAdx$", "$= x^TA dx$",
  "# A", "## Example", "$A = A^T$", "$y = Ax$", "$\\mathbf{x}^T A \\mathbf{x}$", "$x = \\begin{bmatrix}x_1\\\\x_2\\end{bmatrix}$", "$x_1 + x_2$",
  "$\\frac{d}{dX}tr(AX) = A^T$", "$dy = tr(AdX)$",
  "    indented $x$", "\tindented $x$ by a tab", "- a list: $B$ is $m \\times n$", "1. $z = Bx$\n\n   $$\n   w = B^Tz\n   $$", "- a\n\n    $$ u = v $$\n- b $c$",
  "> quoted $q$\n> $$\n> q + r\n> $$", "```math\nx^Tx\n```", "```mcalc\nz : R^n\nf=e*f\ng = z'*z\n```", "~~~mcalc\nh = tr(A)\n~~~", "```py\na = '$x$'\n```",
  ":::{math}\na = b\n:::", "\\[\nx^TAx\n\\]", "so \\(y = 2x\\) then", "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}",
  "<!-- $x$ -->", "<pre>\n$A$", "</pre>", "<div>\n\n$D$\n\n</div>", "<script>\nlet $a$ = 1;\n</script>", "$$\nA x", "costs $5", "```", "~~~", ":::", "<!--", "-->",
  "## Notation", "### Exercise 1", "Title\n---", "Title\n===", "[link]: https://a.example/$x$ 'a $y$'", "[a $l$ link][link] and `code $c$`", "``\\alpha + \\beta``", "{math}`a_1`",
  "|a|b|\n|-|-|\n|$x$|$A$|\n|$x$|$B$|", "{{< math >}}\ns = t\n{{< /math >}}", "{% math %}s{% endmath %}", "$\\newcommand{\\v}{\\mathbf{v}}$", "$\\v^T\\v$", "where $A$ is symmetric, $c > 0$.",
  "If $x$ is a vector, $A$ is $n\\times n$.", "a line that ends in \\", " }", "- a\n\n }", "  \n", "***", "---", "+++", "![p](a.png)", "text\u2028text $s$",
]; // prettier-ignore

/** What is typed, pasted or deleted: the characters at which blocks begin and end, and some that mean nothing. */
const INSERTS: readonly string[] = [
  "\n\n", "\n", "\r\n", "\r\n\r\n", "$", "$$", "x", "`", "``", "```", "```\n", "```mcalc\n", "~~~\n", "\\", "\\\\", "\\[", "\\]", "\\(", "\\)", " ", "    ", "\t", "  \n    $$ x^T A $$", "}", "{", "#", "# ", "> ", "- ", "1. ",
  "-->", "<!--", "<pre>", "</pre>", "<div>", "</div>", "---\n", "---", "+++\n", "===", "|", "[", "]", "]: ", ":::", "\\begin{align}", "\\end{align}", "{{<", "{%", "*", "_", "&", "<", ">", "=", "5", "\\newcommand{\\v}{x}", "\u2028", "\uFEFF",
]; // prettier-ignore

/** One change of a text: what stands at `at` (of any size, taken round) and is `length` long is replaced. */
export interface Edit {
  /** In the whole text, or in the first characters of its lines: there most is decided. */
  readonly at: number;
  readonly inLines: boolean;
  readonly length: number;
  readonly insert: string;
}

const joined = fc.array(
  fc.tuple(fc.constantFrom(...BLOCKS), fc.constantFrom("\n\n", "\n\n", "\n\n", "\n", "\n    \n", "\n\n\n", "\r\n\r\n", "\n\n  ", "\n\n    ", "\n> ")), // prettier-ignore
  { minLength: 1, maxLength: 12 },
);

export const notes: fc.Arbitrary<string> = joined.map((parts) => parts.flat().slice(0, -1).join(""));

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.nat(),
    inLines: fc.boolean(),
    length: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(4) }, { weight: 2, arbitrary: fc.nat(40) }), // prettier-ignore
    insert: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...INSERTS) },
      { weight: 2, arbitrary: fc.constantFrom(...BLOCKS) },
      { weight: 2, arbitrary: fc.constant("") },
      { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
    ),
  }),
  { minLength: 1, maxLength: 6 },
);

/** The text after an edit. */
export function changed(text: string, { at, inLines, length, insert }: Edit): string {
  const places = inLines ? [0, ...[...text.matchAll(/\n/g)].flatMap((m) => [m.index, m.index + 1, m.index + 2])] : [];
  const start = inLines ? Math.min(places[at % places.length]!, text.length) : at % (text.length + 1);
  return text.slice(0, start) + insert + text.slice(start + length);
}
