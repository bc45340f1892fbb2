import { dimName } from "../core/dimension";
import { matrix, type Shape, vector } from "../core/shape";
import { type Operator, OPERATORS } from "../operators";
import { tableOf } from "../core/table";

/** One rule of the method of differentials; `RULES` is the only list of them. */
export interface Rule {
  readonly id: string;
  /** As it is called beside a step. What stands between backquotes is `.mcalc`. */
  readonly name: string;
  readonly group: RuleGroup;
  readonly source: string;
  /** A line before and after, as `.mcalc`, with its declarations; dX is the change of the first name declared. */
  readonly example: { readonly given: readonly string[]; readonly from: string; readonly to: string };
  /** Taken without a word where a telling rule stands beside it. */
  readonly quiet?: true;
}

export type RuleGroup = "restating" | "moving d inside" | "functions" | "arranging" | "reading off";

const MAGNUS = "Magnus and Neudecker, Matrix Differential Calculus, 2019";
const COOKBOOK = "Petersen and Pedersen, The Matrix Cookbook, 2012";
const WRITING = "a way of writing";

const at =
  (group: RuleGroup) =>
  <const Id extends string>(
    id: Id,
    name: string,
    source: string,
    given: string,
    from: string,
    to: string,
    quiet?: true,
  ): Rule & { readonly id: Id } => ({
    id,
    name,
    group,
    source,
    example: { given: given.split("; "), from, to },
    ...(quiet === undefined ? {} : { quiet }),
  });

const restating = at("restating");
const moving = at("moving d inside");
const arranging = at("arranging");
const reading = at("reading off");

const LEAST_SQUARES = "x : R^n; A : R^(m×n); b : R^m";
const QUADRATIC = "x : R^n; A : R^(n×n)";
const TRACE = "X : R^(m×n); A : R^(p×m); B : R^(n×p)";

