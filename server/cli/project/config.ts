import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Minimatch } from "minimatch";
import { tableOf } from "../../core/table";
import type { Severity } from "../../core/problem";
import type { CheckConfig } from "../../tools/checkText";
import { InputError } from "../output";

/** What `mcalc.json` may say, for a folder and all below it. */
export interface ProjectConfig extends CheckConfig {
  /** Which files of the folder are checked (globs, relative to it); all where it is left out. */
  readonly include: readonly Minimatch[] | undefined;
  readonly exclude: readonly Minimatch[];
  /** The folder that holds the file; none where there is no file. */
  readonly folder: string | undefined;
}

export const NAME = "mcalc.json";

const NONE: ProjectConfig = {
  include: undefined,
  exclude: [],
  layout: "gradient",
  severity: tableOf<Severity | "off">({}),
  macros: tableOf<string>({}),
  given: [],
  folder: undefined,
};

const KEYS = ["include", "exclude", "layout", "severity", "macros", "given"];
const SEVERITIES: readonly unknown[] = ["error", "warning", "information", "hint", "off"];

const known = new Map<string, ProjectConfig>();

/**
 * The configuration that holds in a folder: of the nearest `mcalc.json`, there or above.
 * @throws InputError with one sentence where that file cannot be used
 */
export function configOf(folder: string): ProjectConfig {
  const here = path.resolve(folder);
  let found = known.get(here);
  if (found !== undefined) return found;
  const file = path.join(here, NAME);
  if (isFile(file)) found = readConfig(file);
  else found = path.dirname(here) === here ? NONE : configOf(path.dirname(here));
  known.set(here, found);
  return found;
}

/** Whether a file belongs to what its project checks. */
export function isIncluded(file: string, { folder, include, exclude }: ProjectConfig): boolean {
  if (folder === undefined) return true;
  const relative = path.relative(folder, path.resolve(file)).split(path.sep).join("/");
  const matches = (globs: readonly Minimatch[]): boolean => globs.some((g) => g.match(relative));
  return (include === undefined || matches(include)) && !matches(exclude);
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function readConfig(file: string): ProjectConfig {
  const wrong = (what: string): InputError => new InputError(`${file}: ${what}`);
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw wrong("it cannot be read as JSON.");
  }
  if (typeof read !== "object" || read === null || Array.isArray(read))
    throw wrong("it must be an object, such as {}.");
  const config = read as Record<string, unknown>;
  for (const key of Object.keys(config))
    if (!KEYS.includes(key) && key !== "$schema") throw wrong(`“${key}” is not known; there are ${KEYS.join(", ")}.`);
  const texts = (key: string): readonly string[] | undefined => {
    const value = config[key];
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((v) => typeof v === "string")) return value;
    throw wrong(`“${key}” must be a list of texts.`);
  };
  const entries = (key: string, isRight: (v: unknown) => boolean, what: string): [string, string][] => {
    const value = config[key] ?? {};
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(`“${key}” must be an object.`);
    const all = Object.entries(value);
    for (const [name, v] of all) if (!isRight(v)) throw wrong(`“${key}”: ${name} must be ${what}.`);
    return all as [string, string][];
  };
  const globs = (key: string): readonly Minimatch[] | undefined =>
    texts(key)?.map((g) => new Minimatch(g.endsWith("/") ? `${g}**` : g, { dot: true, matchBase: !g.includes("/") }));
  const { layout = "gradient" } = config;
  if (layout !== "gradient" && layout !== "numerator") throw wrong("“layout” must be gradient or numerator.");
  return {
    include: globs("include"),
    exclude: globs("exclude") ?? [],
    layout,
    severity: tableOf(
      Object.fromEntries(
        entries("severity", (v) => SEVERITIES.includes(v), "error, warning, information, hint or off"),
      ),
    ) as ProjectConfig["severity"],
    macros: tableOf(Object.fromEntries(entries("macros", (v) => typeof v === "string", "the text of a macro"))),
    given: texts("given") ?? [],
    folder: path.dirname(file),
  };
}
