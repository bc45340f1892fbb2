/** Long statements of Python over several lines, in Black's style: inside brackets, operators in front. */

const WIDTH = 88;

/** Signs between operands, those that hold together least first. */
const SIGNS: readonly (readonly string[])[] = [
  [" + ", " - "],
  [" @ ", " * ", " / "],
];

/** Where something outside of all brackets and strings begins, after the start. */
function places(text: string, found: (at: number) => boolean): number[] {
  const out: number[] = [];
  let depth = 0;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== "") {
      if (c === quote) quote = "";
    } else if (c === '"') quote = c;
    else if ("([{".includes(c)) depth++;
    else if (")]}".includes(c)) depth--;
    else if (depth === 0 && i > 0 && found(i)) out.push(i);
  }
  return out;
}

/** The text cut in front of its loosest signs, or after its commas. */
function parts(text: string): readonly string[] {
  const commas = places(text, (i) => text.startsWith(", ", i));
  const cut = (at: readonly number[], skip: number): string[] =>
    [0, ...at.map((i) => i + skip)].map((from, k) => text.slice(from, at[k] === undefined ? undefined : at[k] + skip - 1)).map((x) => x.trim()); // prettier-ignore
  if (commas.length > 0) return cut(commas, 2).map((x) => (x.endsWith(",") ? x : `${x},`));
  for (const signs of SIGNS) {
    const at = places(text, (i) => signs.some((s) => text.startsWith(s, i)));
    if (at.length > 0) return cut(at, 1);
  }
  return [text];
}

/** Where the bracket opens that a text ends with. */
function bracketBefore(text: string): number | undefined {
  if (!/[)\]]$/.test(text)) return undefined;
  let depth = 0;
  let quote = "";
  for (let i = text.length - 1; i >= 0; i--) {
    const c = text[i]!;
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === '"') quote = c;
    else if (")]}".includes(c)) depth++;
    else if ("([{".includes(c) && --depth === 0) return i;
  }
  return undefined;
}

/** One statement, in several lines where it is too long for one and can be; its indentation comes before. */
export function wrapped(line: string, indent: string): readonly string[] {
  const room = WIDTH - indent.length;
  if (line.length <= room || line.trimStart().startsWith("#") || line.endsWith(":")) return [line];
  const own = /^ */.exec(line)![0];
  const assertion = /^( *assert .*?), (f?".*")$/.exec(line);
  if (assertion !== null) return [`${assertion[1]!}, (`, `${own}    ${assertion[2]!}`, `${own})`];
  const equals = places(line, (i) => /^ [-+]?= /.test(line.slice(i, i + 4)))[0];
  const returned = line.startsWith(`${own}return `) ? own.length + 7 : undefined;
  const cut = returned ?? (equals === undefined ? undefined : line.indexOf("= ", equals) + 2);
  if (cut === undefined) return [line];
  const [start, value] = [line.slice(0, cut), line.slice(cut)];
  if (places(value, (i) => value.startsWith(" for ", i)).length > 0 || value.startsWith("lambda")) return [line];
  const inner = own.length + 4;
  const plain = places(value, (i) => value.startsWith(", ", i)).length === 0;
  if (plain && value.length <= room - inner) return [`${start}(`, `${own}    ${value}`, `${own})`];
  const pieces = parts(value);
  if (pieces.length < 2) {
    const open = bracketBefore(value);
    if (open === undefined || value.endsWith("()")) return [line];
    return [`${start}${value.slice(0, open + 1)}`, `${own}    ${value.slice(open + 1, -1)}`, `${own}${value.at(-1)!}`];
  }
  return [`${start}(`, ...pieces.map((x) => `${own}    ${x}`), `${own})`];
}
