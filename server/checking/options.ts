import type { Expr } from "../core/ast";
import type { Problem } from "../core/problem";
import { printText } from "../language/print";
import type { Listener } from "./evidence";
import type { RememberedChain } from "./remembered";
import type { ClaimVerdict, PrintFor } from "./report";
import type { Verdict } from "./verdict";

interface Near {
  readonly left: Expr;
  readonly basis: object;
  readonly how: string;
  readonly verdict: Verdict;
}

/** Verdicts by what they depend on; shared by versions of a document, and by documents. */
export class VerdictCache {
  private readonly verdicts = new Map<string, Verdict>();
  /** Chains of notes by the grounds (`basis`) of their formula. */
  readonly chains = new WeakMap<object, RememberedChain>();

  constructor(private readonly most = 20_000) {}

  get(key: string): Verdict | undefined {
    const v = this.verdicts.get(key);
    if (v !== undefined) {
      // Used again: now the youngest.
      this.verdicts.delete(key);
      this.verdicts.set(key, v);
    }
    return v;
  }

  /**
   * A verdict on two sides of one formula whose grounds (`basis`) are what they were: found without writing the key, so
   * that checking a long note again costs next to nothing.
   */
  nearby(right: Expr, left: Expr, basis: object | undefined, how: string): Verdict | undefined {
    const found = basis === undefined ? undefined : this.near.get(right);
    return found?.basis === basis && found?.left === left && found.how === how ? found.verdict : undefined;
  }

  keepNearby(right: Expr, left: Expr, basis: object | undefined, how: string, verdict: Verdict): void {
    if (basis !== undefined) this.near.set(right, { left, basis, how, verdict });
  }
  private readonly near = new WeakMap<Expr, Near>();

  set(key: string, verdict: Verdict): void {
    if (this.verdicts.size >= this.most) this.verdicts.delete(this.verdicts.keys().next().value!);
    this.verdicts.set(key, verdict);
  }
}

export interface CheckOptions {
  /** The layout of gradients that a `.mcalc` document means. */
  readonly layout?: "gradient" | "numerator";
  /** Whether equations are judged, beside shapes and syntax. */
  readonly checkClaims?: boolean;
  /** Prints for quick fixes; without it they are offered in `.mcalc` documents only. */
  readonly print?: PrintFor;
  /** Prints for messages, which show no source; as for quick fixes where it is missing. */
  readonly say?: PrintFor;
  readonly cache?: VerdictCache;
  /** Told of every finding of a note, whether it is said or not: for those who fit the weights of the evidence. */
  readonly listener?: Listener;
}

export interface CheckResult {
  /** Spans are in the document. */
  readonly problems: readonly Problem[];
  readonly claims: readonly ClaimVerdict[];
}

export const printMcalc: PrintFor = (e) => printText(e);
