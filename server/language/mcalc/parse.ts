import type { Expr, Span } from "../../core/ast";
import { children } from "../../core/ast";
import type { Problem, ProblemCode } from "../../core/problem";
import { LIMITS } from "../limits";
import { kindsOf, nestingOf, type Token, virtualToken } from "../scanner";
import { depthOf } from "../sequence";
import { tree } from "./build";
import { type Report, withSignsFromHere } from "./elsewhere";
import { formOf } from "./forms";
import { NAME_KINDS, scan } from "./scan";
import { tableOf } from "../../core/table";

export interface Parsed {
  readonly expr: Expr;
  readonly problems: readonly Problem[];
}

/** Reads one expression. Never throws: what cannot be read is repaired or becomes an `error` node, with a problem. */
export function parseExpression(text: string): Parsed {
  if (text.length > LIMITS.characters) return tooLarge(text, `it has more than ${LIMITS.characters} characters`);
  return parseTokens(text, scan(text));
}

/** The same for a part of a text that is already cut into tokens. */
export function parseTokens(text: string, written: readonly Token[]): Parsed {
  const whole = { start: written[0]?.start ?? 0, end: written.at(-1)?.end ?? text.length };
  if (written.length > LIMITS.tokens) return tooLarge(text, `it has more than ${LIMITS.tokens} signs and names`, whole);
  if (nestingOf(written, "([{", ")]}") > LIMITS.nesting) {
    return tooLarge(text, `its brackets are nested more than ${LIMITS.nesting} deep`, whole);
  }
  const problems: Problem[] = [];
  const report: Report = (message, span, fix) => {
    problems.push({
      code: "syntax",
      severity: "error",
      message,
      span: { start: span.start, end: span.end },
      ...(fix === undefined
        ? {}
        : {
            fixes: [
              {
                title: fix.title,
                edits: [{ span: { start: fix.span.start, end: fix.span.end }, text: fix.text }],
                ...(fix.sure === true ? { preferred: true } : {}),
              },
            ],
          }),
    });
  };
  const giveUp = (): Parsed => ({
    expr: { kind: "error", text: text.slice(whole.start, whole.end), span: whole },
    problems,
  });

  if (written.length === 0) {
    report("An expression is missing here.", whole);
    return giveUp();
  }
  const ours = withSignsFromHere(written, report);
  if (ours === undefined) return giveUp();
  let tokens = balance(dropUnknown(ours, report), report);
  for (let repairs = 0; ; repairs++) {
    const form = formOf(kindsOf(tokens), "expression");
    if ("failedAt" in form) {
      const next = repairs < MOST_REPAIRS ? repair(tokens, form.failedAt, text, report) : undefined;
      if (next === undefined) return giveUp();
      tokens = next;
      continue;
    }
    const expr = tree(form.tree, { tokens, text, problems });
    if (depthOf(expr, children) <= LIMITS.depth) return { expr, problems };
    return tooLarge(text, `more than ${LIMITS.depth} of its operations are inside one another`, whole);
  }
}

/** Beyond so many repairs a line is noise. */
const MOST_REPAIRS = 8;

const CLOSES: Readonly<Record<string, string>> = tableOf({ "(": ")", "[": "]", "{": "}" });
const STARTS = new Set([...NAME_KINDS, "n", "(", "[", "_"]);
const ENDS = new Set([...NAME_KINDS, "n", ")", "]", "_", "'", "u"]);

function tooLarge(text: string, why: string, span: Span = { start: 0, end: text.length }): Parsed {
  const code: ProblemCode = "too-large";
  const message = `This formula is too large: ${why}; split it into definitions.`;
  return {
    expr: { kind: "error", text: text.slice(span.start, Math.min(span.end, span.start + 80)), span },
    problems: [{ code, severity: "error", message, span }],
  };
}

/** What to call a token in a message. */
const shown = (t: Token): string => (t.text === "`" ? "The backquote" : `\`${t.text}\``);

