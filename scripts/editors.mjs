// Tries the language server in other editors, headless: Neovim, Emacs with eglot, Vim with ALE.
// An editor that is not installed is named and skipped; in CI (CI=true) it fails.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "./vscode/packages.mjs";

const here = path.join(root, "test", "e2e", "editors");
const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

const EDITORS = [
  { name: "Neovim", installed: () => has("nvim"), run: (sample) => ["nvim", ["--headless", "--clean", "-c", `luafile ${path.join(here, "neovim.lua")}`], sample] },
  { name: "Emacs", installed: () => has("emacs"), run: (sample) => ["emacs", ["--batch", "-l", path.join(here, "eglot.el")], sample] },
  { name: "Vim", installed: () => has("vim") && existsSync("/usr/share/vim/vimfiles/pack"), run: (sample) => ["bash", ["-c", `exec vim -N -u ${path.join(here, "ale.vim")} -es ${sample} < <(exec sleep 60 2>/dev/null) >/dev/null 2>&1`], sample], },
]; // prettier-ignore

/** @returns {{ passed: number, failed: number, skipped: number }} */
export function tryEditors() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, installed, run } of EDITORS) {
    if (!installed()) {
      console.log(`  - ${name} is not installed`);
      if (process.env.CI) counts.failed++;
      else counts.skipped++;
      continue;
    }
    const scratch = mkdtempSync(path.join(os.tmpdir(), "mcalc-editor-"));
    const sample = path.join(scratch, "sample.mcalc");
    copyFileSync(path.join(here, "sample.mcalc"), sample);
    const out = path.join(scratch, "out");
    const [program, args] = run(sample);
    const env = {
      ...process.env,
      HOME: scratch,
      MCALC: path.join(root, "dist", "cli.js"),
      SAMPLE: sample,
      OUT: out,
      TERM: "dumb",
      LC_ALL: "C.UTF-8",
    };
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: scratch,
      env,
      encoding: "utf8",
      timeout: 60_000,
    });
    const said = stdout + (existsSync(out) ? readFileSync(out, "utf8") : "");
    if (status === 0 && /^ok /m.test(said + stderr)) {
      counts.passed++;
      console.log(`  ✔ ${name}`);
    } else {
      counts.failed++;
      console.log(`  ✘ ${name} (status ${status})\n${said}${String(stderr).slice(-1500)}`);
    }
    rmSync(scratch, { recursive: true, force: true });
  }
  return counts;
}
