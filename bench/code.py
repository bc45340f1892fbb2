"""Times generated NumPy functions against PyTorch's automatic differentiation and hand-written code.

usage: code.py CODE.json [PROBLEM...]      (the generated functions by name; run through code.ts)

One thread, double precision; the fastest of several runs. Prints one line a function and size, and fails where
the generated code gives another result than the hand-written one."""
import json
import sys
import time

import numpy as np
import torch
from scipy.special import expit, softmax

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def load(path):
    functions = {}
    for name, code in json.load(open(path)).items():
        space = {}
        exec(compile(code, name, "exec"), space)
        functions[name] = space[name]
    return functions


def fastest(f, seconds=0.4, most=400, slow=2.0):
    """The shortest time of a call, after a warm-up call; a call that takes seconds is made twice, not more."""
    start = time.perf_counter()
    f()
    least = 1 if time.perf_counter() - start > slow else 3
    best, start, runs = float("inf"), time.perf_counter(), 0
    while runs < least or (least > 1 and time.perf_counter() - start < seconds and runs < most):
        t = time.perf_counter()
        f()
        best = min(best, time.perf_counter() - t)
        runs += 1
    return best


def side_by_side(*calls, seconds=0.8, most=2000):
    """The shortest times of calls made in turns, so that they see the same machine."""
    start = time.perf_counter()
    for f in calls:
        f()
    least = 5 if time.perf_counter() - start > 0.5 else 15
    best, start, runs = [float("inf")] * len(calls), time.perf_counter(), 0
    while runs < least or (time.perf_counter() - start < seconds and runs < most):
        for i, f in enumerate(calls):
            t = time.perf_counter()
            f()
            best[i] = min(best[i], time.perf_counter() - t)
        runs += 1
    return best


# The best code by hand: products associated, scaling last, symmetric products, blocks filled in.

def quadratic_value_gradient(x, A, b):
    Ax = A @ x
    return 0.5 * (x @ Ax) + b @ x, 0.5 * (Ax + A.T @ x) + b


def quadratic_gradient(x, A, b):
    return 0.5 * (A @ x + A.T @ x) + b


def quadratic_hessian(x, A, b):
    return 0.5 * (A + A.T)


def logistic_value_gradient(w, X, y):
    z = -y * (X @ w)
    return np.logaddexp(0, z).sum(), -(X.T @ (y * expit(z)))


def logistic_gradient(w, X, y):
    return -(X.T @ (y * expit(-y * (X @ w))))


def logistic_hessian(w, X, y):
    s = expit(-y * (X @ w))
    Z = np.sqrt(y * y * s * (1 - s))[:, None] * X
    return Z.T @ Z


def factorization_value_gradient(U, T, V):
    R = U @ V.T
    R -= T
    return np.vdot(R, R), 2 * (R @ V)


def factorization_gradient(U, T, V):
    return 2 * (U @ (V.T @ V) - T @ V)


def factorization_hessian(U, T, V):
    (m, k), B = U.shape, 2 * (V.T @ V)
    H = np.zeros((k, m, k, m))
    np.einsum("iaja->aij", H)[:] = B
    return H.reshape(k * m, k * m)


def softmax_hessian(W, X, Y):
    (n, d), k = X.shape, W.shape[1]
    P = softmax(X @ W, axis=1)
    Z = (P[:, :, None] * X[:, None, :]).reshape(n, k * d)
    H = Z.T @ Z
    np.negative(H, out=H)
    np.einsum("aiaj->aij", H.reshape(k, d, k, d))[:] += (Z.T @ X).reshape(k, d, d)
    return H


def masked_hessian(U, T, M, V):
    (n, k), m = V.shape, len(U)
    B = (2 * M * M) @ (V[:, :, None] * V[:, None, :]).reshape(n, k * k)
    H = np.zeros((k, m, k, m))
    np.einsum("aibi->iab", H)[:] = B.reshape(m, k, k)
    return H.reshape(k * m, k * m)


def family_products(X, A, B):
    """The sums of A_i X B_i and of A_i' X B_i', each as two products of large matrices."""
    (N, n), d = A.shape[:2], len(B[0])
    AX = (A.reshape(N * n, n) @ X).reshape(N, n, d)
    BX = (B.reshape(N * d, d) @ X.T).reshape(N, d, n)
    first = AX.swapaxes(0, 1).reshape(n, N * d) @ B.reshape(N * d, d)
    second = A.reshape(N * n, n).T @ BX.swapaxes(1, 2).reshape(N * n, d)
    return first, second


def family_value_gradient(X, A, B):
    first, second = family_products(X, A, B)
    return np.vdot(X, first), first + second


def family_gradient(X, A, B):
    first, second = family_products(X, A, B)
    return first + second


def family_hessian(X, A, B):
    n, d = X.shape
    Z = (B.reshape(-1, d * d).T @ A.reshape(-1, n * n)).reshape(d, d, n, n)
    return (Z.transpose(1, 2, 0, 3) + Z.transpose(0, 3, 1, 2)).reshape(d * n, d * n)


