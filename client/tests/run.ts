import { type CancellationToken, l10n, Location, type TestItem, TestMessage, type TestRun, type Uri } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import type { ClaimItem } from "../../server/lsp/protocol";
import { type ClaimItems, fileOf, leavesOf } from "./items";
import { claimsOf } from "./texts";

/** Files of which claims are checked at the same time: the server takes turns between them. */
const AT_ONCE = 4;

/** Which claims a run is about. */
export interface Selection {
  /** Nothing: all. */
  readonly include: readonly TestItem[] | undefined;
  readonly exclude: readonly TestItem[];
}

/** The files that a selection touches. */
export function filesOf(items: ClaimItems, { include }: Selection): readonly TestItem[] {
  if (include === undefined) return [...items.controller.items].map(([, item]) => item);
  return [...new Set(include.map(fileOf))];
}

/** Whether an item, or one around it, is selected. */
export function isSelected({ include, exclude }: Selection, item: TestItem): boolean {
  let included = include === undefined;
  // Items are told apart by their id: one that is made anew is still the same test.
  for (let at: TestItem | undefined = item; at !== undefined; at = at.parent) {
    const { id } = at;
    if (exclude.some((e) => e.id === id)) return false;
    included ||= include!.some((i) => i.id === id);
  }
  return included;
}

/** Checks the selected claims of some files and tells how each stands. */
export async function checkFiles(
  client: BaseLanguageClient,
  items: ClaimItems,
  selection: Selection,
  run: TestRun,
  token: CancellationToken,
  done: (uri: Uri, claims: readonly ClaimItem[]) => void,
): Promise<void> {
  const files = filesOf(items, selection);
  for (const file of files) for (const item of leavesOf(file)) if (isSelected(selection, item)) run.enqueued(item);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let file = files[next++]; file !== undefined && !token.isCancellationRequested; file = files[next++])
      await checkFile(client, items, file, selection, run, token, done);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function checkFile(
  client: BaseLanguageClient,
  items: ClaimItems,
  file: TestItem,
  selection: Selection,
  run: TestRun,
  token: CancellationToken,
  done: (uri: Uri, claims: readonly ClaimItem[]) => void,
): Promise<void> {
  const uri = file.uri!;
  const before = [...leavesOf(file)].filter((i) => isSelected(selection, i));
  for (const item of before) run.started(item);
  try {
    const result = await claimsOf(client, uri, { judge: true }, token);
    if (result === undefined || token.isCancellationRequested) return void before.forEach((i) => run.skipped(i));
    const now = items.put(uri, result);
    const judged = now === undefined ? [] : [...leavesOf(now)].filter((i) => isSelected(selection, i));
    for (const item of judged) report(run, items, item);
    for (const item of before) if (!judged.includes(item)) run.skipped(item);
    done(uri, result.claims);
  } catch (error) {
    if (token.isCancellationRequested) return void before.forEach((i) => run.skipped(i));
    const message = new TestMessage(error instanceof Error ? error.message : l10n.t("This file could not be checked."));
    for (const item of before) run.errored(item, message);
  }
}

/** Tells how one claim stands. What is not decided is skipped: it is no pass. */
function report(run: TestRun, items: ClaimItems, item: TestItem): void {
  const claim = items.claimOf(item);
  if (claim === undefined) return run.skipped(item);
  const { status, message, expected, actual } = claim.verdict ?? { status: "unknown" };
  const where = item.range === undefined ? undefined : new Location(item.uri!, item.range);
  const say = (text: string): void => run.appendOutput(`${text}: ${item.label}\r\n`, undefined, item);
  item.description = describe(status);
  switch (status) {
    case "proved":
    case "verified":
      say(describe(status));
      return run.passed(item);
    case "wrong":
    case "conditional": {
      const said = message ?? l10n.t("The two sides differ.");
      const failed =
        expected === undefined || actual === undefined
          ? new TestMessage(said)
          : TestMessage.diff(said, expected, actual);
      if (where !== undefined) failed.location = where;
      return run.failed(item, failed);
    }
    case "suppressed":
      say(l10n.t("left alone, as its author says"));
      return run.skipped(item);
    case "unknown":
      say(`${describe(status)}${message === undefined ? "" : ` (${message.replace(/\.$/, "")})`}`);
      return run.skipped(item);
  }
}

function describe(status: NonNullable<ClaimItem["verdict"]>["status"]): string {
  switch (status) {
    case "proved":
      return l10n.t("proved");
    case "verified":
      return l10n.t("verified");
    case "wrong":
      return l10n.t("wrong");
    case "conditional":
      return l10n.t("holds only under a condition");
    case "unknown":
      return l10n.t("not decided");
    case "suppressed":
      return l10n.t("left alone");
  }
}
