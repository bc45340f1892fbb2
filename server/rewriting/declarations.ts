import { PROPERTIES, type Property } from "../core/scope";
import { plainText } from "./plainText";
import { withoutEnd } from "./tidy";

/** What a declaration in words or signs says of one name. */
export interface Declared {
  readonly name: string;
  /** As it stands behind `R`: `^n`, `^(m×n)`, nothing for a scalar; absent where only properties are said. */
  readonly size?: string;
  readonly properties: readonly Property[];
}

const NAME = String.raw`[\p{L}](?:[\p{L}\p{Nd}\u2080-\u2089])*(?:_[\p{L}\p{Nd}]+)?`;
const NAMES = String.raw`${NAME}(?: ?(?:,|&|\band\b) ?${NAME})*`;
const DIM = String.raw`[\p{L}\p{Nd}]+(?: ?[-+*] ?[\p{L}\p{Nd}]+)*`;

/** Words that can be no names at the beginning of a clause. */
const NO_NAMES = new Set([
  "a", "an", "the", "is", "be", "are", "in", "of", "matrix", "vector", "scalar", "real", "symmetric", "with", "and", "let", "where",
  "given", "suppose", "assume", "positive", "definite", "by", "size", "length", "dimension", "column", "row", "number", "consider",
  "also", "then", "so", "that", "we", "have", "here", "for", "if", "both", "all", "orthogonal", "diagonal", "invertible", "square", "as", "entries", "rows", "columns", "to", "semidefinite", "known", "fixed",
]); // prettier-ignore

const PROPERTY_WORDS: readonly (readonly [RegExp, Property | undefined])[] = [
  [/\b(?:symmetric[, ]+(?:and )?)?positive[- ](?:semi[- ]?definite|semidef)\b|\bpsd\b|\bp\.?s\.?d\.?(?=\s|$)/giu, "psd"],
  [/\b(?:symmetric[, ]+(?:and )?)?positive[- ]def(?:inite)?\b|\b(?:spd|posdef|pos\.? ?def\.?|pd)\b/giu, "posdef"],
  [/\b(?:skew|anti)[- ]?symmetric\b|\bskew\b/giu, "skew"],
  [/\bsymmetric\b|\bhermitian\b|\bself-adjoint\b/giu, "symmetric"],
  [/\bdiagonal\b/giu, "diagonal"],
  [/\borthogonal\b|\borthonormal\b|\bunitary\b/giu, "orthogonal"],
  [/\binvertible\b|\bnon-?singular\b|\bregular\b|\bfull[- ]rank\b/giu, "invertible"],
  [/\blower(?:[- ]triangular)?\b/giu, "lower"],
  [/\bupper(?:[- ]triangular)?\b/giu, "upper"],
  [/\bnon-?neg(?:ative)?\b|>=\s*0|≥\s*0/giu, "nonneg"],
  [/\bpositive\b|>\s*0/giu, "positive"],
  [/≻\s*0/gu, "posdef"],
  [/⪰\s*0/gu, "psd"],
]; // prettier-ignore

/** Words that say nothing more in a description. */
const FILLERS =
  /\b(?:an?|the|real|valued|real-valued|matrix|matrices|vector|vectors|column|columns|row|rows|scalar|scalars|number|numbers|of|size|length|dimensions?|dimensional|dim|shape|order|with|in|is|are|be|entries|elements|components|dense|square|constant|parameters?|variables?|weights?|data|known|fixed|given|unknown|arbitrary|some|any|and|bias|input|target|coefficients?|float|double|int|array|ndarray|tensor|2d|1d|all|both)\b/giu;

