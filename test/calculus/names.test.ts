import assert from "node:assert/strict";
import { derive } from "../../server/calculus";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "../checking/scope";

function derivative(text: string, wrt: string, lines: readonly string[], value?: string): string {
  const r = derive({ expr: expr(text), wrt: wrt.split(" "), scope: scopeOf(...lines), ...(value === undefined ? {} : { value }) }); // prettier-ignore
  return r.ok ? printText(r.expr) : `${r.error.code}: ${r.error.message}`;
}

const LAYER_NORM = [
  "x, g, b, y : R^n",
  "c : R positive",
  "m = mean(x)",
  "s = sqrt(norm2(x - m*ones(n))^2/n + c)",
  "z = (x - m*ones(n))/s",
  "r = g.*z + b - y",
];

describe("the author's names are kept", () => {
  const table: [text: string, wrt: string, expected: string, ...lines: string[]][] = [
    ["norm2(r)^2/2", "g", "z.*r", ...LAYER_NORM],
    // z is centred, and x - m*ones(n) over s is z
    ["norm2(r)^2/2", "x", "(g.*r - (z'.*g'*r*z + g'*r*ones(n))/n)/s", ...LAYER_NORM],
    // a function under its name, and what is left of it
    ["sum(log(p))", "w", "X'*q", "X : R^(m×n)", "w : R^n", "p = sigmoid(X*w)", "q = ones(m) - p"],
    // a hidden layer
    ["norm2(V*h - y)^2", "W", "2*(V'*(V*h - y).*(ones(m) - h.^2))*x'", "W : R^(m×n)", "V : R^(k×m)", "x : R^n", "y : R^k", "h = tanh(W*x)"], // prettier-ignore
    // a product within another
    ["norm2(r)^2", "W", "2*r*x'", "W : R^(m×n)", "x : R^n", "y : R^m", "u = W*x", "r = u - y"],
    ["tr(A*B*W)", "W", "C'", "A, B, W : R^(n×n)", "C = A*B"],
    // a sum, turned and with the other sign
    ["norm2(y - X*w)^2", "w", "2*X'*r", "X : R^(m×n)", "w : R^n", "y : R^m", "r = X*w - y"],
    // what is defined after the loss, for its gradient
    ["sum(log(exp(Z)*ones(k))) - sum(Y.*Z)", "W", "X'*D", "X : R^(n×d)", "W : R^(d×k)", "Y : R^(n×k)", "Z = X*W", "D = softmax(Z) - Y"], // prettier-ignore
    // the square of a root is the sum under it
    ["log(c + x'*x)", "x", "2*x/s^2", "x : R^n", "c : R positive", "s = sqrt(c + x'*x)"],
    // a name for a multiple of a variable is not put in its place
    ["norm2(x)^2", "x", "2*x", "x : R^n", "y = 3*x"],
    // rows
    ["(r*w)^2", "w", "2*(r*w)*r'", "A : R^(m×n)", "x : R^m", "w : R^n", "r = x'*A"],
  ];
  for (const [text, wrt, expected, ...lines] of table)
    it(`${text} by ${wrt} is ${expected}`, () => assert.equal(derivative(text, wrt, lines), expected));

  it("and the name of the value itself", () => {
    const lines = ["Q : R^(n×n)", "x : R^n", "s = Q*x"];
    assert.equal(derivative("softmax(s)", "x", lines, "a"), "(diag(a) - a*a')*Q");
    assert.equal(derivative("norm2(x)", "x", ["x : R^n"], "f"), "x/f");
    assert.equal(derivative("x'*x", "x", ["x : R^n"], "f"), "2*x");
  });
});
