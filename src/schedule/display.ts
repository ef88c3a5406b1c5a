import { type Schedule } from "./schedule.ts";

const columns = ["t", "β", "ᾱ", "σ", "SNR"];

/** The MIME bundle a notebook shows for a schedule: its name and the tables at a few timesteps. */
export function displaySchedule(schedule: Schedule): Record<string, string> {
  const title = `schedule "${schedule.name}", T = ${schedule.T}`;
  const rows = landmarks(schedule.T).map((t) => [
    String(t),
    ...[schedule.beta[t]!, schedule.alphaBar[t]!, schedule.sigma(t), schedule.snr(t)].map(shorten),
  ]);
  return { "text/plain": plain(title, rows), "text/html": html(title, rows) };
}

function landmarks(T: number): number[] {
  return [...new Set([0, 1, ...[0.25, 0.5, 0.75, 1].map((share) => Math.round(share * T))])].sort((a, b) => a - b);
}

function shorten(value: number): string {
  if (!Number.isFinite(value)) return "∞";
  return value === 0 || (value >= 1e-3 && value < 1e4) ? String(Number(value.toPrecision(5))) : value.toExponential(4);
}

function plain(title: string, rows: string[][]): string {
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]!.length)));
  return [title, ...[columns, ...rows].map((row) => row.map((cell, i) => cell.padStart(widths[i]!)).join("  "))].join("\n");
}

function html(title: string, rows: string[][]): string {
  const line = (cells: string[], tag: "th" | "td"): string => `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => line(row, "td")).join("");
  return `<table><caption>${escape(title)}</caption><thead>${line(columns, "th")}</thead><tbody>${body}</tbody></table>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
