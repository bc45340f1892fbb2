import { scriptText } from "../../language/latex/names";
import type { GroupPiece, Piece, SymbolPiece } from "../../language/latex/pieces";
import { bigOperator } from "../../language/latex/looks";
import { isTranspose, tidy } from "../../language/latex/read";
import type { Sentence } from "../../language/latex/rows";

/** How often a letter is written in what way; letters of different styles are counted apart. */
export interface LetterUse {
  total: number;
  /** With the sign of a transpose. */
  transposed: number;
  /** Directly in front of a bracket with plain arguments: `f(x)`. */
  called: number;
  /** At the head of an equation in front of a bracket with plain arguments: `J(\theta) = …`. */
  heads: number;
  /** Neither called nor behind a sign of a derivative. */
  bare: number;
  primed: number;
  /** Behind the sign of a derivative above the bar: `\partial L/…`. */
  differentiated: number;
  /** With `-1` above. */
  inverted: number;
  /** Between double bars. */
  normed: number;
  /** With one or two letters below: `x_i`, `a_{ij}`. */
  indexed: number;
  /** The argument of a trace or determinant, alone. */
  traced: number;
  /** With two labels below and a power or transpose above: a block or a member, no entry. */
  blocks: number;
  /** Without anything below. */
  plain: number;
  /** An e with an exponent. */
  raised: number;
  /** With a subscript and the sign of a transpose: `x_i^T`. */
  memberTransposed: number;
  /** With a 1 above: the first of several, for nobody writes that power. */
  first: number;
  /** In front of another letter: the `\Delta` of `\Delta t`. */
  prefix: number;
  /** The same, wherever it stands else. */
  leads: number;
}

const NONE: LetterUse = {
  total: 0,
  transposed: 0,
  called: 0,
  heads: 0,
  bare: 0,
  primed: 0,
  differentiated: 0,
  inverted: 0,
  normed: 0,
  indexed: 0,
  traced: 0,
  blocks: 0,
  plain: 0,
  raised: 0,
  memberTransposed: 0,
  first: 0,
  prefix: 0,
  leads: 0,
};

/** Habits of a text that decide how its formulas are read. */
export interface Usage {
  readonly letters: Pick<ReadonlyMap<string, LetterUse>, "get"> & Iterable<[string, LetterUse]>;
  /** Signs of differentials written with a plain d. */
  readonly differentials: number;
  /** `d^T(…)`: the transpose of a differential, or of a direction d. */
  readonly transposedD: number;
  /** Transposes written with `^T` or `^\top`. */
  readonly transposes: number;
  /** `^t` behind an operand, and `t` as an index (`^{t+1}`, `_t`). */
  readonly smallT: number;
  readonly timeT: number;
  /** Primes that look like transposes (`X'X`, `x'Ax`), and those that look like derivatives (`f'(x)`, `[x^2]'`). */
  readonly primes: number;
  readonly primedFunctions: number;
  /** `\delta_{ij}`. */
  readonly deltas: number;
  readonly boldLower: number;
  /** Sums with a written sign. */
  readonly sums: number;
  /** `I_1`, `I_L(x)`, or `I` with a subscript differentiated: no identities. */
  readonly numberedI: number;
  /** Integrals called I. */
  readonly ownI: number;
  /** Letters above others that count layers or steps: `l` in `z^l = W^l a^{l-1}`; in `levelled` with what they stand above. */
  readonly levels: ReadonlySet<string>;
  readonly levelled: ReadonlySet<string>;
  /** Letters that one and the same formula has both bold and plain (plain without a subscript). */
  readonly mixed: ReadonlySet<string>;
  /** Letters that stand anywhere, also in subscripts. */
  readonly labels: ReadonlySet<string>;
}

export const letterKey = (name: string, style: string): string => `${style}:${name}`;

class Counter {
  letters = new Map<string, LetterUse>();
  differentials = 0;
  transposedD = 0;
  transposes = 0;
  smallT = 0;
  timeT = 0;
  primes = 0;
  primedFunctions = 0;
  deltas = 0;
  boldLower = 0;
  sums = 0;
  numberedI = 0;
  ownI = 0;
  mixed = new Set<string>();
  labels = new Set<string>();
  levelled = new Set<string>();
  readonly levels: ReadonlySet<string> = new Set();

