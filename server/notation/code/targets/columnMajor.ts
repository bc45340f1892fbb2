import type { Dim } from "../../../core/dimension";
import { isFullPattern, placements } from "../assemble";
import { type Node, numbers, type Op, rank } from "../ir";
import { bracket } from "../schedule";
import { type Code, codeAtom, PREC, signedSum, type Writer } from "../target";

/** What Julia and MATLAB have in common: columns are stored one after the other, and signs take a dot for entries. */

export type Spelling = (n: Node, w: Writer) => Code;

/** How arrays of several axes are turned and cut. */
export interface ArraySyntax {
  permute(x: string, axes: readonly number[]): string;
  reshape(x: string, sizes: readonly string[]): string;
  /** The size that follows from the others. */
  readonly rest: string;
  /** Sums over axes (counted from one), which are then gone: `sizes` is what remains. */
  sum(x: string, axes: readonly number[], sizes: readonly string[]): string;
  /** All entries as one column. */
  column(x: string): string;
  eye(size: string): string;
  assign(name: string, value: string): string;
  /** A product of entries with broadcasting, and a sum of arrays. */
  readonly times: string;
  readonly plus: string;
  readonly minus: string;
  /** A vector has one axis, not two. */
  readonly vectors: boolean;
}

export const call = (name: string, ...args: string[]): Code => codeAtom(`${name}(${args.join(", ")})`);

/** Left-associative signs; different products are not mixed without brackets. */
export function infix(n: Node, w: Writer, sign: string, prec: number): Code {
  const [a, b] = n.args as [Node, Node];
  const left = w.code(a);
  const mixed = prec === PREC.product && left.prec === PREC.product && left.sign !== sign;
  return { text: `${mixed ? `(${left.text})` : bracket(left, prec)} ${sign} ${w.arg(b, prec + 1)}`, prec, sign };
}

/** Spelled with the argument in several places. */
const REPEATING = new Set([
  "softplus",
  "logaddexp",
  "softmax",
  "logSoftmax",
  "softmaxRows",
  "logSoftmaxRows",
  "logsumexp",
  "logsumexpRows",
]);
export const repeats = (n: Node): boolean => REPEATING.has(n.op === "fn" ? n.attr : n.op);

/** In brackets, unless it is a name or a call. */
export const bracketed = (x: string): string => (/^\w+(?:\([^()]*\))?$/.test(x) ? x : `(${x})`);

export const dimText = (d: Dim): string => spaced(d.key);

/** The text of a dimension with spaces around its signs. */
export const spaced = (key: string): string =>
  key
    .replace(/([+-])/g, " $1 ")
    .replace(/^ - /, "-")
    .replace(/\*/g, " * ")
    .trim();

interface TensorSpellings {
  readonly table: Pick<
    Record<Op, Spelling>,
    "hold" | "permute" | "split" | "merge" | "sumAxes" | "contract" | "batched" | "assemble"
  >;
  /** An `assemble` node with blocks in lines of their own; `undefined` where one expression will do. */
  readonly assemble: (n: Node, name: string, w: Writer) => readonly string[] | undefined;
}

