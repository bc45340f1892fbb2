import type { CancellationToken } from "vscode-languageserver";
import { check } from "../features/checking";
import { Cancelled } from "../features/turn";
import { languageOf, read } from "./reading";
import type { Requests } from "./requests";
import { TEXTS } from "./texts";
import { makeTurn } from "./turns";
import type { Open } from "./workspace";

/** A text that a client sends along, and what is wanted of it. */
export interface Unopened {
  readonly uri: string;
  readonly languageId: string;
  readonly text: string;
  readonly judge: boolean;
}

/** Reads a text that is not open, with its settings, and judges it where that is wanted; nothing of a kind that is not read. */
export async function readUnopened(
  { workspace, environment }: Requests,
  { uri, languageId, text: sent, judge }: Unopened,
  token: CancellationToken,
): Promise<Open | undefined> {
  const language = languageOf(languageId, uri);
  if (language === undefined) return undefined;
  const turn = makeTurn(environment, () => {
    if (token.isCancellationRequested) throw new Cancelled();
  });
  const settings = await workspace.settings(uri);
  const text = TEXTS.create(uri, languageId, 0, sent);
  const document = await read(language, uri, 0, text.getText(), undefined, turn, settings.macros);
  await turn();
  const checked = judge ? await check(document, settings, turn) : undefined;
  return { text, snapshot: { document, settings, ...(checked === undefined ? {} : { checked }) } };
}
