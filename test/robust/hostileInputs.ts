/** Inputs that no person writes and every program meets: each must be answered in one sentence, quickly. */

/** A question to the calculus. */
export interface HostileQuestion {
  readonly name: string;
  readonly expr: string;
  readonly wrt: readonly string[];
  readonly given: readonly string[];
  /** An answer is fine as well: then it must be a right one, as quickly. */
  readonly mayAnswer?: boolean;
}

const repeated = (part: string, count: number, between = ""): string =>
  count <= 0 ? "" : (part + between).repeat(count - 1) + part;
const SQUARE = ["X : R^(n×n)"];
const numbered = (count: number, f: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => f(i));

/** `d1 = d0*d0`, `d2 = d1*d1`, …: written out, the last one has 2^count factors. */
export const doubling = (count: number, sign = "*"): string[] => [
  "d0 = X",
  ...numbered(count, (i) => `d${i + 1} = d${i} ${sign} d${i}`),
];

export const QUESTIONS: readonly HostileQuestion[] = [
  {
    name: "100,000 nested parentheses",
    expr: `${repeated("(", 1e5)}x${repeated(")", 1e5)}`,
    wrt: ["x"],
    given: ["x : R"],
  },
  { name: "parentheses that never close", expr: repeated("(", 1e5), wrt: ["x"], given: ["x : R"] },
  { name: "parentheses that close nothing", expr: repeated(")", 1e5), wrt: ["x"], given: ["x : R"] },
  { name: "the millionth power of a matrix", expr: "tr(X^1000000)", wrt: ["X"], given: SQUARE, mayAnswer: true },
  { name: "the millionth entrywise power", expr: "sum(X.^1000000)", wrt: ["X"], given: SQUARE, mayAnswer: true },
  { name: "a power as large as numbers go", expr: "x^1e308", wrt: ["x"], given: ["x : R"], mayAnswer: true },
  { name: "a tower of powers", expr: `x${repeated("^2", 90)}`, wrt: ["x"], given: ["x : R"], mayAnswer: true },
  {
    name: "a negative millionth power",
    expr: "tr(X^(-1000000))",
    wrt: ["X"],
    given: ["X : R^(n×n) invertible"],
    mayAnswer: true,
  },
  { name: "the trace of 5,000 equal factors", expr: `tr(${repeated("X", 5000, "*")})`, wrt: ["X"], given: SQUARE },
  {
    name: "the trace of 500 equal factors",
    expr: `tr(${repeated("X", 500, "*")})`,
    wrt: ["X"],
    given: SQUARE,
    mayAnswer: true,
  },
  {
    name: "the trace of 200 equal factors",
    expr: `tr(${repeated("X", 200, "*")})`,
    wrt: ["X"],
    given: SQUARE,
    mayAnswer: true,
  },
  {
    name: "a product of 300 variables in turn with X",
    expr: `tr(${numbered(300, (i) => `A${i}*X`).join("*")})`,
    wrt: ["X"],
    given: ["X : R^(n×n)", ...numbered(300, (i) => `A${i} : R^(n×n)`)],
    mayAnswer: true,
  },
  {
    name: "a sum of 5,000 terms",
    expr: numbered(5000, (i) => `${i + 1}*sin(${i + 1}*x)`).join("+"),
    wrt: ["x"],
    given: ["x : R"],
  },
  {
    name: "a sum of 800 terms",
    expr: numbered(800, (i) => `sin(${i + 1}*x)`).join("+"),
    wrt: ["x"],
    given: ["x : R"],
    mayAnswer: true,
  },
  {
    name: "a product of 400 sums",
    expr: numbered(400, (i) => `(x+${i + 1})`).join("*"),
    wrt: ["x"],
    given: ["x : R"],
    mayAnswer: true,
  },
  {
    name: "a product of 40 matrix sums",
    expr: `tr(${numbered(40, (i) => `(X+${i + 1}*A)`).join("*")})`,
    wrt: ["X"],
    given: ["X, A : R^(n×n)"],
    mayAnswer: true,
  },
  { name: "a sum to the hundredth power", expr: "(x+y+z)^100", wrt: ["x"], given: ["x, y, z : R"], mayAnswer: true },
  {
    name: "90 functions inside one another",
    expr: `${repeated("sin(", 90)}x${repeated(")", 90)}`,
    wrt: ["x"],
    given: ["x : R"],
    mayAnswer: true,
  },
  {
    name: "the fifth derivative of 30 functions inside one another",
    expr: `${repeated("sin(", 30)}x${repeated(")", 30)}`,
    wrt: ["x", "x", "x", "x", "x"],
    given: ["x : R"],
    mayAnswer: true,
  },
  {
    name: "the eighth derivative of a quotient",
    expr: "exp(x)*sin(x)*log(x)/(1+x^2)^3",
    wrt: repeated("x", 8, ",").split(","),
    given: ["x : R"],
    mayAnswer: true,
  },
  {
    name: "the fourth derivative of softmax",
    expr: "softmax(A*x)",
    wrt: ["x", "x", "x", "x"],
    given: ["x : R^n", "A : R^(n×n)"],
    mayAnswer: true,
  },
  {
    name: "a literal matrix of 1,000 by 1,000",
    expr: `[${repeated(repeated("1", 1000, ","), 1000, ";")}]*x`,
    wrt: ["x"],
    given: ["x : R^1000"],
  },
  {
    name: "a literal matrix of 60 by 60",
    expr: `[${repeated(numbered(60, (i) => `${i}*x`).join(","), 60, ";")}]`,
    wrt: ["x"],
    given: ["x : R"],
    mayAnswer: true,
  },
  { name: "a line of five million characters", expr: repeated("x+", 2.5e6) + "x", wrt: ["x"], given: ["x : R"] },
  {
    name: "a name of 10,000 letters",
    expr: `${repeated("x", 1e4)}'*${repeated("x", 1e4)}`,
    wrt: [repeated("x", 1e4)],
    given: [`${repeated("x", 1e4)} : R^n`],
    mayAnswer: true,
  },
  { name: "a number of 10,000 digits", expr: `${repeated("9", 1e4)}*x`, wrt: ["x"], given: ["x : R"], mayAnswer: true },
  {
    name: "a size of 10^15",
    expr: "ones(1000000000000000,1)'*x",
    wrt: ["x"],
    given: ["x : R^1000000000000000"],
    mayAnswer: true,
  },
  {
    name: "a Kronecker product of 30 factors",
    expr: numbered(30, () => "X").join("⊗"),
    wrt: ["X"],
    given: ["X : R^(2×2)"],
    mayAnswer: true,
  },
  {
    name: "a Kronecker product of sizes without names",
    expr: `tr(${numbered(8, () => "X").join("⊗")})`,
    wrt: ["X"],
    given: SQUARE,
    mayAnswer: true,
  },
  {
    name: "30 definitions, each used twice in a product",
    expr: "tr(d30)",
    wrt: ["X"],
    given: [...SQUARE, ...doubling(30)],
    mayAnswer: true,
  },
  {
    name: "30 definitions, each used twice in a sum",
    expr: "tr(d30)",
    wrt: ["X"],
    given: [...SQUARE, ...doubling(30, "+")],
    mayAnswer: true,
  },
  {
    name: "2,000 chained definitions, each used twice",
    expr: "tr(d2000)",
    wrt: ["X"],
    given: [...SQUARE, ...doubling(2000)],
  },
  {
    name: "2,000 chained definitions, each used twice in a sum",
    expr: "tr(d2000)",
    wrt: ["X"],
    given: [...SQUARE, ...doubling(2000, "+")],
    mayAnswer: true,
  },
  {
    name: "40 functions, each calling the one before twice",
    expr: "f40(x)",
    wrt: ["x"],
    given: ["x : R", "f0(t) = sin(t)", ...numbered(40, (i) => `f${i + 1}(t) = f${i}(t)*f${i}(t+1)`)],
    mayAnswer: true,
  },
  {
    name: "20 functions of functions",
    expr: "f20(x)",
    wrt: ["x"],
    given: ["x : R", "f0(t) = t*t+1", ...numbered(20, (i) => `f${i + 1}(t) = f${i}(f${i}(t))`)],
    mayAnswer: true,
  },
  { name: "a definition by itself", expr: "f", wrt: ["x"], given: ["x : R", "f = f*x"], mayAnswer: true },
  { name: "5,000 transposes", expr: `x${repeated("'", 5000)}`, wrt: ["x"], given: ["x : R^n"], mayAnswer: true },
  { name: "5,000 signs", expr: `${repeated("-", 5000)}x`, wrt: ["x"], given: ["x : R"], mayAnswer: true },
  {
    name: "60 inverses inside one another",
    expr: `${repeated("inv(X+", 60)}X${repeated(")", 60)}`,
    wrt: ["X"],
    given: SQUARE,
    mayAnswer: true,
  },
  {
    name: "a network of 60 layers",
    expr: `sum(${numbered(60, (i) => `tanh(W${i}*`).join("")}x${repeated(")", 60)})`,
    wrt: ["x"],
    given: ["x : R^n", ...numbered(60, (i) => `W${i} : R^(n×n)`)],
    mayAnswer: true,
  },
  {
    name: "the Hessian of a network of 12 layers",
    expr: `sum(${numbered(12, (i) => `tanh(W${i}*`).join("")}x${repeated(")", 12)})`,
    wrt: ["x", "x"],
    given: ["x : R^n", ...numbered(12, (i) => `W${i} : R^(n×n)`)],
    mayAnswer: true,
  },
  {
    name: "sums inside sums",
    expr: `${numbered(20, (i) => `sum(i${i} in 1..n, `).join("")}x${repeated(")", 20)}`,
    wrt: ["x"],
    given: ["x : R", "y : R^n"],
    mayAnswer: true,
  },
  { name: "a sum to a billion", expr: "sum(i in 1..1000000000, x^i)", wrt: ["x"], given: ["x : R"], mayAnswer: true },
  { name: "characters that mean nothing", expr: repeated("\u0000\ud800", 5e4), wrt: ["x"], given: ["x : R"] },
  { name: "100,000 dollar signs", expr: repeated("$", 1e5), wrt: ["x"], given: ["x : R"] },
  { name: "100,000 letters one after the other", expr: repeated("x ", 1e5), wrt: ["x"], given: ["x : R"] },
  {
    name: "5,000 variables in one sum",
    expr: numbered(5000, (i) => `a${i}`).join("+"),
    wrt: ["a0"],
    given: [`${numbered(5000, (i) => `a${i}`).join(", ")} : R`],
  },
  {
    name: "400 variables in one sum",
    expr: numbered(400, (i) => `a${i}`).join("+"),
    wrt: ["a0"],
    given: [`${numbered(400, (i) => `a${i}`).join(", ")} : R`],
    mayAnswer: true,
  },
  {
    name: "a chain of 300 entrywise products",
    expr: `sum(${repeated("x", 300, ".*")})`,
    wrt: ["x"],
    given: ["x : R^n"],
    mayAnswer: true,
  },
  {
    name: "a chain of 200 entrywise quotients",
    expr: `sum(${numbered(200, (i) => `(x+${i + 1})`).join("./")})`,
    wrt: ["x"],
    given: ["x : R^n"],
    mayAnswer: true,
  },
  {
    name: "Kronecker products inside one another",
    expr: `tr(${repeated("kron(X, ", 20)}X${repeated(")", 20)})`,
    wrt: ["X"],
    given: SQUARE,
    mayAnswer: true,
  },
  {
    name: "a vector of a million entries",
    expr: "norm2(x)^2",
    wrt: ["x", "x"],
    given: ["x : R^1000000"],
    mayAnswer: true,
  },
  {
    name: "a size with a large power",
    expr: "x'*x",
    wrt: ["x"],
    given: ["x : R^(n^40*m^40)"],
    mayAnswer: true,
  },
  {
    name: "a hundred indices",
    expr: `${numbered(100, (i) => `A[${i + 1},${i + 2}]`).join("*")}`,
    wrt: ["A"],
    given: ["A : R^(200×200)"],
    mayAnswer: true,
  },
  {
    name: "eight sums of products",
    expr: `${numbered(8, (i) => `sum(i${i} in 1..n, x[i${i}]*`).join("")}1${repeated(")", 8)}`,
    wrt: ["x", "x"],
    given: ["x : R^n"],
    mayAnswer: true,
  },
  {
    name: "softmax of softmax of softmax",
    expr: `sum(${repeated("softmax(A*", 12)}x${repeated(")", 12)})`,
    wrt: ["x"],
    given: ["x : R^n", "A : R^(n×n)"],
    mayAnswer: true,
  },
  {
    name: "the Hessian of 12 functions of matrices inside one another",
    expr: `tr(${numbered(12, (i) => `${["inv", "expm"][i % 2]!}(X+`).join("")}X${repeated(")", 12)})`,
    wrt: ["X", "X"],
    given: SQUARE,
    mayAnswer: true,
  },
  {
    name: "100,000 combining marks",
    expr: `x${repeated("\u0301", 1e5)}`,
    wrt: ["x"],
    given: ["x : R"],
    mayAnswer: true,
  },
  { name: "a short line of errors", expr: repeated("x x ) ", 300), wrt: ["x"], given: ["x : R"], mayAnswer: true },
];

/** A document, by its name; the checks must come to an end whatever they say. */
export interface HostileDocument {
  readonly name: string;
  readonly language: "mcalc" | "markdown";
  readonly text: string;
  /** Long documents may take longer, in milliseconds. */
  readonly most?: number;
}

const math = (text: string): string => `# Note\n\nLet $X \\in \\mathbb{R}^{n \\times n}$.\n\n$$${text}$$\n`;

export const DOCUMENTS: readonly HostileDocument[] = [
  { name: "100,000 dollar signs", language: "markdown", text: repeated("$", 1e5) },
  { name: "100,000 dollar signs with spaces", language: "markdown", text: repeated("$ ", 1e5) },
  { name: "100,000 dollar signs with letters", language: "markdown", text: repeated("$a", 1e5) },
  { name: "10,000 lines with one dollar", language: "markdown", text: repeated("$a\n", 1e4) },
  { name: "200,000 backquotes", language: "markdown", text: numbered(600, (i) => repeated("`", i)).join(" ") },
  { name: "100,000 opening brackets of links", language: "markdown", text: repeated("[", 1e5) },
  { name: "100,000 quotes inside one another", language: "markdown", text: repeated(">", 1e5) },
  { name: "100,000 stars", language: "markdown", text: repeated("*a_ ", 5e4) },
  {
    name: "lists inside lists",
    language: "markdown",
    text: numbered(500, (i) => `${repeated(" ", 2 * i)}- a`).join("\n"),
  },
  {
    name: "a list of 600 indented paragraphs",
    language: "markdown",
    text: `- a\n${repeated("\n    $x = 1$ and more\n", 600)}`,
  },
  { name: "600 lines of HTML", language: "markdown", text: `${repeated("    <b>$x = 1$</b>\n\n", 600)}` },
  { name: "closings of display formulas", language: "markdown", text: `${repeated("\\[ x = ", 2e4)} \\]` },
  { name: "openings of display formulas", language: "markdown", text: repeated("\\[ x = ", 5e4) },
  { name: "openings of environments", language: "markdown", text: repeated("\\begin{align} x ", 2e4) },
  { name: "openings of code", language: "markdown", text: repeated("<pre> ", 4e4) },
  { name: "openings of comments", language: "markdown", text: repeated("<!-- ", 4e4) },
  { name: "100,000 braces", language: "markdown", text: math(repeated("{", 1e5)) },
  { name: "nested braces", language: "markdown", text: math(`${repeated("{", 5000)}X${repeated("}", 5000)}`) },
  {
    name: "nested fractions",
    language: "markdown",
    text: math(`${repeated("\\frac{1}{", 2000)}X${repeated("}", 2000)} = 1`),
  },
  {
    name: "nested left and right",
    language: "markdown",
    text: math(`${repeated("\\left(", 3000)}X${repeated("\\right)", 3000)} = X`),
  },
  {
    name: "nested superscripts",
    language: "markdown",
    text: math(`${repeated("X^{", 3000)}2${repeated("}", 3000)} = X`),
  },
  { name: "bars", language: "markdown", text: math(`${repeated("|X", 2000)} = 1`) },
  {
    name: "5,000 factors",
    language: "markdown",
    text: math(`\\frac{\\partial}{\\partial X} \\operatorname{tr}(${repeated("X", 5000, " ")}) = X`),
  },
  {
    name: "200 factors",
    language: "markdown",
    text: math(`\\frac{\\partial}{\\partial X} \\operatorname{tr}(${repeated("X", 200, " ")}) = X`),
  },
  {
    name: "a millionth power",
    language: "markdown",
    text: math("\\frac{\\partial}{\\partial X} \\operatorname{tr}(X^{1000000}) = 1000000 (X^{999999})^T"),
  },
  { name: "a chain of 3,000 equalities", language: "markdown", text: math(repeated("X", 3000, " = ")) },
  {
    name: "a matrix of 300 by 300",
    language: "markdown",
    text: math(`A = \\begin{pmatrix}${repeated(repeated("1", 300, "&"), 300, "\\\\")}\\end{pmatrix}`),
  },
  {
    name: "a macro that expands into itself",
    language: "markdown",
    text: `$\\newcommand{\\a}{\\a\\a}$\n\n${math("\\a = X")}`,
  },
  {
    name: "macros that double",
    language: "markdown",
    text: `${numbered(26, (i) => `$\\newcommand{\\m${String.fromCharCode(97 + i)}}{\\m${String.fromCharCode(98 + i)}\\m${String.fromCharCode(98 + i)}}$`).join("\n")}\n\n${math("\\ma = X")}`,
  },
  {
    name: "a macro with an argument that doubles",
    language: "markdown",
    text: `$\\newcommand{\\f}[1]{#1 #1}$\n\n${math(`${repeated("\\f{", 30)}X${repeated("}", 30)}`)}`,
  },
  {
    name: "2,000 definitions of macros",
    language: "markdown",
    text: `${numbered(2000, (i) => `$\\def\\x${String.fromCharCode(97 + (i % 26))}{${i}}$`).join("\n")}\n`,
  },
  { name: "100,000 openings of brackets", language: "markdown", text: math(repeated("\\left(", 1e5)) },
  { name: "100,000 transposes", language: "markdown", text: math(`X${repeated("^T", 1e5)}`) },
  { name: "100,000 subscripts", language: "markdown", text: math(`X${repeated("_i", 1e5)}`) },
  { name: "unfinished fractions", language: "markdown", text: math(repeated("\\frac{", 5e4)) },
  {
    name: "a fence of code of 5 MB",
    language: "markdown",
    text: `\`\`\`python\n${repeated("x = 1 # $a$\n", 4e5)}\`\`\`\n`,
  },
  {
    name: "a fence of mathematics of 20,000 rows",
    language: "markdown",
    text: `\`\`\`math\n${repeated("x = 1 \\\\\n", 2e4)}\`\`\`\n`,
  },
  {
    name: "a fence of mcalc of 2,000 lines",
    language: "markdown",
    text: `\`\`\`mcalc\nx : R^n\n${numbered(2000, (i) => `y${i} = ${i}*x'*x`).join("\n")}\n\`\`\`\n`,
  },
  { name: "a table of 3,000 rows", language: "markdown", text: `|a|b|\n|-|-|\n${repeated("|$x$|$y^2$|\n", 3000)}` },
  {
    name: "quotations and lists inside one another",
    language: "markdown",
    text: numbered(300, (i) => `${repeated("> - ", i % 60)}$x = 1$`).join("\n"),
  },
  { name: "2,000 footnotes", language: "markdown", text: numbered(2000, (i) => `[^${i}]: $x$`).join("\n") },
  {
    name: "10,000 definitions of macros in one formula",
    language: "markdown",
    text: `$${numbered(10_000, (i) => `\\def\\m${repeated(String.fromCharCode(97 + (i % 26)), 1 + (Math.floor(i / 26) % 40))}{${i}}`).join("")}$\n`,
  },
  {
    name: "a macro with 20 calls inside one another in each of 200 formulas",
    language: "markdown",
    text: `$\\newcommand{\\f}[1]{(#1)}$\n\n${repeated(`$${repeated("\\f{", 20)}x${repeated("}", 20)}$\n\n`, 200)}`,
  },
  {
    name: "1,000 letters in a name",
    language: "markdown",
    text: math(`\\mathrm{${repeated("x", 1000)}}^T \\mathrm{${repeated("x", 1000)}} = 1`),
  },
  { name: "sums inside sums", language: "markdown", text: math(`${repeated("\\sum_{i=1}^{n}", 200)} x_i = 1`) },
  {
    name: "an index that is a formula of indices",
    language: "markdown",
    text: math(`x${repeated("_{i", 2000)}${repeated("}", 2000)} = 1`),
  },
  {
    name: "combining marks",
    language: "markdown",
    text: math(`x${repeated("\u0301", 1e5)} = ${repeated("e\u0301\u0302", 1e4)}`),
  },
  {
    name: "1,000 declarations in one sentence",
    language: "markdown",
    text: numbered(1000, (i) => `Let $x_{${i}} \\in \\mathbb{R}^{n}$.`).join(" "),
  },
  {
    name: "1,000 rows of a chain",
    language: "markdown",
    text: `$$\\begin{aligned}${repeated("x^T A x &= x^T A^T x \\\\ ", 1000)}\\end{aligned}$$`,
  },
  { name: "a formula of a million characters", language: "markdown", text: math(repeated("X + ", 2.5e5)) },
  { name: "a line of five million characters", language: "markdown", text: repeated("word ", 1e6), most: 1000 },
  { name: "a line of five million characters", language: "mcalc", text: repeated("x*", 2.5e6) },
  { name: "a line of five million brackets", language: "mcalc", text: repeated("(", 5e6) },
  { name: "5,000 lines with an open bracket", language: "mcalc", text: repeated("(\n", 5e3), most: 600 },
  { name: "100,000 lines that begin with a sign", language: "mcalc", text: repeated("+ x\n", 1e5), most: 1000 },
  {
    name: "100,000 lines of comments after a line",
    language: "mcalc",
    text: `x : R\nx\n${repeated("# c\n", 1e5)}`,
    most: 1000,
  },
  { name: "lines and comments in turn", language: "mcalc", text: `x : R\n${repeated("x\n# c\n", 2e4)}`, most: 1000 },
  {
    name: "a name list of 10,000 names",
    language: "mcalc",
    text: `${numbered(10_000, (i) => `a${i}`).join(", ")} : R^n`,
    most: 600,
  },
  { name: "a list of names without an end", language: "mcalc", text: numbered(20_000, (i) => `a${i}`).join(", ") },
  { name: "blanks", language: "mcalc", text: `x${repeated(" ", 2e5)}y${repeated(" ,", 1e5)}` },
  {
    name: "2,000 chained definitions, each used twice",
    language: "mcalc",
    text: ["X : R^(n×n)", ...doubling(2000), "d(tr(d2000))/d(X) == X", "tr(d2000) == 1"].join("\n"),
    most: 600,
  },
  {
    name: "2,000 chained sums, each used twice",
    language: "mcalc",
    text: ["X : R^(n×n)", ...doubling(2000, "+"), "d(tr(d2000))/d(X) == X"].join("\n"),
    most: 600,
  },
  {
    name: "26 functions that double",
    language: "mcalc",
    text: [
      "x : R",
      "f0(t) = sin(t)",
      ...numbered(26, (i) => `f${i + 1}(t) = f${i}(t)*f${i}(t+1)`),
      "d(f26(x))/d(x) == 1",
    ].join("\n"),
  },
  {
    name: "functions with arguments of ever new shapes",
    language: "mcalc",
    text: ["x : R^n", "f0(t) = kron(t,t)", ...numbered(30, (i) => `f${i + 1}(t) = f${i}(kron(t,t))`), "f30(x)"].join(
      "\n",
    ),
  },
  { name: "a hundred misfits", language: "mcalc", text: `A : R^(2×3)\nB : R^(4×5)\n${repeated("A*B", 100, "+")}` },
  {
    name: "a claim of many factors",
    language: "mcalc",
    text: `X : R^(n×n)\nd(tr(${repeated("X", 300, "*")}))/d(X) == X`,
  },
  {
    name: "a claim with 60 derivatives inside one another",
    language: "mcalc",
    text: `x : R\n${repeated("d(", 60)}x^99${repeated(")/d(x)", 60)} == 0`,
  },
  {
    name: "a large claim that is wrong",
    language: "mcalc",
    text: `A, B, C, D : R^(n×n)\n${numbered(60, (i) => ["A", "B'", "C", "D'"][i % 4]! + "*" + ["B", "C'", "D"][i % 3]!).join("+")} == A`,
  },
  {
    name: "a name of 100,000 letters",
    language: "mcalc",
    text: `${repeated("x", 1e5)} : R^n\n${repeated("x", 1e5)}'*y`,
  },
  { name: "1,000 undeclared names in one line", language: "mcalc", text: numbered(1000, (i) => `u${i}`).join("+") },
  { name: "2,000 lines with the same mistake", language: "mcalc", text: `A : R^(2×3)\n${repeated("A*A\n", 2000)}` },
  {
    name: "2,000 declarations of the same name",
    language: "mcalc",
    text: `${numbered(2000, (i) => `x : R^n${i}`).join("\n")}\nx'*x`,
  },
  {
    name: "a large size",
    language: "mcalc",
    text: "x : R^1000000000\nA : R^(1000000000×1000000000)\nd(x'*A*x)/d(x) == A*x + A'*x\nA : R^(-5×0)\nB : R^(n^99999999)",
  },
];
