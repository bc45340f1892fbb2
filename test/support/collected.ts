import { readFileSync } from "node:fs";
import path from "node:path";

/** A derivative that somebody asked for in public, or an entry of a table. */
interface Asked {
  readonly id: string;
  readonly given: readonly string[];
  readonly expr: string;
  readonly wrt: string | readonly string[];
  readonly order?: number;
  readonly kind?: "differential";
}

/** A question as `derive` takes it: one variable after the other. */
export interface CollectedQuestion {
  readonly id: string;
  readonly given: readonly string[];
  readonly expr: string;
  readonly wrt: readonly string[];
  readonly kind?: "differential";
}

interface Loss {
  readonly id: string;
  readonly given: readonly string[];
  readonly defs: readonly string[];
  readonly loss: string;
  readonly gradients: Readonly<Record<string, string>>;
}

const read = <T>(file: string): T => JSON.parse(readFileSync(path.join("test", "cases", file), "utf8")) as T;

/** Questions that people asked in public. */
export const questionsAsked = (): readonly CollectedQuestion[] =>
  read<readonly Asked[]>("questions.json").map(({ id, given, expr, wrt, order = 1, kind }) => {
    const by = typeof wrt === "string" ? [wrt] : wrt;
    return {
      id,
      given,
      expr,
      wrt: by.length === 1 ? Array.from({ length: order }, () => by[0]!) : by,
      ...(kind === undefined ? {} : { kind }),
    };
  });

/** Losses of well-known papers, written in several lines, by each of their parameters. */
export const lossesOfPapers = (): readonly CollectedQuestion[] =>
  read<readonly Loss[]>("losses.json").flatMap(({ id, given, defs, loss, gradients }) =>
    Object.keys(gradients).map((wrt) => ({
      id: `${id} by ${wrt}`,
      given: [...given, ...defs],
      expr: loss,
      wrt: [wrt],
    })),
  );
