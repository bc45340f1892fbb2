import type { Dim } from "../../../core/dimension";
import { isScalar } from "../../../core/shape";
import { wrapped } from "./pythonLines";
import { batchedFunction, differentiableFunction, singleInputs, singleResult } from "./pythonWrappers";
import { isFullPattern, type Placement, placements } from "../assemble";
import type { CodeLanguage } from "../../../operators";
import { fromTable, isEverywhere, isSpelled, withoutFunction } from "../functions";
import { isNumber, type Node, rank } from "../ir";
import { tableOf } from "../../../core/table";
import { bracket } from "../schedule";
import { axes } from "../value";
import {
  type Check,
  type Code,
  codeAtom,
  fold,
  type FunctionPlan,
  type Parameter,
  parameterAxes,
  plusDiagonal,
  PREC,
  type ResultPlan,
  signedSum,
  type SpelledOp,
  type Target,
  type TargetName,
  type Writer,
} from "../target";

/** What NumPy, JAX and PyTorch have in common: operators, methods of arrays, and the layout of a function. */

type Spelling = (n: Node, w: Writer) => Code;

export interface PythonLibrary {
  readonly name: TargetName;
  /** How the array module is called: `np`, `jnp`, `torch`. */
  readonly module: string;
  readonly imports: readonly string[];
  readonly array: string;
  /** Functions of each entry whose name is not `module.name`. */
  readonly functions: Readonly<Record<string, (x: (prec?: number) => string, w: Writer) => Code>>;
  /** Functions of each entry that have the module's name for them beside those of every library. */
  readonly own: ReadonlySet<string>;
  /** Operations that the library spells differently. */
  readonly operations: Readonly<Partial<Record<Node["op"], Spelling>>>;
  /** A scalar among others that are stacked, where a plain number would be refused. */
  readonly scalar?: (n: Node, w: Writer) => string | undefined;
  /** The rows as the library counts them in permutations. */
  readonly rows?: (w: Writer, count: string) => string;
  /** A copy of an array that may share memory with an input. */
  readonly copy?: (text: string) => string;
  /** What is said of the element type and the place of a new array, where that is not the type alone. */
  readonly made?: (w: Writer) => readonly string[];
  /** A scalar as a matrix of one entry, where that takes more than its value. */
  readonly one?: (n: Node, w: Writer) => string;
  /** An identity matrix, where it takes more than its size. */
  readonly eye?: (w: Writer, size: string) => string;
  readonly lines?: Target["lines"];
  readonly repeats?: Target["repeats"];
  readonly symmetricProducts: boolean;
  readonly reserved: readonly string[];
  /** The gradient check at the end of the file. */
  test(plan: FunctionPlan): readonly string[];
}

const KEYWORDS = [
  "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
  "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
  "pass", "raise", "return", "try", "while", "with", "yield", "abs", "sum", "min", "max", "len", "range", "int",
  "float", "list", "type", "id", "pow", "input", "dict", "set", "map", "zip", "all", "any", "print", "round", "iter",
  "next", "vars", "slice", "object", "tuple", "bool", "str", "hash", "dir", "eval", "exec", "open", "bin", "hex", "oct",
  "format", "repr", "sorted", "filter", "complex", "dense",
]; // prettier-ignore

/** A call: binds tighter than anything. */
export const call = (name: string, ...args: string[]): Code => codeAtom(`${name}(${args.join(", ")})`);

/** Left-associative signs; different products are not mixed without brackets. */
function infix(n: Node, w: Writer, sign: string, prec: number): Code {
  const [a, b] = n.args as [Node, Node];
  const left = w.code(a);
  const mixed =
    prec === PREC.product && left.prec === PREC.product && left.sign !== sign && !(left.sign === "*" && sign === "/");
  return { text: `${mixed ? `(${left.text})` : bracket(left, prec)} ${sign} ${w.arg(b, prec + 1)}`, prec, sign };
}

export const postfix = (n: Node, w: Writer, suffix: string): Code => ({
  text: `${w.arg(n, PREC.postfix)}${suffix}`,
  prec: PREC.postfix,
});

/** A number that is known without any array: literals, dimensions and what is made of them. */
export const isPlain = (n: Node): boolean =>
  n.op === "number" ||
  n.op === "size" ||
  (rank(n) === 0 &&
    n.args.length > 0 &&
    (["add", "sub", "mul", "div", "neg", "pow"].includes(n.op) || (n.op === "fn" && n.attr in MATH)) &&
    n.args.every(isPlain));

