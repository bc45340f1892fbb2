import type { Dim } from "../../../core/dimension";
import { isOne } from "../../../core/dimension";
import { Refusal } from "../../../core/problem";
import { placements } from "../assemble";
import { type Node, numbers, rank } from "../ir";
import { PREC, type Writer } from "../target";

/**
 * Arrays with three axes and more in C++: their entries one after the other, the first index fastest, in a `VectorXd`,
 * and loops over their indices. Views (turned, split, broadcast) are never made: an entry is found in what they show.
 */

/** Types in double precision; `eigenSingle` writes others in their place. */
export const TYPES = { scalar: "double", vector: "VectorXd", matrix: "MatrixXd" } as const;

export const typeOf = (n: Node): string => (rank(n) === 0 ? TYPES.scalar : rank(n) === 2 ? TYPES.matrix : TYPES.vector);

/** A position as one number: `(i * n + j) * m + k`, the first of `at` the slowest. */
function combined(at: readonly string[], dims: readonly Dim[], w: Writer): string {
  return at.reduce((text, index, i) => {
    if (i === 0) return index;
    return `${/\W/.test(text) ? `(${text})` : text} * ${w.dim(dims[i]!, PREC.unary)} + ${index}`;
  }, "");
}

const total = (dims: readonly Dim[], w: Writer): string =>
  dims.length === 0 ? "1" : dims.map((d) => w.dim(d, PREC.product + 1)).join(" * ");

/** A stack of matrices, one for each member of a family. */
const isFamily = (n: Node): boolean => n.op === "input" && rank(n) === 3;

/** An entry as code; what has no line yet gets one. */
export function entry(n: Node, at: readonly string[], w: Writer): string {
  const [a] = n.args as [Node];
  switch (n.op) {
    case "hold": {
      const kept = n.attr.split(",").flatMap((x, i) => (x === ":" ? [at[i]!] : []));
      return entry(a, kept, w);
    }
    case "asColumn":
      return entry(a, [at[0]!], w);
    case "asRow":
      return entry(a, [at[1]!], w);
    case "transpose":
      return entry(a, [at[1]!, at[0]!], w);
    case "permute": {
      const axes = numbers(n.attr);
      const source: string[] = [];
      axes.forEach((axis, i) => (source[axis] = at[i]!));
      return entry(a, source, w);
    }
    case "split": {
      const [axis, count] = numbers(n.attr) as [number, number];
      const parts = combined(at.slice(axis, axis + count), n.shape.slice(axis, axis + count), w);
      return entry(a, [...at.slice(0, axis), parts, ...at.slice(axis + count)], w);
    }
    case "spread": {
      if (rank(a) === 0) return w.arg(a, PREC.postfix);
      return entry(a, a.shape.map((d, i) => (isOne(d) ? "0" : at[i]!)), w); // prettier-ignore
    }
    case "eye":
      return `double(${at[0]!} == ${at[1]!})`;
    default: {
      if (rank(n) === 0) return w.arg(n, PREC.postfix);
      const name = w.name(n);
      if (isFamily(n)) return `${name}[${at[0]!}](${at[1]!}, ${at[2]!})`;
      if (rank(n) <= 2) return `${name}(${at.join(", ")})`;
      return `${name}(${combined([...at].reverse(), [...n.shape].reverse(), w)})`;
    }
  }
}

/** Nested loops, the innermost last. */
function nested(loops: readonly { readonly index: string; readonly dim: Dim }[], body: readonly string[], w: Writer): string[] {
  const out: string[] = [];
  loops.forEach(({ index, dim }, depth) =>
    out.push(`${"  ".repeat(depth)}for (Index ${index} = 0; ${index} < ${w.dim(dim)}; ++${index})${depth === loops.length - 1 && body.length > 1 ? " {" : ""}`), // prettier-ignore
  );
  out.push(...body.map((l) => `${"  ".repeat(loops.length)}${l}`));
  if (body.length > 1) out.push(`${"  ".repeat(loops.length - 1)}}`);
  return out;
} // prettier-ignore

const indices = (count: number, w: Writer): string[] => Array.from({ length: count }, () => w.fresh("i"));