PROBLEMS = {
    "quadratic": (100, 300, 1000),
    "logistic": (100, 1000, 2000),
    "factorization": (100, 200, 400),
    "softmax": (20, 50, 100),
    "masked": (100, 200, 400),
    "family": (10, 100, 1000),
}
HAND = {name: f for name, f in globals().items() if name.split("_")[0] in PROBLEMS}

# The same functions for automatic differentiation; the variable comes first.
LOSS = {
    "quadratic": lambda x, A, b: 0.5 * (x @ (A @ x)) + b @ x,
    "logistic": lambda w, X, y: torch.nn.functional.softplus(-y * (X @ w)).sum(),
    "factorization": lambda U, T, V: ((T - U @ V.T) ** 2).sum(),
    "softmax": lambda W, X, Y: torch.logsumexp(X @ W, dim=1).sum() - (Y * (X @ W)).sum(),
    "masked": lambda U, T, M, V: ((M * (T - U @ V.T)) ** 2).sum(),
    "family": lambda X, A, B: torch.einsum("pr,ipq,qs,isr->", X, A, X, B),
}


# What the vectorised Hessian holds at once: a copy of the largest array on the way for every entry of the variable.
HELD = {"quadratic": lambda n: n * n, "logistic": lambda n: n * 2 * n, "factorization": lambda n: 5 * n**3,
        "softmax": lambda n: 5 * n * 10 * n * n, "masked": lambda n: 5 * n**3, "family": lambda n: 200 * 200 * n}
MEMORY = 2e9


def point(problem, size, rng):
    if problem == "quadratic":
        return [rng.standard_normal(size), rng.standard_normal((size, size)), rng.standard_normal(size)]
    if problem == "logistic":
        X = rng.standard_normal((2 * size, size)) / np.sqrt(size)
        return [rng.standard_normal(size), X, np.sign(rng.standard_normal(2 * size))]
    shapes = {
        "factorization": ((size, 5), (size, size), (size, 5)),
        "softmax": ((size, 5), (10 * size, size), (10 * size, 5)),
        "masked": ((size, 5), (size, size), (size, size), (size, 5)),
        "family": ((20, 10), (size, 20, 20), (size, 10, 10)),
    }
    return [rng.standard_normal(s) for s in shapes[problem]]


def ordered(f, args, problem):
    """Generated functions take their inputs in the order of the declarations, as `point` makes them."""
    return lambda: f(*args)


def compare(problem, size, generated, rng):
    args = point(problem, size, rng)
    tensors = [torch.as_tensor(a) for a in args]
    loss = LOSS[problem]

    def autograd_gradient():
        x = tensors[0].clone().requires_grad_()
        value = loss(x, *tensors[1:])
        value.backward()
        return value.item(), x.grad

    def hessian(vectorize):
        of = lambda x: loss(x, *tensors[1:])
        return lambda: torch.autograd.functional.hessian(of, tensors[0], vectorize=vectorize)

    rows = []
    for kind in ("value_gradient", "gradient", "hessian"):
        name = f"{problem}_{kind}"
        if name not in generated:
            continue
        ours, hand = ordered(generated[name], args, problem), ordered(HAND[name], args, problem)
        a, b = ours(), hand()
        for x, y in zip(a if isinstance(a, tuple) else (a,), b if isinstance(b, tuple) else (b,)):
            assert np.allclose(x, y, rtol=1e-8, atol=1e-8), f"{name} differs from the hand-written code"
        ms = [1e3 * t for t in side_by_side(ours, hand)]
        if kind == "hessian":
            fits = 8 * HELD[problem](size) <= MEMORY
            auto = [1e3 * fastest(hessian(v), 0.2, 3) for v in ((False, True) if fits else (False,))] + [None] * (not fits)
        else:
            auto = [1e3 * side_by_side(autograd_gradient, hand)[0]]
        rows.append((problem, size, kind.replace("_", "+"), ms[0], ms[1], auto))
    if problem == "factorization":
        f = generated["factorization_hessian"]
        block = 1e3 * fastest(lambda: f(*args, dense=False), 0.2)
        rows.append((problem, size, "hessian block", block, block, [rows[-1][5][0], rows[-1][5][1]]))
    return rows


def main():
    generated = load(sys.argv[1])
    rng = np.random.default_rng(0)
    print("generated NumPy against hand-written NumPy and torch.autograd (one thread, float64, ms)")
    print(f"{'problem':14} {'size':>5} {'result':14} {'ours':>9} {'by hand':>9} {'ratio':>6} {'autograd':>10} {'speed-up':>9}  vectorised")
    for problem, sizes in PROBLEMS.items():
        if len(sys.argv) > 2 and problem not in sys.argv[2:]:
            continue
        for size in sizes:
            for _, _, kind, ours, hand, auto in compare(problem, size, generated, rng):
                more = ""
                if len(auto) > 1:
                    more = f"  {'–':>10}" if auto[1] is None else f"  {auto[1]:10.3f} {auto[1] / ours:8.1f}×"
                print(f"{problem:14} {size:5} {kind:14} {ours:9.4f} {hand:9.4f} {ours / hand:6.2f} {auto[0]:10.3f} {auto[0] / ours:8.1f}×{more}", flush=True)


main()
