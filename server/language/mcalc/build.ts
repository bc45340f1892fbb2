import type { Expr, Span } from "../../core/ast";
import { isInRange, num } from "../../core/ast";
import type { Fix, Problem } from "../../core/problem";
import { operator } from "../../operators";
import { writtenHere } from "../elsewhere";
import { printText } from "../print";
import { spanOf, type Token } from "../scanner";
import { foldRow, type Infix, type Operand } from "../sequence";
import { itemsOf, type Matched } from "../ohm";
import { superscriptValue } from "./scan";
import { tableOf } from "../../core/table";

/** What the actions need beside the match: the tokens behind the kinds, the text, and where problems go. */
export interface Reading {
  readonly tokens: readonly Token[];
  readonly text: string;
  readonly problems: Problem[];
}

const INFIX: Readonly<Record<string, string>> = tableOf({
  "+": "add", "-": "sub", "*": "mul", "/": "div", o: "hadamard", "|": "hdiv", k: "kron",
}); // prettier-ignore

/** The token on which a node begins. */
export const firstToken = (node: Matched, r: Reading): Token | undefined => r.tokens[node.start];
/** From the first token of a node to its last, brackets included. */
export const outerOf = ({ start, end }: Matched, r: Reading): Span =>
  spanOf(r.tokens[start], end > start ? r.tokens[end - 1] : undefined, r.text.length);

/** The tree of a part of a formula. A rule that only chooses among others is what it chose. */
export function tree(node: Matched, r: Reading): Expr {
  const action = ACTIONS.get(node.rule);
  return action === undefined ? tree(node.children[0]!, r) : action(node, r);
}

const list = (node: Matched, r: Reading): Expr[] => itemsOf(node).map((c) => tree(c, r));

/** The `tree` of `indices`: the colon is `null`. */
const indicesOf = (node: Matched, r: Reading): (Expr | null)[] =>
  itemsOf(node).map((c) => (firstToken(c, r)?.kind === ":" ? null : tree(c, r)));

/** A minus in front; of a bare number it gives the negative number. */
function negate(e: Expr, span: Span, opSpan: Span): Expr {
  if (e.kind === "number" && e.value > 0) return { ...num(-e.value), span };
  return { kind: "apply", op: "neg", args: [e], span, opSpan };
}

function withSigns(signs: Matched, e: Expr, end: number, r: Reading): Expr {
  let out = e;
  for (const sign of [...signs.children].reverse()) {
    const t = firstToken(sign, r)!;
    if (t.kind === "-") out = negate(out, { start: t.start, end }, t);
  }
  return out;
}

function problem(r: Reading, code: Problem["code"], message: string, span: Span, fixes?: readonly Fix[]): void {
  const { start, end } = span;
  r.problems.push({
    code,
    severity: "error",
    message,
    span: { start, end },
    ...(fixes === undefined ? {} : { fixes }),
  });
}

/** A function applied: of the table, or somebody's own. */
function applied(name: Token, primes: number, args: Expr[], span: Span, r: Reading): Expr {
  const opSpan = { start: name.start, end: name.end };
  // x_(t-1), the member of a family before x_t.
  const [index] = args;
  if (primes === 0 && args.length === 1 && index !== undefined && /[^_]_$/.test(name.text))
    return {
      kind: "index",
      base: { kind: "name", name: name.text.slice(0, -1), span: opSpan },
      indices: [index],
      span,
    };
  const op = primes === 0 ? operator(name.text) : undefined;
  if (op === undefined || op.group === "sign") return { kind: "call", name: name.text, primes, args, span, opSpan };
  const [least, most] = op.arity;
  if (args.length >= least && args.length <= most) return { kind: "apply", op: op.name, args, span, opSpan };
  const here = writtenHere(name.text, args);
  if (here !== undefined && "expr" in here) {
    const text = printText(here.expr);
    const fix: Fix = { title: `Write ${text}`, edits: [{ span, text }], preferred: true };
    problem(r, "syntax", `\`${r.text.slice(span.start, span.end)}\` is written \`${text}\` here.`, span, [fix]);
    return { ...here.expr, span };
  }
  const wanted = least === most ? (least === 1 ? "1 argument" : `${least} arguments`) : `${least} or ${most} arguments`;
  problem(r, "syntax", `${name.text} takes ${wanted}, but here it has ${args.length}.`, span);
  return { kind: "error", text: r.text.slice(span.start, span.end), span };
}

/** What stands below the bar of a derivative: a variable, an entry of one, or the transpose of one. */
function derivative(of: Expr, under: readonly Expr[], span: Span, r: Reading): Expr {
  let transposed = false;
  const wrt: Expr[] = [];
  for (const u of under) {
    let v = u;
    if (v.kind === "apply" && v.op === "transpose" && under.length === 1) {
      transposed = true;
      v = v.args[0]!;
    }
    if (v.kind === "name" || (v.kind === "index" && v.base.kind === "name")) wrt.push(v);
    else {
      if (v.kind !== "error") {
        problem(r, "syntax", "A derivative is taken with respect to a variable; name one here.", v.span ?? span);
      }
      return { kind: "error", text: r.text.slice(span.start, span.end), span };
    }
  }
  return { kind: "derivative", of, wrt, ...(transposed ? { transposed } : {}), span };
}

/** The children of a rule, of which the grammar says how many there are. */
const childrenOf = (
  node: Matched,
): readonly [Matched, Matched, Matched, Matched, Matched, Matched, Matched, Matched, Matched] => node.children as never;

