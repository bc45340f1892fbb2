import type { Choices } from "../slow/generators";

const DOCUMENTS: readonly string[] = [
  "A : R^(m×n)\nx : R^n\nb : R^m\nf = norm2(A*x - b)^2\nd(f)/d(x) == 2*A'*(A*x - b)\n",
  "X : R^(n×d)\ny : R^n\nw : R^d\nc : R positive\nloss = sum((X*w - y).^2)/n + c*w'*w\ngrad(loss, w)\n",
  "S : R^(n×n) posdef\nμ, x : R^n\nf = (x - μ)'*inv(S)*(x - μ) + logdet(S)\nhess(f, x) == 2*inv(S)\n",
  "W : R^(m×n)\nx : R^n\nb, t : R^m\na = tanh(W*x + b)\nE = dot(a - t, a - t)\ntr(W'*W) + sum(exp(x))\n",
  "v_i : R^n for i = 1..N\nx : R^n\nsum(i in 1..N, norm2(v_i - x)^2)\nr(u) = u'*x\nr(2*x)\n",
];
const PIECES = [
  "*", "'", "(", ")", "^", "^T", " ", "x", "A", "2", "||", "|", "=", "==", "sin ", "log", "_2", "\\nabla ", "ᵀ", "²", "@", ".T", "**", ":", ",", "np.", "I", "λ",
  "{", "}", "[", "]", "/", ".*", "-", "+", "∂", "∇", "transpose", "T", "∈", "\n", "- ", "\\frac{1}{2}", "‖", "×", ";", "log'(c)", "min ",
] as const; // prettier-ignore

/** A document of the language in which nothing is wrong. */
export const soundDocument = (c: Choices): string => c.of(DOCUMENTS);

/** A document of the language with some characters gone, doubled, exchanged or put in. */
export function damagedDocument(c: Choices): string {
  let text: string = c.of(DOCUMENTS);
  const damages = 1 + c.below(3);
  for (let i = 0; i < damages; i++) {
    const at = c.below(text.length);
    const length = c.chance(0.6) ? 1 : c.below(4);
    const by = c.chance(0.4) ? "" : c.of(PIECES);
    text = text.slice(0, at) + by + text.slice(c.chance(0.3) ? at : at + length);
  }
  return text;
}
