/** What `--to` may name. Here alone, so that the command line can tell without loading printers. */
export const NOTATIONS = ["text", "unicode", "latex", "markdown", "typst"] as const;
export const LANGUAGES = ["numpy", "jax", "torch", "julia", "matlab", "eigen", "r", "sympy"] as const;
export type Notation = (typeof NOTATIONS)[number];
export type Language = (typeof LANGUAGES)[number];
export type Format = Notation | Language;
export const FORMATS: readonly Format[] = [...NOTATIONS, ...LANGUAGES];

export const isLanguage = (f: Format): f is Language => (LANGUAGES as readonly string[]).includes(f);
