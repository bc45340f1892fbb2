/** The page: asks the engine at every key, and shows each part of the answer as it comes. */
import type { Language } from "../server/library";
import { formula as drawn } from "./drawing";
import { EXAMPLES } from "./examples";
import type { Question, Reply, Verdict, Written } from "./messages";

const LANGUAGES: readonly (readonly [Language, string])[] = [
  ["numpy", "NumPy"],
  ["jax", "JAX"],
  ["torch", "PyTorch"],
  ["julia", "Julia"],
  ["matlab", "MATLAB"],
  ["eigen", "C++ (Eigen)"],
  ["r", "R"],
  ["sympy", "SymPy"],
];

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const formula = byId<HTMLTextAreaElement>("formula");
const given = byId<HTMLTextAreaElement>("given");
const wrt = byId<HTMLSelectElement>("wrt");
const language = byId<HTMLSelectElement>("language");
const examples = byId<HTMLSelectElement>("examples");
const problem = byId("problem");
const inferred = byId("inferred");
const said = byId("said");

const SECTIONS = ["verdict", "shape", "gradient", "hessian", "steps", "code"] as const;
type Section = (typeof SECTIONS)[number];
const bodyOf = (section: Section): HTMLElement => byId(section).querySelector<HTMLElement>(".body")!;

const engine = new Worker("engine.js");
let asked = 0;
/** What the user chose to derive by: kept while it is not among the variables. */
let chosen = "";
let remembering: ReturnType<typeof setTimeout> | undefined;
/** Sections that the answer at hand has filled so far. */
let filled = new Set<Section>();
let saidProblem = false;

function ask(): void {
  filled = new Set();
  saidProblem = false;
  performance.mark("asked");
  const question: Question = {
    id: ++asked,
    formula: formula.value,
    given: given.value.split("\n").map((l) => l.trim()).filter((l) => l !== ""),
    wrt: chosen,
    language: language.value as Language,
  }; // prettier-ignore
  engine.postMessage(question);
  // Browsers refuse to change the address at every key.
  clearTimeout(remembering);
  remembering = setTimeout(remember, 300);
}

engine.onmessage = ({ data }: MessageEvent<Reply>) => {
  if (data.id !== asked) return;
  tell(data);
  if (data.part === "read" || data.part === "gradient") performance.measure(`mcalc:${data.part}`, "asked");
};

function tell(reply: Reply): void {
  switch (reply.part) {
    case "refused":
      saidProblem = true;
      problem.textContent = reply.message;
      return;
    case "verdict":
      return show("verdict", ...reply.claims.map(verdict));
    case "read":
      offer(reply.variables, reply.wrt);
      inferred.textContent = reply.inferred.length === 0 ? "" : `Inferred: ${reply.inferred.join("; ")}.`;
      return show("shape", paragraph(reply.shape));
    case "gradient":
    case "hessian":
      return show(reply.part, ...answer(reply.answer));
    case "steps":
      return show("steps", ...reply.steps.map(step));
    case "code":
      return show("code", document.createTextNode(reply.code));
    case "done":
      // What the answer does not have is taken away only now, so that nothing flickers while one types.
      if (!saidProblem) problem.textContent = "";
      for (const section of SECTIONS) if (!filled.has(section)) byId(section).hidden = true;
      return;
  }
}

function show(section: Section, ...nodes: readonly Node[]): void {
  filled.add(section);
  byId(section).hidden = false;
  bodyOf(section).replaceChildren(...nodes);
  reach(section);
}

/** What is wider than its place can be scrolled with the keyboard, too. */
function reach(section: Section): void {
  const body = bodyOf(section);
  if (body.scrollWidth > body.clientWidth) body.tabIndex = 0;
  else body.removeAttribute("tabindex");
}

function paragraph(text: string, className = ""): HTMLElement {
  const p = document.createElement("p");
  p.textContent = text;
  p.className = className;
  p.style.margin = "0";
  return p;
}

const answer = (a: Written | { readonly message: string }): Node[] =>
  "message" in a
    ? [paragraph(a.message, "quiet")]
    : [drawn(a.unicode, a.latex), paragraph(a.text, "quiet"), paragraph(a.shape, "quiet")];

const WORDS: Readonly<Record<Verdict["status"], string>> = {
  proved: "✓ Proved, by normal form",
  verified: "✓ Verified, by numbers at random points",
  wrong: "✗ Wrong",
  conditional: "✗ Holds only under a condition",
  unknown: "? Not decided",
};

function verdict({ status, text, note, repair }: Verdict): Node {
  const block = document.createElement("div");
  const title = paragraph(WORDS[status], status);
  block.append(paragraph(text), title);
  if (note !== undefined) block.append(paragraph(note, "quiet"));
  if (repair !== undefined) block.append(paragraph(`It should be: ${repair}`));
  return block;
}

function step({ unicode, latex, rule }: { unicode: string; latex: string; rule: string }): Node {
  const item = document.createElement("li");
  item.append(drawn(unicode, latex), paragraph(rule, "quiet"));
  return item;
}

/** Offers the variables of the formula to derive by. */
function offer(variables: readonly string[], by: string): void {
  const now = [...wrt.options].map((o) => o.value);
  if (now.join() !== variables.join()) wrt.replaceChildren(...variables.map((v) => new Option(v, v)));
  wrt.value = by;
}

/** A link holds the question: in the part of the address that no server sees. */
function remember(): void {
  const state = new URLSearchParams({ f: formula.value, g: given.value, ...(chosen === "" ? {} : { w: chosen }) });
  history.replaceState(null, "", `#${state.toString()}`);
}

function recall(): boolean {
  const state = new URLSearchParams(location.hash.slice(1));
  if (!state.has("f")) return false;
  formula.value = state.get("f") ?? "";
  given.value = state.get("g") ?? "";
  chosen = state.get("w") ?? "";
  return true;
}

function begin(example: (typeof EXAMPLES)[number]): void {
  formula.value = example.formula;
  given.value = example.given;
  chosen = example.wrt;
  ask();
}

async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = `${what} copied.`;
  } catch {
    said.textContent = "The browser does not let this page copy.";
  }
  setTimeout(() => (said.textContent = ""), 4000);
}

examples.append(new Option("Choose one", ""));
for (const [i, { title }] of EXAMPLES.entries()) examples.append(new Option(title, String(i)));
for (const [value, label] of LANGUAGES) language.append(new Option(label, value));
examples.addEventListener("change", () => examples.value !== "" && begin(EXAMPLES[Number(examples.value)]!));
for (const input of [formula, given]) input.addEventListener("input", ask);
wrt.addEventListener("change", () => {
  chosen = wrt.value;
  ask();
});
language.addEventListener("change", ask);
byId("link").addEventListener("click", () => {
  remember();
  void copy(location.href, "The link was");
});
for (const event of ["drawn", "resize"]) window.addEventListener(event, () => SECTIONS.forEach(reach));
byId("copy-code").addEventListener("click", () => void copy(bodyOf("code").textContent ?? "", "The code was"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ask);
window.addEventListener("hashchange", () => recall() && ask());
if ("serviceWorker" in navigator && location.protocol.startsWith("http"))
  void navigator.serviceWorker.register("offline.js").catch(() => undefined);

if (recall()) ask();
else {
  examples.value = "0";
  begin(EXAMPLES[0]!);
}
