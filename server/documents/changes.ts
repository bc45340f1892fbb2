import { children, type Expr, withChildren } from "../core/ast";
import { familyMember, type Scope } from "../core/scope";
import type { Statement } from "../language/statement";

const isKnown = (name: string, scope: Scope): boolean =>
  scope.variables.has(name) ||
  scope.definitions.has(name) ||
  scope.dimensions.has(name) ||
  familyMember(scope, name) !== undefined;

/** `dX` is the change of X where nothing has the name `dX` and something has the name `X`. */
const isChange = (name: string, scope: Scope): boolean =>
  name.length > 1 && name.startsWith("d") && !isKnown(name, scope) && isKnown(name.slice(1), scope);

/** A tree in which names such as `dX` are differentials, where the scope says that they are; else the same tree. */
export function readChanges(e: Expr, scope: Scope): Expr {
  if (e.kind === "name") {
    if (!isChange(e.name, scope)) return e;
    const of: Expr = { kind: "name", name: e.name.slice(1), ...(e.span === undefined ? {} : { span: e.span }) };
    return { kind: "differential", of, ...(e.span === undefined ? {} : { span: e.span }) };
  }
  const parts = children(e);
  if (parts.length === 0) return e;
  let changed = false;
  const next = parts.map((c) => {
    const n = readChanges(c, scope);
    changed ||= n !== c;
    return n;
  });
  return changed ? withChildren(e, next) : e;
}

/** The same for a statement; parameters of a function are names of their own. */
export function readStatementChanges(s: Statement, scope: Scope): Statement {
  switch (s.kind) {
    case "definition": {
      if (s.parameters?.some((p) => p.name.startsWith("d")) === true) return s;
      const body = readChanges(s.body, scope);
      return body === s.body ? s : { ...s, body };
    }
    case "claim": {
      const sides = s.sides.map((e) => readChanges(e, scope));
      return sides.every((e, i) => e === s.sides[i]) ? s : { ...s, sides };
    }
    case "query": {
      const expr = readChanges(s.expr, scope);
      return expr === s.expr ? s : { ...s, expr };
    }
    default:
      return s;
  }
}