/** The sides of a value: `m×n`, `m x n`, `mxn`, `m by n`, `m, n`, `n`; `undefined` where it is something else. */
export function sidesOf(text: string): readonly string[] | undefined {
  const bare = text
    .trim()
    .replace(/^[([{] ?/, "")
    .replace(/ ?[)\]}]$/, "")
    .replace(/,$/, "")
    .trim();
  if (bare === "") return undefined;
  const joined = /^([a-wyz]|\d+) ?[x] ?([a-wyz]|\d+)$/i.exec(bare);
  const parts = joined !== null ? [joined[1]!, joined[2]!] : bare.split(/ ?(?:×|⨯|,|;|(?<=[\s\d])x(?=[\s\d])|\bby\b|-by-) ?| /u);
  if (parts.length > 2) return undefined;
  if (parts.some((p) => !new RegExp(`^${DIM}$`, "u").test(p))) return undefined;
  return parts;
} // prettier-ignore

/** The size behind `R`. */
export function sizeOf(sides: readonly string[]): string {
  const [rows, cols] = sides.map((s) => s.replaceAll(" ", ""));
  if (cols === undefined || cols === "1") return rows === "1" ? "" : /^[\p{L}\p{Nd}]+$/u.test(rows!) ? `^${rows!}` : `^(${rows!})`;
  return `^(${rows!}×${cols})`;
} // prettier-ignore

const SPACE = new RegExp(
  String.raw`(?:(?<![\p{L}\p{Nd}])(?:R|ℝ|Reals?|𝕊|S)(?![\p{L}])|(?<![\p{L}\p{Nd}])R(?=[a-z](?:x[a-z])?(?![\p{L}]))) ?(_\{?\+{1,2}\}?|_\{?>0\}?)? ?(?:\^? ?(\{[^{}]*\}|\([^()]*\)|\[[^[\]]*\])|\^ ?(${DIM}(?: ?(?:×|x) ?${DIM})?)|((?:[\p{L}]|\d+)(?: ?(?:×|x) ?${DIM})?)(?![\p{L}\p{Nd}]))? ?(_\{?\+{1,2}\}?)?`,
  "u",
);

/** What a description says: a shape, or properties, and nothing else. `undefined` where it says more than is understood. */
export function described(phrase: string): Omit<Declared, "name"> | undefined {
  let rest = ` ${withoutEnd(phrase.trim(), ".;,")} `.replace(/ (?:of|with)(?= (?:size|length|dim|order)\b)/g, "");
  const properties: Property[] = [];
  let size: string | undefined;
  const symmetricSpace = /(?<![\p{L}\p{Nd}])(?:𝕊|S) ?(?:_|\^)/u.test(rest);
  const space = symmetricSpace || /(?<![\p{L}\p{Nd}])(?:R|ℝ|Reals?)/u.test(rest) ? SPACE.exec(rest) : null;
  if (space !== null && space[0].trim() !== "" && (/^[Rℝ]/u.test(space[0].trim()) || symmetricSpace)) {
    const written = space[2] ?? space[3] ?? space[4];
    const sides = written === undefined ? ["1"] : sidesOf(written.replace(/^\{|\}$/g, ""));
    if (sides === undefined) return undefined;
    const sign = space[1] ?? space[5];
    if (symmetricSpace) {
      size = sizeOf([sides[0]!, sides[0]!]);
      properties.push(sign === undefined ? "symmetric" : sign.includes("++") ? "posdef" : "psd");
    } else {
      size = sizeOf(sides);
      if (sign !== undefined) properties.push(sign.includes("++") || sign.includes(">") ? "positive" : "nonneg");
    }
    rest = rest.replace(space[0], " ");
  }
  // The properties that mcalc knows, and the words for them.
  for (const p of PROPERTIES) {
    const word = new RegExp(String.raw`\b${p}\b`, "u");
    if (word.test(rest) && !["positive", "symmetric", "lower", "upper", "skew", "diagonal", "orthogonal", "invertible"].includes(p)) {
      properties.push(p);
      rest = rest.replace(word, " ");
    }
  } // prettier-ignore
  for (const [words, property] of PROPERTY_WORDS)
    if (property !== undefined && rest.search(words) >= 0) {
      properties.push(property);
      rest = rest.replace(words, " ");
    }
  if (properties.includes("posdef") || properties.includes("psd")) properties.splice(0, properties.length, ...properties.filter((p) => p !== "symmetric")); // prettier-ignore
  const isMatrix = /\bmatri(?:x|ces)\b|\bsquare\b/iu.test(rest);
  const isVector = /\bvectors?\b/iu.test(rest);
  const isRow = /\brow vectors?\b/iu.test(rest);
  const isScalar = /\bscalars?\b|\bnumbers?\b|\bconstant\b|^ ?(?:a )?reals? ?$|\bfloat\b|\bdouble\b/iu.test(rest);
  if (size === undefined) {
    const two =
      /(?<![\p{L}\p{Nd}])([\p{L}\p{Nd}]+(?: ?[-+*] ?[\p{L}\p{Nd}]+)*) ?(?:×|-?\bby\b-?|(?<=[\s\d])x(?=[\s\d])|,) ?([\p{L}\p{Nd}]+(?: ?[-+*] ?[\p{L}\p{Nd}]+)*) ?[)\]}]?/u.exec(
        rest,
      ) ?? /(?<![\p{L}\p{Nd}])([a-wyz]|\d+)x([a-wyz]|\d+)(?![\p{L}\p{Nd}])/iu.exec(rest);
    const one = oneSide(rest);
    if (two !== null && !FILLER_WORD.test(two[1]!) && !FILLER_WORD.test(two[2]!)) {
      size = sizeOf([two[1]!, two[2]!]);
      rest = rest.replace(two[0], " ");
    } else if (one !== undefined) {
      const side = (one[1] ?? one[2] ?? one[3] ?? one[4])!;
      size = isMatrix ? sizeOf([side, side]) : isRow ? sizeOf(["1", side]) : sizeOf([side]);
      rest = rest.replace(one[0], " ");
    } else if (isScalar) size = "";
  }
  rest = rest.replace(FILLERS, " ").replace(/[\s.,;:()[\]-]+/g, "");
  if (rest !== "") return undefined;
  if (size === undefined && properties.length === 0) return undefined;
  if (size === undefined && (isMatrix || isVector)) return undefined;
  return { ...(size === undefined ? {} : { size }), properties: [...new Set(properties)] };
}

