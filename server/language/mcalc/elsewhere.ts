import type { Span } from "../../core/ast";
import type { Token } from "../scanner";
import { NAME_KINDS } from "./scan";
import { tableOf } from "../../core/table";

/** What may be written instead; `sure`: nobody can have meant anything else. */
interface Repair {
  readonly title: string;
  readonly text: string;
  readonly span: Span;
  readonly sure?: boolean;
}

/** Says what is wrong, and offers to write something else there. */
export type Report = (message: string, span: Span, fix?: Repair) => void;

const ENDS = new Set([...NAME_KINDS, "n", ")", "]", "'", "u"]);
const OPENS: Readonly<Record<string, string>> = tableOf({ "(": ")", "[": "]", "{": "}" });

/** Signs of other notations that one sign cannot take the place of. */
const SAYS: Readonly<Record<string, string>> = tableOf({
  "∂": "A derivative is written d(f)/d(x) here",
  "∇": "A gradient is written grad(f, x) here",
  "∑": "A sum is written sum(i in 1..n, …) here",
  "∏": "A product over an index has no form here",
  "√": "A root is written sqrt(…) here",
  "|": "Bars are written as what they mean here: abs(x), norm2(x) or det(X)",
  "‖": "A norm is written norm2(x) here",
  "\\": "A division from the left is written inv(A)*b here",
  "⟨": "An inner product is written dot(x, y) here",
  "<": "An inner product is written dot(x, y) here",
});

/**
 * Signs of other languages and of handwriting are taken for what they mean: `A @ b` (NumPy), `x.T`, `x**2` (Python),
 * `A^{-1}` (LaTeX), `‖x‖`. `undefined` where it was said what to write, and nothing can be made of the rest.
 */
export function withSignsFromHere(tokens: readonly Token[], report: Report): readonly Token[] | undefined {
  if (!tokens.some((t) => "?{*d".includes(t.kind))) return tokens;
  const out: Token[] = [];
  /** Closing brackets that are written in another way. */
  const closing = new Map<number, string>();
  const becomes = (what: string, t: Span, kind: string): void => {
    report(`${what} is written \`${kind}\` here.`, t, { title: `Write ${kind}`, text: kind, span: t, sure: true });
    out.push({ kind, text: kind, start: t.start, end: t.end });
  };
  for (let i = 0; i < tokens.length; i++) {
    const t = tokens[i]!;
    const before = out.at(-1);
    const next = tokens[i + 1];
    const afterValue = before !== undefined && ENDS.has(before.kind);
    const touches = next !== undefined && next.start === t.end;
    if (closing.has(i)) out.push({ ...t, kind: closing.get(i)! });
    else if (t.kind === "*" && t.text === "*" && next?.text === "*" && touches) {
      becomes("A power", { start: t.start, end: next.end }, "^");
      i++;
    } else if (t.kind === "{" && before?.kind === "^") {
      const end = partner(tokens, i);
      if (end === undefined) {
        out.push(t);
        continue;
      }
      const inside = tokens.slice(i + 1, end);
      // A transpose has a sign of its own.
      if (inside.length === 1 && TRANSPOSES.has(inside[0]!.text)) {
        out.pop();
        becomes("A transpose", { start: before.start, end: tokens[end]!.end }, "'");
        i = end;
        continue;
      }
      const brackets = inside.length > 1 || inside[0]?.kind === "{";
      const text = (brackets ? "(" : "") + inside.map((x) => x.text).join("") + (brackets ? ")" : "");
      const span = { start: t.start, end: tokens[end]!.end };
      report("Braces are written as round brackets here.", span, { title: `Write ^${text}`, text, span, sure: true });
      out.push({ ...t, kind: "(" });
      closing.set(end, ")");
    } else if (t.kind === "d" && !afterValue) {
      const short = shortDerivative(tokens, i);
      if (short === undefined) out.push(t);
      else {
        const { text, span, as } = short;
        report(`A derivative is written \`${text}\` here.`, span, { title: `Write ${text}`, text, span, sure: true });
        return withSignsFromHere([...out, ...as], report);
      }
    } else if (t.kind !== "?") out.push(t);
    else if (t.text === "@") becomes("A matrix product", t, "*");
    else if (t.text === "⊤" && afterValue) becomes("A transpose", t, "'");
    else if (t.text === "⊤" && before?.kind === "^") {
      out.pop();
      becomes("A transpose", { start: before.start, end: t.end }, "'");
    } else if (t.text === "." && next?.text === "T" && touches && afterValue && before.end === t.start) {
      becomes("A transpose", { start: t.start, end: next.end }, "'");
      i++;
    } else {
      const norm = normAt(tokens, i);
      if (norm !== undefined) {
        const [first, last] = [tokens[norm.from - 1]!, tokens[norm.to]!];
        const text = tokens.slice(norm.from, norm.to).map((x) => x.text).join(""); // prettier-ignore
        const span = { start: t.start, end: tokens[norm.end - 1]!.end };
        report("A norm is written norm2(…) here.", span, {
          title: `Write norm2(${text})`,
          text: `norm2(${text})`,
          span,
          sure: true,
        });
        out.push({ kind: "v", text: "norm2", start: t.start, end: first.end });
        out.push({ kind: "(", text: "(", start: first.end, end: first.end }, ...tokens.slice(norm.from, norm.to));
        out.push({ kind: ")", text: ")", start: last.start, end: span.end });
        i = norm.end - 1;
      } else if (Object.hasOwn(SAYS, t.text)) {
        report(`${SAYS[t.text]!}.`, t);
        return undefined;
      } else out.push(t);
    }
  }
  return out;
}

