import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scopeOf } from "../../server/tools/question";
import { parseExpression } from "../../server/language/mcalc/parse";
import { type CodeOptions, type TargetName } from "../../server/notation/code";
import { deriveCode } from "../../server/notation/code/derive";

const PYTHON = process.env["PYTHON"] ?? "/usr/bin/python3";
const GIVEN = ["X : R^(n×d)", "y : R^n", "w : R^d", "c : R positive"];
const EXPR = "sum(log(ones(n) + exp(-y.*(X*w)))) + 0.3*c*w'*w + logdet(X'*X + c*eye(d))";

function code(target: TargetName, options: CodeOptions, wrt = "w", expr = EXPR, given = GIVEN): string {
  const scope = scopeOf(given);
  assert.ok(!("ok" in scope));
  const r = deriveCode({ expr: parseExpression(expr).expr, wrt: [wrt], scope, target, options });
  assert.ok(r.ok, r.ok ? "" : r.error.message);
  return r.code;
}

/** Runs a program and gives what it prints; `undefined` where what it needs is not there. */
function run(context: Mocha.Context, command: string, args: readonly string[], probe: readonly string[]): string {
  const [asked, ...rest] = probe[0]?.startsWith("/") === true ? probe : [command, ...probe];
  if (spawnSync(asked!, rest).status !== 0) {
    process.stdout.write(`    skipped: ${asked!} ${rest.join(" ")} does not run here\n`);
    context.skip();
  }
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  assert.equal(status, 0, stderr + stdout);
  return stdout.trim();
}

/** Before PyTorch 2, `vmap` was elsewhere. */
const TORCH = `
import torch
X, w, c, Y = map(torch.as_tensor, (X, w, c, Y))
if not hasattr(torch, "vmap"):
    from torch._vmap_internals import vmap
    torch.vmap = vmap
`;

const INPUTS = `
import numpy as np
rng = np.random.default_rng(1)
X, y, w, c = rng.standard_normal((5, 3)), rng.standard_normal(5), rng.standard_normal(3), 0.7
Y = rng.standard_normal((4, 5))
`;

describe("code that flags shaped, run", function () {
  this.timeout(300_000);
  it("stays in single precision in NumPy, and agrees with double", function () {
    const check = `
double = f(X, y, w, c)
single = g(X, y, w, c)
for a, b in zip(double, single):
    assert b.dtype == np.float32, b.dtype
    assert np.allclose(a, b, rtol=1e-4), (a, b)
print("right")
`;
    for (const wrt of ["w", "X"]) {
      const program = `${code("numpy", { name: "f" }, wrt)}\n${code("numpy", { name: "g", single: true }, wrt)}${INPUTS}${check}`;
      assert.equal(run(this, PYTHON, ["-c", program], ["-c", "import numpy, scipy"]), "right");
    }
  });

  for (const target of ["numpy", "torch"] as const)
    it(`does for each example of a batch what it does for one: ${target}`, function () {
      const given = target === "numpy" ? "" : TORCH;
      const program = `${code(target, { name: "f", batched: ["y"] })}${INPUTS}${given}
value, gradient = f(X, Y, w, c)
assert value.shape == (4,) and gradient.shape == (4, 3)
for k in range(4):
    one = f_one(X, Y[k], w, c)
    assert np.allclose(value[k], one[0]) and np.allclose(gradient[k], one[1])
print("right")
`;
      assert.equal(run(this, PYTHON, ["-c", program], ["-c", `import numpy, scipy, ${target}`]), "right");
    });

  it("is derived by PyTorch, which checks it, by each variable and by a symmetric one", function () {
    const problems = [
      code("torch", { name: "f", autograd: true, test: true }),
      code("torch", { name: "f", autograd: true, test: true }, "X"),
      code("torch", { name: "f", autograd: true, test: true }, "c"),
      code("torch", { name: "f", autograd: true, test: true }, "S", "logdet(S) + tr(A*S)", ["S : R^(n×n) posdef", "A : R^(n×n)"]),
    ]; // prettier-ignore
    for (const program of problems)
      assert.match(run(this, PYTHON, ["-c", program], ["-c", "import torch"]), /agrees with finite differences/);
  });

  it("raises in PyTorch where another derivative is asked for", function () {
    const program = `${code("torch", { name: "f", autograd: true })}${INPUTS}
X, y, w, c = map(torch.as_tensor, (X, y, w, c))
try:
    F.apply(X.requires_grad_(), y, w, c)
except ValueError as problem:
    print(problem)
`;
    assert.equal(
      run(this, PYTHON, ["-c", program], ["-c", "import torch"]),
      "only the derivative by w is known: detach the rest",
    );
  });

  it("gives JAX the gradient, and no number for what is not known", function () {
    // The rule of the function, taken by hand: JAX itself is not here.
    const program = `
import sys
sys.path.insert(0, "test/slow")
import jax_stand_in
jax = jax_stand_in.install()
class custom_vjp:
    def __init__(self, f): self.f = f
    def __call__(self, *args): return self.f(*args)
    def defvjp(self, forward, backward): self.rule = lambda *args: backward(forward(*args)[1], 2.0)
jax.custom_vjp = custom_vjp
${code("jax", { name: "f", autograd: true })}${INPUTS}
X, y, w, c = map(jax_stand_in.held, (X, y, w, np.asarray(c)))
value, gradient = f(X, y, w, c)
assert f_vjp(X, y, w, c) == value
back = f_vjp.rule(X, y, w, c)
assert np.allclose(back[2], 2 * np.asarray(gradient)) and np.isnan(np.asarray(back[0])).all()
print("right")
`;
    assert.equal(run(this, PYTHON, ["-c", program], ["-c", "import numpy, scipy"]), "right");
  });

  it("compiles in single precision in C++, and agrees with double", function () {
    const folder = mkdtempSync(join(tmpdir(), "mcalc-flags-"));
    try {
      const main = `
#include <cstdio>
int main() {
  const Eigen::MatrixXd X = Eigen::MatrixXd::Random(5, 3);
  const Eigen::VectorXd y = Eigen::VectorXd::Random(5), w = Eigen::VectorXd::Random(3);
  const auto d = f(X, y, w, 0.7);
  const auto s = g(X.cast<float>(), y.cast<float>(), w.cast<float>(), 0.7f);
  const bool right = std::abs(d.value - s.value) < 1e-4 && (d.gradient.cast<float>() - s.gradient).norm() < 1e-4f;
  std::puts(right ? "right" : "wrong");
}
`;
      const file = join(folder, "f.cpp");
      writeFileSync(file, code("eigen", { name: "f" }) + code("eigen", { name: "g", single: true }) + main);
      const eigen = "/usr/include/eigen3";
      run(this, "g++", ["-std=c++17", "-Wall", "-Wextra", "-isystem", eigen, file, "-o", join(folder, "f")], ["/usr/bin/env", "ls", `${eigen}/Eigen`]); // prettier-ignore
      assert.equal(run(this, join(folder, "f"), [], ["/usr/bin/env", "true"]), "right");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is single in Octave", function () {
    const folder = mkdtempSync(join(tmpdir(), "mcalc-flags-"));
    try {
      writeFileSync(join(folder, "f.m"), code("matlab", { name: "f", single: true }));
      const program = `addpath("${folder}"); [v, g] = f(randn(5, 3), randn(5, 1), randn(3, 1), 0.7); disp([class(v) class(g)]);`;
      assert.equal(run(this, "octave", ["--no-gui", "-q", "--eval", program], ["--version"]), "singlesingle");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
