/** A formula beside the best NumPy code that we can write for it by hand. */
export interface Problem {
  readonly id: string;
  readonly given: string;
  readonly expr: string;
  readonly wrt: string;
  readonly sizes: Readonly<Record<string, number>>;
  /** The body of a function of the inputs; it returns what the generated one does. */
  readonly byHand: string;
}

const problem = (
  id: string,
  given: string,
  expr: string,
  wrt: string,
  sizes: Readonly<Record<string, number>>,
  byHand: string,
): Problem => ({ id, given, expr, wrt, sizes, byHand });

const LOW_RANK = "W : R^(n×q); p : R^n positive; y : R^n; C = W*W' + diag(p)";
const REGRESSION = "X : R^(n×d); y : R^n; w : R^d";
/** The pieces of an inverse of diag(p) + W W', by a matrix of the small size. */
const WOODBURY = `
V = W / p[:, None]
M = W.T @ V
M.flat[:: M.shape[0] + 1] += 1
c = cho_factor(M)
z = y / p - V @ cho_solve(c, V.T @ y)
value = 0.5 * (y @ z) + 0.5 * (np.log(p).sum() + 2 * np.log(np.diag(c[0])).sum())`;
const KERNEL = "D : R^(n×n) symmetric; y : R^n; a, l, s : R positive; C = a*exp(-D/(2*l^2)) + s*eye(n)";