const ONE_SIDE =
  /\b(?:length|size|dim(?:ension)?|order|with|of|in) ([\p{L}\p{Nd}]+)(?=\s|$)|(?<![\p{L}\p{Nd}])([\p{L}]|\d+)(?:[- ](?:dimensional|dim|vectors?)|-d)\b|[([{] ?([\p{L}]|\d+) ?,? ?[)\]}]|^ ?([\p{L}]|\d+) ?$/gu;

/** A description that names one side: `of length n`, `n-vector`, `n`. */
const oneSide = (text: string): RegExpExecArray | undefined =>
  [...text.matchAll(ONE_SIDE)].find((m) => !FILLER_WORD.test((m[1] ?? m[2] ?? m[3] ?? m[4])!));

const FILLER_WORD =
  /^(?:an?|the|real|matrix|vector|of|size|length|with|in|is|be|entries|and|positive|scalar|square|dimension)$/iu;

const HEAD = new RegExp(
  String.raw`(?:^ ?|[,;.] ?(?:(?:and|where|with|let) )?|\s(?:and|where|with|let) )(${NAMES}) ?(?:::?|∈|\bin\b|\bis\b|\bare\b|\bbe\b|\bdenotes?\b|\bas\b|(?=\s(?:an?|the)\s)|(?= ?(?:≻|⪰|>|>=|≥) ?0)|=(?![=])|(?= \([^()]+\) ?$))`,
  "gu",
);
const INTRODUCTION =
  /^ ?(?:(?:we are given|we have|we consider|we know|there is|there are|let|given|suppose|assume|where|with|consider|define|declare|here|and|for|take|say|have)\b ?(?:that|us|we)? ?[:,]? ?)+/iu;

/** The declarations that a line holds, in words or in signs; `undefined` where it is none, or more than that. */
export function declarationsIn(line: string, squareByDefault = false): readonly Declared[] | undefined {
  const text = withoutEnd(plainText(line).trim().replace(INTRODUCTION, ""), ".;,");
  return inCode(text, squareByDefault) ?? inWords(text);
}

