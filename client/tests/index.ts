import {
  l10n,
  type CancellationToken,
  type Disposable,
  type StatementCoverage,
  type TestController,
  TestRunProfileKind,
  TestRunRequest,
  tests,
  Uri,
  workspace,
} from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { coverageOf, fileCoverage, hasCoverage } from "./coverage";
import { ClaimItems } from "./items";
import { checkFiles, filesOf, type Selection } from "./run";
import { claimsOf, FILES, isListed, openText, SKIPPED } from "./texts";

/** Files that are read and listed at the same time. */
const AT_ONCE = 8;

/**
 * The claims of `.mcalc` files and notes as tests of the editor's Test Explorer. Open texts are listed as they are
 * checked; the files of the workspace when the explorer is looked at.
 */
export class ClaimTests implements Disposable {
  readonly controller: TestController = tests.createTestController("mcalc", l10n.t("Matrix Calculus"));
  readonly #items = new ClaimItems(this.controller);
  readonly #details = new Map<string, StatementCoverage[]>();
  readonly #disposables: Disposable[] = [this.controller];
  /** The continuous runs that were asked for, each told of a file that has changed. */
  readonly #continuous = new Set<(uri: string) => void>();
  #discovering: Promise<void> | undefined;

  constructor(readonly client: () => Promise<BaseLanguageClient>) {
    this.controller.resolveHandler = (item) => (item === undefined ? this.discover() : undefined);
    this.controller.refreshHandler = () => this.discover(true);
    const run = this.controller.createRunProfile(
      l10n.t("Check"),
      TestRunProfileKind.Run,
      (request, token) => this.#run(request, token, false),
      true,
      undefined,
      true,
    );
    this.#disposables.push(run);
    if (hasCoverage) {
      const coverage = this.controller.createRunProfile(l10n.t("Check with Coverage"), TestRunProfileKind.Coverage, (request, token) => this.#run(request, token, true), true); // prettier-ignore
      coverage.loadDetailedCoverage = (_, { uri }) => Promise.resolve(this.#details.get(uri.toString()) ?? []);
      this.#disposables.push(coverage);
    }
    this.#disposables.push(
      workspace.onDidCloseTextDocument(({ uri }) => uri.scheme === "untitled" && this.#items.forget(uri)),
      this.#watch(),
    );
  }

  dispose(): void {
    for (const d of this.#disposables) d.dispose();
  }

  /** An open text was checked: its claims are listed as they are now, and run where that is wanted continuously. */
  async checked(uri: string): Promise<void> {
    const open = openText(uri);
    if (open === undefined || !isListed(open)) return;
    await this.#list(open.uri);
    for (const wanted of this.#continuous) wanted(uri);
  }

  /** Lists the claims of all files of the workspace; once, unless it is asked for anew. */
  discover(anew = false): Promise<void> {
    if (anew) this.#discovering = undefined;
    return (this.#discovering ??= this.#listAll());
  }

  async #listAll(): Promise<void> {
    const files = await workspace.findFiles(FILES, SKIPPED).then((all) => all, () => []); // prettier-ignore
    const open = workspace.textDocuments.filter(isListed).map((d) => d.uri);
    const all = [...new Map([...open, ...files].map((uri) => [uri.toString(), uri])).values()];
    const there = new Set(all.map((uri) => uri.toString()));
    for (const [id, { uri }] of this.controller.items) if (!there.has(id)) this.#items.forget(uri!);
    await eachOf(all, (uri) => this.#list(uri, true));
    // Notes are only looked through at first, so that the list is there; what they claim is known once they are read.
    await eachOf(
      all.filter((uri) => !uri.path.endsWith(".mcalc")),
      (uri) => this.#list(uri),
    );
  }

  async #list(uri: Uri, quick = false): Promise<void> {
    try {
      const found = await claimsOf(await this.client(), uri, { judge: false, quick });
      if (found === undefined) this.#items.forget(uri);
      else this.#items.put(uri, found);
    } catch {
      // A file that is gone or cannot be read has no claims; an edit that overtakes the answer brings the next one.
    }
  }

  #watch(): Disposable {
    const watcher = workspace.createFileSystemWatcher(FILES);
    const changed = async (uri: Uri): Promise<void> => {
      // Who has not looked at the list yet gets it when he does; an open text is told of by its check.
      if (this.#discovering === undefined || openText(uri.toString()) !== undefined) return;
      await this.#list(uri);
      for (const wanted of this.#continuous) wanted(uri.toString());
    };
    watcher.onDidChange(changed);
    watcher.onDidCreate(changed);
    watcher.onDidDelete((uri) => this.#items.forget(uri));
    return watcher;
  }

  async #run(request: TestRunRequest, token: CancellationToken, withCoverage: boolean): Promise<void> {
    if (request.include === undefined) await this.discover();
    const selection: Selection = { include: request.include, exclude: request.exclude ?? [] };
    if (request.continuous === true) this.#follow(request, selection, token);
    await this.#once(request, selection, token, withCoverage);
  }

  async #once(request: TestRunRequest, selection: Selection, token: CancellationToken, withCoverage: boolean): Promise<void> {
    const run = this.controller.createTestRun(request);
    try {
      await checkFiles(await this.client(), this.#items, selection, run, token, (uri, claims) => {
        if (!withCoverage) return;
        const details = coverageOf(claims, this.#items.unread(uri));
        this.#details.set(uri.toString(), details);
        run.addCoverage(fileCoverage(uri, details));
      });
    } finally {
      run.end();
    }
  } // prettier-ignore

  /** Until it is taken back, runs what is selected of a file again whenever that has changed. */
  #follow(request: TestRunRequest, selection: Selection, token: CancellationToken): void {
    const wanted = (uri: string): void => {
      const file = this.#items.file(Uri.parse(uri));
      if (file === undefined || !filesOf(this.#items, selection).some((f) => f.id === file.id)) return;
      const include = selection.include?.filter((i) => i.uri?.toString() === uri) ?? [file];
      const again = new TestRunRequest(include, request.exclude, request.profile, true);
      void this.#once(again, { include, exclude: selection.exclude }, token, false);
    };
    this.#continuous.add(wanted);
    token.onCancellationRequested(() => this.#continuous.delete(wanted));
  }
}

/** Does something with each file, with several at the same time. */
async function eachOf(all: readonly Uri[], work: (uri: Uri) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let uri = all[next++]; uri !== undefined; uri = all[next++]) await work(uri);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