const TABLE = [
  restating("definition", "by definition", "the operator table, or the document", "x : R^n", "mean(x)", "sum(x)/n"),
  restating(
    "squared-norm",
    "a squared norm is an inner product",
    `${MAGNUS}, ch. 1, §10`,
    "X : R^(m×n)",
    "norm2(X)^2",
    "tr(X'*X)",
  ),
  restating(
    "name",
    "a long part gets a name",
    WRITING,
    LEAST_SQUARES,
    "(A*x - b)'*(A*x - b)",
    "norm2(A*x - b)^2",
    true,
  ),

  moving("linear", "d is linear", `${MAGNUS}, ch. 8, §3`, LEAST_SQUARES, "d(A*x - b)", "A*dx", true),
  moving("constant", "the differential of a constant is zero", `${MAGNUS}, ch. 8, §3`, LEAST_SQUARES, "d(b'*b)", "0"),
  moving("product", "product rule", `${MAGNUS}, ch. 8, §3`, QUADRATIC, "d(x'*A*x)", "dx'*A*x + x'*A*dx"),
  moving(
    "hadamard-product",
    "product rule, entry by entry",
    `${MAGNUS}, ch. 8, §3`,
    "x : R^n",
    "d(x.*x)",
    "dx.*x + x.*dx",
  ),
  moving("quotient", "quotient rule", "the scalar rule", "x : R^n; a : R^n", "d(1/(a'*x))", "-a'*dx/(a'*x)^2"),
  moving("power", "power rule", "the scalar rule, entry by entry", "x : R^n", "d(x.^3)", "3*(x.^2.*dx)"),
  moving("exponent", "`d(a^b) = a^b*log(a)*db`", "the scalar rule", "t : R; a : R positive", "d(a^t)", "a^t*log(a)*dt"),
  moving(
    "piecewise-constant",
    "a sign or a step does not change",
    "the scalar rule, away from zero",
    "x : R^n",
    "d(sign(x).*x)",
    "sign(x).*dx",
  ),
  moving(
    "trace-of-function",
    "`d(tr(f(X))) = tr(f'(X)*dX)` of a matrix function",
    `${COOKBOOK}, §2.5.3`,
    "X : R^(n×n)",
    "d(tr(expm(X)))",
    "tr(expm(X)*dX)",
  ),
  moving(
    "trace-of-commuting",
    "`tr(A*d(f(X))) = tr(A*f'(X)*dX)` where A commutes with X",
    "Higham, Functions of Matrices, 2008, ch. 3",
    "X : R^(n×n) posdef",
    "tr(X*d(logm(X)))",
    "tr(dX)",
  ),
  moving(
    "insert",
    "the differential of the named part is put in",
    WRITING,
    LEAST_SQUARES,
    "2*(A*x - b)'*d(A*x - b)",
    "2*(A*x - b)'*A*dx",
    true,
  ),

  arranging(
    "distribute",
    "a product of a sum is the sum of the products",
    "the laws of matrices",
    QUADRATIC,
    "(x + A*x)'*dx",
    "x'*dx + x'*A'*dx",
    true,
  ),
  arranging("scalar-transpose", "a scalar equals its transpose", `${MAGNUS}, ch. 1`, QUADRATIC, "dx'*A*x", "x'*A'*dx"),
  arranging(
    "scalar-trace",
    "a scalar is its own trace, and the trace is cyclic",
    `${MAGNUS}, ch. 1, §10`,
    "X : R^(m×n); a : R^m; b : R^n",
    "a'*dX*b",
    "tr(b*a'*dX)",
  ),
  arranging("trace-cyclic", "the trace is cyclic", `${MAGNUS}, ch. 1, §10`, TRACE, "tr(A*dX*B)", "tr(B*A*dX)"),
  arranging(
    "trace-transpose",
    "a matrix and its transpose have the same trace",
    `${MAGNUS}, ch. 1, §10`,
    "X : R^(m×n); A : R^(m×n)",
    "tr(A*dX')",
    "tr(A'*dX)",
  ),
  arranging(
    "hadamard-dot",
    "`a'*(b.*c) = (a.*b)'*c`",
    `${MAGNUS}, ch. 3, §6`,
    "x : R^n; a : R^n; b : R^n",
    "a'*(b.*dx)",
    "(a.*b)'*dx",
  ),
  arranging(
    "hadamard-trace",
    "`tr(A*(B.*C)) = tr((A'.*B)'*C)`",
    `${MAGNUS}, ch. 3, §6`,
    "X : R^(m×n); A : R^(n×m); B : R^(m×n)",
    "tr(A*(B.*dX))",
    "tr((A'.*B)'*dX)",
  ),
  arranging("sum-dot", "`sum(a.*b) = a'*b`", `${MAGNUS}, ch. 3, §6`, "x : R^n; a : R^n", "sum(a.*dx)", "a'*dx"),
  arranging(
    "sum-trace",
    "`sum(A.*B) = tr(A'*B)`",
    `${MAGNUS}, ch. 3, §6`,
    "X : R^(m×n); A : R^(m×n)",
    "sum(A.*dX)",
    "tr(A'*dX)",
  ),
  arranging(
    "sum-ones",
    "a sum of entries is a product with ones",
    "the definition of the product",
    "x : R^n; A : R^(m×n)",
    "sum(A*dx)",
    "ones(m)'*A*dx",
  ),
  arranging(
    "trace-diag",
    "`tr(A*diag(b)) = diag(A)'*b`",
    "the definition of the trace",
    "x : R^n; A : R^(n×n)",
    "tr(A*diag(dx))",
    "diag(A)'*dx",
  ),
  arranging(
    "diag-dot",
    "`a'*diag(B) = tr(diag(a)*B)`",
    "the definition of the trace",
    "X : R^(n×n); a : R^n",
    "a'*diag(dX)",
    "tr(diag(a)*dX)",
  ),
  arranging(
    "diag-between",
    "`a'*diag(b)*c = (a.*c)'*b`",
    "the definition of the product",
    "x : R^n; a : R^n; c : R^n",
    "a'*diag(dx)*c",
    "(a.*c)'*dx",
  ),
  arranging(
    "diag-swap",
    "`diag(a)*b = diag(b)*a`",
    "the definition of the product",
    "x : R^n; b : R^n",
    "diag(dx)*b",
    "diag(b)*dx",
  ),
  arranging(
    "diag-of-diag",
    "`diag(A*diag(b)*C) = (A.*C')*b`",
    "the definition of the product",
    "x : R^n; A : R^(m×n); C : R^(n×m)",
    "diag(A*diag(dx)*C)",
    "(A.*C')*dx",
  ),
  arranging(
    "diag-of-product",
    "`diag(a*b') = diag(b)*a`",
    "the definition of the product",
    "x : R^n; b : R^n",
    "diag(dx*b')",
    "diag(b)*dx",
  ),
  arranging(
    "entry",
    "an entry is a row of the identity times the whole",
    "the definition of the product",
    "x : R^n",
    "dx[1]",
    "eye(n)[1,:]*dx",
  ),
  arranging(
    "literal",
    "a matrix is the sum of its entries, each at its place",
    "the definition of the sum",
    "t : R",
    "[dt; 2*dt]",
    "eye(2)[:,1]*dt + eye(2)[:,2]*(2*dt)",
  ),
  arranging(
    "sum-out",
    "what is the same in all terms comes out of the sum",
    "the laws of sums",
    "x : R^n; A : R^(m×n)",
    "sum(i in 1..m, A[i,:]*dx)",
    "sum(i in 1..m, A[i,:])*dx",
  ),
  arranging(
    "diag-column",
    "`diag(A) = (eye(n).*A)*ones(n)`",
    "the definition of the diagonal",
    "X : R^(n×n)",
    "diag(dX)",
    "(eye(n).*dX)*ones(n)",
  ),
  arranging(
    "diag-matrix",
    "`diag(a) = eye(n).*(a*ones(n)')`",
    "the definition of the diagonal",
    "x : R^n",
    "vec(diag(dx))",
    "vec(eye(n).*(dx*ones(n)'))",
  ),
  arranging(
    "transpose-inside",
    "the transpose of a product, factor by factor",
    `${MAGNUS}, ch. 1, §3`,
    "X : R^(m×n); A : R^(p×m)",
    "(A*dX)'",
    "dX'*A'",
    true,
  ),
  arranging(
    "hadamard-diag",
    "`a.*b = diag(a)*b`",
    "the definition of the product",
    "x : R^n; a : R^n",
    "a.*dx",
    "diag(a)*dx",
  ),
  arranging(
    "hadamard-vec",
    "`vec(A.*B) = diag(vec(A))*vec(B)`",
    `${MAGNUS}, ch. 3, §6`,
    "X : R^(m×n); A : R^(m×n)",
    "vec(A.*dX)",
    "diag(vec(A))*vec(dX)",
  ),
  arranging(
    "triangle-trace",
    "`tr(A*tril(B)) = tr(triu(A)*B)`",
    "the definition of the trace",
    "X : R^(n×n); A : R^(n×n)",
    "tr(A*tril(dX))",
    "tr(triu(A)*dX)",
  ),
  arranging(
    "vec-product",
    "`vec(A*X*B) = kron(B', A)*vec(X)`",
    `${MAGNUS}, ch. 2, thm 2`,
    TRACE,
    "vec(A*dX*B)",
    "kron(B', A)*vec(dX)",
  ),
  arranging("vec-transpose", "the vec of a row is its transpose", `${MAGNUS}, ch. 2, §4`, "x : R^n", "vec(dx')", "dx"),
  arranging(
    "commutation",
    "`vec(X') = K(m,n)*vec(X)`",
    `${MAGNUS}, ch. 3, §7`,
    "X : R^(m×n)",
    "vec(dX')",
    "K(m,n)*vec(dX)",
  ),
  arranging(
    "vec-dot",
    "`tr(A'*B) = vec(A)'*vec(B)`",
    `${MAGNUS}, ch. 2, §4`,
    "X : R^(m×n); A : R^(m×n)",
    "tr(A'*dX)",
    "vec(A)'*vec(dX)",
  ),
  arranging(
    "scalar-out",
    "a scalar factor moves to the end",
    "the laws of matrices",
    "t : R; A : R^(n×n); B : R^(n×n)",
    "A*(dt*B)*A",
    "A*B*A*dt",
  ),
  arranging(
    "symmetric",
    "a symmetric matrix is its transpose",
    "its declaration",
    "x : R^n; S : R^(n×n) symmetric",
    "x'*S'*dx",
    "x'*S*dx",
  ),
  arranging(
    "skew",
    "a skew matrix is minus its transpose",
    "its declaration",
    "x : R^n; S : R^(n×n) skew",
    "x'*S'*dx",
    "-x'*S*dx",
  ),
  arranging(
    "inverse-cancels",
    "a matrix times its inverse is the identity",
    `${MAGNUS}, ch. 1, §8`,
    "x : R^n; A : R^(n×n) invertible; b : R^n",
    "b'*inv(A)*A*dx",
    "b'*dx",
    true,
  ),
  arranging(
    "collect",
    "like terms together, common factors out",
    "the laws of matrices",
    QUADRATIC,
    "x'*A'*dx + x'*A*dx",
    "x'*(A' + A)*dx",
  ),

  reading("read-scalar", "read off `dy = D*dt`", `${MAGNUS}, ch. 9, §6`, "t : R", "d(t^2)", "2*t*dt"),
  reading("read-vector", "read off `dy = D'*dx`", `${MAGNUS}, ch. 9, §6`, QUADRATIC, "d(x'*A*x)", "((A + A')*x)'*dx"),
  reading(
    "read-entries",
    "read off what stands before each entry of `dx`",
    `${MAGNUS}, ch. 9, §6`,
    "x : R^2",
    "d(x[1]^2 + x[2])",
    "[2*x[1]; 1]'*dx",
  ),
  reading(
    "read-trace",
    "read off `dy = tr(D'*dX)`",
    `${MAGNUS}, ch. 9, §6`,
    "X : R^(m×n); A : R^(n×m)",
    "d(tr(A*X))",
    "tr((A')'*dX)",
  ),
  reading("read-row", "read off `dy = D*dx`", `${MAGNUS}, ch. 9, §6`, QUADRATIC, "d(x'*A*x)", "x'*(A + A')*dx"),
  reading(
    "read-trace-row",
    "read off `dy = tr(D*dX)`",
    `${MAGNUS}, ch. 9, §6`,
    "X : R^(m×n); A : R^(n×m)",
    "d(tr(A*X))",
    "tr(A*dX)",
  ),
  reading("read-jacobian", "read off `dy = J*dx`", `${MAGNUS}, ch. 9, §6`, LEAST_SQUARES, "d(A*x - b)", "A*dx"),
  reading(
    "read-vec",
    "read off `vec(dY) = J*vec(dX)`",
    `${MAGNUS}, ch. 9, §6`,
    TRACE,
    "vec(d(A*X*B))",
    "kron(B', A)*vec(dX)",
  ),
  reading(
    "symmetric-part",
    "`X` is symmetric, and so is its gradient: the part `(D + D')/2`",
    `${COOKBOOK}, §2.8`,
    "X : R^(n×n) symmetric; A : R^(n×n)",
    "tr(A*dX)",
    "tr((A + A')/2*dX)",
  ),
  reading(
    "structured-part",
    "only the entries that can change count",
    `${COOKBOOK}, §2.8`,
    "L : R^(n×n) lower; A : R^(n×n)",
    "tr(A'*dL)",
    "tr(tril(A)'*dL)",
  ),
  reading(
    "value-of-name",
    "the names written out",
    WRITING,
    LEAST_SQUARES,
    "2*A'*(A*x - b)",
    "2*(A'*A*x - A'*b)",
    true,
  ),
  reading("simplify", "written shorter", "the laws of matrices", QUADRATIC, "A'*x + A*x", "(A + A')*x", true),
];

