import { ColorThemeKind, window, workspace } from "vscode";
import type { Theme } from "../server/lsp/protocol";

const KINDS: Readonly<Record<ColorThemeKind, Theme["kind"]>> = {
  [ColorThemeKind.Light]: "light",
  [ColorThemeKind.Dark]: "dark",
  [ColorThemeKind.HighContrast]: "highContrastDark",
  [ColorThemeKind.HighContrastLight]: "highContrastLight",
};

/** The look of the editor now, as far as pictures of formulas need it. */
export const currentTheme = (): Theme => ({
  kind: KINDS[window.activeColorTheme.kind],
  fontSize: workspace.getConfiguration("editor").get("fontSize", 14),
});
