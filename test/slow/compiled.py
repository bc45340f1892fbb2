"""Compiles generated C++ functions, many in one file, and runs each on its arguments.

Nearly all the time goes into Eigen's templates. What all files need of them is compiled once: the headers into a
precompiled header, the decompositions (one of singular values takes longer than thirty functions) into one object.
MCALC_COMPILED names a folder in which both are kept for the next run."""
import os
import re
import subprocess
import tempfile

import numpy as np

PER_FILE = 32
EIGEN = "/usr/include/eigen3"
PRELUDE = """#include <Eigen/Dense>
#include <unsupported/Eigen/KroneckerProduct>
#include <unsupported/Eigen/MatrixFunctions>
#include <unsupported/Eigen/SpecialFunctions>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <stdexcept>
#include <vector>
"""
DECOMPOSITIONS = [
    "BDCSVD",
    "ColPivHouseholderQR",
    "CompleteOrthogonalDecomposition",
    "LLT",
    "PartialPivLU",
    "SelfAdjointEigenSolver",
]
COMPILER = ["g++", "-std=c++17", "-O0", "-Wall", "-Wextra", "-Wno-unused-function", "-isystem", EIGEN]
READING = """
static double number() { double x; if (std::scanf("%lf", &x) != 1) std::abort(); return x; }
static Eigen::MatrixXd matrix() {
  const int rows = int(number()), cols = int(number());
  Eigen::MatrixXd m(rows, cols);
  for (int j = 0; j < cols; ++j) for (int i = 0; i < rows; ++i) m(i, j) = number();
  return m;
}
static void show(double x) { std::printf("1 1 %.17g\\n", x); }
static void show(const Eigen::MatrixXd& m) {
  std::printf("%d %d", int(m.rows()), int(m.cols()));
  for (int j = 0; j < m.cols(); ++j) for (int i = 0; i < m.rows(); ++i) std::printf(" %.17g", m(i, j));
  std::printf("\\n");
}
"""


def parameters(case):
    """The types of the parameters, in order."""
    head = re.search(re.escape(case["name"]) + r"\((.*?)\) \{", case["code"], re.S).group(1)
    return [p.strip() for p in re.split(r",\s*(?=const |double |float |Eigen::Index |bool )", head) if not p.strip().startswith("bool")]


def declared(kind, name):
    """Reads one argument into a variable."""
    if kind.startswith("Eigen::Index"):
        return f"const Eigen::Index {name} = Eigen::Index(number());"
    if kind.startswith(("double", "float")):
        return f"const double {name} = number();"
    if kind.startswith("const std::vector"):
        return f"std::vector<Eigen::MatrixXd> {name}; for (int k = int(number()); k > 0; --k) {name}.push_back(matrix());"
    if "VectorXd" in kind:
        return f"const Eigen::VectorXd {name} = matrix().reshaped();"
    return f"const Eigen::MatrixXd {name} = matrix();"


def numbers(argument, kind):
    """The argument as it is read."""
    def flat(a):
        return [a["rows"], a["cols"], *a["data"]]

    if not isinstance(argument, dict):
        return [argument]
    if "members" not in argument:
        return argument["data"][:1] if kind.startswith("double") else flat(argument)
    members = argument["members"]
    if kind.startswith("const std::vector"):
        return [len(members), *[x for m in members for x in flat(m)]]
    rows = np.array([m["data"] for m in members])
    return [rows.shape[0], rows.shape[1], *rows.T.reshape(-1)]


