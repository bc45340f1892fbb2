import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { terminalText } from "../core/escaping";
import type { CheckFlags } from "./check";
import { FORMATS, type Format, isLanguage } from "../tools/formats";
import { complain, isOurs, UsageError } from "./output";
import { VERSION } from "./version";

/** Exit statuses of the contract. */
const FINE = 0;
const PROBLEMS = 1;
const MISUSED = 2;

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function wholeNumber(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 8) throw new InvalidArgumentError("It must be a whole number from 1 to 8.");
  return n;
}

/** `n=1000,d=20`: which dimension is how large. */
function sizesOf(text: string): Readonly<Record<string, number>> {
  const sizes = text.split(",").map((part): [string, number] => {
    const [name = "", size = ""] = part.split("=").map((x) => x.trim());
    if (name === "" || !/^[1-9]\d{0,9}$/.test(size))
      throw new InvalidArgumentError("It must be dimensions with their sizes, such as n=1000,d=20.");
    return [name, Number(size)];
  });
  return Object.fromEntries(sizes);
}

interface DeriveFlags {
  readonly wrt: readonly string[];
  readonly given: readonly string[];
  readonly order: number;
  readonly to: Format;
  readonly steps?: boolean;
  readonly where?: boolean;
  readonly json?: boolean;
  readonly batch?: string;
  readonly test?: boolean;
  readonly hvp?: boolean;
  readonly name?: string;
  readonly gradientOnly?: boolean;
  readonly sizes?: Readonly<Record<string, number>>;
  readonly batched: readonly string[];
  readonly float32?: boolean;
  readonly autograd?: boolean;
}

/** Flags that shape code, as they are written. */
const SHAPING: readonly (readonly [keyof DeriveFlags, string])[] = [
  ["name", "name"], ["gradientOnly", "gradient-only"], ["sizes", "sizes"], ["batched", "batched"], ["float32", "float32"],
  ["autograd", "autograd"],
]; // prettier-ignore

async function derive(
  expr: string | undefined,
  flags: DeriveFlags,
  given: (flag: keyof DeriveFlags) => boolean,
): Promise<boolean> {
  const shaping = SHAPING.filter(([flag]) => given(flag)).map(([, written]) => written);
  if (flags.batch !== undefined) {
    if (expr !== undefined)
      throw new UsageError("With --batch the expressions come from the file; give either EXPR or --batch.");
    const named = (["wrt", "given", "order", "to", "steps", "json", "test", "hvp"] as const).filter((flag) =>
      given(flag),
    );
    const ignored = [...named, ...shaping];
    if (ignored.length > 0)
      throw new UsageError(
        `With --batch each line says for itself what it asks for; ${ignored.map((flag) => `--${flag}`).join(" and ")} would be ignored: leave it out.`,
      );
    const { batch } = await import("./batch");
    return batch(flags.batch, flags.where === true);
  }
  if (expr === undefined)
    throw new UsageError(
      'Name the expression to derive, for example: mcalc derive "x\'*A*x" --wrt x --given "x : R^n" --given "A : R^(n×n)"',
    );
  const variables = flags.wrt.flatMap((w) => w.split(",")).map((w) => w.trim());
  if (variables.length === 0) throw new UsageError("Say with respect to which variable: --wrt VAR");
  if (shaping.length > 0 && !isLanguage(flags.to))
    throw new UsageError(`--${shaping[0]!} shapes code: say with --to in which language, such as --to numpy.`);
  const { deriveOne } = await import("./derive");
  const wrt = variables.length > 1 ? variables : Array.from({ length: flags.order }, () => variables[0]!);
  return deriveOne(expr, {
    wrt,
    given: flags.given,
    to: flags.to,
    steps: flags.steps === true,
    json: flags.json === true,
    where: flags.where === true,
    code: { ...flags, batched: flags.batched.flatMap((b) => b.split(",")).map((b) => b.trim()) },
  });
}

interface OptimumFlags {
  readonly wrt: readonly string[];
  readonly given: readonly string[];
  readonly json?: boolean;
}

/** The flags of `curvature` and `solve`, which take their variables jointly. */
function optimumOptions(flags: OptimumFlags) {
  const wrt = flags.wrt.flatMap((w) => w.split(",")).map((w) => w.trim());
  if (wrt.length === 0) throw new UsageError("Say with respect to which variable: --wrt VAR");
  return { wrt, given: flags.given, json: flags.json === true };
}