/** Spellings of the operations of `tensor.ts`, axes counted from one. */
export function tensorSpellings(s: ArraySyntax): TensorSpellings {
  const sizes = (shape: readonly Dim[], w: Writer): string[] => shape.map((d) => w.dim(d));
  const turned = (x: string, axes: readonly number[]): string =>
    axes.every((a, i) => a === i) ? x : s.permute(x, axes);
  const shaped = (x: string, shape: readonly string[]): string =>
    s.reshape(x, shape.length === 1 && !s.vectors ? [shape[0]!, "1"] : shape);

  /** An array among the axes of a larger one: `axes[i]` is where its axis i belongs, the rest have length one. */
  const lifted = (a: Node, axes: readonly number[], count: number, w: Writer): string => {
    const order = axes.map((_, i) => i).sort((i, j) => axes[i]! - axes[j]!);
    const x = turned(w.arg(a), order);
    if (count === axes.length) return order.every((o, i) => o === i) ? w.arg(a, PREC.unary) : x;
    if (axes.length === 0) return w.arg(a, PREC.unary);
    return s.reshape(x, Array.from({ length: count }, (_, i) => (axes.includes(i) ? w.dim(a.shape[axes.indexOf(i)]!) : "1"))); // prettier-ignore
  };

  /** The array as a matrix whose rows are the axes of `rows`, and whose columns those of `cols`. */
  const flat = (a: Node, rows: readonly number[], cols: readonly number[], w: Writer): string => {
    const order = (axes: readonly number[]): boolean => axes.every((x, i) => x === i);
    if (rank(a) === 1) return rows.length === 1 ? w.arg(a, PREC.unary) : `${w.arg(a, PREC.postfix)}'`;
    if (rank(a) === 2 && rows.length === 1) return rows[0] === 0 ? w.arg(a, PREC.unary) : `${w.arg(a, PREC.postfix)}'`;
    if (cols.length === 0) return s.column(turned(w.arg(a), rows));
    if (rows.length === 0) return `${s.column(turned(w.arg(a), cols))}'`;
    // Turned as a matrix rather than as an array: that is no copy.
    const mirrored = !order([...rows, ...cols]) && order([...cols, ...rows]);
    const [first, second] = mirrored ? [cols, rows] : [rows, cols];
    const length = (axes: readonly number[]): string => axes.map((i) => w.dim(a.shape[i]!, PREC.unary)).join(" * ");
    const x = turned(w.arg(a), [...first, ...second]);
    const matrix = s.reshape(x, first.length > 1 ? [s.rest, length(second)] : [length(first), s.rest]);
    return mirrored ? `${matrix}'` : matrix;
  };

  /** A block with an identity for each pair of axes that run together, or a full term. */
  const placed = (n: Node, k: number, w: Writer): string => {
    const { rows, groups } = placements(n);
    const count = n.dims.length;
    const place = (i: number): number => (i < rows ? rows - 1 - i : count - 1 - (i - rows));
    const { axes, pattern } = groups[k]!;
    const eyes = pattern.flatMap((p, i) => {
      if (p === i) return [];
      const size = w.dim(n.dims[i]!);
      const shape = n.dims.map((_, j) => (j === place(i) || j === place(p) ? size : "1"));
      return [s.reshape(s.eye(size), shape)];
    });
    return [lifted(n.args[k]!, axes.map(place), count, w), ...eyes].join(` ${s.times} `); // prettier-ignore
  };

  const assemble: TensorSpellings["assemble"] = (n, name, w) => {
    const { groups } = placements(n);
    if (groups.every((x) => isFullPattern(x.pattern))) return undefined;
    n.args.forEach((a) => w.part(a));
    const texts = groups.map((_, k) => placed(n, k, w));
    if (name === "_") return [];
    const lines: [string, string][] = [];
    const parts = groups.map((x, k) => {
      if (isFullPattern(x.pattern)) return { negative: x.negative, text: texts[k]! };
      const part = w.fresh("blocks");
      lines.push([part, texts[k]!]);
      return { negative: x.negative, text: part };
    });
    const sum = signedSum(parts, s.plus, s.minus);
    return [...lines, [name, shaped(sum, sizes(n.shape, w))] as const].map(([to, value]) => s.assign(to, value));
  };
  const table: TensorSpellings["table"] = {
    hold: (n, w) => {
      const shape = n.attr.split(",").map((x, i) => (x === ":" ? w.dim(n.shape[i]!) : "1"));
      return codeAtom(s.reshape(w.arg(n.args[0]!), shape));
    },
    permute: (n, w) => codeAtom(s.permute(w.arg(n.args[0]!), numbers(n.attr))),
    // One axis as several, the slow one first: the other way round in memory.
    split: (n, w) => {
      const [at, count] = numbers(n.attr) as [number, number];
      const axes = n.shape.map((_, i) => i);
      const parts = axes.slice(at, at + count).reverse();
      const stored = [...axes.slice(0, at), ...parts, ...axes.slice(at + count)];
      const x = s.reshape(w.arg(n.args[0]!), sizes(stored.map((i) => n.shape[i]!), w)); // prettier-ignore
      return codeAtom(turned(x, axes.map((i) => stored.indexOf(i)))); // prettier-ignore
    },
    merge: (n, w) => {
      const axes = n.args[0]!.shape.map((_, i) => i).reverse();
      return codeAtom(shaped(turned(w.arg(n.args[0]!), axes), [s.rest]));
    },
    sumAxes: (n, w) =>
      codeAtom(s.sum(w.arg(n.args[0]!), numbers(n.attr).map((i) => i + 1), sizes(n.shape, w))), // prettier-ignore
    contract: (n, w) => {
      const [a, b] = n.args as [Node, Node];
      const [p, q] = n.attr.split("|").map(numbers) as [number[], number[]];
      const free = (x: Node, gone: readonly number[]): number[] => x.shape.map((_, i) => i).filter((i) => !gone.includes(i)); // prettier-ignore
      const [fa, fb] = [free(a, p), free(b, q)];
      const text = `${flat(a, fa, p, w)} * ${flat(b, q, fb, w)}`;
      const asIs = fa.length <= 1 && (n.shape.length === 2 || fb.length === 0);
      if (asIs) return { text, prec: PREC.product, sign: "*" };
      return codeAtom(shaped(text, sizes(n.shape, w)));
    },
    batched: (n, w) => {
      const [from, to] = n.attr.split("->") as [string, string];
      const [x, y] = from.split(",") as [string, string];
      const all = [...new Set([...to, ...x, ...y])];
      const [a, b] = [x, y].map(
        (letters, i) =>
        lifted(n.args[i]!, [...letters].map((l) => all.indexOf(l)), all.length, w), // prettier-ignore
      );
      const gone = all.map((_, i) => i + 1).slice(to.length);
      return codeAtom(s.sum(`${a} ${s.times} ${b}`, gone, sizes(n.shape, w)));
    },
    assemble: (n, w) => {
      const { groups } = placements(n);
      const text = signedSum(
        groups.map((x, k) => ({ negative: x.negative, text: placed(n, k, w) })),
        s.plus,
        s.minus,
      );
      return codeAtom(shaped(text, sizes(n.shape, w)));
    },
  };
  return { table, assemble };
}

