import { Choices } from "../slow/generators";
import { damagedDocument } from "../support/damagedDocuments";
import { assertRepairsHold } from "../support/repairs";

describe("a repair mends its problem and makes no new one", () => {
  const texts: readonly string[] = [
    "A : R^(m×n)\nx : R^n\nb : R^m\nf = ||A x - b||_2^2\n",
    "x : R^n\nf = sin x + _2\n",
    "c : R\nf = log'(c)\n",
    "A : R^(m×n)\nb : R^m\ny : R^n\nf = norm2(A*y - b)^2\nd(f)/d(A) == b'*y\n",
    "f = x + y\ng = x'*z\nh = A*x\n",
    "A : R^(n×n)\nx : R^n\nf = xᵀAx\ng = A^T\n",
    "x > 0\nimport numpy as np\n",
    "- A : R^(n×n)\n- x : R^n\n- f = x^T A x\n",
    "X : R^(n×d)\ny : R^n\nf = X^T (Xw - y)\n",
  ];
  for (const text of texts) it(JSON.stringify(text), () => void assertRepairsHold(text));
  it("in damaged documents", () => {
    let count = 0;
    for (let seed = 1; count < 120; seed++) count += assertRepairsHold(damagedDocument(new Choices(seed)));
  });
});
