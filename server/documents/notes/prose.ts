import type { Span } from "../../core/ast";
import type { Dim } from "../../core/dimension";
import { ONE } from "../../core/dimension";
import type { Property } from "../../core/scope";
import { SCALAR, type Shape } from "../../core/shape";
import { type DeclaredName, declaredNames } from "../../language/latex/sentence";
import { shapeSet, sizes } from "../../language/latex/sets";
import type { Knowledge } from "../../language/latex/read";
import type { Piece } from "../../language/latex/pieces";

/** A formula in a paragraph: where it is, and what stands in it where it is a single sentence. */
export interface Inline {
  readonly span: Span;
  readonly pieces: readonly Piece[] | undefined;
  /** From an offset in the formula's text to one in the document. */
  readonly start: number;
}

/** What the words around formulas say of names. */
export interface Told {
  readonly names: readonly DeclaredName[];
  /** From where on in the document it is known: the end of the phrase. */
  readonly at: number;
  /** To add to the spans of `names`. */
  readonly start: number;
  readonly shape?: Shape;
  readonly kind?: "vector" | "matrix" | "scalar" | "function" | "row";
  readonly square?: boolean;
  /** It is introduced anew (`given any matrix A`): what was known of it before is gone. */
  readonly anew?: boolean;
  readonly properties: readonly Property[];
  readonly rowsSpan?: Span;
  readonly colsSpan?: Span;
}

const PROPERTY: readonly (readonly [RegExp, Property])[] = [
  [/\bpositive[- ]semi-?\s?definite\b|\bPSD\b|\bnon-?negative definite\b/i, "psd"],
  [/\bpositive[- ]definite\b|\bSPD\b/i, "posdef"],
  [/\b(?:skew|anti)-?\s?symmetric\b/i, "skew"],
  [/(?<!(?:skew|anti|non|not)[- ]?|\ba-)\bsymmetric\b/i, "symmetric"],
  [/(?<!(?:block|non)[- ]?)\bdiagonal\b/i, "diagonal"],
  [/\borthogonal\b|\borthonormal matrix\b/i, "orthogonal"],
  [/\binvertible\b|\bnon-?singular\b|\bfull[- ]rank square\b/i, "invertible"],
  [/\blower[- ]triangular\b/i, "lower"],
  [/\bupper[- ]triangular\b/i, "upper"],
];

/** Words of properties that follow one, up to the noun. */
const FURTHER =
  /^(?:,? (?:and )?(?:positive|(?:semi-?)?definite|symmetric|invertible|orthogonal|diagonal|triangular|lower|upper|non-?singular|square|matri(?:x|ces))\b)*/i;

/** Letters and numbers that count entries; other letters are as long as an arrow. */
const SIZES = /^(?:\d+|[A-Z]|[dhkmnpq]|\p{L}.+)$/u;

const ARROWS = /\b(?:angles?|directions?|arrows?|radius|magnitude|axis|axes)\b/i;

/** Characters of a paragraph that is listened to. */
const MOST_WORDS = 8_000;

/** A hole for a formula in the words of a paragraph: ⟦number⟧. */
const HOLE = /⟦(\d+)⟧/g;
const NAMES = "((?:⟦\\d+⟧(?: ?,? ?(?:and|&|,) ?)?){1,8})";

const KIND = "(?:row |column )?(?:vector|matri(?:x|ces)|scalar|(?:real )?number|constant)s?";
const ADJ = "(?:[\\w-]+,? (?:and )?){0,4}?";
/** Adjectives between a size and its noun: no word that begins something else. */
const ADJ_OF_SIZE = `(?:(?!(?:and|or|with|is|are|of|in|for|on|the|where|two|three|such|be|to|that) )[\\w-]+,? (?:and )?){0,4}?`;
/** `m \times n`, `m` by `n`, `m`-by-`n`; two groups. */
const SIZE = "(⟦\\d+⟧)(?:[- ]?(?:by|×|x)[- ]?(⟦\\d+⟧))?";
/** "an m × n (symmetric) matrix A", "an n-dimensional vector x", "two n-vectors x and y" */
const SIZED = new RegExp(`${SIZE}([- ]dimensional)?([- ]) ?(${ADJ_OF_SIZE}${KIND}) ${NAMES}`, "gi");
/** Nouns of what is a vector where it has a dimension. */
const VECTORS =
  "(?:input|output|state|embedding|feature|point|observation|parameter|signal|sample|gradient|representation|activation|variable|code|direction)";
