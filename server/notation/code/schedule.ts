import type { Dim } from "../../core/dimension";
import { isNumber, type Node, rank } from "./ir";
import { Loops } from "./loops";
import { type Code, codeAtom, PREC, type Statement, type Target, type Writer } from "./target";
import { tableOf } from "../../core/table";

/** Longer lines are broken up by naming their parts. */
const WIDTH = 88;
/** What a name takes of a line. */
const NAME = 8;

/** Names a person would give to what is computed on the way. */
const HINTS: Readonly<Partial<Record<Node["op"], string>>> = {
  cholesky: "chol", factorize: "lu", svd: "svd", softmax: "p", softmaxRows: "P", logSoftmax: "log_p", logSoftmaxRows: "log_P",
  det: "det_value", inverse: "M_inv", choleskyInverse: "M_inv", norm: "size", dot: "q", inner: "q", sum: "total", trace: "t",
  logsumexp: "lse", matrixFunction: "F", pinv: "M_pinv",
}; // prettier-ignore
const FUNCTION_HINTS: Readonly<Record<string, string>> = tableOf({
  sigmoid: "s",
  tanh: "s",
  exp: "e",
  relu: "h",
  log: "log_z",
  sqrt: "root",
  softplus: "sp",
});

export interface Scheduled {
  readonly statements: readonly Statement[];
  /** The code of each output: a name, or an expression where it is a lone leaf. */
  readonly results: readonly string[];
  readonly imports: readonly string[];
}

