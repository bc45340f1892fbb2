import { commands, type Disposable, Uri, window, workspace } from "vscode";

/** The examples in the package, as they are offered. */
const EXAMPLES: readonly { readonly file: string; readonly label: string; readonly description: string }[] = [
  { file: "examples/first-steps.mcalc", label: "First steps", description: "declarations, derivatives, claims" },
  { file: "examples/linear-regression.mcalc", label: "Linear regression", description: "" },
  { file: "examples/logistic-regression.mcalc", label: "Logistic regression", description: "" },
  { file: "examples/two-layer-network.mcalc", label: "Two-layer network", description: "" },
  { file: "examples/attention.mcalc", label: "Attention", description: "" },
  { file: "examples/gaussian-likelihood.mcalc", label: "Gaussian likelihood", description: "" },
  { file: "examples/matrix-factorization.mcalc", label: "Matrix factorization", description: "" },
  { file: "examples/kalman-gain.mcalc", label: "Kalman gain", description: "" },
  { file: "examples/pca.mcalc", label: "Principal components", description: "" },
  { file: "examples/linear-regression.md", label: "A note in Markdown", description: "linear regression" },
  { file: "walkthrough/mistakes.mcalc", label: "Mistakes to mend", description: "" },
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
      const asked = EXAMPLES.find((e) => e.file === given);
      const chosen = asked ?? (await window.showQuickPick(EXAMPLES, { title: "Open an example" }));
      if (chosen !== undefined) await open(chosen.file);
    }),
  ];
}
