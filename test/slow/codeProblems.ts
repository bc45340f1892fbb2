import { caseGiven, caseText, caseVariables, sharedCases } from "../sharedCases";
import { lossesOfPapers, questionsAsked } from "../support/collected";

/** A derivation whose code is run: declarations, expression, variables. */
export interface CodeProblem {
  readonly id: string;
  readonly given: readonly string[];
  readonly expr: string;
  readonly wrt: readonly string[];
  readonly kind?: "differential" | "hvp";
}

const own = (id: string, given: string, expr: string, ...wrt: string[]): CodeProblem => ({
  id,
  given: given.split(";").map((g) => g.trim()),
  expr,
  wrt,
});

const REGRESSION = "X : R^(m×n); w : R^n; y : R^m";

const KRON = "A : R^(m×n); B : R^(p×q); x : R^(n*q); y : R^(m*p)";

const FAMILY = "S_i : R^(n×n) posdef for i=1..N; m_i : R^n for i=1..N; x : R^n; A : R^(n×n) posdef";

const LOW_RANK =
  "W, V : R^(n×q); p : R^n positive; y : R^n; t : R positive; S : R^(n×n) psd; M : R^(q×q) posdef; C = W*W' + diag(p)";
const KRON_GAUSSIAN = "A : R^(n×n) posdef; B : R^(m×m) posdef; Y : R^(m×n); z : R^(n*m)";

