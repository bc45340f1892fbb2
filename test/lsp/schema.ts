import path from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { createGenerator } from "ts-json-schema-generator";

let made: { results: Map<string, ValidateFunction>; sent: Map<string, ValidateFunction> } | undefined;

/** A schema for each kind of message, from the protocol's own types (`messages.ts`). */
function schemas(): NonNullable<typeof made> {
  if (made !== undefined) return made;
  const schema = createGenerator({
    path: path.join(__dirname, "messages.ts"),
    tsconfig: path.join(__dirname, "../../tsconfig.json"),
    skipTypeCheck: true,
    topRef: true,
    strictTuples: true,
  }).createSchema("*");
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ ...(schema as object), $id: "m" });
  const of = (name: string): Map<string, ValidateFunction> => {
    const { properties } = (schema.definitions as Record<string, { properties: object }>)[name]!;
    return new Map(
      Object.keys(properties).map((method) => [
        method,
        ajv.compile({ $ref: `m#/definitions/${name}/properties/${method.replace(/~/g, "~0").replace(/\//g, "~1")}` }),
      ]),
    );
  };
  return (made = { results: of("Results"), sent: of("FromServer") });
}

/** What is wrong with a message; nothing where it is as the protocol says. */
export function complaint(kind: "results" | "sent", method: string, value: unknown): string | undefined {
  const validate = schemas()[kind].get(method);
  if (validate === undefined) return `${method}: no schema`;
  if (validate(value)) return undefined;
  const errors = validate.errors!.slice(0, 3).map((e) => `${e.instancePath} ${e.message}`);
  return `${method}: ${errors.join("; ")}\n${JSON.stringify(value).slice(0, 400)}`;
}
