import { children, type Expr, withChildren } from "../core/ast";
import type { Shape } from "../core/shape";
import { isScalar, sameShape, shapeDeclaration } from "../core/shape";
import type { Scope } from "../core/scope";
import { judge } from "../checking/judge";
import { parseStatement } from "../language/mcalc/statements";
import { printText } from "../language/print";
import { inferStatement } from "../shapes/statement";
import { inferUnknown } from "../shapes/unify";
import { dependsOn } from "./depends";
import { isKnownFunction, type Known, mayBeDeclared, type Style } from "./known";
import { parseRawTokens } from "./parse";
import { plainText } from "./plainText";
import { giveUp, ifUnderstood, type Raw } from "./raw";
import { Settler } from "./settle";
import { type Token, tokensOf } from "./tokens";

const NAME = String.raw`[\p{L}](?:[\p{L}\p{Nd}\u2080-\u2089])*(?:_[\p{L}\p{Nd}]+)*`;
const HEAD = new RegExp(String.raw`^(${NAME})(?:\s*[([]\s*(${NAME}_?(?:\s*,\s*${NAME}_?)*)\s*[)\]])?$`, "u");

/** A definition's left side. */
interface Head {
  readonly name: string;
  readonly parameters?: readonly string[];
}

/** Words of programming languages that say of what kind a value is. */
const TYPES =
  /^(?:(?:const|constexpr|let|var|val|local|auto|double|float|real|scalar|int|global|final|public|static|return|def)\s+)+|^(?:Eigen::)?(?:Matrix|Vector|RowVector|Array)(?:X|\d)[df]\s+/;

/** Reads statements one at a time where a scope is known. */
export class LineReader {
  constructor(
    readonly scope: Scope,
    readonly style: Style,
    /** The whole file: what is declared and never used may be what an unknown name means. */
    readonly file = "",
  ) {}

  /** One statement with a sign of equality or without, as `.mcalc` text: declarations of unknown letters, then itself. */
  statement(line: string): string {
    const text = line.replace(TYPES, "");
    const tokens = tokensOf(text);
    const { parts, signs } = sidesOf(tokens);
    if (parts.some((p) => p.length === 0)) return giveUp("a side is missing");
    if (parts.length === 1) return this.settled((s) => this.query(s, text, parts[0]!));
    const head = this.head(text, parts[0]!, signs[0]!);
    if (head !== undefined) {
      const defined = this.definition(head, text, parts[1]!);
      if (parts.length === 2) return defined;
      if (head.parameters !== undefined) return giveUp("a definition has one sign of equality");
      // `f = a = b`: a definition, and a claim about it.
      const rest = parts.slice(1).map((p) => text.slice(p[0]!.start, p.at(-1)!.end)).join(" == "); // prettier-ignore
      return `${defined}\n${this.statement(rest)}`;
    }
    return this.claim(text, parts);
  }

  /** The name that is defined, where the left side is one; a claim has something else there. */
  private head(text: string, tokens: readonly Token[], sign: string): Head | undefined {
    const left = text.slice(tokens[0]!.start, tokens.at(-1)!.end);
    const plain = plainText(left)
      .trim()
      .replace(/_\{([\p{L}\d]+)\}/gu, "_$1")
      .split(":")[0]!
      .trim()
      .replace(/^\\(hat|bar|tilde)\{?(\p{L})\}?$/u, "$2_$1");
    const m = HEAD.exec(plain);
    if (m === null) return undefined;
    const name = m[1]!;
    const parameters = m[2]?.split(",").map((p) => p.trim().replace(/_$/, ""));
    if (sign === "==" && (this.scope.definitions.has(name) || this.scope.variables.has(name))) return undefined;
    if (parameters === undefined) return this.scope.definitions.has(name) && sign !== "=" ? undefined : { name };
    // `trace(A) = …`, `f(x) == …` of something known: a claim.
    if (isKnownFunction(name) || this.scope.definitions.has(name)) return undefined;
    return { name, parameters };
  }

  definition(head: Head, text: string, right: readonly Token[]): string {
    const locals = new Set(head.parameters);
    const known = this.known(locals);
    const raw = parseRawTokens(text, right, known);
    if (raw.kind === "function") return this.defined({ name: head.name, parameters: raw.parameters }, raw.body);
    return this.defined(head, raw);
  }

