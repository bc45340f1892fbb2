import { htmlText } from "../../core/escaping";
import type { CheckedFile, Claim } from "../../tools/checkText";
import { summaryOf } from "./summary";

const STATUSES = ["proved", "verified", "wrong", "conditional", "unknown"] as const;

const WORDS: Readonly<Record<(typeof STATUSES)[number], string>> = {
  proved: "✓ proved",
  verified: "✓ verified",
  wrong: "✗ wrong",
  conditional: "⚠ conditional",
  unknown: "? not decided",
};

const HOW: Readonly<Record<(typeof STATUSES)[number], string>> = {
  proved: "equal by normal form, written derivatives carried out by the calculus",
  verified: "equal at random points that fit the declarations, to all digits that count",
  wrong: "fails at points where everything in it is defined, in every plausible reading",
  conditional: "fails as it stands, and holds under an assumption that nobody stated",
  unknown: "was not judged",
};

/** One page, self-contained: the formulas of a folder with their verdicts, repairs, and how each was checked. */
export function htmlReport(files: readonly CheckedFile[]): string {
  const s = summaryOf(files);
  const withClaims = files.filter((f) => f.claims.length + f.diagnostics.length > 0);
  const counts = STATUSES.filter((status) => (s.claims[status] ?? 0) > 0)
    .map((status) => `<li class="${status}"><b>${s.claims[status]}</b> ${htmlText(WORDS[status])}</li>`)
    .join("");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>mcalc report</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Formulas and their verdicts</h1>
<p>${s.files} ${s.files === 1 ? "file" : "files"}, ${s.parsed} of ${s.spans} formulas read, ${s.errors} ${s.errors === 1 ? "error" : "errors"}, ${s.warnings} ${s.warnings === 1 ? "warning" : "warnings"}.</p>
<ul class="counts">${counts}</ul>
${withClaims.map(fileSection).join("\n")}
<h2>What the verdicts mean</h2>
<dl>${STATUSES.map((status) => `<dt class="${status}">${htmlText(WORDS[status])}</dt><dd>${htmlText(HOW[status])}</dd>`).join("")}</dl>
</body>
</html>
`;
}

function fileSection(file: CheckedFile): string {
  const claims = file.claims.map((c, i) => claimRow(file, c, file.repaired[i])).join("\n");
  const loose = file.diagnostics
    .filter((d) => d.severity !== "hint" && !file.claims.some((c) => c.cell === d.cell && touches(c.range, d.range)))
    .map(
      (d) =>
        `<tr class="${d.severity}"><td>${place(d)}</td><td>${htmlText(d.severity)}</td><td>${htmlText(d.message)}</td></tr>`,
    )
    .join("\n");
  const table = (head: string, rows: string): string =>
    rows === "" ? "" : `<table><thead><tr>${head}</tr></thead><tbody>\n${rows}\n</tbody></table>`;
  return `<section>
<h2>${htmlText(file.path)}</h2>
${table("<th>Line</th><th>Formula</th><th>Verdict</th>", claims)}
${table("<th>Line</th><th></th><th>Beside the claims</th>", loose)}
</section>`;
}

function claimRow(file: CheckedFile, claim: Claim, repair: string | undefined): string {
  const status = STATUSES.find((s) => s === claim.status) ?? "unknown";
  const said = file.diagnostics.filter(
    (d) => d.cell === claim.cell && d.severity !== "hint" && touches(claim.range, d.range),
  );
  const notes = [
    ...new Set([...said.map((d) => d.message), ...(said.length === 0 && claim.note !== undefined ? [claim.note] : [])]),
  ];
  return `<tr class="${status}"><td>${place(claim)}</td><td><code>${htmlText(claim.text)}</code>${
    repair === undefined ? "" : `<br><span class="repair">should be <code>${htmlText(repair)}</code></span>`
  }</td><td><b>${htmlText(WORDS[status])}</b>${notes.map((n) => `<br>${htmlText(n)}`).join("")}</td></tr>`;
}

const place = ({ range, cell }: Pick<Claim, "range" | "cell">): string =>
  `${cell === undefined ? "" : `cell ${cell + 1}, `}${range.start.line + 1}`;

function touches(a: Claim["range"], b: Claim["range"]): boolean {
  const before = (p: Claim["range"]["start"], q: Claim["range"]["start"]): boolean =>
    p.line < q.line || (p.line === q.line && p.character <= q.character);
  return before(a.start, b.end) && before(b.start, a.end);
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #b01011; --care: #8a6100; --quiet: #767676; }
@media (prefers-color-scheme: dark) { :root { --good: #4ac26b; --bad: #ff8182; --care: #d4a72c; --quiet: #9a9a9a; } }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: .5rem 0; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: normal; } td:first-child { white-space: nowrap; color: var(--quiet); }
td:last-child { width: 40%; }
code { font: .9em/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.counts { display: flex; flex-wrap: wrap; gap: 1.5rem; padding: 0; list-style: none; }
.proved b, .verified b, dt.proved, dt.verified, .counts .proved, .counts .verified { color: var(--good); }
.wrong b, dt.wrong, .counts .wrong, .error td:nth-child(2) { color: var(--bad); }
.conditional b, dt.conditional, .counts .conditional, .warning td:nth-child(2) { color: var(--care); }
.unknown b, dt.unknown, .counts .unknown { color: var(--quiet); }
.repair code { color: var(--good); }
@media print { body { max-width: none; margin: 0; } tr { break-inside: avoid; } h2 { break-after: avoid; } }
`;
