import type { Bundle } from "../pipes/frames.ts";
import { log } from "./log.ts";

/** How much one cell may show, in characters: more would take the browser, the notebook file and a slow client's queue with it. */
export interface OutputLimits {
  readonly text: number;
  readonly display: number;
}

const units: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

/** A size as people write it: 500000, 500k, 20M, 1.5GB. `off` means no limit. */
export function readLimit(name: string, value: string | undefined, otherwise: number): number {
  if (value === undefined || value === "") return otherwise;
  if (value === "off") return Infinity;
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([kmg]?)b?$/i.exec(value) ?? [];
  if (number !== undefined) return Math.round(Number(number) * units[unit.toLowerCase()]);
  log(`${name}="${value}" is not a size such as 500k, 20M or off; the limit is ${size(otherwise)}`);
  return otherwise;
}

const textVariable = "NOISEBOOK_TEXT_LIMIT";
const displayVariable = "NOISEBOOK_DISPLAY_LIMIT";

let limits: OutputLimits | undefined;
const fromEnvironment = (): OutputLimits =>
  (limits ??= {
    text: readLimit(textVariable, process.env[textVariable], 10_000_000),
    display: readLimit(displayVariable, process.env[displayVariable], 100_000_000),
  });

/** Counts what a cell puts out, and holds back what is too much. */
export class OutputBudget {
  readonly #limits: OutputLimits;
  #text = 0;
  #display = 0;
  #heldText = 0;
  #finished = false;

  constructor(limits: OutputLimits = fromEnvironment()) {
    this.#limits = limits;
  }

  /** The part of a text that may be shown. */
  text(text: string): string {
    const room = this.#limits.text - this.#text;
    if (text.length <= room) {
      this.#text += text.length;
      return text;
    }
    const first = this.#heldText === 0;
    // Never half a surrogate pair.
    const cut = room > 0 && text.charCodeAt(room - 1) >>> 10 === 0x36 ? room - 1 : room;
    this.#text = this.#limits.text;
    this.#heldText += text.length - cut;
    const note = first && this.#finished ? `\n[more text is held back: ${this.#remedy()}]\n` : "";
    return text.slice(0, cut) + note;
  }

  /** A bundle as it may be shown: in the place of one that is too much stands a line that says so. */
  bundle(bundle: Bundle): Bundle {
    const length = lengthOf(bundle.data) + lengthOf(bundle.metadata);
    if (this.#display + length <= this.#limits.display) {
      this.#display += length;
      return bundle;
    }
    const why = `[an output of ${size(length)} is held back: a cell shows up to ${size(this.#limits.display)} of displays; ${displayVariable}=… raises that, off lifts it]`;
    return { data: { "text/plain": why }, metadata: {} };
  }

  /** The cell has ended: what to say about the text that was held back, if any. */
  finish(): string | undefined {
    this.#finished = true;
    return this.#heldText === 0 ? undefined : `\n[${size(this.#heldText)} more text was held back: ${this.#remedy()}]\n`;
  }

  #remedy(): string {
    return `a cell shows up to ${size(this.#limits.text)} of text; ${textVariable}=… raises that, off lifts it`;
  }
}

function lengthOf(data: Readonly<Record<string, unknown>>): number {
  return Object.values(data).reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : (JSON.stringify(value)?.length ?? 0)), 0);
}

function size(characters: number): string {
  for (const [unit, name] of [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]] as const) if (characters >= unit) return `${Number((characters / unit).toPrecision(3))} ${name}`;
  return `${characters} B`;
}
