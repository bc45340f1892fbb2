// The GitHub Action: builds mcalc where that was not done yet, checks, and shows the findings beside their lines.
// Inputs come as INPUT_PATHS, INPUT_CHANGED, INPUT_BASELINE and INPUT_SARIF; the exit status is that of the check.
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const command = path.join(root, "dist", "cli.js");
const input = (name) => (process.env[`INPUT_${name}`] ?? "").trim();

if (!existsSync(command)) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["ci", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}

const paths = input("PATHS")
  .split(/\r?\n/)
  .map((p) => p.trim())
  .filter(Boolean);
const shared = [
  ...(paths.length > 0 ? paths : ["."]),
  ...(input("CHANGED") === "" ? [] : [`--changed=${input("CHANGED")}`]),
  ...(input("BASELINE") === "" ? [] : [`--baseline=${input("BASELINE")}`]),
];
const check = (format, stdio) =>
  spawnSync(process.execPath, [command, "check", ...shared, "--format", format], {
    stdio,
    encoding: "utf8",
    maxBuffer: 1e9,
  });

if (input("SARIF") !== "") writeFileSync(input("SARIF"), check("sarif", ["ignore", "pipe", "ignore"]).stdout);
// Annotations first, then the same for whoever reads the log.
check("github", ["ignore", "inherit", "ignore"]);
process.exit(check("pretty", ["ignore", "inherit", "inherit"]).status ?? 1);
