import { json } from "../../core/escaping";
import path from "node:path";
import type { CheckedFile, Diagnostic } from "../../tools/checkText";
import type { Range } from "../../tools/positions";
import type { ProblemCode } from "../../core/problem";
import { tableOf } from "../../core/table";

const LEVELS: Readonly<Record<string, string>> = tableOf({
  error: "error",
  warning: "warning",
  information: "note",
  hint: "note",
});

const RULES: Readonly<Record<ProblemCode, string>> = {
  syntax: "The text cannot be read.",
  "dimension-mismatch": "Shapes that must agree do not.",
  "not-square": "A square matrix is needed.",
  "not-scalar": "A scalar is needed.",
  undeclared: "A name is not declared.",
  redeclared: "A name is declared twice.",
  unused: "A declaration is never used.",
  "wrong-derivative": "A derivative that was written down is wrong.",
  "wrong-step": "A step of a derivation is wrong.",
  "false-claim": "Two sides that are said to be equal are not.",
  "needs-assumption": "An equation holds only under an assumption.",
  unsupported: "This is not supported.",
  "too-large": "This is too large.",
};

const region = ({ start, end }: Range): object => ({
  startLine: start.line + 1,
  startColumn: start.character + 1,
  endLine: end.line + 1,
  endColumn: end.character + 1,
});

/** A path as a relative reference, or a `file:` address where it is absolute. */
function uriOf(file: string): string {
  const parts = file.split(path.sep).map((part) => encodeURIComponent(part));
  return path.isAbsolute(file) ? `file://${parts.join("/")}` : parts.join("/");
}

/** SARIF 2.1.0, for code scanning. In notebooks regions are within the cell, whose number the message tells. */
export function sarifReport(files: readonly CheckedFile[], version: string): string {
  const location = (file: string, range: Range): object => ({
    physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: region(range) },
  });
  const result = (file: string, d: Diagnostic): object => ({
    ruleId: d.code,
    level: LEVELS[d.severity],
    message: { text: d.cell === undefined ? d.message : `Cell ${d.cell + 1}: ${d.message}` },
    locations: [location(file, d.range)],
    ...(d.related === undefined
      ? {}
      : {
          relatedLocations: d.related.map((r, id) => ({
            id,
            message: { text: r.message },
            ...location(file, r.range),
          })),
        }),
  });
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "mcalc",
            version,
            rules: Object.entries(RULES).map(([id, text]) => ({ id, shortDescription: { text } })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: files.flatMap((f) => f.diagnostics.map((d) => result(f.path, d))),
      },
    ],
  };
  return `${json(log, 2)}\n`;
}