/** The graph as an ordered list of assignments: what is used twice or is long gets a name, the rest stays in line. */
export function schedule(
  target: Target,
  outputs: readonly { readonly node: Node; readonly name: string }[],
  inputs: ReadonlyMap<string, string>,
  dimensions: (d: Dim, prec: number) => string,
  like: string | undefined,
  named: ReadonlyMap<Node, string>,
  taken: Set<string>,
): Scheduled {
  const uses = new Map<Node, number>();
  const count = (n: Node): void => {
    const before = uses.get(n) ?? 0;
    uses.set(n, before + 1);
    // A view is written again wherever it is used, and what it is a view of is used there.
    if (before === 0 || trivial(n)) n.args.forEach(count);
  };
  for (const o of outputs) count(o.node);
  // Sums of products are spelled with the factors: a product that has a name of its own does not spare them.
  for (const n of [...uses.keys()])
    if (n.op === "rowSums" && n.args[0]!.op === "mul" && uses.get(n.args[0]!)! > 1) n.args[0]!.args.forEach(count);
  const loops = new Loops(outputs.map((o) => o.node));

  /** The body of the function, then the bodies of the loops that are being written, one in the other. */
  const bodies: Body[] = [{ statements: [] }];
  /** What depends on the index of a sum is computed in its loop, all else before it. */
  const bodyOf = (n: Node): Body =>
    bodies.findLast((b) => b.loop === undefined || loops.running(n).has(b.loop)) ?? bodies[0]!;
  const imports = new Set<string>();
  const names = new Map<Node, string>();
  const codes = new Map<Node, Code>();

  const fresh = (base: string): string => {
    let name = base;
    for (let i = 2; taken.has(name) || target.reserved.has(name); i++) name = `${base}${i}`;
    taken.add(name);
    return name;
  };

  let dtype: string | undefined;
  const w: Writer = {
    arg: (n, prec = PREC.lowest) => bracket(code(n), prec),
    code,
    dim: (d, prec = PREC.lowest) => dimensions(d, prec),
    like,
    dtype: () => {
      if (like === undefined || target.dtype === undefined) return undefined;
      dtype ??= fresh("dtype");
      return dtype;
    },
    need: (line) => imports.add(line),
    part: (n) => {
      if (code(n).text.length > WIDTH / 4 && !names.has(n) && !trivial(n)) assign(n, () => nameFor(n));
    },
    name: (n) => {
      const known = names.get(n);
      if (known !== undefined) return known;
      if (trivial(n) && n.args.every(trivial)) return bracket(code(n), PREC.postfix);
      return assign(n, () => nameFor(n)).text;
    },
    once: (n) => (uses.get(n) ?? 0) <= 1,
    fresh,
  };

  function code(n: Node): Code {
    const name = names.get(n);
    if (name !== undefined) return codeAtom(name);
    if (n.op === "input") return codeAtom(inputs.get(n.attr) ?? n.attr);
    const known = codes.get(n);
    if (known !== undefined) return known;
    if (n.op === "sumOver") return loop(n);
    if (target.lines?.(n, "_", w) !== undefined) return assign(n, () => nameFor(n));
    // What does not change in a loop is computed before it.
    const outside = bodyOf(n) !== bodies.at(-1) && n.args.length > 0;
    const wantsName = !trivial(n) && (outside || (uses.get(n) ?? 0) > 1 || ALWAYS.has(n.op));
    const written = spell(n);
    if (wantsName) return assign(n, () => nameFor(n));
    const out = written.text.length > WIDTH - 8 ? shortened(n) : written;
    codes.set(n, out);
    return out;
  }

  /** The operation as an expression; what it writes more than once gets a name first. */
  function spell(n: Node): Code {
    if (target.repeats?.(n) === true)
      for (const a of n.args)
        if (!names.has(a) && !trivial(a)) {
          code(a);
          // Writing it may have named it.
          if (!names.has(a)) assign(a, () => nameFor(a));
        }
    return target.spell(n, w);
  }

  /** Names the longest argument until the line is short enough. */
  function shortened(n: Node): Code {
    for (let i = 0; i < 6; i++) {
      const written = spell(n);
      if (written.text.length <= WIDTH - 8) return written;
      let longest: Node | undefined;
      let most = 24;
      let tooLong: Node | undefined;
      const visit = (a: Node, depth: number): void => {
        if (names.has(a) || a.op === "input" || a.op === "loop" || isNumber(a)) return;
        const length = code(a).text.length;
        if (length > most && length < WIDTH && !wrapper(a)) [longest, most] = [a, length];
        if (length >= WIDTH && !wrapper(a) && (tooLong === undefined || length <= code(tooLong).text.length))
          tooLong = a;
        if (depth < 3) a.args.forEach((x) => visit(x, depth + 1));
      };
      n.args.forEach((a) => visit(a, 0));
      const part = longest ?? tooLong;
      if (part === undefined) return written;
      assign(part, () => nameFor(part));
      codes.clear();
    }
    return spell(n);
  }

  /** A line of its own; what it needs gets its names first. */
  function assign(n: Node, nameOf: () => string): Code {
    if (n.op === "sumOver") return loop(n);
    let name: string;
    const { statements } = bodyOf(n);
    if (target.lines?.(n, "_", w) !== undefined) {
      name = nameOf();
      statements.push({ name, lines: target.lines(n, name, w)! });
    } else {
      let written = spell(n);
      if (written.text.length > WIDTH - 8 - NAME) written = shortened(n);
      name = nameOf();
      statements.push({ name, lines: [target.assign(name, written, n)] });
    }
    names.set(n, name);
    return codeAtom(name);
  }

  /** One loop for all sums over the same indices that do not wait for one another. */
  function loop(first: Node): Code {
    const [from, to, index] = first.args as [Node, Node, Node];
    const range = [from, to].map((x) => w.arg(x, PREC.sum)) as [string, string];
    const sums = loops.beside(first).filter((n) => !names.has(n));
    for (const n of sums) names.set(n, nameFor(n));
    const { statements } = bodyOf(first);
    const body: Body = { loop: index, statements: [] };
    bodies.push(body);
    const name = fresh(index.attr);
    names.set(index, name);
    const terms = sums.map((n) => ({ node: n, name: names.get(n)!, term: w.code(n.args[3]!) }));
    bodies.pop();
    const inner = body.statements.flatMap((s) => s.lines);
    statements.push({ name, lines: target.loop({ index: name, range, sums: terms, body: inner }, w) });
    // The next loop with this index computes its parts anew.
    for (const n of [...names.keys()]) if (loops.running(n).has(index) || n === index) names.delete(n);
    codes.clear();
    return codeAtom(names.get(first)!);
  }

  function nameFor(n: Node): string {
    const given = named.get(n) ?? outputs.find((o) => o.node === n)?.name;
    if (given !== undefined) return fresh(given);
    const hint = n.op === "fn" ? FUNCTION_HINTS[n.attr] : HINTS[n.op];
    if (hint !== undefined) {
      if (rank(n) === 2 && hint.length === 1) return fresh(hint.toUpperCase());
      if ((n.op === "inverse" || n.op === "pinv") && n.args[0]!.op === "input")
        return fresh(`${inputs.get(n.args[0]!.attr)}_${n.op === "inverse" ? "inv" : "pinv"}`);
      return fresh(hint);
    }
    if (n.op === "sub" && rank(n) > 0) return fresh(rank(n) === 2 ? "R" : "r");
    if ((n.op === "matvec" || n.op === "matmul") && n.args.every((a) => plainName(a) !== undefined)) {
      const both = n.args.map((a) => plainName(a)!).join("");
      if (both.length <= 4) return fresh(both);
    }
    if (n.op === "index" && n.args[0]!.op === "input" && n.args[1]?.op === "loop")
      return fresh(`${inputs.get(n.args[0]!.attr)}_${n.args[1].attr}`);
    if (n.op === "asColumn" || n.op === "asRow") return fresh("weights");
    return fresh(rank(n) === 0 ? "c" : rank(n) === 1 ? "z" : "Z");
  }

  /** `X` for X and X', which start the name of a product: `Xw`, `Xtr`. */
  function plainName(n: Node): string | undefined {
    if (n.op === "input") return inputs.get(n.attr);
    if (n.op === "transpose" && n.args[0]!.op === "input") return `${inputs.get(n.args[0]!.attr)}t`;
    return undefined;
  }

  const results = outputs.map(({ node, name }) => {
    const own = (text: string): string => (target.copy !== undefined && isPartOfInput(node) ? target.copy(text) : text);
    if (names.has(node) || node.op === "input") return own(code(node).text);
    const constant = isNumber(node) ? target.constant?.(node, w) : undefined;
    if (constant !== undefined) return constant;
    if (trivial(node) && node.args.every((a) => trivial(a))) return own(bracket(code(node), PREC.postfix));
    return own(assign(node, () => fresh(name)).text);
  });
  const { statements } = bodies[0]!;
  const typeName = dtype === undefined ? undefined : new RegExp(`\\b${dtype}\\b`);
  if (dtype !== undefined && statements.some((s) => s.lines.some((l) => typeName!.test(l))))
    statements.unshift({ name: dtype, lines: [target.assign(dtype, codeAtom(target.dtype!(like!)))] });
  return { statements, results, imports: [...imports] };
}

