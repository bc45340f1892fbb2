/** `lsp --stdio`: the language server over stdin and stdout, until the client ends it. */
export async function serve(): Promise<void> {
  await import("../lsp/node/main");
}
