import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "mocha";

const json = (file: string): Record<string, string> => JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
const placeholders = (text: string): string[] => (text.match(/\{\d\}|\(command:[^)]*\)|`[^`]*`/g) ?? []).sort();

/** What the client says: the first argument of every `l10n.t`. */
const said = (readdirSync("client", { recursive: true }) as string[])
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(`client/${file}`, "utf8"))
  .flatMap((source) =>
    [...source.matchAll(/l10n\.t\(\s*("(?:[^"\\]|\\.)*")/g)].map((m) => JSON.parse(m[1]!) as string),
  );

describe("what users read in Chinese", () => {
  it("is all that the client says, with the same places for what is put in", () => {
    const bundle = json("l10n/bundle.l10n.zh-cn.json");
    assert.deepEqual(Object.keys(bundle).sort(), [...new Set(said)].sort());
    for (const [english, chinese] of Object.entries(bundle)) assert.deepEqual(placeholders(chinese), placeholders(english), english); // prettier-ignore
  });

  it("is all that the manifest says, with the same links and code", () => {
    const [english, chinese] = [json("package.nls.json"), json("package.nls.zh-cn.json")];
    assert.deepEqual(Object.keys(chinese), Object.keys(english));
    for (const [key, text] of Object.entries(english)) assert.deepEqual(placeholders(chinese[key]!), placeholders(text), key); // prettier-ignore
  });

  it("and every key of the manifest has its words", () => {
    const english = json("package.nls.json");
    const keys = [...readFileSync("package.json", "utf8").matchAll(/"%([\w.]+)%"/g)].map((m) => m[1]!);
    assert.deepEqual([...new Set(keys)].sort(), Object.keys(english).sort());
  });
});
