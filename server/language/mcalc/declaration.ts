import type { Span } from "../../core/ast";
import { type Dim, dimNumber, dimValue } from "../../core/dimension";
import type { Problem } from "../../core/problem";
import { PROPERTIES, type Property } from "../../core/scope";
import { isSquare, matrix, SCALAR, type Shape, shapeText, vector } from "../../core/shape";
import { dimensionOf } from "../dimensionOf";
import { closest } from "../closest";
import { itemsOf, type Matched } from "../ohm";
import { kindsOf, type Token } from "../scanner";
import type { Declaration } from "../statement";
import { firstToken, outerOf, type Reading, tree } from "./build";
import { formOf } from "./forms";
import { NAME_KINDS, superscriptValue } from "./scan";
import type { ParsedStatement } from "./statements";

/** Reads `A, B : R^(3×n) symmetric`, `x_i : R^d for i = 1..N`; the sign `:` stands at `sign`. */
export function readDeclaration(text: string, written: readonly Token[], sign: number, span: Span): ParsedStatement {
  const problems: Problem[] = [];
  const tokens = separateTimes(written);
  const r: Reading = { tokens, text, problems };
  const form = formOf(kindsOf(tokens), "declaration");
  if ("failedAt" in form) {
    const names = leadingNames(tokens.slice(0, sign));
    problems.push(notADeclaration(tokens, form.failedAt, text));
    if (names.length === 0) return { statement: { kind: "empty", span }, problems };
    return { statement: { kind: "declaration", names, properties: [], span }, problems };
  }
  const statement = { ...declare(form.tree, r), span };
  return { statement, problems: [...problems, ...notSquare(statement)] };
}

/** A size written together: `3x4`, `nx3`, `mxn`. */
const TOGETHER = /^([a-wyzA-WYZ]?)x([a-wyzA-WYZ]|\d+)$/;

/** `3x4` and `mxn` are three tokens each, though `x4` and `mxn` alone are names. */
function separateTimes(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((t, i) => {
    const before = tokens[i - 1];
    const parts = t.kind === "v" ? TOGETHER.exec(t.text) : null;
    if (parts === null || before === undefined) return [t];
    const [, rows, cols] = parts as unknown as [string, string, string];
    const isSecond = rows === "" && before.kind === "n" && before.end === t.start;
    const isWhole = rows !== "" && (before.kind === "^" || before.kind === "(" || before.kind === "{");
    if (!isSecond && !isWhole) return [t];
    const at = t.start + rows.length;
    return [
      ...(rows === "" ? [] : [{ kind: "v", text: rows, start: t.start, end: at }]),
      { kind: "x", text: "x", start: at, end: at + 1 },
      { kind: /^\d/.test(cols) ? "n" : "v", text: cols, start: at + 1, end: t.end },
    ];
  });
}

function leadingNames(tokens: readonly Token[]): { name: string; span: Span }[] {
  const names = tokens.filter((_, i) => i % 2 === 0);
  if (names.some((t) => !NAME_KINDS.includes(t.kind)) || tokens.some((t, i) => i % 2 === 1 && t.kind !== ","))
    return [];
  return names.map((t) => ({ name: t.text, span: { start: t.start, end: t.end } }));
}

function notADeclaration(tokens: readonly Token[], at: number, text: string): Problem {
  const here = tokens[at];
  const last = tokens.at(-1)!;
  const span = here === undefined ? { start: last.start, end: last.end } : { start: here.start, end: here.end };
  const written = text.slice(span.start, span.end);
  // `Rn`: the exponent is a sign of its own.
  const space = /^[Rℝ]_?([a-zA-Z\d]+)$/.exec(written);
  const what =
    here === undefined
      ? "it ends too early"
      : space !== null
        ? `write \`R^${space[1]!}\` for \`${written}\``
        : `\`${written}\` is not expected here`;
  return {
    code: "syntax",
    severity: "error",
    message: `A declaration reads \`A : R^(m×n) symmetric\`; ${what}.`,
    span,
  };
}

type Parts = Omit<Declaration, "span">;

function declare(declaration: Matched, r: Reading): Parts {
  const [names, , space, size, properties, family] = declaration.children as [
    Matched, Matched, Matched, Matched, Matched, Matched,
  ]; // prettier-ignore
  const declared = size.children.length === 0 ? undefined : readSize(size.children[0]!, r);
  const spaceToken = firstToken(space, r)!;
  const range = family.children[0];
  return {
    kind: "declaration",
    names: readNames(names, range, r),
    shape: declared?.shape ?? SCALAR,
    shapeSpan: { start: spaceToken.start, end: size.children.length === 0 ? spaceToken.end : outerOf(size, r).end },
    ...(declared?.rows === undefined ? {} : { rowsSpan: declared.rows }),
    ...(declared?.cols === undefined ? {} : { colsSpan: declared.cols }),
    properties: properties.children.flatMap((p) => readProperty(p.children[1]!, r)),
    ...(range === undefined ? {} : { family: readRange(range, r) }),
  };
}

