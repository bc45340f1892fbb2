import { familyMember, type Scope } from "../core/scope";
import { atOnce, type Steps } from "../core/steps";
import { splittingLines } from "../language/mcalc/lines";
import { type ParsedStatement, parseStatement } from "../language/mcalc/statements";
import { readStatementChanges } from "./changes";
import type { Formula, MathDocument, Origin } from "./document";
import { GrowingScope } from "./mcalcScope";

/** Reads a `.mcalc` document; the lines that it shares with `previous` are not parsed again. Never throws. */
export const readMcalc = (uri: string, version: number, text: string, previous?: MathDocument): MathDocument =>
  atOnce(mcalcSteps(uri, version, text, previous));

/** The same in steps of some lines each. */
export function* mcalcSteps(uri: string, version: number, text: string, previous?: MathDocument): Steps<MathDocument> {
  const known = previous === undefined ? undefined : KNOWN.get(previous);
  const trees = new Map<string, ParsedStatement>();
  const scope = new GrowingScope();
  const formulas: Formula[] = [];
  let readable = 0;
  let lines = 0;
  for (const { start, end } of yield* splittingLines(text)) {
    if (++lines % STRETCH === 0) yield;
    const line = text.slice(start, end);
    let parsed = trees.get(line) ?? known?.get(line);
    parsed ??= parseStatement(line);
    trees.set(line, parsed);
    const { problems } = parsed;
    const statement = readStatementChanges(parsed.statement, scope.view());
    if (statement.kind === "empty" && problems.length === 0) continue;
    scope.add(statement);
    if (problems.length === 0) readable++;
    formulas.push({
      span: { start: start + statement.span.start, end: start + statement.span.end },
      notation: "mcalc",
      text: line,
      at: (offset) => start + offset,
      statement,
      problems,
      scope: scope.view(),
    });
  }
  const document: MathDocument = {
    uri,
    version,
    languageId: "mcalc",
    text,
    words: text,
    formulas,
    origin: originIn(formulas),
    spans: formulas.length,
    parsed: readable,
  };
  KNOWN.set(document, trees);
  return document;
}

/** Lines that are read without a pause. */
const STRETCH = 8;

/** The trees of a document by the text of their line. */
const KNOWN = new WeakMap<MathDocument, ReadonlyMap<string, ParsedStatement>>();

interface Origins {
  find(name: string, offset: number): Origin | undefined;
}

/** Where names are introduced among formulas in order of the document, worked out when it is first asked for. */
export function originIn(formulas: readonly Formula[]): MathDocument["origin"] {
  let origins: Origins | undefined;
  return (name, offset) => (origins ??= originsOf(formulas)).find(name, offset);
}

/** Where each name is introduced, in order of the document. Names of dimensions come from the first shape they are in. */
function originsOf(formulas: readonly Formula[]): Origins {
  const all = new Map<string, { readonly from: number; readonly origin: Origin }[]>();
  const families: Scope[] = [];
  const put = (from: number, origin: Origin): void => {
    const list = all.get(origin.name);
    if (list === undefined) all.set(origin.name, [{ from, origin }]);
    else list.push({ from, origin });
  };
  for (const { statement: s, at, span, scope } of formulas) {
    const moved = ({ start, end }: { start: number; end: number }): { start: number; end: number } => ({
      start: at(start),
      end: at(end),
    });
    if (s.kind === "definition") put(span.start, { name: s.name, span: moved(s.nameSpan), how: "defined" });
    if (s.kind !== "declaration") continue;
    if (s.family !== undefined) families.push(scope);
    for (const n of s.names) {
      put(span.start, {
        name: n.name,
        span: moved(n.span),
        ...(s.rowsSpan === undefined ? {} : { rowsSpan: moved(s.rowsSpan) }),
        ...(s.colsSpan === undefined ? {} : { colsSpan: moved(s.colsSpan) }),
        how: "declared",
      });
    }
    for (const [dim, where] of [
      [s.shape?.rows, s.rowsSpan],
      [s.shape?.cols, s.colsSpan],
    ] as const) {
      if (dim === undefined || where === undefined || all.has(dim.key)) continue;
      if (/^[^\d*+-]+$/.test(dim.key))
        put(span.start, { name: dim.key, span: moved(where), how: `a dimension, first seen here` });
    }
  }
  const direct = (name: string, offset: number): Origin | undefined => {
    const list = all.get(name);
    return (list?.findLast((o) => o.from <= offset) ?? list?.[0])?.origin;
  };
  return {
    find(name, offset) {
      const found = direct(name, offset);
      if (found !== undefined) return found;
      const scope = families.at(-1);
      const member = scope === undefined ? undefined : familyMember(scope, name);
      return member === undefined ? undefined : direct(member.variable.name, offset);
    },
  };
}
