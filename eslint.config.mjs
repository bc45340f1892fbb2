import { builtinModules } from "node:module";
import js from "@eslint/js";
import * as regexp from "eslint-plugin-regexp";
import tseslint from "typescript-eslint";

/** Each layer imports only from those before it (ARCHITECTURE.md, "Layers"). */
const LAYERS = [
  "core",
  "operators",
  "language",
  "documents",
  "shapes",
  "evaluation",
  "calculus",
  "derivation",
  "optima",
  "checking",
  "rewriting",
  "notation",
  "features",
  "tools",
  "library",
  "lsp",
  "cli",
];

const NODE = {
  regex: `^(node:.*|${builtinModules.join("|")})$`,
  message:
    "Node built-ins belong to the node entries, the command line, scripts and tests: the server also runs in a web worker.",
};
const LSP = {
  regex: "^vscode-(languageserver|languageclient|jsonrpc)",
  message: "Protocol types belong to server/lsp: a feature returns plain data.",
};
const later = (layer) => {
  const after = LAYERS.slice(LAYERS.indexOf(layer) + 1);
  return after.length === 0
    ? []
    : [
        {
          regex: `^(\\.\\./)+(${after.join("|")})(/|$)|^(\\.\\./){2,}(client|test|scripts)/`,
          message: `server/${layer} comes before that layer.`,
        },
      ];
};

/** A table by text: a document may hold any word, `constructor` too, so it must have no entries but its own. */
const OWN_ENTRIES = {
  selector:
    ":matches(VariableDeclarator, AssignmentPattern[left.type='Identifier'], PropertyDefinition):matches([init.type='ObjectExpression'], [right.type='ObjectExpression'], [value.type='ObjectExpression']) TSTypeReference[typeName.name='Record'] > TSTypeParameterInstantiation > TSStringKeyword:first-child",
  message: "Make a Record<string, …> with tableOf (server/core/table.ts): a plain object also has `constructor`.",
};

export default tseslint.config(
  { ignores: ["dist/", "out/", ".cache/", "node_modules/", "examples/", "test/e2e/positionOf.js"] },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    plugins: { regexp },
    rules: {
      // What a regular expression may cost and what is plainly wrong; not its style.
      "regexp/no-super-linear-backtracking": "error",
      "regexp/no-super-linear-move": "error",
      "regexp/no-dupe-characters-character-class": "error",
      "regexp/no-empty-alternative": "error",
      "regexp/no-empty-capturing-group": "error",
      "regexp/no-empty-character-class": "error",
      "regexp/no-invalid-regexp": "error",
      "regexp/no-optional-assertion": "error",
      "regexp/no-useless-assertions": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" },
      ],
      "@typescript-eslint/no-non-null-assertion": "off",
      "no-console": "error",
      eqeqeq: "error",
      "prefer-const": "error",
    },
  },
  ...LAYERS.map((layer) => ({
    files: [`server/${layer}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            ...(layer === "cli" ? [] : [NODE]),
            ...(layer === "lsp" || layer === "cli" ? [] : [LSP]),
            ...later(layer),
          ],
        },
      ],
    },
  })),
  { files: ["server/**/*.ts"], rules: { "no-restricted-syntax": ["error", OWN_ENTRIES] } },
  {
    files: ["server/lsp/node/**/*.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: later("lsp") }] },
  },
  {
    files: ["client/**/*.ts"],
    ignores: ["client/node.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [NODE] }] },
  },
  {
    files: ["server/cli/**/*.ts", "scripts/**", "bench/**", "test/**", "eslint.config.mjs"],
    rules: { "no-console": "off" },
  },
  {
    files: ["scripts/**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        fetch: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        Buffer: "readonly",
      },
    },
  },
  {
    files: ["scripts/**/*.cjs"],
    languageOptions: { globals: { process: "readonly", require: "readonly", module: "writable" } },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
);
