/**
 * The grammar of a row of LaTeX over token kinds (`tokens.ts` has the alphabet). It is shallow on purpose: a row is
 * a flat list of operands with their scripts and of signs between them; what is a product, an application or a
 * derivative is decided while the tree is read (`read.ts`), where it is known what the letters are.
 * After a change run `npx tsx scripts/recipes.ts`: what is loaded is the compiled form in `recipe.ts`.
 */
export const GRAMMAR = String.raw`
Latex {
  row = item* end

  item = operand | point | sign
  point = ("m" | "|") "_" argument
  operand = atom script*
  sign = "s" | "x" | "r" | "," | "m" | "." | "!" | "|" | "&" | "k" | "?" | "Y"

  script = ("^" | "_") argument  -- placed
         | "'"+                  -- primes
  argument = group | marked | one
  one = "a" | "n" | "w" | "t" | "o" | "s" | "x" | "d" | "b" | "v" | "r" | "<" | ">" | "," | "."

  atom = group | marked | matrix | fixed | brackets | bars | symbol
  symbol = "a" | "n" | "w" | "b" | "d" | "v" | "t" | "o"
  group = "{" item* "}"

  marked = style | accent | wrapper | stacked | fraction | root
  style = "y" argument
  accent = "c" argument
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
