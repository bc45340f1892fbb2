"""Runs generated functions and compares what they return with given numbers.

usage: run_code.py numpy|jax|torch|matlab|eigen|r|sympy FILE

FILE has one JSON object a line: {"id", "code", "name", "arguments": [{"rows", "cols", "data"} | {"members": [...]} | number],
"results": [{"rows", "cols", "data", "tolerance"}]}, data column by column. Prints one JSON object a line,
{"id", "ok", "message"}. MATLAB code runs in one Octave process; C++ is compiled in a few files of many functions."""
import json
import subprocess
import sys
import tempfile

import numpy as np


def matrix(a):
    return np.array(a["data"], float).reshape(a["cols"], a["rows"]).T


def plain(a):
    """Vectors of both kinds have one axis, scalars none."""
    if not isinstance(a, dict):
        return a
    if "members" in a:
        return np.stack([plain(m) for m in a["members"]])
    m = matrix(a)
    return float(m[0, 0]) if m.size == 1 and m.shape == (1, 1) else m.reshape(-1) if 1 in m.shape else m


def own_memory(arguments, out):
    """Whoever writes into a result does not write into an input."""
    for i, x in enumerate(out):
        if any(isinstance(a, np.ndarray) and np.shares_memory(a, x) for a in arguments):
            raise ValueError(f"result {i + 1} shares memory with an input")


def strided(a):
    """The same array with gaps in memory, and its axes the other way round."""
    if not isinstance(a, np.ndarray):
        return a
    wide = np.zeros(tuple(2 * n for n in reversed(a.shape)))
    view = wide[tuple(slice(None, None, 2) for _ in a.shape)].T
    view[...] = a
    return view


def same(out, other):
    for i, (x, y) in enumerate(zip(out, other)):
        if not np.allclose(x, y, rtol=1e-9, atol=1e-9):
            raise ValueError(f"result {i + 1} differs for strided inputs")


def single(out, other):
    """Single precision in, single precision out."""
    for i, x in enumerate(other):
        if np.asarray(x).dtype != np.float32 and not isinstance(x, (int, float)):
            raise ValueError(f"result {i + 1} is {np.asarray(x).dtype} for float32")
        if not np.all(np.isfinite(x)):
            continue
        if not np.allclose(x, out[i], rtol=0.05, atol=0.05 * (1 + np.max(np.abs(out[i]), initial=0))):
            raise ValueError(f"result {i + 1} is off in single precision")


def in_python(target):
    if target == "torch":
        import torch
    if target == "jax":
        import jax_stand_in

        jax_stand_in.install()

    def run(case):
        space = {}
        exec(compile(case["code"], case["id"], "exec"), space)
        arguments = [plain(a) for a in case["arguments"]]
        if target == "torch":
            arguments = [a if isinstance(a, int) else torch.as_tensor(a, dtype=torch.float64) for a in arguments]
        if target == "jax":
            arguments = [jax_stand_in.held(a) for a in arguments]
        call = lambda given: (lambda out: out if isinstance(out, tuple) else (out,))(space[case["name"]](*given))
        out = call(arguments)
        if target == "numpy":
            own_memory(arguments, out)
            same(out, call([strided(a) for a in arguments]))
            # Matrix functions of SciPy have a precision of their own.
            if not any(f in space for f in ("sqrtm", "logm", "expm")):
                single(out, call([np.float32(a) if isinstance(a, (float, np.ndarray)) else a for a in arguments]))
        if target == "torch":
            for x in out:
                if any(torch.is_tensor(a) and a.data_ptr() == x.data_ptr() for a in arguments):
                    raise ValueError("shares memory with an input")
        return [np.asarray(x, float) for x in out]

    return run


def in_octave(cases):
    # All files are there before Octave first lists the folder: it goes by a folder's time of change,
    # and overlooks a file that came within the same tick as the last one.
    folder = tempfile.mkdtemp()
    for case in cases:
        with open(f"{folder}/{case['name']}.m", "w") as f:
            f.write(case["code"])
    octave = subprocess.Popen(
        ["octave", "--no-gui", "-q", "--no-history"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
    )

    # An Octave that is ended leaves no file of its variables behind.
    octave.stdin.write("cellfun(@(f) feval(f, false), {'crash_dumps_octave_core', 'sighup_dumps_octave_core', 'sigterm_dumps_octave_core'});\n")

    def send(text):
        octave.stdin.write(f"try\n{text}\ncatch err\ndisp(['ERROR ' err.message]);\nend\ndisp('@@end');\n")
        octave.stdin.flush()
        lines = []
        while True:
            line = octave.stdout.readline()
            if not line:
                raise RuntimeError("octave ended")
            if line.strip() == "@@end":
                return lines
            lines.append(line.rstrip("\n"))

    send(f"addpath('{folder}'); warning('off', 'all');")

    def literal(a):
        if not isinstance(a, dict):
            return str(a)
        if "members" in a:
            # The index is the first axis; members that are vectors are rows.
            members = ", ".join(literal(m) for m in a["members"])
            axes = "[3 2 1]" if matrix(a["members"][0]).shape[0] == 1 else "[3 1 2]"
            return f"permute(cat(3, {members}), {axes})"
        return "[" + "; ".join(", ".join(repr(float(x)) for x in row) for row in matrix(a)) + "]"

    def run(case):
        names = [f"r{i}" for i in range(len(case["results"]))]
        show = " ".join(f"printf('%d %d ', size({n})); printf('%.17g ', {n}); printf('\\n');" for n in names)
        lines = send(f"[{', '.join(names)}] = {case['name']}({', '.join(map(literal, case['arguments']))}); {show}")
        if len(lines) != len(names):
            raise RuntimeError(" ".join(lines)[:300])
        out = []
        for line in lines:
            rows, cols, *data = line.split()
            out.append(np.array(data, float).reshape(int(cols), int(rows)).T)
        return out

    return run


def shape_of(result, target):
    """The shape that a result has: rows and columns are one axis in Python, scalars have none."""
    rows, cols = result["rows"], result["cols"]
    if target in ("matlab", "sympy"):
        return (rows, cols)
    if target in ("eigen", "r"):
        return (rows * cols, 1) if 1 in (rows, cols) else (rows, cols)
    return () if rows == cols == 1 else (rows * cols,) if 1 in (rows, cols) else (rows, cols)


def compare(case, out, target):
    if len(out) != len(case["results"]):
        return f"returns {len(out)} results, not {len(case['results'])}"
    for i, (got, wanted) in enumerate(zip(out, case["results"])):
        expected = matrix(wanted)
        if got.shape != shape_of(wanted, target):
            return f"result {i + 1} has shape {got.shape}, not {shape_of(wanted, target)}"
        error = np.max(np.abs(got.reshape(expected.shape) - expected)) / max(1.0, np.max(np.abs(expected)))
        if not error < wanted["tolerance"]:
            return f"result {i + 1} is off by {error:.1e}"
    return ""


def runner(target, cases):
    """A function that runs one of the cases."""
    if target == "matlab":
        return in_octave(cases)
    if target == "eigen":
        import compiled

        return compiled.eigen(cases)
    if target == "r":
        import in_r

        return in_r.session(cases)
    if target == "sympy":
        import in_sympy

        return in_sympy.run
    return in_python(target)


def main():
    cases = [json.loads(line) for line in open(sys.argv[2])]
    run = runner(sys.argv[1], cases)
    for case in cases:
        try:
            message = compare(case, run(case), sys.argv[1])
        except Exception as problem:
            message = f"{type(problem).__name__}: {problem}"
        print(json.dumps({"id": case["id"], "ok": message == "", "message": message}), flush=True)


main()
