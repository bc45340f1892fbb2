import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";
import { printText } from "../../server/language/print";

function checked(display: string, words = "It is"): { last: string | undefined; messages: string[] } {
  const text = `${words}\n\n$$${display}$$\n`;
  const { claims, problems } = checkDocument(readMarkdown("file:///note.md", 1, text), { print: (e) => printText(e) });
  return { last: claims.at(-1)?.status, messages: problems.map((p) => p.message) };
}

/** A fraction of partial derivatives, and an array of what is written as in a matrix. */
const d = (of: string, by: string): string => `\\frac{\\partial ${of}}{\\partial ${by}}`;
const d2 = (of: string, ...by: string[]): string => `\\frac{\\partial^2 ${of}}{${by.map((b) => `\\partial ${b}`).join(" ")}}`; // prettier-ignore
const array = (...rows: string[][]): string =>
  `\\begin{bmatrix} ${rows.map((r) => r.join(" & ")).join(" \\\\ ")} \\end{bmatrix}`;
const column = (...entries: string[]): string => array(...entries.map((e) => [e]));
const DOTS = "\\cdots";
const DOWN = "\\vdots";

describe("derivatives written out as arrays of partial derivatives", () => {
  const right: Readonly<Record<string, string>> = {
    "a gradient": `\\nabla f = ${column(d("f", "x_1"), d("f", "x_2"), DOWN, d("f", "x_n"))}`,
    "a gradient that counts from zero": `\\nabla_\\theta L = ${column(d("L", "\\theta_0"), d("L", "\\theta_1"), DOWN, d("L", "\\theta_p"))}`, // prettier-ignore
    "a gradient as a row": `\\frac{\\partial f}{\\partial \\mathbf{x}} = ${array([d("f", "x_1"), DOTS, d("f", "x_n")])}`,
    "a gradient with its argument": `\\nabla f(x) = ${column(`${d("f", "x_1")}(x)`, DOWN, `${d("f", "x_n")}(x)`)}`,
    "a gradient by letters of their own": `\\nabla f = ${column(d("f", "x"), d("f", "y"))}`,
    "a column by a number": `\\frac{\\partial \\mathbf{y}}{\\partial t} = ${column(d("y_1", "t"), DOWN, d("y_n", "t"))}`,
    "a Jacobian": `\\frac{\\partial \\mathbf{z}}{\\partial \\mathbf{a}} = ${array(
      [d("z_1", "a_1"), DOTS, d("z_1", "a_m")],
      [DOWN, "", DOWN],
      [d("z_n", "a_1"), DOTS, d("z_n", "a_m")],
    )}`,
    "a Jacobian laid out the other way": `\\frac{\\partial \\mathbf{z}}{\\partial \\mathbf{a}} = ${array(
      [d("z_1", "a_1"), d("z_2", "a_1")],
      [d("z_1", "a_2"), d("z_2", "a_2")],
    )}`,
    "a Jacobian determinant": `\\frac{\\partial (x,y)}{\\partial (u,v)} = \\det ${array([d("x", "u"), d("x", "v")], [d("y", "u"), d("y", "v")])}`, // prettier-ignore
    "a derivative by a matrix": `\\frac{\\partial f}{\\partial \\mathbf{X}} = ${array(
      [d("f", "x_{11}"), DOTS, d("f", "x_{1n}")],
      [DOWN, "\\ddots", DOWN],
      [d("f", "x_{m1}"), DOTS, d("f", "x_{mn}")],
    )}`,
    "a Hessian, its mixed derivatives in any order": `\\nabla^2 f(\\mathbf{x}) = ${array(
      [d2("f", "x_1^2"), d2("f", "x_1", "x_2"), DOTS, d2("f", "x_1", "x_n")],
      [d2("f", "x_1", "x_2"), d2("f", "x_2^2"), DOTS, d2("f", "x_2", "x_n")],
      [DOWN, DOWN, "\\ddots", DOWN],
      [d2("f", "x_n", "x_1"), d2("f", "x_n", "x_2"), DOTS, d2("f", "x_n^2")],
    )}`,
  };
  for (const [what, display] of Object.entries(right))
    it(`${what} holds whatever the function is`, () =>
      assert.deepEqual(checked(display), { last: "verified", messages: [] }));

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    [
      "a gradient with one entry twice",
      `\\nabla f = ${column(d("f", "x_1"), d("f", "x_1"), DOWN, d("f", "x_n"))}`,
      /x_1 should be x_2/,
    ],
    [
      "a Jacobian with the wrong function in one entry",
      `\\frac{\\partial \\mathbf{q}}{\\partial \\mathbf{x}} = ${array([d("q_1", "x_1"), d("q_1", "x_2")], [d("q_2", "x_1"), d("q_1", "x_2")])}`, // prettier-ignore
      /q_1 should be q_2/,
    ],
    [
      "a Jacobian whose second column repeats the variable of the first",
      `\\frac{d(x,y)}{d(u,v)} = \\det ${array([d("x", "u"), d("x", "u")], [d("y", "u"), d("y", "u")])}`,
      /u should be v/,
    ],
    [
      "the same in a determinant without its sign",
      `\\left|\\frac{d(x,y)}{d(u,v)}\\right| = \\left|\\det ${array([d("x", "u"), d("x", "u")], [d("y", "u"), d("y", "u")])}\\right|`,
      /u should be v/,
    ],
    [
      "a Hessian with the same square twice",
      `\\nabla^2 f = ${array([d2("f", "x_1^2"), d2("f", "x_1", "x_2")], [d2("f", "x_2", "x_1"), d2("f", "x_1^2")])}`,
      /x_1 should be x_2/,
    ],
    [
      "corners that do not go together",
      `\\frac{\\partial f}{\\partial \\mathbf{Z}} = ${array([d("f", "z_{11}"), DOTS, d("f", "z_{1k}")], [DOWN, "\\ddots", DOWN], [d("f", "z_{k1}"), DOTS, d("f", "z_{nk}")])}`, // prettier-ignore
      / should be z_\w+ or z_/,
    ],
  ];
  for (const [what, display, message] of wrong)
    it(`${what} is wrong`, () => {
      const { last, messages } = checked(display);
      assert.equal(last, "wrong");
      assert.match(messages.join(), message);
    });

  const open: Readonly<Record<string, string>> = {
    // Entries that count in a way of their own.
    "every other entry": `\\nabla f = ${column(d("f", "x_1"), d("f", "x_3"), DOWN, d("f", "x_n"))}`,
    "a gradient in two rows": `\\nabla f = ${array([d("f", "x_1"), d("f", "x_2")], [d("f", "x_3"), d("f", "x_4")])}`,
    "two functions": `\\nabla f = ${column(d("f", "x_1"), d("g", "x_2"))}`,
  };
  for (const [what, display] of Object.entries(open))
    it(`${what} is left open`, () => {
      const { last = "unknown", messages } = checked(display);
      assert.deepEqual({ last, messages }, { last: "unknown", messages: [] });
    });

  it("where the counting ends somewhere else than the size that is said, it is not confirmed", () => {
    const display = `\\nabla_x f(x) = ${column(d("f(x)", "x_1"), DOWN, d("f(x)", "x_n"))}`;
    assert.equal(checked(display, "For $x \\in \\mathbb{R}^n$,").last, "verified");
    assert.notEqual(checked(display, "For $x \\in \\mathbb{R}^m$,").last, "verified");
  });
});
