// Serves VS Code for the Web with this extension in it and a folder open. Edits stay in the browser's memory:
// the files on disk are never written.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { fetchPackage, PACKAGES, root } from "./packages.mjs";
import { SETTINGS } from "./settings.mjs";

const MIME = {
  html: "text/html",
  js: "text/javascript",
  mjs: "text/javascript",
  css: "text/css",
  json: "application/json",
  svg: "image/svg+xml",
  ttf: "font/ttf",
  wasm: "application/wasm",
  png: "image/png",
  md: "text/markdown",
};

/**
 * @param {{ folder: string, file?: string | string[], port?: number, tests?: string, theme?: string, log?: (text: string) => void }} options
 *   `folder` is opened, `file` in it shown (of several, the first in front); `tests` is a script below the
 *   extension's folder that runs in the extension host.
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function serveWeb({ folder, file, port = 0, tests, theme, log }) {
  const code = await fetchPackage(PACKAGES.web, log);
  const files = path.join(await fetchPackage(PACKAGES.files, log), "fs-provider");
  const mounts = { "/vs/": code, "/fs/": files, "/extension/": root, "/static/mount/": path.resolve(folder) };

  const server = http.createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    const end = (status, type, body) => {
      response.writeHead(status, {
        "content-type": type,
        "cache-control": "no-cache",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
      });
      response.end(body);
    };
    const wanted = decodeURIComponent(url.pathname);
    if (wanted === "/")
      return end(
        200,
        MIME.html,
        workbench(request.headers.host, {
          tests,
          theme: url.searchParams.get("theme") ?? theme,
          open: url.searchParams.get("file")?.split(",") ?? [file ?? []].flat(),
        }),
      );
    const mount = Object.keys(mounts).find((m) => `${wanted}/`.startsWith(m));
    if (mount === undefined) return end(404, "text/plain", "not found");
    const base = mounts[mount];
    const target = path.join(base, wanted.slice(mount.length));
    if (target !== base && target !== base + path.sep && !target.startsWith(base + path.sep))
      return end(403, "text/plain", "");
    try {
      if (url.searchParams.has("readdir")) {
        const entries = readdirSync(target, { withFileTypes: true });
        return end(
          200,
          MIME.json,
          JSON.stringify(entries.map((e) => ({ name: e.name, type: e.isDirectory() ? 2 : 1 }))),
        );
      }
      const stat = statSync(target);
      if (url.searchParams.has("stat"))
        return end(
          200,
          MIME.json,
          JSON.stringify({ type: stat.isDirectory() ? 2 : 1, ctime: +stat.ctime, mtime: +stat.mtime, size: stat.size }),
        );
      if (wanted.endsWith("/webview/browser/pre/index.html"))
        return end(200, MIME.html, sameOriginWebview(readFileSync(target, "utf8")));
      return end(200, MIME[path.extname(target).slice(1)] ?? "application/octet-stream", readFileSync(target));
    } catch (error) {
      if (mount === "/static/mount/" && url.search !== "")
        return end(200, MIME.json, JSON.stringify({ error: error.code }));
      return end(404, "text/plain", "not found");
    }
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", resolve);
  });
  return {
    url: `http://localhost:${server.address().port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The page of the workbench. */
function workbench(host, { tests, theme, open }) {
  const served = (p) => ({ scheme: "http", authority: host, path: p });
  const mounted = (p) => ({ scheme: "vscode-test-web", authority: "mount", path: p });
  const extensions = [served("/fs"), ...(tests === undefined ? [served("/extension")] : [])];
  const config = {
    folderUri: mounted("/"),
    additionalBuiltinExtensions: extensions,
    ...(tests === undefined
      ? {}
      : {
          developmentOptions: { extensions: [served("/extension")], extensionTestsPath: served(`/extension/${tests}`) },
        }),
    productConfiguration: {
      enableTelemetry: false,
      extensionEnabledApiProposals: { "vscode.vscode-test-web-fs": ["fileSearchProvider", "textSearchProvider"] },
      webEndpointUrlTemplate: `http://{{uuid}}.${host}/vs`,
      webviewContentExternalBaseUrlTemplate: `http://${host}/vs/out/vs/workbench/contrib/webview/browser/pre/`,
    },
    configurationDefaults: { ...SETTINGS, ...(theme ? { "workbench.colorTheme": theme } : {}) },
    ...(open.length > 0
      ? {
          defaultLayout: {
            force: true,
            editors: open.map((name, i) => ({ uri: mounted(`/${name}`), options: { pinned: true, inactive: i > 0 } })),
          },
        }
      : {}),
  };
  return `<!DOCTYPE html><html><head><meta charset="utf-8"><title>mcalc</title><link rel="icon" href="/vs/favicon.ico">
<link rel="stylesheet" href="/vs/out/vs/workbench/workbench.web.main.internal.css"></head><body></body>
<script>globalThis._VSCODE_FILE_ROOT = location.origin + "/vs/out/";</script><script src="/vs/out/nls.messages.js"></script>
<script type="module">import { create, URI } from "/vs/out/vs/workbench/workbench.web.main.internal.js";
const config = ${JSON.stringify(config).replace(/</g, "\\u003c")};
create(document.body, { ...config, workspaceProvider: { workspace: { folderUri: URI.revive(config.folderUri) }, trusted: true, open: async () => false } });</script></html>`;
}

/**
 * Webviews (the derivation panel, the Markdown preview) normally live on an origin of their own, whose service
 * worker a browser refuses when it blocks third-party cookies. Let them run on the workbench's own origin:
 * the page's script changes, so its hash in the page's security policy does too.
 */
function sameOriginWebview(html) {
  const script = /<script async type="module">([\s\S]*?)<\/script>/.exec(html)?.[1];
  if (script === undefined) return html;
  const patched = script.replace(
    "if (hostname === parentOriginHash",
    "if (new URL(parentOrigin).hostname === hostname || hostname === parentOriginHash",
  );
  const hash = createHash("sha256").update(patched).digest("base64");
  return html.replace(script, () => patched).replace(/'sha256-[^']+'/, `'sha256-${hash}'`);
}