/** Functions of plain numbers: those of arrays would give them an element type, or refuse them. */
const MATH: Readonly<Record<string, string>> = tableOf({
  exp: "exp", log: "log", sqrt: "sqrt", sin: "sin", cos: "cos", tan: "tan", arcsin: "asin", arccos: "acos",
  arctan: "atan", sinh: "sinh", cosh: "cosh", tanh: "tanh", log1p: "log1p", expm1: "expm1", abs: "fabs", erf: "erf",
}); // prettier-ignore

/** An index counted from one, as Python counts it. */
const position = (n: Node, w: Writer): string =>
  isNumber(n) ? String(Number(n.attr) - 1) : `${w.arg(n, PREC.sum)} - 1`;

const listed = (attr: string): string => attr.split(",").join(", ");
const tupled = (attr: string): string => (attr.includes(",") ? `(${listed(attr)})` : attr);

/** A diagonal in the notation of `einsum`: the block's axes, an identity for each pair that runs together, the result's. */
export function blockLetters(x: Placement): { input: string; output: string; identities: readonly number[] } {
  const letter = (i: number): string => String.fromCharCode(97 + i);
  const identities = x.pattern.map((_, i) => i).filter((i) => x.pattern[i] !== i);
  const own = x.axes.map(letter).join("");
  return {
    input: [own, ...identities.map((i) => letter(x.pattern[i]!) + letter(i))].join(","),
    output: x.pattern.map((_, i) => letter(i)).join(""),
    identities,
  };
}

