// Audits what is shipped: the packages whose code is in the bundles (dist/bundled.json, which the build writes). They are
// development dependencies, since nothing is installed with mcalc, so `npm audit --omit=dev` would look at none of them.
// Fails where one has a known vulnerability; says so and goes on where the registry has no answer.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const bundled = JSON.parse(readFileSync(path.join(root, "dist", "bundled.json"), "utf8"));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const { stdout } = spawnSync(npm, ["audit", "--json"], { cwd: root, encoding: "utf8", timeout: 60_000 });
let found;
try {
  found = JSON.parse(stdout).vulnerabilities;
} catch {
  // No report: below.
}
if (found === undefined)
  console.log(`The audit service of the registry did not answer: ${bundled.length} bundled packages were not audited.`);
else {
  const shipped = bundled.filter(({ name }) => Object.hasOwn(found, name));
  console.log(`Of ${bundled.length} bundled packages ${shipped.length} have a known vulnerability.`);
  for (const { name, version } of shipped) console.log(`  ${name} ${version}: ${found[name].severity}`);
  if (shipped.length > 0) process.exitCode = 1;
}
