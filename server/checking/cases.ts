import { apply, children, type Expr, mapChildren, name, replaceNodes, someNode } from "../core/ast";
import { closeProperties, type Variable } from "../core/scope";
import { SCALAR } from "../core/shape";
import type { Steps } from "../core/steps";
import type { Formula } from "../documents/document";
import { letterOf } from "../documents/notes/kinds";
import { judgingInWorlds, type WorldsQuestion } from "./inWorlds";
import { judging } from "./judge";
import { hasDerivative } from "./varying";
import type { Verdict } from "./verdict";
import { labelsOf } from "./worlds/labels";

/** One case of `\begin{cases} … \end{cases}`: its value and its condition. */
interface Branch {
  readonly value: Expr;
  readonly condition: Condition;
}

type Condition =
  /** `i = j`, `i ≠ j`. */
  | { readonly kind: "indices"; readonly a: string; readonly b: string; readonly equal: boolean }
  /** `x > 0`, `x < 0`. */
  | { readonly kind: "sign"; readonly of: string; readonly positive: boolean }
  | { readonly kind: "else" };

const ELSE = /^(?:otherwise|else|sonst|autrement|否则|其他)$/i;
const INDICES = /^([a-z])(=|\\neq?|≠)([a-z])$/;
const SIGN = /^(.+?)(>|<|\\geq?|\\leq?|\\geqslant|\\leqslant|≥|≤)0$/;

/** What the text of a condition says, without words such as `if`. */
function conditionOf(text: string): Condition | undefined {
  const plain = text.replace(/^⟨|⟩$/g, "").replace(/[\s.,;]+/g, "").replace(/^(?:if|for|when|where|falls|si)(?=[^a-z]|[a-z](?![a-z]))/, ""); // prettier-ignore
  if (ELSE.test(plain)) return { kind: "else" };
  const indices = INDICES.exec(plain);
  if (indices !== null) return { kind: "indices", a: indices[1]!, b: indices[3]!, equal: indices[2] === "=" };
  const sign = SIGN.exec(plain);
  if (sign !== null) return { kind: "sign", of: sign[1]!, positive: /^(?:>|\\ge|≥)/.test(sign[2]!) };
  return undefined;
}

/** The cases of a side, `otherwise` put in words of the other one; `undefined` where one is not understood. */
function branchesOf(e: Expr): readonly Branch[] | undefined {
  if (e.kind !== "call" || e.name !== "cases" || e.args.length < 4 || e.args.length % 2 !== 0) return undefined;
  const out: Branch[] = [];
  for (let i = 0; i < e.args.length; i += 2) {
    const condition = e.args[i + 1]!;
    // Words alone, `undefined` at a kink, claim nothing.
    const value = e.args[i]!;
    if (value.kind === "name" && /^⟨/.test(value.name)) continue;
    const found = condition.kind === "name" ? conditionOf(condition.name) : undefined;
    if (found === undefined) return undefined;
    out.push({ value, condition: found });
  }
  const first = out[0]?.condition;
  if (first === undefined) return undefined;
  if (out.some(({ condition }) => condition.kind === "else")) {
    if (out.length !== 2 || first.kind === "else") return undefined;
    const rest: Condition = first.kind === "indices" ? { ...first, equal: !first.equal } : { ...first, positive: !first.positive }; // prettier-ignore
    return [out[0]!, { value: out[1]!.value, condition: rest }];
  }
  return out.every(({ condition: c }) => c.kind === first.kind) ? out : undefined;
}

const hasCases = (e: Expr): boolean => someNode(e, (n) => n.kind === "call" && n.name === "cases");

const same = (a: Condition, b: Condition): boolean => JSON.stringify(a) === JSON.stringify(b);

/** An expression where a condition holds: of cases that tell the same apart the one that is meant. */
function where(e: Expr, condition: Condition): Expr {
  if (e.kind === "call" && e.name === "cases") {
    const found = branchesOf(e)?.find((b) => same(b.condition, condition));
    if (found !== undefined) return where(found.value, condition);
  }
  if (condition.kind === "indices" && e.kind === "name") {
    const label = labelsOf(e.name);
    if (label === undefined || label.base.endsWith("^()")) return e;
    // Two that are not equal are as good as a first and a second.
    const { a, b, equal } = condition;
    const put = (l: string): string => (l === a ? "1" : l === b ? (equal ? "1" : "2") : l);
    const labels = label.labels.map(put);
    return labels.join() === label.labels.join() ? e : { ...e, name: `${label.base}_${labels.join("")}` };
  }
  // Bars around what is compared with zero are those of a number.
  if (condition.kind === "sign" && e.kind === "apply" && e.op === "norm2" && e.args[0]!.kind === "name" && e.args[0].name === condition.of) return apply("abs", e.args[0]); // prettier-ignore
  return mapChildren(e, (c) => where(c, condition));
}

