"""Times generated functions beside hand-written ones: lower quartiles of interleaved runs on one thread, which other work on the machine disturbs least.

usage: run.py FILE

FILE has one JSON object a line: {"id", "code", "names", "inputs": [{"name", "shape", "properties"}], "byHand"}.
Prints a line for each, and how many are within 1.1 and 1.5 of the hand-written code."""
import json
import os
import statistics
import sys
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, os.environ.get("BENCH_THREADS", "1"))

import numpy as np  # noqa: E402

PRELUDE = """
import numpy as np
from scipy.linalg import cho_factor, cho_solve, lu_factor, lu_solve, lapack
from scipy.special import expit, logsumexp, softmax
"""
SECONDS = float(os.environ.get("BENCH_SECONDS", "1.0"))


def draw(rng, shape, properties):
    x = rng.standard_normal(shape)
    if "posdef" in properties or "psd" in properties:
        return x @ x.T / shape[0] + np.eye(shape[0])
    if "symmetric" in properties:
        return (x + x.T) / 2
    if "positive" in properties or "nonneg" in properties:
        return float(abs(x) + 0.5) if shape == [] else np.abs(x) + 0.5
    if shape == []:
        return float(x)
    return x / np.sqrt(shape[-1]) if len(shape) > 1 else x


def distances(rng, shape):
    """Squared distances of points, so that a Gaussian kernel is positive definite."""
    x = rng.standard_normal((shape[0], 3))
    q = (x**2).sum(axis=1)
    return np.maximum(q[:, None] + q - 2 * x @ x.T, 0)


def once(f, args):
    start = time.perf_counter()
    f(*args)
    return time.perf_counter() - start


def main():
    ratios = []
    for line in open(sys.argv[1]):
        case = json.loads(line)
        rng = np.random.default_rng(1)
        args = [distances(rng, i["shape"]) if i["name"] == "D" else draw(rng, i["shape"], i["properties"]) for i in case["inputs"]]
        ours, theirs = {}, {}
        exec(case["code"], ours)
        body = "\n".join(f"    {l}" for l in case["byHand"].strip().split("\n"))
        exec(f"{PRELUDE}\ndef by_hand({', '.join(i['name'] for i in case['inputs'])}):\n{body}\n", theirs)
        f, g = ours["f"], theirs["by_hand"]
        for x, y in zip(f(*args), g(*args)):
            x, y = np.asarray(x), np.asarray(y)
            if x.shape != y.shape or not np.allclose(x, y, rtol=1e-6, atol=1e-7 * (1 + np.abs(y).max())):
                print(f"{case['id']}: results differ")
                break
        spent, a, b = 0.0, [], []
        while spent < SECONDS or len(a) < 5:
            a.append(once(f, args))
            b.append(once(g, args))
            spent += a[-1] + b[-1]
        p, q = (statistics.quantiles(x, n=4)[0] for x in (a, b))
        ratios.append(p / q)
        print(f"{case['id']:45} {p * 1e3:10.3f} ms {q * 1e3:10.3f} ms {p / q:8.2f}", flush=True)
    within = lambda r: sum(x <= r for x in ratios)
    print(f"{len(ratios)} problems: median {statistics.median(ratios):.2f}, {within(1.1)} within 1.1, {within(1.5)} within 1.5, most {max(ratios):.1f}")


main()