  /** `name = …`, `name(x) = …` of something that is read. */
  defined(head: Head, raw: Raw): string {
    const { name, parameters } = head;
    if (this.scope.variables.has(name)) return giveUp(`\`${name}\` is declared already`);
    const locals = new Set(parameters);
    return this.settled((s) => {
      const body = this.summed(s, s.settle(raw));
      const left = parameters === undefined ? name : `${name}(${parameters.join(", ")})`;
      return `${left} = ${printText(body)}`;
    }, locals);
  }

  private query(s: Settler, text: string, tokens: readonly Token[]): string {
    const raw = parseRawTokens(text, tokens, s.known);
    if (raw.kind === "compare" || raw.kind === "text") giveUp("an inequality has no form here");
    if (raw.kind === "literal" && raw.flat && raw.rows[0]!.length === 0) giveUp("a list of nothing");
    return printText(this.summed(s, s.settle(raw)));
  }

  claim(text: string, parts: readonly (readonly Token[])[]): string {
    const known = this.known();
    return this.claimOf(parts.map((p) => parseRawTokens(text, p, known)));
  }

  /** `a == b`; a derivative without a variable is by the one for which it holds. */
  claimOf(sides: readonly Raw[]): string {
    const read = (pick: number): { text: string; candidates: readonly string[] } => {
      let candidates: readonly string[] = [];
      const text = this.settled((s) => {
        s.pick = pick;
        const raws = this.primes(sides);
        const open = raws.findIndex((r) => holdsOpenDerivative(r));
        const out: Expr[] = [];
        // `2I` has no size of its own: it gets that of the side that it equals.
        const first = open === 0 && raws.length > 1 ? ifUnderstood(() => s.settle(raws[1]!)) : undefined;
        let expected: Shape | undefined = first === undefined ? undefined : s.shapeOf(first);
        raws.forEach((r, i) => {
          const e: Expr = i === 1 && first !== undefined ? s.settle(r, expected) : s.settle(r, expected);
          expected ??= s.shapeOf(e);
          out.push(isZeroOf(e) && expected !== undefined && !isScalar(expected) ? s.spread(e, expected) : e);
        });
        candidates = s.candidates;
        return out.map(printText).join(" == ");
      });
      return { text, candidates };
    };
    const first = read(0);
    if (first.candidates.length <= 1) return first.text;
    for (let i = 0; i < Math.min(first.candidates.length, 4); i++) {
      const { text } = i === 0 ? first : read(i);
      if (this.holds(text)) return text;
    }
    return giveUp(`it is not said by which variable is derived: ${first.candidates.join(", ")}`);
  }

  private holds(text: string): boolean {
    const { statement, problems } = parseStatement(text);
    if (problems.length > 0 || statement.kind !== "claim" || statement.sides.length !== 2) return false;
    const { status } = judge(statement.sides[0]!, statement.sides[1]!, this.scope, { print: printText, explain: false, prove: false });
    return status === "verified" || status === "proved";
  } // prettier-ignore

  /** `f' == …` of a scalar that depends on one scalar is its derivative, not its transpose. */
  private primes(sides: readonly Raw[]): readonly Raw[] {
    const [left, ...rest] = sides;
    if (left?.kind !== "transpose" || left.of.kind !== "name") return sides;
    const definition = this.scope.definitions.get(left.of.name);
    if (definition === undefined || definition.parameters !== undefined) return sides;
    const s = new Settler(this.known());
    const shape = s.shapeOf({ kind: "name", name: left.of.name });
    const by = dependsOn(definition.body, this.scope);
    if (shape === undefined || !isScalar(shape) || by.length !== 1) return sides;
    return [{ kind: "derivative", of: left.of, wrt: [{ kind: "name", name: by[0]! }], order: 1 }, ...rest];
  }

  known(locals: ReadonlySet<string> = new Set()): Known {
    return { scope: this.scope, style: this.style, locals };
  }

