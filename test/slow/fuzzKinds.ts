import assert from "node:assert/strict";
import fc from "fast-check";
import { derive } from "../../server/calculus";
import { checkDocument } from "../../server/checking";
import { answer } from "../../server/tools/question";
import { checkText } from "../../server/tools/checkText";
import { closeProperties } from "../../server/core/scope";
import type { MathDocument } from "../../server/documents/document";
import { readMarkdown } from "../../server/documents/markdown";
import { readMcalc } from "../../server/documents/mcalc";
import { deriveBelow } from "../../server/features/derive";
import { occurrencesIn } from "../../server/features/occurrences";
import { rename } from "../../server/features/references";
import { targetAt, variablesOf } from "../../server/features/target";
import { noTurn } from "../../server/features/turn";
import { parseExpression } from "../../server/language/mcalc/parse";
import { printText } from "../../server/language/print";
import { expressions } from "../../server/language/statement";
import { inferStatement } from "../../server/shapes/statement";
import { expression, SCOPE } from "../calculus/expressions";
import { damagedDocument, soundDocument } from "../support/damagedDocuments";
import { digestOf } from "../support/digest";
import { assertRepairsHold, snapshotAt } from "../support/repairs";
import {
  broken,
  bytes,
  type Choices,
  corpus,
  edit,
  latexFormula,
  markdownDocument,
  mcalcDocument,
  mcalcExpression,
} from "./generators";

