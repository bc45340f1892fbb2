import { l10n } from "vscode";

/** Numbers of things in words: `1 file`, `3 files`. */
export const counted = {
  files: (n: number) => (n === 1 ? l10n.t("1 file") : l10n.t("{0} files", n)),
  problems: (n: number) => (n === 1 ? l10n.t("1 problem") : l10n.t("{0} problems", n)),
  formulas: (n: number) => (n === 1 ? l10n.t("1 formula") : l10n.t("{0} formulas", n)),
  /** Equations that hold. */
  holding: (n: number) => (n === 1 ? l10n.t("1 equation holds") : l10n.t("{0} equations hold", n)),
};
