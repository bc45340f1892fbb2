// npm run playground: the playground's page into dist/playground, as static files that any server can serve.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
export const FOLDER = path.join(root, "dist", "playground");
const PLAIN = ["index.html", "style.css"];
const SCRIPTS = { "page.js": "playground/page.ts", "engine.js": "playground/engine.ts", "pictures.js": "server/lsp/pictures/worker.ts" }; // prettier-ignore

/** Builds the page; resolves to the size of each file, compressed. */
export async function buildPlayground() {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const file of PLAIN) cpSync(path.join(root, "playground", file), path.join(FOLDER, file));
  cpSync(path.join(root, "icons", "mcalc-light.svg"), path.join(FOLDER, "icon.svg"));
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    mainFields: ["browser", "module", "main"],
    conditions: ["worker"],
  };
  const define = { "process.env.NODE_ENV": '"production"' };
  for (const [name, entry] of Object.entries(SCRIPTS))
    await esbuild.build({ ...common, define, entryPoints: [entry], outfile: path.join(FOLDER, name) });
  const files = [...PLAIN, "icon.svg", ...Object.keys(SCRIPTS)];
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(path.join(FOLDER, file)));
  await esbuild.build({
    ...common,
    define: { ...define, FILES: JSON.stringify(["./", ...files]), VERSION: JSON.stringify(hash.digest("hex").slice(0, 12)) },
    entryPoints: ["playground/offline.ts"],
    outfile: path.join(FOLDER, "offline.js"),
  }); // prettier-ignore
  return [...files, "offline.js"].map((file) => ({ file, bytes: gzipSync(readFileSync(path.join(FOLDER, file))).length })); // prettier-ignore
}

const MIME = { html: "text/html", css: "text/css", js: "text/javascript", svg: "image/svg+xml" };

/** Serves the page. */
export async function servePlayground(port = 0) {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const name = pathname === "/" ? "index.html" : pathname.slice(1);
    const type = MIME[name.split(".").at(-1)];
    try {
      if (type === undefined || name.includes("/")) throw new Error("not found");
      const body = readFileSync(path.join(FOLDER, name));
      response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-cache" }).end(body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    }
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", resolve);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://localhost:${server.address().port}/`, close };
}

async function main() {
  const sizes = await buildPlayground();
  for (const { file, bytes } of sizes) console.log(`${(bytes / 1024).toFixed(0).padStart(5)} kB  ${file}`);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`dist/playground: ${(total / 2 ** 20).toFixed(2)} MB compressed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void main();
