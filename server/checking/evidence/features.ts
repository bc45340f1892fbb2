import { children, type Expr, someNode } from "../../core/ast";
import { isColumn, isRow, isScalar, sameShape, type Shape } from "../../core/shape";
import { Passages } from "../../documents/passages";
import { type Finding, isExplicit, partsOf, sourceOf, wordsAround } from "./finding";
import { GENRES, type Stated } from "./genres";
import { isIdentityOnceMended } from "./mended";
import { lettersIn, type Provenance, provenanceOf } from "./names";
import { hasNames } from "../varying";

/** What a feature looks at. */
interface Case extends Finding {
  readonly sides: readonly Expr[];
  readonly source: string;
  readonly stated: Stated;
  readonly from: Provenance;
}

/** Something that tells how likely it is that the author is wrong, and not the reader. */
export interface Feature {
  readonly name: string;
  readonly of: (c: Case) => number | boolean;
  /** Why that leaves a doubt, in words for the user. */
  readonly doubt?: string;
}

const matches =
  (pattern: RegExp) =>
  ({ source }: Case): boolean =>
    pattern.test(source);

/** The same, but not of a rule that is confirmed of all functions without a sign or a number: so its signs were read as meant. */
const unlessConfirmed =
  (pattern: RegExp) =>
  (c: Case): boolean =>
    pattern.test(c.source) && !(c.verdict?.general === true && IN_FRONT.has(c.verdict.slip ?? ""));
const IN_FRONT: ReadonlySet<string> = new Set(["sign", "opposite", "number"]);

const isVague = ({ verdict }: Finding): boolean =>
  verdict?.status === "wrong" && (verdict.note ?? "") === "" && verdict.correction === undefined;
const slipIs =
  (...kinds: readonly string[]) =>
  ({ verdict }: Case): boolean =>
    verdict?.slip !== undefined && kinds.includes(verdict.slip);
const isVector = (s: Shape): boolean => (isColumn(s) || isRow(s)) && !isScalar(s);
/** Genres in which letters are used anew. */
const CASES = GENRES.filter((g) => g.name === "condition" || g.name === "to be shown");
/** Whether a slip explains it that readers seldom make up. */
const isClear = slipIs("sign", "opposite", "transpose", "transposed", "swap");
/** What was said of its letters elsewhere is no matter of what holds whatever they are. */
const far = (c: Case): number => (isIdentityOnceMended(c) ? 0 : c.from.definitions.elsewhere);
const firstLink = ({ equation, formula: { statement: s } }: Finding): boolean =>
  s.kind !== "claim" || (s.continues !== true && equation !== undefined && s.sides.indexOf(equation.right) <= 1);
const linkNumber = ({ equation, formula: { statement: s } }: Case): number =>
  s.kind !== "claim" || equation === undefined ? 0 : s.sides.indexOf(equation.right);
const lettersOf = ({ sides }: Case): number => lettersIn(sides).size;
const nodes = (e: Expr): number => 1 + children(e).reduce((n, c) => n + nodes(c), 0);
const size = ({ sides }: Case): number => sides.reduce((n, s) => n + nodes(s), 0);
const isNumeric = ({ sides }: Case): boolean => sides.length > 0 && !sides.some(hasNames);
const has =
  (test: (e: Expr) => boolean) =>
  ({ sides }: Case): boolean =>
    sides.some((s) => someNode(s, test));
const opIs = (...ops: readonly string[]) => has((e) => e.kind === "apply" && ops.includes(e.op));
const ofShapes = ({ equation }: Case): boolean => equation === undefined;
const and =
  (...tests: readonly ((c: Case) => number | boolean)[]) =>
  (c: Case): boolean =>
    tests.every((t) => Boolean(t(c)));
const not =
  (test: (c: Case) => number | boolean) =>
  (c: Case): boolean =>
    !test(c);

