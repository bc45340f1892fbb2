import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import language from "../../../docs/language.md";
import rules from "../../../docs/rules.md";
import { OPERATORS } from "../../operators";
import { FORMATS, LANGUAGES } from "../../tools/formats";
import { VERSION } from "../version";
import { callTool, type ToolName } from "../../tools/call";

const EXPR = z
  .string()
  .describe("The expression: `.mcalc` (norm2(X*w - y)^2), or LaTeX between dollars ($\\|Xw-y\\|^2$).");
const GIVEN = z
  .array(z.string())
  .optional()
  .describe(
    "Declarations, such as `X : R^(n×d)`, `S : R^(d×d) posdef`, `c : R positive`. What is left out is inferred, and said.",
  );
const WRT = z
  .union([z.string(), z.array(z.string())])
  .describe("The variable; a list: one derivative after the other.");
const JOINTLY = z.union([z.string(), z.array(z.string())]).describe("The variable; a list: jointly.");
const ORDER = z.number().int().min(1).max(8).optional();

const ERROR = z
  .object({ code: z.string(), message: z.string(), start: z.number().optional(), end: z.number().optional() })
  .optional();
const INFERRED = z.array(z.string()).optional().describe("Declarations that were inferred.");
const POSITION = z.object({ line: z.number(), character: z.number() });
const RANGE = z.object({ start: POSITION, end: POSITION }).describe("Zero-based lines and UTF-16 characters.");

/** What is true of every tool: it reads its arguments and nothing else. */
const READS_ONLY = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

const SAYS = `mcalc derives and checks matrix calculus, offline and exactly. Verdicts on claims: "proved" (by normal form),
"verified" (at random points), "wrong" (with the repair), "conditional" (holds only under the condition in the note),
"unknown" (not decided, and the note says why: never take it for a pass).`;

