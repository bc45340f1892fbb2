/**
 * The grammar of `.mcalc` over token kinds (`scan.ts` has the alphabet). It is shallow on purpose: operands and
 * infix signs come as one flat row, and precedence is resolved while the tree is built (`build.ts`).
 * After a change run `npx tsx scripts/recipes.ts`: what is loaded is the compiled form in `recipe.ts`.
 */
export const GRAMMAR = String.raw`
Mcalc {
  expression = row end

  row = operand tail*
  tail = infix operand
  infix = "+" | "-" | "*" | "/" | "o" | "k" | "|"
  operand = sign* primary postfix*
  sign = "-" | "+"

  postfix = "'"                     -- transpose
          | "u"                     -- superscript
          | ("^" | "p") exponent    -- power
          | "[" indices "]"         -- index
  exponent = sign* primary index*
  index = "[" indices "]"
  indices = listOf<(row | ":"), ",">

  primary = number | derivative | differential | overSum | gradient | call | name | group | literal | hole
  number = "n"
  name = "v" | "d" | "s" | "g" | "h" | "R" | "x"
  group = "(" row ")"
  hole = "_"

  derivative = "d" "(" row ")" "/" under
  under = differential+                        -- one
        | "(" differential moreUnder* ")"      -- several
  moreUnder = "*"? differential
  differential = "d" "(" row ")"
  gradient = ("g" | "h") "(" row ("," row)+ ")"
  overSum = "s" "(" name ("E" | "=") row "r" row "," row ")"
  call = name "'"* "(" listOf<row, ","> ")"
  literal = "[" nonemptyListOf<cells, ";"> "]"
  cells = nonemptyListOf<row, ",">

  declaration = nonemptyListOf<name, ","> (":" | "E") "R" size? property* family? end
  size = "^" "(" sides ")"    -- round
       | "^" "{" sides "}"    -- curly
       | "^" side             -- bare
       | "u"                  -- superscript
  sides = row (("%" | "x" | ",") row)*
  side = atom (("%" | "x") atom)*
  atom = number | name
  property = ","? name
  family = ","? "F" name ("=" | "E" | ":") row "r" row

  head = name ("(" nonemptyListOf<name, ","> ")")? end
}
`;
