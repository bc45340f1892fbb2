/**
 * How long gradients of losses from papers are beside those that people write: `npx tsx bench/lengths.ts [FILE]`. FILE
 * is as `test/cases/losses.json`. Lengths are leaves and operators; of both sides the lines that name parts count too.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { answer } from "../server/tools/question";
import { freeNames, size } from "../server/core/ast";
import { parseExpression } from "../server/language/mcalc/parse";
import { printText } from "../server/language/print";

export interface Loss {
  readonly id: string;
  readonly given: readonly string[];
  readonly defs: readonly string[];
  readonly loss: string;
  /** Names that the author of the gradients introduces for them. */
  readonly gradient_defs: readonly string[];
  readonly gradients: Readonly<Record<string, string>>;
}

export interface Length {
  readonly id: string;
  readonly variable: string;
  readonly byHand: number;
  /** `NaN` where there is no answer. */
  readonly found: number;
  readonly text: string;
}

const lengthOf = (text: string): number => size(parseExpression(text).expr);

/** The lengths of all gradients; with `known`, the names in the author's gradients are defined before. */
export function lengths(losses: readonly Loss[], known = false): Length[] {
  return losses.flatMap((c) => {
    const bodies = new Map(
      c.gradient_defs.map((d) => [d.slice(0, d.indexOf("=")).trim(), d.slice(d.indexOf("=") + 1)]),
    );
    const withNames = (text: string, used = new Set<string>()): number => {
      const own = [...freeNames(parseExpression(text).expr)].filter((n) => bodies.has(n) && !used.has(n));
      own.forEach((n) => used.add(n));
      return lengthOf(text) + own.reduce((sum, n) => sum + (known ? 0 : withNames(bodies.get(n)!, used)), 0);
    };
    return Object.entries(c.gradients).map(([variable, gradient]) => {
      const given = [...c.given, ...c.defs, ...(known ? c.gradient_defs : [])];
      const r = answer({ expr: c.loss, wrt: [variable], given, where: true });
      const named = r.ok ? r.shown.named : [];
      return {
        id: c.id,
        variable,
        byHand: withNames(gradient),
        found: r.ok ? named.reduce((n, d) => n + size(d.body), size(r.shown.expr)) : NaN,
        text: r.ok
          ? [...named.map((d) => `${d.name} = ${printText(d.body)}`), printText(r.shown.expr)].join("; ")
          : r.error.message,
      };
    });
  });
}

/** All lengths found over all by hand, and the middle one of the quotients. */
export function compared(all: readonly Length[]): { readonly whole: number; readonly median: number } {
  const sum = (of: (l: Length) => number): number => all.reduce((n, l) => n + of(l), 0);
  const quotients = all.map((l) => l.found / l.byHand).sort((a, b) => a - b);
  return { whole: sum((l) => l.found) / sum((l) => l.byHand), median: quotients[quotients.length >> 1] ?? NaN };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const losses = JSON.parse(readFileSync(process.argv[2] ?? "test/cases/losses.json", "utf8")) as Loss[];
  for (const known of [false, true]) {
    const all = lengths(losses, known);
    for (const l of all) console.log(`${l.id} ${l.variable}: ${l.found} of ${l.byHand}: ${l.text}`);
    const { whole, median } = compared(all);
    const how = known ? "with the author's names for gradients" : "with the definitions of the loss";
    console.log(`${how}: ${whole.toFixed(2)} of the length by hand, median ${median.toFixed(2)}\n`);
  }
}
