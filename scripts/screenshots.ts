// Takes the pictures of the README anew, in the real VS Code: npm run screenshots -- [NAME]…
import path from "node:path";
import { Workbench } from "../test/e2e/workbench";

const root = path.resolve(__dirname, "..");
const only = process.argv.slice(2);
const THEMES = {
  light: "Default Light Modern",
  dark: "Default Dark Modern",
  "high-contrast": "Default High Contrast",
} as const;
type Theme = keyof typeof THEMES;

interface Shot {
  readonly name: string;
  readonly file: string;
  readonly themes: readonly Theme[];
  readonly take: (bench: Workbench) => Promise<void>;
  readonly size?: { width: number; height: number };
  /** The part of it, in CSS pixels, that the walkthrough shows as well. */
  readonly walkthrough?: { x: number; y: number; width: number; height: number };
}

const all: readonly Theme[] = ["light", "dark", "high-contrast"];
const pause = (bench: Workbench, ms = 800): Promise<void> => bench.page.waitForTimeout(ms);

const SHOTS: readonly Shot[] = [
  {
    name: "hover",
    file: "linear-regression.mcalc",
    themes: all,
    walkthrough: { x: 50, y: 90, width: 880, height: 415 },
    take: async (b) => void (await b.hover("norm2(r)", undefined, { picture: true })),
  },
  {
    name: "error",
    file: "mistake.mcalc",
    themes: all,
    walkthrough: { x: 50, y: 90, width: 840, height: 400 },
    take: async (b) => {
      await b.squiggles();
      await b.hover("X'*w", undefined, { picture: true });
    },
  },
  {
    name: "fix",
    file: "mistake.mcalc",
    themes: ["light"],
    take: async (b) => {
      await b.squiggles();
      await b.click("X'*w");
      await b.quickFixes();
    },
  },
  {
    name: "derivation",
    file: "linear-regression.mcalc",
    themes: all,
    size: { width: 1280, height: 640 },
    walkthrough: { x: 665, y: 70, width: 615, height: 365 },
    take: async (b) => {
      await b.click("norm2(r)");
      await b.command("Show Derivation");
      await b.pick("w");
      await b.page.frameLocator("iframe.webview").frameLocator("iframe").locator("li img").first().waitFor();
      await pause(b, 1500);
    },
  },
  {
    name: "note",
    file: "gaussian-likelihood.md",
    themes: all,
    take: async (b) =>
      void (await b.hover("\\Sigma^{-1} (x - \\mu) .", "\\Sigma^{-1} (x - \\mu) .", { picture: true })),
  },
  {
    name: "note-derived",
    file: "note.md",
    themes: ["light"],
    take: async (b) => {
      await b.hover("X w", "\\|X w - y\\|^2");
      await b.click("X w", "\\|X w - y\\|^2");
      await b.quickFixes();
    },
  },
  {
    name: "note-wrong",
    file: "note.md",
    themes: ["light"],
    take: async (b) => {
      await b.squiggles("error").catch(() => 0);
      await b.hover("X^\\top (X w - y)", "X^\\top (X w - y)", { picture: true });
    },
  },
  {
    name: "preview",
    file: "note.md",
    themes: all,
    size: { width: 1180, height: 520 },
    take: async (b) => {
      await b.squiggles("warning");
      await b.click("Least squares");
      await b.command("Markdown: Open Preview to the Side");
      await b.page.frameLocator("iframe.webview").frameLocator("iframe").locator(".mcalc-box").first().waitFor();
      await b.page.mouse.move(2, 2);
      await pause(b, 2500);
    },
  },
  {
    name: "completion",
    file: "linear-regression.mcalc",
    themes: ["light"],
    take: async (b) => {
      await b.hover("norm2(r)");
      await b.click("the residuals");
      await b.page.keyboard.press("End");
      await b.page.keyboard.type("\nf = log");
      await pause(b, 1500);
      await b.page.keyboard.press("Control+Space");
      await pause(b, 1500);
    },
  },
  {
    name: "tests",
    file: "claims.mcalc",
    themes: ["light"],
    size: { width: 1180, height: 600 },
    take: async (b) => {
      await b.command("Testing: Focus on Test Explorer View");
      const rows = b.page.locator(".test-explorer .monaco-list-row");
      await rows.first().waitFor();
      await b.command("Test: Run All Tests");
      await b.page.locator(".test-explorer .codicon-testing-failed-icon").first().waitFor();
      for (const file of ["note.md", "claims.mcalc"])
        await rows.filter({ hasText: file }).first().locator(".monaco-tl-twistie").click();
      await b.command("View: Toggle Panel Visibility");
      await b.click("d(loss)/d(w)");
      await b.page.mouse.move(600, 500);
      await pause(b, 1500);
    },
  },
  {
    name: "menu",
    file: "linear-regression.mcalc",
    themes: ["light"],
    take: async (b) => {
      await b.hover("norm2(r)");
      await b.click("norm2(r)");
      const { x, y } = await b.positionOf("norm2(r)");
      await b.page.mouse.click(x, y, { button: "right" });
      await pause(b);
      await b.page.locator(".monaco-menu .action-item", { hasText: "Matrix Calculus" }).hover();
      await pause(b, 1000);
    },
  },
];

async function main(): Promise<void> {
  // @ts-expect-error: a script without types
  const { serveWeb } = await import("./vscode/web.mjs");
  const examples = await serveWeb({ folder: path.join(root, "examples") });
  const extra = await serveWeb({ folder: path.join(root, "test", "e2e", "pictures") });
  for (const shot of SHOTS) {
    if (only.length > 0 && !only.includes(shot.name)) continue;
    for (const theme of shot.themes) {
      const { url } = /^(?:mistake|note|claims)\./.test(shot.file) ? extra : examples;
      const address = `${url}?file=${shot.file}&theme=${encodeURIComponent(THEMES[theme])}`;
      const bench = await Workbench.open(address, shot.size ?? { width: 980, height: 560 });
      try {
        await bench.page.keyboard.press("Control+KeyB");
        await pause(bench, 1500);
        await shot.take(bench);
        await bench.screenshot(path.join(root, "docs", "images", `${shot.name}-${theme}.png`));
        if (shot.walkthrough !== undefined)
          await bench.page.screenshot({
            path: path.join(root, "walkthrough", `${shot.name}-${theme}.png`),
            clip: shot.walkthrough,
            scale: "css",
          });
        console.log(`${shot.name}-${theme}`);
      } catch (error) {
        console.error(`${shot.name}-${theme}: ${String(error).slice(0, 300)}`);
        await bench.screenshot(path.join("/tmp", `failed-${shot.name}-${theme}.png`));
      } finally {
        await bench.close();
      }
    }
  }
  examples.close();
  extra.close();
}

void main();
