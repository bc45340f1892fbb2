import type { FineStep, Stage } from "./recorder";
import { rule, type RuleId } from "./rules";

/** Lines a textbook example should not exceed; joining goes on, more and more boldly, until it fits. */
const COMFORTABLE = 7;
/** A line that joins more telling rules than this is hard to follow. */
const MOST_RULES = [3, 3, 4, 5, 6];

/** Rules that are named beside others but make no line of their own. */
const MINOR: ReadonlySet<RuleId> = new Set(["symmetric", "skew"]);

const telling = (rules: readonly RuleId[]): RuleId[] => rules.filter((r) => rule(r).quiet !== true);

/** The rules of both steps, each once, telling ones first. */
function joinedRules(a: readonly RuleId[], b: readonly RuleId[]): RuleId[] {
  const all = [...new Set([...a, ...b])];
  const loud = telling(all);
  return loud.length > 0 ? loud : all;
}

const weighty = (rules: readonly RuleId[]): RuleId[] => telling(rules).filter((r) => !MINOR.has(r));

const isQuiet = (s: FineStep): boolean => weighty(s.rules).length === 0;

/** Which stages one line may cover, by boldness. */
function mayJoin(a: FineStep, b: FineStep, boldness: number): boolean {
  if (a.left !== b.left) return false;
  const pair = (x: Stage, y: Stage): boolean => a.stage === x && b.stage === y;
  const count = new Set([...weighty(a.rules), ...weighty(b.rules)]).size;
  if (count > MOST_RULES[boldness]!) return false;
  // What a reader takes without being told.
  if (pair("arrange", "arrange") && (isQuiet(a) || isQuiet(b))) return true;
  if (pair("function", "move") && isQuiet(b)) return true;
  // d(sum(exp(x))) goes to sum(exp(x).*dx) at once; an inverse is worth its own line.
  if (pair("move", "function") && isQuiet(a) && !b.rules.some((r) => r === "d-inv" || r === "d-pinv")) return true;
  if (pair("insert", "arrange") && isQuiet(b)) return true;
  if (pair("move", "arrange") && isQuiet(b) && isQuiet(a)) return true;
  if (boldness >= 1) {
    if (pair("arrange", "arrange") || (pair("move", "function") && isQuiet(a))) return true;
    if (pair("insert", "arrange")) return true;
  }
  if (boldness >= 2) {
    if (pair("arrange", "collect") || pair("function", "move") || pair("move", "move") || pair("insert", "function"))
      return true;
  }
  if (boldness >= 3) {
    if (
      pair("move", "function") ||
      pair("function", "function") ||
      pair("insert", "insert") ||
      pair("collect", "insert")
    )
      return true;
    if (pair("move", "arrange") || pair("function", "arrange")) return true;
  }
  return boldness >= 4 && a.stage !== "restate" && b.stage !== "read" && b.stage !== "final";
}

/** Joins steps until the part is comfortably short; how boldly depends on its length. */
export function joinSteps(steps: readonly FineStep[]): FineStep[] {
  let out = [...steps];
  for (let boldness = 0; boldness < MOST_RULES.length; boldness++) {
    if (boldness > 0 && out.length <= COMFORTABLE) break;
    out = pass(out, boldness);
  }
  return out;
}

function pass(steps: readonly FineStep[], boldness: number): FineStep[] {
  const out: FineStep[] = [];
  for (const [i, s] of steps.entries()) {
    const last = out.at(-1);
    // From the second round on, stop as soon as the whole is short enough.
    const enough = boldness > 0 && out.length + steps.length - i <= COMFORTABLE;
    if (last === undefined || enough || !mayJoin(last, s, boldness)) {
      out.push(s);
      continue;
    }
    out[out.length - 1] = {
      ...last,
      after: s.after,
      rules: joinedRules(last.rules, s.rules),
      where: [...last.where, ...s.where],
      // The later stage decides what may follow.
      stage: s.stage,
    };
  }
  return out;
}