/** The formula in which a condition on the sign of a number holds. */
function supposing(formula: Formula, condition: Condition): Formula {
  const definitions = new Map([...formula.scope.definitions].map(([n, d]) => [n, { ...d, body: where(d.body, condition) }])); // prettier-ignore
  const variables = new Map(formula.scope.variables);
  const { basis: _, ...rest } = formula;
  if (condition.kind === "sign") {
    const v = variables.get(condition.of);
    const own: Variable = { name: condition.of, shape: SCALAR, properties: closeProperties([...(v?.properties ?? []), ...(condition.positive ? (["positive"] as const) : [])]) }; // prettier-ignore
    if (letterOf(condition.of).style !== "bold") variables.set(condition.of, own);
  }
  return { ...rest, scope: { ...formula.scope, definitions, variables } };
}

/** The two sides where a number is negative: each is a function of the number, at what is minus a positive one. */
function sidesIn(left: Expr, right: Expr, condition: Condition): readonly [Expr, Expr] {
  if (condition.kind !== "sign" || condition.positive) return [left, right];
  const by = name(condition.of);
  const at = (e: Expr): Expr => {
    if (!mentions(e, condition.of)) return e;
    return { kind: "call", name: "at", primes: 0, args: [e, by, apply("neg", by)] };
  };
  return [at(left), at(right)];
}

const mentions = (e: Expr, n: string): boolean =>
  (e.kind === "name" && e.name === n) || (e.kind === "call" && e.primes > 0) || children(e).some((c) => mentions(c, n));

/**
 * A derivative that is given by cases is judged in each of them: it holds if it does in all, and is wrong where a slip of the
 * pen is seen in one. `undefined` where nothing was found out.
 */
export function* judgingCases(question: WorldsQuestion): Steps<Verdict | undefined> {
  const { left, right, formula, print } = question;
  const [given, claimed] = hasCases(right) ? [left, right] : [right, left];
  if (!hasCases(claimed) || hasCases(given)) return undefined;
  const branches = branchesOf(claimed);
  if (branches === undefined || !(hasDerivative(given) || isPrimed(given))) return undefined;
  let holding = 0;
  for (const { value, condition } of branches) {
    const supposed = supposing(formula, condition);
    const positive = condition.kind === "sign" && !condition.positive ? supposing(formula, { ...condition, positive: true }) : supposed; // prettier-ignore
    const own: Formula = { ...supposed, scope: { ...supposed.scope, variables: positive.scope.variables } };
    const [l, r] = sidesIn(where(given, condition), where(value, condition), condition);
    const how = { anyLayout: true, prove: false, explain: false, print };
    const plain = yield* judging(l, r, own.scope, how);
    const verdict =
      plain.status === "verified" && question.says(l, r, own.scope)
        ? plain
        : yield* judgingInWorlds({ ...question, left: l, right: r, formula: own });
    if (verdict?.status === "verified") holding++;
    else if (verdict?.status === "wrong" && l.kind !== "call") return inCase(verdict, claimed, value, condition);
  }
  return holding === branches.length ? { status: "verified", ground: "world" } : undefined;
}

const isPrimed = (e: Expr): boolean => e.kind === "call" && e.primes > 0;

/** What is wrong with one case, told of the whole. */
function inCase(verdict: Verdict, cases: Expr, value: Expr, condition: Condition): Verdict {
  const { correction, ...rest } = verdict;
  if (correction === undefined) return rest;
  const mended = written(correction.expr, condition);
  const expr = replaceNodes(cases, (e) => (e === value ? mended : undefined));
  return { ...rest, general: true, correction: { ...correction, expr } };
}

/** An expression with the letters of a condition again, where numbers stood for them. */
function written(e: Expr, condition: Condition): Expr {
  if (condition.kind !== "indices") return e;
  if (e.kind !== "name") return mapChildren(e, (c) => written(c, condition));
  const label = labelsOf(e.name);
  if (label === undefined) return e;
  const put = (l: string): string => (l === "1" ? condition.a : l === "2" ? condition.b : l);
  return { ...e, name: `${label.base}_${label.labels.map(put).join("")}` };
}
