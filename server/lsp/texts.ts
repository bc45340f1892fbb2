import type { TextDocumentsConfiguration } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { withLineFeeds } from "../core/lineEnds";

/** What the lines of each open text end with in the editor. */
const ends = new WeakMap<TextDocument, string>();

const endIn = (text: string): string | undefined => (text.includes("\r\n") ? "\r\n" : undefined);

/** Open texts, with plain line feeds: positions in them are those of the editor. */
export const TEXTS: TextDocumentsConfiguration<TextDocument> = {
  create(uri, languageId, version, content) {
    const text = TextDocument.create(uri, languageId, version, withLineFeeds(content));
    ends.set(text, endIn(content) ?? "\n");
    return text;
  },
  update(text, changes, version) {
    const plain = changes.map((c) => ({ ...c, text: withLineFeeds(c.text) }));
    const updated = TextDocument.update(text, plain, version);
    const whole = changes.findLast((c) => !("range" in c));
    ends.set(updated, whole === undefined ? (ends.get(text) ?? "\n") : (endIn(whole.text) ?? "\n"));
    return updated;
  },
};

/** What is written into a text, with its own line ends. */
export const asWrittenIn = (text: TextDocument, inserted: string): string =>
  inserted.replaceAll("\n", ends.get(text) ?? "\n");
