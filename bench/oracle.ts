/**
 * How `mcalc mcp` judges gradients that assistants write: right and wrong ones of the collected cases, in LaTeX, with
 * declarations and without; and how long a call takes once the engine is warm.
 * npx tsx bench/oracle.ts [--list]
 */
import { readFileSync } from "node:fs";
import type { Expr } from "../server/core/ast";
import { dimText } from "../server/core/dimension";
import { parseExpression } from "../server/language/mcalc/parse";
import { shapeDeclaration } from "../server/core/shape";
import { printLatex, shapesIn } from "../server/notation";
import { callTool } from "../server/tools/call";
import { readQuestion, scopeOf } from "../server/tools/question";
import { propertiesInWords } from "../server/features/variableInfo";
import { caseGiven, caseText, sharedCases } from "../test/sharedCases";

interface Case {
  readonly id: string;
  readonly expr: string;
  readonly wrt: string;
  readonly given: readonly string[];
  readonly expected: string;
}

/** First derivatives by one variable, each with an answer by hand. */
function cases(): readonly Case[] {
  const own = (sharedCases() ?? [])
    .filter((c) => ["gradient", "jacobian"].includes(c.kind) && typeof c.wrt === "string")
    .map((c) => ({ id: c.id, expr: caseText(c.expr), wrt: c.wrt as string, given: caseGiven(c), expected: caseText(c.expected) })); // prettier-ignore
  const asked = (
    JSON.parse(readFileSync("../shared/cases/questions.json", "utf8")) as readonly (Case & { order: number; kind: string })[]
  ).filter((q) => q.order === 1 && q.kind === "derivative" && typeof q.wrt === "string" && typeof q.expected === "string"); // prettier-ignore
  return [...own, ...asked];
}

type Sort = "right" | "wrong";
interface Task {
  readonly id: string;
  readonly sort: Sort;
  readonly sizes: boolean;
  readonly args: { readonly text: string; readonly format: string };
}

/** Slips that make any derivative but zero wrong. */
const SLIPS: readonly ((e: string) => string)[] = [(e) => `2*(${e})`, (e) => `-(${e})`, (e) => `(${e})/3`];

function tasksOf(c: Case, number: number): Task[] {
  const read = readQuestion({ expr: c.expr, wrt: [c.wrt], given: c.given });
  const scope = scopeOf(c.given);
  if (!read.ok || "ok" in scope) return [];
  const latex = (text: string): string | undefined => {
    const { expr, problems } = parseExpression(text);
    return problems.length > 0 ? undefined : printLatex(expr, {}, shapesIn(scope));
  };
  const [of, by, right, wrong] = [c.expr, c.wrt, c.expected, SLIPS[number % SLIPS.length]!(c.expected)].map(latex);
  if (of === undefined || by === undefined || right === undefined || wrong === undefined || /^0/.test(right)) return [];
  const words = [...scope.variables.values()].map(({ name, shape, properties, family }) => {
    const said = propertiesInWords(properties);
    const size = shapeDeclaration(shape).replace(/^R\^?\(?|\)$/g, "").replaceAll("×", " \\times "); // prettier-ignore
    const space = size === "" ? "\\mathbb{R}" : `\\mathbb{R}^{${size}}`;
    const member = family === undefined ? name : `${name.replace(/_$/, "")}_${family.index}`;
    const letter = printLatex({ kind: "name", name: member } as Expr, {}, shapesIn(scope));
    const range = family === undefined ? "" : ` for $${family.index} = ${dimText(family.from)}, \\dots, ${dimText(family.to)}$`; // prettier-ignore
    return `Let $${letter} \\in ${space}$${said === "" ? "" : ` be ${said}`}${range}.`;
  });
  const claim = (side: string): string => `\\frac{\\partial}{\\partial ${by}} \\left( ${of} \\right) = ${side}`;
  // Without declarations nobody can know that S is symmetric or that w has positive entries.
  const isPlain = [...scope.variables.values()].every((v) => v.properties.size === 0 && v.family === undefined);
  return (["right", "wrong"] as const).flatMap((sort): Task[] => {
    const formula = claim(sort === "right" ? right : wrong);
    const tasks: Task[] = [
      { id: c.id, sort, sizes: true, args: { text: `${words.join("\n\n")}\n\n$$${formula}$$\n`, format: "markdown" } },
      { id: c.id, sort, sizes: false, args: { text: formula, format: "latex" } },
    ];
    return isPlain ? tasks : tasks.slice(0, 1);
  });
}

/** What is said of the claim of a task: the verdict on the last one. */
async function verdictOn({ args }: Task): Promise<string> {
  const { answer } = await callTool("check", args);
  if (!answer.ok) return "refused";
  return (answer["claims"] as readonly { status: string }[]).at(-1)?.status ?? "none";
}

const isPass = (status: string): boolean => status === "proved" || status === "verified";
const isFail = (status: string): boolean => status === "wrong" || status === "conditional";

async function judged(tasks: readonly Task[], list: boolean): Promise<void> {
  for (const sizes of [true, false]) {
    const own = tasks.filter((t) => t.sizes === sizes);
    let [decided, passedWrong, calledWrong] = [0, 0, 0];
    for (const task of own) {
      const status = await verdictOn(task);
      if (isPass(status) || isFail(status)) decided++;
      else if (list) console.log(`undecided (${status}, ${task.sort}) ${task.id}: ${task.args.text.split("\n").at(sizes ? -2 : 0)}`); // prettier-ignore
      if (task.sort === "wrong" && isPass(status)) passedWrong++;
      if (task.sort === "right" && isFail(status)) calledWrong++;
      if ((task.sort === "wrong" && isPass(status)) || (task.sort === "right" && isFail(status)))
        console.log(`${task.sort} is said to be ${status}: ${task.id}: ${JSON.stringify(task.args.text)}`);
    }
    const share = ((100 * decided) / own.length).toFixed(1);
    console.log(`${sizes ? "with" : "without"} declarations: ${own.length} tasks, ${share} % decided, ${passedWrong} wrong passed, ${calledWrong} right called wrong`); // prettier-ignore
  }
}

async function timed(all: readonly Case[]): Promise<void> {
  for (const tool of ["derive", "derivation", "shapes", "code", "check"] as const) {
    const times: number[] = [];
    for (let round = 0; round < 2; round++)
      for (const { expr, wrt, given, expected } of all) {
        const args = tool === "check" ? { text: `${given.join("\n")}\nd(${expr})/d(${wrt}) == ${expected}\n`, format: "mcalc" } : { expr, wrt, given, to: tool === "code" ? "numpy" : undefined }; // prettier-ignore
        // Time of the processor: a machine may have other things to do.
        const started = process.cpuUsage();
        await callTool(tool, args);
        const { user, system } = process.cpuUsage(started);
        if (round === 1) times.push((user + system) / 1000);
      }
    times.sort((a, b) => a - b);
    const at = (q: number): string => times[Math.floor(q * (times.length - 1))]!.toFixed(1);
    console.log(`${tool}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`);
  }
}

async function main(): Promise<void> {
  const all = cases();
  const tasks = all.flatMap(tasksOf);
  console.log(`${all.length} cases, ${tasks.length} tasks`);
  await judged(tasks, process.argv.includes("--list"));
  await timed(all);
}

void main();
