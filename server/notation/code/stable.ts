import { type Graph, isNumber, type Node, rank } from "./ir";

/**
 * Logarithms and quotients of sums of exponentials, in forms that neither overflow nor lose all digits. A rule is a
 * function of the pattern's parts that gives the other form; the table of `docs/code.md` has their conditions.
 */

const isFn = (n: Node, name: string): boolean => n.op === "fn" && n.attr === name;

/** log(a), where it is better known than as the logarithm of a number: `undefined` elsewhere. */
export function stableLog(g: Graph, a: Node): Node | undefined {
  if (isFn(a, "exp")) return a.args[0]!;
  const [x, y] = a.args as [Node, Node];
  switch (a.op) {
    case "add": {
      // log(c + eᵘ), log(eᵘ + eᵛ)
      if (isNumber(x, 1) && isFn(y, "exp")) return g.fn("softplus", y.args[0]!);
      const [u, v] = [logOfTerm(g, x), logOfTerm(g, y)];
      if (u === undefined || v === undefined || !(u.exponential || v.exponential)) return undefined;
      if (isNumber(u.log, 0)) return g.fn("softplus", v.log);
      if (isNumber(v.log, 0)) return g.fn("softplus", u.log);
      return g.make("logaddexp", [u.log, v.log], a.shape);
    }
    case "mul": {
      // log(c eᵘ)
      const t = logOfTerm(g, a);
      return t?.exponential === true ? t.log : undefined;
    }
    case "sum":
      return isFn(x, "exp") ? g.logsumexp(x.args[0]!) : undefined;
    case "rowSums":
      return isFn(x, "exp") && rank(x) === 2 ? g.logsumexpRows(x.args[0]!) : undefined;
    case "columnSums":
      return isFn(x, "exp") ? g.logsumexpRows(g.transpose(x.args[0]!)) : undefined;
    case "dot": {
      // log Σ pᵢ exp(uᵢ), p not negative
      const [e, p] = isFn(x, "exp") ? [x, y] : [y, x];
      if (!isFn(e, "exp") || p.range[0] < 0) return undefined;
      return g.logsumexp(g.add(e.args[0]!, g.fn("log", p)));
    }
    case "matvec": {
      const [e, flipped] = x.op === "transpose" ? [x.args[0]!, true] : [x, false];
      if (!isFn(e, "exp") || y.range[0] < 0) return undefined;
      const u = flipped ? g.transpose(e.args[0]!) : e.args[0]!;
      return g.logsumexpRows(g.add(u, g.asRow(g.fn("log", y))));
    }
    default:
      return undefined;
  }
}

/** The logarithm of a positive term; whether an exponential is in it. */
function logOfTerm(g: Graph, n: Node): { log: Node; exponential: boolean } | undefined {
  if (isFn(n, "exp")) return { log: n.args[0]!, exponential: true };
  if (n.op === "mul") {
    const [a, b] = n.args.map((x) => logOfTerm(g, x));
    if (a === undefined || b === undefined) return undefined;
    return { log: g.add(a.log, b.log), exponential: a.exponential || b.exponential };
  }
  const sum = n.op === "add" ? stableLog(g, n) : undefined;
  if (sum !== undefined) return { log: sum, exponential: true };
  if (isNumber(n, 1)) return { log: g.number(0), exponential: false };
  return n.range[0] >= 0 && !isNumber(n, 0) ? { log: g.fn("log", n), exponential: false } : undefined;
}

/** a/b with b a sum of exponentials, or a power of one, and an exponential (or the other term of b) in a. */
export function stableQuotient(g: Graph, a: Node, b: Node): Node | undefined {
  if (b.op === "pow" && isNumber(b.args[1]!, 2)) {
    const once = stableQuotient(g, a, b.args[0]!);
    return once === undefined ? undefined : (stableQuotient(g, once, b.args[0]!) ?? g.div(once, b.args[0]!));
  }
  if (b.op === "mul") {
    for (const [p, q] of [b.args, [...b.args].reverse()] as [Node, Node][]) {
      const once = stableQuotient(g, a, p);
      if (once !== undefined) return g.div(once, q);
    }
    return undefined;
  }
  // Term by term, where that serves for all.
  if (a.op === "add" || a.op === "sub") {
    const [x, y] = a.args.map((t) => stableQuotient(g, t, b));
    return x === undefined || y === undefined ? undefined : g[a.op](x, y);
  }
  // A scalar below goes to the exponentials inside a product.
  if ((a.op === "matvec" || a.op === "dot") && rank(b) === 0) {
    const [x, v] = a.args as [Node, Node];
    const inner = stableQuotient(g, v, b);
    if (inner !== undefined) return g[a.op](x, inner);
    const other = a.op === "dot" ? stableQuotient(g, x, b) : undefined;
    return other === undefined ? undefined : g.dot(other, v);
  }
  const factors = factorsOf(a);
  if (factors.length > 6) return undefined;
  const others = (i: number, f: Node): Node => factors.reduce((p, x, k) => (k === i ? p : g.mul(p, x)), f);
  if (b.op === "add") {
    const terms = b.args.map((t) => ({ t, log: logOfTerm(g, t) }));
    if (terms.some((x) => x.log === undefined) || !terms.some((x) => x.log!.exponential)) return undefined;
    for (const [p, q] of [terms, [...terms].reverse()] as [(typeof terms)[0], (typeof terms)[0]][]) {
      const i = factors.indexOf(p.t);
      if (i >= 0) return others(i, g.fn("sigmoid", g.sub(p.log!.log, q.log!.log)));
    }
  }
  const exponents = factors.map((f) => throughViews(g, f, (n) => (isFn(n, "exp") ? n.args[0]! : undefined)));
  const i = exponents.findIndex((u) => u !== undefined);
  if (i < 0 || isFn(b, "exp")) return undefined;
  const log = throughViews(g, b, (n) => stableLog(g, n));
  return log === undefined ? undefined : others(i, g.fn("exp", g.sub(exponents[i]!, log)));
}

function factorsOf(n: Node): readonly Node[] {
  if (n.op === "mul") return n.args.flatMap(factorsOf);
  if (n.op === "pow" && isNumber(n.args[1]!, 2)) return [n.args[0]!, n.args[0]!];
  return [n];
}

/** The same function of what is only turned or held out. */
function throughViews(g: Graph, n: Node, f: (n: Node) => Node | undefined): Node | undefined {
  switch (n.op) {
    case "asColumn":
    case "asRow":
    case "transpose": {
      const inner = throughViews(g, n.args[0]!, f);
      return inner === undefined ? undefined : g[n.op](inner);
    }
    case "hold":
    case "permute": {
      const inner = throughViews(g, n.args[0]!, f);
      return inner === undefined ? undefined : g.make(n.op, [inner], n.shape, { attr: n.attr, dims: n.dims });
    }
    default:
      return f(n);
  }
}
