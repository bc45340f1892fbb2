/**
 * A text with plain line feeds. Documents are read like this, whatever their lines end with: lines and characters stay what
 * they are, and nothing that is looked for in a text need know of other line ends.
 */
export const withLineFeeds = (text: string): string => (text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text);