export function pythonTarget(lib: PythonLibrary): Target {
  const m = lib.module;
  /** New arrays have the element type of the inputs, so that single precision stays single. */
  const typed = (w: Writer): readonly string[] => lib.made?.(w) ?? (w.dtype() === undefined ? [] : [w.dtype()!]);
  const eye = (w: Writer, size: string): string =>
    lib.eye?.(w, size) ?? call(`${m}.eye`, size, ...typed(w).map((t) => `dtype=${t}`)).text;
  const dims = (w: Writer, shape: readonly Dim[]): string =>
    shape.length === 1 ? w.dim(shape[0]!) : `(${shape.map((d) => w.dim(d)).join(", ")})`;

  /** The sign of the permutation beside triangular factors: each row that was exchanged changes it. */
  const swaps = (n: Node, w: Writer): string => {
    const f = w.arg(n.args[0]!, PREC.postfix);
    const rows = lib.rows?.(w, w.dim(n.args[0]!.shape[0]!)) ?? `${m}.arange(${w.dim(n.args[0]!.shape[0]!)})`;
    const count = `(${f}[1] != ${rows}).sum()`;
    // NumPy's integers would make it double precision; elsewhere the count is not known while tracing.
    return `(-1.0) ** ${lib.name === "numpy" ? `int(${count})` : count}`;
  };
  const held = (a: Node, w: Writer): string => (a.op === "asRow" ? `${w.arg(a, PREC.postfix)}[None, :]` : w.arg(a));
  /** The identity or the diagonal beside a block. */
  const diagonalFactor = (n: Node, w: Writer): string =>
    n.args[1] === undefined ? eye(w, w.dim(n.dims[0]!)) : call(`${m}.diag`, w.arg(n.args[1])).text;

  /** A function under the name that it has everywhere, or as the table writes it. */
  const named = (name: string, x: string, w: Writer): Code =>
    isEverywhere(name) || lib.own.has(name)
      ? call(`${m}.${name}`, x)
      : codeAtom(fromTable(name, lib.name as CodeLanguage, x, (line) => w.need(line)) ?? withoutFunction(name));

  const shared: Record<SpelledOp, Spelling> = {
    input: (n) => codeAtom(n.attr),
    number: (n) => {
      const v = Number(n.attr);
      if (v === Math.PI) return codeAtom(`${m}.pi`);
      return v < 0 ? { text: n.attr, prec: PREC.unary } : codeAtom(n.attr);
    },
    size: (n, w) => ({ text: w.dim(n.dims[0]!), prec: /^\w+$/.test(w.dim(n.dims[0]!)) ? PREC.atom : PREC.sum }),
    loop: (n) => codeAtom(n.attr),
    add: (n, w) => infix(n, w, "+", PREC.sum),
    sub: (n, w) => infix(n, w, "-", PREC.sum),
    mul: (n, w) => infix(n, w, "*", PREC.product),
    div: (n, w) => infix(n, w, "/", PREC.product),
    neg: (n, w) => ({ text: `-${w.arg(n.args[0]!, PREC.unary)}`, prec: PREC.unary }),
    pow: (n, w) => {
      const [base, exponent] = n.args.map((x) => w.arg(x, PREC.postfix)) as [string, string];
      // Blanks where an operand is more than a name or a number, as Black has it.
      const plain = [base, exponent].every((x) => /^-?[\w.]+$/.test(x));
      return { text: `${base}${plain ? "**" : " ** "}${exponent}`, prec: PREC.power };
    },
    fn: (n, w) => {
      const special = lib.functions[n.attr];
      const x = (prec: number = PREC.lowest): string => w.arg(n.args[0]!, prec);
      if (isPlain(n)) return (w.need("import math"), call(`math.${MATH[n.attr]}`, x()));
      if (isPlain(n.args[0]!) && lib.scalar !== undefined) {
        const scalar = lib.scalar(n.args[0]!, w)!;
        return special === undefined ? named(n.attr, scalar, w) : special(() => scalar, w);
      }
      return special === undefined ? named(n.attr, x(), w) : special(x, w);
    },
    call: (n, w) => call(n.attr, ...n.args.map((a) => w.arg(a))),
    logaddexp: (n, w) => call(`${m}.logaddexp`, ...n.args.map((a) => lib.scalar?.(a, w) ?? w.arg(a))),
    transpose: (n, w) => postfix(n.args[0]!, w, ".T"),
    asColumn: (n, w) => postfix(n.args[0]!, w, "[:, None]"),
    // The last axis is the one that vectors are broadcast along.
    asRow: (n, w) => w.code(n.args[0]!),
    spread: (n, w) => {
      const a = n.args[0]!;
      if (isNumber(a, 1)) return call(`${m}.ones`, dims(w, n.shape), ...typed(w));
      if (isNumber(a, 0)) return call(`${m}.zeros`, dims(w, n.shape), ...typed(w));
      if (rank(a) === 0)
        return call(
          `${m}.full`,
          dims(w, n.shape),
          isNumber(a) && Number.isInteger(Number(a.attr)) ? `${a.attr}.0` : w.arg(a),
          ...typed(w),
        );
      if (a.op === "asColumn") return call(`${m}.repeat`, w.arg(a), w.dim(n.shape[1]!), "axis=1");
      return call(`${m}.tile`, w.arg(a), `(${w.dim(n.shape[0]!)}, 1)`);
    },
    vec: (n, w) => {
      const a = n.args[0]!;
      return a.op === "transpose" ? postfix(a.args[0]!, w, ".reshape(-1)") : postfix(a, w, ".T.reshape(-1)");
    },
    index: (n, w) => {
      const [a, ...at] = n.args as [Node, ...Node[]];
      if (n.attr === "member") return postfix(a, w, `[${position(at[0]!, w)}]`);
      let k = 0;
      return postfix(
        a,
        w,
        `[${n.attr
          .split(",")
          .map((x) => (x === ":" ? ":" : position(at[k++]!, w)))
          .join(", ")}]`,
      );
    },
    blocks: (n, w) => {
      const lengths = n.attr.split(",").map(Number);
      let k = 0;
      const rows = lengths.map((l) => n.args.slice(k, (k += l)));
      if (n.args.every((a) => rank(a) === 0)) {
        const all = `[${n.args.map((a) => lib.scalar?.(a, w) ?? w.arg(a)).join(", ")}]`;
        if (lib.name === "torch")
          return rank(n) === 1
            ? call("torch.stack", all)
            : { text: `torch.stack(${all}).reshape(${n.shape.map((d) => w.dim(d)).join(", ")})`, prec: PREC.postfix };
        if (rank(n) === 1) return call(`${m}.array`, all, ...typed(w));
        const nested = `[${rows.map((r) => `[${r.map((a) => w.arg(a)).join(", ")}]`).join(", ")}]`;
        return call(`${m}.array`, nested, ...typed(w));
      }
      const held = (a: Node): string =>
        a.op === "asRow"
          ? `${w.arg(a, PREC.postfix)}[None, :]`
          : rank(a) === 0
            ? (lib.one?.(a, w) ?? `${m}.full((1, 1), ${[w.arg(a), ...typed(w)].join(", ")})`)
            : w.arg(a);
      const text =
        lib.name === "torch"
          ? `torch.cat([${rows.map((r) => `torch.cat([${r.map(held).join(", ")}], dim=1)`).join(", ")}], dim=0)`
          : `${m}.block([${rows.map((r) => `[${r.map(held).join(", ")}]`).join(", ")}])`;
      return { text: rank(n) === 1 ? `${text}.reshape(-1)` : text, prec: PREC.postfix };
    },
    permuteColumns: (n, w) => {
      const [p, q] = n.dims as [Dim, Dim];
      return postfix(
        n.args[0]!,
        w,
        `.reshape(-1, ${w.dim(p)}, ${w.dim(q)}).swapaxes(1, 2).reshape(-1, ${w.dim(n.shape[1]!)})`,
      );
    },
    permuteRows: (n, w) => {
      const [p, q] = n.dims as [Dim, Dim];
      const tail = rank(n) === 1 ? "" : ", -1";
      return postfix(
        n.args[0]!,
        w,
        `.reshape(${w.dim(q)}, ${w.dim(p)}${tail}).swapaxes(0, 1).reshape(${w.dim(n.shape[0]!)}${tail})`,
      );
    },
    hold: (n, w) => postfix(n.args[0]!, w, `[${n.attr.split(",").map((x) => (x === ":" ? ":" : "None")).join(", ")}]`), // prettier-ignore
    permute: (n, w) => postfix(n.args[0]!, w, `.${lib.name === "torch" ? "permute" : "transpose"}(${listed(n.attr)})`),
    split: (n, w) => postfix(n.args[0]!, w, `.reshape(${n.shape.map((d) => w.dim(d)).join(", ")})`),
    merge: (n, w) => postfix(n.args[0]!, w, ".reshape(-1)"),
    sumAxes: (n, w) => postfix(n.args[0]!, w, `.sum(${lib.name === "torch" ? "dim" : "axis"}=${tupled(n.attr)})`),
    contract: (n, w) => {
      const [a, b] = n.args as [Node, Node];
      const [p, q] = n.attr.split("|") as [string, string];
      const last = p === String(rank(a) - 1) && q === "0";
      const list = (x: string): string => `[${listed(x)}]`;
      const axesOf = last ? "1" : lib.name === "torch" || p.includes(",") ? `(${list(p)}, ${list(q)})` : `(${p}, ${q})`;
      return call(`${m}.tensordot`, w.arg(a), w.arg(b), lib.name === "torch" ? `dims=${axesOf}` : `axes=${axesOf}`);
    },
    batched: (n, w) => call(`${m}.einsum`, `"${n.attr}"`, ...n.args.map((a) => w.arg(a))),
    // Blocks that are zero elsewhere: a product with the identity, which compilers fuse.
    assemble: (n, w) => {
      const { groups } = placements(n);
      const alone = groups.length === 1 && !groups[0]!.negative;
      const parts = groups.map((x, i) => ({
        negative: x.negative,
        text: placedText(n, x, i, w, alone ? PREC.postfix : PREC.product),
      }));
      const sum = alone ? parts[0]!.text : `(${signedSum(parts)})`;
      return { text: `${sum}.reshape(${n.shape.map((d) => w.dim(d)).join(", ")})`, prec: PREC.postfix };
    },
    matmul: (n, w) => infix(n, w, "@", PREC.product),
    matvec: (n, w) => infix(n, w, "@", PREC.product),
    dot: (n, w) => infix(n, w, "@", PREC.product),
    outer: (n, w) => call(`${m}.outer`, ...n.args.map((a) => w.arg(a))),
    inner: (n, w) => {
      const [a, b] = n.args as [Node, Node];
      return a === b
        ? call(`${m}.sum`, `${w.arg(a, PREC.postfix)}**2`)
        : call(`${m}.sum`, `${w.arg(a, PREC.product)} * ${w.arg(b, PREC.unary)}`);
    },
    kron: (n, w) => call(`${m}.kron`, ...n.args.map((a) => held(a, w))),
    kronEyeLeft: (n, w) => call(`${m}.kron`, diagonalFactor(n, w), held(n.args[0]!, w)),
    kronEyeRight: (n, w) => call(`${m}.kron`, held(n.args[0]!, w), diagonalFactor(n, w)),
    matrixPower: (n, w) => call(`${m}.linalg.matrix_power`, w.arg(n.args[0]!), n.attr),
    // Methods: as readable as the functions, and NumPy calls them faster.
    sum: (n, w) => postfix(n.args[0]!, w, ".sum()"),
    product: (n, w) => postfix(n.args[0]!, w, ".prod()"),
    rowSums: (n, w) => postfix(n.args[0]!, w, ".sum(axis=1)"),
    columnSums: (n, w) => postfix(n.args[0]!, w, ".sum(axis=0)"),
    trace: (n, w) => postfix(n.args[0]!, w, ".trace()"),
    diagonal: (n, w) => call(`${m}.diag`, w.arg(n.args[0]!)),
    max: (n, w) => postfix(n.args[0]!, w, ".max()"),
    logsumexp: (n, w) => call("logsumexp", w.arg(n.args[0]!)),
    logsumexpRows: (n, w) => call("logsumexp", w.arg(n.args[0]!), "axis=1"),
    norm: (n, w) => call(`${m}.linalg.norm`, w.arg(n.args[0]!)),
    nuclearNorm: (n, w) => call(`${m}.linalg.norm`, w.arg(n.args[0]!), '"nuc"'),
    spectralNorm: (n, w) => call(`${m}.linalg.norm`, w.arg(n.args[0]!), "2"),
    largestEigenvalue: (n, w) => ({ text: `${m}.linalg.eigvalsh(${w.arg(n.args[0]!)})[-1]`, prec: PREC.postfix }),
    det: (n, w) => call(`${m}.linalg.det`, w.arg(n.args[0]!)),
    logdet: (n, w) => ({ text: `${m}.linalg.slogdet(${w.arg(n.args[0]!)})[1]`, prec: PREC.postfix }),
    // The logarithm of the sign is zero, or there is none.
    logOfDet: (n, w) =>
      call(`(lambda sign, size: ${m}.log(sign) + size)`, `*${m}.linalg.slogdet(${w.arg(n.args[0]!)})`),
    choleskyLogdet: (n, w) => ({
      text: `2 * ${m}.log(${m}.diag(${w.arg(n.args[0]!)}[0])).sum()`,
      prec: PREC.product,
      sign: "*",
    }),
    eye: (n, w) => codeAtom(eye(w, w.dim(n.dims[0]!))),
    diagonalMatrix: (n, w) => call(`${m}.diag`, w.arg(n.args[0]!)),
    addDiagonal: (n, w) => plusDiagonal(n, w, eye(w, w.dim(n.shape[0]!)), (v) => `${m}.diag(${v})`),
    inverse: (n, w) => call(`${m}.linalg.inv`, w.arg(n.args[0]!)),
    solve: (n, w) => call(`${m}.linalg.solve`, ...n.args.map((a) => w.arg(a))),
    cholesky: (n, w) => call("cho_factor", w.arg(n.args[0]!)),
    choleskySolve: (n, w) => call("cho_solve", ...n.args.map((a) => w.arg(a))),
    choleskyInverse: (n, w) => call("cho_solve", w.arg(n.args[0]!), eye(w, w.dim(n.shape[0]!))),
    factorize: (n, w) => call("lu_factor", w.arg(n.args[0]!)),
    factorSolve: (n, w) =>
      call("lu_solve", ...n.args.map((a) => w.arg(a)), ...(n.attr === "transposed" ? ["trans=1"] : [])),
    factorInverse: (n, w) => call("lu_solve", w.arg(n.args[0]!), eye(w, w.dim(n.shape[0]!))),
    factorDet: (n, w) => ({
      text: `${swaps(n, w)} * ${m}.diag(${w.arg(n.args[0]!, PREC.postfix)}[0]).prod()`,
      prec: PREC.product,
      sign: "*",
    }),
    factorLogdet: (n, w) => ({
      text: `${m}.log(${m}.abs(${m}.diag(${w.arg(n.args[0]!, PREC.postfix)}[0]))).sum()`,
      prec: PREC.postfix,
    }),
    factorLogOfDet: (n, w) => {
      const f = w.arg(n.args[0]!, PREC.postfix);
      const d = `${m}.diag(${f}[0])`;
      const sign = `${swaps(n, w)} * ${m}.sign(${d}).prod()`;
      return { text: `${m}.log(${m}.abs(${d})).sum() + ${m}.log(${sign})`, prec: PREC.sum };
    },
    svd: (n, w) => call(`${m}.linalg.svd`, w.arg(n.args[0]!), "full_matrices=False"),
    svdSum: (n, w) => postfix(n.args[0]!, w, "[1].sum()"),
    polar: (n, w) => {
      const f = w.arg(n.args[0]!, PREC.postfix);
      return { text: `${f}[0] @ ${f}[2]`, prec: PREC.product, sign: "@" };
    },
    cofactors: (n, w) => call(`${m}.cofactors`, w.arg(n.args[0]!)),
    pinv: (n, w) => call(`${m}.linalg.pinv`, w.arg(n.args[0]!)),
    matrixFunction: (n, w) => call(n.attr, w.arg(n.args[0]!)),
    softmax: (n, w) => call("softmax", w.arg(n.args[0]!)),
    logSoftmax: (n, w) => call("log_softmax", w.arg(n.args[0]!)),
    softmaxRows: (n, w) => call("softmax", w.arg(n.args[0]!), "axis=1"),
    logSoftmaxRows: (n, w) => call("log_softmax", w.arg(n.args[0]!), "axis=1"),
    tril: (n, w) => call(`${m}.tril`, w.arg(n.args[0]!)),
    triu: (n, w) => call(`${m}.triu`, w.arg(n.args[0]!)),
    hardmax: (n, w) => {
      const found = `${m}.arange(${n.shape.map((d) => w.dim(d, PREC.product)).join(" * ")}) == ${m}.argmax(${w.arg(n.args[0]!)})`;
      const turned = rank(n) === 1 ? "" : `.reshape(${n.shape.map((d) => w.dim(d)).join(", ")})`;
      return { text: `(${found})${turned}.astype(${w.dtype() ?? "float"})`, prec: PREC.postfix };
    },
    leadingSingular: (n, w) => call(`${m}.leading_singular`, w.arg(n.args[0]!)),
    leadingEigenvector: (n, w) => ({ text: `${m}.linalg.eigh(${w.arg(n.args[0]!)})[1][:, -1]`, prec: PREC.postfix }),
  };
  const inOrder = (a: Node, order: readonly number[], w: Writer, prec: number): string => {
    const perm = order.map((_, i) => order.indexOf(i));
    if (perm.every((x, i) => x === i)) return w.arg(a, prec);
    return `${w.arg(a, PREC.postfix)}.${lib.name === "torch" ? "permute" : "transpose"}(${perm.join(", ")})`;
  };
  const inBlocks = (a: Node, x: Placement, dims: readonly Dim[], w: Writer): string => {
    const { input, output, identities } = blockLetters(x);
    const eyes = identities.map((i) => eye(w, w.dim(dims[i]!)));
    // A number is no array with letters.
    if (rank(a) === 0) {
      const blocks = call(`${m}.einsum`, `"${input.slice(1)}->${output}"`, ...eyes).text;
      return isNumber(a, 1) ? blocks : `${w.arg(a, PREC.product)} * ${blocks}`;
    }
    return call(`${m}.einsum`, `"${input}->${output}"`, w.arg(a), ...eyes).text;
  };
  const placedText = (n: Node, x: Placement, i: number, w: Writer, prec: number = PREC.product): string =>
    isFullPattern(x.pattern) ? inOrder(n.args[i]!, x.axes, w, prec) : inBlocks(n.args[i]!, x, n.dims, w);
  /** Blocks in lines of their own, then their sum with the full terms. */
  const assembleLines = (n: Node, name: string, w: Writer): readonly string[] | undefined => {
    const { groups } = placements(n);
    if (groups.every((x) => isFullPattern(x.pattern))) return undefined;
    n.args.forEach((a) => w.part(a));
    const texts = groups.map((x, i) => placedText(n, x, i, w));
    if (name === "_") return [];
    const out: string[] = [];
    const parts = groups.map((x, i) => {
      if (isFullPattern(x.pattern)) return { negative: x.negative, text: texts[i]! };
      const part = w.fresh("blocks");
      out.push(`${part} = ${texts[i]!}`);
      return { negative: x.negative, text: part };
    });
    const sum = parts.length === 1 && !parts[0]!.negative ? parts[0]!.text : `(${signedSum(parts)})`;
    return [...out, `${name} = ${sum}.reshape(${n.shape.map((d) => w.dim(d)).join(", ")})`];
  };
  /** By the products of all singular values but one, which need no inverse. */
  const cofactorLines = (n: Node, name: string, w: Writer): readonly string[] => {
    const f = w.arg(n.args[0]!, PREC.postfix);
    if (name === "_") return [];
    const [others, sign] = [w.fresh("others"), w.fresh("sign")];
    return [
      "# the products of all singular values but one: no inverse is needed",
      `${others} = ${m}.where(${eye(w, w.dim(n.shape[0]!))} == 1, ${m}.ones_like(${f}[1]), ${f}[1]).prod(1)`,
      `${sign} = ${m}.linalg.det(${f}[0]) * ${m}.linalg.det(${f}[2])`,
      `${name} = (${sign} * ${others} * ${f}[0]) @ ${f}[2]`,
    ];
  };
  const table = { ...shared, ...lib.operations };

  return {
    name: lib.name,
    comment: "#",
    reserved: new Set([...KEYWORDS, ...lib.reserved, m]),
    symmetricProducts: lib.symmetricProducts,
    ...(lib.repeats === undefined ? {} : { repeats: lib.repeats }),
    spells: (name) => lib.own.has(name) || isSpelled(name, lib.name as CodeLanguage, lib.functions),
    spell: (n, w) => table[n.op as SpelledOp](n, w),
    lines: (n, name, w) => {
      if (n.op === "cofactors") return cofactorLines(n, name, w);
      if (lib.lines !== undefined) return lib.lines(n, name, w);
      return n.op === "assemble" ? assembleLines(n, name, w) : undefined;
    },
    assign: (name, value) => `${name} = ${value.text}`,
    ...(lib.copy === undefined ? {} : { copy: lib.copy }),
    ...(lib.scalar === undefined || lib.made === undefined ? {} : { constant: lib.scalar }),
    ...(lib.made === undefined ? { dtype: (like: string) => `${m}.result_type(${like}, 1.0)` } : {}),
    loop: ({ index, range: [from, to], sums, body }, w) => {
      const end = /^\d+$/.test(to) ? String(Number(to) + 1) : `${to} + 1`;
      const zero = (n: Node): string =>
        rank(n) === 0 ? "0.0" : call(`${m}.zeros`, dims(w, n.shape), ...typed(w)).text;
      return [
        ...sums.map((s) => `${s.name} = ${zero(s.node)}`),
        `for ${index} in range(${from}, ${end}):`,
        ...body.map((l) => `    ${l}`),
        ...sums.map((s) => `    ${s.name} = ${s.name} + ${bracket(s.term, PREC.product)}`),
      ];
    },
    render: (plan) => render(lib, plan),
  };
}