/** An array of zeros, or without values yet. */
function made(n: Node, name: string, w: Writer, zero: boolean): string {
  if (rank(n) === 0) return `${TYPES.scalar} ${name} = 0;`;
  const size = rank(n) === 2 ? n.shape.map((d) => w.dim(d)).join(", ") : total(n.shape, w);
  const type = typeOf(n);
  return zero ? `${type} ${name} = ${type}::Zero(${size});` : `${type} ${name}(${size});`;
}

const target = (n: Node, name: string, at: readonly string[], w: Writer): string =>
  rank(n) === 0
    ? name
    : rank(n) <= 2
      ? `${name}(${at.join(", ")})`
      : `${name}(${combined([...at].reverse(), [...n.shape].reverse(), w)})`;

/** The last index outermost, as the entries lie in memory. */
const outermostLast = (at: readonly string[], shape: readonly Dim[]): { index: string; dim: Dim }[] =>
  at.map((index, i) => ({ index, dim: shape[i]! })).reverse();

/** Every entry by an expression of its indices. */
function each(n: Node, name: string, w: Writer, value: (at: readonly string[]) => string): string[] {
  const at = indices(n.shape.length, w);
  const text = value(at);
  return [made(n, name, w, false), ...nested(outermostLast(at, n.shape), [`${target(n, name, at, w)} = ${text};`], w)];
}

/** Entry by entry, with broadcasting. */
export function entrywise(n: Node, name: string, w: Writer, value: (args: readonly string[]) => string): string[] {
  return each(n, name, w, (at) =>
    value(
      n.args.map(
        (a) =>
        rank(a) === 0 ? w.arg(a, PREC.postfix) : entry(a, a.shape.map((d, i) => (isOne(d) ? "0" : at[i]!)), w), // prettier-ignore
      ),
    ),
  );
}

/** The entries of an array in the order of given axes, the first fastest. */
function inOrder(a: Node, axes: readonly number[], name: string, w: Writer): string[] {
  const shape = axes.map((i) => a.shape[i]!);
  const at = indices(axes.length, w);
  const source: string[] = [];
  axes.forEach((axis, i) => (source[axis] = at[i]!));
  const value = entry(a, source, w);
  return [
    `${TYPES.vector} ${name}(${total(shape, w)});`,
    ...nested(outermostLast(at, shape), [`${name}(${combined([...at].reverse(), [...shape].reverse(), w)}) = ${value};`], w),
  ];
} // prettier-ignore

/** The operations of `tensor.ts` as loops; `undefined` for every other. */
export function tensorLines(n: Node, name: string, w: Writer): readonly string[] | undefined {
  switch (n.op) {
    case "hold":
    case "permute":
    case "split":
      return each(n, name, w, (at) => entry(n, at, w));
    case "merge": {
      const a = n.args[0]!;
      const at = indices(rank(a), w);
      const value = entry(a, at, w);
      return [
        made(n, name, w, false),
        ...nested(outermostLast(at, a.shape), [`${name}(${combined(at, a.shape, w)}) = ${value};`], w),
      ];
    }
    case "sumAxes": {
      const a = n.args[0]!;
      const gone = numbers(n.attr);
      const at = indices(rank(a), w);
      const value = entry(a, at, w);
      const kept = at.filter((_, i) => !gone.includes(i));
      return [
        made(n, name, w, true),
        ...nested(outermostLast(at, a.shape), [`${target(n, name, kept, w)} += ${value};`], w),
      ];
    }
    case "batched": {
      const [from, to] = n.attr.split("->") as [string, string];
      const sides = from.split(",");
      const all = [...new Set([...to, ...from.replace(",", "")])];
      const at = indices(all.length, w);
      const indexOf = (letter: string): string => at[all.indexOf(letter)]!;
      const dimOf = (letter: string): Dim => {
        const side = sides.findIndex((s) => s.includes(letter));
        return n.args[side]!.shape[sides[side]!.indexOf(letter)]!;
      };
      const factors = n.args.map((a, i) => entry(a, [...sides[i]!].map(indexOf), w));
      return [
        made(n, name, w, true),
        ...nested(outermostLast(at, all.map(dimOf)), [`${target(n, name, [...to].map(indexOf), w)} += ${factors.join(" * ")};`], w),
      ];
    }
    case "contract":
      return contractLines(n, name, w);
    case "assemble":
      return assembleLines(n, name, w);
    default:
      return undefined;
  }
} // prettier-ignore

