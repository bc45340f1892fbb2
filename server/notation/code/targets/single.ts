import { arrayParameters, type FunctionPlan, isNumberParameter } from "../target";

/** Single precision: how inputs and results are converted, and literals written, where the language needs it. */

/** Numbers with a point, with the suffix of single precision. */
const LITERAL = /(?<![\w.])\d+\.\d+(?:e[-+]?\d+)?(?![\w.])/g;

export function matlabSingle(plan: FunctionPlan): { before: readonly string[]; after: (name: string) => string[] } {
  if (plan.single !== true) return { before: [], after: () => [] };
  return {
    before: arrayParameters(plan).map((p) => `${p.name} = single(${p.name});`),
    after: (name) => [`${name} = single(${name});`],
  };
}

export function juliaSingle(plan: FunctionPlan): {
  readonly before: readonly string[];
  line(text: string): string;
  result(text: string, scalar: boolean): string;
} {
  if (plan.single !== true) return { before: [], line: (text) => text, result: (text) => text };
  return {
    before: arrayParameters(plan).map((p) => `${p.name} = Float32${isNumberParameter(p) ? "" : "."}(${p.name})`),
    // An exponent is written with f in place of e.
    line: (text) => text.replace(LITERAL, (x) => (x.includes("e") ? x.replace("e", "f") : `${x}f0`)),
    result: (text, scalar) => `Float32${scalar ? "" : "."}(${text})`,
  };
}

/** C++ in single precision: the same with other types. Documentation is left alone. */
export const eigenSingle = (code: string): string =>
  code
    .split("\n")
    .map((l) =>
      /^\s*\/\/|^#/.test(l)
        ? l
        : l
            .replace(/\b(Matrix|Vector)Xd\b/g, "$1Xf")
            .replace(/\bdouble\b/g, "float")
            .replace(LITERAL, "$&f"),
    )
    .join("\n");
