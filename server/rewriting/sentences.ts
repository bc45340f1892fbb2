import type { LineReader } from "./line";
import { parseRaw } from "./parse";
import { giveUp, type Raw } from "./raw";
import { isScalar, shapeDeclaration } from "../core/shape";
import { printText } from "../language/print";
import { plainText } from "./plainText";
import { withoutEnd } from "./tidy";
import { Settler } from "./settle";
import { dependsOn } from "./depends";
import { GREEK } from "./tokens";

const VERB = String.raw`(?:(?:please )?(?:compute|calculate|find|derive|take|get|show|give|evaluate|what is|what's|determine|want|need) (?:me )?)?(?:the )?`;
const BY = String.raw`(?:w\.?\s?r\.?\s?t\.?|with respect to|by|in terms of|wrt|for|over|in)`;
const DERIVATIVE = new RegExp(
  String.raw`^${VERB}(second derivative|gradient|derivative|jacobian|grad|hessian|differential)(?: matrix)? (?!=)(?:of )?(.+)$`,
  "i",
);
/** What is said to be the derivative. */
const IS = /(?<![=<>!:])(?:==?(?!=)|\bis\b|\bequals\b|\bbecomes\b)/i;
const BY_WHAT = new RegExp(String.raw` ${BY} `, "i");
const DIFFERENTIATE = new RegExp(String.raw`^(?:differentiate|derive) (.+?)(?: ${BY} (.+?))? ?\??$`, "i");
const MINIMIZE =
  /^(?:arg ?)?(?:minimi[sz]e|maximi[sz]e|min|max)(?:_?\{?(\w+)\}?)? ?[:,]? (?!\()(.+?)(?: (?:over|w\.?r\.?t\.?|with respect to|by|in) (\w+))? ?$/i;
const CONVEX =
  /^is (.+?) (?:strictly |strongly )?(?:convex|concave|differentiable|smooth|quasiconvex)(?: in (\w+))? ?\??$/i;
const BACKWARD = /^(\w+)\.backward\(\)$/;
const SHOWN = /^(?:print|disp|println|display|show|Print|print!|@show|fprintf) ?[([]? ?(.+?) ?[)\]]?$/;
const DISTRIBUTED =
  /^ ?(\p{L}\w*) ?(?:~|∼) ?(?:N|𝒩|Normal|MvNormal|MultivariateNormal|Gaussian) ?\(([^,;]+)[,;](.+)\)$/u;
const DENSITY = /^([-−]?) ?(?:log|ln) ?p ?\( ?(\p{L}\w*) ?(?:[|;].*)?\)$/u;
const CLOSE =
  /^(?:assert |@assert |@test )?(?:\w+\.)?(?:allclose|isclose|isapprox|array_equal|assert_allclose)\( ?(.+)\)$/;

/** What is asked or said of a derivative in words, as a line of `.mcalc`; `undefined` where it is nothing of the kind. */
export function asked(line: string, reader: LineReader): string | undefined {
  const known = reader.known();
  const raw = (text: string): Raw => parseRaw(text.trim(), known);
  const backward = BACKWARD.exec(line);
  if (backward !== null) return `d(${backward[1]!})/d(${variableOf(backward[1]!, reader)})`;
  const close = CLOSE.exec(line);
  if (close !== null) {
    const [a, b] = twoArguments(close[1]!);
    return reader.claimOf([raw(a), raw(b)]);
  }
  const shown = /^(?:print|disp|println|display|Print) ?[([]/.test(line) ? SHOWN.exec(line) : null;
  if (shown !== null) return reader.statement(shown[1]!);
  const drawn = DISTRIBUTED.exec(plainText(line));
  if (drawn !== null) {
    const mean = reader.known();
    const shape = new Settler(mean).shapeOf(new Settler(mean).settle(raw(drawn[2]!)));
    if (shape === undefined) return giveUp("of what shape the mean is, is not known");
    return `${drawn[1]!} : ${shapeDeclaration(shape)}  # ${plainText(line).trim()}`;
  }
  const density = DENSITY.exec(plainText(line));
  if (density !== null) return negativeLogDensity(density[2]!, density[1] === "-", reader);
  const convex = CONVEX.exec(line);
  if (convex !== null) return reader.statement(convex[1]!);
  const objective = /^@(?:objective|NLobjective)\( ?\w+ ?, ?(?:Min|Max) ?, ?(.+)\)$/.exec(line);
  if (objective !== null) return reader.statement(objective[1]!);
  const [aim, ...constraints] = line.split(/ ?,? (?:s\.?\s?t\.?|subject to|such that) /i);
  if (constraints.length > 0) {
    const said = asked(aim!, reader);
    return said === undefined ? giveUp("constraints are not read") : `${said}  # subject to ${constraints.join(", ")}`;
  }
  const minimize = MINIMIZE.exec(line);
  if (minimize !== null && !/^(?:min|max) ?\(/i.test(line)) {
    const by = minimize[1] ?? minimize[3];
    const of = raw(minimize[2]!);
    return reader.settled((s) =>
      printText(s.settle({ kind: "derivative", of, wrt: by === undefined ? [] : [raw(by)], order: 1 })),
    );
  }
  const m = DERIVATIVE.exec(line);
  if (m !== null && !/^(?:grad|jacobian|hessian|gradient|derivative) ?[([]/i.test(line)) {
    const [left, ...is] = withoutEnd(m[2]!, "?").split(IS);
    const [of, ...by] = left!.split(BY_WHAT);
    return derivative(m[1]!, of!, by.length === 0 ? undefined : by.join(","), is.length === 0 ? undefined : is.join("="), reader);
  } // prettier-ignore
  const d = DIFFERENTIATE.exec(line);
  if (d !== null) return derivative("derivative", d[1]!, d[2], undefined, reader);
  return undefined;
}

/** The density of a normal variable that the file declares, without its constants. */
function negativeLogDensity(name: string, negative: boolean, reader: LineReader): string {
  const drawn = reader.file
    .split("\n")
    .map((l) => DISTRIBUTED.exec(plainText(l.replace(/^.*#/, ""))))
    .find((m) => m?.[1] === name);
  if (drawn === undefined || drawn === null) return giveUp(`how \`${name}\` is distributed is not said`);
  const known = reader.known();
  const [mean, spread] = [parseRaw(drawn[2]!, known), parseRaw(drawn[3]!, known)];
  return reader.settled((s) => {
    const r = s.plus("-", { kind: "name", name }, s.settle(mean));
    const S = s.settle(spread);
    const shape = s.shapeOf(S);
    const isMatrix = shape !== undefined && !isScalar(shape);
    const text = printText;
    const [a, b] = [text(r), text(S)];
    const half = isMatrix ? `1/2*(${a})'*inv(${b})*(${a})` : `(${a})^2/(2*${b})`;
    const log = isMatrix ? `1/2*logdet(${b})` : `1/2*log(${b})`;
    return negative ? `${half} + ${log}` : `-${half} - ${log}`;
  });
}

function derivative(
  word: string,
  of: string,
  by: string | undefined,
  is: string | undefined,
  reader: LineReader,
): string {
  const known = reader.known();
  const order = /hessian|second/i.test(word) ? 2 : 1;
  const names = by === undefined ? [] : by.split(/ ?(?:,|\band\b) ?/).map((n) => parseRaw(n.replace(/^(?:the )?(?:vector|matrix|variable|scalar) /, ""), known)); // prettier-ignore
  const wrt = order === 2 && names.length === 1 ? [names[0]!, names[0]!] : names;
  const left: Raw = { kind: "derivative", of: parseRaw(of.trim(), known), wrt, order: Math.max(order, wrt.length) };
  if (is === undefined || is.trim() === "") return reader.settled((s) => printText(s.settle(left)));
  return reader.claimOf([left, parseRaw(is.trim(), known)]);
}

/** The variable that training changes: the likeliest of those that a name depends on. */
function variableOf(name: string, reader: LineReader): string {
  const definition = reader.scope.definitions.get(name);
  if (definition === undefined) return giveUp(`\`${name}\` is not defined`);
  const names = dependsOn(definition.body, reader.scope);
  return names.find((n) => /^[wWθβ]|^theta|^beta/.test(n)) ?? names[0] ?? giveUp("it depends on nothing");
}

function twoArguments(text: string): [string, string] {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if ("([{".includes(c)) depth++;
    else if (")]}".includes(c)) depth--;
    else if (c === "," && depth === 0) return [text.slice(0, i), text.slice(i + 1)];
  }
  return giveUp("two values are compared");
}

/** English words of more than one letter, and the words that sentences are made of. */
const WORD = /[A-Za-z]{2,}/g;
const SENTENCE =
  /\b(?:the|this|that|is|are|we|our|you|of|with|for|from|to|and|it|its|be|will|should|can|where|which|here|now|by|how|what|why|todo|note|see|let's|using|show|example|homework|exercise|problem|question|solution|answer|proof|step)\b/i;

/** A sentence of prose as a comment; `undefined` where it may be mathematics. */
export function proseOf(line: string, isKnown: (word: string) => boolean): string | undefined {
  if (/[=∈≻^_\\∂∇‖|*/@{}[\]]|: ?R/.test(line)) return undefined;
  if (/\b(?:let|suppose|assume|given|matrix|matrices|vectors?|scalars?)\b/i.test(line)) return undefined;
  const words = line.match(WORD) ?? [];
  const plain = words.filter((w) => !isKnown(w) && !Object.hasOwn(GREEK, w));
  if (plain.length < 2 || !SENTENCE.test(line)) return undefined;
  return `# ${line}`;
}