/** The names declared. Of a family `x_i … for i` the base name `x` is what is declared. */
function readNames(names: Matched, range: Matched | undefined, r: Reading): Declaration["names"] {
  const index = range === undefined ? undefined : firstToken(range.children[2]!, r)!.text;
  return itemsOf(names).map((node) => {
    const t = firstToken(node, r)!;
    const base = index !== undefined && t.text.endsWith(`_${index}`) ? t.text.slice(0, -index.length - 1) : t.text;
    return { name: base === "" ? t.text : base, span: { start: t.start, end: t.end } };
  });
}

interface Size {
  readonly shape: Shape;
  readonly rows?: Span;
  readonly cols?: Span;
}

function readSize(size: Matched, r: Reading): Size {
  const form = size.children[0]!;
  if (form.rule === "size_superscript") {
    const t = firstToken(form, r)!;
    return {
      shape: sized([positive(dimNumber(superscriptValue(t.text)), t, r)]),
      rows: { start: t.start, end: t.end },
    };
  }
  // `( sides )`, `{ sides }` or `side`: the first operand and those after `×`.
  const sides = form.children[form.rule === "size_bare" ? 1 : 2]!;
  const rest = sides.children[sides.children.length - 1]!;
  const nodes = [sides.children[0]!, ...rest.children];
  const spans = nodes.map((n) => outerOf(n, r));
  const dims = nodes.map((n, i) => {
    const e = tree(n, r);
    const dim = dimensionOf(e);
    if (dim === undefined && e.kind !== "error") {
      report(r, "syntax", "A dimension is made of names and whole numbers, such as `2*n+1`.", spans[i]!);
    }
    return positive(dim ?? dimNumber(1), spans[i]!, r);
  });
  if (dims.length > 2) report(r, "syntax", "A value has at most two dimensions, rows and columns.", spans[2]!);
  return { shape: sized(dims), rows: spans[0]!, ...(spans[1] === undefined ? {} : { cols: spans[1] }) };
}

const sized = ([rows, cols]: readonly Dim[]): Shape => (cols === undefined ? vector(rows!) : matrix(rows!, cols));

/** A dimension that is a number must be at least 1. */
function positive(dim: Dim, span: Span, r: Reading): Dim {
  const value = dimValue(dim);
  if (value === undefined || (Number.isInteger(value) && value > 0)) return dim;
  report(r, "syntax", `A dimension is at least 1, but here it is ${value}.`, span);
  return dimNumber(1);
}

function readProperty(name: Matched, r: Reading): Declaration["properties"] {
  const t = firstToken(name, r)!;
  const span = { start: t.start, end: t.end };
  if ((PROPERTIES as readonly string[]).includes(t.text)) return [{ property: t.text as Property, span }];
  const near = closest(t.text, PROPERTIES);
  r.problems.push({
    code: "syntax",
    severity: "error",
    message: `\`${t.text}\` is not a property; ${near === undefined ? `the properties are ${PROPERTIES.join(", ")}` : `did you mean \`${near}\``}${near === undefined ? "." : "?"}`,
    span,
    ...(near === undefined
      ? {}
      : { fixes: [{ title: `Write ${near}`, edits: [{ span, text: near }], preferred: true }] }),
  });
  return [];
}

function readRange(family: Matched, r: Reading): NonNullable<Declaration["family"]> {
  const [, , index, , from, , to] = family.children;
  const bound = (node: Matched): Dim => {
    const dim = dimensionOf(tree(node, r));
    if (dim === undefined) report(r, "syntax", "An index runs between dimensions, such as `1..N`.", outerOf(node, r));
    return dim ?? dimNumber(1);
  };
  return { index: firstToken(index!, r)!.text, from: bound(from!), to: bound(to!) };
}

function report(r: Reading, code: Problem["code"], message: string, span: Span): void {
  r.problems.push({ code, severity: "error", message, span: { start: span.start, end: span.end } });
}

const NEEDS_SQUARE: ReadonlySet<Property> = new Set<Property>([
  "symmetric", "skew", "diagonal", "posdef", "psd", "orthogonal", "invertible",
]); // prettier-ignore

/** Properties that only square matrices have, promised of one that is not square. */
function notSquare(d: Declaration): Problem[] {
  const { shape } = d;
  if (shape === undefined || isSquare(shape)) return [];
  return d.properties
    .filter(({ property }) => NEEDS_SQUARE.has(property))
    .map(({ property, span }) => ({
      code: "not-square",
      severity: "error",
      message: `Only a square matrix can be ${property}, but this one is ${shapeText(shape)}.`,
      span,
      ...(d.shapeSpan === undefined
        ? {}
        : { related: [{ span: d.shapeSpan, message: `Declared ${shapeText(shape)} here.` }] }),
    }));
}