/** The rules of functions come from the operator table: one for each operator with a differential of its own. */
function functionRule(o: Operator): Rule | undefined {
  const rule = o.rule;
  if (rule === undefined || o.name === "norm2") return undefined;
  if ("pointwise" in rule) {
    if (rule.pointwise === "0") return undefined;
    const f = (u: string): string =>
      (isSum(rule.pointwise) ? `(${rule.pointwise})` : rule.pointwise).replace(/\bu\b/g, u);
    return {
      id: `d-${o.name}`,
      name: `\`d(${o.name}(u)) = ${f("u")}*du\`, entry by entry`,
      group: "functions",
      source: o.doc.source ?? "the scalar derivative",
      example: { given: ["t : R"], from: `d(${o.name}(t))`, to: `${f("t")}*dt` },
    };
  }
  if (!("differential" in rule)) return undefined;
  // The shape that the documentation speaks of: of its example, a small letter is a vector.
  const small = /\([a-z]\)$/.test(o.doc.example);
  const [shape, declared] =
    EXAMPLE_SHAPES[small ? "n" : (/\(([^()]*)\)/.exec(o.doc.shapes)?.[1] ?? "")] ?? EXAMPLE_SHAPES["n"]!;
  const template = templateFor(rule.differential, shape);
  if (template === undefined) return undefined;
  const letter = declared.startsWith("x") ? "x" : "X";
  const put = (t: string): string => t.replace(/\bX\b/g, letter).replace(/\bdX\b/g, `d${letter}`);
  return {
    id: `d-${o.name}`,
    name:
      template.length > LONGEST_NAME
        ? `the rule for \`d(${o.name}(${letter}))\``
        : `\`d(${o.name}(${letter})) = ${put(template)}\``,
    group: "functions",
    source: o.doc.source ?? "the operator table",
    example: { given: [declared], from: `d(${o.name}(${letter}))`, to: put(template) },
  };
}

