/** The requests of mcalc's own client: what the commands need. */
import { TextDocument } from "vscode-languageserver-textdocument";
import { copyAs } from "../features/copy";
import { declare } from "../features/declare";
import { deriveBelow } from "../features/derive";
import { diagnostics } from "../features/diagnostics";
import { isScalarTarget } from "../features/hover";
import type { Insertion } from "../features/insertion";
import { standings } from "../features/standing";
import { stepsView } from "../features/steps";
import { targetAt, variablesOf } from "../features/target";
import { shapeText } from "../core/shape";
import { unicodeIn } from "../features/writing";
import type { Client } from "./client";
import { toDiagnostic, toRange, toSpan, toWorkspaceEdit } from "./convert";
import type { Pictures } from "./pictures";
import {
  type At,
  type CheckParams,
  type CopyParams,
  type CopyResult,
  type DeclarationResult,
  type DerivationParams,
  type DerivationResult,
  type DeriveParams,
  type DeriveResult,
  METHODS,
  type StandingsParams,
  type StandingsResult,
  type VariablesResult,
} from "./protocol";
import type { Requests } from "./requests";
import { readUnopened } from "./unopened";

const withInsertion = (text: string, { offset, text: inserted }: Insertion): string =>
  text.slice(0, offset) + inserted + text.slice(offset);

const NOTHING = { message: "There is no expression here: put the cursor into a formula." };
const NOT_OPEN = { message: "Open a .mcalc file or a Markdown note with formulas first." };

export function registerCalculus(requests: Requests, client: () => Client, pictures: Pictures): void {
  const { connection } = requests;

  connection.onRequest(
    METHODS.variables,
    requests.about<At, VariablesResult | null>("variables", null, ({ text, snapshot }, params) => {
      const target = targetAt(snapshot, toSpan(text, params.range));
      if (target === undefined) return null;
      return {
        expression: unicodeIn(target.formula.scope)(target.name ?? target.expr),
        range: toRange(text, target.span),
        scalar: isScalarTarget(target),
        variables: variablesOf(target.expr, target.formula.scope).map((v) => ({
          name: v.name,
          shape: shapeText(v.shape),
        })),
      };
    }),
  );

  connection.onRequest(
    METHODS.derive,
    requests.about<DeriveParams, DeriveResult>("derive", NOT_OPEN, async ({ text, snapshot, turn }, params) => {
      const target = targetAt(snapshot, toSpan(text, params.range));
      if (target === undefined) return NOTHING;
      const derived = await deriveBelow(snapshot, target, params.variable, params.order, turn);
      if (!derived.ok) return { message: derived.message };
      const { insertion, cursor } = derived;
      const edits = insertion === undefined ? [] : [{ span: { start: insertion.offset, end: insertion.offset }, text: insertion.text }]; // prettier-ignore
      const then = insertion === undefined ? text : TextDocument.create(text.uri, text.languageId, 0, withInsertion(text.getText(), insertion)); // prettier-ignore
      return {
        ...(insertion === undefined ? {} : { edit: toWorkspaceEdit(text, edits, client()) }),
        cursor: then.positionAt(cursor),
        statement: derived.statement,
        verified: derived.derivative.verified,
      };
    }),
  );

  connection.onRequest(
    METHODS.derivation,
    requests.about<DerivationParams, DerivationResult>(
      "derivation",
      NOT_OPEN,
      async ({ text, snapshot, turn }, params) => {
        const target = targetAt(snapshot, toSpan(text, params.range));
        if (target === undefined) return NOTHING;
        const choice = { order: params.order ?? 1, full: params.full === true };
        const view = await stepsView(snapshot, target, params.variable, choice, turn);
        if (!view.ok) return { message: view.message };
        const { settings } = snapshot;
        const drawn = settings.picture ? await pictures.draw(view.lines.map((l) => l.picture), settings.pictureScale) : undefined; // prettier-ignore
        return {
          title: view.title,
          variable: params.variable,
          variables: variablesOf(target.expr, target.formula.scope).map((v) => v.name),
          latex: view.latex,
          text: view.text,
          lines: view.lines.map(({ left, right, why, latex, picture }) => {
            const image = drawn?.get(picture);
            return { left, right, why, latex, ...(image === undefined ? {} : { picture: image }) };
          }),
        };
      },
    ),
  );

  connection.onRequest(
    METHODS.copy,
    requests.about<CopyParams, CopyResult>("copy", NOT_OPEN, async ({ text, snapshot, turn }, params) => {
      const target = targetAt(snapshot, toSpan(text, params.range));
      return target === undefined
        ? NOTHING
        : copyAs(snapshot, target, params.format, params.variable, params.order === 2 ? 2 : 1, turn);
    }),
  );

  connection.onRequest(
    METHODS.declaration,
    requests.about<At, DeclarationResult>(
      "insert declaration",
      NOT_OPEN,
      ({ text, snapshot }, params) => {
        const fix = declare(snapshot, toSpan(text, params.range));
        return "message" in fix ? fix : { title: fix.title, edit: toWorkspaceEdit(text, fix.edits, client()) };
      },
      { checked: true },
    ),
  );

  connection.onRequest(
    METHODS.standings,
    requests.about<StandingsParams, StandingsResult | null>(
      "standings",
      null,
      ({ snapshot }) => ({ formulas: standings(snapshot) }),
      { checked: true },
    ),
  );

  connection.onRequest(
    METHODS.check,
    requests.guard("check", async (params: CheckParams, token) => {
      const unopened = await readUnopened(requests, { ...params, judge: true }, token);
      if (unopened === undefined) return [];
      const { text, snapshot } = unopened;
      return diagnostics(snapshot).map((f) => toDiagnostic(text, f, client()));
    }),
  );
}
