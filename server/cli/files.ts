import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { isChecked } from "./checked";
import { unreadable } from "./input";
import { isOurs } from "./output";
import { configOf, isIncluded } from "./project/config";

/** Folders that hold nothing a person wrote. */
const SKIPPED = new Set(["node_modules", "dist", "out", "build", "__pycache__", "venv", "_site", "_book"]);

/** The files that paths stand for, folders walked in order of names; and what could not be found, in words. */
export function filesOf(paths: readonly string[]): { readonly files: string[]; readonly problems: string[] } {
  const files: string[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  const add = (file: string): void => {
    const real = path.resolve(file);
    if (seen.has(real)) return;
    seen.add(real);
    files.push(file);
  };
  const walk = (folder: string): void => {
    let entries;
    try {
      entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      problems.push(unreadable(folder, error));
      return;
    }
    for (const entry of entries) {
      const here = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith(".") && !SKIPPED.has(entry.name)) walk(here);
      } else if (entry.isFile() && isChecked(entry.name) && isIncluded(here, configOf(folder))) add(here);
    }
  };
  for (const p of paths) {
    try {
      if (!statSync(p).isDirectory()) {
        add(p);
        continue;
      }
      const before = files.length;
      const said = problems.length;
      walk(p);
      if (files.length === before && problems.length === said)
        problems.push(`${p} holds no .mcalc files, Markdown notes or notebooks.`);
    } catch (error) {
      problems.push(isOurs(error) ? error.message : unreadable(p, error));
    }
  }
  return { files, problems };
}
