// VS Code's own server with a Node extension host, out of the code-server package: without its outer layer, its
// native modules and the built-in extensions that the tests do not need.
import { execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { fetchPackage, PACKAGES, root } from "./packages.mjs";
import { SETTINGS } from "./settings.mjs";

const run = promisify(execFile);

/** Makes the server ready to start, once: its folder and its Node. */
async function prepare(log) {
  const code = path.join(await fetchPackage(PACKAGES.server, log), "lib", "vscode");
  const node = path.join(await fetchPackage(PACKAGES.node, log), "bin", "node");
  const ready = path.join(code, ".ready");
  if (!existsSync(ready)) {
    log("Preparing VS Code's server …");
    // Only the modules that serve a workbench and an extension host, pinned by a lock file of our own.
    const own = path.join(root, "scripts", "vscode", "server-modules");
    rmSync(path.join(code, "npm-shrinkwrap.json"), { force: true });
    const manifest = JSON.parse(readFileSync(path.join(code, "package.json"), "utf8"));
    const pinned = JSON.parse(readFileSync(path.join(own, "package.json"), "utf8"));
    const { overrides: _o, allowScripts: _a, devDependencies: _d, ...rest } = manifest;
    writeFileSync(
      path.join(code, "package.json"),
      JSON.stringify(
        { ...rest, name: pinned.name, version: pinned.version, dependencies: pinned.dependencies },
        null,
        2,
      ),
    );
    cpSync(path.join(own, "package-lock.json"), path.join(code, "package-lock.json"));
    await run("npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: code,
      maxBuffer: 1 << 26,
    });
    stub(code, "spdlog", SPDLOG);
    stub(code, "native-watchdog", WATCHDOG);
    for (const name of ["git", "git-base", "github", "github-authentication", "copilot", "microsoft-authentication"])
      rmSync(path.join(code, "extensions", name), { recursive: true, force: true });
    writeFileSync(ready, "");
  }
  return { node, main: path.join(code, "out", "server-main.js") };
}

const SPDLOG = `
const none = () => {};
const logger = () => ({ trace: none, debug: none, info: none, warn: none, error: none, critical: none, setLevel: none, getLevel: () => 2, setPattern: none, clearFormatters: none, flush: none, drop: none });
exports.version = 0; exports.setLevel = none; exports.setFlushOn = none; exports.shutdown = none;
exports.createRotatingLogger = async () => logger(); exports.createAsyncRotatingLogger = async () => logger();
`;
const WATCHDOG = "exports.start = () => {}; exports.exit = (code) => process.exit(code);\n";

/** A stand-in for a native module that is not needed: log files, a watchdog. */
function stub(code, name, text) {
  const folder = path.join(code, "node_modules", "@vscode", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({ name: `@vscode/${name}`, version: "0.0.0", main: "index.js" }),
  );
  writeFileSync(path.join(folder, "index.js"), text);
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/**
 * Starts the server with a packaged extension installed.
 * @param {{ vsix: string, scratch: string, log?: (text: string) => void }} options
 * @returns {Promise<{ host: string, close: () => void }>}
 */
export async function startServer({ vsix, scratch, log = console.log }) {
  const { node, main } = await prepare(log);
  const dirs = ["--server-data-dir", "sd", "--user-data-dir", "ud", "--extensions-dir", "ext"].map((a) =>
    a.startsWith("--") ? a : path.join(scratch, a),
  );
  mkdirSync(path.join(scratch, "ud", "User"), { recursive: true });
  mkdirSync(path.join(scratch, "home"), { recursive: true });
  writeFileSync(path.join(scratch, "ud", "User", "settings.json"), JSON.stringify(SETTINGS));
  const mocha = path.join(root, "node_modules", "mocha");
  const env = { ...process.env, MCALC_MOCHA: mocha, HOME: path.join(scratch, "home"), EXTENSIONS_GALLERY: "{}" };
  execFileSync(node, [main, "--install-extension", vsix, "--force", ...dirs], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const port = await freePort();
  const child = spawn(
    node,
    [
      main,
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
      "--without-connection-token",
      "--accept-server-license-terms",
      "--telemetry-level",
      "off",
      "--disable-workspace-trust",
      "--disable-getting-started-override",
      "--enable-smoke-test-driver",
      ...dirs,
    ],
    { env, stdio: ["ignore", "pipe", "pipe"] },
  );
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("VS Code's server did not start within 60 s.")), 60_000);
    const seen = (chunk) => {
      if (!String(chunk).includes("Extension host agent listening")) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on("data", seen);
    child.stderr.on("data", seen);
    child.once("exit", (status) => reject(new Error(`VS Code's server ended with status ${status}.`)));
  });
  return { host: `127.0.0.1:${port}`, close: () => child.kill() };
}

/** The address that opens a folder and runs a test suite in the extension host. */
export function testUrl(host, { folder, extension, tests }) {
  const remote = (p) => `vscode-remote://${host}${p}`;
  const payload = [
    ["extensionDevelopmentPath", remote(extension)],
    ["extensionTestsPath", remote(tests)],
    ["skipWelcome", "true"],
  ];
  return `http://${host}/?folder=${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
