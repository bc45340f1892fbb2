// Opens a page whose extension host runs a test suite; resolves to what the suite counted.
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS } from "./chromium.mjs";

/** @returns {Promise<{ passed: number, failed: number, skipped: number }>} */
export async function runInHost(url, { limit = 300_000, log = console.log, verbose = false } = {}) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  let counts;
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const ended = new Promise((resolve) => {
      setTimeout(() => resolve("timeout"), limit).unref();
      void page.exposeFunction("codeAutomationLog", (_kind, args) => {
        const text = args.map((a) => (typeof a === "string" ? a : JSON.stringify(a))).join(" ");
        const found = /COUNTS (\d+) (\d+) (\d+)/.exec(text);
        if (found !== null) counts = { passed: +found[1], failed: +found[2], skipped: +found[3] };
        else if (!/^Ignoring |\[A(?:gentHost|ccountPolicyGate)|additional builtin/.test(text)) log(text);
      });
      void page.exposeFunction("codeAutomationExit", (code) => resolve(code));
    });
    if (verbose) page.on("console", (m) => log(`[page] ${m.text().slice(0, 400)}`));
    await page.goto(url);
    const code = await ended;
    if (counts === undefined) {
      log(
        code === "timeout"
          ? `The suite did not end within ${limit / 1000} s.`
          : `The suite ended with ${code} before it counted.`,
      );
      counts = { passed: 0, failed: 1, skipped: 0 };
    }
  } finally {
    await browser.close();
  }
  return counts;
}
