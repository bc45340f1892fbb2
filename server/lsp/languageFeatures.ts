/** The Language Server Protocol's own requests: each asks one feature and converts what it answers. */
import {
  type CodeAction,
  type CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  DocumentHighlightKind,
  type DocumentSymbol,
  FoldingRangeKind,
  InlayHintKind,
  InsertTextFormat,
  LSPErrorCodes,
  type MarkupContent,
  MarkupKind,
  ResponseError,
  type SelectionRange,
  SemanticTokensBuilder,
  type SymbolInformation,
  SymbolKind,
} from "vscode-languageserver";
import { type Action, codeActions } from "../features/codeActions";
import { codeLenses } from "../features/codeLens";
import { type Completion, completions } from "../features/completion";
import { definition } from "../features/definition";
import { deriveBelow } from "../features/derive";
import { folds } from "../features/folding";
import { format } from "../features/formatting";
import { hover, type Hover } from "../features/hover";
import { inlayHints } from "../features/inlayHints";
import { highlights, references, rename, renameTarget } from "../features/references";
import { selectionRanges } from "../features/selectionRanges";
import { semanticTokens, TOKEN_MODIFIERS, TOKEN_TYPES, type Token } from "../features/semanticTokens";
import { signatureHelp } from "../features/signatureHelp";
import { insertSteps } from "../features/steps";
import { solveBelow } from "../features/solve";
import { symbols } from "../features/symbols";
import { asClaim } from "../features/answers";
import { formulaAt } from "../features/place";
import { targetAt } from "../features/target";
import type { Client } from "./client";
import { toDiagnostic, toRange, toSpan, toTextEdits, toWorkspaceEdit } from "./convert";
import { toHover } from "./hover";
import type { HoverParams } from "./protocol";
import type { Pictures } from "./pictures";
import { read } from "./reading";
import { HIGHEST } from "./pictures/lines";
import type { Asked, Requests } from "./requests";

const COMPLETION_KIND: Readonly<Record<Completion["kind"], CompletionItemKind>> = {
  function: CompletionItemKind.Function,
  scalar: CompletionItemKind.Variable,
  vector: CompletionItemKind.Variable,
  definition: CompletionItemKind.Constant,
  dimension: CompletionItemKind.TypeParameter,
  property: CompletionItemKind.Property,
  command: CompletionItemKind.Text,
  keyword: CompletionItemKind.Keyword,
};

const SYMBOL_KIND = {
  variable: SymbolKind.Variable,
  definition: SymbolKind.Constant,
  function: SymbolKind.Function,
  claim: SymbolKind.Boolean,
} as const;

/** Documentation in the form that the client asked for: plain text unless it says that it reads Markdown. */
const documented = (words: string, markdown: boolean): MarkupContent =>
  markdown
    ? { kind: MarkupKind.Markdown, value: words }
    : { kind: MarkupKind.PlainText, value: words.replaceAll("`", "") };

