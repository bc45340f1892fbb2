import assert from "node:assert/strict";
import fc from "fast-check";
import { type Dense, identity, multiply, transpose } from "../../server/core/dense";
import { inverse, isPositiveDefinite } from "../../server/core/linearAlgebra";
import {
  compareDerivative,
  compareDifferential,
  equalAtPoints,
  evaluate,
  isFailure,
  relativeDistance,
  samplePoint,
  WAYS,
} from "../../server/evaluation";
import { checkDocument } from "../../server/checking";
import { readMcalc } from "../../server/documents/mcalc";
import { expr, scopeOf } from "../checking/scope";

const close = (a: Dense, b: Dense): void =>
  assert.ok(relativeDistance(a, b) < 1e-9, `${[...a.data].join()} / ${[...b.data].join()}`);

describe("inverses", () => {
  it("law: a matrix times its inverse is the identity", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.infiniteStream(fc.integer({ min: -9, max: 9 })), (n, entries) => {
        const a = {
          rows: n,
          cols: n,
          data: Float64Array.from({ length: n * n }, () => entries.next().value as number),
        };
        const inverted = inverse(a);
        if (!inverted.data.every((x) => Math.abs(x) < 1e4)) return;
        close(multiply(a, inverted), identity(n));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("a matrix without one has none", () => {
    const singular = { rows: 3, cols: 3, data: Float64Array.of(1, 1, 1, 2, 2, 2, 1, 0, 0) };
    assert.ok([...inverse(singular).data].every(Number.isNaN));
  });
});

describe("points", () => {
  const scope = scopeOf(
    "S : R^(n×n) symmetric", "P : R^(n×n) posdef", "Q : R^(n×n) orthogonal", "W : R^(n×n) skew", "D : R^(n×n) diagonal",
    "L : R^(n×n) lower", "U : R^(n×n) upper", "v : R^n positive", "X : R^(m×n)", "y : R^(2*n+1)", "z_i : R^n for i = 1..N",
  ); // prettier-ignore
  const names = [...scope.variables.keys()];

  it("keep what is promised of each variable, in every way of drawing", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 2 * WAYS.length - 1 }),
        (seed, attempt) => {
          const point = samplePoint(scope, names, seed, attempt)!;
          const at = (n: string): Dense => point.values.get(n)!;
          close(at("S"), transpose(at("S")));
          assert.ok(isPositiveDefinite(at("P")));
          close(multiply(transpose(at("Q")), at("Q")), identity(at("Q").rows));
          close(at("W"), { ...at("W"), data: transpose(at("W")).data.map((x) => -x) });
          const n = at("L").rows;
          for (let i = 0; i < n; i++)
            for (let j = 0; j < n; j++) {
              if (i !== j) assert.equal(at("D").data[j * n + i], 0);
              if (i < j) assert.equal(at("L").data[j * n + i], 0);
              if (i > j) assert.equal(at("U").data[j * n + i], 0);
            }
          assert.ok(at("v").data.every((x) => x > 0));
          assert.equal(at("y").rows, 2 * n + 1);
          assert.equal(point.families.get("z")!.members.length, point.dimensions.get("N"));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("give every dimension a number of its own, rows above columns", () => {
    const { dimensions } = samplePoint(scope, names, 1, 0)!;
    assert.equal(new Set(dimensions.values()).size, dimensions.size);
    assert.ok(dimensions.get("m")! > dimensions.get("n")!);
  });

  it("are the same for the same seed", () => {
    assert.deepEqual(samplePoint(scope, names, 7, 3)!.values, samplePoint(scope, names, 7, 3)!.values);
  });
});

describe("values", () => {
  const scope = scopeOf(
    "A, B : R^(3×3)",
    "x : R^3",
    "p : R positive",
    "z_i : R^3 for i = 1..N",
    "f(v) = v'*v",
    "r = A*x",
  );
  const point = samplePoint(scope, ["A", "B", "x", "p", "z", "N"], 1, 0)!;
  const value = (text: string): Dense => {
    const v = evaluate(expr(text), point, scope);
    assert.ok(!isFailure(v), isFailure(v) ? v.message : "");
    return v;
  };

  for (const [a, b] of [
    ["[1, 2; 3, 4]*[1; 1]", "[3; 7]"],
    ["[eye(2), zeros(2); 1, 2, 3]", "[1, 0, 0; 0, 1, 0; 1, 2, 3]"],
    ["(A*B)[2,3]", "A[2,:]*B[:,3]"],
    ["f(x - r)", "norm2(x - A*x)^2"],
    ["sum(i in 1..3, x[i]^2)", "x'*x"],
    ["sum(i in 1..2, sum(j in 1..2, z_i'*z_j))", "norm2(z_1 + z_2)^2"],
    ["sum(i in 1..N, z_i)*0", "zeros(3)"],
    ["d(x'*A*x)/d(x)", "(A + A')*x"],
    ["d(f(r))/d(r)", "2*r"],
    ["d(A*x)/d(x)", "A"],
    ["d(x'*A*x)/(d(x)d(x))", "A + A'"],
    ["d(tr(A*B))/d(A[1,2])", "B[2,1]"],
    ["d(sum(i in 1..N, z_i'*z_i))/d(z_2)", "2*z_2"],
    ["d(p*x)/d(p)", "x"],
    ["d(A*B)/d(B)", "kron(eye(3), A)"],
    ["kron(A, B)*K(3,3)", "K(3,3)*kron(B, A)"],
  ] as const)
    it(`${a} is ${b}`, () => assert.ok(relativeDistance(value(a), value(b)) < 1e-6));

  for (const [text, kind] of [
    ["A + x", "shape"],
    ["x*x", "shape"],
    ["nothing", "undeclared"],
    ["x[4]", "range"],
    ["eye(100000)", "too-large"],
    ["inv(A - A)", "domain"],
  ] as const)
    it(`${text} has none: ${kind}`, () => {
      const v = evaluate(expr(text), point, scope);
      assert.equal(isFailure(v) ? v.kind : "a value", kind);
    });
});

describe("comparisons", () => {
  const scope = scopeOf("A : R^(n×n)", "S : R^(n×n) symmetric", "X : R^(m×n)", "x, b : R^n", "c : R");
  const derivative = (f: string, g: string, ...wrt: string[]) =>
    compareDerivative(expr(f), expr(g), wrt, scope).verdict;

  it("agree with the right derivative", () => {
    assert.equal(derivative("sum(log(x))", "1./x".replace("1", "ones(n)"), "x"), "agrees");
    assert.equal(derivative("sum(arcsin(x))", "ones(n)./sqrt(ones(n) - x.*x)", "x"), "agrees");
    assert.equal(derivative("logdet(X'*X)", "2*X*inv(X'*X)", "X"), "agrees");
    assert.equal(derivative("logdet(X*X')", "2*inv(X*X')*X", "X"), "agrees");
    assert.equal(derivative("sum(relu(x))", "step(x)", "x"), "agrees");
    assert.equal(derivative("tr(A*S)", "(A + A')/2", "S"), "agrees");
    assert.equal(derivative("x'*A*x", "A + A'", "x", "x"), "agrees");
  });

  it("differ from a wrong one, also in shape", () => {
    assert.equal(derivative("x'*A*x", "2*A*x", "x"), "differs");
    assert.equal(derivative("b'*x", "b'", "x"), "differs");
    assert.equal(derivative("x'*A*x", "A", "x", "x"), "differs");
  });

  it("do not decide what has no value", () => {
    assert.equal(derivative("log(-norm2(x)^2)", "x", "x"), "unknown");
    assert.equal(derivative("x'*nothing", "x", "x"), "unknown");
  });

  it("take differentials in all variables at once", () => {
    const differential = (text: string) => compareDifferential(expr("x'*A*x"), expr(text), ["x", "A"], scope).verdict;
    assert.equal(differential("x'*(A + A')*d(x) + x'*d(A)*x"), "agrees");
    assert.equal(differential("x'*(A + A')*d(x)"), "differs");
  });

  it("tell equal from different expressions", () => {
    assert.equal(equalAtPoints(expr("tr(A*S)"), expr("tr(S*A)"), scope).verdict, "equal");
    assert.equal(equalAtPoints(expr("S*A"), expr("A*S"), scope).verdict, "different");
    assert.equal(equalAtPoints(expr("log(-c^2)"), expr("c"), scope).verdict, "unknown");
  });
});

describe("a derivative in a function is taken by its own argument", () => {
  it("and not by the other one, where both have the same value", () => {
    const { claims } = checkDocument(readMcalc("file:///a.mcalc", 1, "h(x, y) = d(x^2*y)/d(x)\na : R\nh(a, a) == 2*a*a\nh(2, 2) == 8\n")); // prettier-ignore
    assert.deepEqual(
      claims.map((c) => c.status),
      ["verified", "verified"],
    );
  });
});