/** A product of two matrices that the axes are gathered into. */
function contractLines(n: Node, name: string, w: Writer): string[] {
  const [a, b] = n.args as [Node, Node];
  const [p, q] = n.attr.split("|").map(numbers) as [number[], number[]];
  const free = (x: Node, gone: readonly number[]): number[] => x.shape.map((_, i) => i).filter((i) => !gone.includes(i));
  const out: string[] = [];
  const flat = (x: Node, rows: readonly number[], cols: readonly number[]): string => {
    const order = [...rows, ...cols];
    const size = [rows, cols].map((axes) => total(axes.map((i) => x.shape[i]!), w)).join(", "); // prettier-ignore
    const view = (source: string): string => `Map<const ${TYPES.matrix}>(${source}.data(), ${size})`;
    const plain = x.op !== "input" && !["hold", "split", "permute", "transpose", "asColumn", "asRow", "spread", "eye"].includes(x.op); // prettier-ignore
    if (plain && order.every((axis, i) => axis === i)) return view(w.name(x));
    const gathered = w.fresh("flat");
    out.push(...inOrder(x, order, gathered, w));
    return view(gathered);
  };
  const [left, right] = [flat(a, free(a, p), p), flat(b, q, free(b, q))];
  const product = `${left} * ${right}`;
  if (rank(n) === 0) return [...out, `const ${TYPES.scalar} ${name} = (${product})(0, 0);`];
  if (rank(n) === 2 && free(a, p).length === 1) return [...out, `const ${TYPES.matrix} ${name} = ${product};`];
  if (rank(n) === 1) {
    const column = free(b, q).length === 0;
    return [...out, `const ${TYPES.vector} ${name} = ${column ? product : `(${product}).transpose()`};`];
  }
  const whole = w.fresh("product");
  const size = n.shape.map((d) => w.dim(d)).join(", ");
  return [
    ...out,
    `const ${TYPES.matrix} ${whole} = ${product};`,
    rank(n) === 2
      ? `const ${TYPES.matrix} ${name} = Map<const ${TYPES.matrix}>(${whole}.data(), ${size});`
      : `const ${TYPES.vector} ${name} = Map<const ${TYPES.vector}>(${whole}.data(), ${whole}.size());`,
  ];
} // prettier-ignore

/** Terms added into the entries that are not zero. */
function assembleLines(n: Node, name: string, w: Writer): string[] {
  const { rows, groups } = placements(n);
  const out = [made(n, name, w, true)];
  groups.forEach((g, k) => {
    const own = g.pattern.map((p, i) => (p === i ? w.fresh("i") : ""));
    const at = g.pattern.map((p) => own[p]!);
    const value = entry(n.args[k]!, g.axes.map((i) => at[i]!), w); // prettier-ignore
    const loops = own.flatMap((index, i) => (index === "" ? [] : [{ index, dim: n.dims[i]! }])).reverse();
    const [row, col] = [combined(at.slice(0, rows), n.dims.slice(0, rows), w), combined(at.slice(rows), n.dims.slice(rows), w)];
    const place = [row, col].filter((x) => x !== "").join(", ");
    out.push(...nested(loops, [`${name}(${place}) ${g.negative ? "-=" : "+="} ${value};`], w));
  });
  return out;
} // prettier-ignore

/** A place among whole numbers: indices are counted from zero in C++, and from one in formulas. */
export function integer(n: Node, w: Writer): string {
  switch (n.op) {
    case "number":
      if (Number.isInteger(Number(n.attr))) return n.attr;
      break;
    case "loop":
      return w.arg(n);
    case "size":
      return w.dim(n.dims[0]!);
    case "add":
    case "sub":
    case "mul":
      return `(${n.args.map((a) => integer(a, w)).join(` ${{ add: "+", sub: "-", mul: "*" }[n.op]} `)})`;
    default:
  }
  throw new Refusal("unsupported", "An index that is no whole number known from sizes has no code in C++.");
}

/** The same, counted from zero. */
export const position = (n: Node, w: Writer): string =>
  n.op === "number" ? String(Number(integer(n, w)) - 1) : `${integer(n, w)} - 1`;
