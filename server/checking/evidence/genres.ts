import { children, type Expr, someNode } from "../../core/ast";
import { hasDecimals, hasNames } from "../varying";

/** What a formula of a note may be beside a claim. */
export type GenreName =
  | "condition"
  | "condition behind"
  | "substitution"
  | "introduction"
  | "quotation"
  | "to be shown"
  | "denial"
  | "assignment"
  | "arithmetic"
  | "rounded"
  | "definition"
  | "list"
  | "columns"
  | "words"
  | "another algebra"
  | "complex numbers";

/** What the genre of a statement is told by. */
export interface Stated {
  /** Its source, and both its sides. */
  readonly source: string;
  readonly sides: readonly Expr[];
  /** Whether it is the first link of its chain. */
  readonly isFirst: boolean;
  /** The words of the sentence in front of its formula, and behind it. */
  readonly lead: string;
  readonly tail: string;
  /** All words of its note. */
  readonly note: string;
}

/** A genre: how it is told, and why a statement of it need not be true as it stands. */
export interface Genre {
  readonly name: GenreName;
  readonly is: (s: Stated) => boolean;
  readonly doubt?: string;
}

/** Matrices of whole numbers have no units and are not rounded. */
const isOfWholeMatrices = (e: Expr): boolean =>
  someNode(e, (n) => n.kind === "literal" && n.rows.flat().length > 1) && !hasDecimals(e);

