import { existsSync } from "node:fs";

/** The browser that the end-to-end tests drive; `CHROMIUM` names another. */
export const CHROMIUM = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((p) => p !== undefined && p !== "" && existsSync(p));

/** A browser that stays quiet and needs neither a graphics card nor a sandbox of its own. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
