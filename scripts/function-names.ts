// Writes the names of the functions of the operator table where they are listed: the coloring of .mcalc files, and the
// table of functions in docs/language.md.
// Usage: npx tsx scripts/function-names.ts
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { FUNCTIONS } from "../server/operators";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const COLORS = path.join(ROOT, "syntaxes", "mcalc.tmLanguage.json");
const LANGUAGE = path.join(ROOT, "docs", "language.md");

/** Written as functions, beside those of the table. */
const DERIVATIVES = ["grad", "jac", "hess"];

/** Text with its list of names brought up to date, for each file that has one. */
export function withNames(): readonly { readonly file: string; readonly before: string; readonly after: string }[] {
  const colors = readFileSync(COLORS, "utf8");
  const names = [...FUNCTIONS.map((f) => f.name), ...DERIVATIVES].sort().join("|");
  const page = readFileSync(LANGUAGE, "utf8");
  const listed = FUNCTIONS.filter((f) => f.group === "elementwise" && f.unlisted !== true);
  return [
    { file: COLORS, before: colors, after: colors.replace(/\(\?:K\|abs[^)]*\)/, () => `(?:${names})`) },
    {
      file: LANGUAGE,
      before: page,
      after: page.replace(
        /^\| of each entry( *)\|.*$/m,
        (_, space: string) => `| of each entry${space}| ${listed.map((f) => `\`${f.name}\``).join(" ")} |`,
      ),
    },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { file, before, after } of withNames()) if (before !== after) writeFileSync(file, after);
