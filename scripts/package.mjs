// npm run package: mcalc-VERSION.vsix, self-contained (everything is bundled; no node_modules), and its size checked.
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const out = `${name}-${version}.vsix`;
const vsce = path.join(root, "node_modules", "@vscode", "vsce", "vsce");
execFileSync(
  process.execPath,
  [
    vsce,
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--skip-license",
    "--no-rewrite-relative-links",
    "--out",
    out,
  ],
  { cwd: root, stdio: "inherit" },
);
const megabytes = statSync(path.join(root, out)).size / 2 ** 20;
console.log(`${out}: ${megabytes.toFixed(2)} MB`);
if (megabytes > 3) {
  console.error("The package must stay under 3 MB.");
  process.exit(1);
}
