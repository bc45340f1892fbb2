"""Runs generated R functions, all in one session."""
import subprocess
import tempfile

import numpy as np

SHOW = """
show <- function(x) {
  d <- if (is.null(dim(x))) c(length(x), 1) else dim(x)
  cat(d, sprintf("%.17g", x), "\\n")
}
"""


def literal(a):
    if not isinstance(a, dict):
        return repr(a)
    if "members" in a:
        members = np.stack([np.array(m["data"]).reshape(m["cols"], m["rows"]).T for m in a["members"]])
        shape = [s for i, s in enumerate(members.shape) if i == 0 or s > 1]
        values = ", ".join(repr(float(x)) for x in members.transpose().reshape(-1))
        return f"c({values})" if len(shape) == 1 else f"array(c({values}), c({', '.join(map(str, shape))}))"
    values = f"c({', '.join(repr(float(x)) for x in a['data'])})"
    return values if a["rows"] == 1 or a["cols"] == 1 else f"matrix({values}, {a['rows']}, {a['cols']})"


def session(cases):
    """A function that gives the results of one of the cases."""
    lines = [SHOW]
    for case in cases:
        arguments = ", ".join(literal(a) for a in case["arguments"])
        shown = "show(out)" if len(case["results"]) == 1 else "invisible(lapply(out, show))"
        lines.append(f"""
cat("@@ {case['id']}\\n")
tryCatch(local({{
{case['code']}
out <- {case['name']}({arguments})
{shown}
}}), error = function(e) cat("ERROR", gsub("\\n", " ", conditionMessage(e)), "\\n"), warning = function(e) cat("ERROR", conditionMessage(e), "\\n"))""")
    with tempfile.NamedTemporaryFile("w", suffix=".R", delete=False) as f:
        f.write("\n".join(lines))
    done = subprocess.run(["Rscript", "--vanilla", f.name], capture_output=True, text=True)
    results = {}
    for part in done.stdout.split("@@ ")[1:]:
        name, *rows = part.rstrip("\n").split("\n")
        results[name] = rows

    def run(case):
        rows = results.get(case["id"])
        if rows is None or any(r.startswith("ERROR") for r in rows):
            raise RuntimeError(" ".join(rows or [done.stderr])[:300])
        out = []
        for row in rows:
            height, width, *data = row.split()
            out.append(np.array(data, float).reshape(int(width), int(height)).T)
        return out

    return run
