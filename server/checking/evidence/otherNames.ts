import { children, type Expr, freeNames, sameExpr, someNode } from "../../core/ast";
import type { MathDocument } from "../../documents/document";
import { SYMBOLS } from "../../language/latex/vocabulary";
import { letterOf } from "../../documents/notes/kinds";
import { expressions } from "../../language/statement";
import { type Finding, isExplicit, isGrounded, isPlain, partsOf } from "./finding";
import { isIdentityOnceMended } from "./mended";
import { type Provenance, provenanceOf } from "./names";
import { dependsOn } from "../varying";

// Statements whose names may stand for something else here than where they were said: other cases, functions, styles.

/** The derivative has been given a name, and that name is all there would be to put in its place. */
export function isOwnName({ verdict, formula: { statement } }: Finding): boolean {
  const correction = verdict?.correction?.expr;
  if (correction === undefined || !["name", "index", "call"].includes(correction.kind)) return false;
  return statement.kind === "claim" && statement.sides.some((side) => sameExpr(side, correction));
}

/** `\rank{A}` of a package that the note does not show: its letters were taken for a factor. */
export function callsUnknownCommand(finding: Finding): boolean {
  const { spellings, statement } = finding.formula;
  if (spellings === undefined) return false;
  // What stands beside sizes that do not fit may be what makes them fit.
  const parts = finding.equation === undefined ? expressions(statement) : partsOf(finding);
  const names = parts.flatMap((side) => [...freeNames(side)]);
  return names.some((n) => {
    const command = /^\\([a-zA-Z]+)$/.exec(spellings.get(n) ?? "")?.[1];
    return command !== undefined && SYMBOLS[command] === undefined;
  });
}

/** A dagger that was read as a mark of a name in one place is a sign in all of them. */
export const hasDagger = (finding: Finding): boolean =>
  partsOf(finding).some((e) => [...freeNames(e)].some((n) => /dagger|[†‡]/.test(n)));

const provenance = (f: Finding): Provenance => provenanceOf(partsOf(f), f.formula, f.document);

const hasLiteral = (f: Finding): boolean => partsOf(f).some((e) => someNode(e, (n) => n.kind === "literal"));

/** What two sides say of a name that the note gives several values, for cases, models or for a contradiction. */
export const isOfSeveralValues = (f: Finding): boolean =>
  isPlain(f) && !isGrounded(f) && !hasLiteral(f) && provenance(f).redefined > 0 && !isIdentityOnceMended(f);

/** What is said of a function holds where that was said: `T(v) = c_1 b_1 − c_2 b_2` of one of many transformations. */
export function isOfFunction(f: Finding): boolean {
  if (!isPlain(f) || isGrounded(f)) return false;
  const { calls, openCalls } = provenance(f);
  return calls + openCalls > 0;
}

/** `x_t = …` once more: the second model, the next step. */
export function isGivenAgain(f: Finding): boolean {
  const { equation, formula: { statement: s } } = f; // prettier-ignore
  if (!isPlain(f) || isGrounded(f) || hasLiteral(f) || equation === undefined) return false;
  // A second definition, held against the first one.
  if (s.kind === "definition") return s.parameters === undefined;
  const isFirst = s.kind !== "claim" || (s.continues !== true && s.sides.indexOf(equation.right) <= 1);
  const { left, right } = equation;
  return isFirst && (left.kind === "name" || left.kind === "index") && ![...freeNames(left)].some((n) => freeNames(right).has(n)); // prettier-ignore
}

/** What another formula gave the same name, held against this one: another model, another case, a supposition. */
export function isOfOtherFormula(f: Finding): boolean {
  const { equation, formula: { statement: s } } = f; // prettier-ignore
  if (!isPlain(f) || isGrounded(f) || hasLiteral(f) || equation?.leftSpan !== undefined) return false;
  return s.kind !== "claim" || s.continues !== true;
}