const CONDITION = /\b(?:if|iff|when|whenever|assum\w*|suppos\w*|given|provided|unless|constraints?|constrained|subject to|such that|satisf\w*|holds?|requires?|must|should|condition\w*|impl(?:y|ies)|follows from|whether|exactly|necessary|sufficient)\b/i; // prettier-ignore
const BEHIND = /^[,;\s]*(?:for|where|with|implies|holds)\b|\b(?:if|iff|when|whenever|assuming|provided|unless|subject to|such that|holds)\b/i; // prettier-ignore
const SUBSTITUTION = /\b(?:setting|substitut\w*|plug\w*|insert\w*|choos\w*|evaluat\w*|values?|approximat\w*|roughly)\b/i; // prettier-ignore
const INTRODUCTION = /\b(?:let|set|with|where|at|for|using|about)\b/i;
const QUOTATION = /\b(?:mistakes?|wrong\w*|incorrect\w*|common errors?|erroneous\w*|careful|fallacy|not (?:in general )?(?:equal|true|hold)|misconceptions?|pitfalls?|undefined|not (?:well )?defined|instead of|mismatch\w*)\b/i; // prettier-ignore
const TO_SHOW = /\b(?:prove|show that|verify|check|exercise|claim|question|want|goal|wish|hope|guess|solve|find|hypothesis)\b/i; // prettier-ignore
const ASSIGNMENT = /:=|\\(?:gets|leftarrow|coloneqq|mapsto|to|Rightarrow|implies|iff|approx|simeq|sim|propto|cong|doteq|equiv)(?![a-z])|≈|←|→/; // prettier-ignore
const WORDS = /\\(?:text|mbox|textrm|hbox|textbf|textit)\s*\{[^}]*[a-zA-Z]{2}/;
const MATRIX = /\\begin\{([a-zA-Z]*)matrix\}[\s\S]*?\\end\{\1matrix\}/g;
/** A row that goes on has nothing in its first column. */
const FIRST_CELL = /\\\\\s*&/g;
const ARRAY = /\\begin\{array\}(?:(?!\\begin\{)[\s\S])*?\\end\{array\}/;
/** A source without the arrays in it, the innermost first. */
function withoutArrays(source: string): string {
  let out = source;
  for (let i = 0; i < MOST_ARRAYS && ARRAY.test(out); i++) out = out.replace(ARRAY, "");
  return out;
}
const MOST_ARRAYS = 16;
const ALGEBRAS = /\b(?:quaternion|octonion|geometric algebra|clifford|grassmann|wedge|differential forms?|exterior|modulo|mod \d|finite field|group of|permutation|homomorphism|isomorphi|coset|subgroup|integral domain|field extension|\\mathbb\s*\{?Z\}?_|boolean|tropical|it[oô]'?s? (?:lemma|calculus|formula)|stochastic differential|brownian)/i; // prettier-ignore
const COMPLEX =
  /\b(?:complex|imaginary|euler's formula|fourier|unitary|hermitian)\b|\\mathbb\s*\{?C\}?|i\^2\s*=\s*-\s*1/i;
/** Whether a whole note speaks of something, looked for once and not for each statement. */
function speaksOf(what: RegExp): (note: string) => boolean {
  let last: { readonly note: string; readonly found: boolean } | undefined;
  return (note) => (last?.note === note ? last : (last = { note, found: what.test(note) })).found;
}
const speaksOfAlgebras = speaksOf(ALGEBRAS);
const speaksOfComplex = speaksOf(COMPLEX);
const IMAGINARY: ReadonlySet<string> = new Set(["i", "j"]);

/** Whether a letter that may be the imaginary unit stands for a number, and not for an index. */
const hasImaginary = (e: Expr): boolean =>
  e.kind === "name"
    ? IMAGINARY.has(e.name)
    : e.kind === "sumover" && IMAGINARY.has(e.variable)
      ? false
      : (e.kind === "index" ? [e.base] : children(e)).some(hasImaginary);

/** All genres that are told apart. A statement may have the marks of several. */
export const GENRES: readonly Genre[] = [
  { name: "condition", is: ({ lead }) => CONDITION.test(lead), doubt: "the words before it may make it a condition" },
  { name: "condition behind", is: ({ tail }) => BEHIND.test(tail), doubt: "the words behind it may restrict it" },
  { name: "substitution", is: ({ lead }) => SUBSTITUTION.test(lead), doubt: "a value may have been put in" },
  { name: "introduction", is: ({ lead }) => INTRODUCTION.test(lead) },
  {
    name: "quotation",
    is: ({ lead, tail }) => QUOTATION.test(`${lead} ${tail}`),
    doubt: "the text may quote it as a mistake",
  },
  { name: "to be shown", is: ({ lead }) => TO_SHOW.test(lead), doubt: "it may be a question to the reader" },
  { name: "denial", is: ({ source }) => /\\neq?(?![a-z])|\\not(?![a-z])|≠/.test(source), doubt: "it says that something is not so" }, // prettier-ignore
  { name: "assignment", is: ({ source }) => ASSIGNMENT.test(source), doubt: "it may be an assignment or an estimate" },
  {
    name: "arithmetic",
    is: ({ sides }) => sides.length > 0 && !sides.some(hasNames) && !sides.some(isOfWholeMatrices),
    doubt: "it is arithmetic, which may be rounded or have units",
  },
  { name: "rounded", is: ({ sides }) => sides.some(hasDecimals), doubt: "its numbers may be rounded" },
  {
    name: "definition",
    is: ({ sides, isFirst }) => isFirst && sides[0]?.kind === "name",
    doubt: "it may define what stands on its left",
  },
  {
    name: "list",
    is: ({ source }) => /\\q?quad(?![a-z])|(?<!\\),\s*\\(?:;|,|\s)/.test(source),
    doubt: "it may be a list of statements",
  },
  {
    name: "columns",
    is: ({ source }) => (withoutArrays(source.replace(MATRIX, "")).replace(FIRST_CELL, "").match(/(?<!\\)&/g) ?? []).length > 1, // prettier-ignore
    doubt: "the columns of its display may be statements of their own",
  },
  { name: "words", is: ({ source }) => WORDS.test(source), doubt: "words in the formula were not understood" },
  {
    name: "another algebra",
    is: ({ note }) => speaksOfAlgebras(note),
    doubt: "its signs may be those of another algebra than that of matrices",
  },
  {
    name: "complex numbers",
    is: ({ note, sides }) => sides.some(hasImaginary) && speaksOfComplex(note),
    doubt: "a letter of it may be the imaginary unit",
  },
];
