/** Entry of the suite in VS Code for the Web: mocha's browser build. */
import "mocha/mocha";
import { Report } from "./report";

declare const mocha: { setup(options: object): void; run(done: (failures: number) => void): void };

function run(): Promise<void> {
  return new Promise((resolve, reject) => {
    mocha.setup({ ui: "tdd", reporter: Report, timeout: 60_000 });
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    require("./suite");
    mocha.run((failures) => (failures > 0 ? reject(new Error(`${failures} failed`)) : resolve()));
  });
}

// Mocha's script takes the module's exports for itself; the bundle's footer gives them back.
(globalThis as unknown as { mcalcSuite: { run: typeof run } }).mcalcSuite = { run };
