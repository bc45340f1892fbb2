import { commands, type Disposable, l10n, Uri, window, workspace } from "vscode";

/** The examples in the package, as they are offered. */
const examples = (): readonly { readonly file: string; readonly label: string; readonly description: string }[] => [
  {
    file: "examples/first-steps.mcalc",
    label: l10n.t("First steps"),
    description: l10n.t("declarations, derivatives, claims"),
  },
  { file: "examples/linear-regression.mcalc", label: l10n.t("Linear regression"), description: "" },
  { file: "examples/logistic-regression.mcalc", label: l10n.t("Logistic regression"), description: "" },
  { file: "examples/two-layer-network.mcalc", label: l10n.t("Two-layer network"), description: "" },
  { file: "examples/attention.mcalc", label: l10n.t("Attention"), description: "" },
  { file: "examples/gaussian-likelihood.mcalc", label: l10n.t("Gaussian likelihood"), description: "" },
  { file: "examples/matrix-factorization.mcalc", label: l10n.t("Matrix factorization"), description: "" },
  { file: "examples/kalman-gain.mcalc", label: l10n.t("Kalman gain"), description: "" },
  { file: "examples/pca.mcalc", label: l10n.t("Principal components"), description: "" },
  {
    file: "examples/linear-regression.md",
    label: l10n.t("A note in Markdown"),
    description: l10n.t("linear regression"),
  },
  { file: "walkthrough/mistakes.mcalc", label: l10n.t("Mistakes to mend"), description: "" },
];

const FIRST = "walkthrough/first.mcalc";

/** Commands that open a new file, or an example of the package, as an unsaved text of its own. */
export function registerExamples(root: Uri): Disposable[] {
  const open = async (file: string): Promise<void> => {
    const bytes = await workspace.fs.readFile(Uri.joinPath(root, ...file.split("/")));
    const language = file.endsWith(".mcalc") ? "mcalc" : "markdown";
    const document = await workspace.openTextDocument({ language, content: new TextDecoder().decode(bytes) });
    await window.showTextDocument(document, { preview: false });
  };
  return [
    commands.registerCommand("mcalc.newFile", () => open(FIRST)),
    commands.registerCommand("mcalc.openExample", async (given: unknown) => {
      const asked = examples().find((e) => e.file === given);
      const chosen = asked ?? (await window.showQuickPick(examples(), { title: l10n.t("Open an example") }));
      if (chosen !== undefined) await open(chosen.file);
    }),
  ];
}