/** "a d-dimensional hidden state h" */
const DIMENSIONAL = new RegExp(`(⟦\\d+⟧)[- ]dimensional (${ADJ_OF_SIZE}${VECTORS}s?) ${NAMES}`, "gi");
/** "A is an m × n matrix", "A be an m × n matrix", "A is m × k" */
const IS_SIZED = new RegExp(
  `${NAMES} ?(?:(?:is|are|be|being|as|denotes?|represents?) (?:(?:an?|the|both|all|some) )?|an? )(${ADJ})${SIZE}(?:[- ]dimensional)?[- ]? ?(${ADJ_OF_SIZE}${KIND})?`,
  "gi",
);
/** "a vector x of length n", "X of size m × n", "x is a vector of dimension n", "a matrix A of shape (m, n)" */
const OF_SIZE = new RegExp(
  `(?:(${KIND}) )?${NAMES} ?(?:(?:is|are|be) (?:an? )?(${ADJ}${KIND}) )?,? ?(?:of|with|has|have|having) (?:the )?(?:size|shape|dimensions?|dimensionality|length|order)s? (?:of )?\\(?(⟦\\d+⟧)(?: ?(?:[×x,]|by) ?(⟦\\d+⟧)(?! ?(?:has|have|having|is|are|be|of|with)\\b))?`,
  "gi",
);
/** A further size behind another one, or in front of it. */
const MORE_BEHIND = new RegExp(`^ ?(?:, ?(?:and )?|and |& ?)${SIZE}(?! ?(?:=|is|are|be)\\b)`, "i");
const MORE_BEFORE = new RegExp(`${SIZE}(?: ?,)? ?(?:and |& ?)?(?:an? )?$`, "i");
/** "the dimensions of W are m × n" */
const SIZE_OF = new RegExp(
  `\\b(?:size|shape|dimensions?)s? of (?:the )?(?:${KIND} )?${NAMES} ?(?:is|are|be) ${SIZE}`,
  "gi",
);
/** "x has d entries", "a vector x with 3 components" */
const ENTRIES = new RegExp(
  `${NAMES} ?(?:(?:is|are|be) an? (?:${ADJ}(?:column|row|vector)) )?(?:with|has|have|having|contains?) (⟦\\d+⟧) (?:entries|components|elements|coordinates|dimensions)\\b`,
  "gi",
);
/** "X has n rows and d columns", "X (n rows, d columns)" */
const ROWS_AND_COLUMNS = new RegExp(
  `${NAMES} ?(?:(?:is|are|be) an? (?:${ADJ}matri(?:x|ces)) )?(?:(?:with|has|have|having) |\\()(⟦\\d+⟧) rows(?:,| and|, and) (⟦\\d+⟧) columns`,
  "gi",
);
/** "x is a vector in R^n", "a vector x in R^n", "matrix A in R^{m×n}" */
const IN_SPACE = new RegExp(
  `${NAMES} ?(?:(?:is|are|be) (?:an? )?(?:${ADJ}${KIND}|element) )?(?:in|from|of|lies in|belongs to) (?:the (?:space|set) )?(⟦\\d+⟧)`,
  "gi",
);
/** The last word of a property, whatever stands before it ("positive", "upper"). */
const PROPERTY_WORD =
  "(?:(?:skew|anti)-?)?symmetric|definite|semi-?definite|invertible|orthogonal|diagonal|non-?singular|triangular";
