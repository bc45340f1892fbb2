interface Runner {
  on(event: string, listener: (test: { title: string; titlePath(): string[] }, error?: Error) => void): void;
}

/** A mocha reporter that needs neither a terminal nor a page: a line a test, and the counts at the end. */
export function Report(this: unknown, runner: Runner): void {
  const counts = { pass: 0, fail: 0, pending: 0 };
  runner.on("pass", (test) => {
    counts.pass++;
    console.log(`  ✔ ${test.titlePath().slice(1).join(" › ")}`);
  });
  runner.on("pending", (test) => {
    counts.pending++;
    console.log(`  - ${test.titlePath().slice(1).join(" › ")}`);
  });
  runner.on("fail", (test, error) => {
    counts.fail++;
    console.log(`  ✘ ${test.titlePath().slice(1).join(" › ")}\n${error?.message}\n${error?.stack ?? ""}`);
  });
  runner.on("end", () => console.log(`COUNTS ${counts.pass} ${counts.fail} ${counts.pending}`));
}
