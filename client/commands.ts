import { commands, type Disposable, env, l10n, Range, Selection, ViewColumn, window, workspace } from "vscode";
import type { BaseLanguageClient, Position, Range as ProtocolRange, WorkspaceEdit } from "vscode-languageclient";
import {
  type At,
  type CopyFormat,
  type CopyResult,
  type DeclarationResult,
  type DeriveResult,
  METHODS,
  type VariablesResult,
} from "../server/lsp/protocol";
import { labelText, notificationText } from "../server/core/escaping";
import type { DerivationPanel } from "./panel";
import type { Progress } from "./progress";
import type { WantedVariable } from "./wanted";

/** What a link or a code lens hands to a command; from the palette there is nothing. */
interface Given {
  readonly uri?: string;
  readonly range?: ProtocolRange;
  readonly variable?: string;
}

const nothing = (): string => l10n.t("There is no formula at the cursor.");

export function registerCommands(
  client: () => Promise<BaseLanguageClient>,
  panel: DerivationPanel,
  wanted: WantedVariable,
  progress: Progress,
): Disposable[] {
  const register = (name: string, run: (given: Given) => Promise<void>): Disposable =>
    commands.registerCommand(`mcalc.${name}`, async (given: unknown) => {
      try {
        await run(typeof given === "object" && given !== null && "range" in given ? (given as Given) : {});
      } catch {
        void window.showErrorMessage(
          l10n.t("mcalc could not answer; its log says why (command “Matrix Calculus: Show Log”)."),
        );
      }
    });

  const derive = async (given: Given, order: 1 | 2): Promise<void> => {
    const at = placeOf(await client(), given);
    if (at === undefined) return;
    const variable = given.variable ?? (await chooseVariable(await client(), at, order));
    if (variable === undefined) return;
    const result: DeriveResult = await (await client()).sendRequest(METHODS.derive, { ...at, variable, order });
    if ("message" in result) return void window.showWarningMessage(notificationText(result.message));
    if (result.edit !== undefined && !(await apply(await client(), result.edit))) return;
    await goTo(await client(), at.textDocument.uri, result.cursor);
    progress.reach("derived");
    const said =
      result.edit === undefined
        ? l10n.t("It stands there already")
        : result.verified
          ? l10n.t("verified by numbers")
          : "";
    void window.setStatusBarMessage(`$(check) ${labelText(result.statement)}${said === "" ? "" : ` (${said})`}`, 5000);
  };

  return [
    register("derive", (given) => derive(given, 1)),
    register("hessian", (given) => derive(given, 2)),
    register("showDerivation", async (given) => {
      const at = placeOf(await client(), given);
      if (at === undefined) return;
      const variable = given.variable ?? (await chooseVariable(await client(), at, 1));
      if (variable !== undefined) await panel.show({ ...at, variable });
    }),
    register("showHover", async (given) => {
      const at = placeOf(await client(), given);
      if (at === undefined) return;
      const variable = given.variable ?? (await chooseVariable(await client(), at, 1));
      const editor = window.activeTextEditor;
      if (variable === undefined || editor === undefined) return;
      wanted.set(editor.document, at.range, variable);
      const range = (await client()).protocol2CodeConverter.asRange(at.range);
      if (!range.contains(editor.selection.active)) editor.selection = new Selection(range.start, range.start);
      // The hover with the link would be taken for what is asked for.
      await Promise.resolve(commands.executeCommand("editor.action.hideHover")).catch(() => undefined);
      await commands.executeCommand("editor.action.showHover");
    }),
    register("copyAs", async (given) => copyAs(await client(), given)),
    register("insertDeclaration", async (given) => {
      const at = placeOf(await client(), given);
      if (at === undefined) return;
      const result: DeclarationResult = await (await client()).sendRequest(METHODS.declaration, at);
      if ("message" in result) return void window.showInformationMessage(notificationText(result.message));
      await apply(await client(), result.edit);
    }),
  ];
}

/** The place that a command acts on: what it was given, or the selection of the active editor. */
function placeOf(client: BaseLanguageClient, given: Given): At | undefined {
  if (given.uri !== undefined && given.range !== undefined)
    return { textDocument: { uri: given.uri }, range: given.range };
  const editor = window.activeTextEditor;
  if (editor === undefined) {
    void window.showInformationMessage(l10n.t("Open a .mcalc file or a Markdown note with formulas first."));
    return undefined;
  }
  return {
    textDocument: { uri: client.code2ProtocolConverter.asUri(editor.document.uri) },
    range: client.code2ProtocolConverter.asRange(editor.selection),
  };
}

/** Puts the cursor where one goes on. */
async function goTo(client: BaseLanguageClient, uri: string, position: Position): Promise<void> {
  const { protocol2CodeConverter: protocol } = client;
  const editor = window.visibleTextEditors.find((e) => e.document.uri.toString() === protocol.asUri(uri).toString());
  if (editor === undefined) return;
  const at = protocol.asPosition(position);
  editor.selection = new Selection(at, at);
  editor.revealRange(new Range(at, at));
  await window.showTextDocument(editor.document, { viewColumn: editor.viewColumn ?? ViewColumn.Active });
}

