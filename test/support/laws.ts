/** How often a law is tried, always from the same seed: more often with `MCALC_RUNS`, from another one with `MCALC_SEED`. */
export const laws = (runs: number): { readonly numRuns: number; readonly seed: number } => ({
  numRuns: Number(process.env["MCALC_RUNS"] ?? runs),
  seed: Number(process.env["MCALC_SEED"] ?? 1),
});
