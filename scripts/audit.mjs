// Audits what is shipped (npm audit --omit=dev). Fails where a dependency has a known vulnerability; says so and goes
// on where the registry has no answer (no network, or one without an audit service).
import { spawnSync } from "node:child_process";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const { stdout } = spawnSync(npm, ["audit", "--omit=dev", "--json"], { encoding: "utf8", timeout: 60_000 });
let found;
try {
  found = JSON.parse(stdout).metadata?.vulnerabilities;
} catch {
  // No report: below.
}
if (found === undefined)
  console.log("The audit service of the registry did not answer: dependencies were not audited.");
else {
  console.log(`Vulnerabilities in shipped dependencies: ${found.total}.`);
  if (found.total > 0) process.exitCode = 1;
}
