import { isNumber, type Node, rank } from "../ir";
import { type Code, codeAtom, plusDiagonal, PREC, type Writer } from "../target";
import { call, isPlain, postfix, pythonTarget } from "./python";
import { pythonTest } from "./pythonTest";

/** New tensors take the element type and the device of an input. */
const made = (w: Writer): string[] =>
  w.like === undefined ? [] : [`dtype=${w.like}.dtype`, `device=${w.like}.device`];
const eye = (w: Writer, size: string): string => `torch.eye(${[size, ...made(w)].join(", ")})`;

const floating = (digits: string): string => (Number.isInteger(Number(digits)) ? `${digits}.0` : digits);

const rows =
  (name: string) =>
  (n: Node, w: Writer): Code =>
    call(`torch.${name}`, w.arg(n.args[0]!), "dim=1");

/** PyTorch: functional operations only, so that `vmap`, `jit` and automatic differentiation go through. */
export const TORCH = pythonTarget({
  name: "torch",
  module: "torch",
  imports: ["import numpy as np", "import torch"],
  array: "tensor",
  symmetricProducts: false,
  eye,
  made,
  rows: (w, count) => `torch.arange(1, ${count} + 1${w.like === undefined ? "" : `, device=${w.like}.device`})`,
  copy: (x) => `${x}.clone()`,
  scalar: (n, w) =>
    isPlain(n) ? `torch.tensor(${[isNumber(n) ? floating(n.attr) : w.arg(n), ...made(w)].join(", ")})` : undefined,
  // The tensor itself, so that derivatives go through it, with its element type and device.
  one: (n, w) =>
    isPlain(n)
      ? `torch.full((1, 1), ${[isNumber(n) ? floating(n.attr) : w.arg(n), ...made(w)].join(", ")})`
      : `${w.arg(n, PREC.postfix)}.reshape(1, 1)`,
  reserved: ["F", "np"],
  own: new Set(["arcsin", "arccos", "arctan", "erf"]),
  functions: {
    sigmoid: (x) => call("torch.sigmoid", x()),
    // The threshold beyond which softplus(x) = x holds to double precision.
    softplus: (x) => call("torch.nn.functional.softplus", x(), "threshold=40"),
    relu: (x) => call("torch.relu", x()),
    step: (x) => ({ text: `(${x(PREC.sum)} > 0).to(${x(PREC.postfix)}.dtype)`, prec: PREC.postfix }),
  },
  operations: {
    inner: (n, w) => {
      const [a, b] = n.args as [Node, Node];
      const text = a === b ? `${w.arg(a, PREC.postfix)}**2` : `${w.arg(a, PREC.product)} * ${w.arg(b, PREC.unary)}`;
      return { text: `(${text}).sum()`, prec: PREC.postfix };
    },
    spread: (n, w) => {
      const a = n.args[0]!;
      const size = n.shape.map((d) => w.dim(d));
      if (isNumber(a, 1)) return call("torch.ones", ...size, ...made(w));
      if (isNumber(a, 0)) return call("torch.zeros", ...size, ...made(w));
      if (isNumber(a))
        return call(
          "torch.full",
          `(${size.join(", ")}${size.length === 1 ? "," : ""})`,
          Number.isInteger(Number(a.attr)) ? `${a.attr}.0` : a.attr,
          ...made(w),
        );
      if (rank(a) === 0)
        return {
          text: `${w.arg(a, PREC.product)} * torch.ones(${[...size, ...made(w)].join(", ")})`,
          prec: PREC.product,
          sign: "*",
        };
      return call(`${w.arg(a, PREC.postfix)}.expand`, ...size);
    },
    eye: (n, w) => ({ text: eye(w, w.dim(n.dims[0]!)), prec: PREC.atom }),
    addDiagonal: (n, w) => plusDiagonal(n, w, eye(w, w.dim(n.shape[0]!)), (v) => `torch.diag(${v})`),
    rowSums: (n, w) => {
      const a = n.args[0]!;
      if (a.op !== "mul" || !a.args.every((x) => rank(x) === 2)) return postfix(a, w, ".sum(dim=1)");
      return call("torch.einsum", '"ij,ij->i"', ...a.args.map((x) => w.arg(x)));
    },
    columnSums: (n, w) => postfix(n.args[0]!, w, ".sum(dim=0)"),
    logsumexp: (n, w) => {
      const a = n.args[0]!;
      return call("torch.logsumexp", w.arg(a), rank(a) === 1 ? "dim=0" : "dim=(0, 1)");
    },
    logsumexpRows: rows("logsumexp"),
    hardmax: (n, w) => {
      const size = n.shape.map((d) => w.dim(d, PREC.product)).join(" * ");
      const device = w.like === undefined ? "" : `, device=${w.like}.device`;
      const found = `(torch.arange(${size}${device}) == torch.argmax(${w.arg(n.args[0]!)}))`;
      const turned = rank(n) === 1 ? "" : `.reshape(${n.shape.map((d) => w.dim(d)).join(", ")})`;
      return {
        text: `${found}${turned}.to(${w.like === undefined ? "torch.get_default_dtype()" : `${w.like}.dtype`})`,
        prec: PREC.postfix,
      };
    },
    softmax: (n, w) => call("torch.softmax", w.arg(n.args[0]!), "dim=0"),
    softmaxRows: rows("softmax"),
    logSoftmax: (n, w) => call("torch.log_softmax", w.arg(n.args[0]!), "dim=0"),
    logSoftmaxRows: rows("log_softmax"),
    cholesky: (n, w) => call("torch.linalg.cholesky", w.arg(n.args[0]!)),
    choleskyLogdet: (n, w) => ({
      text: `2 * torch.log(torch.diag(${w.arg(n.args[0]!)})).sum()`,
      prec: PREC.product,
      sign: "*",
    }),
    choleskySolve: (n, w) => {
      const [l, b] = n.args as [Node, Node];
      if (rank(b) === 2) return call("torch.cholesky_solve", w.arg(b), w.arg(l));
      return {
        text: `torch.cholesky_solve(${w.arg(b, PREC.postfix)}[:, None], ${w.arg(l)})[:, 0]`,
        prec: PREC.postfix,
      };
    },
    choleskyInverse: (n, w) => call("torch.cholesky_inverse", w.arg(n.args[0]!)),
    factorize: (n, w) => call("torch.linalg.lu_factor", w.arg(n.args[0]!)),
    factorSolve: (n, w) => {
      const [l, b] = n.args as [Node, Node];
      const rest = n.attr === "" ? "" : ", adjoint=True";
      if (rank(b) === 2) return { text: `torch.linalg.lu_solve(*${w.arg(l)}, ${w.arg(b)}${rest})`, prec: PREC.atom };
      return {
        text: `torch.linalg.lu_solve(*${w.arg(l)}, ${w.arg(b, PREC.postfix)}[:, None]${rest})[:, 0]`,
        prec: PREC.postfix,
      };
    },
    factorInverse: (n, w) => codeAtom(`torch.linalg.lu_solve(*${w.arg(n.args[0]!)}, ${eye(w, w.dim(n.shape[0]!))})`),
    nuclearNorm: (n, w) => call("torch.linalg.matrix_norm", w.arg(n.args[0]!), '"nuc"'),
    spectralNorm: (n, w) => call("torch.linalg.matrix_norm", w.arg(n.args[0]!), "2"),
    matrixFunction: (n, w) => {
      const a = w.arg(n.args[0]!);
      if (n.attr === "expm") return call("torch.linalg.matrix_exp", a);
      // By eigenvectors, for matrices whose eigenvalues are positive.
      const f = n.attr === "logm" ? "torch.log(e)" : "torch.sqrt(e)";
      return {
        text: `(lambda e, v: (v * ${f}) @ torch.linalg.inv(v))(*torch.linalg.eig(${a})).real`,
        prec: PREC.postfix,
      };
    },
    kron: (n, w) => {
      const [a, b] = n.args as [Node, Node];
      if (rank(n) === 1) return { text: `torch.outer(${w.arg(a)}, ${w.arg(b)}).reshape(-1)`, prec: PREC.postfix };
      const axis = (x: Node, ownRow: boolean): string =>
        x.op === "asColumn" || x.op === "asRow"
          ? `${w.arg(x.args[0]!, PREC.postfix)}[${vectorAxes(x.op === "asColumn", ownRow)}]`
          : `${w.arg(x, PREC.postfix)}[${ownRow ? ":, None, :, None" : "None, :, None, :"}]`;
      return {
        text: `(${axis(a, true)} * ${axis(b, false)}).reshape(${w.dim(n.shape[0]!)}, ${w.dim(n.shape[1]!)})`,
        prec: PREC.postfix,
      };
    },
    kronEyeLeft: (n, w) => filled(n, w, true),
    kronEyeRight: (n, w) => filled(n, w, false),
    leadingSingular: (n, w) =>
      call(
        "(lambda u, s, vh: torch.outer(u[:, 0], vh[0]))",
        `*torch.linalg.svd(${w.arg(n.args[0]!)}, full_matrices=False)`,
      ),
    vec: (n, w) => {
      const a = n.args[0]!;
      return a.op === "transpose"
        ? call(`${w.arg(a.args[0]!, PREC.postfix)}.reshape`, "-1")
        : call(`${w.arg(a, PREC.postfix)}.T.reshape`, "-1");
    },
  },
  repeats: (n) => n.op === "fn" && n.attr === "step",
  test: (plan) => pythonTest(plan, "torch"),
});