export function registerLanguageFeatures(requests: Requests, client: () => Client, pictures: Pictures): void {
  const { connection, workspace } = requests;

  connection.onHover(
    requests.about(
      "hover",
      null,
      async (asked, params) => {
        const { text, snapshot, turn } = asked;
        // A client of ours sends the selection along: hovering over it derives the selected part.
        const { range, variable } = params as HoverParams;
        const selection = range === undefined ? undefined : toSpan(text, range);
        const hovered = (rows?: number): Promise<Hover | undefined> =>
          hover(snapshot, text.offsetAt(params.position), selection, turn, {
            ...(variable === undefined ? {} : { variable }),
            ...(rows === undefined ? {} : { rows }),
          });
        let found = await hovered();
        if (found === undefined) return null;
        const { picture, pictureScale } = snapshot.settings;
        const style = { markdown: client().markdown, links: client().options.commandLinks === true };
        if (!pictures.inHovers || !picture || !style.markdown) return toHover(asked, found, style);
        let drawn = found.rows.length === 0 ? undefined : await pictures.lines(found.rows, found.where, pictureScale);
        // Where two are too much to see at once, one.
        if (found.rows.length > 1 && (drawn === undefined || drawn.height > HIGHEST * pictureScale)) {
          const fewer = await hovered(1);
          const picture = fewer === undefined ? undefined : await pictures.lines(fewer.rows, fewer.where, pictureScale);
          if (picture !== undefined) [found, drawn] = [fewer!, picture];
        }
        const blocks = found.clash === undefined ? undefined : pictures.blocks(found.clash, pictureScale);
        return toHover(asked, found, {
          ...style,
          ...(drawn === undefined ? {} : { picture: drawn }),
          ...(blocks === undefined ? {} : { blocks }),
        });
      },
      { at: (params) => params.position },
    ),
  );

  connection.onCompletion(
    requests.about("completion", null, ({ text, snapshot }, params): CompletionItem[] | CompletionList => {
      const items = completions(snapshot, text.offsetAt(params.position)).map((c): CompletionItem => {
        const snippet = client().snippets && c.snippet !== undefined;
        return {
          label: c.label,
          kind: COMPLETION_KIND[c.kind],
          detail: c.detail,
          ...(c.documentation === undefined
            ? {}
            : { documentation: documented(c.documentation, c.markdown === true && client().markdownCompletions) }),
          sortText: `${c.rank}${c.order ?? ""}${c.label}`,
          filterText: c.filter ?? c.label,
          insertTextFormat: snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
          textEdit: { range: toRange(text, c.span), newText: snippet ? c.snippet! : c.label },
        };
      });
      // What is offered of LaTeX hangs on every letter that is typed: the client asks again.
      return snapshot.document.languageId === "markdown" && items[0]?.label.startsWith("\\") === true
        ? { isIncomplete: true, items }
        : items;
    }),
  );

  connection.onSignatureHelp(
    requests.about("signature help", null, ({ text, snapshot }, params) => {
      const found = signatureHelp(snapshot, text.offsetAt(params.position));
      if (found === undefined) return null;
      return {
        signatures: [
          {
            label: found.label,
            documentation: documented(found.documentation, client().markdownSignatures),
            parameters: found.parameters.map(([start, end]) => ({ label: [start, end] as [number, number] })),
          },
        ],
        activeSignature: 0,
        activeParameter: Math.min(found.active, Math.max(0, found.parameters.length - 1)),
      };
    }),
  );

  connection.onDefinition(
    requests.about("go to definition", null, ({ text, snapshot }, params) => {
      const found = definition(snapshot, text.offsetAt(params.position));
      if (found === undefined) return null;
      const targetRange = toRange(text, found.to);
      return client().linkSupport
        ? [
            {
              originSelectionRange: toRange(text, found.from),
              targetUri: text.uri,
              targetRange,
              targetSelectionRange: targetRange,
            },
          ]
        : { uri: text.uri, range: targetRange };
    }),
  );

  connection.onReferences(
    requests.about("references", null, ({ text, snapshot }, params) =>
      references(snapshot, text.offsetAt(params.position), params.context.includeDeclaration).map((span) => ({
        uri: text.uri,
        range: toRange(text, span),
      })),
    ),
  );

  connection.onDocumentHighlight(
    requests.about("highlight", null, ({ text, snapshot }, params) =>
      highlights(snapshot, text.offsetAt(params.position)).map((h) => ({
        range: toRange(text, h.span),
        kind: h.write ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
      })),
    ),
  );

  connection.onPrepareRename(
    requests.about("prepare rename", null, ({ text, snapshot }, params) => {
      const found = renameTarget(snapshot, text.offsetAt(params.position));
      return found === undefined ? null : { range: toRange(text, found.span), placeholder: found.text };
    }),
  );

  connection.onRenameRequest(
    requests.about("rename", null, async ({ text, snapshot, turn }, params) => {
      const { document, settings } = snapshot;
      const renamed = await rename(snapshot, text.offsetAt(params.position), params.newName, (changed) =>
        read(document.languageId, document.uri, document.version, changed, undefined, turn, settings.macros),
      );
      if ("refused" in renamed) throw new ResponseError(LSPErrorCodes.RequestFailed, renamed.refused);
      return toWorkspaceEdit(text, renamed.edits, client());
    }),
  );

  connection.onDocumentSymbol(
    requests.about("symbols", null, ({ text, snapshot }): DocumentSymbol[] | SymbolInformation[] => {
      const found = symbols(snapshot);
      return client().hierarchicalSymbols
        ? found.map((s) => ({
            name: s.name,
            detail: s.detail,
            kind: SYMBOL_KIND[s.kind],
            range: toRange(text, s.span),
            selectionRange: toRange(text, s.nameSpan),
          }))
        : found.map((s) => ({
            name: s.name,
            kind: SYMBOL_KIND[s.kind],
            location: { uri: text.uri, range: toRange(text, s.span) },
          }));
    }),
  );

  connection.onWorkspaceSymbol(
    requests.guard("workspace symbols", async ({ query }) => {
      const wanted = query.toLowerCase();
      const out = [];
      for (const { uri } of workspace.texts.all()) {
        const open = await workspace.open(uri);
        if (open === undefined) continue;
        for (const s of symbols(open.snapshot))
          if (s.kind !== "claim" && s.name.toLowerCase().includes(wanted))
            out.push({
              name: s.name,
              kind: SYMBOL_KIND[s.kind],
              location: { uri, range: toRange(open.text, s.nameSpan) },
            });
      }
      return out;
    }),
  );

  connection.onFoldingRanges(
    requests.about("folding", null, ({ snapshot }) =>
      folds(snapshot).map((f) => ({
        startLine: f.from,
        endLine: f.to,
        kind: f.kind === "comment" ? FoldingRangeKind.Comment : FoldingRangeKind.Region,
      })),
    ),
  );

  connection.onSelectionRanges(
    requests.about("selection ranges", null, ({ text, snapshot }, params) =>
      params.positions.map((position): SelectionRange => {
        const spans = selectionRanges(snapshot, text.offsetAt(position));
        const outermost = spans.reduceRight<SelectionRange | undefined>(
          (parent, span) => ({ range: toRange(text, span), ...(parent === undefined ? {} : { parent }) }),
          undefined,
        );
        return outermost ?? { range: { start: position, end: position } };
      }),
    ),
  );

  const tokens = ({ text }: Asked, found: readonly Token[]) => {
    const builder = new SemanticTokensBuilder();
    for (const { span, type, modifiers } of found) {
      const { start, end } = toRange(text, span);
      if (start.line !== end.line) continue;
      const bits = modifiers.reduce((sum, m) => sum | (1 << TOKEN_MODIFIERS.indexOf(m)), 0);
      builder.push(start.line, start.character, end.character - start.character, TOKEN_TYPES.indexOf(type), bits);
    }
    return builder.build();
  };
  connection.languages.semanticTokens.on(
    requests.about("semantic tokens", { data: [] as number[] }, (asked) => tokens(asked, semanticTokens(asked.snapshot))) as never, // prettier-ignore
  );
  connection.languages.semanticTokens.onRange(
    requests.about("semantic tokens of a range", { data: [] as number[] }, (asked, params) =>
      tokens(asked, semanticTokens(asked.snapshot, toSpan(asked.text, params.range))),
    ),
  );

  connection.languages.inlayHint.on(
    requests.about("inlay hints", null, async ({ text, snapshot, turn }, params) =>
      (await inlayHints(snapshot, toSpan(text, params.range), turn)).map((h) => ({
        position: text.positionAt(h.offset),
        label: h.label,
        ...(h.apart ? { paddingLeft: true } : { kind: InlayHintKind.Type }),
        tooltip: h.tooltip,
      })),
    ),
  );

  connection.onCodeLens(
    requests.about(
      "code lens",
      null,
      async ({ text, snapshot, turn }) =>
        (await codeLenses(snapshot, turn)).map((l) => ({
          range: toRange(text, l.span),
          command:
            l.derive === undefined
              ? { title: l.title, command: "" }
              : {
                  title: l.title,
                  command: "mcalc.derive",
                  arguments: [{ uri: text.uri, range: toRange(text, l.derive.target), variable: l.derive.variable }],
                },
        })),
      { checked: true },
    ),
  );

  const formatting = ({ text, snapshot }: Asked, range?: Parameters<typeof toSpan>[1]) =>
    toTextEdits(text, format(snapshot, range === undefined ? undefined : toSpan(text, range)));
  connection.onDocumentFormatting(requests.about("formatting", null, (asked) => formatting(asked)));
  connection.onDocumentRangeFormatting(
    requests.about("formatting of a range", null, (asked, params) => formatting(asked, params.range)),
  );

  connection.onCodeAction(
    requests.about(
      "code actions",
      null,
      async ({ text, snapshot, turn }, params) => {
        if (!client().literalActions) return [];
        const only = params.context.only;
        const wanted = (kind: CodeActionKind): boolean =>
          only === undefined
            ? kind !== "source.fixAll"
            : only.some((o) => kind === o || kind.startsWith(`${o}.`) || o === "");
        const out: CodeAction[] = [];
        for (const action of codeActions(snapshot, toSpan(text, params.range), only !== undefined)) {
          if (!wanted(action.kind)) continue;
          const offered = await toCodeAction({ text, snapshot, turn }, workspace.state(text.uri)!, action, client());
          if (offered !== undefined) out.push(offered);
        }
        return out;
      },
      { checked: true },
    ),
  );

  connection.onCodeActionResolve(
    requests.guard("code action", async (action: CodeAction, token) => {
      const data = action.data as ActionData | undefined;
      if (data === undefined || action.edit !== undefined) return action;
      const open = await workspace.open(data.uri);
      if (open === undefined) throw new ResponseError(LSPErrorCodes.ContentModified, "The document is no longer open.");
      workspace.expect(data.uri, data.state);
      const turn = requests.turnFor(data.uri, data.state, token);
      await requests.environment.nextTurn();
      await turn();
      const edits = await derivationEdits({ ...open, turn }, data);
      if ("message" in edits) throw new ResponseError(LSPErrorCodes.RequestFailed, edits.message);
      return { ...action, edit: toWorkspaceEdit(open.text, edits.edits, client()) };
    }),
  );
}

