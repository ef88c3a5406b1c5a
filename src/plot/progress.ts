import { escapeHtml } from "./escape.ts";
import { type Displayable, displaySymbol, type MimeBundle } from "./mime.ts";

export interface ProgressOptions {
  readonly label?: string;
  /** Milliseconds since any fixed moment. */
  readonly now?: () => number;
}

/**
 * How far a long computation is, for a display that is updated: `const shown = await display(bar)`, then `bar.advance()` and
 * `await shown.update(bar)`. Rate and time left show while it runs; what remains at the end is the count alone, the same each time.
 */
export class Progress implements Displayable {
  readonly total: number;
  readonly #label: string;
  readonly #now: () => number;
  readonly #start: number;
  #done = 0;

  constructor(total: number, { label = "", now = () => performance.now() }: ProgressOptions) {
    if (!(Number.isInteger(total) && total > 0)) throw new RangeError(`total ${total}: give the number of steps, a whole number from 1 up`);
    this.total = total;
    this.#label = label;
    this.#now = now;
    this.#start = now();
  }

  get done(): number {
    return this.#done;
  }

  /** Counts further steps; never beyond the total. */
  advance(steps = 1): this {
    this.#done = Math.min(this.total, this.#done + steps);
    return this;
  }

  [displaySymbol](): MimeBundle {
    const words = escapeHtml(this.#words());
    const label = this.#label === "" ? "" : `${escapeHtml(this.#label)} `;
    return {
      "text/html": `<div>${label}<progress value="${this.#done}" max="${this.total}"></progress> ${words}</div>`,
      "text/plain": this.toString(),
    };
  }

  toString(): string {
    const filled = Math.floor((24 * this.#done) / this.total);
    return `${this.#label === "" ? "" : `${this.#label} `}${"█".repeat(filled)}${"░".repeat(24 - filled)} ${this.#words()}`;
  }

  #words(): string {
    const count = `${this.#done}/${this.total}`;
    const seconds = (this.#now() - this.#start) / 1000;
    if (this.#done === 0 || this.#done === this.total || seconds <= 0) return count;
    const rate = this.#done / seconds;
    return `${count} · ${rate.toPrecision(3)}/s · ${duration((this.total - this.#done) / rate)} left`;
  }
}

/** A progress bar over so many steps. @throws RangeError for a total that is no positive whole number */
export function progress(total: number, options: ProgressOptions = {}): Progress {
  return new Progress(total, options);
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
