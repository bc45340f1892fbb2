/** What functions, methods and modules of other languages are called, and what they are here. */

/**
 * Names of functions, in lower case, with what they are called here; what has another form, or takes its arguments in
 * another way, is read in `calls.ts` under the name given here.
 */
export const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    norm: "norm", trace: "tr", tr: "tr", determinant: "det", det: "det", slogdet: "slogdet", lndet: "logdet",
    log_det: "logdet", logdet: "logdet", logabsdet: "logdet", inverse: "inv", inv: "inv", pinverse: "pinv", pinv: "pinv",
    pseudoinverse: "pinv", adjugate: "adj", identity: "eye", identitymatrix: "eye", eye: "eye", kronecker: "kron", kron: "kron",
    kroneckerproduct: "kron", average: "mean", mean: "mean", ln: "log", log: "log", exp: "exp", sqrt: "sqrt", sgn: "sign",
    sign: "sign", signum: "sign", heaviside: "step", expit: "sigmoid", logistic: "sigmoid", sigmoid: "sigmoid",
    logsumexp: "logsumexp", lse: "logsumexp", absolute: "abs", abs: "abs", fabs: "abs", asin: "arcsin", acos: "arccos",
    atan: "arctan", sin: "sin", cos: "cos", tan: "tan", sinh: "sinh", cosh: "cosh", tanh: "tanh", erf: "erf", relu: "relu",
    softplus: "softplus", softmax: "softmax", diagonal: "diag", diagm: "diag", diag: "diag", diagonalmatrix: "diag",
    vec: "vec", vector: "vec", flatten: "vec", ravel: "vec", expm: "expm", matrixexp: "expm", logm: "logm", sqrtm: "sqrtm",
    tril: "tril", triu: "triu", sum: "sum", total: "sum", reduce_sum: "sum", reduce_mean: "mean", dot: "dot", inner: "dot",
    vdot: "dot", matmul: "matmul", mm: "matmul", mv: "matmul", multi_dot: "matmul", outer: "outer", multiply: "multiply",
    mul: "multiply", hadamard: "multiply", times: "multiply", divide: "divide", add: "add", plus: "add", subtract: "subtract",
    power: "power", pow: "power", square: "square", abs2: "square", solve: "solve", linsolve: "solve", linearsolve: "solve",
    lstsq: "pinvsolve", transpose: "transpose", t: "transpose", adjoint: "transpose", ctranspose: "transpose",
    conjugatetranspose: "transpose", maximum: "maximum", minimum: "minimum", max: "max", min: "min", reduce_max: "max",
    where: "where", ifelse: "where", log1p: "log1p", expm1: "expm1", log_sigmoid: "logsigmoid", logsigmoid: "logsigmoid",
    log_softmax: "logsoftmax", mse_loss: "mse", mse: "mse", einsum: "einsum", ones: "ones", zeros: "zeros", ones_like: "oneslike",
    zeros_like: "zeroslike", grad: "grad", gradient: "grad", jac: "grad", jacobian: "grad", jacfwd: "grad", jacrev: "grad",
    derivative: "grad", diff: "grad", d: "grad", hess: "hess", hessian: "hess", hesse: "hess", numel: "numel", length: "length",
    len: "length", size: "size", nrow: "nrow", ncol: "ncol", shape: "size", crossprod: "crossprod", tcrossprod: "tcrossprod",
    reciprocal: "reciprocal", negative: "negative", neg: "negative", squarednorm: "norm2squared", sumsq: "norm2squared",
    norm2squared: "norm2squared", sumsqr: "norm2squared", array: "array", matrix: "array", asarray: "array", tensor: "array",
    constant: "array", normf: "norm2", frobenius: "norm2", frobeniusnorm: "norm2", frob: "norm2", norm_1: "norm1",
    norm_2: "norm2", norm_inf: "norminf", norm_fro: "norm2", norm1: "norm1", norm2: "norm2", norminf: "norminf",
    norm_squared: "norm2squared", sum_squares: "norm2squared", quad_form: "quadform", cross_entropy: "", nuclear: "normnuc",
    normnuc: "normnuc", frac: "divide", hypot: "",
    first: "first", bsxfun: "bsxfun", repmat: "", tile: "", grad_: "grad", expectation: "", sec: "", arcsin: "arcsin",
    arccos: "arccos", arctan: "arctan", step: "step", invert: "inv", squeeze: "first", real: "first", float: "first",
    item: "first", value_and_grad: "", identity_matrix: "eye", outerproduct: "outer", innerproduct: "innerproduct", dotproduct: "dot",
    mean_squared_error: "mse", sumabs: "norm1", sumabs2: "norm2squared", normalize: "", logexpit: "logsigmoid",
    log1pexp: "softplus", logistic_sigmoid: "sigmoid", root: "sqrt", sqr: "square", sum_: "sum",
  }).filter(([, v]) => v !== ""),
); // prettier-ignore