type Place = Pick<Asked, "text" | "snapshot" | "turn">;

interface ActionData {
  readonly uri: string;
  readonly state: number;
  readonly kind: Exclude<Action["kind"], "quickfix" | "source.fixAll">;
  readonly variable: string;
  readonly target: { readonly start: number; readonly end: number };
}

/** A code action with its edit, or with what it takes to make the edit once it is chosen. */
async function toCodeAction(
  place: Place,
  state: number,
  action: Action,
  client: Client,
): Promise<CodeAction | undefined> {
  const { text } = place;
  if (action.kind === "quickfix" || action.kind === "source.fixAll") {
    const fix = toWorkspaceEdit(text, action.fix.edits, client);
    return {
      title: action.title,
      kind: action.kind,
      edit: fix,
      ...(action.kind === "quickfix"
        ? { diagnostics: [toDiagnostic(text, action.finding, client)], isPreferred: action.fix.preferred === true }
        : {}),
    };
  }
  const data: ActionData = {
    uri: text.uri,
    state,
    kind: action.kind,
    variable: action.variable,
    target: action.target,
  };
  const base = { title: action.title, kind: action.kind };
  // The derivation is done when the action is chosen, where the client can wait for that.
  if (client.resolveEdits) return { ...base, data };
  const edits = await derivationEdits(place, data);
  return "message" in edits ? undefined : { ...base, edit: toWorkspaceEdit(text, edits.edits, client) };
}

