/** How long it takes until a request that is taken back is given up, measured from another process. */
import { CancellationTokenSource, ResponseError } from "vscode-jsonrpc/node";
import { DOCUMENTS, QUESTIONS } from "../test/robust/hostileInputs";
import { alternating, type NamedQuestion, network, networkHessian, tracePower } from "./questions";
import { Server } from "./server";

export interface TakenBack {
  readonly what: string;
  /** After how long it was taken back, and how long it took to be given up, in milliseconds. */
  readonly after: number;
  readonly took: number;
}

const DELAYS = [4, 15, 40, 90];
/** `RequestCancelled` in the protocol. */
const CANCELLED = -32800;

const GROWN: readonly NamedQuestion[] = [alternating(32), tracePower(32), network(10), networkHessian(3), networkHessian(10)]; // prettier-ignore

const REQUESTS: readonly (readonly [method: string, params: object])[] = [
  ["mcalc/derive", { order: 1 }],
  ["mcalc/derive", { order: 2 }],
  ["mcalc/derivation", { order: 1 }],
  ["mcalc/copy", { order: 1, format: "numpy" }],
  ["textDocument/hover", {}],
];

const sleep = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));

/** Requests that were still running when they were taken back. */
export async function cancellations(): Promise<TakenBack[]> {
  const server = await new Server().start();
  const out: TakenBack[] = [];
  const takeBack = async (what: string, method: string, params: object): Promise<void> => {
    for (const after of DELAYS) {
      const source = new CancellationTokenSource();
      const started = performance.now();
      let answered = false;
      let given = NaN;
      const ended = server.connection.sendRequest(method, params, source.token).then(
        () => void (answered = true),
        (error: unknown) => {
          answered = true;
          if (error instanceof ResponseError && error.code === CANCELLED) given = performance.now();
        },
      );
      await sleep(after);
      // What is answered by now was not long.
      if (answered) return;
      const at = performance.now();
      source.cancel();
      await ended;
      if (!Number.isNaN(given)) out.push({ what, after: at - started, took: given - at });
    }
  };
  /** Resolves once the server has taken in everything sent before. */
  const settled = (): Promise<unknown> =>
    server.connection.sendRequest("textDocument/hover", { textDocument: { uri: "file:///none" }, position: { line: 0, character: 0 } }); // prettier-ignore

  let number = 0;
  for (const q of [...GROWN, ...QUESTIONS.filter((q) => q.mayAnswer === true && q.expr.length < 20_000)]) {
    const given = q.given.flatMap((g) => g.split("\n"));
    const textDocument = await server.open("mcalc", `${given.join("\n")}\nf = ${q.expr}\n`, `question${number++}`);
    const line = given.length;
    const place = { line, character: 4 };
    const range = { start: place, end: { line, character: 4 + q.expr.length } };
    await settled();
    for (const [method, params] of REQUESTS)
      await takeBack(`${method.slice(method.indexOf("/") + 1)} of ${q.name}`, method, { textDocument, position: place, range, variable: q.wrt[0], ...params }); // prettier-ignore
    await server.connection.sendNotification("textDocument/didClose", { textDocument });
  }
  for (const d of DOCUMENTS) {
    const textDocument = await server.open(d.language, d.text, `document${number++}`);
    await settled();
    await takeBack(`diagnostics of ${d.name} (${d.language})`, "textDocument/diagnostic", { textDocument });
    await server.connection.sendNotification("textDocument/didClose", { textDocument });
  }
  await server.stop();
  return out;
}
