import { type Displayable, displaySymbol, type MimeBundle } from "./mime.ts";

/** Prose made by a cell: a sentence whose numbers are computed. Displays as Markdown, with LaTeX between dollar signs. */
export class Markdown implements Displayable {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  [displaySymbol](): MimeBundle {
    return { "text/markdown": this.#source, "text/plain": this.#source };
  }

  toString(): string {
    return this.#source;
  }
}

/**
 * Prose with computed numbers: markdown`at t = ${t} the mean is ${mean}`. Backslashes are kept, so LaTeX needs no doubling; numbers are
 * shown to four significant digits at most, integers in full.
 */
export function markdown(parts: TemplateStringsArray, ...values: readonly (string | number)[]): Markdown {
  return new Markdown(parts.raw.map((part, i) => (i === 0 ? "" : say(values[i - 1] ?? "")) + part).join(""));
}

function say(value: string | number): string {
  if (typeof value === "string") return value;
  if (Number.isInteger(value)) return Math.abs(value) < 10_000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  const digits = String(value).length < 6 ? String(value) : value.toPrecision(4);
  const [mantissa, exponent] = digits.split("e");
  return exponent === undefined ? digits : `$${mantissa}\\times10^{${Number(exponent)}}$`;
}