/** What every target must get right: all operators, structure, stable forms, Kronecker blocks, two orders. */
export const OWN: readonly CodeProblem[] = [
  own("least squares", REGRESSION, "norm2(X*w - y)^2", "w"),
  own("least squares, second order", REGRESSION, "norm2(X*w - y)^2", "w", "w"),
  own("logistic", REGRESSION, "sum(log(exp(-y.*(X*w)) + ones(m)))", "w"),
  own("logistic, second order", REGRESSION, "sum(log(exp(-y.*(X*w)) + ones(m)))", "w", "w"),
  own("softplus", REGRESSION, "sum(softplus(X*w))", "w"),
  own("quadratic", "x : R^n; A : R^(n×n)", "x'*A*x", "x", "x"),
  own("gaussian", "S : R^(n×n) posdef; d : R^n", "0.5*d'*inv(S)*d + 0.5*logdet(S)", "S"),
  own("general solves", "A : R^(n×n) invertible; b, c : R^n", "c'*inv(A)*b", "A"),
  own("inverse", "A : R^(n×n) invertible; B : R^(n×n)", "tr(inv(A)*B)", "A"),
  own("log determinant", "A : R^(n×n) invertible", "logdet(A)", "A"),
  own("scaled log determinant", "S : R^(n×n) posdef; c : R positive", "logdet(c*S)", "S"),
  own("determinant", "A : R^(n×n) invertible", "det(A)", "A"),
  own("adjugate", "A : R^(n×n) invertible; B : R^(n×n)", "tr(adj(A)*B)", "B"),
  own("factorization", "U : R^(m×k); V : R^(n×k); T : R^(m×n)", "norm2(T - U*V')^2", "U"),
  own("factorization, second order", "U : R^(m×k); V : R^(n×k); T : R^(m×n)", "norm2(T - U*V')^2", "U", "U"),
  own("block on the left", "X : R^(m×n); A : R^(m×m)", "tr(X'*A*X)", "X", "X"),
  own("blocks and commutation", "X : R^(m×n)", "X'*X", "X"),
  own("commutation alone", "X : R^(m×n)", "X'", "X"),
  own("dense Kronecker product", "X : R^(n×n) invertible", "inv(X)", "X"),
  own("vector Kronecker product", "W : R^(m×n); x : R^n; b : R^m", "tanh(W*x + b)", "W"),
  own("matrix power", "X : R^(n×n)", "tr(X^7)", "X"),
  own("cube", "X : R^(n×n)", "X*X*X", "X"),
  own("row softmax", "X : R^(m×n); W : R^(n×p); Y : R^(m×p)", "sum(Y.*log(softmax(X*W)))", "W"),
  own("softmax", "x, y : R^n", "y'*softmax(x)", "x"),
  own("log-sum-exp", "X : R^(m×n); w : R^n", "logsumexp(X*w)", "w", "w"),
  own("rows of log-sum-exp", "X : R^(m×n); W : R^(n×p)", "sum(logsumexpr(X*W))", "W"),
  own("attention", "Q, D : R^(m×p); E : R^(n×p); V : R^(n×q); C : R^(m×q)", "sum(C.*(softmax(Q*E')*V))", "V"),
  own("elementwise functions", "x : R^n", "sum(sin(x) + cos(x).*tanh(x) + arctan(x) + sinh(x) + erf(x))", "x"),
  own(
    "more elementwise functions",
    "x : R^n positive",
    "sum(log(x) + sqrt(x) + cosh(x) + sigmoid(x) + exp(-x) + abs(x))",
    "x",
  ),
  own("bounded functions", "x : R^n", "sum(arcsin(sin(x)/2) + arccos(sin(x)/3) + tan(x/5))", "x"),
  own(
    "functions by formula",
    "x : R^n; A : R^(m×n)",
    "sum(gelu(x)) + sum(silu(A)) + sum(normcdf(x)) + sum(gelu(A*x).^2)",
    "x",
  ),
  own("functions by formula, second order", "x : R^n", "sum(gelu(x) + silu(x) + normcdf(x))", "x", "x"),
  own("cube roots", "x : R^n positive; A : R^(m×n)", "sum(cbrt(x)) + sum(cbrt(A))", "x"),
  own(
    "gamma functions",
    "x : R^n positive; a : R positive",
    "sum(lgamma(x)) + a*sum(digamma(x)*0 + lgamma(a*x)) + gelu(2) + lgamma(3.5)",
    "a",
  ),
  own("kinks", "x, y : R^n", "sum(relu(x)) + norm1(y) + norminf(x) + max(y) + sum(step(x).*sign(y))", "x"),
  own("norms", "X : R^(m×n)", "norm2(X) + normnuc(X)", "X"),
  own("spectral norm", "X : R^(m×n)", "normspec(X)", "X"),
  own("largest eigenvalue", "S : R^(n×n) symmetric", "lmax(S)", "S"),
  own("projection", "X : R^(m×n); y : R^m", "y'*X*inv(X'*X)*X'*y", "y"),
  own("pseudo-inverse", "X : R^(m×n)", "pinv(X)", "X"),
  own("matrix exponential", "X : R^(n×n)", "tr(expm(X))", "X"),
  own("matrix square root", "S : R^(n×n) posdef", "tr(sqrtm(S))", "S"),
  own("matrix logarithm", "S : R^(n×n) posdef", "tr(S*logm(S))", "S"),
  own("triangles", "A : R^(n×n); L : R^(n×n) lower", "tr(A*L) + sum(triu(A)) + sum(tril(A))", "L"),
  own("diagonals", "x : R^n; A : R^(n×n)", "tr(diag(x)*A) + sum(diag(A).*x)", "x"),
  own("diagonal scaling", "X : R^(m×n); d : R^m positive", "logdet(X'*diag(d)*X)", "d"),
  own("determinant with a diagonal", "A : R^(n×n) posdef; x : R^n positive", "logdet(A + diag(x))", "x", "x"),
  own("means and dots", "x, y : R^n; X : R^(m×n)", "mean(X)*dot(x, y) + mean(x)", "x"),
  own("vec and kron", "A : R^(m×n); B : R^(p×q)", "sum(kron(A, B)) + sum(vec(A))", "A"),
  own("constants", "X : R^(m×n)", "sum(X.*ones(m,n)) + sum(X + zeros(m,n)) + tr(eye(n))", "X"),
  own("entries", "x : R^4; A : R^(4×3)", "x[2]*A[1,3] + x[1]^2", "x"),
  own("literals", "a, b : R", "det([a, b; b, 2*a])", "a"),
  own("reserved names", "lambda : R positive; np : R^n; def : R^n", "lambda*np'*def", "np"),
  own("dimension as a scalar", "x : R^n", "x'*x/n", "x"),
  own("sums of dimensions", "x : R^(2*n); A : R^(n×n)", "x'*kron(eye(2), A)*x", "x"),
  own("broadcast bias", "X : R^(m×n); W : R^(n×p); b : R^p; Y : R^(m×p)", "norm2(X*W + ones(m)*b' - Y)^2", "b"),
  own("skew", "S : R^(n×n) skew; A : R^(n×n)", "tr(A*S)", "S"),
  own("scalar power", "a : R positive; b : R", "a^b", "b"),
  own("derivative by a scalar", "A, B : R^(m×n); t : R", "A + t*B", "t"),
  own(
    "softmax regression, second order",
    "X : R^(m×n); W : R^(n×k); Y : R^(m×k)",
    "sum(logsumexpr(X*W)) - sum(Y.*(X*W))",
    "W",
    "W",
  ),
  own(
    "masked factorization, second order",
    "U : R^(m×k); V : R^(n×k); M, T : R^(m×n)",
    "norm2(M.*(T - U*V'))^2",
    "U",
    "U",
  ),
  own(
    "two layers, second order",
    "A : R^(m×h); X : R^(h×n); B : R^(n×k); Y : R^(m×k)",
    "norm2(A*tanh(X*B) - Y)^2",
    "B",
    "B",
  ),
  own(
    "one hidden layer, second order",
    "X : R^(h×n); B : R^(n×p); c : R^p; y : R^h",
    "norm2(tanh(X*B)*c - y)^2",
    "B",
    "B",
  ),
  own("entries of a layer, second order", "X : R^(h×n); B : R^(n×p)", "sum(tanh(X*B))", "B", "B"),
  own(
    "sum over a family of matrices",
    "A_i : R^(n×n) for i=1..N; B_i : R^(d×d) for i=1..N; X : R^(n×d)",
    "sum(i in 1..N, tr(X'*A_i*X*B_i))",
    "X",
    "X",
  ),
  own(
    "least squares over a family",
    "A_i : R^(n×d) for i=1..N; b_i : R^n for i=1..N; x : R^d",
    "sum(i in 1..N, norm2(A_i*x - b_i)^2)",
    "x",
    "x",
  ),
  own(
    "logistic over a family of matrices",
    "A_i : R^(n×d) for i=1..N; y_i : R for i=1..N; X : R^(d×n)",
    "sum(i in 1..N, log(1 + exp(-y_i*tr(A_i*X))))",
    "X",
    "X",
  ),
  own("quartic over a family", "A_i : R^(n×n) for i=1..N; x : R^n", "sum(i in 1..N, (x'*A_i*x)^2)", "x", "x"),
  own(
    "family of matrices and vectors",
    "A_i : R^(n×d) for i=1..N; x_i : R^n for i=1..N; W : R^(d×k)",
    "sum(i in 1..N, sum(tanh(W'*A_i'*x_i)))",
    "W",
  ),
  own("two Kronecker products", "A : R^(n×n); B : R^(d×d); X : R^(n×d)", "tr(X'*A*X*B)", "X", "X"),
  own("Kronecker products and identities", "X : R^(m×n)", "norm2(X'*X)^2", "X", "X"),
  own("Kronecker product and commutation", "X : R^(n×n) invertible", "logdet(X)", "X", "X"),
  own("Kronecker product between vectors", "A : R^(n×n); B : R^(m×m); x : R^(n*m)", "x'*kron(A, B)*x", "x", "x"),
  own(
    "squares of products over a family",
    "X : R^(m×n); P_i : R^(m×m) for i=1..N; Q_i : R^(n×n) for i=1..N; M : R^(m×n)",
    "sum(i in 1..N, norm2(P_i*X*Q_i)^2) + 3*sum(exp(M.*X))",
    "X",
    "X",
  ),
  own(
    "Kronecker products and diagonals added",
    "X : R^(m×n); B : R^(n×n); M : R^(m×n)",
    "norm2(X'*X)^2 + 0.5*norm2(M.*(X*B))^2 + sum(logsumexpr(X*B))",
    "X",
    "X",
  ),
  own("Kronecker product times a vector", KRON, "kron(A, B)*x - y", "x"),
  own("Kronecker product times a vector, its length", KRON, "norm2(kron(A, B)*x - y)", "x"),
  own("Kronecker product times a vector, squared, by a side", KRON, "norm2(kron(A, B)*x - y)^2", "A", "A"),
  own("Kronecker product times a vector, squared", KRON, "norm2(kron(A, B)*x - y)^2", "x", "x"),
  own("row times a Kronecker product", KRON, "y'*kron(A, B) - x'", "y"),
  own(
    "functions of a Kronecker product and a vector",
    KRON,
    "sum(exp(kron(A, B)*x/9 - y)) + logsumexp(kron(A, B)*x)",
    "x",
  ),
  own("entries scaled beside a Kronecker product", KRON, "(kron(A, B)*x).*y - 2*y", "x"),
  own(
    "Kronecker sum times a vector",
    "F : R^(n×n); G : R^(m×m); x, y : R^(n*m)",
    "norm2(kron(F, eye(m))*x + kron(eye(n), G)*x - y)",
    "x",
  ),
  own(
    "vectors made of matrices",
    "A : R^(m×n); B : R^(p×q); X : R^(q×n); y : R^(p*m)",
    "norm2(vec(B*X*A') - y) + sum(tanh(kron(A, B)*vec(X) - y))",
    "X",
  ),
  own("commutation of a vector", "X : R^(m×n); y : R^(m*n)", "norm2(K(m,n)*vec(X) - y)", "X"),
  own(
    "Kronecker product, an equation of Lyapunov",
    "A, F : R^(n×n)",
    "tr(A*kron(eye(1), F)' + kron(eye(1), F)*A)",
    "F",
  ),
  own(
    "Kronecker product times a matrix",
    "A : R^(m×n); B : R^(p×q); X : R^((n*q)×r); Y : R^((m*p)×r)",
    "norm2(kron(A, B)*X - Y)^2",
    "X",
  ),
  own(
    "traces of Kronecker products",
    "F : R^(m×m); A : R^((n*m)×(n*m))",
    "tr(A*kron(eye(n), F)' + kron(eye(n), F)*A)",
    "F",
  ),
  own(
    "block literals",
    "a : R; x, y : R^n; A : R^(n×n) posdef",
    "y'*A*y + logdet([1 + norm2(x)^2 + exp(a), x'; x, eye(n) + A])",
    "a",
  ),
  own("sigmoids of either sign", "u, v, w : R^n", "-log(sigmoid(u'*v)) - log(sigmoid(-u'*w))", "u", "u"),
  own("rows in and out", "a : R^(1×n); A : R^(n×m); b : R^(1×m)", "(2*a*A - b).*b", "a"),
  own("solves over a family", FAMILY, "sum(i in 1..N, (x - m_i)'*inv(S_i)*(x - m_i) + logdet(S_i))", "x", "x"),
  own("inverses over a family", FAMILY, "sum(i in 1..N, tr(inv(S_i + A)*A)*norm2(A) + logdet(S_i + A))", "A"),
  own("an inverse of a sum of inverses", FAMILY, "logsumexp(inv(sum(i in 1..N, inv(S_i)))*x)", "x"),
  own("a mixture over a family", FAMILY, "log(sum(i in 1..N, exp(-(x - m_i)'*inv(S_i)*(x - m_i)/2)))", "x"),
  own("sums in sums over a family", FAMILY, "sum(i in 1..N, det(S_i)*sum(j in 1..N, m_j'*inv(S_i + S_j)*m_i*x))", "x"),
  own(
    "a sum of squares of sums",
    FAMILY,
    "norm2(sum(i in 1..N, inv(S_i)*(x - m_i)))^2 + sum(i in 1..N, m_i'*inv(S_i)*x)",
    "x",
    "x",
  ),
  own(
    "rows of a matrix in a loop",
    "A, B : R^(N×n); S_i : R^(n×n) posdef for i=1..N; x : R^n",
    "sum(i in 1..N, (A[i,:] - x')*inv(S_i)*(B[i,:]' + x))",
    "x",
  ),
  own(
    "negative binomial",
    "X : R^(m×n); w : R^n; y : R^m nonneg; r : R positive",
    "sum((y + r*ones(m)).*log(r*ones(m) + exp(X*w)) - y.*(X*w))",
    "w",
    "w",
  ),
  own("log-cosh", REGRESSION, "sum(log(cosh(X*w - y)))", "w", "w"),
  own(
    "sums of exponentials",
    "a, b, x : R^n; c : R positive",
    "log(c*exp(a'*x) + exp(b'*x) + 2) + log(exp(a'*x) + exp(b'*x))",
    "x",
    "x",
  ),
  own(
    "ratios of exponentials",
    "a, b, x, y : R^n; p : R^n positive",
    "exp(a'*x)/(exp(a'*x) + 3*exp(b'*x)) + log(p'*exp(x)) + sum(exp(x + y)./(p + exp(x)))",
    "x",
    "x",
  ),
  own(
    "a mixture of points",
    "x_i : R^n for i=1..N; m_k : R^n for k=1..M; p_k : R positive for k=1..M; A : R^(n×n)",
    "sum(i in 1..N, log(sum(k in 1..M, p_k*exp(-norm2(x_i - A*m_k)^2/2))))",
    "A",
  ),
  own("nuclear norm of a residual", "A : R^(m×n); X : R^(m×k); B : R^(k×n)", "normnuc(A - X*B)", "X"),
  own("polar factor", "A, B : R^(m×n); x : R", "tr(A*inv(sqrtm(A'*A))*x*B') + tr(pinv(sqrtm(A'*A))*A'*B)", "x"),
  own("cofactors", "A, B : R^(n×n)", "det(A)*norm2(A)^2 + tr(adj(A)*B)", "A"),
  own(
    "one factorization for determinant and inverse",
    "A, B : R^(n×n) invertible; x : R^n",
    "x'*inv(A)*x + 3*logdet(A) + det(B)^2 + tr(inv(B))",
    "A",
  ),
  own("determinant beside solves", "A : R^(n×n) invertible; x, y : R^n", "log(x'*inv(A)*y*det(A)) + logdet(A*2)", "x"),
  own("identity of size one", "A : R^(n×n)", "tr(A*kron(eye(1), A)) + sum(eye(1) + 2*eye(1))", "A"),
  own(
    "family beside a variable of its name",
    "x : R^n; x_i : R^n for i=1..N; b : R",
    "sum(i in 1..N, exp(-norm2(x - x_i)^2/b^2))",
    "x",
  ),
  own("products over a family", "A_i : R^(n×n) for i=1..N; X : R^(n×n)", "sum(i in 1..N, A_i*X*A_i')", "X"),
  own(
    "a softmax of each member",
    "x_i : R^d for i=1..N; y_i : R^k for i=1..N; W : R^(k×d)",
    "sum(i in 1..N, logsumexp(W*x_i) - y_i'*W*x_i)",
    "W",
    "W",
  ),
  own("pairs of a family", "x_i : R^d for i=1..N; A : R^(d×d)", "sum(i in 1..N, sum(j in 1..N, exp(x_i'*A*x_j)))", "A"),
  { ...own("Hessian times a direction", REGRESSION, "sum(log(exp(-y.*(X*w)) + ones(m)))", "w"), kind: "hvp" },
  { ...own("differential of the inverse", "X : R^(n×n) invertible", "inv(X)", "X"), kind: "differential" },
];

