import { apply, children, type Expr, name, num, withChildren } from "../../core/ast";
import { type Dim, dimIsName, dimName, dimNumber, dimValue, isOne } from "../../core/dimension";
import type { Definition } from "../../core/scope";
import { matrix, type Shape, vector } from "../../core/shape";
import { letterOf } from "../../documents/notes/kinds";
import { isLetter, labelsOf } from "./labels";

/** Names with labels read as entries of vectors and matrices, and as rows of matrices. */
export interface Entries {
  /** An expression with them put in; sums run over the entries. */
  readonly put: (e: Expr) => Expr;
  /** The definitions with them put in: `p_i = …` defines p. */
  readonly definitions: ReadonlyMap<string, Definition>;
  /** The shapes of what has entries. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** What a name is an entry of; of others the name itself. */
  readonly whole: (name: string) => string;
  /** Sizes that are written as names: how many there are of something. */
  readonly sizes: ReadonlySet<string>;
}

export interface EntriesQuestion {
  readonly sides: readonly Expr[];
  readonly definitions: ReadonlyMap<string, Definition>;
  /** The shape that a name was read with, and whether that is certain. */
  readonly shapeOf: (name: string) => { readonly shape: Shape; readonly certain: boolean } | undefined;
  /** Letters that are known to count entries. */
  readonly indices: ReadonlySet<string>;
}

/** What stands above a letter: the hat of `y_hat`. */
const marksOf = (n: string): string => (n.match(/_(?:hat|bar|tilde|dot|star)(?![a-z])/g) ?? []).join("");

/** Letters that count entries of what stands as a whole beside them. */
const COUNTING = /^[ijklmnpqrsab]$/;

/** Sizes that turn out to be the same: keys such as `x#0` (entries of x), `sum 3`, `free i`, `size n`, `number 3`. */
class Classes {
  private readonly parents = new Map<string, string>();

  find(key: string): string {
    let at = key;
    for (let up = this.parents.get(at); up !== undefined; up = this.parents.get(at)) at = up;
    return at;
  }

  join(a: string, b: string): void {
    const [x, y] = [this.find(a), this.find(b)];
    if (!this.parents.has(x)) this.keys.add(x);
    if (x !== y) this.parents.set(y, x);
    this.keys.add(a).add(b);
  }

  private readonly keys = new Set<string>();

  members(of: string): string[] {
    const root = this.find(of);
    return [...this.keys].filter((k) => this.find(k) === root);
  }
}

interface Occurrence {
  readonly name: string;
  readonly labels: readonly string[];
  /** The keys of the letters, in order. */
  readonly keys: readonly string[];
}

type Bound = ReadonlyMap<string, string>;

/** Letters of sums with the name at which they end, where that is written. */
function endsWritten(e: Expr, out: Set<string>): void {
  if (e.kind === "sumover" && e.to.kind === "name" && e.to.span !== undefined) out.add(`${e.variable} ${e.to.name}`);
  for (const c of children(e)) endsWritten(c, out);
}

const NOWHERE: Bound = new Map();

/**
 * Reads `x_i` below a sum over i, `∂/∂x_k`, `δ_{ij}` as entries of x wherever a letter counts them, all over an equation
 * and the definitions that it uses: what is one number for all i otherwise. `undefined` where nothing is counted, or
 * where the letters contradict each other.
 */
