/** Drives the playground in a browser as a user would: with the keyboard, on a phone, without a network. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "mocha";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
// @ts-expect-error: a script without types
import { buildPlayground, servePlayground } from "../../scripts/playground.mjs";
// @ts-expect-error: a script without types
import { CHROMIUM, FLAGS } from "../../scripts/vscode/chromium.mjs";

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** A busy machine is slower than one that has nothing else to do. */
const SLOWER = 10;

describe("the playground", function () {
  this.timeout(120_000);
  let server: { url: string; close: () => void };
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let sizes: readonly { file: string; bytes: number }[];
  const complaints: string[] = [];

  before(async () => {
    sizes = (await buildPlayground()) as typeof sizes;
    server = (await servePlayground()) as typeof server;
    browser = await chromium.launch({ executablePath: CHROMIUM as string, args: FLAGS as string[] });
    context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (m) => m.type() === "error" && complaints.push(m.text()));
    page.on("request", (r) => {
      if (!r.url().startsWith(server.url) && !/^(?:data|blob):/.test(r.url())) complaints.push(`asks ${r.url()}`);
    });
    await page.goto(server.url);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  const body = (section: string): Promise<string> => page.locator(`#${section} .body`).innerText();
  const drawn = (section: string): Promise<string | null> =>
    page.locator(`#${section} .body img`).first().getAttribute("alt", { timeout: 20_000 });
  const type = async (formula: string, given: string): Promise<void> => {
    await page.fill("#given", given);
    await page.fill("#formula", formula);
  };

  it("weighs less than 1.5 MB, compressed", () => {
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(total < 1.5 * 2 ** 20, `${total} bytes`);
  });

  it("begins with an example: its shape, gradient, Hessian, steps and code", async () => {
    await page.locator("#code:not([hidden])").waitFor({ timeout: 30_000 });
    assert.equal(await body("shape"), "a scalar");
    assert.equal(await drawn("gradient"), "2Xᵀ(Xw − y)");
    assert.match(await body("gradient"), /2\*X'\*\(X\*w - y\)\n+a vector, d×1/);
    assert.equal(await drawn("hessian"), "2XᵀX");
    assert.match(await body("steps"), /read off/);
    assert.match(await body("code"), /def value_and_gradient\(X, y, w\)/);
  });

  it("says of a claim that it is wrong, and what it should be", async () => {
    await type("d(x'*A*x)/d(x) == A*x", "A : R^(n×n)\nx : R^n");
    await page.locator("#verdict .wrong").waitFor();
    assert.match(await body("verdict"), /Wrong\n[\s\S]*It should be: d\(x'\*A\*x\)\/d\(x\) == \(A \+ A'\)\*x/);
    await page.locator("#gradient img[alt='(A + Aᵀ)x']").waitFor();
    await type("\\frac{\\partial}{\\partial x} x^\\top A x = (A + A^\\top) x", "A : R^(n×n)\nx : R^n");
    await page.locator("#verdict .proved").waitFor();
  });

  it("infers declarations, and derives by what is chosen, with the keyboard alone", async () => {
    await type("tr(A*X*B)", "");
    await page.locator("#inferred", { hasText: "Inferred: " }).waitFor();
    await page.focus("#given");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.id"), "wrt");
    await page.keyboard.type("X");
    await page.locator("#gradient img[alt='(BA)ᵀ']").waitFor();
  });

  it("what does not fit is said, and the rest goes", async () => {
    await type("A*x", "A : R^(m×n)\nx : R^m");
    await page.locator("#problem", { hasText: "m×n" }).waitFor();
    await page.locator("#gradient").waitFor({ state: "hidden" });
  });

  it("a link holds the question", async () => {
    await type("logdet(S)", "S : R^(n×n) posdef");
    await page.click("#link");
    await page.locator("#said", { hasText: "copied" }).waitFor();
    const link = await page.evaluate<string>("navigator.clipboard.readText()");
    const other = await context.newPage();
    await other.goto(link);
    assert.equal(await other.inputValue("#formula"), "logdet(S)");
    await other.locator("#gradient img[alt='S⁻¹']").waitFor({ timeout: 20_000 });
    await other.close();
  });

  it("answers a key in a moment", async () => {
    await type("norm2(X*w - y)^2 + c*w'*w", "X : R^(n×d)\ny : R^n\nw : R^d\nc : R");
    await page.locator("#code:not([hidden])").waitFor();
    await page.focus("#formula");
    await page.keyboard.press("End");
    await page.evaluate("performance.clearMeasures()");
    for (let round = 0; round < 15; round++) {
      await page.keyboard.type(round % 2 === 0 ? " + c" : "2", { delay: 150 });
      await page.waitForTimeout(250);
    }
    const times = await page.evaluate<number[]>(
      "performance.getEntriesByName('mcalc:gradient').map((e) => e.duration)",
    );
    const middle = times.sort((a, b) => a - b)[times.length >> 1]!;
    console.log(`      a key is answered in ${middle.toFixed(0)} ms (median), ${times.at(-1)!.toFixed(0)} ms at most`);
    assert.ok(middle < 30 * SLOWER, `${middle} ms`);
  });

  const audit = async (on: Page): Promise<string[]> => {
    await on.evaluate(AXE);
    const found = await on.evaluate<Violation[]>("axe.run().then((r) => r.violations)");
    return found.map((v) => `${v.id}: ${v.help} ${v.nodes.map((n) => n.html).join(" ")}`);
  };

  for (const colorScheme of ["light", "dark"] as const)
    it(`an audit of its accessibility finds nothing (${colorScheme})`, async () => {
      await page.emulateMedia({ colorScheme });
      await type("d(x'*A*x)/d(x) == A*x", "A : R^(n×n)\nx : R^n");
      await page.locator("#verdict .wrong").waitFor();
      await page.locator("#code:not([hidden])").waitFor();
      assert.deepEqual(await audit(page), []);
    });

  it("on a phone nothing is wider than the screen, and nothing is too small to touch", async () => {
    const phone = await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    const small = await phone.newPage();
    await small.goto(`${server.url}#${new URLSearchParams({ f: "norm2(softmax(Q*K')*V)^2", g: "Q, K, V : R^(n×d)" }).toString()}`); // prettier-ignore
    await small.locator("#code:not([hidden])").waitFor({ timeout: 30_000 });
    const { width, low } = await small.evaluate<{ width: number; low: string[] }>(`({
      width: document.documentElement.scrollWidth,
      low: [...document.querySelectorAll("button, select, textarea")].filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.id),
    })`);
    assert.equal(width, 360);
    assert.deepEqual(low, []);
    assert.deepEqual(await audit(small), []);
    await phone.close();
  });

  it("works without a network once it was seen", async () => {
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    await page.waitForTimeout(1000);
    await context.setOffline(true);
    try {
      await page.goto(`${server.url}?again#${new URLSearchParams({ f: "x'*x", g: "x : R^n" }).toString()}`);
      await page.locator("#gradient img[alt='2x']").waitFor({ timeout: 30_000 });
    } finally {
      await context.setOffline(false);
    }
  });

  it("asks no other origin and throws nothing", () => assert.deepEqual(complaints, []));
});
