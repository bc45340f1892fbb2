import { commands } from "vscode";
import type { Counts } from "../server/lsp/protocol";

/** What a step of the walkthrough is about: it is ticked when it has really happened. */
export type Milestone = "hovered" | "derived" | "mended" | "noteRead";

/** Tells the walkthrough what the user has done: each milestone sets the context `mcalc.did.NAME`. */
export class Progress {
  readonly #reached = new Set<Milestone>();
  readonly #problems = new Map<string, number>();

  reach(milestone: Milestone): void {
    if (this.#reached.has(milestone)) return;
    this.#reached.add(milestone);
    void commands.executeCommand("setContext", `mcalc.did.${milestone}`, true);
  }

  /** A document with fewer mistakes than before was mended; one with formulas and words is a note. */
  counted({ uri, language, formulas, problems }: Counts): void {
    if (problems < (this.#problems.get(uri) ?? 0) && formulas > 0) this.reach("mended");
    this.#problems.set(uri, problems);
    if (language === "markdown" && formulas > 0) this.reach("noteRead");
  }
}
