import { rank } from "../ir";
import { PREC } from "../target";
import { call, postfix, pythonTarget } from "./python";
import { pythonTest } from "./pythonTest";

/**
 * JAX: pure functions of arrays; shapes are known while tracing, so that the checks work under `jit` and `vmap` and
 * nothing depends on a device.
 */
export const JAX = pythonTarget({
  name: "jax",
  module: "jnp",
  imports: ["import jax", "import jax.numpy as jnp", "import numpy as np"],
  array: "array",
  // XLA computes Z'Z as a general product; the square root would only cost precision in further derivatives.
  symmetricProducts: false,
  reserved: ["jax", "np", "logsumexp", "cho_factor", "cho_solve", "lu_factor", "lu_solve", "expm", "erf"],
  own: new Set(["arcsin", "arccos", "arctan"]),
  functions: {
    sigmoid: (x) => call("jax.nn.sigmoid", x()),
    softplus: (x) => call("jax.nn.softplus", x()),
    relu: (x) => call("jax.nn.relu", x()),
    step: (x) => call("jnp.heaviside", x(), "0.0"),
    erf: (x) => call("jax.scipy.special.erf", x()),
  },
  operations: {
    inner: (n, w) => call("jnp.vdot", ...n.args.map((a) => w.arg(a))),
    logsumexp: (n, w) => call("jax.nn.logsumexp", w.arg(n.args[0]!)),
    logsumexpRows: (n, w) => call("jax.nn.logsumexp", w.arg(n.args[0]!), "axis=1"),
    softmax: (n, w) => call("jax.nn.softmax", w.arg(n.args[0]!)),
    softmaxRows: (n, w) => call("jax.nn.softmax", w.arg(n.args[0]!), "axis=1"),
    logSoftmax: (n, w) => call("jax.nn.log_softmax", w.arg(n.args[0]!)),
    logSoftmaxRows: (n, w) => call("jax.nn.log_softmax", w.arg(n.args[0]!), "axis=1"),
    cholesky: (n, w) => (w.need("from jax.scipy.linalg import cho_factor"), call("cho_factor", w.arg(n.args[0]!))),
    choleskySolve: (n, w) => (
      w.need("from jax.scipy.linalg import cho_solve"),
      call("cho_solve", ...n.args.map((a) => w.arg(a)))
    ),
    choleskyInverse: (n, w) => (
      w.need("from jax.scipy.linalg import cho_solve"),
      call(
        "cho_solve",
        w.arg(n.args[0]!),
        `jnp.eye(${w.dim(n.shape[0]!)}${w.dtype() === undefined ? "" : `, dtype=${w.dtype()}`})`,
      )
    ),
    factorize: (n, w) => (w.need("from jax.scipy.linalg import lu_factor"), call("lu_factor", w.arg(n.args[0]!))),
    factorSolve: (n, w) => (
      w.need("from jax.scipy.linalg import lu_solve"),
      call("lu_solve", ...n.args.map((a) => w.arg(a)), ...(n.attr === "" ? [] : ["trans=1"]))
    ),
    factorInverse: (n, w) => (
      w.need("from jax.scipy.linalg import lu_solve"),
      call(
        "lu_solve",
        w.arg(n.args[0]!),
        `jnp.eye(${w.dim(n.shape[0]!)}${w.dtype() === undefined ? "" : `, dtype=${w.dtype()}`})`,
      )
    ),
    matrixFunction: (n, w) => {
      const a = w.arg(n.args[0]!);
      if (n.attr === "expm" || n.attr === "sqrtm") {
        w.need(`from jax.scipy.linalg import ${n.attr}`);
        return n.attr === "sqrtm" ? { text: `sqrtm(${a}).real`, prec: PREC.postfix } : call("expm", a);
      }
      // JAX has no matrix logarithm: by the eigenvectors, for a symmetric matrix.
      w.need("from jax.scipy.linalg import funm");
      return call("funm", a, "jnp.log");
    },
    rowSums: (n, w) => {
      const a = n.args[0]!;
      if (a.op !== "mul" || !a.args.every((x) => rank(x) === 2)) return postfix(a, w, ".sum(axis=1)");
      return call("jnp.einsum", '"ij,ij->i"', ...a.args.map((x) => w.arg(x)));
    },
    leadingSingular: (n, w) => {
      const [u, v] = ["u", "vt"];
      return call(
        `(lambda ${u}, s, ${v}: jnp.outer(${u}[:, 0], ${v}[0]))`,
        `*jnp.linalg.svd(${w.arg(n.args[0]!)}, full_matrices=False)`,
      );
    },
  },
  test: (plan) => pythonTest(plan, "jax"),
});
