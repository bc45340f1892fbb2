import { readFileSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
// @ts-expect-error: a script without types
import { CHROMIUM, FLAGS } from "../../scripts/vscode/chromium.mjs";

const POSITION_OF = readFileSync(path.join(__dirname, "positionOf.js"), "utf8").replace(/;\s*$/, "");

/** The workbench in a browser, driven as a user would: by what is seen, the mouse and the keyboard. */
export class Workbench {
  private constructor(
    readonly browser: Browser,
    readonly page: Page,
    /** Uncaught errors and failed requests of the page. */
    readonly complaints: readonly string[],
  ) {}

  static async open(url: string, size = { width: 1100, height: 720 }): Promise<Workbench> {
    const browser = await chromium.launch({ executablePath: CHROMIUM as string, args: FLAGS as string[] });
    const context = await browser.newContext({ viewport: size, deviceScaleFactor: 2 });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]).catch(() => undefined);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error.stack ?? error)));
    page.on("request", (request) => {
      const { origin } = new URL(url);
      if (!request.url().startsWith(origin) && !/^(?:data|blob):/.test(request.url()))
        complaints.push(`a request to another origin: ${request.url()}`);
    });
    await page.goto(url);
    await page.waitForSelector(".monaco-editor .view-line", { timeout: 60_000 });
    return new Workbench(browser, page, complaints);
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).first().dblclick();
    await this.page.locator(".tab.active", { hasText: name }).waitFor();
    await this.page.locator(".monaco-editor .view-line").first().waitFor();
  }

  /** The middle of a piece of text in the editor, in the first line that holds it. */
  async positionOf(text: string, within = text): Promise<{ x: number; y: number }> {
    for (let tries = 0; ; tries++) {
      const at = await this.page.evaluate<{ x: number; y: number } | undefined>(
        `(${POSITION_OF})(${JSON.stringify([text, within])})`,
      );
      if (at !== undefined) return at;
      if (tries > 40) throw new Error(`the editor does not show ${JSON.stringify(within)}`);
      await this.page.waitForTimeout(250);
    }
  }

  /** Rests the mouse on a piece of text; resolves to what the hover says. */
  async hover(text: string, within?: string, { picture = false } = {}): Promise<string> {
    const hover = this.page.locator(".monaco-hover:not(.hidden) .hover-contents").first();
    for (let tries = 1; ; tries++) {
      await this.page.keyboard.press("Escape");
      await this.page.mouse.move(2, 2);
      await this.page.waitForTimeout(300);
      const { x, y } = await this.positionOf(text, within);
      await this.page.mouse.move(x - 3, y);
      await this.page.mouse.move(x, y, { steps: 3 });
      // The server may still be starting.
      const seen = await hover.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (seen) break;
      if (tries === 6) throw new Error(`no hover over ${JSON.stringify(text)}`);
    }
    const box = this.page.locator(".monaco-resizable-hover, .monaco-hover:not(.hidden)").first();
    if (picture) await box.locator("img").first().waitFor({ timeout: 15_000 });
    for (let before = "", now = "."; before !== now;) {
      before = now;
      await this.page.waitForTimeout(500);
      now = await this.hoverText();
    }
    return this.hoverText();
  }

  private async hoverText(): Promise<string> {
    return (await this.page.locator(".monaco-hover:not(.hidden)").allInnerTexts()).join("\n").replace(/\u00a0/g, " ");
  }

  /** How high the hover that is shown would be, and is, in pixels; its pictures. */
  hoverSize(): Promise<{ shown: number; whole: number; pictures: { width: number; height: number }[] }> {
    return this.page.evaluate(`(() => {
      const hover = document.querySelector(".monaco-hover:not(.hidden)");
      const content = hover.querySelector(".monaco-hover-content");
      const pictures = [...hover.querySelectorAll("img")].map((i) => ({ width: i.naturalWidth, height: i.naturalHeight }));
      return { shown: content.clientHeight, whole: content.scrollHeight, pictures };
    })()`);
  }

  /** Puts the cursor into a piece of text. */
  async click(text: string, within?: string): Promise<void> {
    await this.page.keyboard.press("Escape");
    const { x, y } = await this.positionOf(text, within);
    await this.page.mouse.click(x, y);
  }

  /** Runs a command by its title in the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`>${title}`);
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
    await row.waitFor();
    await row.click();
  }

  /** Chooses in the quick pick that is open. */
  async pick(label: string): Promise<void> {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first();
    await row.waitFor();
    await row.click();
  }

  /** Opens the light bulb's menu; resolves to the titles in it. */
  async quickFixes(): Promise<string[]> {
    await this.page.keyboard.press("Control+Period");
    const menu = this.page.locator(".action-widget").first();
    await menu.waitFor({ timeout: 15_000 });
    await this.page.waitForTimeout(500);
    return (await menu.locator(".monaco-list-row").allInnerTexts()).map((t) => t.trim());
  }

  async chooseFix(title: string): Promise<void> {
    const row = this.page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
    // The menu takes clicks only once the mouse has moved over it.
    await row.hover({ force: true });
    await row.click({ force: true });
    await this.page.locator(".action-widget .monaco-list-row").first().waitFor({ state: "detached" });
  }

  /** The lines that the active editor shows. */
  async lines(): Promise<string[]> {
    const rows = await this.page.$$eval(".editor-instance .monaco-editor .view-line", (all) =>
      all
        .map((e) => ({ top: (e as unknown as { offsetTop: number }).offsetTop, text: e.textContent ?? "" }))
        .sort((a, b) => a.top - b.top)
        .map((l) => l.text.replace(/\u00a0/g, " ")),
    );
    return rows;
  }

  /** Waits until the editor shows a line that holds a text. */
  async seesLine(text: string): Promise<void> {
    for (let tries = 0; tries < 60; tries++) {
      if ((await this.lines()).some((l) => l.includes(text))) return;
      await this.page.waitForTimeout(250);
    }
    throw new Error(`no line holds ${JSON.stringify(text)}; the editor shows\n${(await this.lines()).join("\n")}`);
  }

  /** Waits for underlined mistakes; resolves to how many pieces are underlined. */
  async squiggles(kind: "error" | "warning" = "error"): Promise<number> {
    const marks: Locator = this.page.locator(`.squiggly-${kind}`);
    await marks.first().waitFor({ timeout: 30_000, state: "attached" });
    return marks.count();
  }

  async theme(name: string): Promise<void> {
    await this.command("Preferences: Color Theme");
    await this.page.locator(".quick-input-widget input").fill(name);
    await this.pick(name);
    await this.page.waitForTimeout(800);
  }

  screenshot(path: string): Promise<unknown> {
    return this.page.screenshot({ path, scale: "device" });
  }
}