/** A dimension's text as Python: powers are `**`. */
const dimText = (d: Dim): string =>
  d.key
    .replace(/\^/g, "**")
    .replace(/([+-])/g, " $1 ")
    .replace(/^ - /, "-")
    .replace(/\*(?=[a-z])/gi, " * ")
    .trim();

const shapeText = (axesOf: readonly Dim[]): string =>
  `(${axesOf.map(dimText).join(", ")}${axesOf.length === 1 ? "," : ""})`;

function describe(lib: PythonLibrary, p: Parameter): string {
  if (p.kind === "dimension") return `${p.name} : int`;
  if (p.kind === "function") return `${p.name} : callable, applied entry by entry`;
  const a = parameterAxes(p);
  const what =
    a.length === 0
      ? lib.name === "numpy"
        ? "float"
        : `${lib.array}, shape ()`
      : `${lib.array}, shape ${shapeText(a)}`;
  return `${p.name} : ${what}${p.properties.length > 0 ? `, ${p.properties.join(", ")}` : ""}`;
}

function returns(lib: PythonLibrary, r: ResultPlan): string {
  return `${r.name} : ${isScalar(r.shape) ? (lib.name === "numpy" ? "float" : `${lib.array}, shape ()`) : `${lib.array}, shape ${shapeText(axes(r.shape))}`}`;
}

