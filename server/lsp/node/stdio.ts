import { type Message, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";

/** Messages that may wait for a client that does not read, before no further work is taken on. */
const MOST_UNREAD = 32;

let unread = 0;
let onRead: (() => void)[] = [];
const read = (): Promise<void> => new Promise((resolve) => void onRead.push(resolve));

/** A writer that knows how many messages the client has not taken yet: each waits here until the one before it went out. */
class CountingWriter extends StreamMessageWriter {
  override async write(message: Message): Promise<void> {
    unread++;
    try {
      await super.write(message);
    } finally {
      unread--;
      const waiting = onRead;
      onRead = [];
      for (const resolve of waiting) resolve();
    }
  }
}

let waiting: Promise<void> = Promise.resolve();

/**
 * Resolves once the client has read what it was sent, one waiter after the other: a client that stalls makes the
 * server wait, not grow.
 */
export function roomForAnswers(): Promise<void> | undefined {
  if (unread <= MOST_UNREAD) return undefined;
  waiting = waiting.then(async () => {
    while (unread > MOST_UNREAD) await read();
    await new Promise((resolve) => setImmediate(resolve));
  });
  return waiting;
}

/**
 * Reads and writes messages over stdin and stdout. What is no message (a header without a length, a body that is no
 * JSON) cannot be answered, and nobody knows where the next message begins: the process says so and ends.
 */
export function standardStreams(isShutDown: () => boolean): [StreamMessageReader, StreamMessageWriter] {
  const reader = new StreamMessageReader(process.stdin);
  const writer = new CountingWriter(process.stdout);
  reader.onError((error) => {
    process.stderr.write(
      `mcalc lsp: what came over stdin is no message of the protocol (${firstLine(error.message)}).\n`,
    );
    process.exit(1);
  });
  // While answers wait to be read, questions wait in the pipe.
  process.stdin.on("data", () => {
    const room = roomForAnswers();
    if (room === undefined) return;
    process.stdin.pause();
    void room.then(() => process.stdin.resume());
  });
  // A client that went away without `exit` leaves no server behind.
  for (const event of ["end", "close"]) process.stdin.on(event, () => process.exit(isShutDown() ? 0 : 1));
  process.stdout.on("error", () => process.exit(1));
  return [reader, writer];
}

const firstLine = (text: string): string => text.split(/[\r\n]/, 1)[0]!.slice(0, 120);