/** Where a vector stands among the four axes of a Kronecker product. */
function vectorAxes(column: boolean, left: boolean): string {
  const at = (left ? 0 : 1) + (column ? 0 : 2);
  return [0, 1, 2, 3].map((i) => (i === at ? ":" : "None")).join(", ");
}

/** Blocks along a diagonal: the diagonal of a tensor with four axes is filled, the rest is zero. */
function filled(n: Node, w: Writer, left: boolean): Code {
  const [a, d] = n.args as [Node, Node | undefined];
  const k = w.dim(n.dims[0]!);
  const [p, q] = a.shape.map((x) => w.dim(x)) as [string, string];
  const base = w.arg(a.op === "asRow" || a.op === "asColumn" ? a.args[0]! : a, PREC.postfix);
  const block = `${base}[${a.op === "asRow" ? "None, :, None" : a.op === "asColumn" ? ":, None, None" : ":, :, None"}]`;
  const values = d === undefined ? `${block}.expand(${p}, ${q}, ${k})` : `${block} * ${w.arg(d, PREC.unary)}`;
  const size = `${w.dim(n.shape[0]!)}, ${w.dim(n.shape[1]!)}`;
  return {
    text: `torch.diag_embed(${values}, dim1=${left ? 0 : 1}, dim2=${left ? 2 : 3}).reshape(${size})`,
    prec: PREC.postfix,
  };
}