/** Everything that reading and checking promise of any text. */
function sound(document: MathDocument): void {
  const { text, formulas } = document;
  assert.ok(document.parsed <= document.spans);
  for (const f of formulas) {
    assert.ok(f.span.start >= 0 && f.span.start <= f.span.end && f.span.end <= text.length, "a formula lies outside");
    inferStatement(f.statement, f.scope, { tolerant: true });
    for (const e of expressions(f.statement)) printText(e);
  }
  const { problems } = checkDocument(document);
  for (const p of problems) {
    assert.ok(p.span.start >= 0 && p.span.start <= p.span.end && p.span.end <= text.length, `${p.code} lies outside`);
    assert.ok(
      p.message.length > 0 && p.message.length < 600 && !/internal|undefined is|\[object/.test(p.message),
      p.message.slice(0, 300),
    );
    for (const fix of p.fixes ?? [])
      for (const e of fix.edits) assert.ok(e.span.start >= 0 && e.span.end <= text.length, "a fix lies outside");
  }
}

/** A kind of input, and what must be true of each. */
export interface Kind {
  /** Its share of all inputs: the cheaper, the more. */
  readonly share: number;
  readonly what: string;
  readonly run: (c: Choices) => void | Promise<void>;
}

/** The declarations of the expressions of the calculus's own tests, as lines of `.mcalc`. */
const DECLARED = [...SCOPE.variables.values()]
  .map((v) => {
    const { rows, cols } = v.shape;
    const size = rows.key === "1" && cols.key === "1" ? "R" : `R^(${rows.key}×${cols.key})`;
    const own = [...v.properties].filter((p) => closeProperties([p]).size === v.properties.size);
    return `${v.name} : ${size}${own[0] === undefined ? "" : ` ${own[0]}`}\n`;
  })
  .join("");

const seedOf = (c: Choices): number => c.below(2 ** 31);
const problemsOf = (text: string): readonly string[] =>
  snapshotAt(text).checked!.findings.filter((f) => f.severity === "error" || f.severity === "warning").map((f) => `${f.code} ${f.message}`); // prettier-ignore

let notes: readonly string[] | undefined;

export const KINDS: Readonly<Record<string, Kind>> = {
  bytes: {
    share: 0.44,
    what: "bytes as expressions",
    run: (c) => void parseExpression(bytes(c)),
  },
  documents: {
    share: 0.1,
    what: "bytes as documents",
    run: (c) => {
      sound(readMcalc("file:///a.mcalc", 1, bytes(c, 120)));
      sound(readMarkdown("file:///a.md", 1, bytes(c, 120)));
    },
  },
  dollars: {
    share: 0.25,
    what: "bytes between dollar signs",
    run: (c) => void readMarkdown("file:///a.md", 1, `$${bytes(c)}$ and $$${bytes(c)}$$`),
  },
  printed: {
    share: 0.1,
    what: "expressions of .mcalc: what is printed reads back",
    run: (c) => {
      const { expr, problems } = parseExpression(mcalcExpression(c));
      if (problems.length > 0) return;
      const text = printText(expr);
      const again = parseExpression(text);
      assert.deepEqual(again.problems, [], text);
      assert.equal(printText(again.expr), text);
    },
  },
  mcalc: {
    share: 0.02,
    what: "documents of .mcalc",
    run: (c) => sound(readMcalc("file:///a.mcalc", 1, c.chance(0.5) ? mcalcDocument(c) : damagedDocument(c))),
  },
  derive: {
    share: 0.03,
    what: "questions for derivatives",
    run: (c) => {
      const given = ["x, y : R^n", "A, X : R^(n×n)", "w, a : R", "f(t) = t*t"];
      const order = 1 + c.below(2);
      const result = answer({ expr: mcalcExpression(c, 3), wrt: Array.from({ length: order }, () => "x"), given });
      if (!result.ok) assert.doesNotMatch(result.error.message, /internal|does not agree/);
    },
  },
  latex: {
    share: 0.04,
    what: "formulas of LaTeX",
    run: (c) => sound(readMarkdown("file:///a.md", 1, `$$${latexFormula(c)}$$`)),
  },
  notes: {
    share: 0.01,
    what: "notes",
    run: (c) => sound(readMarkdown("file:///a.md", 1, markdownDocument(c))),
  },
  corpus: {
    share: 0.002,
    what: "public notes with mistakes in them, where they are beside the repository",
    run: (c) => {
      notes ??= corpus();
      if (notes.length > 0) sound(readMarkdown("file:///a.md", 1, broken(c, c.of(notes))));
    },
  },
  notebooks: {
    share: 0.005,
    what: "notebooks, also broken ones",
    run: (c) => {
      const cells = c.list(4, () => ({
        cell_type: c.of(["markdown", "markdown", "code", "raw"]),
        source: c.chance(0.5) ? markdownDocument(c, 3) : markdownDocument(c, 3).split(/(?<=\n)/),
      }));
      const text = JSON.stringify({ cells, nbformat: 4 });
      const found = checkText("a.ipynb", c.chance(0.2) ? broken(c, text) : text);
      if ("problem" in found) assert.match(found.problem, /not a Jupyter notebook/);
    },
  },
  edits: {
    share: 0.005,
    what: "edits: a document read again is what it would be read afresh",
    run: (c) => {
      const isMcalc = c.chance(0.5);
      const read = isMcalc ? readMcalc : readMarkdown;
      let text = isMcalc ? mcalcDocument(c) : markdownDocument(c);
      let document = read("file:///a", 1, text);
      for (let version = 2; version < 8; version++) {
        const { start, end, insert } = edit(c, text);
        text = text.slice(0, start) + insert + text.slice(end);
        document = read("file:///a", version, text, document);
        assert.equal(digestOf(document), digestOf(read("file:///a", version, text)));
      }
    },
  },
  fixes: {
    share: 0.004,
    what: "repairs of damaged documents: each mends its problem and makes none",
    run: (c) => void assertRepairsHold(damagedDocument(c)),
  },
  insertions: {
    share: 0.004,
    what: "derivatives that are inserted: nothing is wrong with them",
    run: async (c) => {
      const text = soundDocument(c);
      const snapshot = snapshotAt(text);
      const target = targetAt(snapshot, { start: c.below(text.length), end: 0 });
      if (target === undefined) return;
      const variable = c.of([...variablesOf(target.expr, target.formula.scope), undefined])?.name;
      if (variable === undefined) return;
      const result = await deriveBelow(snapshot, target, variable, c.chance(0.7) ? 1 : 2, noTurn);
      if (!result.ok || result.insertion === undefined) return;
      const { offset, text: put } = result.insertion;
      const after = text.slice(0, offset) + put + text.slice(offset);
      assert.deepEqual(problemsOf(after), problemsOf(text), after);
    },
  },
  renames: {
    share: 0.004,
    what: "renames: what was said of the document is said of it still",
    run: async (c) => {
      const text = soundDocument(c);
      const snapshot = snapshotAt(text);
      const all = snapshot.document.formulas.flatMap((f) => occurrencesIn(f));
      const to = c.of(["q", "i", "x", "n", "in", "tr", "d", "dx", "β", "x_1", "I", "e", "f", "_", "2x", "a b"]);
      const result = await rename(snapshot, c.of(all).span.start, to, (t) => Promise.resolve(readMcalc("file:///test.mcalc", 2, t))); // prettier-ignore
      if ("refused" in result) return;
      let after = text;
      for (const e of [...result.edits].sort((a, b) => b.span.start - a.span.start))
        after = after.slice(0, e.span.start) + e.text + after.slice(e.span.end);
      const codes = (t: string): string[] => problemsOf(t).map((p) => p.split(" ")[0]!);
      assert.deepEqual(codes(after), codes(text), after);
    },
  },
  derived: {
    share: 0.01,
    what: "what is derived is judged right, by variables of every structure, once and twice",
    run: (c) => {
      const [rows, wrt] = c.of([
        ["1", "x A C s S P L G W V p"],
        ["1", "S L G W"],
        ["n", "x s S L"],
        ["m", "x A s"],
      ] as const);
      const [e] = fc.sample(expression(rows, "1", 3), { seed: seedOf(c), numRuns: 1 });
      const names = Array.from({ length: rows === "1" ? 1 + c.below(2) : 1 }, () => c.of(wrt.split(" ")));
      const found = derive({ expr: e!, wrt: names, scope: SCOPE });
      if (!found.ok)
        return assert.doesNotMatch(found.error.message, /internal|does not agree with numbers/, printText(e!));
      const under = names.length === 1 ? `d(${names[0]})` : `(${names.map((n) => `d(${n})`).join("")})`;
      const text = `${DECLARED}d(${printText(e!)})/${under} == ${printText(found.expr)}\n`;
      const [claim] = checkDocument(readMcalc("file:///a.mcalc", 1, text)).claims;
      assert.notEqual(claim?.status, "wrong", text);
    },
  },
};
