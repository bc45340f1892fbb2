import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { runInNewContext } from "node:vm";
import { after, before, describe, it } from "mocha";
import { check, code, derivation, derive, parse, print, shapeOf } from "../../server/library";

const root = path.resolve(__dirname, "../..");
const given = ["A : R^(n×n)", "x : R^n"];

/** What has an answer; fails where it was refused. */
function right<T extends { readonly ok: boolean }>(answer: T): Extract<T, { ok: true }> {
  assert.equal(answer.ok, true, JSON.stringify(answer));
  return answer as Extract<T, { ok: true }>;
}

describe("the library", () => {
  it("derives", () => {
    const { text, latex, unicode, shape, verified } = right(derive("x'*A*x", "x", { given }));
    assert.deepEqual({ text, latex, unicode, shape, verified }, { text: "(A + A')*x", latex: "(A + A^\\top)x", unicode: "(A + Aᵀ)x", shape: ["n"], verified: true }); // prettier-ignore
    assert.equal(right(derive("x'*A*x", "x", { given, order: 2 })).text, "A + A'");
  });

  it("infers what is not declared, and says it", () => {
    assert.deepEqual(right(derive("norm2(X*w - y)^2", "w")).inferred, ["X : R^(n×m)", "w : R^m", "y : R^n"]);
  });

  it("reads LaTeX between dollars; what it has read can be asked again", () => {
    const read = right(parse("$\\|Xw - y\\|^2$"));
    assert.equal(read.text, "norm2(X*w - y)^2");
    assert.equal(right(derive(read, "w")).text, "2*X'*(X*w - y)");
    assert.deepEqual(right(shapeOf(read)).shape, []);
    assert.equal(right(print(read, "unicode")).text, "‖Xw − y‖²");
    assert.equal(right(print(read, "latex")).text, "\\|Xw - y\\|_2^2");
  });

  it("explains", () => {
    const { steps } = right(derivation("tr(A*X)", "X", { given: ["A : R^(m×n)", "X : R^(n×m)"] }));
    assert.deepEqual(steps.map((s) => [s.text, s.rule]), [["dy = tr(A*dX)", "d is linear"], ["d(y)/d(X) = A'", "read off dy = tr(Dᵀ dX)"]]); // prettier-ignore
  });

  it("checks", () => {
    const [claim] = right(check("\\nabla_x (x^\\top x) = x", "latex")).claims;
    assert.equal(claim!.status, "wrong");
    assert.equal(claim!.repair, "\\nabla_x (x^\\top x) = 2x");
    assert.deepEqual(right(check("x : R^n\nd(x'*x)/d(x) == 2*x\n")).claims.map((c) => c.status), ["proved"]); // prettier-ignore
  });

  it("writes code", () => {
    assert.match(right(code("logdet(S)", "S", "numpy", { given: ["S : R^(n×n) posdef"] })).code, /def value_and_gradient\(S\):/); // prettier-ignore
  });

  it("refuses in a sentence, and never throws", () => {
    const refusals = [
      parse("x +"),
      derive("x'*x", "q", { given: ["x : R^n"] }),
      derive("x'*x", "x", { order: 0 }),
      derive("A*x", "x", { given: ["A : R^(m×n)", "x : R^m"] }),
      shapeOf("$\\frac{$"),
      print("x'*x", "latex", { given: ["x is a vector"] }),
    ];
    for (const r of refusals) {
      assert.equal(r.ok, false, JSON.stringify(r));
      assert.match((r as { error: { message: string } }).error.message, /^.{8,}[.…]$|;/);
    }
  });
});

/** The package as `npm install` would put it, with what is shipped of it. */
describe("the built library, as its users have it", function () {
  this.timeout(120_000);
  let folder: string;
  before(function () {
    folder = mkdtempSync(path.join(os.tmpdir(), "mcalc-library-"));
    const installed = path.join(folder, "node_modules", "mcalc");
    mkdirSync(installed, { recursive: true });
    cpSync(path.join(root, "package.json"), path.join(installed, "package.json"));
    execFileSync(process.execPath, ["scripts/build.mjs", "--library", path.join(installed, "dist")], { cwd: root });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (file: string, source: string): string => {
    writeFileSync(path.join(folder, file), source);
    return execFileSync(process.execPath, [file], { cwd: folder, encoding: "utf8" }).trim();
  };

  it("is required", () => {
    const source = `const { derive } = require("mcalc"); console.log(derive("x'*A*x", "x").text);`;
    assert.equal(run("a.cjs", source), "(A + A')*x");
  });

  it("is imported", () => {
    const source = `import { derive, check } from "mcalc"; console.log(derive("x'*A*x", "x").text, check("1 == 2").claims[0].status);`;
    assert.equal(run("a.mjs", source), "(A + A')*x wrong");
  });

  it("needs nothing that only Node has", () => {
    const library = readFileSync(path.join(folder, "node_modules/mcalc/dist/library.js"), "utf8");
    const module = { exports: {} as typeof import("../../server/library") };
    runInNewContext(library, { module, exports: module.exports, performance });
    assert.equal(right(module.exports.derive("x'*A*x", "x")).text, "(A + A')*x");
  });

  it("has types, for either kind of module", () => {
    const source = `import { derive, type Derivative } from "mcalc";
const answer = derive("x'*A*x", "x", { given: ["x : R^n"] });
export const text: string = answer.ok ? answer.latex : answer.error.message;
export type Shape = Derivative["shape"];
// @ts-expect-error: no such notation
import("mcalc").then((m) => m.print("x", "word"));
`;
    for (const ending of ["mts", "cts"]) writeFileSync(path.join(folder, `types.${ending}`), source);
    const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022", "--types", "mcalc"]; // prettier-ignore
    execFileSync(process.execPath, [tsc, ...options, "types.mts", "types.cts"], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] }); // prettier-ignore
  });
});