function program(done: (fine: boolean) => void): Command {
  const mcalc = new Command("mcalc")
    .description("Matrix calculus: derives, checks, and serves editors.")
    .version(VERSION)
    .showHelpAfterError("(mcalc --help says how)")
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(
          text
            .trimEnd()
            .split("\n")
            .map((line) => `${terminalText(line)}\n`)
            .join(""),
        ),
    });
  mcalc
    .command("derive")
    .description("derive an expression of the .mcalc language")
    .argument("[expr]", 'the expression, such as "norm2(X*w - y)^2"')
    .addOption(
      new Option("--wrt <var>", "the variable; several, one derivative after the other")
        .argParser(collect)
        .default([], ""),
    )
    .addOption(new Option("--given <decl>", 'a declaration, such as "X : R^(n×d)"').argParser(collect).default([], ""))
    .option("--order <n>", "which derivative", wholeNumber, 1)
    .addOption(new Option("--to <format>", "how to write it").choices(FORMATS).default("text"))
    .option("--steps", "show the derivation, step by step: as text, Unicode, LaTeX (align), Markdown or Typst")
    .option("--where", "name what recurs in the answer: a line for each name, the answer last")
    .option("--test", "with code: add a check of the derivative against finite differences")
    .option("--hvp", "with code: the product of the Hessian with a direction, after the gradient")
    .option("--name <name>", "with code: what the function is called")
    .option("--gradient-only", "with code: without the value")
    .addOption(
      new Option("--sizes <sizes>", "with code: which dimension is large, such as n=1000,d=20").argParser(sizesOf),
    )
    .addOption(
      new Option("--batched <var>", "with code: an input that comes as many examples (NumPy, JAX, PyTorch)")
        .argParser(collect)
        .default([], ""),
    )
    .option("--float32", "with code: in single precision")
    .option("--autograd", "with code: also as a function that PyTorch or JAX derives with this gradient")
    .option("--json", "answer in JSON")
    .option("--batch <file>", "JSON lines in, JSON lines out (- for stdin)")
    .action(async (expr: string | undefined, flags: DeriveFlags, command: Command) =>
      done(await derive(expr, flags, (flag) => command.getOptionValueSource(flag) === "cli")),
    );
  mcalc
    .command("solve")
    .description("say where the gradient of an expression is zero, in closed form")
    .argument("<expr>", 'the expression, such as "norm2(X*w - y)^2"')
    .addOption(new Option("--wrt <var>", "the variable; several, jointly").argParser(collect).default([], ""))
    .addOption(new Option("--given <decl>", 'a declaration, such as "X : R^(n×d)"').argParser(collect).default([], ""))
    .option("--json", "answer in JSON")
    .action(async (expr: string, flags: OptimumFlags) => {
      const { saySolved } = await import("./solve");
      done(await saySolved(expr, optimumOptions(flags)));
    });
  mcalc
    .command("curvature")
    .description("say whether an expression is convex or concave, and why")
    .argument("<expr>", 'the expression, such as "norm2(X*w - y)^2"')
    .addOption(new Option("--wrt <var>", "the variable; several, jointly").argParser(collect).default([], ""))
    .addOption(new Option("--given <decl>", 'a declaration, such as "X : R^(n×d)"').argParser(collect).default([], ""))
    .option("--json", "answer in JSON")
    .action(async (expr: string, flags: OptimumFlags) => {
      const { sayCurvature } = await import("./curvature");
      done(await sayCurvature(expr, optimumOptions(flags)));
    });
  mcalc
    .command("check")
    .description("check .mcalc files, Markdown notes and notebooks")
    .argument("<path...>", "files, or folders to walk")
    .addOption(
      new Option("--format <format>", "how to report")
        .choices(["pretty", "json", "sarif", "github", "html"])
        .default("pretty"),
    )
    .option("--baseline <file>", "old findings: written down where the file is missing, left out where it is there")
    .option("--changed <revision>", "only files that differ from a revision of git")
    .action(async (paths: string[], flags: CheckFlags) => {
      const { check } = await import("./check");
      done(await check(paths, flags));
    });
  mcalc
    .command("lsp")
    .description("the language server, for any editor")
    .option("--stdio", "over stdin and stdout")
    .allowUnknownOption()
    .action(async (flags: { stdio?: boolean }) => {
      if (flags.stdio !== true) throw new UsageError("The server speaks over stdin and stdout: mcalc lsp --stdio");
      const { serve } = await import("./lsp");
      await serve();
    });
  mcalc
    .command("mcp")
    .description("a Model Context Protocol server over stdio, for assistants: derive, check, derivation, shapes, code")
    .action(async () => {
      const { serveMcp } = await import("./mcp/server");
      await serveMcp();
    });
  mcalc.commands.forEach((c) => c.exitOverride());
  return mcalc;
}

/** An expression may begin with a minus: what looks like a short option, of which there are none but `-h`, is one. */
function withExpressions(args: readonly string[]): readonly string[] {
  if (!/^(?:derive|solve|curvature)$/.test(args[0] ?? "") || args.includes("--")) return args;
  const takesValue = (arg: string | undefined): boolean =>
    /^--(?:wrt|given|order|to|batch|name|sizes|batched)$/.test(arg ?? "");
  const at = args.findIndex((arg, i) => /^-[^-]/.test(arg) && arg !== "-h" && !takesValue(args[i - 1]));
  return at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 1), "--", args[at]!];
}

/** Runs a command line and gives its exit status. What goes wrong is said in one sentence, never as a stack trace. */
async function run(args: readonly string[]): Promise<number> {
  let fine = true;
  try {
    if (args.length === 0) {
      process.stderr.write(program(() => undefined).helpInformation());
      return MISUSED;
    }
    await program((ok) => (fine = ok)).parseAsync(withExpressions(args), { from: "user" });
    return fine ? FINE : PROBLEMS;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? FINE : MISUSED;
    if (isOurs(error)) {
      complain(`error: ${error.message}`);
      return error.name === "UsageError" ? MISUSED : PROBLEMS;
    }
    complain(
      `error: this could not be done${error instanceof RangeError ? ": it is too large" : " because of an internal error; please report the input"}.`,
    );
    return PROBLEMS;
  }
}

// A reader that went away (`mcalc … | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? FINE : PROBLEMS));

void run(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