  /** Ends the formula: which letters had two styles in it. */
  close(): void {
    for (const [key, use] of this.letters) {
      if (!key.startsWith("bold:")) continue;
      const plain = this.letters.get(letterKey(key.slice(5), ""));
      if (plain !== undefined && plain.plain > 0 && use.plain > 0) this.mixed.add(key.slice(5));
    }
  }

  use(p: SymbolPiece): LetterUse {
    const key = letterKey(p.name, p.style);
    let found = this.letters.get(key);
    if (found === undefined) this.letters.set(key, (found = { ...NONE }));
    return found;
  }

  list(written: readonly Piece[], context: "" | "over" | "norm" | "trace" = "", head = false): void {
    const items = tidy(written);
    items.forEach((p, i) => this.piece(p, items, i, context, head && i === 0));
  }

  private piece(
    p: Piece,
    items: readonly Piece[],
    i: number,
    context: "" | "over" | "norm" | "trace",
    head: boolean,
  ): void {
    const scripted = p.kind === "scripted" ? p : undefined;
    const core = scripted === undefined ? p : unbraced(scripted.base);
    if (core.kind === "symbol") {
      const next = items[i + 1];
      if (
        core.name === "d" &&
        core.style === "" &&
        next !== undefined &&
        next.kind !== "mark" &&
        scripted?.sub === undefined
      ) {
        const operand = next.kind === "scripted" ? next.base : next;
        if (operand.kind === "symbol" || (operand.kind === "group" && operand.open === "(")) {
          const before = items[i - 1];
          if (
            (context === "over" && i === 0) ||
            before === undefined ||
            (operand.kind === "symbol" && (operand.style === "bold" || /^\p{Lu}$/u.test(operand.name))) ||
            operand.kind === "group"
          )
            this.differentials++;
        }
      }
      const use = this.use(core);
      use.total++;
      this.labels.add(core.name);
      if (scripted?.sub === undefined) use.plain++;
      if (
        scripted === undefined &&
        next !== undefined &&
        (next.kind === "symbol" || (next.kind === "scripted" && next.base.kind === "symbol"))
      ) {
        use.prefix++;
        use.leads++;
      }
      if (
        core.name === "e" &&
        scripted?.sup !== undefined &&
        scripted.sub === undefined &&
        !isTranspose(scripted.sup, ANY)
      )
        use.raised++;
      if (core.style === "bold" && /^[a-z]$/.test(core.name)) this.boldLower++;
      if (
        core.name === "I" &&
        core.style === "" &&
        head &&
        scripted?.sub === undefined &&
        isRelation(next) &&
        hasIntegral(items)
      )
        this.ownI++;
      const behindD = isD(items[i - 1]);
      if (behindD && context === "over") use.differentiated++;
      const group = next === undefined ? undefined : next.kind === "scripted" ? next.base : next;
      const called =
        group?.kind === "group" &&
        group.open === "(" &&
        (scripted?.sup === undefined || scripted.primes > 0) &&
        !(next?.kind === "scripted" && next.sup !== undefined && isTranspose(next.sup, ANY));
      if (called && isPlainArguments(group.items)) {
        use.called++;
        const after = items[i + 2];
        if (head && (after === undefined || (after.kind === "mark" && after.mark === "r"))) use.heads++;
      } else if (!behindD && !called && !(head && items.length === 1)) use.bare++;
      if (context === "norm" && items.length === 1) use.normed++;
      if (context === "trace" && items.length === 1) use.traced++;
      if (scripted !== undefined) {
        if (scripted.sup !== undefined) {
          if (scriptText(scripted.sup) === "1") use.first++;
          if (isTranspose(scripted.sup, ANY)) {
            if (scriptText(scripted.sup) === "t") this.smallT++;
            else if (core.name === "d" && core.style === "" && group?.kind === "group" && group.open === "(")
              this.transposedD++;
            else {
              use.transposed++;
              if (scripted.sub !== undefined) use.memberTransposed++;
              this.transposes++;
            }
          }
          if (/^-1|^-T|^-top/.test(scriptText(scripted.sup) ?? "")) use.inverted++;
        }
        if (scripted.primes > 0) {
          use.primed++;
          if (called) this.primedFunctions++;
          else if (scripted.primes === 1) this.primes += transposing(core, next);
        }
        const sub = scripted.sub === undefined ? undefined : scriptText(scripted.sub);
        const isCalled = called && isPlainArguments(group.items);
        if (core.name === "I" && sub !== undefined && (sub === "1" || behindD || isCalled)) this.numberedI++;
        const level = /^([a-zL])([+-]\d)?$/.exec(scripted.sup === undefined ? "" : (scriptText(scripted.sup) ?? ""));
        // Written `letter above|base`, with what is added to the letter.
        if (level !== null) this.levelled.add(`${level[1]!}${level[2] ?? ""}|${core.name}`);
        if (sub !== undefined) for (const l of sub.match(/\p{L}/gu) ?? []) this.labels.add(l);
        if (sub !== undefined && /^\w,?\w$/.test(sub) && scripted.sup !== undefined) use.blocks++;
        if (sub !== undefined && /^[a-z],?[a-z]?$|^\d,?\d?$/.test(sub)) use.indexed++;
        if (core.name === "delta" && sub !== undefined && /^[a-z],?[a-z]$/.test(sub)) this.deltas++;
      }
    }
    if (scripted !== undefined) {
      const labels = `${scripted.sub === undefined ? "" : (scriptText(scripted.sub) ?? "")} ${scripted.sup === undefined ? "" : (scriptText(scripted.sup) ?? "")}`;
      if (/(^|[^a-z])t([+-]\d|$| )/.test(labels) && !(scripted.sup !== undefined && scriptText(scripted.sup) === "t"))
        this.timeT++;
      if (core.kind === "group" && scripted.sup !== undefined) {
        if (isTranspose(scripted.sup, ANY)) {
          if (scriptText(scripted.sup) === "t") this.smallT++;
          else this.transposes++;
        }
      }
      if (core.kind === "group" && scripted.primes > 0) {
        if (holdsMatrices(core)) this.primes++;
        else this.primedFunctions++;
      }
      if (core.kind !== "symbol") this.inside(core, items, i);
      if (scripted.sup !== undefined && core.kind === "symbol" && core.name === "e") this.list(scripted.sup);
      return;
    }
    this.inside(core, items, i);
  }

