import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { judge } from "../../server/checking/judge";
import { readMarkdown } from "../../server/documents/markdown";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "./scope";

const scope = scopeOf(
  "A, B, W : R^(n×n)",
  "X : R^(m×n)",
  "x, b, u : R^n",
  "y : R^m",
  "a_0, a_1, a_2, a_3, s, t : R",
  "lam : R",
  "p(t) = a_0 + a_1*t + a_2*t^2 + a_3*t^3",
  "J = norm2(X*x - y)^2/2 + lam/2*norm2(x)^2",
  "E = x'*A*x/2 - b'*x",
);

/** Claims, the slip that is found in them, and what is said about it. */
const SLIPS: readonly (readonly [claim: string, slip: string, note: RegExp])[] = [
  // Numbers in front of terms.
  ["d(p(t))/d(t) == a_1 + a_2*t + a_3*t^2", "number", /2 in front of a_2\*t and 3 in front of a_3\*t\^2/],
  ["d(p(t))/d(t) == a_1 + 2*a_2*t + 2*a_3*t^2", "number", /./],
  ["d(t^3 + s*t^2)/d(t) == t^2 + s*t", "number", /3 in front of t\^2 and 2 in front of s\*t/],
  ["d(E)/d(x) == (A + A')*x - b", "number", /1\/2 is missing in front of \(A \+ A'\)\*x/],
  ["d(x'*A*x + x'*x)/d(x) == (A + A')*x + x", "number", /x should stand there twice/],
  // Numbers in matrices.
  ["[1, 2; 3, 4]*[5; 6] == [17; 38]", "number", /38 should be 39/],
  ["[2, 0; 1, 3]*[1, 1; 0, 2] == [2, 2; 1, 9]", "number", /9 should be 7/],
  ["[1, 2; 3, 4]*[2; 1] == [3; 7]", "number", /2 should be 1/],
  ["[0, 1; 1, 0]*[a_0; a_1] == [a_1; 3*a_0]", "number", /./],
  ["inv([2, 0; 0, 4]) == [0.5, 0; 0, 0.2]", "number", /0.2 should be 0.25/],
  // A mark: a square, a prime, a d.
  ["d(t*exp(-t^2))/d(t) == (1 - 2*t)*exp(-t^2)", "mark", /t should be t\^2/],
  ["d(log(1 + t^2))/d(t) == 2*t/(1 + t)", "mark", /t should be t\^2/],
  ["d(s/t)/d(t) == -s/t", "mark", /t should be t\^2/],
  ["tr(A*d(B)*W) == tr(W*A*B)", "mark", /B should be dB/],
  ["d(f(t^2))/d(t) == 2*t*f(t^2)", "mark", /f\(t\^2\) should be f'\(t\^2\)/],
  ["d(f(t)*s)/d(t) == s*f(t)", "mark", /should be f'\(t\)/],
  // Another name; a factor lost or too much.
  ["d(x'*A*x + b'*x)/d(x) == (A + A')*x + u", "name", /u should be b/],
  ["tr(A*B*W) == tr(W*A*A)", "name", /A should be B/],
  ["d(J)/d(x) == X'*(X*x - y) + lam*b", "name", /b should be x/],
  ["d(tr(A*W*W'))/d(W) == (A + A')*W*B", "extra", /factor B should not be there/],
  ["x'*A*B*x == x'*A*x", "lost", /the factor B is missing/],
  ["(A + B)'*(A + B) == A'*A + A'*B + A + B'*B", "lost", /the factor B' is missing/],
  // Signs of brackets and of functions without a definition.
  ["x - (b - u) == x - b - u", "sign", /sign of u should be plus/],
  ["d(f(t)*g(t))/d(t) == f'(t)*g(t) - f(t)*g'(t)", "sign", /should be plus/],
  ["d(f(-t))/d(t) == f'(-t)", "opposite", /./],
];

describe("the slip of the pen is found", () => {
  for (const [claim, slip, note] of SLIPS)
    it(claim, () => {
      const [left, right] = claim.split("==").map((s) => expr(s.trim()));
      const v = judge(left!, right!, scope, { print: printText });
      assert.equal(v.status, "wrong", JSON.stringify(v));
      assert.equal(v.slip, slip, JSON.stringify(v));
      assert.match(v.note ?? "", note);
    });
});

const told = (text: string): readonly string[] =>
  checkDocument(readMarkdown("file:///note.md", 1, text))
    .problems.filter((p) => p.severity === "warning" || p.severity === "error")
    .map((p) => p.message);

/** Plain equations that one slip keeps from being identities. */
const NEAR: readonly (readonly [text: string, says: RegExp])[] = [
  ["We have $$\\|a+b\\|^2 = \\|a\\|^2 + 2a^Tb - \\|b\\|^2$$", /should be plus/],
  ["$$\\frac12\\|q-k\\|^2 = q^Tk - \\frac12\\|k\\|^2 - \\frac12\\|q\\|^2$$", /the sign is wrong/],
  ["Note that $(AB)^T(AB) = BA^TAB$.", /B should be transposed/],
  ["Note that $(MN)^T(MN) = N^TMM^TN$.", /should be swapped/],
  ["$$(x+y)^3 = x^3 + 3x^2y + 2xy^2 + y^3$$", /2 should be 3/],
  ["$$(u - v)^T(u - v) = u^Tu - u^Tv + v^Tv$$", /twice|2/],
  ["Let $A \\in \\mathbb{R}^{m\\times n}$, $b \\in \\mathbb{R}^m$ and $v \\in \\mathbb{R}^n$. We split $$b = Av - (b - Av)$$", /in front of b - A\*v should be plus/], // prettier-ignore
];

describe("an equation that is one slip from an identity is wrong", () => {
  for (const [text, says] of NEAR)
    it(text, () => {
      const messages = told(text);
      assert.equal(messages.length, 1, JSON.stringify(messages));
      assert.match(messages[0]!, says);
    });
});

describe("a condition, or what is said of a function, is not", () => {
  for (const text of [
    "$$\\|x+y\\|^2 = \\|x\\|^2 + \\|y\\|^2$$ if they are orthogonal.",
    "$$\\|x+y\\|^2 = \\|x-y\\|^2$$",
    "$$x^TAy = y^TAx$$",
    "$$A(Bx) = B(Ax)$$",
    "$$x^2 + 2x + 1 = 3x^2 - x$$",
    "$$Q^TAQ = QAQ^T$$",
    "$$(A - \\lambda I)x = (A + \\lambda I)x$$",
    "The function is even: $f(-x) = f(x)$. So $f'(-x) = -f'(x)$.",
    "It has the period $T$: $f(x + T) = f(x)$.",
  ])
    it(text, () => assert.deepEqual(told(text), []));
});

describe("what changes elsewhere is not held fixed", () => {
  const status = (text: string): readonly string[] =>
    checkDocument(readMarkdown("file:///note.md", 1, text)).claims.map((c) => c.status);
  for (const [text, expected] of [
    ["$$\\begin{align*}d(X+Y) &= dX + dY\\\\ d(XY) &= (dX)Y\\end{align*}$$", ["proved", "wrong"]],
    ["$d(XY) = dX\\,Y + X\\,dY$ and $d(X\\circ Y) = X\\circ dY$.", ["proved", "unknown"]],
    ["$$d(AX) = A\\,dX$$ and $$d(\\operatorname{tr}(AXB)) = \\operatorname{tr}(BA\\,dX)$$", ["proved", "proved"]],
  ] as const)
    it(text, () => assert.deepEqual(status(text), expected));
});