const templateFor = (t: string | ((args: readonly Shape[]) => string | undefined), s: Shape): string | undefined =>
  typeof t === "string" ? t : t([s]);

/** A longer formula is not a name; the page of rules shows it. */
const LONGEST_NAME = 40;

const EXAMPLE_SHAPES: Readonly<Record<string, readonly [Shape, string]>> = tableOf({
  n: [vector(dimName("n")), "x : R^n"],
  "m×n": [matrix(dimName("m"), dimName("n")), "X : R^(m×n)"],
  "n×n": [matrix(dimName("n"), dimName("n")), "X : R^(n×n)"],
});

/** Whether a template needs brackets as a factor: a plus or minus stands outside all of its brackets. */
function isSum(template: string): boolean {
  let depth = 0;
  for (const c of template.slice(1)) {
    if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (depth === 0 && (c === "+" || c === "-")) return true;
  }
  return false;
}

const FUNCTION_TABLE: readonly Rule[] = [
  { id: "d-norm2", name: "`d(norm2(x)) = x'*dx/norm2(x)`", group: "functions", source: `${COOKBOOK}, eq. 129`, example: { given: ["x : R^n"], from: "d(norm2(x))", to: "x'*dx/norm2(x)" } },
  ...OPERATORS.map(functionRule).filter((r): r is Rule => r !== undefined),
]; // prettier-ignore

/** A rule of the table above, or `d-` and the name of an operator. */
export type RuleId = (typeof TABLE)[number]["id"] | `d-${string}`;

/** The rules in the order of a derivation. */
export const RULES: readonly Rule[] = [
  ...TABLE.filter((r) => r.group === "restating" || r.group === "moving d inside"),
  ...FUNCTION_TABLE,
  ...TABLE.filter((r) => r.group === "arranging" || r.group === "reading off"),
];

const BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map((r) => [r.id, r]));

export const rule = (id: RuleId): Rule => {
  const found = BY_ID.get(id);
  if (found === undefined) throw new Error(`the rule ${id} is not in the table`);
  return found;
};
