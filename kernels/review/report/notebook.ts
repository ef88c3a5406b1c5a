import { duration, plural } from "../../client/progress/text.ts";
import { type CellCheck, count, type NotebookCheck, type Verdict, verdicts, verdictWords } from "../check/verdict.ts";
import { describeTolerance } from "../tolerance.ts";
import { html, type Html } from "./html.ts";
import { outputSection } from "./outputs.ts";

export const badge = (verdict: Verdict): Html => html`<span class="badge ${verdict}">${verdictWords[verdict]}</span>`;

/** A notebook with all its code cells. */
export function notebookSection(check: NotebookCheck, number: number): Html {
  const anchor = `n${number}`;
  const { cells, run } = check;
  const facts = [
    run.kernel === undefined ? undefined : `kernel ${run.kernel}`,
    plural(cells.length, "code cell"),
    duration(run.seconds) + (run.startSeconds === undefined ? "" : `, of them ${duration(run.startSeconds)} to start the kernel`),
  ];
  return html`<section class="notebook" id="${anchor}">
<h2>${check.label} ${badge(check.verdict)}</h2>
<p class="facts">${facts.filter((fact) => fact !== undefined).join(" · ")}<br>${describeTolerance(check.tolerance)}</p>
${check.message !== undefined && html`<p class="message">${check.message}</p>`}
${run.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
${cells.length > 1 && html`<nav class="strip" aria-label="cells">${cells.map((cell) => html`<a class="${cell.verdict}" href="#${anchor}c${cell.index + 1}" title="cell ${cell.index + 1}: ${verdictWords[cell.verdict]}">${cell.index + 1}</a>`)}</nav>`}
${cells.map((cell) => cellSection(cell, check, anchor))}
</section>`;
}

function cellSection(cell: CellCheck, check: NotebookCheck, anchor: string): Html {
  const open = cell.verdict === "differ" || cell.verdict === "failed";
  const own = cell.tolerance === check.tolerance ? undefined : html`<p class="note">its own tolerance: ${describeTolerance(cell.tolerance)}</p>`;
  return html`<details class="cell ${cell.verdict}" id="${anchor}c${cell.index + 1}"${open && html` open`}>
<summary><span class="number">cell ${cell.index + 1}</span> ${badge(cell.verdict)} <code class="first">${cell.firstLine}</code> <span class="time">${duration(cell.seconds)}</span></summary>
<div class="inside">${cell.reason !== undefined && html`<p class="reason">${cell.reason}</p>`}${cell.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}${own}
<pre class="source">${cell.source}</pre>
${cell.verdict === "failed" && traceback(cell)}${cell.verdict === "differ" && cell.outputs.map((pair, i) => outputSection(pair, i + 1))}${cell.verdict === "agree" && html`<p class="note">${cell.outputs.length === 0 ? "No outputs, as committed." : `${plural(cell.outputs.length, "output")} as committed.`}</p>`}</div>
</details>`;
}

function traceback({ error }: CellCheck): Html | undefined {
  if (!error || error.traceback.length === 0) return undefined;
  return html`<pre class="traceback">${error.traceback.join("\n").replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "")}</pre>`;
}

/** The notebooks in a table, with the counts of their cells by verdict. */
export function notebooksTable(notebooks: readonly NotebookCheck[]): Html {
  const cells = count(notebooks.flatMap((notebook) => notebook.cells));
  const numbers = (counts: ReturnType<typeof count>): Html[] =>
    (["total", ...verdicts] as const).map((key) => html`<td class="count${counts[key] > 0 ? ` ${key}` : " zero"}">${counts[key]}</td>`);
  const rows = notebooks.map(
    (check, i) =>
      html`<tr><td><a href="#n${i + 1}">${check.label}</a></td><td>${badge(check.verdict)}</td>${numbers(count(check.cells))}<td class="count">${duration(check.run.seconds)}</td></tr>`,
  );
  return html`<div class="scroll"><table class="summary"><thead><tr><th>notebook</th><th>verdict</th><th class="count">cells</th>${verdicts.map((verdict) => html`<th class="count">${verdictWords[verdict]}</th>`)}<th class="count">time</th></tr></thead>
<tbody>${rows}</tbody><tfoot><tr><td>all cells</td><td></td>${numbers(cells)}<td></td></tr><tr><td>notebooks</td><td></td>${numbers(count(notebooks))}<td></td></tr></tfoot></table></div>`;
}
