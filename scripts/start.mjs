// npm start: installs and builds where needed, then opens VS Code for the Web with the extension and an example in it.
// Usage: npm start [-- FILE | playground]   Environment: PORT (3000), NO_OPEN=1 (do not open a browser)
import { execFileSync, spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const shell = process.platform === "win32";
if (!existsSync(path.join(root, "node_modules", "esbuild"))) {
  console.log("Installing the dependencies …");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, stdio: "inherit", shell });
} else {
  console.log("Building …");
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
}

const asked = process.argv[2];
const serve = asked === "playground" ? await playground() : await editor();
let server;
for (let port = Number(process.env.PORT ?? 3000), tries = 0; server === undefined; port++, tries++) {
  try {
    server = await serve(port);
  } catch (error) {
    if (error.code !== "EADDRINUSE" || tries === 20) {
      console.error(error.message);
      process.exit(1);
    }
  }
}
console.log(
  `${asked === "playground" ? "The playground" : "VS Code with mcalc"}: ${server.url}   (Ctrl+C ends it; edits stay in the browser)`,
);
if (!process.env.NO_OPEN) {
  const opener = { darwin: "open", win32: "explorer" }[process.platform] ?? "xdg-open";
  spawn(opener, [server.url], { stdio: "ignore", detached: true })
    .on("error", () => console.log("No browser could be opened from here: open the address above in yours."))
    .unref();
}

/** The playground's page. */
async function playground() {
  const { buildPlayground, servePlayground } = await import("./playground.mjs");
  await buildPlayground();
  return servePlayground;
}

/** VS Code for the Web with the extension, and a file or a folder in it. */
async function editor() {
  const { serveWeb } = await import("./vscode/web.mjs");
  const target = asked === undefined ? path.join(root, "examples") : path.resolve(asked);
  if (!existsSync(target)) {
    console.error(`There is no file or folder ${asked}.`);
    process.exit(2);
  }
  /** What somebody new sees: a file with two mistakes to repair, and a note behind it. */
  const first = ["first-steps.mcalc", "linear-regression.md"];
  const isFolder = statSync(target).isDirectory();
  return (port) =>
    serveWeb({
      folder: isFolder ? target : path.dirname(target),
      file: asked === undefined ? first : isFolder ? undefined : path.basename(target),
      port,
    });
}
