import type { ProblemCode, Severity } from "../core/problem";

/** What the user chose; the names and defaults of `contributes.configuration` without their `mcalc.`. */
export interface Settings {
  /** `gradient`: a gradient is a column. `numerator`: it is a row; Jacobians are the same in both. */
  readonly layout: "gradient" | "numerator";
  readonly languages: readonly string[];
  /** Whether equations are checked, beside shapes and syntax. */
  readonly checkClaims: boolean;
  readonly severity: Readonly<Partial<Record<ProblemCode, Severity | "off">>>;
  /** Whether names that nothing declares get their shape by convention (bold lower case: a vector, …). */
  readonly conventions: boolean;
  /** LaTeX macros that hold in every note: `{ "\\RR": "\\mathbb{R}" }`, as in VS Code's `markdown.math.macros`. */
  readonly macros: Readonly<Record<string, string>>;
  readonly picture: boolean;
  readonly pictureScale: number;
  readonly inlayHints: boolean;
  readonly codeLens: boolean;
}

export const DEFAULTS: Settings = {
  layout: "gradient",
  languages: ["mcalc", "markdown"],
  checkClaims: true,
  severity: {},
  conventions: true,
  macros: {},
  picture: true,
  pictureScale: 1,
  inlayHints: true,
  codeLens: false,
};

const SEVERITIES = ["error", "warning", "information", "hint", "off"];

/** Settings as a client sends them: anything missing or of the wrong kind keeps its default. */
export function readSettings(sent: unknown): Settings {
  const at = (path: string): unknown => {
    let value: unknown = sent;
    for (const key of path.split("."))
      value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    return value;
  };
  const flag = (path: string, otherwise: boolean): boolean => {
    const value = at(path);
    return typeof value === "boolean" ? value : otherwise;
  };
  const languages = at("languages");
  const scale = at("hover.pictureScale");
  const severity = at("check.severity");
  return {
    layout: at("layout") === "numerator" ? "numerator" : "gradient",
    languages: Array.isArray(languages)
      ? languages.filter((l): l is string => typeof l === "string")
      : DEFAULTS.languages,
    checkClaims: flag("check.claims", DEFAULTS.checkClaims),
    severity:
      typeof severity === "object" && severity !== null
        ? (Object.fromEntries(
            Object.entries(severity).filter(([, s]) => typeof s === "string" && SEVERITIES.includes(s)),
          ) as Settings["severity"])
        : {},
    conventions: flag("conventions", DEFAULTS.conventions),
    macros: textsOf(at("macros")),
    picture: flag("hover.picture", DEFAULTS.picture),
    pictureScale: typeof scale === "number" && scale >= 0.5 && scale <= 4 ? scale : DEFAULTS.pictureScale,
    inlayHints: flag("inlayHints", DEFAULTS.inlayHints),
    codeLens: flag("codeLens", DEFAULTS.codeLens),
  };
}

/** Of an object, what is text. */
const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).filter((e): e is [string, string] => typeof e[1] === "string"))
    : {};
