import { apply, type CallExpr, children, type Expr, type Span, withChildren } from "../../core/ast";
import { tableOf } from "../../core/table";
import { UNSETTLED } from "./knowledge";
import type { Topic } from "./topics";

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
  | "Lie bracket"
  | "row"
  | "column"
  | "interval"
  | "power"
  | "label"
  | "function"
  | "inner product"
  | "binomial coefficient";

/** What is known of an operand when its sign is read. */
export interface Operand {
  readonly kind: "number" | "vector" | "matrix" | "function" | "list" | "unknown";
  /** Declared, written out, or shown by its print; else the kind is what such a letter usually is. */
  readonly sure: boolean;
}

/** What decides between the meanings of a sign. */
export interface Ground {
  readonly sides: readonly Operand[];
  /** Whether the text speaks of a subject. */
  readonly speaksOf: (topic: Topic) => boolean;
}

/** A meaning with its weight on some ground; 0 where it makes no sense. */
type Candidate = readonly [Meaning, (ground: Ground) => number];

const all = ({ sides }: Ground, kind: Operand["kind"]): boolean => sides.every((s) => s.kind === kind);
const some = ({ sides }: Ground, kind: Operand["kind"]): boolean => sides.some((s) => s.kind === kind);
const sure = ({ sides }: Ground): boolean => sides.every((s) => s.sure);
const told = (ground: Ground, topic: Topic, factor: number): number => (ground.speaksOf(topic) ? factor : 1);

/** The signs whose meaning hangs on their operands and on what the text speaks of, each meaning with its weight. */
const SIGNS: Readonly<Record<string, readonly Candidate[]>> = tableOf<readonly Candidate[]>({
  times: [
    ["product", (g) => (all(g, "list") ? 0 : all(g, "vector") && sure(g) ? 0.02 : 1)],
    // Vectors have no product but this.
    [
      "cross product",
      (g) =>
        !all(g, "vector") ? 0 : (sure(g) ? 1 : 0.05) * told(g, "cross product", g.sides.some((s) => s.sure) ? 100 : 10),
    ],
    ["box", (g) => (all(g, "list") ? 1 : 0)],
  ],
  star: [
    ["product", (g) => (all(g, "vector") && sure(g) ? 0.05 : 1)],
    [
      "convolution",
      (g) =>
        some(g, "number") || some(g, "matrix")
          ? 0
          : (all(g, "vector") || all(g, "function") ? 0.5 : 0.02) * told(g, "convolution", 50),
    ],
    ["entrywise product", (g) => (all(g, "vector") ? 0.3 : all(g, "matrix") ? 0.3 : 0)],
  ],
  kron: [
    ["Kronecker product", (g) => told(g, "Kronecker", 5)],
    ["outer product", (g) => (all(g, "vector") ? 0.6 * told(g, "outer product", 10) : 0)],
    ["convolution", (g) => 0.01 * told(g, "convolution", 1000)],
  ],
  circ: [
    ["entrywise product", (g) => (all(g, "function") ? 0.05 : 1)],
    ["composition", (g) => (all(g, "function") ? 1 : some(g, "function") ? 0.2 : 0.05) * told(g, "composition", 2)],
  ],
  dagger: [
    ["pseudoinverse", (g) => told(g, "pseudoinverse", 20)],
    ["adjoint", (g) => 0.9 * told(g, "adjoint", 10)],
  ],
  plus: [
    ["pseudoinverse", (g) => (all(g, "matrix") ? told(g, "pseudoinverse", 20) : 0)],
    ["label", () => 0.9],
  ],
  // `[a, b]`
  pair: [
    ["row", () => 1],
    ["interval", (g) => (all(g, "number") ? 1 : 0.1)],
    ["commutator", (g) => (some(g, "list") || some(g, "vector") ? 0 : 0.02 * told(g, "commutator", 100))],
    ["Lie bracket", (g) => (some(g, "vector") ? 0.02 * told(g, "commutator", 100) : 0)],
  ],
});

/** Whether a sign is in the table. */
export const isAmbiguous = (sign: string): boolean => sign in SIGNS;

/** The likeliest meaning of a sign, and what else it may mean beside that. */
export interface Choice {
  readonly meaning: Meaning;
  readonly others: Readonly<Partial<Record<Meaning, number>>>;
}

/** Weighs the meanings of a sign of the table. */
export function choose(sign: string, ground: Ground): Choice {
  const weighed = SIGNS[sign]!.map(([meaning, weight]) => ({ meaning, weight: weight(ground) }));
  const best = weighed.reduce((a, b) => (b.weight > a.weight ? b : a));
  const others: Partial<Record<Meaning, number>> = {};
  for (const w of weighed) if (w !== best) others[w.meaning] = w.weight / best.weight;
  return { meaning: best.meaning, others };
}

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
  "cross product": (args) => apply(UNSETTLED.cross, ...args),
  box: (args) => opaque("⟨box⟩", args),
  "Kronecker product": (args) => apply("kron", ...args),
  "outer product": (args) => apply("mul", args[0]!, apply("transpose", args[1]!)),
  convolution: (args) => opaque("⟨convolution⟩", args),
  transpose: (args) => apply("transpose", ...args),
  derivative: (args) => opaque("′", args),
  "another name": (args) => opaque("⟨other⟩", args),
  pseudoinverse: (args) => apply("pinv", ...args),
  adjoint: (args) => apply("transpose", ...args),
  "entrywise product": (args) => apply("hadamard", ...args),
  composition: (args) => opaque("∘", args),
  commutator: ([a, b]) => apply("sub", apply("mul", a!, b!), apply("mul", b!, a!)),
  "Lie bracket": (args) => opaque("[,]", args),
  row: (args) => ({ kind: "literal", rows: [args] }),
  column: (args) => ({ kind: "literal", rows: args.map((a) => [a]) }),
  interval: (args) => opaque("⟨interval⟩", args),
  power: (args) => apply("pow", ...args),
  label: (args) => opaque("⟨label⟩", args),
  function: (args) => opaque("⟨function⟩", args),
  "inner product": (args) => apply("dot", ...args),
  "binomial coefficient": (args) => opaque("binom", args),
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
