/**
 * The grammar of a row of LaTeX over token kinds (`tokens.ts` has the alphabet; kinds that stand for themselves in a row
 * are the range `Ā`..`ğ` here, see `plainKind`). It is shallow on purpose: a row is a flat list of operands with their
 * scripts and of signs between them, and what has no script is taken a run at a time. What is a product, an application
 * or a derivative is decided while the tree is read (`read.ts`), where it is known what the letters are.
 * After a change run `npx tsx scripts/recipes.ts`: what is loaded is the compiled form in `recipe.ts`.
 */
export const GRAMMAR = String.raw`
Latex {
  row = item* end

  item = run | operand | bar
  run = ("\u{100}".."\u{11f}" ~("^" | "_" | "'"))+
  operand = atom script*
  bar = ("|" | "N") limit*
  limit = ("_" | "^") argument

  script = ("^" | "_") argument  -- placed
         | "'"+                  -- primes
  argument = one | group | style | accent | wrapper | stacked | fraction | root
  one = "\u{100}".."\u{11f}" | "<" | ">"

  atom = symbol | group | brackets | style | fraction | fixed | bars | accent | matrix | root | wrapper | stacked
  symbol = "\u{100}".."\u{11f}"
  group = "{" item* "}"

  style = "y" argument
  accent = "c" (argument | brackets | fixed | matrix)
  wrapper = "u" argument
  stacked = "U" argument argument
  fraction = "F" argument argument
  root = "S" degree? argument
  degree = "[" (~"]" item)* "]"

  matrix = "B" item* "E"
  fixed = "L" item* "R"
  brackets = "(" item* (")" | "]")
           | "[" item* ("]" | ")")
           | "j" item* "i"
           | "<" item* ">"
  bars = "|" (~"|" item)+ "|"
       | "N" (~"N" item)+ "N"
       | "p" item+ "q"
       | "P" item+ "Q"
}
`;

/** Kinds of tokens that stand in a row by themselves, in the order of their range. */
const PLAIN = "anwbdvtosxr,m.!&k?Y";

/** The character of a kind of token in the string that the grammar matches. */
export function plainKind(kind: string): string {
  const at = PLAIN.indexOf(kind);
  return at < 0 ? kind : String.fromCharCode(0x100 + at);
}
