/** Kinds of tokens that stand in a row by themselves, in the order of their range in `latex.ohm`. */
const PLAIN = "anwbdvtosxr,m.!&k?Y";

/** The character of a kind of token in the string that the grammar matches. */
export function plainKind(kind: string): string {
  const at = PLAIN.indexOf(kind);
  return at < 0 ? kind : String.fromCharCode(0x100 + at);
}
