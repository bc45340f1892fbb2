/** What the page offers to begin with. */
export const EXAMPLES: readonly { readonly title: string; readonly formula: string; readonly given: string; readonly wrt: string }[] = [
  { title: "Least squares", formula: "norm2(X*w - y)^2", given: "X : R^(n×d)\ny : R^n\nw : R^d", wrt: "w" },
  { title: "A claim that is wrong", formula: "d(x'*A*x)/d(x) == 2*A*x", given: "A : R^(n×n)\nx : R^n", wrt: "x" },
  { title: "LaTeX", formula: "\\frac{1}{2} \\|Xw - y\\|^2 + \\lambda w^\\top w", given: "X : R^(n×d)\ny : R^n\nw : R^d", wrt: "w" },
  { title: "Gaussian likelihood", formula: "logdet(S) + tr(inv(S)*C)", given: "S, C : R^(n×n) posdef", wrt: "S" },
  { title: "Logistic regression", formula: "sum(softplus(-y .* (X*w)))", given: "X : R^(n×d)\ny : R^n\nw : R^d", wrt: "w" },
  { title: "Factorization", formula: "norm2(M - U*V')^2", given: "M : R^(m×n)\nU : R^(m×k)\nV : R^(n×k)", wrt: "U" },
  { title: "Attention", formula: "norm2(softmax(Q*K')*V)^2", given: "Q, K, V : R^(n×d)", wrt: "Q" },
]; // prettier-ignore
