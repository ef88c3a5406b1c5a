import { type Data, records, type Scalar } from "./data.ts";
import { escapeHtml } from "./escape.ts";
import { type Displayable, displaySymbol, type MimeBundle } from "./mime.ts";

export interface TableOptions {
  /** Significant digits of numbers that are no integers; for all columns or by name. Default 4. */
  readonly digits?: number | Readonly<Record<string, number>>;
  readonly caption?: string;
}

/**
 * A table: displays as plain HTML, which any front end shows even where it trusts nothing, and as aligned text. Columns of numbers stand
 * to the right, others to the left.
 */
export class Table implements Displayable {
  readonly #caption: string | undefined;
  readonly #header: readonly string[];
  readonly #cells: readonly (readonly string[])[];
  readonly #numeric: readonly boolean[];

  constructor(data: Data, { digits = 4, caption }: TableOptions) {
    const rows = records(data);
    this.#caption = caption;
    this.#header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    this.#numeric = this.#header.map((name) => rows.every((row) => typeof (row[name] ?? 0) === "number"));
    const digitsOf = (name: string) => checked(typeof digits === "number" ? digits : (digits[name] ?? 4));
    this.#cells = rows.map((row) => this.#header.map((name) => format(row[name] ?? null, digitsOf(name))));
  }

  [displaySymbol](): MimeBundle {
    return { "text/html": this.#html(), "text/plain": this.toString() };
  }

  toString(): string {
    const widths = this.#header.map((name, i) => Math.max(width(name), ...this.#cells.map((row) => width(row[i] ?? ""))));
    const align = (cells: readonly string[]) =>
      cells
        .map((cell, i) => {
          const space = " ".repeat((widths[i] ?? 0) - width(cell));
          return this.#numeric[i] ? space + cell : cell + space;
        })
        .join("  ")
        .trimEnd();
    const lines = [align(this.#header), widths.map((n) => "─".repeat(n)).join("  "), ...this.#cells.map(align)];
    return [...(this.#caption === undefined ? [] : [this.#caption]), ...lines].join("\n");
  }

  #html(): string {
    // Jupyter, nbconvert and GitHub drop styles or align every cell to the right by a style sheet, which an attribute of the cell's own
    // cannot overrule; one of an element within it can, and all of them keep it.
    const element = (tag: "th" | "td", cell: string, numeric: boolean | undefined) =>
      numeric ? `<${tag} align="right">${escapeHtml(cell)}</${tag}>` : `<${tag}><div align="left">${escapeHtml(cell)}</div></${tag}>`;
    const row = (cells: readonly string[], tag: "th" | "td") =>
      `<tr>${cells.map((cell, i) => element(tag, cell, this.#numeric[i])).join("")}</tr>`;
    const caption = this.#caption === undefined ? "" : `<caption>${escapeHtml(this.#caption)}</caption>\n`;
    const body = this.#cells.map((cells) => row(cells, "td")).join("\n");
    return `<table>\n${caption}<thead>${row(this.#header, "th")}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
  }
}

/** A table of rows or columns, as for a plot. @throws TypeError for columns of different lengths, RangeError for no rows */
export function table(data: Data, options: TableOptions = {}): Table {
  return new Table(data, options);
}

function checked(digits: number): number {
  if (Number.isInteger(digits) && digits >= 1 && digits <= 17) return digits;
  throw new RangeError(`${digits} digits: give a whole number from 1 to 17`);
}

/** Integers in full; other numbers to so many significant digits, by powers of ten where they are very large or small. */
function format(value: Scalar, digits: number): string {
  if (value === null) return "";
  if (typeof value !== "number" || !Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  return size < 1e-4 || size >= 1e6
    ? value.toExponential(digits - 1)
    : value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1))));
}

/** Columns a monospaced font gives the text: combining marks take none. */
const width = (text: string): number => [...text.normalize("NFC").replace(/\p{Mn}/gu, "")].length;