  /**
   * Reads twice where letters are not declared: first to see which shapes they must have, then with these. The text begins
   * with their declarations.
   */
  settled(read: (s: Settler) => string, locals: ReadonlySet<string> = new Set()): string {
    const text = read(new Settler(this.known(locals)));
    const unknown = this.undeclared(text);
    if (unknown.length === 0) return text;
    const bad = unknown.find((n) => !mayBeDeclared(n));
    if (bad !== undefined) return giveUp(`\`${bad}\` is not declared`);
    const shapes = this.inferred(text, unknown);
    const unused = unknown.filter((n) => isScalar(shapes.get(n)!)).length > 0 ? this.unusedScalar() : undefined;
    if (unused !== undefined) return giveUp(`\`${unknown[0]!}\` is not declared; \`${unused}\` is, and is not used`);
    const again = read(new Settler(this.known(new Set([...locals, ...unknown])), shapes));
    const settled = this.inferred(again, unknown);
    if (![...settled].every(([n, s]) => sameShape(s, shapes.get(n)!))) return giveUp("the shapes of the letters are not clear");
    const lines = unknown.map((n) => `${n} : ${shapeDeclaration(settled.get(n)!)}`);
    return [...lines, again].join("\n");
  } // prettier-ignore

  private inferred(text: string, names: readonly string[]): ReadonlyMap<string, Shape> {
    const { statement } = parseStatement(text);
    const shapes = inferUnknown([statement], this.scope, names);
    if (names.some((n) => !shapes.has(n)))
      return giveUp(`the shape of \`${names[0]!}\` is not clear; declare it above`);
    return shapes;
  }

  /** A scalar that is declared above and that nothing uses. */
  private unusedScalar(): string | undefined {
    const words = this.file.match(/[\p{L}_][\p{L}\p{Nd}_]*/gu) ?? [];
    for (const [name, { shape }] of this.scope.variables)
      if (isScalar(shape) && words.filter((w) => w === name).length === 1) return name;
    return undefined;
  }

  private undeclared(text: string): readonly string[] {
    const { statement, problems } = parseStatement(text);
    if (problems.length > 0) return giveUp("it has no form here");
    const found = inferStatement(statement, this.scope).problems.flatMap((p) => (p.code === "undeclared" && p.node.kind === "name" ? [p.node.name] : []));
    return [...new Set(found)];
  } // prettier-ignore

  /** Products of entries in which an index stands twice are summed over it. */
  private summed(s: Settler, e: Expr): Expr {
    if (e.kind === "apply" && (e.op === "add" || e.op === "sub" || e.op === "neg"))
      return withChildren(e, children(e).map((c) => this.summed(s, c)));
    if (e.kind !== "apply" || e.op !== "mul") return e;
    const counts = new Map<string, number>();
    const visit = (x: Expr): void => {
      if (x.kind === "index")
        for (const name of new Set(x.indices.flatMap((i) => (i?.kind === "name" ? [i.name] : [])))) counts.set(name, (counts.get(name) ?? 0) + 1);
      if (x.kind !== "sumover") children(x).forEach(visit);
    };
    visit(e);
    const scope = this.scope;
    return [...counts].filter(([n, c]) => c === 2 && !scope.variables.has(n) && !scope.definitions.has(n) && !scope.dimensions.has(n)).reduce<Expr>(
      (body, [variable]) => ({ kind: "sumover", variable, from: { kind: "number", value: 1 }, to: s.boundsOf(body, variable), body }),
      e,
    );
  } // prettier-ignore
}

const isZeroOf = (e: Expr): boolean => e.kind === "number" && e.value === 0;

function holdsOpenDerivative(raw: Raw): boolean {
  if (raw.kind === "derivative") return raw.wrt.length === 0;
  if (raw.kind === "infix") return holdsOpenDerivative(raw.left) || holdsOpenDerivative(raw.right);
  return (raw.kind === "minus" || raw.kind === "transpose") && holdsOpenDerivative(raw.of);
}

const EQUALITIES = new Set(["=", "==", ":=", "<-", "←", "≡", "≈"]);

/** The sides of a line, and the signs between them; inside brackets there are none. */
export function sidesOf(tokens: readonly Token[]): { parts: Token[][]; signs: string[] } {
  const parts: Token[][] = [[]];
  const signs: string[] = [];
  let depth = 0;
  for (const t of tokens) {
    if (t.kind === "op") {
      if ("([{".includes(t.text)) depth++;
      else if (")]}".includes(t.text)) depth--;
      else if (depth === 0 && EQUALITIES.has(t.text)) {
        signs.push(t.text === ":=" || t.text === "<-" || t.text === "←" ? "=" : t.text === "≡" || t.text === "≈" ? "==" : t.text);
        parts.push([]);
        continue;
      }
    }
    parts.at(-1)!.push(t);
  }
  return { parts, signs };
} // prettier-ignore