  private inside(p: Piece, items: readonly Piece[], i: number): void {
    switch (p.kind) {
      case "mark":
        if (p.mark === "b" && p.value === "sum") this.sums++;
        break;
      case "group": {
        const before = items[i - 1];
        const traced =
          before?.kind === "mark" && before.mark === "w" && (before.value === "tr" || before.value === "det");
        this.list(p.items, p.open === "N" || p.open === "P" ? "norm" : traced ? "trace" : "");
        break;
      }
      case "fraction":
        this.list(p.over, "over");
        this.list(p.under, "over");
        break;
      case "root":
        this.list(p.body);
        break;
      case "matrix":
        for (const row of p.rows) for (const cell of row) this.list(cell);
        break;
      default:
        break;
    }
  }
}

const isRelation = (p: Piece | undefined): boolean => p?.kind === "mark" && p.mark === "r";
const hasIntegral = (items: readonly Piece[]): boolean => items.some((p) => bigOperator(p)?.value === "int");

const isLarge = (p: SymbolPiece): boolean => p.style === "bold" || /^\p{Lu}/u.test(p.name);

/** How much a primed letter in front of another looks like a transpose: `X'X` much, `x'A` and `W'x` somewhat, `u'v` not at all. */
function transposing(p: SymbolPiece, next: Piece | undefined): number {
  const core = next?.kind === "scripted" ? unbraced(next.base) : next;
  if (core?.kind === "symbol") {
    if (core.name === p.name && core.style === p.style) return 3;
    return isLarge(p) || isLarge(core) ? 1 : 0;
  }
  return core?.kind === "group" && isLarge(p) ? 1 : 0;
}

/** Whether a primed bracket is more likely transposed than differentiated: it holds capitals or bold letters, and no functions. */
function holdsMatrices(g: GroupPiece): boolean {
  const items = tidy(g.items);
  if (g.open === "[" && g.close === "]")
    return items.some((p) => p.kind === "mark" && (p.mark === "," || p.mark === "."));
  let large = false;
  for (const p of items) {
    const core = p.kind === "scripted" ? unbraced(p.base) : p;
    if (core.kind === "mark" && core.mark === "w") return false;
    if (core.kind === "symbol") large ||= isLarge(core) && !(core.style === "bold" && core.accents.length > 0);
  }
  return large;
}