/** "A is (a) symmetric (matrix)", "let S be positive definite", "the matrix A is invertible" */
const IS_KIND = new RegExp(
  `${NAMES} ?(?:is|are|be) (?:(?:an?|both|all|also|always|any|assumed to be) )*((?:[\\w-]+,? (?:and )?){0,5}?)(${KIND}|${PROPERTY_WORD}|PSD|SPD|square)\\b`,
  "gi",
);
/** "with W diagonal", "for S symmetric and invertible" */
const WITH_PROPERTY = new RegExp(
  `\\b(?:with|for|where|assuming) ${NAMES} ?((?:[\\w-]+,? (?:and )?){0,2}?(?:${PROPERTY_WORD}))\\b`,
  "gi",
);
/** "for symmetric A", "with positive definite S and invertible B" */
const PROPERTY_OF = new RegExp(
  `\\b(?:with|for|where|assuming|given|let|take|consider|and) (?:any |all |some |an? )?((?:[\\w-]+,? (?:and )?){0,2}?(?:${PROPERTY_WORD})) ${NAMES}`,
  "gi",
);
/** "a symmetric matrix S", "two vectors x and y" */
const KIND_OF = new RegExp(
  `\\b((?:[\\w-]+,? (?:and )?){0,3}?)(vectors?|matri(?:x|ces)|scalars?|row vectors?|column vectors?) ${NAMES}`,
  "gi",
);
/** "let f be a function" */
const LET_FUNCTION =
  /\b(?:let|suppose|assume|consider) (?:that )?(⟦\d+⟧) (?:be|is) (?:an?|some|any) (?:[\w-]+ ){0,4}?(?:function|map|mapping)\b/gi;

/** Words without the signs of emphasis and links: `**symmetric**`, `[symmetric](…)`, `[[Symmetric matrix|symmetric]]`. */
const plainWords = (text: string): string =>
  text.replace(/[*_~]{1,3}(?=\S)|(?<=\S)[*_~]{1,3}|\[\[[^\]|[]*\||\]\([^)]*\)|[[\]]/g, (m) => " ".repeat(m.length));

/**
 * Reads declarations in words: `an $m \times n$ matrix $A$`, `$x$ is a vector of length $n$`, `let $S$ be symmetric`,
 * `$A$ is $m \times k$`. Careful: only phrases that leave no doubt count.
 */
