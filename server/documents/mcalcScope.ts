import type { Expr } from "../core/ast";
import { children } from "../core/ast";
import { type Dim, dimNames } from "../core/dimension";
import { besideVariable, closeProperties, type Definition, type Scope, type Variable } from "../core/scope";
import { dimensionOf } from "../language/dimensionOf";
import { expressions, type Declaration, type Statement } from "../language/statement";
import { operator } from "../operators";
import { History, SetHistory } from "./history";

/** What a `.mcalc` document makes known, grown statement by statement from top to bottom. */
export class GrowingScope {
  private readonly variables = new History<Variable>();
  private readonly definitions = new History<Definition>();
  private readonly dimensions = new SetHistory();
  private scope: Scope | undefined;

  /** The same, to grow in another way; without a definition, where one is named. */
  copy(without?: string): GrowingScope {
    const out = new GrowingScope();
    const { variables, definitions, dimensions } = this.view();
    for (const [name, v] of variables) out.variables.set(name, v);
    for (const [name, d] of definitions) if (name !== without) out.definitions.set(name, d);
    for (const name of dimensions) out.dimensions.add(name);
    return out;
  }

  /** Everything known so far. */
  view(): Scope {
    this.scope ??= {
      variables: this.variables.view(),
      definitions: this.definitions.view(),
      dimensions: this.dimensions.view(),
    };
    return this.scope;
  }

  /** What one statement adds. The last one to name a thing wins. */
  add(statement: Statement): void {
    if (statement.kind === "declaration") this.declare(statement);
    else if (statement.kind === "definition") {
      const { name, parameters, body } = statement;
      this.scope = undefined;
      this.variables.set(name, undefined);
      this.definitions.set(name, {
        name,
        body,
        ...(parameters === undefined ? {} : { parameters: parameters.map((p) => p.name) }),
      });
    }
    for (const e of expressions(statement)) this.dimensionsIn(e);
  }

  private declare(d: Declaration): void {
    this.scope = undefined;
    for (const { name } of d.names) {
      // A declaration that could not be read makes the name known, and nothing of it.
      if (d.shape === undefined) {
        this.variables.set(name, undefined);
        this.definitions.set(name, { name, body: { kind: "error", text: "" } });
        continue;
      }
      const properties = closeProperties(d.properties.map((p) => p.property));
      const before = this.variables.view().get(name);
      const apart = before !== undefined && (before.family === undefined) !== (d.family === undefined);
      // `x` and the members `x_i` are known beside each other.
      if (apart && before.family !== undefined)
        this.variables.set(besideVariable(name), { ...before, name: besideVariable(name) });
      const key = apart && d.family !== undefined ? besideVariable(name) : name;
      this.definitions.set(key, undefined);
      this.variables.set(key, {
        name: key,
        shape: d.shape,
        properties,
        ...(d.family === undefined ? {} : { family: d.family }),
      });
      this.dimension(d.shape.rows, d.shape.cols, ...(d.family === undefined ? [] : [d.family.from, d.family.to]));
    }
  }

  /** Names inside `eye(n)`, `ones(m,n)`, and the bounds of sums are dimensions too. */
  private dimensionsIn(e: Expr): void {
    if (e.kind === "apply" && operator(e.op)?.ofDimensions === true) {
      for (const a of e.args) this.dimensionByUse(a);
      return;
    }
    if (e.kind === "sumover") for (const bound of [e.from, e.to]) this.dimensionByUse(bound);
    for (const c of children(e)) this.dimensionsIn(c);
  }

  private dimensionByUse(e: Expr): void {
    const dim = dimensionOf(e);
    const isValue = (name: string): boolean => this.variables.view().has(name) || this.definitions.view().has(name);
    if (dim !== undefined && !dimNames(dim).some(isValue)) this.dimension(dim);
  }

  private dimension(...dims: readonly Dim[]): void {
    for (const dim of dims)
      for (const name of dimNames(dim)) {
        if (this.dimensions.view().has(name)) continue;
        this.dimensions.add(name);
        this.scope = undefined;
      }
  }
}
