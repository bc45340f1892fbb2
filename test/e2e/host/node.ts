/** Entry of the suite in an extension host that is Node. */
import { Report } from "./report";

// eslint-disable-next-line @typescript-eslint/no-require-imports
const mocha = require(process.env.MCALC_MOCHA ?? "mocha") as { default?: typeof Mocha } & typeof Mocha;

export function run(): Promise<void> {
  const runner = new (mocha.default ?? mocha)({ ui: "tdd", timeout: 60_000, reporter: Report as never });
  runner.addFile(`${__dirname}/suite.js`);
  return new Promise((resolve, reject) => {
    runner.run((failures) => (failures > 0 ? reject(new Error(`${failures} failed`)) : resolve()));
  });
}
