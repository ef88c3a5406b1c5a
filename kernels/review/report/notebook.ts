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
  const start = run.startSeconds === undefined ? "" : `, of them ${duration(run.startSeconds)} to start the kernel`;
  const facts = [...(run.kernel === undefined ? [] : [`kernel ${run.kernel}`]), plural(cells.length, "code cell"), duration(run.seconds) + start];
  return html`<section class="notebook" id="${anchor}">
<h2>${check.label} ${badge(check.verdict)}</h2>
<p class="facts">${facts.join(" · ")}<br>${describeTolerance(check.tolerance)}</p>
${check.message !== undefined && html`<p class="message">${check.message}</p>`}
${run.warnings.map(warning)}
${cells.length > 1 && html`<nav class="strip" aria-label="cells">${cells.map((cell) => square(cell, anchor))}</nav>`}
${cells.map((cell) => cellSection(cell, check, anchor))}
</section>`;
}

function square({ index, verdict }: CellCheck, anchor: string): Html {
  return html`<a class="${verdict}" href="#${anchor}c${index + 1}" title="cell ${index + 1}: ${verdictWords[verdict]}">${index + 1}</a>`;
}

const warning = (text: string): Html => html`<p class="warning">${text}</p>`;

function cellSection(cell: CellCheck, check: NotebookCheck, anchor: string): Html {
  const { verdict, index, reason, tolerance } = cell;
  const isOpen = verdict === "differ" || verdict === "failed";
  return html`<details class="cell ${verdict}" id="${anchor}c${index + 1}"${isOpen && html` open`}>
<summary><span class="number">cell ${index + 1}</span> ${badge(verdict)}
<code class="first">${cell.firstLine}</code> <span class="time">${duration(cell.seconds)}</span></summary>
<div class="inside">${reason !== undefined && html`<p class="reason">${reason}</p>`}${cell.warnings.map(warning)}
${tolerance !== check.tolerance && html`<p class="note">its own tolerance: ${describeTolerance(tolerance)}</p>`}
<pre class="source">${cell.source}</pre>
${details(cell)}</div>
</details>`;
}

/** What there is to see of a cell beside its code. */
function details(cell: CellCheck): Html | Html[] | undefined {
  if (cell.verdict === "failed") return traceback(cell);
  if (cell.verdict === "differ") return cell.outputs.map((pair, i) => outputSection(pair, i + 1));
  if (cell.verdict !== "agree") return undefined;
  return html`<p class="note">${cell.outputs.length === 0 ? "No outputs, as committed." : `${plural(cell.outputs.length, "output")} as committed.`}</p>`;
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
  const rows = notebooks.map((check, i) => {
    const name = html`<td><a href="#n${i + 1}">${check.label}</a></td><td>${badge(check.verdict)}</td>`;
    return html`<tr>${name}${numbers(count(check.cells))}<td class="count">${duration(check.run.seconds)}</td></tr>`;
  });
  const columns = ["cells", ...verdicts.map((verdict) => verdictWords[verdict]), "time"].map((word) => html`<th class="count">${word}</th>`);
  return html`<div class="scroll"><table class="summary"><thead><tr><th>notebook</th><th>verdict</th>${columns}</tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><td>all cells</td><td></td>${numbers(cells)}<td></td></tr>
<tr><td>notebooks</td><td></td>${numbers(count(notebooks))}<td></td></tr></tfoot></table></div>`;
}