/** Whether nothing has to be looked up for an equation: no definition, no function, no formula before it. */
const standsByItself = ({ from, equation }: Case): boolean =>
  equation?.leftSpan !== undefined &&
  from.calls + from.openCalls === 0 &&
  Object.values(from.definitions).every((n) => n === 0);

const UNFIT = /^No sizes fit here/;

/** How many of the names in shapes that do not fit are said where. */
const related = ({ problem, formula, document }: Case, near: boolean): number => {
  const places = Passages.of(document);
  const where = problem.related ?? [];
  return where.filter((r) => near === (places.distance(r.span.start, formula.span.start) !== "elsewhere")).length;
};

/** Genres of which the signs mean something else: not where they were read so that but one symbol keeps it from being true. */
const OF_SIGNS: ReadonlySet<string> = new Set(["another algebra", "complex numbers"]);

/** All features; the weights of those that a fit has found of use stand in `weights.json`. */
export const FEATURES: readonly Feature[] = [
  { name: "constant", of: () => 1 },
  // Which slip of the pen explains the difference.
  { name: "slip: sign", of: slipIs("sign") },
  { name: "slip: opposite", of: slipIs("opposite") },
  { name: "slip: transpose", of: slipIs("transpose", "transposed") },
  { name: "slip: order", of: slipIs("swap") },
  { name: "slip: a term too much", of: slipIs("term") },
  { name: "slip: a term missing", of: slipIs("missing") },
  { name: "slip: number", of: slipIs("number") },
  { name: "slip: factor", of: slipIs("factor"), doubt: "it is off by a factor, which may come from elsewhere" },
  { name: "slip: inverse", of: slipIs("inverse") },
  { name: "slip: entries", of: slipIs("entries") },
  { name: "holds under a condition", of: ({ verdict }) => verdict?.status === "conditional", doubt: "it holds under a condition, which may be meant" }, // prettier-ignore
  { name: "no slip explains it", of: isVague, doubt: "no slip of the pen explains the difference" },
  { name: "derived", of: ({ verdict }) => verdict?.status === "wrong" && verdict.slip === undefined && verdict.correction !== undefined }, // prettier-ignore
  { name: "slip: name", of: slipIs("name") },
  { name: "slip: product of entries", of: slipIs("diagonal") },
  { name: "slip: a mark", of: slipIs("mark") },
  { name: "slip: a factor too much", of: slipIs("extra") },
  { name: "slip: a factor lost", of: slipIs("lost") },
  // What it was found by.
  { name: "all that is said put in", of: ({ verdict }) => verdict?.ground === "world" },
  { name: "put into a gradient", of: ({ verdict }) => verdict?.ground === "solution" },
  { name: "written matrices worked out", of: ({ verdict }) => verdict?.ground === "result" },
  { name: "the layout said in words", of: ({ verdict }) => verdict?.ground === "layout" },
  { name: "a law of inverses and transposes", of: ({ verdict }) => verdict?.ground === "identity" },
  // Of what kind the statement is.
  { name: "derivative", of: ({ equation }) => equation?.kind === "derivative" },
  { name: "derivative of what stands there", of: ({ equation, formula: { scope } }) => equation !== undefined && [equation.left, equation.right].some((e) => isExplicit(e, scope)) }, // prettier-ignore
  { name: "stands by itself", of: (c) => !ofShapes(c) && standsByItself(c) },
  { name: "a rule for every function", of: ({ verdict }) => verdict?.general === true },
  { name: "first link", of: and(not(ofShapes), firstLink), doubt: "it may be a condition or a definition" },
  { name: "fourth link or later", of: (c) => linkNumber(c) >= 4 },
  { name: "four letters or more", of: (c) => !ofShapes(c) && lettersOf(c) >= 4 },
  { name: "two letters or less", of: (c) => !ofShapes(c) && !isNumeric(c) && lettersOf(c) <= 2 },
  { name: "long", of: (c) => size(c) >= 40 },
  { name: "goes on from another formula", of: ({ equation, formula }) => equation !== undefined && (equation.leftSpan === undefined || (formula.statement.kind === "claim" && formula.statement.continues === true && formula.statement.sides[0] === equation.right)) }, // prettier-ignore
  { name: "in line", of: ({ formula }) => formula.region?.display === false },
  // What the statement may be beside a claim.
  ...GENRES.map((g): Feature => ({ name: `genre: ${g.name}`, of: (c) => g.is(c.stated) && !(OF_SIGNS.has(g.name) && isIdentityOnceMended(c)), ...(g.doubt === undefined ? {} : { doubt: g.doubt }) })), // prettier-ignore
  // What it is about.
  { name: "transpose", of: opIs("transpose") },
  { name: "literal", of: has((e) => e.kind === "literal") },
  { name: "determinant or trace", of: opIs("det", "tr", "logdet") },
  { name: "sum over an index", of: has((e) => e.kind === "sumover") },
  { name: "entry", of: has((e) => e.kind === "index") },
  { name: "differential", of: has((e) => e.kind === "differential"), doubt: "a d may be a letter, or something may be held fixed" }, // prettier-ignore
  { name: "power of an array", of: has((e) => e.kind === "apply" && e.op === "pow" && e.args[0]!.kind !== "number" && e.args[1]!.kind !== "number") }, // prettier-ignore
  // Signs that mean several things.
  { name: "sign: prime", of: unlessConfirmed(/'|′|\\prime(?![a-z])/), doubt: "a prime may be a derivative, a new name or a transpose" }, // prettier-ignore
  { name: "sign: times", of: matches(/\\times(?![a-z])|×/), doubt: "× may be a cross product or a set" },
  { name: "sign: circled", of: unlessConfirmed(/\\(?:otimes|circledast|oplus|odot|ast|star|circ|boxtimes|bullet)(?![a-z])|(?<![\\^_{])\*/), doubt: "one of its signs has several meanings" }, // prettier-ignore
  { name: "sign: square brackets", of: matches(/\[[^\][,]*,[^\][]*\](?!\s*\^)/), doubt: "square brackets may be an interval, a list or a commutator" }, // prettier-ignore
  {
    name: "sign: angles",
    of: matches(/\\langle|⟨|\\rangle/),
    doubt: "angle brackets may be a list or an inner product",
  },
  { name: "sign: dagger", of: matches(/\\dagger|†|\^\+|\^\{\+\}|\^\*|\^\{\*\}|\^\\(?:wedge|vee|times)|\^\{\\(?:wedge|vee|times)\}/), doubt: "a mark above a name has several meanings" }, // prettier-ignore
  { name: "sign: dots", of: matches(/\\(?:[lcdv]?dots|ddots)(?![a-z])|…|\.\.\./), doubt: "dots leave something out" },
  { name: "sign: delta", of: matches(/\\delta(?![a-z])|δ/), doubt: "a delta may be a variation" },
  { name: "sign: bar", of: matches(/\\mid(?![a-z])|\\vert|(?<!\\)\|/), doubt: "a bar has several meanings" },
  { name: "expectation", of: matches(/\\mathbb\s*\{?[EVP]\}?|\\operatorname\s*\{(?:E|Var|Cov|Pr)\}|\bE\s*[[(]|\\mathrm\s*\{(?:E|Var|Cov)\}/), doubt: "expectations have laws of their own" }, // prettier-ignore
  { name: "integral or limit", of: matches(/\\(?:int|iint|oint|lim|limsup|max|min|sup|inf|arg)(?![a-z])/), doubt: "integrals and limits are not judged" }, // prettier-ignore
  // Where its names come from.
  { name: "numbers guessed", of: ({ from }) => Math.min(from.guessedNumbers, 4) / 4 },
  { name: "sizes guessed", of: ({ from }) => from.guessedArrays > 0, doubt: "the sizes of its names are guessed" },
  { name: "all names certain", of: ({ from }) => from.names > 0 && from.guessedArrays + from.guessedNumbers === 0 },
  { name: "most names certain", of: ({ from }) => (from.names === 0 ? 0 : from.certain / from.names) },
  { name: "definitions", of: ({ from }) => from.definitions.section + from.definitions.paragraph + from.definitions.sentence + from.definitions.above > 0 }, // prettier-ignore
  { name: "a definition of another section", of: (c) => far(c) > 0, doubt: "what was said in another section may not be meant" }, // prettier-ignore
  { name: "a definition of another case", of: (c) => c.from.ended > 0 && !isIdentityOnceMended(c), doubt: "what was said of another case may not be meant" }, // prettier-ignore
  {
    name: "a name defined again",
    of: (c) => c.from.redefined > 0 && !isIdentityOnceMended(c),
    doubt: "one of its names is defined more than once",
  },
  {
    name: "calls a function",
    of: ({ from, verdict }) => from.calls > 0 && verdict?.general !== true,
    doubt: "what was said of a function may not be meant",
  },
  {
    name: "calls an unknown function",
    of: ({ from, verdict }) => from.openCalls > 0 && verdict?.general !== true,
    doubt: "nothing is said of one of its functions",
  },
  { name: "in an example", of: ({ document, formula }) => Passages.of(document).isOwn(formula.span.start), doubt: "it belongs to an example" }, // prettier-ignore
  // What stands beside it.
  { name: "holds beside", of: ({ company }) => Math.min(company.holdsBeside, 3) / 3 },
  { name: "findings beside", of: ({ company }) => Math.min(company.findingsBeside - 1, 3) / 3, doubt: "much beside it does not hold as it is read" }, // prettier-ignore
  { name: "long note", of: ({ document }) => document.formulas.length > 300 },
  { name: "holds in the note", of: ({ company }) => Math.min(company.holds, 20) / 20 },
  { name: "findings in the note", of: ({ company }) => Math.min(company.findings - 1, 10) / 10, doubt: "much in this note does not hold as it is read" }, // prettier-ignore
  { name: "share that holds", of: ({ company }) => company.holds / (company.holds + company.findings) },
  // Shapes that do not fit.
  { name: "shapes", of: ofShapes },
  { name: "shapes: no sizes fit", of: ({ problem }) => UNFIT.test(problem.message) },
  { name: "shapes: no sizes fit, transposed", of: ({ problem }) => UNFIT.test(problem.message) && /should (?:not )?be transposed/.test(problem.message) }, // prettier-ignore
  { name: "shapes: other than said", of: ({ problem }) => /it is said to be|is declared/.test(problem.message) },
  { name: "shapes: misfits beside", of: (c) => (ofShapes(c) ? Math.min(c.company.misfitsBeside - 1, 3) / 3 : 0), doubt: "more than one thing in it does not fit as it is read" }, // prettier-ignore
  { name: "shapes: misfits in the note", of: (c) => (ofShapes(c) ? Math.min(c.company.misfits - 1, 8) / 8 : 0), doubt: "much in this note does not fit as it is read" }, // prettier-ignore
  { name: "shapes: power", of: ({ problem }) => /^The power/.test(problem.message) },
  { name: "shapes: inverse", of: ({ problem }) => /^`inv/.test(problem.message) },
  { name: "shapes: in a claim", of: (c) => ofShapes(c) && c.formula.statement.kind === "claim" },
  { name: "shapes: alone", of: (c) => ofShapes(c) && c.formula.statement.kind === "query" },
  { name: "shapes: product of two names", of: ({ problem, sides }) => problem.clash !== undefined && problem.clash.sign !== "=" && sides.length === 2 && lettersIn([sides[0]!]).size > 0 && [...lettersIn([sides[0]!])].every((n) => !lettersIn([sides[1]!]).has(n)) }, // prettier-ignore
  { name: "shapes: sizes said near by", of: (c) => ofShapes(c) && Math.min(related(c, true), 2) / 2 },
  { name: "shapes: product, sizes said near by", of: (c) => ofShapes(c) && c.problem.clash?.sign !== "+" && !/\\times(?![a-z])|×/.test(c.source) && related(c, true) >= 2 && related(c, false) === 0 && !/does not fit: with |two (?:columns|rows)/.test(c.problem.message) }, // prettier-ignore
  { name: "shapes: sizes said elsewhere", of: (c) => ofShapes(c) && related(c, false) > 0, doubt: "its sizes are said in another section" }, // prettier-ignore
  { name: "shapes: sum", of: ({ problem }) => problem.clash?.sign === "+" || problem.clash?.sign === "-" || problem.clash?.sign === "−", doubt: "one of its terms may be spread over the other" }, // prettier-ignore
  { name: "shapes: in a function", of: ({ problem }) => problem.code === "dimension-mismatch" && /does not fit: with /.test(problem.message), doubt: "the function may be of another argument" }, // prettier-ignore
  { name: "shapes: numbers", of: (c) => ofShapes(c) && c.sides.some((s) => lettersIn([s]).size === 0) },
  { name: "shapes: not square", of: ({ problem }) => problem.code === "not-square" || problem.code === "not-scalar" },
  { name: "shapes: two columns", of: ({ problem }) => /multiplies two (?:columns|rows)/.test(problem.message) },
  { name: "sides of different shape", of: ({ equation, formula: { scope } }) => equation !== undefined && [...lettersIn([equation.left])].some((n) => { const v = scope.variables.get(n); return v !== undefined && !isScalar(v.shape); }) }, // prettier-ignore
  { name: "said in another item", of: (c) => c.from.inOtherItems > 0 && !isIdentityOnceMended(c), doubt: "what was said in another item of a list may not be meant" }, // prettier-ignore
  { name: "no slip, and sizes guessed", of: (c) => isVague(c) && c.from.guessedArrays > 0, doubt: "the sizes of its names are guessed" }, // prettier-ignore
  { name: "no slip, and a function", of: (c) => isVague(c) && c.from.calls + c.from.openCalls > 0, doubt: "what was said of a function may not be meant" }, // prettier-ignore
  { name: "shapes: spread", of: ({ problem }) => /is not spread over/.test(problem.message), doubt: "a number may be meant for every entry" }, // prettier-ignore
  { name: "an identity but for one symbol", of: isIdentityOnceMended },
  { name: "slip in a derivative", of: (c) => isClear(c) && c.equation?.kind === "derivative" },
  { name: "slip beside a transpose", of: and(isClear, opIs("transpose")) },
  { name: "slip among what holds", of: (c) => isClear(c) && c.company.holds > 0 && c.company.holds / (c.company.holds + c.company.findings) >= 0.7 }, // prettier-ignore
  { name: "shapes: vectors of one size", of: ({ problem }) => problem.clash?.parts.length === 2 && problem.clash.parts.every((p) => isVector(p.shape) && sameShape(p.shape, problem.clash!.parts[0]!.shape)), doubt: "a product of two vectors may be one of another kind" }, // prettier-ignore
  { name: "shapes: in a case", of: (c) => ofShapes(c) && CASES.some((g) => g.is(c.stated)), doubt: "the words before it may use its letters anew" }, // prettier-ignore
];

/** The values of all features, in their order. */
export function featuresOf(finding: Finding): readonly number[] {
  const sides = partsOf(finding);
  const source = sourceOf(finding);
  const isFirst = finding.equation !== undefined && firstLink(finding);
  const c: Case = {
    ...finding,
    sides,
    source,
    stated: { source, sides, isFirst, ...wordsAround(finding), note: finding.document.words },
    from: provenanceOf(sides, finding.formula, finding.document),
  };
  return FEATURES.map((f) => Number(f.of(c)));
}