function inWords(text: string): readonly Declared[] | undefined {
  const heads = [...text.matchAll(HEAD)].flatMap((m) => {
    const sign = /[:∈=]$/u.exec(m[0].trimEnd())?.[0];
    const names = namesIn(m[1]!, sign !== undefined);
    return names === undefined ? [] : [{ names, sign, start: m.index, end: m.index + m[0].length }];
  });
  const [first] = heads;
  if (first === undefined || first.start !== 0 || /^[,;.]/.test(text)) return undefined;
  const out: Declared[] = [];
  for (const [i, { names, sign, end }] of heads.entries()) {
    const phrase = text.slice(end, heads[i + 1]?.start ?? text.length);
    // `A (m×n)`, and no call.
    if (phrase.startsWith(" (") && sidesOf(phrase)?.length !== 2) return undefined;
    const said = sign === "=" ? onlySize(phrase) : described(phrase);
    if (said === undefined) return undefined;
    for (const name of names) {
      const before = out.findIndex((d) => d.name === name);
      if (before < 0) out.push({ name, ...said });
      else {
        const merged = out[before]!;
        const size = merged.size ?? said.size;
        out[before] = { name, ...(size === undefined ? {} : { size }), properties: [...new Set([...merged.properties, ...said.properties])] };
      } // prettier-ignore
    }
  }
  return out;
}

/** `A = 3x3`: a size alone. */
function onlySize(phrase: string): Omit<Declared, "name"> | undefined {
  const sides = /×|\d ?x ?\d|(?<![\p{L}])[a-wyz] ?x ?[a-wyz](?![\p{L}])|\bby\b/u.test(phrase) ? sidesOf(phrase) : undefined;
  return sides?.length === 2 ? { size: sizeOf(sides), properties: [] } : undefined;
} // prettier-ignore

/** Names in a list; in front of a sign `a` is one of them, and no article. */
function namesIn(list: string, beforeSign: boolean): readonly string[] | undefined {
  const names = list.split(/ ?(?:,|&|\band\b) ?/u).filter((n) => n !== "");
  return names.some((n) => NO_NAMES.has(n.toLowerCase()) && !(beforeSign ? /^[A-Za-z]$/ : /^[A-Z]$/).test(n))
    ? undefined
    : names;
}

