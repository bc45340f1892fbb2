import type { Expr } from "../core/ast";
import type { ProblemCode } from "../core/problem";
import type { Scope } from "../core/scope";
import type { RuleId } from "./rules";

/** How much is shown: `brief` joins the steps that a reader takes at once, `full` shows each rule by itself. */
export type Detail = "brief" | "full";

export interface StepsRequest {
  readonly expr: Expr;
  /** One derivative after the other: `["x"]` the gradient or Jacobian, `["x", "x"]` the Hessian. */
  readonly wrt: readonly string[];
  readonly scope: Scope;
  /** What the value is called (`loss`); by default the definition's own name, else `y` or the next free letter. */
  readonly value?: string;
  /** Default: `brief`. */
  readonly detail?: Detail;
  /** `numerator`: the derivative of a scalar is a row. Default: `gradient`. */
  readonly layout?: "gradient" | "numerator";
}

/** Child numbers (in the order of `children`) from the root of a tree to one of its parts. */
export type Path = readonly number[];

/** A name for a long part: `r = X*w - y`. `own` marks the names the document itself defines. */
export interface NamedPart {
  readonly name: string;
  readonly expr: Expr;
  readonly own: boolean;
}

/** One line of a derivation: `left = after`, where the line above (or the left side itself) reads `before`. */
export interface Step {
  /** `y`, `dy`, `vec(dY)`, or the derivative that is read off. */
  readonly left: Expr;
  readonly before: Expr;
  readonly after: Expr;
  /** The parts that this step changed. */
  readonly changedBefore: readonly Path[];
  readonly changed: readonly Path[];
  /** In order of use, the telling ones first; see `rules.ts`. */
  readonly rules: readonly RuleId[];
  /** Equations a reader needs here: `dr = X*dw`. Each a left and a right side. */
  readonly where: readonly { readonly left: Expr; readonly right: Expr }[];
}

/** One differentiation from the value to its derivative; a Hessian has two. */
export interface Part {
  /** The value's name, `y`; of the second part of a Hessian, the gradient's name, `g`. */
  readonly value: Expr;
  /** What it stands for, as given. */
  readonly of: Expr;
  readonly wrt: string;
  /** Names given to long parts, in the order in which they must be read. */
  readonly named: readonly NamedPart[];
  readonly steps: readonly Step[];
  readonly answer: Expr;
}

export interface Derivation {
  readonly ok: true;
  readonly parts: readonly Part[];
  /** The steps of all parts, one after the other. */
  readonly steps: readonly Step[];
  readonly answer: Expr;
  /** The scope of the request with the names of values and named parts added: what printers need. */
  readonly scope: Scope;
}

export interface NoDerivation {
  readonly ok: false;
  readonly error: { readonly code: ProblemCode; readonly message: string };
}