const TRANSPOSES = new Set(["T", "⊤", "t"]);

/** The place of the bracket that closes the one at a place. */
function partner(tokens: readonly Token[], at: number): number | undefined {
  const open: string[] = [];
  for (let i = at; i < tokens.length; i++) {
    const { kind } = tokens[i]!;
    if (kind in OPENS) open.push(OPENS[kind]!);
    else if (kind === ")" || kind === "]" || kind === "}") {
      if (open.pop() !== kind) return undefined;
      if (open.length === 0) return i;
    }
  }
  return undefined;
}

/** `d/dx(…)` up to the end: the same as `d(…)/d(x)`. */
function shortDerivative(
  tokens: readonly Token[],
  at: number,
): { readonly text: string; readonly span: Span; readonly as: readonly Token[] } | undefined {
  const [d, slash, by, open] = tokens.slice(at, at + 4);
  if (slash?.kind !== "/" || by === undefined || !/^d[^_\d]/.test(by.text) || open?.kind !== "(") return undefined;
  const end = partner(tokens, at + 3);
  if (end !== tokens.length - 1) return undefined;
  const inside = tokens.slice(at + 4, end);
  const variable = by.text.slice(1);
  const token = (kind: string, text: string): Token => ({ kind, text, start: by.start, end: by.end });
  const under = [token("/", "/"), token("d", "d"), token("(", "("), token(variable === "x" ? "x" : "v", variable)];
  return {
    text: `d(${inside.map((t) => t.text).join("")})/d(${variable})`,
    span: { start: d!.start, end: tokens[end]!.end },
    as: [d!, open, ...inside, tokens[end]!, ...under, token(")", ")")],
  };
}

/** `‖ … ‖` or `|| … ||` from a place on, nothing of the kind inside: where its inside begins and ends, and its end. */
function normAt(
  tokens: readonly Token[],
  at: number,
): { readonly from: number; readonly to: number; readonly end: number } | undefined {
  const bars = (i: number): number =>
    tokens[i]?.text === "‖" ? 1 : tokens[i]?.text === "|" && tokens[i + 1]?.text === "|" ? 2 : 0;
  const width = bars(at);
  if (width === 0) return undefined;
  const from = at + width;
  for (let i = from; i < tokens.length; i++) {
    if (bars(i) === width && i > from) return { from, to: i, end: i + width };
    if (tokens[i]!.kind === "?") return undefined;
  }
  return undefined;
}