/** Functions of other languages that make something of a size and no particular value. */
const MAKERS =
  /\b(?:randn|rand|random|normal|uniform|standard_normal|MatrixSymbol|sdpvar|Variable|Parameter|placeholder|rnorm|empty|RandomReal|RandomVariate|Random|sprandn|Semidefinite|Input) ?[([]/u;

/** Declarations as programs write them. */
function inCode(text: string, squareByDefault: boolean): readonly Declared[] | undefined {
  const bare = text.replace(/;$/, "").trim();
  const variable = /^@(?:variable|variables) ?\( ?\w+ ?, ?([\p{L}]\w*) ?(?:\[([^\]]*)\])? ?(?:, ?(\w+))? ?\)$/u.exec(bare);
  if (variable !== null) {
    const sides = variable[2]?.split(",").map((s) => s.trim().replace(/^1:/, "")) ?? ["1"];
    const property = variable[3] === undefined ? [] : described(variable[3])?.properties;
    if (property === undefined || sidesOf(sides.join(",")) === undefined) return undefined;
    return [{ name: variable[1]!, size: sizeOf(sides), properties: property }];
  }
  const syms = /^syms (.+?)(?: (?:real|positive))?$/u.exec(bare);
  if (syms !== null) {
    const sized = /^([\p{L}]\w*) ?[([] ?(\w+)[\s,]+(\w+) ?[)\]]$/u.exec(syms[1]!);
    const properties: Property[] = / positive$/u.test(bare) ? ["positive"] : [];
    if (sized !== null) return [{ name: sized[1]!, size: sizeOf([sized[2]!, sized[3]!]), properties }];
    return syms[1]!.split(/[\s,]+/).map((name) => ({ name, size: "", properties }));
  }
  const symbols = new RegExp(String.raw`^(${NAME}(?: ?, ?${NAME})*) ?= ?(?:\w+\.)?symbols? ?\( ?(?:'[^']*'|"[^"]*")`, "iu").exec(bare);
  if (symbols !== null) return symbols[1]!.split(",").map((n) => ({ name: n.trim(), size: "", properties: /positive ?= ?True/.test(bare) ? ["positive"] : [] }));
  const cpp = /^(?:Eigen::)?(Matrix|Vector|RowVector)(X|\d)[df] ([\p{L}]\w*) ?(?:\( ?(\w+) ?(?:, ?(\w+) ?)?\)|=[^=].*Random ?\( ?(\w+) ?(?:, ?(\w+) ?)?\))?$/u.exec(bare);
  if (cpp !== null) {
    const [, what, fixed, name] = cpp as unknown as [string, string, string, string];
    const [a, b] = fixed === "X" ? [cpp[4] ?? cpp[6], cpp[5] ?? cpp[7]] : [fixed, fixed];
    if (a === undefined) return undefined;
    return [{ name, size: what === "Vector" ? sizeOf([a]) : what === "RowVector" ? sizeOf(["1", a]) : sizeOf([a, b ?? a]), properties: [] }];
  }
  const made = new RegExp(String.raw`^(?:const |let |var )?(${NAME}) ?(?::[^=]*)?(?:=|<-) ?(.*)$`, "u").exec(bare);
  if (made === null || !MAKERS.test(made[2]!)) return undefined;
  // R names the sides behind the values.
  const sides = /^matrix\( ?(?:[^()]|\([^()]*\))*?, ?(?:nrow ?= ?)?(\w+) ?(?:, ?(?:ncol ?= ?)?(\w+) ?)?(?:, ?byrow ?= ?\w+ ?)?\)$/u.exec(made[2]!);
  if (/^matrix\(/.test(made[2]!)) return sides?.[2] === undefined ? undefined : [{ name: made[1]!, size: sizeOf([sides[1]!, sides[2]]), properties: [] }];
  // What surrounds the call may only be a transpose or an addition that keeps the size.
  const groups = [...made[2]!.matchAll(/[([{]([^()[\]{}]*)[)\]}]/gu)].map((m) => m[1]!);
  for (const group of groups) {
    const parts = group
      .split(/[, ]/)
      .map((p) => p.trim().replace(/^(?:size|shape) ?= ?/, ""))
      .filter((p) => p !== "" && !/^["']|=|^(?:rng|key|seed|Float\d+|NormalDistribution)$/u.test(p));
    const flags = described([/PSD ?= ?True/.test(group) ? "psd" : "", /symmetric ?= ?True/i.test(group) ? "symmetric" : "", /nonneg ?= ?True/.test(group) ? "nonneg" : "", /pos ?= ?True/.test(group) ? "positive" : ""].join(" "));
    if (parts.length === 0 && /Variable|Parameter/.test(made[2]!)) return [{ name: made[1]!, size: "", properties: flags?.properties ?? [] }];
    const sides = parts.length > 0 && parts.length <= 2 ? sidesOf(parts.join(",")) : undefined;
    if (sides === undefined) continue;
    if (/(?:['T]|transpose\(\)) ?$/u.test(made[2]!) && sides.length === 2) return undefined;
    const square = squareByDefault && sides.length === 1;
    return [{ name: made[1]!, size: sizeOf(square ? [sides[0]!, sides[0]!] : sides), properties: flags?.properties ?? [] }];
  }
  return /\( ?\)/.test(made[2]!) ? [{ name: made[1]!, size: "", properties: [] }] : undefined;
} // prettier-ignore

/** A declaration as it is written here; names with the same shape and properties stand together. */
export function declarationText(all: readonly Declared[]): string {
  const groups = new Map<string, string[]>();
  for (const { name, size, properties } of all) {
    const key = [`R${size ?? ""}`, ...properties].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups].map(([shape, names]) => `${names.join(", ")} : ${shape}`).join("\n");
}