/** `f' = cg'` of functions that are not written with their arguments. */
export function isOfPrimes({ equation, verdict }: Finding): boolean {
  if (equation === undefined || verdict?.general === true) return false;
  const isBare = (n: Expr): boolean =>
    n.kind === "call" && (/^['′]+$/.test(n.name) || (n.primes > 0 && n.args.length === 0));
  return [equation.left, equation.right].some((e) => someNode(e, isBare));
}

/** The size of what comes out, told of letters: blocks, a bracket that is no matrix, another matrix of that name. */
export const isResultOfLetters = ({ equation, verdict }: Finding): boolean => {
  const isOpen = (e: Expr): boolean =>
    e.kind === "name" ||
    e.kind === "call" ||
    (e.kind === "apply" && (e.op === "inv" || e.op === "pow")) ||
    (e.kind !== "literal" && children(e).some(isOpen));
  return (
    equation !== undefined && /^the result is/.test(verdict?.note ?? "") && [equation.left, equation.right].some(isOpen)
  );
};

/** `w` beside a bold `w`, neither with anything below: most likely the same one. */
export function mixesStyles(f: Finding): boolean {
  if (f.equation === undefined) return false;
  const { scope } = f.formula;
  // Where all stands there, it was read with both styles as one.
  if (f.verdict?.general === true && [f.equation.left, f.equation.right].some((e) => isExplicit(e, scope)))
    return false;
  const styles = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const see = (e: Expr): void => {
    for (const n of freeNames(e)) {
      if (seen.has(n)) continue;
      seen.add(n);
      const { letter, style, subscripted } = letterOf(n);
      if (!subscripted) styles.set(letter, (styles.get(letter) ?? new Set()).add(style));
      const d = scope.definitions.get(n);
      if (d !== undefined) see(d.body);
    }
    someNode(e, (n) => {
      const d = n.kind === "call" && !seen.has(`${n.name}()`) ? scope.definitions.get(n.name) : undefined;
      if (d !== undefined) {
        seen.add(`${d.name}()`);
        see(d.body);
      }
      return false;
    });
  };
  partsOf(f).forEach(see);
  return [...styles.values()].some((s) => s.has("bold") && s.has(""));
}

/** `df(X) = ⟨∇f(x), dx⟩`: one function of a letter in both sizes, which is most likely the same one. */
export function mixesCases({ equation }: Finding): boolean {
  if (equation === undefined) return false;
  const seen = new Map<string, string>();
  const isOther = (e: Expr): boolean =>
    someNode(e, (n) => {
      if (n.kind !== "call") return false;
      return n.args.some((a) => {
        if (a.kind !== "name") return false;
        const key = `${n.name} ${a.name.toLowerCase()}`;
        const before = seen.get(key);
        seen.set(key, a.name);
        return before !== undefined && before !== a.name;
      });
    });
  return [equation.left, equation.right].some(isOther);
}

/** A derivative of what the note gives several values, in which another name or mark would have to stand. */
export function isOfSeveralFunctions(f: Finding): boolean {
  const { equation, verdict, formula } = f;
  if (equation?.kind !== "derivative" || !["mark", "name"].includes(verdict?.slip ?? "")) return false;
  if ([equation.left, equation.right].some((e) => isExplicit(e, formula.scope))) return false;
  return provenance(f).repeated > 0;
}

/** `{G}^{T}{G}={I}` somewhere in a note without its spaces and braces; the command of a font stands in front of its letter. */
const ORTHONORMAL = /((?:\\[a-z]{2,12})?[A-Za-z])\^(?:\\top|\\intercal|\\mathsf|\\mathrm|')?T?(?:\\[a-z]{2,12})?[A-Za-z]=(?:\\[a-z]{2,12})?[I1E](?![A-Za-z])/g; // prettier-ignore

/** The letters that a note says to have orthonormal columns. */
function orthonormal(document: MathDocument): ReadonlySet<string> {
  const known = ORTHONORMALS.get(document);
  if (known !== undefined) return known;
  const found = new Set<string>();
  for (const m of document.text.replace(/[{}\s]/g, "").matchAll(ORTHONORMAL)) if (m[0].split("=")[0]!.endsWith(m[1]!)) found.add(m[1]!); // prettier-ignore
  ORTHONORMALS.set(document, found);
  return found;
}
const ORTHONORMALS = new WeakMap<MathDocument, ReadonlySet<string>>();

/**
 * `∂‖X − FGᵀ‖²/∂F = −2XG + 2F`, of a G whose columns are said to be orthonormal somewhere: what is put to I is left out, and
 * nothing else is.
 */
export function isOfOrthonormal(f: Finding): boolean {
  const { equation, document, formula } = f;
  if (equation === undefined || isGrounded(f)) return false;
  const { scope, spellings } = formula;
  const letters = orthonormal(document);
  if (letters.size === 0) return false;
  return [...dependsOn(equation.right, scope, dependsOn(equation.left, scope))].some(
    (n) =>
      letters.has((spellings?.get(n) ?? n).replace(/[{}\s]/g, "")) &&
      !scope.definitions.has(n) &&
      scope.variables.get(n)?.properties.has("orthogonal") !== true,
  );
}
