// What is bundled from other packages: read off esbuild's metafiles, for the notices, the audit and the bill of materials.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * The packages whose code is in the bundles, by name and version.
 * @param {string} root of the repository
 * @param {readonly import("esbuild").Metafile[]} metafiles
 * @returns {{ name: string, version: string, license: string, text: string }[]}
 */
export function bundledPackages(root, metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles)
    for (const { inputs } of Object.values(outputs))
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const at = input.lastIndexOf("node_modules/");
        if (at < 0 || bytesInOutput === 0) continue;
        const [scope, name] = input.slice(at + "node_modules/".length).split("/");
        folders.add(
          input.slice(0, at) + path.posix.join("node_modules", scope.startsWith("@") ? `${scope}/${name}` : scope),
        );
      }
  return [...folders]
    .map((folder) => {
      const here = path.join(root, folder);
      const { name, version, license } = JSON.parse(readFileSync(path.join(here, "package.json"), "utf8"));
      return {
        name,
        version,
        license: typeof license === "string" ? license : "see the text",
        text: licenseText(here),
      };
    })
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** The licence and the notice that a package carries; one in a monorepo may carry them in its readme only. */
function licenseText(folder) {
  const files = readdirSync(folder).filter((f) => /^(licen[cs]e|copying|notice|third.?party)/i.test(f));
  const texts = files.sort().map((f) => path.join(folder, f)).filter((f) => existsSync(f)).map((f) => readFileSync(f, "utf8")); // prettier-ignore
  return texts.join("\n").replaceAll("\r\n", "\n").trim();
}

/** The text that travels with what is shipped. */
export const notices = (packages) =>
  [
    "mcalc bundles code of these packages, under their licences:",
    ...packages.map(
      ({ name, version, license, text }) => `${"=".repeat(80)}\n${name} ${version} (${license})\n\n${text}`,
    ),
    "",
  ].join("\n\n");

/** CycloneDX 1.5: the packages of a release, without a time or a serial number, so that two builds agree. */
export const billOfMaterials = (own, packages) => ({
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  version: 1,
  metadata: {
    component: {
      type: "application",
      name: own.name,
      version: own.version,
      licenses: [{ license: { id: own.license } }],
    },
  },
  components: packages.map(({ name, version, license }) => ({
    type: "library",
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    licenses: [/^[\w.-]+$/.test(license) ? { license: { id: license } } : { expression: license }],
  })),
});