const ANY = { smallTTransposes: true, kindOf: () => undefined };

const unbraced = (p: Piece): Piece => (p.kind === "group" && p.open === "{" && p.items.length === 1 ? p.items[0]! : p);

function isD(p: Piece | undefined): boolean {
  if (p === undefined) return false;
  const core = p.kind === "scripted" ? p.base : p;
  return (
    (core.kind === "mark" && (core.mark === "d" || core.mark === "v")) ||
    (core.kind === "symbol" && core.name === "d" && core.style === "")
  );
}

/** `x`, `\theta, b`, `x \mid \mu`, `\mathbf{x}_i`: names only. */
export function isPlainArguments(written: readonly Piece[]): boolean {
  const items = tidy(written);
  if (items.length === 0) return false;
  let afterComma = true;
  for (const p of items) {
    const core = p.kind === "scripted" ? unbraced(p.base) : p;
    if (core.kind === "mark" && (core.mark === "," || core.mark === "m" || core.mark === "|")) {
      afterComma = true;
      continue;
    }
    if (core.kind === "mark" && core.mark === "o") continue;
    if (core.kind !== "symbol" || !afterComma) return false;
    if (p.kind === "scripted" && p.sup !== undefined && isTranspose(p.sup, ANY)) return false;
    afterComma = false;
  }
  return true;
}

/** The habits of one formula. */
export function usageOf(sentences: readonly Sentence[]): Usage {
  const counter = new Counter();
  for (const s of sentences) if (s.pieces !== undefined) counter.list(s.pieces, "", true);
  counter.close();
  return counter;
}

/** Letters that stand above three letters and more, some of them with one more or less (`^{l+1}`): nobody writes powers so. */
export function levelsOf(levelled: ReadonlySet<string>): ReadonlySet<string> {
  const bases = new Map<string, Set<string>>();
  const stepping = new Set<string>();
  for (const l of levelled) {
    const [above, base] = l.split("|") as [string, string];
    const letter = above[0]!;
    if (above.length > 1) stepping.add(letter);
    let all = bases.get(letter);
    if (all === undefined) bases.set(letter, (all = new Set()));
    all.add(base);
  }
  const out = new Set([...stepping].filter((l) => (bases.get(l)?.size ?? 0) > 2));
  // The last of the layers.
  if (out.has("l")) out.add("L");
  return out;
}

/** Habits one and the same for all texts that have them: so that a text that changes keeps most of its own. */
const INTERNED = new Map<string, LetterUse>();

/**
 * What of the habits matters: that a letter is used in some way, not how often. `prefix` is 2 where the letter only stands
 * in front of others, 1 where it mostly does.
 */
export function habitsOf(u: Usage): Usage {
  const letters = new Map<string, LetterUse>();
  for (const [key, use] of u.letters) {
    const plain = { ...use };
    for (const f of Object.keys(plain) as (keyof LetterUse)[]) plain[f] = Math.min(1, plain[f]);
    plain.prefix = use.prefix === use.total ? 2 : use.prefix * 2 >= use.total ? 1 : 0;
    const id = Object.values(plain).join("");
    const known = INTERNED.get(id);
    if (known === undefined) INTERNED.set(id, plain);
    letters.set(key, known ?? plain);
  }
  const some = (n: number): number => Math.min(1, n);
  return {
    letters,
    differentials: some(u.differentials),
    transposedD: some(u.transposedD),
    transposes: some(u.transposes),
    smallT: some(u.smallT),
    timeT: some(u.timeT),
    primes: some(Math.max(0, u.primes - u.primedFunctions)),
    primedFunctions: some(u.primedFunctions),
    deltas: some(u.deltas),
    boldLower: some(u.boldLower),
    sums: some(u.sums),
    numberedI: some(u.numberedI),
    ownI: some(u.ownI),
    levels: u.levels,
    levelled: u.levelled,
    mixed: u.mixed,
    labels: u.labels,
  };
}

export const useOf = (u: Pick<Usage, "letters">, name: string, style: string): LetterUse =>
  u.letters.get(letterKey(name, style)) ?? NONE;
