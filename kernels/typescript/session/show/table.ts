import type { MimeBundle } from "../../../protocol/message.ts";
import { clip } from "./safe.ts";

export interface Grid {
  readonly caption?: string;
  readonly header?: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, which line up on the right. */
  readonly numeric?: readonly boolean[];
  /** What is not shown, in words. */
  readonly more?: string;
}

const cellWidth = 80;
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]);
const oneLine = (text: string): string => clip(text.replace(/\r\n|[\r\n]/g, "↵").replace(/[\u0000-\u001f\u007f-\u009f]/g, " "), cellWidth);
const width = (text: string): number => [...text.normalize("NFC").replace(/\p{Mn}/gu, "")].length;

/** Rows of words as an HTML table and as aligned text. */
export function tableBundle(grid: Grid): MimeBundle {
  return { "text/html": html(grid), "text/plain": text(grid) };
}

function html({ caption, header, rows, numeric, more }: Grid): string {
  const align = (column: number): string => ` style="text-align: ${numeric?.[column] ? "right" : "left"}"`;
  const row = (cells: readonly string[], tag: "th" | "td"): string =>
    `<tr>${cells.map((cell, column) => `<${tag}${align(column)}>${escape(clip(cell, 2 * cellWidth))}</${tag}>`).join("")}</tr>`;
  const parts = ["<table>"];
  if (caption !== undefined) parts.push(`<caption>${escape(caption)}</caption>`);
  if (header) parts.push(`<thead>${row(header, "th")}</thead>`);
  parts.push("<tbody>", ...rows.map((cells) => row(cells, "td")), "</tbody>", "</table>");
  if (more !== undefined) parts.push(`<div>${escape(more)}</div>`);
  return parts.join("\n");
}

function text({ caption, header, rows, numeric, more }: Grid): string {
  const lines = [...(header ? [header] : []), ...rows].map((cells) => cells.map(oneLine));
  const columns = Math.max(0, ...lines.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...lines.map((cells) => width(cells[column] ?? ""))));
  const aligned = lines.map((cells) =>
    cells
      .map((cell, column) => {
        const space = " ".repeat(widths[column] - width(cell));
        return numeric?.[column] ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd(),
  );
  if (header) aligned.splice(1, 0, widths.map((each) => "─".repeat(each)).join("  "));
  return [...(caption === undefined ? [] : [caption]), ...aligned, ...(more === undefined ? [] : [more])].join("\n");
}