type Edits = { readonly edits: readonly { span: { start: number; end: number }; text: string }[] };

async function derivationEdits(
  { snapshot, turn }: Place,
  data: ActionData,
): Promise<Edits | { readonly message: string }> {
  if (data.kind === "refactor.derive.claim") {
    const formula = formulaAt(snapshot.document, data.target.start);
    const claim = formula === undefined ? undefined : await asClaim(snapshot, formula, turn);
    if (claim === undefined) return { message: "There is no answer to this line." };
    return { edits: [{ span: { start: claim.offset, end: claim.offset }, text: claim.text }] };
  }
  const target = targetAt(snapshot, data.target);
  if (target === undefined) return { message: "There is no expression here to derive." };
  const result = await (data.kind === "refactor.derive.steps"
    ? insertSteps(snapshot, target, data.variable, turn)
    : data.kind === "refactor.derive.solve"
      ? solveBelow(snapshot, target, data.variable, turn)
      : deriveBelow(snapshot, target, data.variable, data.kind === "refactor.derive.hessian" ? 2 : 1, turn));
  if (!result.ok) return { message: result.message };
  if (result.insertion === undefined) return { message: "This derivative stands there already." };
  const { offset, text } = result.insertion;
  return { edits: [{ span: { start: offset, end: offset }, text }] };
}
