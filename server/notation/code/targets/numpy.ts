import { isFullPattern, type Placement, placements } from "../assemble";
import { type Node, rank } from "../ir";
import { PREC, type Writer } from "../target";
import { call, postfix, pythonTarget } from "./python";
import { pythonTest } from "./pythonTest";

/**
 * An array as a matrix, its axes `gone` the columns (of the left factor) or the rows (of the right one): a view where
 * they come first or last, else a copy with the axes turned.
 */
function flat(a: Node, gone: readonly number[], right: boolean, w: Writer): string {
  const count = rank(a);
  const x = w.arg(a, PREC.postfix);
  const rest = a.shape.map((_, i) => i).filter((i) => !gone.includes(i));
  const run = gone.every((g, i) => i === 0 || g === gone[i - 1]! + 1);
  const leading = run && gone[0] === 0;
  const view = leading || (run && gone.at(-1) === count - 1);
  if (rest.length === 0 && run) return count === 1 ? w.arg(a, PREC.unary) : `${x}.reshape(-1)`;
  const turned = view && leading !== right;
  if (count === 2 && view) return turned ? `${x}.T` : w.arg(a, right ? PREC.unary : PREC.product);
  const [first, second] = (view ? leading : right) ? [gone, rest] : [rest, gone];
  const order = view ? "" : `.transpose(${[...first, ...second].join(", ")})`;
  if (rest.length === 0) return `${x}${order}.reshape(-1)`;
  // The length of one side is said, the other follows.
  const known = gone.length === 1 || rest.length > 1 ? gone : rest;
  const length = known.map((i) => w.dim(a.shape[i]!, known.length > 1 ? PREC.product : PREC.lowest)).join(" * ");
  const size = (side: readonly number[]): string => (side === known ? length : "-1");
  return `${x}${order}.reshape(${size(first)}, ${size(second)})${turned ? ".T" : ""}`;
}

/** Blocks are added into views of the entries that are not zero; without any, one expression will do. */
function placed(n: Node, name: string, w: Writer): readonly string[] | undefined {
  const { groups } = placements(n);
  if (groups.every((x) => isFullPattern(x.pattern))) return undefined;
  const texts = n.args.map((a) => w.arg(a));
  if (name === "_") return [];
  const [first] = groups as [Placement];
  const whole = isFullPattern(first.pattern);
  const out: string[] = [];
  if (whole) {
    const order = first.axes.map((_, i) => first.axes.indexOf(i));
    const turned = order.every((x, i) => x === i) ? "" : `.transpose(${order.join(", ")})`;
    const a = n.args[0]!;
    const own = w.once(a) && WRITABLE.has(a.op);
    const text = turned === "" ? texts[0]! : `${w.arg(a, PREC.postfix)}${turned}`;
    if (own) out.push(`${name} = ${text}`, ...(first.negative ? [`np.negative(${name}, out=${name})`] : []));
    else out.push(`${name} = ${first.negative ? `-${w.arg(a, PREC.unary)}${turned}` : `(${text}).copy()`}`);
  } else out.push(`${name} = np.zeros((${n.dims.map((d) => w.dim(d)).join(", ")})${typed(w)})`);
  groups.forEach((x, i) => {
    if (whole && i === 0) return;
    const { input, output } = viewLetters(x);
    const view = `np.einsum("${output}->${input}", ${name})[:]`;
    const start = i === 0;
    out.push(
      start ? "# a view of the blocks that are not zero" : "# a view of the blocks that it is added to",
      `${view} ${start ? "=" : x.negative ? "-=" : "+="} ${start && x.negative ? `-${w.arg(n.args[i]!, PREC.unary)}` : texts[i]!}`,
    );
  });
  return [...out, `${name} = ${name}.reshape(${n.shape.map((d) => w.dim(d)).join(", ")})`];
}

