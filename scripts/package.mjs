// npm run package: mcalc-VERSION.vsix, self-contained (everything is bundled; no node_modules), its size checked, and the
// bill of materials beside it. Two builds of one commit give the same files, byte for byte.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { billOfMaterials } from "./bundled.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const own = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const { name, version } = own;
const out = `${name}-${version}.vsix`;
const vsce = path.join(root, "node_modules", "@vscode", "vsce", "vsce");
execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
const stage = staged();
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
    path.join(root, out),
  ],
  {
    cwd: stage,
    stdio: "inherit",
    env: { ...process.env, SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH ?? commitTime() },
  },
);
rmSync(stage, { recursive: true, force: true });
const packages = JSON.parse(readFileSync(path.join(root, "dist", "bundled.json"), "utf8"));
const bill = `${name}-${version}.cdx.json`;
writeFileSync(path.join(root, bill), `${JSON.stringify(billOfMaterials(own, packages), null, 2)}\n`);
console.log(`${bill}: ${packages.length} bundled packages`);
const megabytes = statSync(path.join(root, out)).size / 2 ** 20;
console.log(`${out}: ${megabytes.toFixed(2)} MB`);
if (megabytes > 4) {
  console.error("The package must stay under 4 MB.");
  process.exit(1);
}

/** What the editor needs of the package, in a folder of its own: the library is for npm alone. */
function staged() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "mcalc-package-"));
  const files = own.files.filter((file) => !file.startsWith("dist/library"));
  for (const file of files.filter((f) => !f.includes("*"))) cpSync(path.join(root, file), path.join(folder, file), { recursive: true, preserveTimestamps: true }); // prettier-ignore
  mkdirSync(path.join(folder, "dist"), { recursive: true });
  for (const file of readdirSync(path.join(root, "dist")))
    if (file.endsWith(".js") && !file.startsWith("library.")) cpSync(path.join(root, "dist", file), path.join(folder, "dist", file), { preserveTimestamps: true }); // prettier-ignore
  const { exports: _, scripts: __, devDependencies: ___, ...manifest } = own;
  writeFileSync(path.join(folder, "package.json"), `${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
  return folder;
}

/** When the commit was made, in seconds: the time of every file in the package; outside a repository that of 1980. */
function commitTime() {
  try {
    return execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: root, encoding: "utf8" }).trim();
  } catch {
    return "315532800";
  }
}
