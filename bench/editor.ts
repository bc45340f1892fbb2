/** What somebody waits for in an editor: measured on the bundles of dist/, each process a fresh one. */
import { readFileSync, writeFileSync } from "node:fs";
import Module from "node:module";
import path from "node:path";
import { lineStarts, placeOf } from "./client";
import { ms, table, time, timeAsync, type Times, timesOf } from "./measure";
import { cancellations } from "./cancellation";
import { longNote } from "./notes";
import { bundle, root, Server } from "./server";

/** Whatever is asked of it, it is there: stands for the editor's own module. */
const anything: unknown = new Proxy(function () {}, {
  get: (_, key) =>
    key === Symbol.toPrimitive ? () => "" : key === "then" || key === Symbol.iterator ? undefined : anything,
  set: () => true,
  apply: () => anything,
  construct: () => anything as object,
});

/** Loading the extension and `activate()`, without a document that has mathematics in it. */
function activation(): number {
  const module = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown };
  const load = module._load;
  module._load = (name, ...rest) => (name === "vscode" ? editor : load.call(Module, name, ...rest));
  const require = Module.createRequire(path.join(root, "package.json"));
  delete require.cache[bundle("client.js")];
  const took = time(() => {
    const { activate } = require(bundle("client.js")) as { activate: (context: unknown) => void };
    activate({ subscriptions: [], extensionUri: anything });
  });
  module._load = load;
  return took;
}

/** The parts of the editor that activation looks at, empty; all others are anything. */
const editor: unknown = new Proxy(
  { workspace: { textDocuments: [] }, window: {} },
  {
    get: (own: Record<string, object>, key) =>
      key in own
        ? new Proxy(own[key as string]!, { get: (inner, k) => (k in inner ? inner[k as keyof typeof inner] : k === "activeTextEditor" ? undefined : anything) })
        : anything,
  },
); // prettier-ignore

async function ready(): Promise<number[]> {
  const out: number[] = [];
  for (let i = 0; i < 11; i++) {
    let server: Server | undefined;
    out.push(await timeAsync(async () => (server = await new Server().start())));
    await server!.stop();
  }
  return out;
}

/** Formulas no two of which look alike, so that none is drawn already. */
const FORMULAS = Array.from({ length: 40 }, (_, k) => `f${k} = norm2(${k + 2}*X*w - y)^2 + w'*w`);

async function pictures(): Promise<{ first: number; warm: number[] }> {
  const server = await new Server().start();
  const head = ["X : R^(n×d)", "y : R^n", "w : R^d"];
  const textDocument = await server.open("mcalc", [...head, ...FORMULAS].join("\n"));
  const picture = (i: number): Promise<number> =>
    timeAsync(async () => {
      const position = { line: head.length + i, character: 12 };
      const range = { start: position, end: position };
      const answer = await server.connection.sendRequest("mcalc/picture", { textDocument, position, range });
      if (answer === null) throw new Error("No picture was drawn: build dist/ first (npm run build).");
    });
  const first = await picture(0);
  const warm: number[] = [];
  for (let i = 1; i < FORMULAS.length; i++) warm.push(await picture(i));
  await server.stop();
  return { first, warm };
}

async function hovers(): Promise<{ first: number; later: number[] }> {
  const server = await new Server().start();
  const { text, claims } = longNote(2000);
  const starts = lineStarts(text);
  const textDocument = await server.open("markdown", text);
  const hover = (i: number): Promise<number> =>
    timeAsync(() => {
      const position = placeOf(starts, claims[i % claims.length]! + 30);
      return server.connection.sendRequest("textDocument/hover", { textDocument, position });
    });
  const first = await hover(0);
  const later: number[] = [];
  for (let i = 1; i <= 300; i++) later.push(await hover(i * 31));
  await server.stop();
  return { first, later };
}

const row = (name: string, t: Times, aim: string): string[] => [name, String(t.count), ms(t.median), ms(t.p95), ms(t.most), aim]; // prettier-ignore

activation();
const activations = Array.from({ length: 9 }, activation);
const drawn = await pictures();
const said = await hovers();
const taken = await cancellations();
const took = taken.map((t) => t.took);
const section = [
  "## In the editor",
  "",
  "On the bundles of the package: loading and activating the extension (the editor's own module stands in empty), the server from its start to `initialized`, hovers asked of it over stdin and stdout.",
  "",
  table(
    ["", "runs", "median", "p95", "most", "aim"],
    [
      row("activation", timesOf(activations), "100 ms"),
      row("server ready", timesOf(await ready()), "500 ms"),
      row("first picture: MathJax loads", timesOf([drawn.first]), ""),
      row("picture of a new formula, warm", timesOf(drawn.warm), "150 ms"),
      row("first hover in a note of 2,000 formulas, just opened", timesOf([said.first]), ""),
      row("hover there, text", timesOf(said.later), "p95 50 ms"),
      row("a long request taken back: until it is given up", timesOf(took), "50 ms"),
    ],
  ),
  "",
  "Taken back are derivations, Hessians, their steps, code and hovers of formulas that take long (networks, long chains, the hostile ones), and diagnostics of hostile documents, each some time after it was asked for. Of " +
    `${took.length}, ${took.filter((t) => t > 50).length} took more than 50 ms; p99 ${ms(timesOf(took).p99)}. The slowest:`,
  "",
  table(
    ["request", "taken back after", "given up after"],
    [...taken]
      .sort((a, b) => b.took - a.took)
      .slice(0, 8)
      .map((t) => [t.what, ms(t.after), ms(t.took)]),
  ),
].join("\n");
console.log(`\n${section}`);
const page = path.join(root, "docs", "benchmarks.md");
const text = readFileSync(page, "utf8");
const HEADING = "\n## In the editor\n";
const at = text.indexOf(HEADING);
const next = at === -1 ? -1 : text.indexOf("\n## ", at + HEADING.length);
const before = at === -1 ? text : text.slice(0, at);
writeFileSync(page, `${before.trimEnd()}\n\n${section}\n${next === -1 ? "" : text.slice(next)}`);
process.exit(0);