const typed = (w: Writer, lead = ""): string => (w.dtype() === undefined ? "" : `, ${lead}${w.dtype()}`);

/** Operations whose result is an array of its own. */
const WRITABLE: ReadonlySet<Node["op"]> = new Set(["add", "sub", "mul", "div", "neg", "fn", "contract", "batched", "outer", "matmul"]); // prettier-ignore

/** The view of the entries whose indices run together; axes that the block lacks come first, to be broadcast along. */
function viewLetters(x: Placement): { input: string; output: string } {
  const letter = (i: number): string => String.fromCharCode(97 + i);
  const lacking = x.pattern.filter((p, i) => p === i && !x.axes.includes(i));
  return {
    output: x.pattern.map(letter).join(""),
    input: [...lacking, ...x.axes].map(letter).join(""),
  };
}

/** NumPy, with SciPy for stable functions and factorizations. */
export const NUMPY = pythonTarget({
  name: "numpy",
  module: "np",
  imports: ["import numpy as np"],
  array: "array",
  symmetricProducts: true,
  copy: (x) => `${x}.copy()`,
  reserved: [
    "expit",
    "erf",
    "logsumexp",
    "softmax",
    "log_softmax",
    "cho_factor",
    "cho_solve",
    "lu_factor",
    "lu_solve",
    "expm",
    "logm",
    "sqrtm",
  ],
  own: new Set(["arcsin", "arccos", "arctan"]),
  functions: {
    sigmoid: (x, w) => (w.need("from scipy.special import expit"), call("expit", x())),
    erf: (x, w) => (w.need("from scipy.special import erf"), call("erf", x())),
    softplus: (x) => call("np.logaddexp", "0", x()),
    relu: (x) => call("np.maximum", x(), "0"),
    step: (x) => call("np.heaviside", x(), "0.0"),
  },
  operations: {
    batched: (n, w) => {
      const [a, b] = n.args as [Node, Node];
      // Batches of products of matrices and of matrices with vectors.
      if (n.attr === "abc,acd->abd")
        return { text: `${w.arg(a, PREC.product)} @ ${w.arg(b, PREC.unary)}`, prec: PREC.product, sign: "@" };
      if (n.attr === "abc,adc->abd")
        return {
          text: `${w.arg(a, PREC.product)} @ ${w.arg(b, PREC.postfix)}.swapaxes(1, 2)`,
          prec: PREC.product,
          sign: "@",
        };
      if (n.attr === "abc,abd->acd")
        return {
          text: `${w.arg(a, PREC.postfix)}.swapaxes(1, 2) @ ${w.arg(b, PREC.unary)}`,
          prec: PREC.product,
          sign: "@",
        };
      return call("np.einsum", `"${n.attr}"`, w.arg(a), w.arg(b));
    },
    contract: (n, w) => {
      const [a, b] = n.args as [Node, Node];
      const [p, q] = n.attr.split("|").map((x) => x.split(",").map(Number)) as [number[], number[]];
      const [x, y] = [flat(a, p, false, w), flat(b, q, true, w)];
      const product = `${x} @ ${y}`;
      const rows = rank(a) - p.length;
      const cols = rank(b) - q.length;
      if (rows <= 1 && cols <= 1) return { text: product, prec: PREC.product, sign: "@" };
      return { text: `(${product}).reshape(${n.shape.map((d) => w.dim(d)).join(", ")})`, prec: PREC.postfix };
    },
    inner: (n, w) => call("np.vdot", ...n.args.map((a) => w.arg(a))),
    logsumexp: (n, w) => (w.need("from scipy.special import logsumexp"), call("logsumexp", w.arg(n.args[0]!))),
    logsumexpRows: (n, w) => (
      w.need("from scipy.special import logsumexp"),
      call("logsumexp", w.arg(n.args[0]!), "axis=1")
    ),
    softmax: (n, w) => (w.need("from scipy.special import softmax"), call("softmax", w.arg(n.args[0]!))),
    softmaxRows: (n, w) => (w.need("from scipy.special import softmax"), call("softmax", w.arg(n.args[0]!), "axis=1")),
    logSoftmax: (n, w) => (w.need("from scipy.special import log_softmax"), call("log_softmax", w.arg(n.args[0]!))),
    logSoftmaxRows: (n, w) => (
      w.need("from scipy.special import log_softmax"),
      call("log_softmax", w.arg(n.args[0]!), "axis=1")
    ),
    cholesky: (n, w) => (w.need("from scipy.linalg import cho_factor"), call("cho_factor", w.arg(n.args[0]!))),
    choleskySolve: (n, w) => (
      w.need("from scipy.linalg import cho_solve"),
      call("cho_solve", ...n.args.map((a) => w.arg(a)))
    ),
    choleskyInverse: (n, w) => (
      w.need("from scipy.linalg import cho_solve"),
      call("cho_solve", w.arg(n.args[0]!), `np.eye(${w.dim(n.shape[0]!)}${typed(w, "dtype=")})`)
    ),
    factorize: (n, w) => (w.need("from scipy.linalg import lu_factor"), call("lu_factor", w.arg(n.args[0]!))),
    factorSolve: (n, w) => (
      w.need("from scipy.linalg import lu_solve"),
      call("lu_solve", ...n.args.map((a) => w.arg(a)), ...(n.attr === "" ? [] : ["trans=1"]))
    ),
    factorInverse: (n, w) => (
      w.need("from scipy.linalg import lu_solve"),
      call("lu_solve", w.arg(n.args[0]!), `np.eye(${w.dim(n.shape[0]!)}${typed(w, "dtype=")})`)
    ),
    matrixFunction: (n, w) => (w.need(`from scipy.linalg import ${n.attr}`), call(n.attr, w.arg(n.args[0]!))),
    diagonal: (n, w) => ({ text: `${w.arg(n.args[0]!, PREC.postfix)}.diagonal()`, prec: PREC.postfix }),
    rowSums: (n, w) => {
      const a = n.args[0]!;
      if (a.op !== "mul" || !a.args.every((x) => rank(x) === 2)) return postfix(a, w, ".sum(axis=1)");
      return call("np.einsum", '"ij,ij->i"', ...a.args.map((x) => w.arg(x)));
    },
  },
  lines: (n, name, w) => {
    const d = n.args[1];
    switch (n.op) {
      case "kronEyeLeft":
      case "kronEyeRight": {
        const block = n.args[0]!;
        const left = n.op === "kronEyeLeft";
        const k = w.dim(n.dims[0]!);
        const [p, q] = block.shape.map((x) => w.dim(x)) as [string, string];
        const blockText = w.arg(block);
        if (name === "_") return [];
        const values =
          d === undefined ? blockText : `${w.arg(d, PREC.postfix)}[:, None, None] * ${w.arg(block, PREC.unary)}`;
        return [
          `${name} = np.zeros((${(left ? [k, p, k, q] : [p, k, q, k]).join(", ")})${typed(w)})`,
          "# a view of the blocks that are not zero",
          `np.einsum("${left ? "aiaj->aij" : "iaja->aij"}", ${name})[:] = ${values}`,
          `${name} = ${name}.reshape(${w.dim(n.shape[0]!)}, ${w.dim(n.shape[1]!)})`,
        ];
      }
      case "assemble":
        return placed(n, name, w);
      case "leadingSingular": {
        const a = w.arg(n.args[0]!);
        if (name === "_") return [];
        const [u, v] = [w.fresh("u"), w.fresh("vt")];
        return [`${u}, _, ${v} = np.linalg.svd(${a}, full_matrices=False)`, `${name} = np.outer(${u}[:, 0], ${v}[0])`];
      }
      default:
        return undefined;
    }
  },
  test: (plan) => pythonTest(plan, "numpy"),
});