export function readProse(text: string, formulas: readonly Inline[], span: Span, know: Knowledge): Told[] {
  let words = "";
  let from = span.start;
  formulas.forEach((f, i) => {
    words += plainWords(text.slice(from, f.span.start));
    words += `⟦${i}⟧`;
    from = f.span.end;
  });
  words += plainWords(text.slice(from, span.end));
  // One space between words, and no more words than a paragraph has: the patterns below look at every place.
  words = words.replace(/\s+/g, " ");
  if (formulas.length === 0 || words.length > MOST_WORDS) return [];
  const out: Told[] = [];

  const holes = (s: string): Inline[] => [...s.matchAll(HOLE)].map((m) => formulas[Number(m[1])]!);
  const offset = (group: string): number => Math.max(...holes(group).map((h) => h.span.end));
  const namesIn = (group: string): { names: DeclaredName[]; start: number; after: number }[] =>
    holes(group).flatMap((h) => {
      // `$S \in \mathbb{R}^{n\times n}$ is symmetric`: the name is what stands before the sign.
      const sign = h.pieces?.findIndex((p) => p.kind === "mark" && p.mark === "r") ?? -1;
      const member = sign > 0 && (h.pieces![sign] as Piece & { kind: "mark" }).value === "\\in";
      const names =
        h.pieces === undefined ? undefined : declaredNames(member ? h.pieces.slice(0, sign) : h.pieces, know);
      return names === undefined ? [] : [{ names, start: h.start, after: member ? 1 : 0 }];
    });
  const place = (h: Inline, s: Span): Span => ({ start: h.start + s.start, end: h.start + s.end });
  const sizeIn = (hole: string): { dims: { dim: Dim; span: Span }[] } | undefined => {
    const h = holes(hole)[0];
    if (h?.pieces === undefined) return undefined;
    const found = sizes(h.pieces);
    return found === undefined ? undefined : { dims: found.map((d) => ({ dim: d.dim, span: place(h, d.span) })) };
  };
  const tell = (
    group: string,
    more: Omit<Told, "names" | "at" | "start" | "properties"> & { readonly properties?: readonly Property[] },
  ): void => {
    // What the formula itself declares comes first; "where t is a row" holds from the beginning of its sentence on.
    const early = sentenceStart(group);
    for (const { names, start, after } of namesIn(group))
      out.push({ names, start, at: early ?? offset(group) + after, properties: [], ...more });
  };
  /** Where the first formula of a sentence begins that says what its letters are behind `where`. */
  const sentenceStart = (group: string): number | undefined => {
    const at = words.indexOf(group);
    const own = words.slice(Math.max(...[". ", "; ", ": "].map((sign) => words.lastIndexOf(sign, at))) + 1, at);
    if (!/\b(?:where|here|in which)\b/i.test(own)) return undefined;
    return holes(own)[0]?.span.start;
  };
  const propertiesOf = (s: string): Property[] => PROPERTY.filter(([p]) => p.test(s)).map(([, p]) => p);
  const shapeFrom = (
    dims: readonly { dim: Dim; span: Span }[],
    kind: string,
  ): { shape?: Shape; rowsSpan?: Span; colsSpan?: Span } => {
    if (dims.length === 2)
      return { shape: { rows: dims[0]!.dim, cols: dims[1]!.dim }, rowsSpan: dims[0]!.span, colsSpan: dims[1]!.span };
    if (dims.length === 1 && /vector|column/.test(kind)) {
      return /row/.test(kind)
        ? { shape: { rows: ONE, cols: dims[0]!.dim }, colsSpan: dims[0]!.span }
        : { shape: { rows: dims[0]!.dim, cols: ONE }, rowsSpan: dims[0]!.span };
    }
    if (dims.length === 1 && /square|symmetric|matri/.test(kind))
      return { shape: { rows: dims[0]!.dim, cols: dims[0]!.dim }, rowsSpan: dims[0]!.span, colsSpan: dims[0]!.span };
    return {};
  };
  const each = (pattern: RegExp, f: (m: RegExpMatchArray) => void): void => {
    for (const m of words.matchAll(pattern)) f(m);
  };
  /** Whether the phrase at `at` hangs on a condition: `if A is m × k`. */
  const conditional = (at: number): boolean => {
    const before = words.slice(Math.max(0, at - 160), at);
    return /\b(?:if|when|whenever|unless|whether)\b[^.;:]*$/i.test(before);
  };
  /** Of a list in front of a singular verb or behind a singular noun only the nearest name is meant. */
  const nearest = (group: string, singular: boolean, end: "first" | "last"): string => {
    const all = [...group.matchAll(HOLE)].map((x) => x[0]);
    return !singular || all.length < 2 ? group : end === "first" ? all[0]! : all.at(-1)!;
  };
  const hedge = (before: string): boolean =>
    /\b(?:not|if|when|whether|each|every|any|is|are|was|of a|times|by|with|suppose not|product of)\s*$/i.test(before);

  const bothIn = (first: string, second: string | undefined): { dim: Dim; span: Span }[] | undefined => {
    const [a, b] = [sizeIn(first), second === undefined ? undefined : sizeIn(second)];
    if (a === undefined || (second !== undefined && (b?.dims.length !== 1 || a.dims.length !== 1))) return undefined;
    return [...a.dims, ...(b?.dims ?? [])];
  };
  interface Said {
    readonly dims: readonly { dim: Dim; span: Span }[];
  }
  const sizesAt = (first: string, second: string | undefined, count: number): Said | undefined => {
    const dims = bothIn(first, second);
    return dims?.length === count ? { dims } : undefined;
  };
  /** Further sizes behind a phrase, `of size m × n and n × p`: as many as there are. */
  const sizesBehind = (m: RegExpMatchArray, count: number): readonly Said[] => {
    const out: Said[] = [];
    let rest = words.slice((m.index ?? 0) + m[0].length);
    for (let next = MORE_BEHIND.exec(rest); next !== null; next = MORE_BEHIND.exec(rest)) {
      const said = sizesAt(next[1]!, next[2], count);
      if (said === undefined) break;
      out.push(said);
      rest = rest.slice(next[0].length);
    }
    return out;
  };
  /** Sizes in front of a phrase, `m × n and n × p matrices`. */
  const sizesBefore = (m: RegExpMatchArray, count: number): readonly Said[] => {
    const out: Said[] = [];
    let rest = words.slice(Math.max(0, (m.index ?? 0) - 160), m.index);
    for (let next = MORE_BEFORE.exec(rest); next !== null; next = MORE_BEFORE.exec(rest)) {
      const said = sizesAt(next[1]!, next[2], count);
      if (said === undefined) break;
      out.unshift(said);
      rest = rest.slice(0, next.index);
    }
    return out;
  };
  /** Tells one size of all names, or of several sizes each to its name; where they are not as many, nothing. */
  const tellSizes = (
    group: string,
    sizes: readonly Said[],
    kind: string,
    more: { readonly properties?: readonly Property[] } = {},
  ): void => {
    const names = [...group.matchAll(HOLE)].map((x) => x[0]);
    if (sizes.length === 1) tell(group, { ...shapeFrom([...sizes[0]!.dims], kind), ...more });
    else if (sizes.length === names.length)
      names.forEach((n, i) => tell(n, { ...shapeFrom([...sizes[i]!.dims], kind), ...more }));
  };
  each(SIZED, (m) => {
    const [, first, second, dimensional, joint, noun, names] = m;
    const dims = bothIn(first!, second);
    // "n vectors" are so many of them.
    if (dims === undefined || (dims.length === 1 && dimensional === undefined && joint !== "-")) return;
    if (conditional(m.index ?? 0)) return;
    const sizes = [...sizesBefore(m, dims.length), { dims }];
    tellSizes(nearest(names!, !/s$|ces$/i.test(noun!.trim()), "first"), sizes, noun!, {
      properties: propertiesOf(noun!),
    });
  });
  each(DIMENSIONAL, (m) => {
    const size = sizeIn(m[1]!);
    if (size?.dims.length !== 1 || conditional(m.index ?? 0)) return;
    tell(nearest(m[3]!, !/s$/i.test(m[2]!.trim()), "first"), shapeFrom(size.dims, "vector"));
  });
  each(SIZE_OF, (m) => {
    const dims = bothIn(m[2]!, m[3]);
    if (dims?.length === 2 && !conditional(m.index ?? 0)) tellSizes(m[1]!, [{ dims }, ...sizesBehind(m, 2)], "matrix");
  });
  each(ENTRIES, (m) => {
    const size = sizeIn(m[2]!);
    if (size?.dims.length !== 1 || conditional(m.index ?? 0)) return;
    tell(nearest(m[1]!, / has /i.test(m[0]), "last"), shapeFrom(size.dims, "vector"));
  });
  each(ROWS_AND_COLUMNS, (m) => {
    const dims = bothIn(m[2]!, m[3]);
    if (dims?.length === 2 && !conditional(m.index ?? 0)) tell(nearest(m[1]!, true, "last"), shapeFrom(dims, "matrix"));
  });
  each(IS_SIZED, (m) => {
    const dims = bothIn(m[3]!, m[4]);
    if (dims === undefined || conditional(m.index ?? 0)) return;
    // "an m × n matrix A and an n × p matrix B": the second size is that of B.
    if (/(?:and|&) ?$/i.test(m[1]!) && /^an? /i.test(m[0].slice(m[1]!.length))) return;
    // "E is a matrix, x a vector": the second is no size of the first.
    if (/,|vector|matri|scalar|number/i.test(m[2] ?? "")) return;
    const kind = `${m[2] ?? ""} ${m[5] ?? ""}`;
    m[1] = nearest(m[1]!, /\bis\b/.test(m[0].slice(m[1]!.length, m[1]!.length + 6)), "last");
    if (dims.length === 2 && (m[5] !== undefined || /^\s*$/.test(m[2] ?? "")))
      tellSizes(m[1]!, [{ dims }, ...sizesBehind(m, 2)], kind, { properties: propertiesOf(kind) });
    else if (dims.length === 1 && m[5] !== undefined && /dimensional|vector|square/i.test(m[0]))
      tell(m[1]!, { ...shapeFrom(dims, kind), properties: propertiesOf(kind) });
  });
  each(OF_SIZE, (m) => {
    const first = sizeIn(m[4]!);
    if (first === undefined || conditional(m.index ?? 0)) return;
    const kind = `${m[1] ?? ""} ${m[3] ?? ""}`;
    const second = m[5] === undefined ? undefined : sizeIn(m[5]);
    const dims = [...first.dims, ...(second?.dims ?? [])];
    const isLength = /length/i.test(m[0]);
    // "w is of length s, at an angle": the length of an arrow.
    if (isLength && !SIZES.test(dims[0]!.dim.key) && ARROWS.test(words)) return;
    if (dims.length === 2 || isLength || /vector/.test(kind))
      tellSizes(m[2]!, [{ dims }, ...sizesBehind(m, dims.length)], isLength ? "vector" : kind, {
        properties: propertiesOf(kind),
      });
  });
  each(IN_SPACE, (m) => {
    const h = holes(m[2]!)[0];
    const set = h?.pieces === undefined ? undefined : shapeSet(h.pieces);
    if (h === undefined || set === undefined || set.shape === SCALAR || conditional(m.index ?? 0)) return;
    tell(m[1]!, {
      shape: set.shape,
      properties: set.properties.map((p) => p.property),
      ...(set.rowsSpan === undefined ? {} : { rowsSpan: place(h, set.rowsSpan) }),
      ...(set.colsSpan === undefined ? {} : { colsSpan: place(h, set.colsSpan) }),
    });
  });
  each(IS_KIND, (m) => {
    if (
      /\b(?:not|no|if|when|whether|function|valued|product|inverse|transpose|determinant|trace|number of|entry|element|derivative|only|either|of)\b/i.test(
        m[2]!,
      )
    )
      return;
    // "symmetric positive definite": the words go on.
    const rest = FURTHER.exec(words.slice((m.index ?? 0) + m[0].length, (m.index ?? 0) + m[0].length + 60))![0];
    const own = `${m[2]!}${m[3]!}${rest}`;
    m[1] = nearest(m[1]!, /^\s*is\b/.test(m[0].slice(m[1]!.length)), "last");
    const properties = conditional(m.index ?? 0) ? [] : propertiesOf(own);
    const kind = /matri/i.test(m[3]!)
      ? "matrix"
      : /row vector/i.test(own)
        ? "row"
        : /vector/i.test(m[3]!)
          ? "vector"
          : /scalar|number/i.test(m[3]!)
            ? "scalar"
            : undefined;
    if (properties.length === 0 && kind === undefined && !/square/i.test(own)) return;
    tell(m[1]!, {
      properties,
      ...(kind === undefined ? {} : { kind }),
      ...(/\bsquare\b/i.test(own) ? { square: true } : {}),
    });
  });
  const hasProperty = (group: string, said: string, at: number): void => {
    const properties = propertiesOf(said);
    if (properties.length === 0 || /\b(?:not|no|non|is|are)\b/i.test(said) || conditional(at)) return;
    tell(group, { properties });
  };
  each(WITH_PROPERTY, (m) => hasProperty(m[1]!, m[2]!, m.index ?? 0));
  each(PROPERTY_OF, (m) => hasProperty(m[2]!, m[1]!, m.index ?? 0));
  each(KIND_OF, (m) => {
    const before = words.slice(Math.max(0, (m.index ?? 0) - 20), m.index);
    const plural = /s$|ces$/i.test(m[2]!);
    m[3] = nearest(m[3]!, !plural, "first");
    if (hedge(m[1]!.trim().split(/\s+/).slice(0, 1).join(" ") + " ") && /\b(?:not)\b/i.test(m[1]!)) return;
    // "the scalar f over matrix X": each belongs to its own noun, which the pattern gives.
    const properties = /\b(?:if|non|not)\b/i.test(before + m[1]!) ? [] : propertiesOf(`${m[1]!} ${m[2]!}`);
    const kind = /matri/i.test(m[2]!)
      ? "matrix"
      : /row/i.test(m[2]!)
        ? "row"
        : /vector/i.test(m[2]!)
          ? "vector"
          : "scalar";
    const anew =
      /\b(?:an?|any|given|let|consider|suppose|every|each|some|arbitrary|two|three|generic|general)\s*$/i.test(
        before,
      ) || /^(?:an?|any|given|every|each|some|arbitrary|two|three|generic|general|random)\b/i.test(m[1]!);
    const spoiled = conditional(m.index ?? 0);
    tell(m[3]!, {
      kind,
      properties: spoiled ? [] : properties,
      ...(anew && !spoiled ? { anew } : {}),
      ...(/\bsquare\b/i.test(m[1]!) ? { square: true } : {}),
    });
  });
  each(LET_FUNCTION, (m) => tell(m[1]!, { kind: "function" }));
  return out.sort((a, b) => a.at - b.at);
}
