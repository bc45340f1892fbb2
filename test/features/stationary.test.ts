import assert from "node:assert/strict";
import { readMarkdown } from "../../server/documents/markdown";
import { codeActions } from "../../server/features/codeActions";
import { diagnostics } from "../../server/features/diagnostics";
import { hover } from "../../server/features/hover";
import { solveBelow } from "../../server/features/solve";
import { targetAt } from "../../server/features/target";
import { noTurn } from "../../server/features/turn";
import { marked, snapshotFrom, snapshotOf } from "./kit";

const read = (fixture: string, language: "mcalc" | "markdown" = "mcalc") => {
  const mark = marked(fixture);
  const snapshot =
    language === "mcalc" ? snapshotOf(mark.text) : snapshotFrom(readMarkdown("file:///n.md", 1, mark.text));
  return { ...mark, snapshot };
};

/** The text after a solution is inserted, which must raise no new finding. */
async function solved(fixture: string, variable: string, language: "mcalc" | "markdown" = "mcalc"): Promise<string> {
  const { snapshot, text, selection } = read(fixture, language);
  const found = await solveBelow(snapshot, targetAt(snapshot, selection)!, variable, noTurn);
  assert.ok(found.ok, found.ok ? "" : found.message);
  const { offset, text: inserted } = found.insertion;
  const after = text.slice(0, offset) + inserted + text.slice(offset);
  const again = read(`$0${after}`, language).snapshot;
  assert.deepEqual(diagnostics(again).filter((d) => d.code !== "unused").map((d) => d.message), []); // prettier-ignore
  return after;
}

const LS = "X : R^(n×d)\ny : R^n\nw : R^d\n";

describe("where the gradient is zero, in the editor", function () {
  this.timeout(30_000);

  it("is an action for a scalar", () => {
    const { snapshot, selection } = read(`${LS}loss = norm2(X*$0w - y)^2`);
    const titles = codeActions(snapshot, selection).filter((a) => a.kind === "refactor.derive.solve").map((a) => a.title); // prettier-ignore
    assert.deepEqual(titles, ["Where is the gradient zero? (solve for w)"]);
    const vector = read(`${LS}r = X*$0w - y`);
    assert.ok(!codeActions(vector.snapshot, vector.selection).some((a) => a.kind === "refactor.derive.solve"));
  });
  it("inserts a definition, with its conditions as comments", async () => {
    assert.equal(
      await solved(`${LS}loss = norm2(X*$0w - y)^2\n`, "w"),
      `${LS}loss = norm2(X*w - y)^2\n# Where d(loss)/d(w) is zero, a minimum\n# if X'*X is invertible (X has full column rank)\nw_star = inv(X'*X)*X'*y\n`,
    );
  });
  it("under a name that is free", async () => {
    const after = await solved(`${LS}w_star : R^d\nloss = norm2(X*$0w - y)^2 + w_star'*w\n`, "w");
    assert.match(after, /^w_star_2 = /m);
  });
  it("inserts a display formula in a note", async () => {
    const note =
      "Let $X \\in \\mathbb{R}^{n \\times d}$, $y \\in \\mathbb{R}^n$, $w \\in \\mathbb{R}^d$.\n\n$$L = \\|X$0w - y\\|^2$$\n";
    assert.match(
      await solved(note, "w", "markdown"),
      /\n\$\$\nw\^\{\*\} = \(X\^\\top X\)\^\{-1\} ?X\^\\top y \\quad \\text\{if \}X\^\\top X\\text\{ is invertible\}\n\$\$\n/,
    );
  });
  it("says in one sentence where there is no closed form", async () => {
    const { snapshot, selection } = read(`${LS}loss = sum(softplus(X*$0w)) - y'*X*w\n`);
    const found = await solveBelow(snapshot, targetAt(snapshot, selection)!, "w", noTurn);
    assert.ok(!found.ok);
    assert.match(found.message, /^There is no closed form/);
  });
});

describe("curvature in a hover", function () {
  this.timeout(30_000);

  const notes = async (fixture: string): Promise<readonly string[]> => {
    const { snapshot, offset } = read(fixture);
    return (await hover(snapshot, offset, undefined, noTurn))?.notes ?? [];
  };
  it("is said where it is proved", async () => {
    assert.deepEqual(await notes(`${LS}loss $0= norm2(X*w - y)^2 + norm2(w)^2`), [
      "Strongly convex in w.",
      "Convex in X.",
    ]);
    assert.deepEqual(await notes("x : R^n\na : R^n\nf $0= sin(a'*x)"), []);
    assert.deepEqual(await notes("x : R^n\na : R^n\nf $0= a'*x"), []);
  });
});
