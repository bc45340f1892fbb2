import type * as ohm from "ohm-js";

export interface GrammarFiles {
  readonly name: string;
  readonly files: readonly string[];
  readonly recipe: string;
}
export const GRAMMARS: readonly GrammarFiles[];
export function sourceOf(grammar: GrammarFiles): string;
export function grammarNamed(name: string): ohm.Grammar;
export function rulesOf(name: string): {
  readonly rules: Readonly<Record<string, unknown>>;
  readonly tokens: Readonly<Record<string, unknown>>;
};
export function recipeOf(name: string): readonly unknown[];
export function compileGrammars(root?: string): void;
