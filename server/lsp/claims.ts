/** The claims of a text, for a list of tests: listed at once, judged when they are run. */
import type { CancellationToken } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { claimList, type ClaimList, claimsOfNoteText, claimsOfText } from "../features/claims";
import { Cancelled } from "../features/turn";
import { toRange } from "./convert";
import { type ClaimsParams, type ClaimsResult, METHODS } from "./protocol";
import { languageOf } from "./reading";
import type { Requests } from "./requests";
import { TEXTS } from "./texts";
import { makeTurn } from "./turns";
import { readUnopened } from "./unopened";
import type { Open } from "./workspace";

const NONE: ClaimsResult = { sections: [], claims: [], unread: [] };

export function registerClaims(requests: Requests): void {
  requests.connection.onRequest(
    METHODS.claims,
    requests.guard("claims", async (params: ClaimsParams, token) => {
      const found = await listed(requests, params, token);
      if (found === undefined) return NONE;
      const { text, list } = found;
      const { sections, claims, unread } = list;
      return {
        sections: sections.map(({ span, ...section }) => ({ ...section, range: toRange(text, span) })),
        claims: claims.map(({ span, ...claim }) => ({
          ...claim,
          range: toRange(text, span),
          text: text.getText().slice(span.start, span.end),
        })),
        unread: unread.map((span) => toRange(text, span)),
      };
    }),
  );
}

async function listed(
  requests: Requests,
  params: ClaimsParams,
  token: CancellationToken,
): Promise<{ readonly text: TextDocument; readonly list: ClaimList } | undefined> {
  const { uri, languageId, text: sent, judge, quick } = params;
  const { languages } = await requests.workspace.settings(uri);
  const language = languageOf(languageId, uri);
  if (language === undefined || !languages.includes(language)) return undefined;
  if (sent !== undefined && !judge && (language === "mcalc" || quick === true)) {
    const text = TEXTS.create(uri, languageId, 0, sent);
    return { text, list: (language === "mcalc" ? claimsOfText : claimsOfNoteText)(text.getText()) };
  }
  const found =
    sent === undefined
      ? await opened(requests, params, token)
      : await readUnopened(requests, { uri, languageId, text: sent, judge }, token);
  return found === undefined ? undefined : { text: found.text, list: claimList(found.snapshot) };
}

async function opened(
  { workspace, environment }: Requests,
  { uri, judge }: ClaimsParams,
  token: CancellationToken,
): Promise<Open | undefined> {
  if (!judge) return workspace.open(uri);
  const state = workspace.state(uri);
  return workspace.checked(
    uri,
    makeTurn(environment, () => {
      if (token.isCancellationRequested) throw new Cancelled();
      if (state !== undefined) workspace.expect(uri, state);
    }),
  );
}