/** What a derivative is taken by: `d(x)*d(y)`, with or without brackets around. */
function underOf(under: Matched, r: Reading): Expr[] {
  const form = under.children[0]!;
  const [first, second, more] = form.children;
  const differentials =
    form.rule === "under_one" ? first!.children : [second!, ...more!.children.map((m) => m.children[1]!)];
  return differentials.map((d) => tree(d.children[2]!, r));
}

type Action = (node: Matched, r: Reading) => Expr;

const RULES: Readonly<Record<string, Action>> = tableOf({
  row(node, r) {
    const [first, tails] = childrenOf(node);
    if (tails.children.length === 0) return tree(first, r);
    const operands: Operand[] = [{ expr: tree(first, r), outer: outerOf(first, r) }];
    const signs: Infix[] = [];
    for (const tail of tails.children) {
      const sign = firstToken(tail, r)!;
      const operand = tail.children[1]!;
      signs.push({ op: INFIX[sign.kind]!, span: { start: sign.start, end: sign.end } });
      operands.push({ expr: tree(operand, r), outer: outerOf(operand, r) });
    }
    return foldRow(operands, signs).expr;
  },
  operand(node, r) {
    const [signs, primary, postfixes] = childrenOf(node);
    let e = tree(primary, r);
    if (postfixes.children.length > 0) {
      const { start } = outerOf(primary, r);
      for (const postfix of postfixes.children) {
        const { end } = outerOf(postfix, r);
        const sign = firstToken(postfix, r)!;
        const span = { start, end };
        const opSpan = { start: sign.start, end: sign.end };
        const form = postfix.children[0]!;
        if (sign.kind === "'") e = { kind: "apply", op: "transpose", args: [e], span, opSpan };
        else if (sign.kind === "[")
          e = { kind: "index", base: e, indices: indicesOf(form.children[1]!.children[0]!, r), span };
        else {
          const exponent: Expr =
            sign.kind === "u" ? { ...num(superscriptValue(sign.text)), span: opSpan } : tree(form.children[1]!, r);
          e = { kind: "apply", op: sign.kind === "p" ? "hpow" : "pow", args: [e, exponent], span, opSpan };
        }
      }
    }
    return signs.children.length === 0 ? e : withSigns(signs, e, outerOf(node, r).end, r);
  },
  exponent(node, r) {
    const [signs, primary, indexes] = childrenOf(node);
    let e = tree(primary, r);
    for (const index of indexes.children) {
      const span = { start: outerOf(primary, r).start, end: outerOf(index, r).end };
      e = { kind: "index", base: e, indices: indicesOf(index.children[1]!.children[0]!, r), span };
    }
    return withSigns(signs, e, outerOf(node, r).end, r);
  },
  number(node, r) {
    const t = firstToken(node, r)!;
    const span = { start: t.start, end: t.end };
    if (!isInRange(t.text)) {
      problem(r, "syntax", "This number is larger or smaller than numbers go.", span);
      return { kind: "error", text: t.text, span };
    }
    return { ...num(Number(t.text)), span };
  },
  name(node, r) {
    const t = firstToken(node, r)!;
    return { kind: "name", name: t.text, span: { start: t.start, end: t.end } };
  },
  hole(node, r) {
    const t = firstToken(node, r)!;
    return { kind: "error", text: "", span: { start: t.start, end: t.end } };
  },
  group(node, r) {
    const [, row] = childrenOf(node);
    return tree(row, r);
  },
  derivative(node, r) {
    const [, , of, , , under] = childrenOf(node);
    return derivative(tree(of, r), underOf(under, r), outerOf(node, r), r);
  },
  differential(node, r) {
    const [, , of] = childrenOf(node);
    return { kind: "differential", of: tree(of, r), span: outerOf(node, r) };
  },
  gradient(node, r) {
    const [, , of, , variables] = childrenOf(node);
    const name = firstToken(node, r)!;
    const wrt = variables.children.map((v) => tree(v, r));
    const twice = name.kind === "h" && wrt.length === 1 ? [wrt[0]!, wrt[0]!] : wrt;
    const span = outerOf(node, r);
    const most = name.kind === "h" ? 2 : 1;
    if (wrt.length > most) {
      problem(
        r,
        "syntax",
        `${name.text} takes an expression and ${most === 1 ? "a variable" : "one or two variables"}.`,
        span,
      );
      return { kind: "error", text: r.text.slice(span.start, span.end), span };
    }
    return derivative(tree(of, r), twice, span, r);
  },
  overSum(node, r) {
    const [, , variable, , from, , to, , body] = childrenOf(node);
    const v = firstToken(variable, r)!;
    return {
      kind: "sumover",
      variable: v.text,
      from: tree(from, r),
      to: tree(to, r),
      body: tree(body, r),
      span: outerOf(node, r),
    };
  },
  call(node, r) {
    const [name, primes, , args] = childrenOf(node);
    return applied(firstToken(name, r)!, primes.children.length, list(args, r), outerOf(node, r), r);
  },
  literal(node, r) {
    const [, rows] = childrenOf(node);
    return { kind: "literal", rows: itemsOf(rows).map((row) => list(row.children[0]!, r)), span: outerOf(node, r) };
  },
});

const ACTIONS: ReadonlyMap<string, Action> = new Map(Object.entries(RULES));
