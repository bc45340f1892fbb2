import type { Expr } from "./ast";

const keys = new WeakMap<object, string>();

/** A text that is equal exactly for equal trees. */
export function exprKey(e: Expr): string {
  if (e.kind === "name") return e.name;
  let k = keys.get(e);
  if (k === undefined) {
    switch (e.kind) {
      case "number":
        k = String(e.value);
        break;
      case "apply":
        k = `${e.op}(${e.args.map(exprKey).join()})`;
        break;
      case "call":
        k = `${e.name}${"'".repeat(e.primes)}(${e.args.map(exprKey).join()})`;
        break;
      case "index":
        k = `${exprKey(e.base)}[${e.indices.map((i) => (i === null ? ":" : exprKey(i))).join()}]`;
        break;
      case "sumover":
        k = `sum(${e.variable},${exprKey(e.from)},${exprKey(e.to)},${exprKey(e.body)})`;
        break;
      case "literal":
        k = `[${e.rows.map((r) => r.map(exprKey).join()).join(";")}]`;
        break;
      case "derivative":
        k = `d${e.transposed === true ? "'" : ""}(${exprKey(e.of)};${e.wrt.map(exprKey).join()})`;
        break;
      case "differential":
        k = `d ${exprKey(e.of)}`;
        break;
      case "error":
        k = `?${e.text}`;
    }
    // A short text is made sooner than it is looked up.
    if (k.length > 16) keys.set(e, k);
  }
  return k;
}
