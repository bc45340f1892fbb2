import assert from "node:assert/strict";
import { derive } from "../../server/calculus";
import { apply, type Expr, name } from "../../server/core/ast";
import { judge } from "../../server/checking/judge";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "../checking/scope";
import { STRUCTURED } from "../support/derivedQuestions";

const SCOPE = scopeOf(...STRUCTURED.given);

const derivativeOf = (of: Expr, wrt: readonly string[]): Expr => ({ kind: "derivative", of, wrt: wrt.map((n) => name(n)) }); // prettier-ignore

function derived(text: string, wrt: readonly string[]): string {
  const r = derive({ expr: expr(text), wrt, scope: SCOPE });
  return r.ok ? printText(r.expr) : r.error.message;
}

/** How `check` judges that the derivative is what is given. */
const status = (text: string, wrt: readonly string[], claim: string): string =>
  judge(derivativeOf(expr(text), wrt), expr(claim), SCOPE, { print: printText }).status;

describe("derivatives by structured matrices", () => {
  describe("a gradient lies in the structure, whatever numbers are derived by before or behind", () => {
    const table: [text: string, wrt: string, expected: string][] = [
      ["x'*S*y", "S", "0.5*(x*y' + y*x')"],
      ["q*x'*S*y", "q S", "0.5*(x*y' + y*x')"],
      ["q*x'*S*y", "S q", "0.5*(x*y' + y*x')"],
      ["q*x'*W*y", "q W", "0.5*(x*y' - y*x')"],
      ["q*x'*G*y", "q G", "diag(x.*y)"],
      ["q*x'*L*y", "q L", "tril(x*y')"],
      ["q*x'*L*y", "L q", "tril(x*y')"],
      ["q^2*x'*U*y", "q U q", "2*triu(x*y')"],
    ];
    for (const [text, wrt, expected] of table)
      it(`${text} by ${wrt}`, () => assert.equal(derived(text, wrt.split(" ")), expected));
  });

  describe("a Jacobian or Hessian is judged by what it does within the structure", () => {
    const table: [text: string, wrt: string, claim: string, status: RegExp][] = [
      ["-logdet(S)", "S S", "kron(inv(S), inv(S))", /proved|verified/],
      ["-logdet(S)", "S S", "K(n,n)*kron(inv(S), inv(S))", /verified/],
      ["-logdet(S)", "S S", "2*kron(inv(S), inv(S))", /wrong/],
      ["tr(S*S)", "S S", "2*eye(n^2)", /proved|verified/],
      ["tr(S*S)", "S S", "eye(n^2) + K(n,n)", /verified/],
      ["S'", "S", "K(n,n)", /verified/],
      ["S'", "S", "eye(n^2)", /proved|verified/],
      ["A*S*A'", "S", "kron(A, A)", /proved|verified/],
      ["A*S*A'", "S", "kron(A, A)*(eye(n^2) + K(n,n))/2", /verified/],
      ["A*S*A'", "S", "-kron(A, A)", /wrong/],
      ["W'", "W", "-eye(n^2)", /proved|verified/],
      ["W'", "W", "eye(n^2)", /wrong|conditional/],
      ["G*x", "G", "kron(x', eye(n))", /proved|verified/],
      ["G*x", "G", "kron(x', eye(n))*diag(vec(eye(n)))", /verified/],
      ["x'*S*y", "S x", "kron(eye(n), y)", /verified/],
      // A gradient is one matrix: another than the projected one is not that of the structure.
      ["x'*S*y", "S", "x*y'", /wrong|conditional/],
    ];
    for (const [text, wrt, claim, expected] of table)
      it(`d(${text}) by ${wrt} == ${claim}`, () => assert.match(status(text, wrt.split(" "), claim), expected));
  });

  it("law: what is derived is judged right, in every structure and order", function () {
    this.timeout(120_000);
    let confirmed = 0;
    let total = 0;
    for (const v of STRUCTURED.matrices)
      for (const value of STRUCTURED.values)
        for (const order of STRUCTURED.orders) {
          const e = expr(value.replaceAll("V", v));
          const wrt = order.replaceAll("V", v).split(" ");
          const r = derive({ expr: e, wrt, scope: SCOPE });
          if (!r.ok) {
            assert.doesNotMatch(r.error.message, /does not agree|internal/, `${printText(e)} by ${wrt.join()}`);
            continue;
          }
          if (printText(r.expr).length > 300) continue;
          const verdict = judge(derivativeOf(e, wrt), r.expr, SCOPE, { print: printText });
          assert.ok(
            /proved|verified|unknown/.test(verdict.status),
            `${printText(e)} by ${wrt.join()}: ${printText(r.expr)}`,
          );
          total++;
          if (verdict.status !== "unknown") confirmed++;
        }
    assert.ok(total > 500 && confirmed >= 0.99 * total, `${confirmed} of ${total}`);
  });

  it("nested in an expression they are projected, in the calculus as in numbers", () => {
    const nested = apply("mul", derivativeOf(expr("A*S*A'"), ["S"]), expr("vec(C)"));
    const r = judge(nested, expr("vec(A*(C + C')*A')/2"), SCOPE, { print: printText });
    assert.match(r.status, /proved|verified/);
  });
});
