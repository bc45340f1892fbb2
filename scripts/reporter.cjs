// Mocha's own report, and the counts for the closing line (written to the file that MCALC_COUNTS names).
const { appendFileSync } = require("node:fs");
const Mocha = require("mocha").default ?? require("mocha");

module.exports = class extends Mocha.reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.MCALC_COUNTS;
    runner.once("end", () => {
      const { passes = 0, failures = 0, pending = 0 } = this.stats ?? runner.stats ?? {};
      if (file) appendFileSync(file, `${passes} ${failures} ${pending}\n`);
    });
  }
};