function check(c: Check): string {
  if (c.kind === "derive") {
    const [name, axis] = c.from.split("|") as [string, string];
    const length = `${name}.shape[${axis}]`;
    const shifted = c.offset === 0 ? length : `(${length} ${c.offset > 0 ? "-" : "+"} ${Math.abs(c.offset)})`;
    return `${c.name} = ${c.scale === 1 ? shifted.replace(/^\((.*)\)$/, "$1") : `${shifted} // ${c.scale}`}`;
  }
  const p = c.parameter.name;
  if (c.kind === "bind") {
    const names = c.axes.map((d) => (d === undefined ? "_" : dimText(d)));
    if (names.filter((n) => n !== "_").length === 1 && names.length > 1)
      return names.flatMap((n, i) => (n === "_" ? [] : [`${n} = ${p}.shape[${i}]`])).join("; ");
    return names.length === 1 ? `(${names[0]},) = ${p}.shape` : `${names.join(", ")} = ${p}.shape`;
  }
  const wanted = shapeText(c.axes);
  return `assert ${p}.shape == ${wanted}, f"${p} must have shape ${/[a-z]/i.test(wanted) ? `{${wanted}}` : wanted}, not {${p}.shape}"`;
}

function render(lib: PythonLibrary, plan: FunctionPlan): string {
  const library = lib.name as "numpy" | "jax" | "torch";
  const returned = (r: ResultPlan): string => singleResult(r.text, isScalar(r.shape), plan, library);
  const out: string[] = [];
  const parameters = [...plan.parameters.map((p) => p.name), ...(plan.compressed === undefined ? [] : ["dense=True"])];
  out.push(...fold(`def ${plan.name}(${parameters.join(", ")}):`, "").map((l, i) => (i === 0 ? l : `    ${l}`)));
  const raw = /\\/.test(plan.summary) ? "r" : "";
  const [first = "", ...rest] = fold(plan.summary, "    ", 84);
  out.push(`    ${raw}"""${first.trim()}`, ...rest, "", "    Parameters", "    ----------");
  for (const p of plan.parameters)
    out.push(...fold(describe(lib, p), "    ").map((l, i) => (i === 0 ? l : `    ${l}`)));
  if (plan.compressed !== undefined) out.push("    dense : bool", ...fold(plan.compressed.how, "        "));
  out.push("", "    Returns", "    -------");
  for (const r of plan.results) out.push(`    ${returns(lib, r)}`, ...fold(r.meaning, "        "));
  out.push('    """');
  const line = (l: string): void => void out.push(...wrapped(l, "    ").map((x) => (x === "" ? "" : `    ${x}`)));
  for (const l of singleInputs(plan, library)) line(l);
  for (const c of plan.checks) line(check(c));
  if (plan.checks.length > 0 && plan.statements.length > 0) out.push("");
  for (const s of plan.statements) for (const l of s.lines) line(l);
  if (plan.compressed !== undefined) {
    const names = [
      ...plan.results.slice(0, -1).map(returned),
      singleResult(plan.compressed.block, false, plan, library),
    ];
    out.push("    if not dense:", `        return ${names.join(", ")}`);
    for (const s of plan.compressed.statement) for (const l of s.lines) line(l);
  }
  line(`return ${plan.results.map(returned).join(", ")}`);
  out.push(...batchedFunction(plan, library), ...differentiableFunction(plan, library));
  if (plan.test !== undefined) out.push("", "", ...lib.test(plan));
  const body = out.join("\n");
  const modules = lib.imports.filter((l) => new RegExp(`(?<![\\w.])${l.split(" ").at(-1)}\\.`).test(body));
  const checks = /\bcheck_grads\(/.test(body) ? ["from jax.test_util import check_grads"] : [];
  const head = sortImports([...new Set([...modules, ...plan.imports, ...checks])]);
  return `${head.length > 0 ? `${head.join("\n")}\n\n\n` : ""}${body}\n`;
}

/** Plain imports first, then `from` imports of one module joined. */
function sortImports(lines: readonly string[]): string[] {
  const plain = lines.filter((l) => l.startsWith("import "));
  const from = new Map<string, Set<string>>();
  for (const l of lines) {
    const m = /^from (\S+) import (.+)$/.exec(l);
    if (m === null) continue;
    if (!from.has(m[1]!)) from.set(m[1]!, new Set());
    for (const x of m[2]!.split(", ")) from.get(m[1]!)!.add(x);
  }
  return [
    ...plain.sort(),
    ...[...from].sort().map(([mod, names]) => `from ${mod} import ${[...names].sort().join(", ")}`),
  ];
}
