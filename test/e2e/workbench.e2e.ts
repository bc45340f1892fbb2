/** Drives the workbench of VS Code for the Web as a user would, and asserts on what the user sees. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { Workbench } from "./workbench";

const url = process.env.MCALC_URL;

describe("the workbench", function () {
  let bench: Workbench;
  before(async function () {
    if (url === undefined) return this.skip();
    bench = await Workbench.open(url);
  });
  after(async () => {
    if (bench === undefined) return;
    await bench.close();
  });

  it("a hover shows shapes and derivatives as text, and a picture of them", async () => {
    const text = await bench.hover("x'*A*x", undefined, { picture: true });
    assert.ok(text.includes("= (A + Aᵀ)x"), text);
    assert.match(text, /n×1 ✓ verified/);
    const [picture] = await bench.page.$$eval(".monaco-hover:not(.hidden) img", (all) =>
      all.map((e) => {
        const image = e as unknown as { naturalWidth: number; naturalHeight: number; alt: string };
        return { width: image.naturalWidth, height: image.naturalHeight, alt: image.alt };
      }),
    );
    assert.ok(picture !== undefined && picture.width > 40 && picture.height > 10, JSON.stringify(picture));
    assert.ok(picture.alt.includes("(A + Aᵀ)x"), picture.alt);
  });

  it("the picture follows the theme", async () => {
    const colour = async (): Promise<string> => {
      const source = await bench.page.$eval(
        ".monaco-hover:not(.hidden) img",
        (e) => (e as unknown as { src: string }).src,
      );
      return /color="(#[\da-f]+)"/.exec(Buffer.from(source.split(",")[1]!, "base64").toString())![1]!;
    };
    const first = await colour();
    await bench.theme("Dark Modern");
    await bench.hover("x'*A*x", undefined, { picture: true });
    assert.notEqual(await colour(), first);
    await bench.theme("Light Modern");
  });

  it("the command “Derive with respect to…” inserts a claim below", async () => {
    await bench.click("tr(X*B*X')");
    await bench.command("Derive with respect to");
    await bench.pick("X");
    await bench.seesLine("d(tr(X*B*X'))/d(X) == X*(B + B')");
  });

  it("a dimension error is underlined, and its hover names both shapes", async () => {
    assert.ok((await bench.squiggles()) >= 1);
    const text = await bench.hover("V'*x");
    assert.match(text, /n×m/);
    assert.match(text, /dimension-mismatch/);
  });

  it("and draws them, the sides that clash marked", async () => {
    await bench.hover("V'*x", undefined, { picture: true });
    const [drawn] = await bench.page.$$eval(".monaco-hover:not(.hidden) img", (all) =>
      all.map((e) => {
        const image = e as unknown as { naturalWidth: number; naturalHeight: number; alt: string };
        return { width: image.naturalWidth, height: image.naturalHeight, alt: image.alt };
      }),
    );
    assert.ok(drawn !== undefined && drawn.width > 80 && drawn.height > 30, JSON.stringify(drawn));
    assert.equal(drawn.alt, "Vᵀ is n×m and x is n×1: m ≠ n");
  });

  it("the light bulb repairs it", async () => {
    await bench.click("V'*x");
    const fixes = await bench.quickFixes();
    const fix = fixes.find((f) => f.includes("V*x"));
    assert.ok(fix !== undefined, fixes.join("\n"));
    await bench.chooseFix(fix);
    await bench.seesLine("= V*x");
  });

  it("the derivation opens in a panel, with copies", async () => {
    await bench.click("x'*A*x");
    await bench.command("Show Derivation");
    await bench.pick("x");
    const frame = bench.page.frameLocator("iframe.webview").frameLocator("iframe");
    await frame.locator("li").first().waitFor({ timeout: 20_000 });
    assert.ok((await frame.locator("li").count()) >= 3);
    assert.match((await frame.locator("ol").innerText()).toLowerCase(), /transpose|product rule/);
    assert.ok((await frame.locator("button", { hasText: "Copy LaTeX" }).count()) === 1);
    await bench.page.keyboard.press("Control+KeyW");
  });

  it("in a note the derivative is a display formula", async () => {
    await bench.openFile("note.md");
    const text = await bench.hover("x^T A x");
    assert.ok(text.includes("(A + Aᵀ)x"), text);
    await bench.click("x^T A x");
    await bench.quickFixes();
    await bench.chooseFix("Derive with respect to x");
    await bench.seesLine("\\frac{dy}{dx} = (A + A^T)x");
  });

  it("the walkthrough has its five steps", async () => {
    await bench.command("Welcome: Open Walkthrough");
    await bench.pick("Matrix calculus in your notes");
    await bench.page.locator(".getting-started-step").first().waitFor();
    assert.equal(await bench.page.locator(".getting-started-step").count(), 5);
    await bench.page.keyboard.press("Control+KeyW");
  });

  it("asks no other origin and throws nothing", () => {
    assert.deepEqual(bench.complaints, []);
  });
});
