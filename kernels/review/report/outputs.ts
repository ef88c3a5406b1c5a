import type { Output } from "../../client/notebook/format.ts";
import { describeDifference, type Difference, nameOf } from "../compare/difference.ts";
import type { OutputPair } from "../compare/outputs.ts";
import type { JsonChange, JsonDifference } from "../compare/json.ts";
import { shortNumber } from "../compare/number.ts";
import type { DiffLine, DiffRow, TextDifference } from "../compare/text.ts";
import { html, type Html } from "./html.ts";
import { frame, image, picture } from "./picture.ts";

const longestText = 20_000;
const longestSame = 160;
const fewPlaces = 8;

/** An output, committed beside now, with what differs. */
export function outputSection(pair: OutputPair, number: number): Html {
  const what = title(pair.before ?? pair.after!);
  if (pair.differences.length === 0) return html`<div class="output"><h4>Output ${number} · ${what} <span class="ok">agrees</span></h4></div>`;
  const { before, after, differences } = pair;
  const alone = (output: Output | undefined): Html => (output ? plainOutput(output) : nothing);
  const body = before && after ? twoSided(before, after, differences) : sides(alone(before), alone(after));
  return html`<div class="output"><h4>Output ${number} · ${what} <span class="bad">${verdict(pair)}</span></h4>${body}</div>`;
}

const nothing = html`<p class="nothing">nothing</p>`;

const verdict = ({ before, after }: OutputPair): string => (!after ? "is missing now" : !before ? "was not committed" : "differs");

function title(output: Output): string {
  if (output.output_type === "stream") return output.name;
  if (output.output_type === "error") return "error";
  return output.output_type === "execute_result" ? "result" : "display";
}

function sides(before: Html, after: Html, difference?: Html): Html {
  const third = difference && html`<figure><figcaption>where they differ</figcaption>${difference}</figure>`;
  return html`<div class="${difference ? "sides three" : "sides"}">
<figure><figcaption>committed</figcaption>${before}</figure><figure><figcaption>now</figcaption>${after}</figure>${third}</div>`;
}

function twoSided(before: Output, after: Output, differences: readonly Difference[]): Html {
  const sorted = [...differences].sort((a, b) => readability(a) - readability(b));
  const hasImage = differences.some(({ kind }) => kind === "image");
  const [old, now] = [before, after].map((output) => ("data" in output ? picture(output.data) : undefined));
  const pictures = old && now && !hasImage && html`<p class="note">The pictures agree within the tolerance.</p>${sides(old, now)}`;
  return html`${pictures}${sorted.map((difference, i) => section(difference, before, after, i > 0 && isMarkup(difference.where)))}`;
}

/** Pictures say most, markup least. */
function readability({ kind, where }: Difference): number {
  const order = ["missing", "new", "image", "bytes", "json", "text"];
  return order.indexOf(kind) + (isMarkup(where) ? 1 : 0);
}

const isMarkup = (where: string): boolean => where === "text/html" || where.endsWith("+xml");

function section(difference: Difference, before: Output, after: Output, folded: boolean): Html {
  const name = html`<h5>${nameOf(difference.where)}</h5>`;
  switch (difference.kind) {
    case "text": {
      const drawn = difference.where === "text/html" && rendered(before, after);
      if (!folded) return html`${name}${textTable(difference)}${drawn}`;
      const lines = difference.changedLines === 1 ? "1 line differs" : `${difference.changedLines} lines differ`;
      return html`<details class="rest"><summary>${nameOf(difference.where)}: ${lines}</summary>${textTable(difference)}${drawn}</details>`;
    }
    case "json":
      return html`${name}${pathsTable(difference)}`;
    case "image": {
      const [old, now] = [before, after].map((output) => ("data" in output ? image("image/png", String(output.data["image/png"])) : nothing));
      const marked = difference.pixels && image("image/png", Buffer.from(difference.pixels.picture).toString("base64"));
      return html`${name}<p class="note">${difference.change}</p>${sides(old, now, marked)}`;
    }
    case "bytes":
    case "missing":
    case "new":
      return html`<p class="note">${describeDifference(difference)}</p>`;
  }
}

/** Where JSON differs: the first places at once, the others on demand. */
function pathsTable({ changes, total, largest }: JsonDifference): Html {
  const row = ({ path, change }: JsonChange): Html => html`<tr><td>${path}</td><td>${change}</td></tr>`;
  const table = (part: readonly JsonChange[]): Html => html`<div class="scroll"><table class="paths">${part.map(row)}</table></div>`;
  const most = largest > 0 && html`; the largest relative difference of a number is ${shortNumber(largest)}`;
  const others = changes.slice(fewPlaces);
  const which = total > changes.length ? `the next ${others.length} of ${total}` : `the other ${others.length}`;
  const rest = others.length > 0 && html`<details class="rest"><summary>${which}</summary>${table(others)}</details>`;
  const places = total === 1 ? "1 place differs" : `${total} places differ`;
  return html`<p class="note">${places}${most}.</p>${table(changes.slice(0, fewPlaces))}${rest}`;
}

function rendered(before: Output, after: Output): Html | undefined {
  const [old, now] = [before, after].map((output) => ("data" in output ? output.data["text/html"] : undefined));
  if (typeof old !== "string" || typeof now !== "string") return undefined;
  return html`<details class="rendered"><summary>as drawn, without scripts</summary>${sides(frame(old), frame(now))}</details>`;
}

/** Lines side by side, what differs in them marked. */
function textTable({ rows }: TextDifference): Html {
  return html`<div class="scroll"><table class="diff"><colgroup><col class="n"><col><col class="n"><col></colgroup>
<thead><tr><th></th><th>committed</th><th></th><th>now</th></tr></thead><tbody>${rows.map(textRow)}</tbody></table></div>`;
}

function textRow(row: DiffRow): Html {
  if (row.omitted !== undefined) {
    return html`<tr class="gap"><td colspan="4">${row.omitted} ${row.omitted === 1 ? "line" : "lines"} more</td></tr>`;
  }
  return html`<tr>${lineCells(row.before, row.changed ? "old" : "")}${lineCells(row.after, row.changed ? "new" : "")}</tr>`;
}

function lineCells(line: DiffLine | undefined, kind: "old" | "new" | ""): Html {
  if (!line) return html`<td class="n"></td><td class="none"></td>`;
  const pieces = line.segments.map(({ text, changed }) => (changed ? html`<mark>${cut(text, longestText)}</mark>` : cut(text, longestSame)));
  return html`<td class="n">${line.number}</td><td class="${kind}">${pieces}</td>`;
}

/** A text with its middle left out where it is too long to read. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most / 2)} ⟨${text.length - most} characters⟩ ${text.slice(-most / 2)}`;
}

/** An output by itself: its picture, or its text. */
export function plainOutput(output: Output): Html {
  const block = (text: string): Html => html`<pre>${cut(text, longestText)}</pre>`;
  if (output.output_type === "stream") return block(output.text);
  if (output.output_type === "error") return block(`${output.ename}: ${output.evalue}`);
  const drawn = picture(output.data);
  if (drawn) return drawn;
  const markup = output.data["text/html"];
  if (typeof markup === "string") return frame(markup);
  const mime = ["text/plain", "text/markdown", "text/latex", ...Object.keys(output.data)].find((key) => Object.hasOwn(output.data, key));
  if (mime === undefined) return nothing;
  const value: unknown = output.data[mime];
  return block(typeof value === "string" ? value : JSON.stringify(value, null, 1));
}