/** The Model Context Protocol server: each tool is a function of its arguments; no network, no files. */
export function mcpServer(): McpServer {
  const server = new McpServer({ name: "mcalc", version: VERSION }, { instructions: SAYS });
  server.registerTool(
    "derive",
    {
      title: "Derive",
      description: "The derivative of an expression in matrix notation, compared with numbers before it is given.",
      inputSchema: {
        expr: EXPR,
        wrt: WRT,
        given: GIVEN,
        order: ORDER,
        to: z.enum(FORMATS as [string, ...string[]]).optional(),
      },
      outputSchema: {
        ok: z.boolean(),
        text: z.string().optional(),
        latex: z.string().optional(),
        unicode: z.string().optional(),
        typst: z.string().optional(),
        markdown: z.string().optional(),
        code: z.string().optional(),
        shape: z.array(z.string()).optional(),
        notation: z.enum(["matrix", "kronecker", "index"]).optional(),
        verified: z.boolean().optional(),
        ms: z.number().optional(),
        inferred: INFERRED,
        error: ERROR,
      },
      annotations: READS_ONLY,
    },
    (question) => result("derive", question),
  );
  server.registerTool(
    "check",
    {
      title: "Check",
      description: "Checks the equations of a text: derivatives, steps of derivations, shapes. " + SAYS,
      inputSchema: { text: z.string(), format: z.enum(["markdown", "mcalc", "latex"]) },
      outputSchema: {
        ok: z.boolean(),
        diagnostics: z
          .array(z.object({ code: z.string(), severity: z.string(), message: z.string(), range: RANGE }).loose())
          .optional(),
        claims: z
          .array(
            z.object({
              range: RANGE,
              text: z.string(),
              kind: z.string(),
              status: z.enum(["proved", "verified", "wrong", "conditional", "unknown"]),
              note: z.string().optional(),
              repair: z.string().optional(),
            }),
          )
          .optional(),
        spans: z.number().optional().describe("Formulas seen."),
        parsed: z.number().optional().describe("Formulas read."),
        error: ERROR,
      },
      annotations: READS_ONLY,
    },
    (about) => result("check", about),
  );
  server.registerTool(
    "derivation",
    {
      title: "Derivation",
      description: "The derivation by the method of differentials, each line with its rule.",
      inputSchema: { expr: EXPR, wrt: WRT, given: GIVEN },
      outputSchema: {
        ok: z.boolean(),
        steps: z.array(z.object({ text: z.string(), latex: z.string().optional(), rule: z.string() })).optional(),
        inferred: INFERRED,
        error: ERROR,
      },
      annotations: READS_ONLY,
    },
    (question) => result("derivation", question),
  );
  server.registerTool(
    "shapes",
    {
      title: "Shapes",
      description: "The shape of an expression, and of the names in it that are not declared.",
      inputSchema: { expr: EXPR, given: GIVEN },
      outputSchema: {
        ok: z.boolean(),
        shape: z.array(z.string()).optional(),
        words: z.string().optional(),
        inferred: INFERRED,
        error: ERROR,
      },
      annotations: READS_ONLY,
    },
    (about) => result("shapes", about),
  );
  server.registerTool(
    "solve",
    {
      title: "Solve",
      description:
        "Where the gradient of a scalar is zero, in closed form, with its conditions; refused where there is no closed form.",
      inputSchema: { expr: EXPR, wrt: JOINTLY, given: GIVEN },
      outputSchema: {
        ok: z.boolean(),
        text: z.string().optional(),
        latex: z.string().optional(),
        conditions: z.array(z.string()).optional(),
        verified: z.boolean().optional(),
        nature: z.enum(["minimum", "maximum"]).optional(),
        inferred: INFERRED,
        error: ERROR,
      },
      annotations: READS_ONLY,
    },
    (question) => result("solve", question),
  );
  server.registerTool(
    "curvature",
    {
      title: "Curvature",
      description:
        "Whether a scalar is affine, convex, strictly or strongly convex, concave, neither (with a counterexample), or undecided: proved, never guessed.",
      inputSchema: { expr: EXPR, wrt: JOINTLY, given: GIVEN },
      outputSchema: {
        ok: z.boolean(),
        curvature: z.string().optional(),
        strong: z.string().optional().describe("The modulus of strong convexity."),
        smooth: z.string().optional().describe("A Lipschitz constant of the gradient."),
        reason: z.array(z.string()).optional(),
        inferred: INFERRED,
        error: ERROR,
      },
      annotations: READS_ONLY,
    },
    (question) => result("curvature", question),
  );
  server.registerTool(
    "code",
    {
      title: "Code",
      description: "A complete function of the value and its derivative, in a programming language.",
      inputSchema: {
        expr: EXPR,
        wrt: WRT,
        given: GIVEN,
        order: ORDER,
        to: z.enum(LANGUAGES as unknown as [string, ...string[]]),
      },
      outputSchema: { ok: z.boolean(), code: z.string().optional(), inferred: INFERRED, error: ERROR },
      annotations: READS_ONLY,
    },
    (question) => result("code", question),
  );
  const resource = (name: string, title: string, mimeType: string, text: string): void =>
    void server.registerResource(name, `mcalc://${name}`, { title, mimeType }, (uri) => ({
      contents: [{ uri: uri.href, mimeType, text }],
    }));
  resource("language", "The .mcalc language", "text/markdown", language);
  resource("rules", "The rules of derivations", "text/markdown", rules);
  resource(
    "operators",
    "The operators: shapes, meaning, an example",
    "application/json",
    JSON.stringify(OPERATORS.map(({ name, group, doc }) => ({ name, group, ...doc }))),
  );
  return server;
}

/** Serves over stdin and stdout until the client goes away. */
export async function serveMcp(): Promise<void> {
  await mcpServer().connect(new StdioServerTransport());
}

/** A tool's answer as the protocol has it: structured, and in words for who reads only those. */
async function result(name: ToolName, args: object): Promise<CallToolResult> {
  const { answer, words } = await callTool(name, args);
  return {
    content: [{ type: "text", text: words }],
    structuredContent: { ...answer },
    ...(answer.ok ? {} : { isError: true }),
  };
}
