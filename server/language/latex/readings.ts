import { apply, type CallExpr, children, type Expr, type Span, withChildren } from "../../core/ast";

/**
 * The one table of signs that mean more than one thing. The reader of LaTeX takes the likeliest meaning, and keeps the
 * others that could as well be meant: a formula that is wrong as it was read may be right as it was written.
 */

/** What a sign may mean, in the words of the field. */
export type Meaning =
  | "absolute value"
  | "determinant"
  | "norm"
  | "spectral norm"
  | "product"
  | "cross product"
  | "box"
  | "Kronecker product"
  | "outer product"
  | "convolution"
  | "transpose"
  | "derivative"
  | "another name"
  | "pseudoinverse"
  | "adjoint"
  | "entrywise product"
  | "composition"
  | "commutator"
  | "row"
  | "column"
  | "interval"
  | "power"
  | "label"
  | "function";

/** A sign of a formula that may mean something else than it was taken for. */
export interface Rival {
  /** The node that the sign makes, in the text of the formula; the trees of the formula have a node with this span. */
  readonly span: Span;
  readonly chosen: Meaning;
  readonly meaning: Meaning;
  /** How likely it is beside the meaning that was chosen: 1 where they are as likely. */
  readonly weight: number;
}

/** Rivals this much less likely than what was chosen are not kept. */
export const FAINT = 0.02;

const opaque = (name: string, args: readonly Expr[]): CallExpr => ({ kind: "call", name, primes: 0, args });

/** How a sign is written down as a tree in each of its meanings; a meaning of which nothing is known is an opaque call. */
const TREES: Readonly<Record<Meaning, (args: readonly Expr[]) => Expr>> = {
  "absolute value": (args) => apply("abs", ...args),
  determinant: (args) => apply("det", ...args),
  norm: (args) => apply("norm2", ...args),
  "spectral norm": (args) => apply("normspec", ...args),
  product: (args) => args.reduce((a, b) => apply("mul", a, b)),
  "cross product": (args) => opaque("×", args),
  box: (args) => opaque("box", args),
  "Kronecker product": (args) => apply("kron", ...args),
  "outer product": (args) => apply("mul", args[0]!, apply("transpose", args[1]!)),
  convolution: (args) => opaque("convolution", args),
  transpose: (args) => apply("transpose", ...args),
  derivative: (args) => opaque("′", args),
  "another name": (args) => opaque("other", args),
  pseudoinverse: (args) => apply("pinv", ...args),
  adjoint: (args) => apply("transpose", ...args),
  "entrywise product": (args) => apply("hadamard", ...args),
  composition: (args) => opaque("∘", args),
  commutator: ([a, b]) => apply("sub", apply("mul", a!, b!), apply("mul", b!, a!)),
  row: (args) => ({ kind: "literal", rows: [args] }),
  column: (args) => ({ kind: "literal", rows: args.map((a) => [a]) }),
  interval: (args) => opaque("interval", args),
  power: (args) => apply("pow", ...args),
  label: (args) => opaque("label", args),
  function: (args) => opaque("function", args),
};

/** A tree for a sign in one of its meanings. */
export function meant(meaning: Meaning, args: readonly Expr[], span: Span): Expr {
  return { ...TREES[meaning](args), span };
}

/** What bars become once shapes are known. */
const BARS: ReadonlySet<string> = new Set(["abs", "det", "norm2", "normspec"]);

/** Whether a node is a sign in the meaning that was chosen for it. */
function isChosen(e: Expr, { span, chosen }: Rival): boolean {
  if (e.span?.start !== span.start || e.span.end !== span.end) return false;
  const usual = TREES[chosen](children(e));
  if (chosen === "another name") return e.kind === "name";
  if (usual.kind === "literal") return e.kind === "literal";
  if (e.kind === "apply" && usual.kind === "apply")
    return e.op === usual.op || (BARS.has(usual.op) && BARS.has(e.op)) || e.op === `?${usual.op}`;
  return e.kind === "call" && usual.kind === "call";
}

/** The same expression where one sign has its other meaning; the expression itself where the sign is not in it. */
export function underRival(e: Expr, rival: Rival): Expr {
  const parts = children(e);
  const next = parts.map((p) => underRival(p, rival));
  if (next.some((n, i) => n !== parts[i])) return withChildren(e, next);
  if (!isChosen(e, rival)) return e;
  // A primed name without its prime.
  const args = e.kind === "name" ? [{ ...e, name: e.name.replace(/'$/, "") }] : parts;
  return meant(rival.meaning, args, rival.span);
}
