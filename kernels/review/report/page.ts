import { duration, fit, plural } from "../../client/progress/text.ts";
import type { CheckResult } from "../check/check-notebooks.ts";
import { count, isUntold, type NotebookCheck, type Verdict, verdicts, verdictWords } from "../check/verdict.ts";
import { describeDifference } from "../compare/difference.ts";
import type { Environment } from "../environment.ts";
import { defaultTolerance, describeTolerance } from "../tolerance.ts";
import { html, Html } from "./html.ts";
import { badge, notebookSection, notebooksTable } from "./notebook.ts";
import { style } from "./style.ts";

/** The report as one page that needs nothing else: no scripts, nothing loaded, outputs shown but never run. */
export function htmlReport(result: CheckResult, environment: Environment): string {
  const { notebooks } = result;
  const counts = count(notebooks.flatMap((notebook) => notebook.cells));
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${headline(result)} – noisebook check</title><style>${new Html(style)}</style></head>
<body><main>
<header class="${result.exitCode === 0 ? "good" : "bad"}"><p class="kicker">noisebook check</p><h1>${headline(result)}</h1>
<p>${lead(result)}</p>${bar(counts)}</header>
${notebooksTable(notebooks)}
${findings(notebooks)}
<section class="about"><div><h3>What was compared</h3>${rules()}</div><div><h3>Made with</h3>${facts(environment)}</div></section>
${notebooks.map((notebook, i) => notebookSection(notebook, i + 1))}
</main></body></html>
`;
  return page.text;
}

function headline({ notebooks, exitCode }: CheckResult): string {
  const cells = count(notebooks.flatMap((notebook) => notebook.cells));
  if (exitCode === 0) return cells.agree > 0 ? "The outputs agree with the committed ones" : "Nothing was there to compare";
  const parts = [
    cells.failed > 0 && `${plural(cells.failed, "cell")} failed`,
    cells.differ > 0 && `${cells.differ === 1 ? "1 cell differs" : `${cells.differ} cells differ`}`,
  ].filter((part) => part !== false);
  if (parts.length > 0) return parts.join(", ");
  if (notebooks.some(({ neverExecuted }) => neverExecuted)) return "A notebook was never executed";
  return `${plural(notebooks.filter((notebook) => notebook.exitCode !== 0).length, "notebook")} could not be checked`;
}

function lead({ notebooks, startedAt, seconds }: CheckResult): string {
  const cells = count(notebooks.flatMap((notebook) => notebook.cells));
  const when = `${startedAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return `${plural(notebooks.length, "notebook")} with ${plural(cells.total, "code cell")} checked in ${duration(seconds)}, ${when}.`;
}

/** The notebooks and cells that need a look, each with the first thing that is wrong. */
function findings(notebooks: readonly NotebookCheck[]): Html | undefined {
  const row = (anchor: string, name: string, verdict: Verdict, what: string): Html =>
    html`<tr><td><a href="#${anchor}">${name}</a></td><td>${badge(verdict)}</td><td>${fit(what, 160)}</td></tr>`;
  const rows = notebooks.flatMap((notebook, i) => [
    ...(notebook.neverExecuted || isUntold(notebook) ? [row(`n${i + 1}`, notebook.label, notebook.verdict, notebook.message ?? "")] : []),
    ...notebook.cells.flatMap((cell) => {
      if (cell.verdict !== "differ" && cell.verdict !== "failed") return [];
      const first = cell.outputs.flatMap((pair) => pair.differences)[0];
      const number = cell.index + 1;
      const what = first ? describeDifference(first) : (cell.reason ?? "");
      return [row(`n${i + 1}c${number}`, `${notebook.label}, cell ${number}`, cell.verdict, what)];
    }),
  ]);
  return rows.length === 0 ? undefined : html`<section class="findings"><h3>What to look at</h3><table>${rows}</table></section>`;
}

/** The cells by verdict, as parts of a whole. */
function bar(counts: ReturnType<typeof count>): Html {
  const present = verdicts.filter((verdict) => counts[verdict] > 0);
  const part = (verdict: Verdict): Html => html`<i class="${verdict}" style="flex-grow:${counts[verdict]}"></i>`;
  const word = (verdict: Verdict): Html => html`<span><i class="${verdict}"></i><b>${counts[verdict]}</b> ${verdictWords[verdict]}</span>`;
  return html`<div class="bar">${present.map(part)}</div><p class="legend">${present.map(word)}</p>`;
}

const rules = (): Html => html`<ul>
<li>Streams (merged by name), text, HTML, Markdown, SVG and error messages: number by number, everything else character by character.</li>
<li>JSON, Vega-Lite and Plotly: by structure; the order of keys is irrelevant.</li>
<li>PNG: decoded, pixel by pixel. Other types: byte by byte.</li>
<li>An output or MIME type on one side only differs. Execution counts, tracebacks and output metadata are not compared.</li>
<li>Numbers a, b agree when |a − b| ≤ max(absolute, relative · max(|a|, |b|)); integers must be equal; NaN equals NaN.</li>
<li>Unless a notebook or cell says otherwise, ${describeTolerance(defaultTolerance)}.</li>
</ul>`;

function facts(environment: Environment): Html {
  const { commit, lockfile, packages } = environment;
  const rows: [string, string][] = [
    ["Node", `${environment.node} (V8 ${environment.v8})`],
    ["platform", environment.platform],
    ["CPU, memory", `${environment.cpu}, ${environment.memoryGiB} GiB`],
    ["noisebook", environment.noisebook],
    ["commit", commit ? `${commit.hash.slice(0, 12)}${commit.modified ? ", with uncommitted changes" : ""}` : "not a git checkout"],
    ["package-lock.json", lockfile === undefined ? "missing" : `sha256 ${lockfile.slice(0, 16)}…`],
  ];
  const versions = Object.entries(packages).map(([name, version]) => html`<tr><th>${name}</th><td>${version ?? "not installed"}</td></tr>`);
  return html`<table class="facts">${rows.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>
<details><summary>${plural(versions.length, "package")}</summary><table class="facts">${versions}</table></details>`;
}
