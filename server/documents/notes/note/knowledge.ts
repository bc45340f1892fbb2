import { LETTERS } from "../../../core/conventions";
import type { Expr } from "../../../core/ast";
import { ownVariable } from "../../../language/latex/trees";
import { symbolName } from "../../../language/latex/names";
import type { SymbolPiece } from "../../../language/latex/pieces";
import type { Kind, Knowledge } from "../../../language/latex/read";
import { type Guess, guesses, kindOfShape, letterOf, useOfName } from "../kinds";
import { isPlainArguments, useOf } from "../usage";
import { endKey, NoteState } from "./state";

/** What the note tells the reader of LaTeX about letters: functions, entries, kinds of value. */
export abstract class NoteKnowledge extends NoteState {
  readonly styleMatters = (name: string, style: string): boolean => {
    if (style === "" || style === "sans") return false;
    if (name === "1" || name === "0") return false;
    if (style === "cal" || style === "frak" || style === "bb") return true;
    // Bold and plain small Latin letters are two things; of others only where one formula has both.
    if (/^[a-z]$/.test(name)) return useOf(this.usage, name, "").total > 0;
    return this.usage.mixed.has(name);
  };

  protected known: Knowledge | undefined;

  /** Made once: everything in it is looked up when it is asked for. */
  protected knowledge(): Knowledge {
    const { usage } = this;
    const isDirection = (): boolean => this.isDirection();
    // Looked up only by who needs to know: a sentence depends on what it asked for.
    return {
      styleMatters: this.styleMatters,
      kindOf: (name) => this.kindOf(name),
      isFunction: (name, inner) =>
        this.isFunction(
          name,
          isPlainArguments(inner),
          inner.some((p) => p.kind === "mark" && (p.mark === "," || p.mark === "m" || p.mark === "|")),
        ),
      entryOf: (symbol, indices) => this.entryOf(symbol, indices),
      get smallTTransposes() {
        return usage.timeT === 0;
      },
      isName: (name) => this.now.facts.get(name) !== undefined,
      isSure: (name) => this.now.facts.get(name)?.certain === true || this.strong(name),
      speaksOf: (topic) => this.habits.has(`topic:${topic}`),
      get transposesBefore() {
        return usage.transposes === 0;
      },
      get primes() {
        if (usage.transposes === 0 && usage.primes > 0) return "transpose" as const;
        return usage.primedFunctions > 0 ? ("derivative" as const) : ("name" as const);
      },
      variableOf: (name) => this.variableOf(name),
      get plainDifferentials() {
        return usage.differentials > 0 && !isDirection();
      },
      gradientVariable: (of) => this.gradientVariable(of),
      isSize: (all) => all.every((e) => e.kind === "number" || (e.kind === "name" && this.isDimension(e.name))),
      isPrefix: (name) => {
        const use = useOf(this.usage, name, "");
        return this.now.facts.get(name) === undefined && (name === "Delta" ? use.prefix >= 1 : use.prefix === 2);
      },
      get kroneckerDelta() {
        return usage.deltas > 0;
      },
      get numbersIdentities() {
        return usage.numberedI > 0;
      },
      get ownIdentityLetter() {
        return usage.ownI > 0;
      },
      isOperand: (name) => {
        const { transposed, normed, indexed } = useOf(usage, name, "");
        return transposed + normed + indexed > 0;
      },
      isNumbered: ({ name, style }) => useOf(usage, name, style).first > 0,
      isLevel: (letter) => this.usage.levels.has(letter),
      endOf: (index) => this.state.get(endKey(index)) as Expr | undefined,
    };
  }

  /** Whether d is a vector of the note, a direction or a distance: in front of another letter it is then a factor. */
  protected isDirection(): boolean {
    const { transposed, normed } = useOf(this.usage, "d", "");
    const fact = this.now.facts.get("d");
    // `d^T(X)` among differentials is one.
    const isTransposed = transposed > 0 || (this.usage.transposedD > 0 && this.usage.differentials === 0);
    return isTransposed || normed > 0 || (fact?.certain === true && kindOfShape(fact.shape) !== "scalar");
  }

  protected kindOf(name: string): Kind | undefined {
    const fact = this.now.facts.get(name);
    if (fact !== undefined) return kindOfShape(fact.shape);
    if (this.signatures.has(name) || this.now.definitions.get(name)?.parameters !== undefined) return "function";
    const ahead = this.ahead.get(name);
    if (ahead !== undefined) return kindOfShape(ahead);
    const { letter } = letterOf(name);
    const use = useOfName(this.usage, name);
    if (letter === "e" || letter === "I" || letter === "H" || letter === "D")
      return use.bare > 0 && letter === "e" && use.transposed > 0 ? "vector" : undefined;
    if (this.isFunction(name, true, false) && use.called > 0) return "function";
    return guesses(name, this.usage, this.bold)[0]!.kind;
  }

  protected get elementwise(): boolean {
    return this.habits.has("elementwise");
  }

  protected get bold(): boolean {
    return this.usage.boldLower > 0;
  }

