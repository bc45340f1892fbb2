import { type CancellationToken, type TextDocument, Uri, workspace } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { type ClaimsParams, type ClaimsResult, METHODS } from "../../server/lsp/protocol";
import { hasMath, mayHaveMath } from "../math";

/** The files that can hold claims. */
export const FILES = "**/*.{mcalc,md,markdown,qmd,Rmd,rmd}";
export const SKIPPED = "**/{node_modules,.git}/**";

/** The open document of an address, if it has mathematics in it. A cell of a notebook is none: it is no file of its own. */
export const openText = (uri: string): TextDocument | undefined =>
  workspace.textDocuments.find((d) => d.uri.toString() === uri && isListed(d));

export const isListed = (document: TextDocument): boolean =>
  !document.isClosed && (document.uri.scheme === "untitled" || isFile(document.uri)) && hasMath(document);

const isFile = ({ scheme }: Uri): boolean => !["vscode-notebook-cell", "git", "output", "comment"].includes(scheme);

/**
 * Asks for the claims of a text, as it stands in the editor or else in its file; nothing where it has no mathematics.
 * @throws where the file cannot be read or the server does not answer
 */
export async function claimsOf(
  client: BaseLanguageClient,
  uri: Uri,
  how: Pick<ClaimsParams, "judge" | "quick">,
  token?: CancellationToken,
): Promise<ClaimsResult | undefined> {
  const languageId = uri.path.endsWith(".mcalc") ? "mcalc" : "markdown";
  const open = openText(uri.toString());
  const text = open === undefined ? new TextDecoder().decode(await workspace.fs.readFile(uri)) : undefined;
  if (text !== undefined && languageId === "markdown" && !mayHaveMath(text)) return undefined;
  const params: ClaimsParams = {
    uri: client.code2ProtocolConverter.asUri(uri),
    languageId: open?.languageId ?? languageId,
    ...how,
    ...(text === undefined ? {} : { text }),
  };
  // A token that is there and undefined would be sent along as a parameter.
  return token === undefined
    ? client.sendRequest<ClaimsResult>(METHODS.claims, params)
    : client.sendRequest<ClaimsResult>(METHODS.claims, params, token);
}
