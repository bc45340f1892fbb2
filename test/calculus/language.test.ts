import assert from "node:assert/strict";
import { derive } from "../../server/calculus";
import { name as nameExpr } from "../../server/core/ast";
import { judge } from "../../server/checking/judge";
import { Random } from "../../server/evaluation";
import { parseExpression } from "../../server/language/mcalc/parse";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "../checking/scope";

// More in the slow suite (MCALC_RUNS); a few here, always from the same seed.
const RUNS = Math.min(20_000, Number(process.env["MCALC_RUNS"] ?? 60) * 2);
const SEED = Number(process.env["MCALC_SEED"] ?? 20261127);

const SCOPE = scopeOf(
  "s, t : R positive", "x, y : R^n", "u : R^m", "A : R^(m×n)", "C, D : R^(n×n)", "S : R^(n×n) symmetric", "P : R^(n×n) posdef", "W : R^(n×n) skew",
  "L : R^(n×n) lower", "G : R^(n×n) diagonal", "v_i : R^n for i = 1..N", "B_k : R^(n×n) for k = 1..K", "p : R^K positive",
); // prettier-ignore

/** Expressions over the whole language by their shapes, as text: each `{…}` is filled in. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  scalar: [
    "s", "t", "{vector}'*{vector}", "{vector}'*{square}*{vector}", "tr({square}*{square})", "{scalar}*{scalar}", "{scalar} + {scalar}", "-{scalar}",
    "norm2({vector})^2", "norm2({vector})", "sum({vector}.^2)", "log(1 + exp({scalar}))", "sqrt(1 + ({scalar})^2)", "({scalar})^2/(1 + s^2)", "logdet(P + {square}*{square}')",
    "x[1]", "x[k]", "C[1,2]", "A[j,k]", "u[2]*y[k]", "sum(i in 1..N, v_i'*{vector})", "sum(i in 1..N, exp(v_i'*{vector}))", "log(sum(i in 1..N, exp(v_i'*{vector})))",
    "sum(i in 2..N, v_i'*v_(i-1))", "sum(i in 1..n-1, (x[i+1] - x[i])^2)", "sum(i in 1..n, x[i]*y[i]*{scalar})", "sum(i in 1..N, norm2({vector} - v_i)^2*s)",
    "sum(k in 1..K, p[k]*exp(-norm2({square}*x)^2*t))", "sum(k in 1..K, logdet(P + B_k*B_k'))", "sum(k in 1..K, {vector}'*inv(P + B_k*B_k')*x)", "sum(i in 1..N, sum(k in 1..K, p[k]*v_i'*B_k*v_i))",
    "logsumexp({vector})", "tr(expm({square}))", "tr(P^s)", "tr(expm(S/4)*{square})", "max({vector})", "norminf({vector})", "norm1({vector})", "sum(relu({vector}))",
    "tr({square}'*{square})", "det(P + {square}*{square}'/4)", "sum(f({vector}))", "mean({vector})", "1e-5*{scalar}", "0.1*{scalar}",
  ],
  vector: ["x", "y", "v_1", "v_j", "{square}*{vector}", "{vector} + {vector}", "{vector} - {vector}", "{scalar}*{vector}", "{vector}.*{vector}", "tanh({vector})", "softmax({vector})", "A'*u", "C[:,1]", "A[j,:]'", "diag({square})", "{vector}/(1 + s)", "sum(i in 1..N, v_i)"],
  square: ["C", "D", "S", "P", "W", "L", "G", "B_1", "B_j", "{square}'", "{square} + {square}", "{square}*{square}", "{vector}*{vector}'", "diag({vector})", "{square}.*{square}", "A'*A", "inv(P + {square}*{square}')", "{scalar}*{square}", "eye(n)"],
}; // prettier-ignore
const LEAVES: Readonly<Record<string, readonly string[]>> = {
  scalar: ["s", "t", "x[1]"],
  vector: ["x", "y", "v_j"],
  square: ["C", "S", "P", "W", "L", "G", "B_j"],
};
const TARGETS = ["s", "t", "x", "y", "u", "A", "C", "S", "P", "W", "L", "G", "p", "v_1", "v_j", "v_a", "B_j", "B_2", "x[1]", "x[k]", "C[1,2]", "C[j,k]", "A[:,k]", "A[j,:]"]; // prettier-ignore

function write(random: Random, kind: string, depth: number): string {
  const forms = depth <= 0 ? LEAVES[kind]! : FORMS[kind]!;
  return forms[random.integer(forms.length)]!.replace(
    /\{(\w+)\}/g,
    (_, k: string) => `(${write(random, k, depth - 1)})`,
  );
}

describe("the whole language at random", function () {
  this.timeout(60_000 + 500 * RUNS);

  it("what is derived reads back, is judged right, and else refused in plain words", () => {
    const random = new Random(SEED);
    const counts = { derived: 0, refused: 0, confirmed: 0 };
    for (let run = 0; run < RUNS; run++) {
      const text = write(random, random.uniform() < 0.8 ? "scalar" : "vector", 1 + random.integer(3));
      const inside = TARGETS.filter((t) => text.includes(t.split(/[[_]/)[0]!));
      const wrt = [inside[random.integer(inside.length)] ?? "x"];
      if (random.uniform() < 0.2) wrt.push(inside[random.integer(inside.length)] ?? "s");
      const where = `run ${run}: ${text} by ${wrt.join(", ")}`;
      const e = expr(text);
      const r = derive({ expr: e, wrt, scope: SCOPE });
      if (!r.ok) {
        assert.doesNotMatch(r.error.message, /does not agree|internal|report this/, where);
        counts.refused++;
        continue;
      }
      counts.derived++;
      const written = printText(r.expr);
      const back = parseExpression(written);
      assert.deepEqual(back.problems, [], where);
      assert.equal(printText(back.expr), written, where);
      if (written.length > 400) continue;
      const below = wrt.map((w) => (/^\w+$/.test(w) ? nameExpr(w) : expr(w)));
      const verdict = judge({ kind: "derivative", of: e, wrt: below }, back.expr, SCOPE, { print: printText });
      assert.ok(/proved|verified|unknown/.test(verdict.status), `${where} is ${written}: ${verdict.note}`);
      if (verdict.status !== "unknown") counts.confirmed++;
    }
    if (process.env["MCALC_RUNS"] !== undefined) console.log(`      ${JSON.stringify(counts)}`);
    assert.ok(counts.derived >= 0.7 * RUNS, JSON.stringify(counts));
    assert.ok(counts.confirmed >= 0.7 * counts.derived, JSON.stringify(counts));
  });
});