/** Operations that are spelled the same. */
export const COMMON = {
  input: (n) => codeAtom(n.attr),
  number: (n) =>
    Number(n.attr) === Math.PI
      ? codeAtom("pi")
      : Number(n.attr) < 0
        ? { text: n.attr, prec: PREC.unary }
        : codeAtom(n.attr),
  size: (n, w) => ({ text: w.dim(n.dims[0]!), prec: /^\w+$/.test(w.dim(n.dims[0]!)) ? PREC.atom : PREC.sum }),
  loop: (n) => codeAtom(n.attr),
  neg: (n, w) => ({ text: `-${w.arg(n.args[0]!, PREC.unary)}`, prec: PREC.unary }),
  asColumn: (n, w) => w.code(n.args[0]!),
  matmul: (n, w) => infix(n, w, "*", PREC.product),
  matvec: (n, w) => infix(n, w, "*", PREC.product),
  outer: (n, w) => ({
    text: `${w.arg(n.args[0]!, PREC.unary)} * ${w.arg(n.args[1]!, PREC.postfix)}'`,
    prec: PREC.product,
    sign: "*",
  }),
  kron: (n, w) => call("kron", ...n.args.map((a) => w.arg(a))),
  matrixPower: (n, w) => ({ text: `${w.arg(n.args[0]!, PREC.atom)}^${n.attr}`, prec: PREC.power }),
  diagonal: (n, w) => call("diag", w.arg(n.args[0]!)),
  det: (n, w) => call("det", w.arg(n.args[0]!)),
  inverse: (n, w) => call("inv", w.arg(n.args[0]!)),
  solve: (n, w) => ({
    text: `${w.arg(n.args[0]!, PREC.unary)} \\ ${w.arg(n.args[1]!, PREC.unary)}`,
    prec: PREC.product,
    sign: "\\",
  }),
  factorSolve: (n, w) => ({
    text: `${w.arg(n.args[0]!, PREC.postfix)}${n.attr === "" ? "" : "'"} \\ ${w.arg(n.args[1]!, PREC.unary)}`,
    prec: PREC.product,
    sign: "\\",
  }),
  pinv: (n, w) => call("pinv", w.arg(n.args[0]!)),
  tril: (n, w) => call("tril", w.arg(n.args[0]!)),
  triu: (n, w) => call("triu", w.arg(n.args[0]!)),
} satisfies Partial<Record<Op, Spelling>>;