export function entriesOf(question: EntriesQuestion): Entries | undefined {
  const { sides, definitions, shapeOf, indices } = question;
  const classes = new Classes();
  const found = new Map<string, Occurrence[]>();
  const wholes = new Set<string>();
  const counted = new Set<string>();
  const sums = new Map<Expr, string>();
  const written = new Set<string>();
  let looks = true;

  const keyOf = (label: string, bound: Bound): string => bound.get(label) ?? `free ${label}`;
  const visit = (e: Expr, bound: Bound): void => {
    if (e.kind === "name") return see(e.name, bound);
    if (e.kind === "sumover") {
      const key = `sum ${sums.size}`;
      sums.set(e, key);
      counted.add(key);
      if (e.to.span !== undefined || e.to.kind === "number") {
        if (e.to.kind === "name") classes.join(key, `size ${e.to.name}`);
        else if (e.to.kind === "number") classes.join(key, `number ${e.to.value}`);
        else looks = false;
      } else if (e.to.kind === "name") {
        // Left out, and the same for all sums over the letter that end there.
        classes.join(key, `end ${e.variable} ${e.to.name}`);
        if (written.has(`${e.variable} ${e.to.name}`)) classes.join(key, `size ${e.to.name}`);
      }
      return visit(e.body, new Map(bound).set(e.variable, key));
    }
    if (e.kind === "index") {
      const letters = e.indices.map((i) => (i?.kind === "name" ? i.name : undefined));
      const isDelta = e.base.kind === "apply" && e.base.op === "eye";
      letters.forEach((l, at) => {
        if (l === undefined) return;
        const key = keyOf(l, bound);
        counted.add(key);
        if (isDelta) classes.join(key, keyOf(letters[0] ?? l, bound));
        else if (e.base.kind === "name") classes.join(key, `${e.base.name}#${at}`);
      });
      if (!isDelta) visit(e.base, bound);
      return;
    }
    if (e.kind === "apply" && (e.op === "eye" || e.op === "ones" || e.op === "zeros")) return;
    children(e).forEach((c) => visit(c, bound));
  };
  const see = (n: string, bound: Bound): void => {
    const label = labelsOf(n);
    wholes.add(n);
    if (label === undefined) return;
    const list = found.get(label.base) ?? [];
    list.push({ name: n, labels: label.labels, keys: label.labels.map((l) => keyOf(l, bound)) });
    found.set(label.base, list);
  };
  for (const letter of indices) counted.add(`free ${letter}`);
  for (const e of [...sides, ...[...definitions.values()].map((d) => d.body)]) endsWritten(e, written);
  for (const s of sides) visit(s, NOWHERE);
  for (const [n, d] of definitions) {
    if (d.parameters !== undefined) {
      visit(d.body, NOWHERE);
      for (const p of d.parameters) see(p, NOWHERE);
      continue;
    }
    const bound = new Map((labelsOf(n)?.labels ?? []).filter(isLetter).map((l) => [l, `${n} ${l}`]));
    see(n, bound);
    visit(d.body, bound);
  }
  if (!looks) return undefined;

  // A letter that counts the entries of something counts them wherever it stands at the same place.
  const isWhole = (base: string): string | undefined => {
    if (wholes.has(base)) return base;
    const { letter } = letterOf(base);
    const twins = [...wholes].filter((w) => {
      const other = letterOf(w);
      // A number has no entries: the energy E beside errors e_j.
      const shape = shapeOf(w)?.shape;
      if (shape !== undefined && isOne(shape.rows) && isOne(shape.cols)) return false;
      // What is observed, y_i, is no entry of what is predicted, ŷ; the matrix of all x^(i) may be called X̃.
      const isMatrixOfAll = marksOf(w) === "_tilde" && other.letter !== letter;
      if (marksOf(w) !== marksOf(base) && !isMatrixOfAll) return false;
      return !other.subscripted && other.letter.toLowerCase() === letter.toLowerCase() && w !== base;
    });
    return twins.length === 1 ? twins[0] : undefined;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const [base, list] of found)
      for (let at = 0; at < 2; at++) {
        const here = list.filter((o) => o.labels.length > at && isLetter(o.labels[at]!));
        const whole = isWhole(base) !== undefined && here.every((o) => COUNTING.test(o.labels[at]!));
        if (!whole && !here.some((o) => counted.has(o.keys[at]!))) continue;
        for (const o of here)
          if (!counted.has(o.keys[at]!)) {
            counted.add(o.keys[at]!);
            changed = true;
          }
      }
  }

  // What has entries, and of what kind they are.
  const shapes = new Map<string, Shape>();
  const meant = new Map<string, { base: string; rows: boolean }>();
  const numbers = new Map<string, number>();
  for (const [base, list] of found) {
    const lettered = list.filter((o) => o.labels.every(isLetter));
    const whole = isWhole(base);
    const isIndexed = lettered.length > 0 && lettered.every((o) => o.keys.every((k) => counted.has(k)));
    if (!isIndexed && (lettered.length > 0 || whole === undefined || !list.some((o) => !o.labels.every(isLetter))))
      continue;
    const into = whole ?? base;
    const places = Math.max(...list.map((o) => o.labels.length));
    const single = list.filter((o) => o.labels.length === 1);
    const areVectors = single.some((o) => {
      const s = shapeOf(o.name)?.shape;
      return s !== undefined && !(isOne(s.rows) && isOne(s.cols));
    });
    if (places === 2 && single.length > 0 && !areVectors && single.some((o) => o.labels.every(isLetter)))
      return undefined;
    const rows = areVectors;
    if (rows && single.some((o) => !isOne(shapeOf(o.name)?.shape.cols ?? dimNumber(1)))) return undefined;
    for (const o of list) {
      o.keys.forEach((k, at) => {
        if (isLetter(o.labels[at]!)) classes.join(`${into}#${at}`, k);
        else numbers.set(`${into}#${at}`, Math.max(numbers.get(`${into}#${at}`) ?? 0, Number(o.labels[at])));
      });
      meant.set(o.name, { base: into, rows: rows && o.labels.length === 1 });
    }
    for (const [key] of [[`${into}#0`], [`${into}#1`]] as const) classes.join(key, key);
    const known = shapeOf(into);
    const own = single.map((o) => shapeOf(o.name)).find((s) => s?.certain === true);
    if (known?.certain === true) {
      fix(classes, `${into}#0`, known.shape.rows);
      if (!isOne(known.shape.cols)) fix(classes, `${into}#1`, known.shape.cols);
    }
    if (rows && own !== undefined) fix(classes, `${into}#1`, own.shape.rows);
    shapes.set(into, matrix(dimName(`${into}#0`), places === 2 || rows ? dimName(`${into}#1`) : dimNumber(1)));
  }
  if (shapes.size === 0 && counted.size === 0) return undefined;

  const sizes = new Set<string>();
  const given = new Map<string, Dim>();
  let contradiction = false;
  const sizeOf = (key: string): Dim => {
    const root = classes.find(key);
    const known = given.get(root);
    if (known !== undefined) return known;
    const all = classes.members(key);
    const values = new Set(all.filter((k) => k.startsWith("number ")).map((k) => Number(k.slice(7))));
    if (values.size > 1) contradiction = true;
    const names = all.filter((k) => k.startsWith("size ")).map((k) => k.slice(5));
    const least = Math.max(0, ...all.map((k) => numbers.get(k) ?? 0));
    const [value] = values;
    const isOpen = names.length === 0 && !all.some((k) => k.startsWith("sum ") || k.startsWith("free "));
    const dim =
      value !== undefined
        ? dimNumber(value)
        : names.length > 0
          ? dimName(names[0]!)
          : isOpen && least > 0
            ? dimNumber(least)
            : dimName(`?${root.replace(/[#^*() ]/g, ".")}`);
    for (const n of names) sizes.add(n);
    given.set(root, dim);
    return dim;
  };
  for (const [n, s] of shapes)
    shapes.set(n, isOne(s.cols) ? vector(sizeOf(`${n}#0`)) : matrix(sizeOf(`${n}#0`), sizeOf(`${n}#1`)));
  for (const key of sums.values()) sizeOf(key);
  if (contradiction) return undefined;

  const put = (e: Expr): Expr => {
    const at = e.span === undefined ? {} : { span: e.span };
    if (e.kind === "name") {
      const m = meant.get(e.name);
      if (m === undefined) return e;
      const labels = labelsOf(e.name)!.labels.map((l): Expr => (isLetter(l) ? name(l) : num(Number(l))));
      if (m.rows)
        return { ...apply("transpose", { kind: "index", base: name(m.base), indices: [labels[0]!, null] }), ...at };
      return { kind: "index", base: name(m.base), indices: labels, ...at };
    }
    if (e.kind === "sumover") {
      const key = sums.get(e) ?? sumLike(e);
      const to = key === undefined ? e.to : sizeText(sizeOf(key));
      return { ...e, to, body: put(e.body) };
    }
    if (e.kind === "index" && e.base.kind === "apply" && e.base.op === "eye") {
      const [i] = e.indices;
      const key = i?.kind === "name" ? classes.members(`free ${i.name}`).find((k) => given.has(classes.find(k))) : undefined; // prettier-ignore
      const size = key === undefined ? sharedSize(e) : sizeText(sizeOf(key));
      return size === undefined ? e : { ...e, base: apply("eye", size) };
    }
    const parts = children(e);
    if (parts.length === 0) return e;
    const next = parts.map(put);
    return next.every((p, k) => p === parts[k]) ? e : withChildren(e, next);
  };
  // A sum of a side that was changed runs as far as one over the same letter does.
  const sumLike = (e: Extract<Expr, { kind: "sumover" }>): string | undefined => {
    for (const [s, key] of sums) if (s.kind === "sumover" && s.variable === e.variable && s.body === e.body) return key;
    for (const [s, key] of sums) if (s.kind === "sumover" && s.variable === e.variable) return key;
    return undefined;
  };
  const sharedSize = (e: Extract<Expr, { kind: "index" }>): Expr | undefined => {
    for (const i of e.indices) {
      if (i?.kind !== "name") continue;
      for (const [s, key] of sums) if (s.kind === "sumover" && s.variable === i.name) return sizeText(sizeOf(key));
      if (classes.members(`free ${i.name}`).length > 0) return sizeText(sizeOf(`free ${i.name}`));
    }
    return undefined;
  };

  const out = new Map<string, Definition>();
  for (const [n, d] of definitions) {
    const m = meant.get(n);
    const body = put(d.body);
    if (m === undefined) {
      out.set(n, body === d.body ? d : { ...d, body });
      continue;
    }
    // What the whole is said to be comes before what its entries are.
    if (definitions.has(m.base) || out.has(m.base)) continue;
    const letters = labelsOf(n)!.labels;
    if (m.rows || !letters.every(isLetter)) return undefined;
    const whole = letters.reduceRight((inner, letter, at): Expr => {
      const size = sizeText(sizeOf(`${m.base}#${at}`));
      const unit: Expr = { kind: "index", base: apply("eye", size), indices: [null, name(letter)] };
      const term = at === 0 ? apply("mul", unit, inner) : apply("mul", inner, apply("transpose", unit));
      return { kind: "sumover", variable: letter, from: num(1), to: size, body: term };
    }, body as Expr);
    out.set(m.base, { name: m.base, body: letters.length === 2 ? ofTwo(m.base, letters, body, sizeOf) : whole });
  }
  return { put, definitions: out, shapes, sizes, whole: (n) => meant.get(n)?.base ?? n };
}

/** A matrix by its entries: the sum of each times the matrix with a one there. */
function ofTwo(base: string, letters: readonly string[], body: Expr, sizeOf: (key: string) => Dim): Expr {
  const unit = (at: number): Expr => ({
    kind: "index",
    base: apply("eye", sizeText(sizeOf(`${base}#${at}`))),
    indices: [null, name(letters[at]!)],
  });
  const term = apply("mul", apply("mul", unit(0), body), apply("transpose", unit(1)));
  return [1, 0].reduce<Expr>(
    (inner, at) => ({
      kind: "sumover",
      variable: letters[at]!,
      from: num(1),
      to: sizeText(sizeOf(`${base}#${at}`)),
      body: inner,
    }),
    term,
  );
}

function sizeText(d: Dim): Expr {
  const value = dimValue(d);
  return value === undefined ? name(dimIsName(d) ?? d.key) : num(value);
}

function fix(classes: Classes, key: string, size: Dim): void {
  const [value, text] = [dimValue(size), dimIsName(size)];
  if (value !== undefined) classes.join(key, `number ${value}`);
  else if (text !== undefined) classes.join(key, `size ${text}`);
}