export const PROBLEMS: readonly Problem[] = [
  problem("low rank plus diagonal, by the loadings", LOW_RANK, "0.5*y'*inv(C)*y + 0.5*logdet(C)", "W", { n: 800, q: 10 },
    `${WOODBURY}\nreturn value, cho_solve(c, V.T).T - np.outer(z, z @ W)`),
  problem("low rank plus diagonal, by the diagonal", LOW_RANK, "0.5*y'*inv(C)*y + 0.5*logdet(C)", "p", { n: 800, q: 10 },
    `${WOODBURY}\nreturn value, 0.5 * (1 / p - np.einsum("ij,ij->i", V, cho_solve(c, V.T).T) - z * z)`),
  problem("factor analysis, by the loadings", "W : R^(n×q); p : R^n positive; S : R^(n×n) psd; C = W*W' + diag(p)", "0.5*logdet(C) + 0.5*tr(inv(C)*S)", "W", { n: 500, q: 10 }, `
V = W / p[:, None]
M = W.T @ V
M.flat[:: M.shape[0] + 1] += 1
c = cho_factor(M)
U = cho_solve(c, V.T).T
SU = S @ U
value = 0.5 * (np.log(p).sum() + 2 * np.log(np.diag(c[0])).sum()) + 0.5 * ((np.diag(S) / p).sum() - np.vdot(V, SU))
return value, U - (SU / p[:, None] - V @ (U.T @ SU))`),
  problem("probabilistic PCA", "W : R^(n×q); s : R positive; S : R^(n×n) psd; C = W*W' + s*eye(n)", "logdet(C) + tr(inv(C)*S)", "W", { n: 500, q: 10 }, `
n = S.shape[0]
M = W.T @ W
M.flat[:: M.shape[0] + 1] += s
c = cho_factor(M)
U = cho_solve(c, W.T).T
SU = S @ U
value = (n - M.shape[0]) * np.log(s) + 2 * np.log(np.diag(c[0])).sum() + (np.trace(S) - np.vdot(W, SU)) / s
return value, 2 * U - 2 / s * (SU - W @ (U.T @ SU))`),
  problem("log-determinant of a ridge", "X : R^(n×d)", "logdet(eye(n) + X*X')", "X", { n: 1000, d: 20 }, `
M = X.T @ X
M.flat[:: M.shape[0] + 1] += 1
c = cho_factor(M)
return 2 * np.log(np.diag(c[0])).sum(), 2 * cho_solve(c, X.T).T`),
  problem("kernel ridge, dual", "X : R^(n×d); y : R^n; s : R positive", "y'*inv(X*X' + s*eye(n))*y", "s", { n: 1000, d: 20 }, `
M = X.T @ X
M.flat[:: M.shape[0] + 1] += s
z = (y - X @ cho_solve(cho_factor(M), X.T @ y)) / s
return y @ z, -(z @ z)`),
  problem("determinant of a diagonal", "x : R^n", "det(diag(x))", "x", { n: 500 }, `
v = x.prod()
return v, v / x`),
  problem("log-determinant of a diagonal", "x : R^n positive; A : R^(n×n) posdef", "logdet(diag(x)*A*diag(x))", "x", { n: 400 }, `
return 2 * np.log(np.diag(cho_factor(A)[0])).sum() + 2 * np.log(x).sum(), 2 / x`),
  problem("Kronecker Gaussian", "A : R^(n×n) posdef; B : R^(m×m) posdef; Y : R^(m×n)", "0.5*vec(Y)'*inv(kron(A, B))*vec(Y) + 0.5*logdet(kron(A, B))", "Y", { n: 40, m: 30 }, `
a, b = cho_factor(A), cho_factor(B)
Z = cho_solve(b, cho_solve(a, Y.T).T)
value = 0.5 * np.vdot(Y, Z) + len(B) * np.log(np.diag(a[0])).sum() + len(A) * np.log(np.diag(b[0])).sum()
return value, Z`),
  problem("log-determinant of a Kronecker product", "A : R^(n×n) posdef; B : R^(m×m) posdef", "logdet(kron(A, B))", "A", { n: 40, m: 30 }, `
a, b = cho_factor(A), cho_factor(B)
value = 2 * (len(B) * np.log(np.diag(a[0])).sum() + len(A) * np.log(np.diag(b[0])).sum())
return value, len(B) * cho_solve(a, np.eye(len(A)))`),
  problem("trace of a Rayleigh quotient", "A, B : R^(n×n) posdef; W : R^(n×p)", "tr(inv(W'*B*W)*(W'*A*W))", "W", { n: 600, p: 8 }, `
AW, BW = A @ W, B @ W
P, c = W.T @ AW, cho_factor(W.T @ BW)
Q = cho_solve(c, P)
return np.trace(Q), 2 * (cho_solve(c, AW.T).T - BW @ cho_solve(c, Q.T).T)`),
  problem("linear discriminant", "A, B : R^(n×n) posdef; W : R^(n×p)", "logdet(W'*A*W) - logdet(W'*B*W)", "W", { n: 600, p: 8 }, `
AW, BW = A @ W, B @ W
a, b = cho_factor(W.T @ AW), cho_factor(W.T @ BW)
value = 2 * (np.log(np.diag(a[0])).sum() - np.log(np.diag(b[0])).sum())
return value, 2 * (cho_solve(a, AW.T).T - cho_solve(b, BW.T).T)`),
  problem("PCA reconstruction", "X : R^(n×d); W : R^(d×k)", "norm2(X - X*W*W')^2", "W", { n: 2000, d: 200, k: 10 }, `
XW = X @ W
R = X - XW @ W.T
return np.vdot(R, R), -2 * (R.T @ XW + X.T @ (R @ W))`),
  problem("matrix factorization with ridge, Hessian", "T : R^(m×n); U : R^(m×k); V : R^(n×k); c : R positive", "norm2(T - U*V')^2 + c*norm2(U)^2", "U U", { m: 200, n: 150, k: 5 }, `
m, k = U.shape
R = T - U @ V.T
H = np.zeros((k, m, k, m))
np.einsum("iaja->aij", H)[:] = 2 * (V.T @ V + c * np.eye(k))
return np.vdot(R, R) + c * np.vdot(U, U), 2 * (c * U - R @ V), H.reshape(k * m, k * m)`),
  problem("Mahalanobis distances, by the centre", "x_i : R^d for i=1..N; m : R^d; S : R^(d×d) posdef", "sum(i in 1..N, (x_i - m)'*inv(S)*(x_i - m))", "m", { N: 5000, d: 20 }, `
R = x - m
c = cho_factor(S)
Z = cho_solve(c, R.T @ R)
return np.trace(Z), -2 * cho_solve(c, R.sum(axis=0))`),
  problem("Mahalanobis distances, by the covariance", "x_i : R^d for i=1..N; m : R^d; S : R^(d×d) posdef", "sum(i in 1..N, (x_i - m)'*inv(S)*(x_i - m))", "S", { N: 5000, d: 20 }, `
R = x - m
c = cho_factor(S)
Z = cho_solve(c, R.T @ R)
return np.trace(Z), -cho_solve(c, Z.T)`),
  problem("Gaussian process, by the noise", KERNEL, "0.5*y'*inv(C)*y + 0.5*logdet(C)", "s", { n: 400 }, `
C = D * (-0.5 / l**2)
np.exp(C, out=C)
C *= a
C.flat[:: len(C) + 1] += s
L, _ = lapack.dpotrf(C, lower=1, overwrite_a=0)
z = cho_solve((L, True), y)
value = 0.5 * (y @ z) + np.log(np.diag(L)).sum()
return value, 0.5 * (np.trace(lapack.dpotri(L, lower=1)[0]) - z @ z)`),
  problem("nuclear norm", "X : R^(m×n)", "normnuc(X)", "X", { m: 300, n: 100 }, `
U, s, Vt = np.linalg.svd(X, full_matrices=False)
return s.sum(), U @ Vt`),
  problem("Rayleigh quotient, Hessian", "x : R^n; A : R^(n×n) symmetric", "x'*A*x/(x'*x)", "x x", { n: 500 }, `
q, Ax = x @ x, A @ x
f = x @ Ax / q
g = 2 * (Ax - f * x) / q
H = A * (2 / q)
H -= np.outer(g, 2 / q * x)
H -= np.outer(2 / q * x, g)
H.flat[:: len(x) + 1] -= 2 * f / q
return f, g, H`),
  problem("softmax regression, gradient", "X : R^(n×d); W : R^(d×k); Y : R^(n×k)", "sum(logsumexpr(X*W)) - sum(Y.*(X*W))", "W", { n: 2000, d: 50, k: 10 }, `
Z = X @ W
v = -np.vdot(Y, Z)
m = Z.max(axis=1)
Z -= m[:, None]
np.exp(Z, out=Z)
s = Z.sum(axis=1)
Z /= s[:, None]
Z -= Y
return v + m.sum() + np.log(s).sum(), X.T @ Z`),
  problem("attention, by the queries", "Q : R^(n×d); E, V : R^(m×d); Y : R^(n×d)", "norm2(softmax(Q*E')*V - Y)^2", "Q", { n: 300, m: 300, d: 32 }, `
P = softmax(Q @ E.T, axis=1)
R = P @ V - Y
G = P * (R @ V.T)
G -= P * G.sum(axis=1)[:, None]
return np.vdot(R, R), 2 * (G @ E)`),
  problem("variable projection", "X : R^(n×d); y : R^n", "norm2(y - X*inv(X'*X)*X'*y)^2", "X", { n: 1000, d: 30 }, `
b = cho_solve(cho_factor(X.T @ X), X.T @ y)
r = y - X @ b
return r @ r, -2 * np.outer(r, b)`),
  problem("determinant along a line", "A, B : R^(n×n); t : R", "det(A + t*B)", "t", { n: 200 }, `
M = A + t * B
f = lu_factor(M)
d = np.prod(np.diag(f[0])) * (-1.0) ** int((f[1] != np.arange(len(M))).sum())
return d, d * np.trace(lu_solve(f, B))`),
  problem("Kalman gain", "G : R^(n×m); H : R^(m×n); P : R^(n×n) posdef; R : R^(m×m) posdef", "tr((eye(n) - G*H)*P*(eye(n) - G*H)' + G*R*G')", "G", { n: 300, m: 20 }, `
HP = H @ P
M = HP @ H.T + R
GM = G @ M
return np.trace(P) - 2 * np.vdot(G, HP.T) + np.vdot(G, GM), 2 * (GM - HP.T)`),
  problem("logistic regression, Hessian", `${REGRESSION}`, "sum(softplus(-y.*(X*w)))", "w w", { n: 2000, d: 100 }, `
z = -y * (X @ w)
s = expit(z)
Z = (np.abs(y) * np.sqrt(s * (1 - s)))[:, None] * X
return np.logaddexp(0, z).sum(), -(X.T @ (y * s)), Z.T @ Z`),
  problem("negative binomial, Hessian", "X : R^(n×d); y : R^n nonneg; w : R^d; r : R positive", "sum((y + r*ones(n)).*log(r*ones(n) + exp(X*w)) - y.*(X*w))", "w w", { n: 2000, d: 100 }, `
z, k = X @ w, np.log(r)
s, t = expit(z - k), y + r
Z = np.sqrt(t * s * (1 - s))[:, None] * X
return t @ np.logaddexp(k, z) - y @ z, X.T @ (t * s - y), Z.T @ Z`),
  problem("pseudo-Huber, Hessian", REGRESSION, "sum(sqrt(ones(n) + (X*w - y).^2))", "w w", { n: 2000, d: 100 }, `
r = X @ w - y
q = np.sqrt(1 + r * r)
Z = (1 / (q * np.sqrt(q)))[:, None] * X
return q.sum(), X.T @ (r / q), Z.T @ Z`),
  problem("Student-t, Hessian", `${REGRESSION}; v : R positive`, "sum(log(ones(n) + (X*w - y).^2/v))", "w w", { n: 2000, d: 100 }, `
r = X @ w - y
q = v + r * r
return np.log1p(r * r / v).sum(), X.T @ (2 * r / q), X.T @ ((2 * (v - r * r) / (q * q))[:, None] * X)`),
  problem("ridge regression", `${REGRESSION}; c : R positive`, "norm2(X*w - y)^2 + c*w'*w", "w", { n: 2000, d: 100 }, `
r = X @ w - y
return r @ r + c * (w @ w), 2 * (X.T @ r + c * w)`),
  problem("weighted log-determinant", "X : R^(n×d); q : R^n positive", "logdet(X'*diag(q)*X)", "q", { n: 2000, d: 50 }, `
Z = np.sqrt(q)[:, None] * X
c = cho_factor(Z.T @ Z)
return 2 * np.log(np.diag(c[0])).sum(), np.einsum("ij,ij->i", X, cho_solve(c, X.T).T)`),
  problem("Lyapunov residual", "A, P, Q : R^(n×n) symmetric", "norm2(A*P + P*A + Q)^2", "P", { n: 200 }, `
AP = A @ P
R = AP + AP.T + Q
AR = A @ R
return np.vdot(R, R), 2 * (AR + AR.T)`),
  problem("layer normalization", "x, g, b, y : R^n; c : R positive; m = mean(x); s = sqrt(norm2(x - m*ones(n))^2/n + c); z = (x - m*ones(n))/s; r = g.*z + b - y", "norm2(r)^2/2", "x", { n: 4096 }, `
u = x - x.mean()
s = np.sqrt(u @ u / len(x) + c)
z = u / s
r = g * z + b - y
u = r * g
return 0.5 * (r @ r), (u - u.mean() - (u @ z / len(x)) * z) / s`),
  problem("common quadratic forms", "A_i : R^(n×n) for i=1..N; x : R^n", "sum(i in 1..N, (x'*A_i*x)^2)", "x", { N: 200, n: 50 }, `
N, n, _ = A.shape
Ax = A.reshape(-1, n) @ x
q = Ax.reshape(N, n) @ x
return q @ q, 2 * (q @ Ax.reshape(N, n) + (q @ A.reshape(N, -1)).reshape(n, n).T @ x)`),
  problem("contrastive loss", "X, Z : R^(n×d); t : R positive", "sum(logsumexpr(X*Z'/t)) - tr(X*Z')/t", "X", { n: 400, d: 64 }, `
S = X @ (Z.T / t)
v = -np.trace(S)
m = S.max(axis=1)
S -= m[:, None]
np.exp(S, out=S)
s = S.sum(axis=1)
S /= s[:, None]
return v + m.sum() + np.log(s).sum(), (S @ Z - Z) / t`),
]; // prettier-ignore
