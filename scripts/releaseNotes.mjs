// node scripts/releaseNotes.mjs VERSION: the section of CHANGELOG.md for a release; fails where the package has another
// version, or the changelog no such section.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const wanted = process.argv[2] ?? "";
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const sections = readFileSync(path.join(root, "CHANGELOG.md"), "utf8").split(/^## /m).slice(1);
const section = sections.find((s) => s.split("\n", 1)[0].trim() === wanted);
if (version !== wanted || section === undefined) {
  console.error(
    `The tag says ${wanted}, the package ${version}; the changelog has ${sections.map((s) => s.split("\n", 1)[0].trim()).join(", ")}.`,
  );
  process.exit(1);
}
console.log(section.slice(section.indexOf("\n")).trim());
