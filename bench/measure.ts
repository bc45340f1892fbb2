/** Times of repeated runs, in milliseconds, and what is said of them. */
export interface Times {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export const timesOf = (values: readonly number[]): Times => ({
  count: values.length,
  median: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  p99: quantile(values, 0.99),
  most: Math.max(...values),
});

/** How long one run takes. */
export function time(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

export async function timeAsync(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The quickest of several runs: what else the machine does only ever adds to a time. */
export const quickest = (runs: number, run: () => unknown): number =>
  Math.min(...Array.from({ length: runs }, () => time(run)));

/** Notes for how long the event loop was held, again and again; returns how to stop that. */
export function watchLoop(holds: number[]): () => void {
  let last = performance.now();
  let on = true;
  const look = (): void => {
    const now = performance.now();
    holds.push(now - last);
    last = now;
    if (on) setImmediate(look);
  };
  setImmediate(look);
  return () => void (on = false);
}

/** A time as it is printed: three digits, no more. */
export function ms(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toPrecision(2)} ms`;
}

/** A table in Markdown, its columns aligned so that it reads as well as plain text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = head.map((h, k) => Math.max(h.length, ...rows.map((r) => r[k]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((c, k) => (k === 0 ? c.padEnd(width[k]!) : c.padStart(width[k]!))).join(" | ")} |`;
  return [
    line(head),
    `| ${width.map((w, k) => (k === 0 ? "-".repeat(w) : `${"-".repeat(w - 1)}:`)).join(" | ")} |`,
    ...rows.map(line),
  ].join("\n");
}