  protected isFunction(name: string, plain: boolean, listed: boolean): boolean {
    if (this.now.definitions.get(name)?.parameters !== undefined || this.signatures.has(name)) return true;
    const fact = this.now.facts.get(name);
    const isNumber = fact !== undefined && kindOfShape(fact.shape) === "scalar";
    const use = useOfName(this.usage, name);
    // `κ(A) = …` made it a function; that κ is 1 in a remark does not make `κ(AᵀA)` a product. Not so λ, whose set is `λ(A)`.
    if (isNumber && use.heads > 0 && 2 * use.called > use.bare) return true;
    if (fact?.certain === true) return listed || (plain && !isNumber && use.inverted === 0);
    if (listed) return true;
    // Nobody puts a single name in brackets to multiply by it.
    if (plain && !/^[2-9]/.test(name) && this.now.facts.get(name)?.certain !== true) return true;
    const { letter, style } = letterOf(name);
    if (use.heads > 0) return true;
    if (use.transposed > 0) return false;
    if (LETTERS.functions.test(letter) || letter === "phi" || letter === "psi") return true;
    // The loss of one example; a layer called \ell stands in front of no brackets.
    if (letter === "ell" && use.called + use.primed > 0) return true;
    // The activation: it stands in front of brackets and nowhere else. So does the gamma function, beside the digamma function.
    if (letter === "sigma" && use.bare === 0) return true;
    if (letter === "Gamma" && use.bare === 0 && useOf(this.usage, "psi", "").called > 0) return true;
    if (!plain) return (LETTERS.calledWithAnything.test(letter) || style === "cal") && use.called > 0 && use.bare === 0;
    if (LETTERS.called.test(letter) || style === "cal" || style === "bb") return use.inverted === 0;
    return use.called > 0 && use.bare === 0 && use.inverted === 0;
  }

  protected entryOf(
    symbol: SymbolPiece,
    indices: readonly string[],
  ): { base: string; indices: readonly Expr[] } | undefined {
    if (indices.length === 0 || indices.length > 2 || symbol.accents.length > 0) return undefined;
    if (!indices.every((i) => /^([a-z]|\d{1,2})$/.test(i))) return undefined;
    const name = symbolName(symbol, this.styleMatters);
    // `x_0` beside x: a value of its own, where it is declared; and what counts from 1 has no entry 0.
    if (indices.length === 1 && (indices[0] === "0" || this.isDeclared(`${name}_${indices[0]!}`))) return undefined;
    const mapped = this.entries.get(name);
    const dummy: readonly Expr[] = indices.map((i) => ({ kind: "name", name: i }));
    if (mapped !== undefined) {
      const shape = this.now.facts.get(mapped)?.shape;
      if (shape === undefined || (kindOfShape(shape) === "matrix") === (indices.length === 2))
        return { base: mapped, indices: dummy };
    }
    if (this.now.facts.get(name)?.family !== undefined) return undefined;
    const fact = this.now.facts.get(name);
    if (indices.length === 2) {
      const capital = /^(?:\p{Lu}|Gamma|Delta|Theta|Lambda|Sigma|Phi|Psi|Omega)$/u.test(symbol.name);
      const certain = fact?.certain === true ? kindOfShape(fact.shape) : undefined;
      const { blocks } = useOf(this.usage, symbol.name, symbol.style);
      const lettered = indices.every((i) => LETTERS.entries.test(i));
      if (certain === "matrix" && lettered && blocks === 0) return { base: name, indices: dummy };
      if (capital && certain === undefined && lettered && (blocks === 0 || this.usage.deltas > 0))
        return { base: name, indices: dummy };
      // The small letter of a matrix: a_{ij} of A.
      if (symbol.style !== "bold" && /^[a-z]$/.test(symbol.name)) {
        for (const style of ["", "bold"]) {
          const capital = symbolName({ ...symbol, name: symbol.name.toUpperCase(), style }, this.styleMatters);
          const known = this.now.facts.get(capital);
          if (known !== undefined && kindOfShape(known.shape) === "matrix" && this.now.facts.get(name) === undefined)
            return { base: capital, indices: dummy };
        }
      }
      return undefined;
    }
    // One index: an entry of a plain vector, or of the bold vector of the same letter.
    if (symbol.style === "" && this.bold) {
      const strong = symbolName({ ...symbol, style: "bold" }, this.styleMatters);
      const known = this.now.facts.get(strong);
      if (known !== undefined && kindOfShape(known.shape) === "vector" && known.family === undefined)
        return { base: strong, indices: dummy };
    }
    if (symbol.style === "bold") return undefined;
    if (fact !== undefined && fact.certain && kindOfShape(fact.shape) === "vector")
      return { base: name, indices: dummy };
    return undefined;
  }

  /** Whether pi is the number: nowhere declared, defined, applied, primed or numbered. */
  protected isNumberPi(): boolean {
    const { called, heads, primed, indexed, transposed, differentiated } = useOf(this.usage, "pi", "");
    if (called + heads + primed + indexed + transposed + differentiated > 0) return false;
    return this.now.facts.get("pi")?.certain !== true && this.now.definitions.get("pi") === undefined;
  }

  /** The variable of a value of one variable: x of u, where u = sin x. */
  protected variableOf(name: string): string | undefined {
    const value = this.now.definitions.get(name);
    if (value === undefined || value.parameters !== undefined) return undefined;
    return ownVariable(value.body);
  }

  private isDeclared(name: string): boolean {
    const shape = this.now.facts.get(name)?.shape ?? this.ahead.get(name);
    return shape !== undefined && kindOfShape(shape) !== "scalar";
  }

  protected gradientVariable(of: Expr): string | undefined {
    const inner = of.kind === "apply" && of.op === "transpose" ? of.args[0]! : of;
    if (inner.kind === "call" && inner.args.length === 1 && inner.args[0]!.kind === "name") return inner.args[0]!.name;
    return undefined;
  }

  /** Whether a name stands for a letter that the note prints bold only. */
  protected strong(name: string): boolean {
    const { letter, style } = letterOf(name);
    return (
      style === "bold" || (useOf(this.usage, letter, "").total === 0 && useOf(this.usage, letter, "bold").total > 0)
    );
  }

  protected guess(name: string): Guess {
    return guesses(name, this.usage, this.bold)[0]!.kind;
  }
}
