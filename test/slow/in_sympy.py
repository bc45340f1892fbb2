"""Evaluates SymPy's matrix expressions with numbers, node by node."""
import re

import numpy as np
import sympy
from scipy.linalg import fractional_matrix_power
from scipy.special import digamma, gammaln
from sympy.matrices import expressions as matrices

SCALARS = {
    sympy.exp: np.exp, sympy.log: np.log, sympy.Abs: np.abs, sympy.sign: np.sign, sympy.sin: np.sin, sympy.cos: np.cos,
    sympy.tan: np.tan, sympy.asin: np.arcsin, sympy.acos: np.arccos, sympy.atan: np.arctan, sympy.sinh: np.sinh,
    sympy.cosh: np.cosh, sympy.tanh: np.tanh,
}


def matrix(a):
    if not isinstance(a, dict):
        return float(a)
    if "members" in a:
        return np.array([m["data"] for m in a["members"]], float)
    m = np.array(a["data"], float).reshape(a["cols"], a["rows"]).T
    return float(m[0, 0]) if m.size == 1 else m


def evaluate(e, known):
    def at(x):
        return evaluate(x, known)

    if isinstance(e, (int, float)) or e.is_Number:
        return float(e)
    if e in known:
        return known[e]
    if e is sympy.pi:
        return np.pi
    kind = type(e).__name__
    if kind in ("Add", "MatAdd"):
        return sum(at(x) for x in e.args)
    if kind in ("Mul", "MatMul"):
        out = 1.0
        for x in e.args:
            v = at(x)
            out = out @ v if np.ndim(out) == 2 and np.ndim(v) == 2 else out * v
        return out
    if kind in ("Pow", "MatPow", "Inverse"):
        base, power = at(e.args[0]), at(e.args[1])
        if np.ndim(base) < 2:
            return base**power
        return np.linalg.matrix_power(base, int(power)) if power % 1 == 0 else np.real(fractional_matrix_power(base, power))
    if kind == "Transpose":
        return np.transpose(at(e.args[0]))
    if kind == "Trace":
        v = at(e.args[0])
        return np.trace(v) if np.ndim(v) == 2 else v
    if kind == "Determinant":
        return np.linalg.det(at(e.args[0]))
    if kind == "HadamardProduct":
        out = 1.0
        for x in e.args:
            out = out * at(x)
        return out
    if kind == "HadamardPower":
        return at(e.args[0]) ** at(e.args[1])
    if kind == "KroneckerProduct":
        out = np.ones((1, 1))
        for x in e.args:
            out = np.kron(out, at(x))
        return out
    if kind == "Identity":
        return np.eye(int(at(e.args[0])))
    if kind in ("OneMatrix", "ZeroMatrix"):
        return np.full([int(at(d)) for d in e.args], 1.0 if kind == "OneMatrix" else 0.0)
    if kind == "DiagMatrix":
        return np.diag(at(e.args[0]).reshape(-1))
    if kind == "DiagonalOf":
        return np.diag(at(e.args[0])).reshape(-1, 1)
    if kind == "ElementwiseApplyFunction":
        u = sympy.Dummy("u")
        f = e.function(u)
        return np.vectorize(lambda x: evaluate(f, {**known, u: x}))(at(e.expr)).astype(float)
    if kind == "MatrixElement":
        return at(e.args[0])[int(round(at(e.args[1]))), int(round(at(e.args[2])))]
    if kind == "MatrixSlice":
        rows, cols = ([int(at(x)) for x in part] for part in (e.rowslice, e.colslice))
        return at(e.args[0])[rows[0] : rows[1] : rows[2], cols[0] : cols[1] : cols[2]]
    if kind == "BlockMatrix":
        return np.block([[at(e.blocks[i, j]) for j in range(e.blocks.shape[1])] for i in range(e.blocks.shape[0])])
    if hasattr(e, "tolist") or kind.endswith("DenseMatrix"):
        return np.array([[at(x) for x in row] for row in e.tolist()], float)
    if kind == "Sum":
        index, first, last = e.args[1]
        return sum(evaluate(e.args[0], {**known, index: float(i)}) for i in range(int(at(first)), int(at(last)) + 1))
    if kind == "Max":
        return max(at(x) for x in e.args)
    if kind == "Heaviside":
        return float(at(e.args[0]) > 0)
    if kind in ("loggamma", "polygamma"):
        return float((gammaln if kind == "loggamma" else digamma)(at(e.args[-1])))
    if kind == "erf":
        return float(sympy.erf(at(e.args[0])))
    if e.func in SCALARS:
        return SCALARS[e.func](at(e.args[0]))
    raise NotImplementedError(kind)


def run(case):
    space = {}
    exec(compile(case["code"], case["id"], "exec"), space)
    names = re.findall(r"^(\w+) = ", case["code"], re.M)
    symbols = re.findall(r"^(\w+) = (?:MatrixSymbol|Symbol)\(", case["code"], re.M)
    known = {space[n]: matrix(a) for n, a in zip(symbols, case["arguments"])}
    for name, value in case["dimensions"].items():
        for n in (name, name + "_"):
            if isinstance(space.get(n), sympy.Symbol) and space[n] not in known:
                known[space[n]] = float(value)
    for s in list(known):
        if isinstance(s, matrices.MatrixSymbol) and np.ndim(known[s]) < 2:
            known[s] = np.array([[known[s]]])
    out = [evaluate(sympy.sympify(space[n]), known) for n in names[-len(case["results"]) :]]
    return [np.array(x, float).reshape(1, 1) if np.ndim(x) < 2 else np.array(x, float) for x in out]