/** Characters that mean nothing are reported, a run of them once, and left out. */
function dropUnknown(tokens: readonly Token[], report: Report): readonly Token[] {
  if (!tokens.some((t) => t.kind === "?")) return tokens;
  let run: { start: number; end: number } | undefined;
  let reported = 0;
  const out: Token[] = [];
  const flush = (): void => {
    if (run !== undefined && reported++ < MOST_REPAIRS) report("This character means nothing here; remove it.", run);
    run = undefined;
  };
  for (const t of tokens) {
    if (t.kind !== "?") {
      flush();
      out.push(t);
    } else if (run !== undefined && run.end === t.start) run = { start: run.start, end: t.end };
    else {
      flush();
      run = { start: t.start, end: t.end };
    }
  }
  flush();
  return out;
}

/** Every bracket gets its partner: a stray one is left out, a missing one is put in. */
function balance(tokens: readonly Token[], report: Report): readonly Token[] {
  const open: Token[] = [];
  const out: Token[] = [];
  let changed = false;
  for (const t of tokens) {
    if (t.kind in CLOSES) open.push(t);
    else if (t.kind === ")" || t.kind === "]" || t.kind === "}") {
      const partner = open.at(-1);
      if (partner !== undefined && CLOSES[partner.kind] !== t.kind) {
        changed = true;
        open.pop();
        const right = CLOSES[partner.kind]!;
        report(`\`${partner.text}\` is closed by \`${t.text}\`; write \`${right}\`.`, t, {
          title: `Write ${right}`,
          text: right,
          span: t,
        });
        out.push({ ...t, kind: right });
        continue;
      }
      if (partner === undefined) {
        changed = true;
        report(`${shown(t)} closes nothing; remove it.`, t, { title: `Remove ${t.text}`, text: "", span: t });
        continue;
      }
      open.pop();
    }
    out.push(t);
  }
  const end = tokens.at(-1)?.end ?? 0;
  while (open.length > 0) {
    changed = true;
    const t = open.pop()!;
    const close = CLOSES[t.kind]!;
    report(`${shown(t)} is never closed; add \`${close}\`.`, t, {
      title: `Add ${close}`,
      text: close,
      span: { start: end, end },
    });
    out.push(virtualToken(close, end));
  }
  return changed ? out : tokens;
}

/** One repair where the match failed: a missing `*`, a missing operand, or a token too many. */
function repair(tokens: readonly Token[], at: number, text: string, report: Report): readonly Token[] | undefined {
  const here = tokens[at];
  const before = tokens[at - 1];
  const end = before?.end ?? tokens[0]?.start ?? text.length;
  const insert = (t: Token): Token[] => [...tokens.slice(0, at), t, ...tokens.slice(at)];
  if (before !== undefined && here !== undefined && ENDS.has(before.kind) && STARTS.has(here.kind)) {
    report(
      `A sign is missing between ${shown(before)} and ${shown(here)}; write \`*\` for a product.`,
      { start: before.start, end: here.end },
      { title: "Insert *", text: "*", span: { start: before.end, end: here.start } },
    );
    return insert(virtualToken("*", end));
  }
  const wantsOperand = before === undefined || !ENDS.has(before.kind);
  if (wantsOperand && (here === undefined || !STARTS.has(here.kind))) {
    if (here === undefined)
      report(
        `An operand is missing after ${before === undefined ? "this" : shown(before)}.`,
        before ?? { start: end, end },
      );
    else report(`An operand is missing before ${shown(here)}.`, here);
    return insert(virtualToken("_", end));
  }
  if (here === undefined) {
    report("The expression ends too early.", { start: Math.max(0, end - 1), end });
    return undefined;
  }
  report(`${shown(here)} is not expected here.`, here);
  if (here.kind in CLOSES || ")]}".includes(here.kind)) return undefined;
  const after = tokens[at + 1];
  const stands = before !== undefined && after !== undefined && ENDS.has(before.kind) && STARTS.has(after.kind);
  return [...tokens.slice(0, at), ...(stands ? [virtualToken("*", end)] : []), ...tokens.slice(at + 1)];
}