/** Statements that run together: those of the function, or of a loop over an index. */
interface Body {
  readonly loop?: Node;
  readonly statements: Statement[];
}

/** Operations that read badly, or lose their point, inside a longer expression. */
const ALWAYS: ReadonlySet<Node["op"]> = new Set([
  "cholesky",
  "factorize",
  "svd",
  "kronEyeLeft",
  "kronEyeRight",
  "addDiagonal",
  "assemble",
]);

/** Nothing but a view of an input in most libraries: whoever writes into it would write into the input. */
function isPartOfInput(n: Node): boolean {
  if (rank(n) === 0 && n.op !== "index") return false;
  return n.op === "input" || (VIEWS.has(n.op) && isPartOfInput(n.args[0]!));
}

const VIEWS: ReadonlySet<Node["op"]> = new Set([
  "transpose", "asColumn", "asRow", "spread", "vec", "index", "hold", "permute", "split", "merge", "diagonal", "assemble",
  "permuteColumns", "permuteRows",
]); // prettier-ignore

const wrapper = (n: Node): boolean =>
  n.op === "transpose" || n.op === "asColumn" || n.op === "asRow" || n.op === "neg" || n.op === "hold";

/** Written again rather than named: leaves and views. */
function trivial(n: Node): boolean {
  switch (n.op) {
    case "input":
    case "number":
    case "size":
    case "loop":
      return true;
    case "transpose":
    case "asColumn":
    case "asRow":
    case "hold":
      return true;
    case "neg":
      return rank(n) === 0 && trivial(n.args[0]!);
    default:
      return false;
  }
}

export function bracket(c: Code, prec: number): string {
  return c.prec < prec ? `(${c.text})` : c.text;
}
