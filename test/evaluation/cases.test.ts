import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { compareDerivative, compareDifferential } from "../../server/evaluation";
import type { Expr } from "../../server/core/ast";
import { dimName, dimNumber, ONE } from "../../server/core/dimension";
import { closeProperties, type Property, type Scope, type Variable } from "../../server/core/scope";
import { parseExpression } from "../../server/language/mcalc/parse";

const FILE = "../shared/cases/derivatives.json";

interface Case {
  id: string;
  kind: string;
  expr: string;
  wrt: string | string[];
  wrt2?: string;
  vars: Record<string, { shape: (string | number)[]; props: string[] }>;
  expected: string;
  let?: [string, string][];
}

const PROPERTY: Record<string, Property> = { sym: "symmetric", pd: "posdef", inv: "invertible", pos: "positive", lower: "lower", skew: "skew", diag: "diagonal", orth: "orthogonal", lowerpos: "lower", diagpos: "diagonal", unit01: "positive", symd: "symmetric", invpos: "positive", prob: "positive", simplex: "positive" }; // prettier-ignore

/** Promises the language has no word for: such answers hold only where they are kept. */
const BEYOND = ["simplex", "prob", "rowstoch", "pm1"];

function scopeOf(c: Case): Scope {
  const variables = new Map<string, Variable>();
  const dimensions = new Set<string>();
  const dim = (d: string | number | undefined) => {
    if (typeof d === "string") dimensions.add(d);
    return d === undefined ? ONE : typeof d === "number" ? dimNumber(d) : dimName(d);
  };
  for (const [name, v] of Object.entries(c.vars))
    variables.set(name, {
      name,
      shape: { rows: dim(v.shape[0]), cols: dim(v.shape[1]) },
      properties: closeProperties(v.props.map((p) => PROPERTY[p]).filter((p) => p !== undefined)),
    });
  const definitions = new Map((c.let ?? []).map(([name, body]) => [name, { name, body: read(body) }]));
  return { variables, definitions, dimensions };
}

/** The cases name two functions of rows otherwise, and write differentials as names. */
function read(text: string, differentials: readonly string[] = []): Expr {
  const { expr, problems } = parseExpression(text.replace(/\bsoftmaxr\b/g, "softmax"));
  assert.deepEqual(problems, [], text);
  const visit = (e: Expr): Expr => {
    if (e.kind === "name" && differentials.some((d) => e.name === `d${d}`))
      return { kind: "differential", of: { kind: "name", name: e.name.slice(1) } };
    if (e.kind === "apply") return { ...e, args: e.args.map(visit) };
    return e;
  };
  return visit(expr);
}

function judge(c: Case, expected: Expr): string {
  const scope = scopeOf(c);
  const expr = read(c.expr);
  const by = typeof c.wrt === "string" ? c.wrt : c.wrt[0]!;
  switch (c.kind) {
    case "differential":
      return compareDifferential(expr, expected, [c.wrt].flat(), scope).verdict;
    case "hessian":
    case "hessian_vec":
      return compareDerivative(expr, expected, [by, c.wrt2 ?? by], scope).verdict;
    default:
      return compareDerivative(expr, expected, by, scope).verdict;
  }
}

describe("the reference derivations agree with differences, and disagree when doubled", function () {
  if (!existsSync(FILE)) {
    it("skipped: the shared cases are not here");
    return;
  }
  const cases = (JSON.parse(readFileSync(FILE, "utf8")) as { cases: Case[] }).cases;
  for (const c of cases) {
    // A product of a Hessian with a direction, and the symmetric gradient by independent entries, are other notions.
    if (c.kind === "hvp" || c.kind === "gradient_sym_mcb") continue;
    if (Object.values(c.vars).some((v) => v.props.some((p) => BEYOND.includes(p)))) continue;
    it(`${c.id}: ${c.expr} by ${[c.wrt].flat().join()}`, () => {
      const expected = read(c.expected, c.kind === "differential" ? [c.wrt].flat() : []);
      assert.equal(judge(c, expected), "agrees");
      const zero = /^0$|^zeros/.test(c.expected);
      if (!zero)
        assert.equal(judge(c, { kind: "apply", op: "mul", args: [{ kind: "number", value: 2 }, expected] }), "differs");
    });
  }
});
