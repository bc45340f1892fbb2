"""Modules that stand in for JAX where it is not installed: its functions by name, computed by NumPy and SciPy.

Only what JAX has is there, under JAX's names, so a function that JAX lacks is an AttributeError here too. Arrays cannot
be written into, and functions take no lists for arrays, as in JAX. It shows that the code runs and gives the right
numbers; it says nothing about tracing, `jit`, `vmap` or speed."""
import sys
import types

import numpy as np
import scipy.linalg
import scipy.special

# Names from the reference documentation of `jax.numpy` and its neighbours.
NUMPY = """abs add arccos arccosh arcsin arcsinh arctan arctanh arange argmax array asarray block broadcast_to cbrt ceil clip
concatenate cos cosh cumsum diag diagonal divide dot einsum exp expand_dims expm1 eye float32 float64 floor full full_like heaviside hstack
identity inner kron log log1p logaddexp matmul max maximum mean min minimum moveaxis multiply nan negative newaxis ones ones_like outer
pi power prod ravel repeat reshape result_type round sign sin sinh sqrt square squeeze stack subtract sum swapaxes tan tanh
tensordot tile trace transpose tril triu vdot vstack where zeros""".split()
LINALG = "cholesky det eigh eigvalsh inv matrix_power norm pinv slogdet solve svd".split()
SCIPY_LINALG = "cho_factor cho_solve cholesky expm funm lu_factor lu_solve solve_triangular sqrtm".split()
TAKES_LISTS = {"array", "asarray", "block", "concatenate", "hstack", "stack", "vstack"}


class Array(np.ndarray):
    """An array that is never written into."""

    def __setitem__(self, at, value):
        raise TypeError("JAX arrays are immutable")

    def __iadd__(self, other):
        return self + other

    def __isub__(self, other):
        return self - other

    def __imul__(self, other):
        return self * other


def held(x):
    if isinstance(x, tuple):
        return tuple(held(y) for y in x)
    return np.asarray(x).view(Array) if isinstance(x, (np.ndarray, np.floating)) else x


def plain(x):
    return np.array(x) if isinstance(x, np.ndarray) else x


def function(name, f):
    def called(*args, **kwargs):
        if name not in TAKES_LISTS and any(isinstance(a, list) for a in args):
            raise TypeError(f"{name} takes arrays, not lists")
        if "out" in kwargs:
            raise NotImplementedError("out")
        return held(f(*map(plain, args), **kwargs))

    return called


def module(name, source, names):
    made = types.ModuleType(name)
    for n in names:
        f = getattr(source, n)
        setattr(made, n, function(n, f) if callable(f) and not isinstance(f, type) else f)
    sys.modules[name] = made
    return made


def install():
    """Puts the modules where `import jax` finds them."""
    jax = module("jax", np, [])
    jax.numpy = module("jax.numpy", np, NUMPY)
    jax.numpy.linalg = module("jax.numpy.linalg", np.linalg, LINALG)
    jax.scipy = module("jax.scipy", np, [])
    jax.scipy.linalg = module("jax.scipy.linalg", scipy.linalg, SCIPY_LINALG)
    jax.scipy.special = module("jax.scipy.special", scipy.special, ["digamma", "erf", "expit", "gammaln", "logsumexp", "ndtr", "xlogy"])
    jax.nn = module("jax.nn", scipy.special, ["softmax", "log_softmax", "logsumexp"])
    jax.nn.sigmoid = function("sigmoid", scipy.special.expit)
    jax.nn.softplus = function("softplus", lambda x: np.logaddexp(x, 0))
    jax.nn.relu = function("relu", lambda x: np.maximum(x, 0))
    # NumPy's softmax is along all axes unless told, JAX's along the last.
    jax.nn.softmax = function("softmax", lambda x, axis=-1: scipy.special.softmax(x, axis=axis))
    jax.nn.log_softmax = function("log_softmax", lambda x, axis=-1: scipy.special.log_softmax(x, axis=axis))
    jax.config = types.SimpleNamespace(update=lambda *_: None)
    return jax