/** Asks which variable to derive by; where there is one only, that one. */
async function chooseVariable(client: BaseLanguageClient, at: At, order: 1 | 2): Promise<string | undefined> {
  const found: VariablesResult | null = await client.sendRequest(METHODS.variables, at);
  if (found === null) return void window.showInformationMessage(nothing());
  if (found.variables.length === 0)
    return void window.showInformationMessage(
      notificationText(l10n.t("{0} depends on no variable that mcalc knows.", found.expression)),
    );
  if (order === 2 && !found.scalar)
    return void window.showWarningMessage(
      notificationText(l10n.t("A Hessian is taken of a scalar; {0} is not one.", found.expression)),
    );
  if (found.variables.length === 1) return found.variables[0]!.name;
  const chosen = await window.showQuickPick(
    found.variables.map((v) => ({ label: labelText(v.name), description: labelText(v.shape), name: v.name })),
    {
      title: order === 1 ? l10n.t("Derive with respect to…") : l10n.t("Hessian with respect to…"),
      placeHolder: found.expression,
    },
  );
  return chosen?.name;
}

/** Applies an edit, unless the document has changed since it was made. */
async function apply(client: BaseLanguageClient, edit: WorkspaceEdit): Promise<boolean> {
  for (const change of edit.documentChanges ?? []) {
    if (!("textDocument" in change) || change.textDocument.version === null) continue;
    const uri = client.protocol2CodeConverter.asUri(change.textDocument.uri).toString();
    const document = workspace.textDocuments.find((d) => d.uri.toString() === uri);
    if (document !== undefined && document.version !== change.textDocument.version) {
      void window.showInformationMessage(l10n.t("The document changed meanwhile; please try again."));
      return false;
    }
  }
  const applied = await workspace.applyEdit(await client.protocol2CodeConverter.asWorkspaceEdit(edit));
  if (!applied)
    void window.showWarningMessage(
      l10n.t("The document could not be changed: it may be read-only. Copy the result instead."),
    );
  return applied;
}

const formats = (): readonly {
  readonly label: string;
  readonly format: CopyFormat;
  readonly description: string;
}[] => [
  { label: "LaTeX", format: "latex", description: l10n.t("as the document writes it") },
  { label: "NumPy", format: "numpy", description: l10n.t("a Python function") },
  { label: "JAX", format: "jax", description: l10n.t("a Python function") },
  { label: "PyTorch", format: "torch", description: l10n.t("a Python function") },
  { label: "Julia", format: "julia", description: l10n.t("a function") },
  { label: "MATLAB", format: "matlab", description: l10n.t("a function") },
  { label: "C++ with Eigen", format: "eigen", description: l10n.t("a function") },
  { label: "R", format: "r", description: l10n.t("a function") },
  { label: "SymPy", format: "sympy", description: l10n.t("a matrix expression") },
  { label: "Typst", format: "typst", description: "" },
  { label: "Unicode", format: "unicode", description: l10n.t("plain text") },
  { label: "mcalc", format: "text", description: l10n.t("the .mcalc language") },
];

async function copyAs(client: BaseLanguageClient, given: Given): Promise<void> {
  const at = placeOf(client, given);
  if (at === undefined) return;
  const found: VariablesResult | null = await client.sendRequest(METHODS.variables, at);
  if (found === null) return void window.showInformationMessage(nothing());
  let { variable } = given;
  let order: 1 | 2 = 1;
  if (variable === undefined && found.variables.length > 0) {
    const what = await window.showQuickPick(
      [
        {
          label: labelText(found.expression),
          description: l10n.t("the expression itself"),
          variable: undefined,
          order: 1 as const,
        },
        ...found.variables.map((v) => ({
          label: labelText(`∂/∂${v.name}`),
          description: labelText(v.shape),
          variable: v.name,
          order: 1 as const,
        })),
        ...(found.scalar ? found.variables : []).map((v) => ({
          label: labelText(`∂²/∂${v.name}²`),
          description: l10n.t("Hessian"),
          variable: v.name,
          order: 2 as const,
        })),
      ],
      { title: l10n.t("Copy what?") },
    );
    if (what === undefined) return;
    ({ variable, order } = what);
  }
  const chosen = await window.showQuickPick(formats(), { title: l10n.t("Copy as…") });
  if (chosen === undefined) return;
  const params = { ...at, format: chosen.format, ...(variable === undefined ? {} : { variable, order }) };
  const result: CopyResult = await client.sendRequest(METHODS.copy, params);
  if ("message" in result) return void window.showWarningMessage(notificationText(result.message));
  await env.clipboard.writeText(result.text);
  void window.setStatusBarMessage(`$(check) ${l10n.t("Copied as {0}.", chosen.label)}`, 3000);
}
