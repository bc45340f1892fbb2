import type * as ohm from "ohm-js";
import type { Expr, Span } from "../../core/ast";
import { num } from "../../core/ast";
import type { Problem } from "../../core/problem";
import { operator } from "../../operators";
import { spanOf, type Token } from "../scanner";
import { foldRow, type Infix, type Operand } from "../sequence";
import { fromRecipe } from "../recipe";
import { RECIPE } from "./recipe";
import { superscriptValue } from "./scan";

/** What the actions need beside the match: the tokens behind the kinds, the text, and where problems go. */
export interface Reading {
  readonly tokens: readonly Token[];
  readonly text: string;
  readonly problems: Problem[];
}

const INFIX: Readonly<Record<string, string>> = {
  "+": "add", "-": "sub", "*": "mul", "/": "div", o: "hadamard", "|": "hdiv", k: "kron",
}; // prettier-ignore

export const grammar = fromRecipe(RECIPE);
export const semantics = grammar.createSemantics();

/** The token on which a node begins. */
export const firstToken = (node: ohm.Node, r: Reading): Token | undefined => r.tokens[node.source.startIdx];
/** From the first token of a node to its last, brackets included. */
export const outerOf = (node: ohm.Node, r: Reading): Span => {
  const { startIdx, endIdx } = node.source;
  return spanOf(r.tokens[startIdx], endIdx > startIdx ? r.tokens[endIdx - 1] : undefined, r.text.length);
};

export const tree = (node: ohm.Node, r: Reading): Expr => (node as unknown as { tree: (r: Reading) => Expr }).tree(r);
const list = (node: ohm.Node, r: Reading): Expr[] => node.asIteration().children.map((c) => tree(c, r));
export const reading = (node: ohm.Node): Reading => (node as unknown as { args: { r: Reading } }).args.r;

/** The `tree` of `indices`: the colon is `null`. */
const indicesOf = (node: ohm.Node, r: Reading): (Expr | null)[] =>
  node.asIteration().children.map((c) => (firstToken(c, r)?.kind === ":" ? null : tree(c, r)));

/** A minus in front; of a bare number it gives the negative number. */
function negate(e: Expr, span: Span, opSpan: Span): Expr {
  if (e.kind === "number" && e.value > 0) return { ...num(-e.value), span };
  return { kind: "apply", op: "neg", args: [e], span, opSpan };
}

function withSigns(signs: ohm.Node, e: Expr, end: number, r: Reading): Expr {
  let out = e;
  for (const sign of [...signs.children].reverse()) {
    const t = firstToken(sign, r)!;
    if (t.kind === "-") out = negate(out, { start: t.start, end }, t);
  }
  return out;
}

function problem(r: Reading, code: Problem["code"], message: string, span: Span): void {
  r.problems.push({ code, severity: "error", message, span: { start: span.start, end: span.end } });
}

/** A function applied: of the table, or somebody's own. */
function applied(name: Token, primes: number, args: Expr[], span: Span, r: Reading): Expr {
  const opSpan = { start: name.start, end: name.end };
  const op = primes === 0 ? operator(name.text) : undefined;
  if (op === undefined || op.group === "sign") return { kind: "call", name: name.text, primes, args, span, opSpan };
  const [least, most] = op.arity;
  if (args.length >= least && args.length <= most) return { kind: "apply", op: op.name, args, span, opSpan };
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

semantics.addOperation<unknown>("tree(r)", {
  expression(row, _end) {
    return tree(row, reading(this));
  },
  row(first, tails) {
    const r = reading(this);
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
  operand(signs, primary, postfixes) {
    const r = reading(this);
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
    return signs.children.length === 0 ? e : withSigns(signs, e, outerOf(this, r).end, r);
  },
  exponent(signs, primary, indexes) {
    const r = reading(this);
    let e = tree(primary, r);
    for (const index of indexes.children) {
      const span = { start: outerOf(primary, r).start, end: outerOf(index, r).end };
      e = { kind: "index", base: e, indices: indicesOf(index.children[1]!.children[0]!, r), span };
    }
    return withSigns(signs, e, outerOf(this, r).end, r);
  },
  number(_) {
    const t = firstToken(this, reading(this))!;
    return { ...num(Number(t.text)), span: { start: t.start, end: t.end } };
  },
  name(_) {
    const t = firstToken(this, reading(this))!;
    return { kind: "name", name: t.text, span: { start: t.start, end: t.end } };
  },
  hole(_) {
    const t = firstToken(this, reading(this))!;
    return { kind: "error", text: "", span: { start: t.start, end: t.end } };
  },
  group(_open, row, _close) {
    return tree(row, reading(this));
  },
  derivative(_d, _open, of, _close, _bar, under) {
    const r = reading(this);
    return derivative(tree(of, r), tree(under, r) as unknown as Expr[], outerOf(this, r), r);
  },
  under_one(differentials) {
    const r = reading(this);
    return differentials.children.map((d) => tree(d.children[2]!, r));
  },
  under_several(_open, first, more, _close) {
    const r = reading(this);
    return [first, ...more.children.map((m) => m.children[1]!)].map((d) => tree(d.children[2]!, r));
  },
  differential(_d, _open, of, _close) {
    const r = reading(this);
    return { kind: "differential", of: tree(of, r), span: outerOf(this, r) };
  },
  gradient(_which, _open, of, _commas, variables, _close) {
    const r = reading(this);
    const name = firstToken(this, r)!;
    const wrt = variables.children.map((v) => tree(v, r));
    const twice = name.kind === "h" && wrt.length === 1 ? [wrt[0]!, wrt[0]!] : wrt;
    const span = outerOf(this, r);
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
  overSum(_s, _open, variable, _in, from, _range, to, _comma, body, _close) {
    const r = reading(this);
    const v = firstToken(variable, r)!;
    return {
      kind: "sumover",
      variable: v.text,
      from: tree(from, r),
      to: tree(to, r),
      body: tree(body, r),
      span: outerOf(this, r),
    };
  },
  call(name, primes, _open, args, _close) {
    const r = reading(this);
    return applied(firstToken(name, r)!, primes.children.length, list(args, r), outerOf(this, r), r);
  },
  literal(_open, rows, _close) {
    const r = reading(this);
    return { kind: "literal", rows: rows.asIteration().children.map((row) => list(row, r)), span: outerOf(this, r) };
  },
});

/** The tree of a match that started at `expression`. */
export const buildTree = (match: ohm.MatchResult, r: Reading): Expr =>
  (semantics(match) as unknown as { tree: (r: Reading) => Expr }).tree(r);

/** How far a match came that failed: the index of a token. */
export const failureOf = (match: unknown): number =>
  (match as { getRightmostFailurePosition: () => number }).getRightmostFailurePosition();
