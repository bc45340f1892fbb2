import assert from "node:assert/strict";
import { atOnce } from "../../server/core/steps";
import { readMcalc } from "../../server/documents/mcalc";
import { checking } from "../../server/features/checking";
import { codeActions } from "../../server/features/codeActions";
import { edited } from "../../server/features/repairLaw";
import { DEFAULTS } from "../../server/features/settings";
import type { Finding, Snapshot } from "../../server/features/snapshot";

export function snapshotAt(text: string): Snapshot {
  const document = readMcalc("file:///test.mcalc", 1, text);
  return { document, settings: DEFAULTS, checked: atOnce(checking(document, DEFAULTS)) };
}

const serious = ({ checked }: Snapshot): readonly Finding[] =>
  checked!.findings.filter((f) => f.severity === "error" || f.severity === "warning");

/**
 * The law of repairs, for every one that is offered in a text, and for all at once: problems become fewer by as many as it
 * mends, what is left was there before, and nothing is declared that a document cannot declare. The number of repairs.
 */
export function assertRepairsHold(text: string): number {
  const before = snapshotAt(text);
  const whole = { start: 0, end: text.length };
  const actions = codeActions(before, whole, true);
  const codes = serious(before).map((f) => f.code);
  let count = 0;
  for (const action of actions) {
    if (action.kind !== "quickfix" && action.kind !== "source.fixAll") continue;
    count++;
    const after = edited(text, action.fix.edits);
    const left = serious(snapshotAt(after));
    const mended = action.kind === "quickfix" ? 1 : Number(/\d+/.exec(action.title)![0]);
    const why = `${action.title} in ${JSON.stringify(text)} gives ${JSON.stringify(after)}: ${left.map((f) => f.message).join(" / ")}`;
    assert.ok(left.length <= codes.length - mended, why);
    const rest = [...codes];
    for (const f of left) {
      const at = rest.indexOf(f.code);
      assert.ok(at >= 0, why);
      rest.splice(at, 1);
    }
    const declared = (all: string): string[] => [...all.matchAll(/^[ \t]*([\p{L}_]\w*)\s*:/gmu)].map((m) => m[1]!);
    const added = declared(after).filter((name) => !declared(text).includes(name));
    assert.ok(!added.some((name) => /^(?:_\w*|sin|cos|exp|log|tr|det|T)$/.test(name)), why);
    const names = [...after.matchAll(/^([\p{L}\w]+) : R/gmu)].map((m) => m[1]!);
    const earlier = [...text.matchAll(/^([\p{L}\w]+) : R/gmu)].map((m) => m[1]!);
    const twice = (all: readonly string[]): number => all.length - new Set(all).size;
    assert.ok(twice(names) <= twice(earlier), why);
  }
  return count;
}