/** The collection of derivations beside the repository, where it is present; Hessians of the scalars among them. */
export const sharedProblems = (): readonly CodeProblem[] =>
  (sharedCases() ?? []).flatMap((c): CodeProblem[] => {
    const problem = { id: c.id, given: caseGiven(c), expr: caseText(c.expr), wrt: caseVariables(c) };
    if (c.kind === "differential" || c.kind === "hvp") return [{ ...problem, kind: c.kind }];
    return c.kind === "gradient" ? [problem, secondOrder(problem)] : [problem];
  });

/** Derivatives that people asked for in public, and entries of tables. */
export const questionProblems = (): readonly CodeProblem[] => questionsAsked();

/** Losses of well-known papers by each of their parameters, first and second order. */
export const lossProblems = (): readonly CodeProblem[] => lossesOfPapers().flatMap((l) => [l, secondOrder(l)]);

/** Matrices that are factorized in parts: every rule of `structure.ts`, from either side, with scales, of either kind. */
export const STRUCTURED: readonly CodeProblem[] = [
  own("low rank plus diagonal, by the loadings", LOW_RANK, "0.5*y'*inv(C)*y + 0.5*logdet(C)", "W"),
  own("low rank plus diagonal, by the diagonal", LOW_RANK, "0.5*y'*inv(C)*y + 0.5*logdet(C)", "p"),
  own("low rank plus diagonal, second order", LOW_RANK, "y'*inv(C)*y", "y", "y"),
  own("low rank plus diagonal, traces and arrays", LOW_RANK, "tr(inv(C)*S*inv(C)) + norm2(inv(C)*S)^2 + det(C)/9", "W"),
  own("low rank plus diagonal, itself", LOW_RANK, "inv(C)*t", "t"),
  own("low rank plus diagonal, its diagonal", LOW_RANK, "sum(diag(inv(C)).*y) + tr(inv(C))", "p"),
  own("two of them in a row", LOW_RANK, "y'*inv(C)*inv(C)*y + y'*inv(C)*inv(C)*inv(C)*p", "y"),
  own("a scale before the low rank", LOW_RANK, "y'*inv(diag(p) + t*W*W')*y + logdet(2*t*W*W' + diag(p))", "t"),
  own("a scale behind it", LOW_RANK, "tr(inv(W*W'*3 + t*eye(n))*S) + logdet(W*W'/t + eye(n))", "t"),
  own("a matrix in the middle", LOW_RANK, "y'*inv(W*M*W' + eye(n))*W*M*W'*y + logdet(W*M*W' + eye(n))", "M"),
  own(
    "sides that differ",
    LOW_RANK,
    "y'*inv(diag(p) + W*V')*y + 2*logdet(diag(p) + W*V') + p'*inv(diag(p) + W*V')'*y",
    "V",
  ),
  own(
    "sides that differ, pushed through",
    LOW_RANK,
    "norm2(inv(diag(p) + W*V')*W)^2 + norm2(V'*inv(diag(p) + W*V'))^2",
    "W",
  ),
  own("difference, which is no case of it", LOW_RANK, "logdet(5*eye(n) - W*W'/9) + y'*inv(diag(p) - W*W'/99)*y", "W"),
  own(
    "determinants of diagonals",
    "x : R^n; y : R^n positive; A : R^(n×n) posdef",
    "det(diag(x)) + logdet(diag(y)*A*diag(y)) + logdet(3*eye(n)) + det(2*eye(n))",
    "x",
  ),
  own(
    "inverses of products with diagonals",
    "y : R^n positive; A : R^(n×n) posdef; b : R^n",
    "logdet(diag(y)*A*diag(y)) + b'*inv(diag(y)*A)*b",
    "y",
  ),
  own("Kronecker Gaussian", KRON_GAUSSIAN, "0.5*vec(Y)'*inv(kron(A, B))*vec(Y) + 0.5*logdet(kron(A, B))", "Y", "Y"),
  own(
    "Kronecker Gaussian by a side",
    KRON_GAUSSIAN,
    "0.5*z'*inv(kron(A, B))*z + 0.5*logdet(2*kron(A, B)) + det(kron(A, B))",
    "A",
  ),
  own("Kronecker product of definitions", `${KRON_GAUSSIAN}; C = kron(A, B)`, "z'*inv(C)*z + logdet(C)", "z", "z"),
  own(
    "blocks plus a multiple of the identity",
    "T : R^(m×n); U : R^(m×k); V : R^(n×k); c : R positive",
    "norm2(T - U*V')^2 + c*norm2(U)^2",
    "U",
    "U",
  ),
  own(
    "blocks from the left plus another",
    "A, B : R^(m×m) symmetric; X : R^(m×n); c : R",
    "tr(X'*A*X) - 3*tr(X'*B*X) + c*norm2(X)^2",
    "X",
    "X",
  ),
  own(
    "an array and its transpose",
    "A_i : R^(n×n) for i=1..N; x : R^n; X : R^(n×m)",
    "sum(i in 1..N, (x'*A_i*x)^2) + sum(i in 1..N, norm2((A_i + A_i')*X)^2)",
    "x",
    "x",
  ),
  own(
    "a trace of a product of sums",
    "G : R^(n×m); H : R^(m×n); P : R^(n×n) posdef; R : R^(m×m) posdef",
    "tr((eye(n) - G*H)*P*(eye(n) - G*H)' + G*R*G')",
    "G",
    "G",
  ),
];

const secondOrder = (p: CodeProblem): CodeProblem => ({ ...p, id: `${p.id}, second order`, wrt: [...p.wrt, ...p.wrt] });
