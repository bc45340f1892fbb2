/** Drives the workbench of VS Code for the Web as a user would, and asserts on what the user sees. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Locator } from "playwright-core";
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

  it("suggestions come while a name is typed", async () => {
    // The server has started once it has found something.
    await bench.squiggles();
    await bench.click("c = V'*x");
    await bench.page.keyboard.press("End");
    await bench.page.keyboard.press("Enter");
    await bench.page.keyboard.type("d = log", { delay: 120 });
    const row = bench.page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "logdet" }).first();
    await row.waitFor({ timeout: 20_000 });
    // Nothing is chosen unasked; Tab takes the first.
    assert.equal(await bench.page.locator(".suggest-widget .monaco-list-row.focused").count(), 0);
    await bench.page.keyboard.press("Tab");
    await bench.seesLine("d = log()");
    await bench.page.keyboard.press("Escape");
    await bench.page.keyboard.press("End");
    for (let back = 0; back < 10; back++) await bench.page.keyboard.press("Backspace");
  });

  it("a hover is one picture of the derivatives, what they are, and links", async () => {
    const text = await bench.hover("x'*A*x", undefined, { picture: true });
    assert.ok(!text.includes("(A + Aᵀ)x"), text);
    assert.match(text, /n×1, .*n×n ✓ verified/);
    assert.match(text, /Insert ∂\/∂x ∂\/∂A · Show derivation · Copy as…/);
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

  for (const file of ["autoencoder", "classifier", "attention", "mixture"])
    it(`the hover of a realistic loss is whole and seen at once: ${file}`, async () => {
      await bench.openFile(`${file}.mcalc`);
      const text = await bench.hover("loss", undefined, { picture: true });
      assert.ok(!text.includes("base64"), "the picture is not cut");
      assert.match(text, /✓ verified by numbers/);
      assert.match(text, /Also ∂\/∂/);
      const { shown, whole, pictures } = await bench.hoverSize();
      assert.ok(whole <= shown, `${whole} of ${shown} pixels`);
      assert.deepEqual([pictures.length, pictures.every((p) => p.width > 100 && p.width <= 640)], [1, true]);
    });

  it("a link in a hover shows the derivative by another variable", async () => {
    await bench.openFile("autoencoder.mcalc");
    await bench.hover("loss", undefined, { picture: true });
    await bench.page
      .locator(".monaco-hover:not(.hidden) a", { hasText: /∂\/∂b[2₂]/ })
      .first()
      .click();
    const first = bench.page.locator(".monaco-hover:not(.hidden) img").first();
    for (
      let tries = 0;
      tries < 40 && !/^∂loss\/∂b[2₂]/.test((await first.getAttribute("alt").catch(() => "")) ?? "");
      tries++
    )
      await bench.page.waitForTimeout(250);
    assert.match((await first.getAttribute("alt")) ?? "", /^∂loss\/∂b[2₂]/);
  });

  it("the status item tells what is wrong", async () => {
    await bench.openFile("claims.mcalc");
    await bench.page.locator(".statusbar-item", { hasText: "1 wrong" }).first().waitFor();
  });

  it("“Check Workspace” counts what is wrong in open files, too", async () => {
    await bench.command("Check Workspace");
    const said = bench.page.locator(".notification-toast", { hasText: "mcalc checked" }).first();
    await said.waitFor();
    // The product that does not fit in the open file, and in the one that is not; the wrong claim.
    assert.match(await said.innerText(), /checked \d+ files: [4-9] problems/);
    await bench.page.keyboard.press("Escape");
    await bench.command("Notifications: Clear All Notifications");
  });

  it("back to the first file", () => bench.openFile("formulas.mcalc"));

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
    // Names stand there as they are.
    assert.deepEqual(await frame.locator("option").allInnerTexts(), ["x", "A"]);
    await frame.locator("select").selectOption("A");
    await bench.page.locator(".tab", { hasText: "with respect to A" }).first().waitFor();
    await bench.page.keyboard.press("Control+KeyW");
  });

  it("in a note the derivative is a display formula", async () => {
    await bench.openFile("note.md");
    const text = await bench.hover("x^T A x", undefined, { picture: true });
    assert.match(text, /n×1, .*✓ verified/);
    await bench.click("x^T A x");
    await bench.quickFixes();
    await bench.chooseFix("Derive with respect to x");
    await bench.seesLine("\\frac{dy}{dx} = (A + A^T)x");
  });

  it("a name that is a picture in Markdown is a name in the hover and its links", async () => {
    await bench.openFile("hostile.md");
    const text = await bench.hover("top A x_", "top A x_", { picture: true });
    assert.match(text, /Insert ∂\/∂x_\(!\[p\]\(https:\/\/evil\.example\/p\.png\)\)/);
    assert.deepEqual(await bench.page.locator('.monaco-hover img:not([src^="data:"])').count(), 0);
  });

  for (const [language, text] of [
    ["Matrix Calculus", "A : R^(n×d)\ny : R^n\nw : R^d\nr = A*w - y\nf = r'*r\nd(f)/d(w) == 2*A'*r\n"],
    [
      "Markdown",
      "Let $w \\in \\mathbb{R}^d$.\n\n$$\n\\begin{aligned}\nL &= \\|w\\|^2 \\\\\n&= w^\\top\nw\n\\end{aligned}\n$$\n",
    ],
  ] as const)
    it(`what is typed key by key is what stands there then: ${language}`, async () => {
      if (language === "Markdown") await bench.openFile("typed.md");
      else await bench.command("Matrix Calculus: New File");
      await bench.page.locator(".editor-group-container.active .view-lines").click();
      await bench.page.keyboard.press("Control+a");
      await bench.page.keyboard.press("Delete");
      for (const key of text) {
        await (key === "\n" ? bench.page.keyboard.press("Enter") : bench.page.keyboard.type(key));
        await bench.page.waitForTimeout(90);
      }
      await bench.seesLine(text.trimEnd().split("\n").at(-1)!);
      // Without the shapes that are shown behind defined names.
      const lines = (await bench.lines()).map((l) => l.replace(/ : (?:scalar|\w+×\w+)(?= =)/, ""));
      assert.equal(lines.join("\n").trimEnd(), text.trimEnd());
      // An untitled text that is empty is closed without a question.
      await bench.page.keyboard.press("Control+a");
      await bench.page.keyboard.press("Delete");
      await bench.page.keyboard.press("Control+KeyW");
    });

  it("the Test Explorer lists the claims of all files and says how they stand", async () => {
    await bench.openFile("claims.mcalc");
    await bench.command("Testing: Focus on Test Explorer View");
    const rows = bench.page.locator(".test-explorer .monaco-list-row");
    const row = (text: string): Locator => rows.filter({ hasText: text }).first();
    await row("claims.mcalc").waitFor({ timeout: 20_000 });
    await row("note.md").waitFor();
    await bench.command("Test: Run All Tests");
    await row("claims.mcalc").locator(".codicon-testing-failed-icon").waitFor({ timeout: 30_000 });
    await row("claims.mcalc").locator(".monaco-tl-twistie").click();
    await row("d(f)/d(A) == x*x'").locator(".codicon-testing-passed-icon").waitFor();
    assert.match(await row("d(f)/d(x) == A*x").innerText(), /wrong/);
    // At the formula stands what is written there, and what should be.
    const message = bench.page.locator(".test-error-content-widget", { hasText: /!=/ }).first();
    await message.waitFor();
    assert.match(await message.innerText(), /A\*x\s!=\s\(A\s\+\sA'\)\*x/);
  });

  it("coverage says how much of the mathematics is checked", async () => {
    await bench.command("Test: Run All Tests with Coverage");
    const covered = bench.page.locator(".test-coverage-list-item", { hasText: "claims.mcalc" }).first();
    await covered.waitFor({ timeout: 30_000 });
    assert.match(await covered.innerText(), /100\.00%/);
    await bench.command("View: Toggle Panel Visibility");
    await bench.command("View: Show Explorer");
  });

  it("the preview of a note shows how its formulas stand, and fetches nothing for a hostile name", async () => {
    for (const [file, holds, says] of [
      ["note.md", 2, /This derivative is wrong: this should be \(A \+ Aᵀ\)x/],
      ["hostile.md", 0, /This derivative is wrong: .*!\[p\]\(https:\/\/evil\.example\/p\.png\)/],
    ] as const) {
      await bench.openFile(file);
      await bench.command("Markdown: Open Preview to the Side");
      const frame = bench.page.frameLocator("iframe.webview").frameLocator("iframe");
      const box = frame.locator(".mcalc-box").first();
      await box.waitFor({ timeout: 30_000 });
      assert.match(await box.innerText(), says);
      // Another test may have inserted one more.
      assert.ok((await frame.locator(".mcalc-holds").count()) >= holds, file);
      assert.ok((await frame.locator(".mcalc-repair .katex").count()) >= 1, file);
      // Below the formula, in a colour of its own; nothing of the page is fetched from elsewhere.
      const colour = await box.evaluate(
        (e) =>
          (
            globalThis as unknown as { getComputedStyle: (e: unknown) => { borderInlineStartColor: string } }
          ).getComputedStyle(e).borderInlineStartColor,
      );
      assert.match(String(colour), /^rgb/);
      await bench.page.keyboard.press("Control+KeyW");
    }
    await bench.openFile("formulas.mcalc");
  });

  it("the walkthrough has its five steps; the first opens a file of the language, and is ticked then", async () => {
    await bench.command("Welcome: Open Walkthrough");
    await bench.pick("Matrix calculus in your notes");
    await bench.page.locator(".getting-started-step").first().waitFor();
    assert.equal(await bench.page.locator(".getting-started-step").count(), 5);
    await bench.page.locator(".getting-started-step button, .getting-started-step a", { hasText: "New file" }).first().click(); // prettier-ignore
    await bench.seesLine("norm2(X*w - y)^2");
    assert.match(await bench.page.locator("#status\\.editor\\.mode").innerText(), /Matrix Calculus/);
    await bench.page.keyboard.press("Control+KeyW");
  });

  it("asks no other origin and throws nothing", () => {
    // VS Code's own page of a webview says so where it is filled twice in 200 ms.
    assert.deepEqual(bench.complaints.filter((c) => !/unexpected null[\s\S]*webview\/browser\/pre/.test(c)), []); // prettier-ignore
  });
});