/** Modules whose name in front of a function says nothing: `np.linalg.norm`. */
export const MODULES = new Set([
  "np", "numpy", "onp", "jnp", "jax", "torch", "tf", "scipy", "sp", "sympy", "math", "cmath", "nn", "F", "functional", "linalg",
  "special", "lax", "scipy_special", "stats", "keras", "K", "mx", "cp", "cupy", "random", "LinearAlgebra", "Base", "Statistics",
  "Zygote", "ForwardDiff", "ReverseDiff", "autograd", "std", "Math", "la", "LA", "jsp", "nnx", "flax", "anp", "ag", "xp", "func",
  "NNlib", "Flux", "StatsFuns", "LogExpFunctions", "ops", "metrics", "losses", "backend",
]); // prettier-ignore

/** Methods behind a dot, in lower case, with the function that they are (the value first). */
export const METHODS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    t: "transpose", mt: "transpose", h: "transpose", transpose: "transpose", adjoint: "transpose", dot: "matmul", matmul: "matmul", mm: "matmul", mv: "matmul",
    sum: "sum", mean: "mean", norm: "norm", squarednorm: "norm2squared", pow: "power", exp: "exp", log: "log", abs: "abs",
    cwiseabs: "abs", sqrt: "sqrt", cwisesqrt: "sqrt", tanh: "tanh", sigmoid: "sigmoid", relu: "relu", softmax: "softmax",
    inverse: "inv", inv: "inv", pinverse: "pinv", trace: "tr", determinant: "det", det: "det", logdet: "logdet",
    cwiseproduct: "multiply", mul: "multiply", cwisequotient: "divide", cwisesquare: "square", array: "first", matrix: "first", asdiagonal: "diag", diagonal: "diag",
    diag: "diag", square: "square", max: "max", maxcoeff: "max", min: "min", mincoeff: "min", add: "add", sub: "subtract", div: "divide",
    neg: "negative", item: "first", eval: "first", size: "length", logsumexp: "logsumexp", sin: "sin", cos: "cos",
    diff: "grad", lpnorm: "norm", flatten: "vec", ravel: "vec", squeeze: "first", copy: "first", detach: "first", numpy: "first", outer: "outer",
    gram: "crossprod", ldlt: "first", llt: "first", solve: "solve", hessian: "hess", jacobian: "grad", conj: "first", cwisemax: "maximum", noalias: "first",
    rows: "nrow", cols: "ncol", numel: "numel", clamp_min: "maximum", erf: "erf", cwiseinverse: "reciprocal", normalized: "", sign: "sign", reciprocal: "reciprocal", doit: "first", evalf: "first", simplify: "first", as_explicit: "first",
  }).filter(([, v]) => v !== ""),
); // prettier-ignore

/** Methods that are read without brackets behind them. */
export const BARE_METHODS = new Set(["t", "mt", "h"]);

/** Functions that are written in front of their argument without brackets: `sin x`, `log det X`, `tr AB`. */
export const PREFIXES = new Set([
  "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log", "ln", "exp", "tr", "trace", "det", "logdet",
  "sqrt", "abs", "sign", "sgn", "diag", "vec", "inv", "sum", "mean", "sigmoid", "softmax", "relu", "norm", "softplus", "erf", "rank", "norm2", "norm1", "grad", "hess",
]); // prettier-ignore
