import { readFileSync, writeFileSync } from "node:fs";
import { checkDocument } from "./server/checking";
import { readMarkdown } from "./server/documents/markdown";
const [file, lineS, code] = process.argv.slice(2); const line = Number(lineS);
const lines = readFileSync(file!, "utf8").split("\n");
const mark = lines[line - 1]!;
const bad = (ls: string[]) => { const text = ls.join("\n"); const d = readMarkdown("file:///n.md", 1, text); return checkDocument(d).problems.some((p) => p.code === code && (p.severity === "warning" || p.severity === "error") && text.slice(0, p.span.start).split("\n").pop()! + text.slice(p.span.start).split("\n")[0] === mark); };
let cur = lines; if (!bad(cur)) { console.log("not flagged"); process.exit(); }
for (let n = Math.ceil(cur.length / 2); n >= 1; n = n === 1 ? 0 : Math.ceil(n / 2)) for (let i = 0; i < cur.length;) { const t = [...cur.slice(0, i), ...cur.slice(i + n)]; if (t.includes(mark) && bad(t)) cur = t; else i += n; }
console.log(cur.join("\n"));
for (const p of checkDocument(readMarkdown("file:///n.md", 1, cur.join("\n"))).problems) console.log("##", p.severity, p.code, p.message);
