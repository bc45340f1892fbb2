import { substitute, type Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import { printText } from "../language/print";
import { parseRaw } from "./parse";
import { commentBehind, withoutEnd } from "./tidy";
import { giveUp, type Raw } from "./raw";
import { Settler } from "./settle";
import type { Style } from "./known";

const HEADERS: readonly RegExp[] = [
  /^ ?def (\w+) ?\(([^()]*)\) ?(?:->[^:]*)?: ?(.*)$/,
  /^ ?function (?:\[?\w+\]? ?= ?)?(\w+) ?\(([^()]*)\) ?;? ?$/,
  /^(\w+) ?(?:<-|=) ?function ?\(([^()]*)\) ?\{?(.*)$/,
];

/** A function of another language, over as many lines as it takes: `f(x) = …`. */
export function functionIn(text: string, scope: Scope, style: Style): string | undefined {
  const lines = text.split(/\r\n|\n|\r/).map((l) => commentBehind(l).text);
  const header = HEADERS.map((h) => h.exec(lines[0]!)).find((m) => m !== null);
  if (header === undefined || header === null) return undefined;
  const [, name, list, inline] = header as unknown as [string, string, string, string | undefined];
  const parameters = list
    .split(",")
    .map((p) => p.split(/[:=]/)[0]!.trim())
    .filter((p) => p !== "");
  if (parameters.length === 0) return giveUp("a function without arguments has no form here");
  const out = /^ ?function \[?(\w+)\]? ?=/.exec(lines[0]!)?.[1];
  const body = [inline ?? "", ...lines.slice(1)]
    .flatMap((l) => l.split(";"))
    .map((l) => l.trim())
    .map((l) => withoutEnd(l, "}"))
    .filter((l) => l !== "" && l !== "end" && l !== "{" && !/^(?:"""|''').*$/.test(l) && !/^@/.test(l));
  const known = { scope, style, locals: new Set(parameters) };
  const values = new Map<string, Expr>();
  const shapes = new Map<string, NonNullable<ReturnType<Settler["shapeOf"]>>>();
  let result: Expr | undefined;
  for (const [i, line] of body.entries()) {
    const settler = new Settler({ ...known, locals: new Set([...parameters, ...values.keys()]) }, shapes);
    const assigned = /^(\w+) ?(?:=|<-)(?!=) ?(.+)$/.exec(line);
    const returned = /^return\b ?\(?(.*?)\)?$/.exec(line)?.[1];
    if (assigned !== null) {
      const value = settler.settle(parseRaw(assigned[2]!, settler.known));
      const shape = settler.shapeOf(value);
      if (shape !== undefined) shapes.set(assigned[1]!, shape);
      values.set(assigned[1]!, substitute(value, values));
      if (assigned[1] === out) result = values.get(out!);
    } else {
      const rest = returned === undefined ? line : /^return\b ?(.*)$/.exec(line)![1]!;
      if (returned === undefined && i < body.length - 1) return giveUp(`\`${line}\` in a function has no form here`);
      if (returned === "" && out !== undefined) continue;
      result = substitute(settler.settle(parseRaw(rest, settler.known)), values);
    }
  }
  if (result === undefined) return giveUp("the function returns nothing");
  return `${name}(${parameters.join(", ")}) = ${printText(result)}`;
}

const LOOPS: readonly RegExp[] = [
  /^ ?for (\w+) in (range\(.*\)) ?: ?(.*)$/,
  /^ ?for ?\(? ?(\w+) ?(?:in|=|∈) ?(?!range)(.*)$/,
];
const C_LOOP = /^ ?for ?\( ?(?:int|size_t|auto)? ?(\w+) ?= ?(\w+) ?; ?\w+ ?(<=?) ?([^;]+);[^)]*\) ?\{? ?(.*)$/;

/** A loop that adds up: the name that it adds to, and the sum. */
export function loopIn(
  text: string,
  scope: Scope,
  style: Style,
): { readonly name: string; readonly sum: string } | undefined {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((l) => commentBehind(l).text.trim())
    .filter((l) => l !== "" && l !== "end" && l !== "}" && l !== "{");
  const loops: { variable: string; bounds: { from: Raw; to: Raw } }[] = [];
  let rest: string | undefined;
  const bodies: string[] = [];
  for (const line of lines) {
    const c = C_LOOP.exec(line);
    const m = c === null ? LOOPS.map((l) => l.exec(line)).find((x) => x !== null) : undefined;
    if (bodies.length === 0 && (c !== null || (m !== undefined && m !== null))) {
      const variable = (c ?? m)![1]!;
      const isPython = m?.[2]?.startsWith("range(") === true;
      const [range, behind] = c !== null ? ["", c[5]!] : isPython ? [m![2]!, m![3]!] : rangeIn(m![2]!);
      loops.push({ variable, bounds: c === null ? boundsIn(range, scope, style) : cBounds(c, scope, style) });
      rest = withoutEnd(withoutEnd(behind.replace(/^[),;{: ]+/, ""), ";}").replace(/(?:^| |;)end$/, ""), ";}");
      if (rest !== undefined && rest !== "") bodies.push(rest);
    } else bodies.push(line);
  }
  if (loops.length === 0) return undefined;
  if (bodies.length !== 1) return giveUp("a loop that does more than add up has no form here");
  const body = bodies[0]!.replace(/; ?$/, "");
  const m = /^(\w+) ?(\+=|-=) ?(.+)$/.exec(body) ?? /^(\w+) ?(?:=|<-) ?\1 ?([-+]) ?(.+)$/.exec(body);
  if (m === null) return giveUp("a loop that does more than add up has no form here");
  const locals = new Set(loops.map((l) => l.variable));
  let raw: Raw = parseRaw(m[3]!, { scope, style, locals });
  for (const { variable, bounds } of loops.toReversed()) raw = { kind: "sum", variable, ...bounds, body: raw };
  if (m[2]!.startsWith("-")) raw = { kind: "minus", of: raw };
  // A loop over entries counted from 0 is one over entries counted from 1.
  const settler = new Settler({ scope, style, locals });
  return { name: m[1]!, sum: printText(settler.settle(raw)) };
}

/** `1:length(x)` and what stands behind it, up to a sign or a blank that can be no part of it. */
function rangeIn(text: string): readonly [string, string] {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if ("([".includes(c)) depth++;
    else if (")]".includes(c) && --depth < 0) return [text.slice(0, at), text.slice(at + 1)];
    else if (depth === 0 && ";,{".includes(c)) return [text.slice(0, at), text.slice(at + 1)];
    else if (depth === 0 && c === " " && /[\w)\]]/.test(text[at - 1] ?? "") && /[\p{L}]/u.test(text[at + 1] ?? "") && text.slice(0, at).includes(":"))
      return [text.slice(0, at), text.slice(at + 1)];
  }
  return [text, ""];
} // prettier-ignore

function boundsIn(text: string, scope: Scope, style: Style): { from: Raw; to: Raw } {
  const known = { scope, style, locals: new Set<string>() };
  const range = /^range\((.*)\)$/.exec(text);
  if (range === null) {
    const [from, to, ...more] = text.split(":");
    if (to === undefined || more.length > 0) return giveUp("a loop runs from somewhere to somewhere");
    return { from: parseRaw(from!, known), to: parseRaw(to!, known) };
  }
  const args = splitArguments(range[1]!);
  if (args.length > 2) return giveUp("a loop with steps has no form here");
  const from: Raw = args.length === 2 ? parseRaw(args[0]!, known) : { kind: "number", value: 0 };
  return { from, to: { kind: "infix", sign: "-", left: parseRaw(args.at(-1)!, known), right: { kind: "number", value: 1 } } };
} // prettier-ignore

function cBounds(m: RegExpExecArray, scope: Scope, style: Style): { from: Raw; to: Raw } {
  const known = { scope, style, locals: new Set<string>() };
  const to = parseRaw(m[4]!, known);
  return { from: parseRaw(m[2]!, known), to: m[3] === "<=" ? to : { kind: "infix", sign: "-", left: to, right: { kind: "number", value: 1 } } }; // prettier-ignore
}

function splitArguments(text: string): string[] {
  const out = [""];
  let depth = 0;
  for (const c of text) {
    if ("([".includes(c)) depth++;
    else if (")]".includes(c)) depth--;
    if (c === "," && depth === 0) out.push("");
    else out[out.length - 1] += c;
  }
  return out.map((x) => x.trim()).filter((x) => x !== "");
}
