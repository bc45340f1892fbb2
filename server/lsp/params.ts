import { tableOf } from "../core/table";
/** What a request must come with, checked in one place: a client that leaves something out is told what. */

type Check = (value: unknown) => boolean;

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null;
const isText: Check = (v) => typeof v === "string";
const isNumber: Check = (v) => typeof v === "number" && Number.isFinite(v);
const isPosition: Check = (v) => isObject(v) && isNumber(v["line"]) && isNumber(v["character"]);
const isRange: Check = (v) => isObject(v) && isPosition(v["start"]) && isPosition(v["end"]);

/** The fields of all requests; a field has one type wherever it is. */
const FIELDS: Readonly<Record<string, Check>> = tableOf({
  textDocument: (v) => isObject(v) && isText(v["uri"]),
  position: isPosition,
  positions: (v) => Array.isArray(v) && v.every(isPosition),
  range: isRange,
  ranges: (v) => Array.isArray(v) && v.every(isRange),
  context: isObject,
  query: isText,
  newName: isText,
  variable: isText,
  format: isText,
  order: isNumber,
  uri: isText,
  languageId: isText,
  text: isText,
  name: isText,
  arguments: isObject,
  judge: (v) => typeof v === "boolean",
});

/** What a feature cannot do without, beside a document. */
const NEEDED: Readonly<Record<string, readonly string[]>> = tableOf({
  hover: ["textDocument", "position"],
  completion: ["textDocument", "position"],
  "signature help": ["textDocument", "position"],
  "go to definition": ["textDocument", "position"],
  references: ["textDocument", "position"],
  highlight: ["textDocument", "position"],
  "prepare rename": ["textDocument", "position"],
  rename: ["textDocument", "position", "newName"],
  "selection ranges": ["textDocument", "positions"],
  "semantic tokens of a range": ["textDocument", "range"],
  "formatting of a range": ["textDocument", "range"],
  "inlay hints": ["textDocument", "range"],
  "code actions": ["textDocument", "range", "context"],
  "code action": [],
  "workspace symbols": ["query"],
  variables: ["textDocument", "range"],
  derive: ["textDocument", "range", "variable", "order"],
  derivation: ["textDocument", "range", "variable"],
  copy: ["textDocument", "range", "format"],
  "insert declaration": ["textDocument", "range"],
  standings: ["textDocument"],
  check: ["uri", "languageId", "text"],
  tool: ["name", "arguments"],
  claims: ["uri", "languageId", "judge"],
});

/** What is wrong with the parameters of a request, in one sentence; nothing where they are as they should be. */
export function wrongParams(feature: string, params: unknown): string | undefined {
  if (!isObject(params)) return `A request for “${feature}” needs parameters.`;
  const needed = NEEDED[feature] ?? ["textDocument"];
  const missing = needed.find((name) => params[name] === undefined || params[name] === null);
  if (missing !== undefined) return `A request for “${feature}” needs “${missing}”.`;
  const wrong = needed.find((name) => !FIELDS[name]!(params[name]));
  if (wrong !== undefined) return `“${wrong}” of a request for “${feature}” is not what the protocol says.`;
  const optional = Object.keys(FIELDS).find(
    (name) => params[name] !== undefined && params[name] !== null && !FIELDS[name]!(params[name]),
  );
  return optional === undefined || feature === "code action"
    ? undefined
    : `“${optional}” of a request for “${feature}” is not what the protocol says.`;
}