def eigen(cases):
    """A function that gives the results of one of the cases."""
    folder = tempfile.mkdtemp()
    programs = []
    where = {}
    for start in range(0, len(cases), PER_FILE):
        part = cases[start : start + PER_FILE]
        file = f"{folder}/part{start}"
        asked = {l for case in part for l in case["code"].split("\n") if l.startswith("#include")}
        lines = sorted(asked)
        calls = []
        for i, case in enumerate(part):
            kinds = parameters(case)
            where[case["id"]] = (file, i, kinds)
            code = "\n".join(l for l in case["code"].split("\n") if not l.startswith("#include"))
            lines.append(f"namespace case{i} {{\n{code}\n}}")
            reads = " ".join(declared(k, f"a{j}") for j, k in enumerate(kinds))
            call = f"case{i}::{case['name']}({', '.join(f'a{j}' for j in range(len(kinds)))})"
            names = re.findall(r"^  \S+ (\w+);$", case["code"].split("};")[0], re.M) if len(case["results"]) > 1 else []
            shows = " ".join(f"show(r.{n});" for n in names) if names else "show(r);"
            calls.append(f"static void run{i}() {{ {reads} const auto r = {call}; {shows} }}")
        lines += [READING, *calls, "int main(int, char** argv) {", "  try { switch (std::atoi(argv[1])) {"]
        lines += [f"    case {i}: run{i}(); break;" for i in range(len(part))]
        lines += ['  } } catch (const std::exception& problem) { std::printf("ERROR %s\\n", problem.what()); }', "}"]
        with open(f"{file}.cpp", "w") as f:
            f.write("\n".join(lines))
        programs.append(file)
    compile_all(programs)

    def run(case):
        file, i, kinds = where[case["id"]]
        given = [x for a, k in zip(case["arguments"], kinds) for x in numbers(a, k)]
        done = subprocess.run([file, str(i)], input=" ".join(repr(float(x)) for x in given), capture_output=True, text=True)
        lines = done.stdout.split("\n")[:-1]
        if done.returncode != 0 or any(l.startswith("ERROR") for l in lines):
            raise RuntimeError((done.stdout + done.stderr)[:300])
        out = []
        for line in lines:
            rows, cols, *data = line.split()
            out.append(np.array(data, float).reshape(int(cols), int(rows)).T)
        return out

    return run


def instances(word):
    """Declarations ("extern") or definitions ("") of the decompositions of matrices of double."""
    return "".join(f"{word} template class Eigen::{d}<Eigen::MatrixXd>;\n" for d in DECOMPOSITIONS)


def compile_shared():
    """The header that all files include, and the compiler that makes the object of what it only declares, perhaps still at work."""
    folder = os.environ.get("MCALC_COMPILED") or tempfile.mkdtemp()
    header, made = f"{folder}/shared.hpp", f"{folder}/shared.o"
    if os.path.exists(made):
        return header, made, None
    for name, text in [("shared.hpp", PRELUDE + instances("extern")), ("shared.cpp", PRELUDE + instances(""))]:
        with open(f"{folder}/{name}", "w") as f:
            f.write(text)
    work = subprocess.Popen([*COMPILER, "-c", f"{folder}/shared.cpp", "-o", made])
    subprocess.run([*COMPILER, "-x", "c++-header", header, "-o", f"{header}.gch"], check=True)
    return header, made, work


def compile_all(files):
    """Two at a time; what does not compile without a warning is said with the compiler's own lines."""
    header, shared, work = compile_shared()
    waiting = list(files)
    running = []
    wrong = []
    while waiting or running:
        while waiting and len(running) < 2 and (work is None or work.poll() is not None or not running):
            file = waiting.pop(0)
            command = [*COMPILER, "-Winvalid-pch", "-include", header, "-c", f"{file}.cpp", "-o", f"{file}.o"]
            running.append((file, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)))
        file, process = running.pop(0)
        _, errors = process.communicate()
        own = [l for l in errors.split("\n") if re.search(r"^\S+\.cpp:\d+:\d+: +(error|warning|required from here)", l)]
        if own or process.returncode != 0:
            wrong += (own or errors.split("\n"))[:12]
    if wrong:
        raise SystemExit("C++ that does not compile without a warning:\n" + "\n".join(wrong))
    if work is not None and work.wait() != 0:
        raise SystemExit("what all files share does not compile")
    for file in files:
        subprocess.run(["g++", f"{file}.o", shared, "-o", file], check=True)
