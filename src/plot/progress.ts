import { escapeHtml } from "./escape.ts";
import { type Displayable, displaySymbol, type MimeBundle } from "./mime.ts";
import { showAs } from "./shown.ts";

export interface ProgressOptions {
  readonly label?: string;
  /** How many items there will be, where the iterable itself cannot tell by its `length` or `size`. */
  readonly total?: number;
  /** Milliseconds since any fixed moment. */
  readonly now?: () => number;
}

/** Milliseconds between two updates, at least. */
const pause = 100;

/**
 * How far a long computation is: `const bar = progress(1000).show()`, then `bar.advance()` after each step. A shown bar updates itself, at
 * most ten times a second. Rate and time left show while it runs; what remains at the end is the count alone, the same each time.
 */
export class Progress implements Displayable {
  /** Undefined where nobody knows. */
  readonly total: number | undefined;
  readonly #label: string;
  readonly #now: () => number;
  readonly #start: number;
  #done = 0;
  #ended = false;
  #update: ((value: Displayable) => void) | undefined;
  #updated = 0;

  constructor(total: number | undefined, { label = "", now = () => performance.now() }: ProgressOptions = {}) {
    if (total !== undefined && !(Number.isInteger(total) && total > 0)) {
      throw new RangeError(`total ${total}: give the number of steps, a whole number from 1 up`);
    }
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
    this.#done = Math.min(this.total ?? Infinity, this.#done + steps);
    const now = this.#now();
    if (this.#update && (this.#done === this.total || now - this.#updated >= pause)) {
      this.#updated = now;
      this.#update(this);
    }
    return this;
  }

  /** Shows the bar where cells have a `display`; elsewhere nothing is shown. */
  show(): this {
    this.#update ??= showAs(this);
    this.#updated = this.#now();
    return this;
  }

  /** No further step will come: the count stays, without rate and time left. */
  end(): this {
    if (this.#ended || this.#done === this.total) return this;
    this.#ended = true;
    this.#update?.(this);
    return this;
  }

  [displaySymbol](): MimeBundle {
    const words = escapeHtml(this.#words());
    const label = this.#label === "" ? "" : `${escapeHtml(this.#label)} `;
    const bar = this.total === undefined ? "" : `<progress value="${this.#done}" max="${this.total}"></progress> `;
    return { "text/html": `<div>${label}${bar}${words}</div>`, "text/plain": this.toString() };
  }

  toString(): string {
    const label = this.#label === "" ? "" : `${this.#label} `;
    if (this.total === undefined) return label + this.#words();
    const filled = Math.floor((24 * this.#done) / this.total);
    return `${label}${"█".repeat(filled)}${"░".repeat(24 - filled)} ${this.#words()}`;
  }

  #words(): string {
    const count = this.total === undefined ? String(this.#done) : `${this.#done}/${this.total}`;
    const seconds = (this.#now() - this.#start) / 1000;
    if (this.#ended || this.#done === 0 || this.#done === this.total || seconds <= 0) return count;
    const rate = this.#done / seconds;
    const left = this.total === undefined ? "" : ` · ${duration((this.total - this.#done) / rate)} left`;
    return `${count} · ${rate.toPrecision(3)}/s${left}`;
  }
}

/**
 * A progress bar over so many steps, to be shown and advanced; or an iterable with a bar that shows itself while its items are taken:
 * `for (const batch of progress(batches, { label: "training" })) …`, `for await` alike.
 *
 * @throws RangeError for a total that is no positive whole number
 */
export function progress(total: number, options?: ProgressOptions): Progress;
export function progress<T>(items: Iterable<T>, options?: ProgressOptions): Iterable<T>;
export function progress<T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncIterable<T>;
export function progress<T>(over: number | Iterable<T> | AsyncIterable<T>, options: ProgressOptions = {}): Progress | Iterable<T> | AsyncIterable<T> {
  if (typeof over === "number") return new Progress(over, options);
  const { length, size } = over as { length?: unknown; size?: unknown };
  const total = options.total ?? [length, size].find((each) => typeof each === "number");
  const bar = (): Progress => new Progress(total === 0 ? undefined : (total as number | undefined), options).show();
  if (Symbol.asyncIterator in over) return { [Symbol.asyncIterator]: () => eachLater(over, bar()) };
  return { [Symbol.iterator]: () => each(over, bar()) };
}

function* each<T>(items: Iterable<T>, bar: Progress): Generator<T, void> {
  try {
    for (const item of items) {
      yield item;
      bar.advance();
    }
  } finally {
    bar.end();
  }
}

async function* eachLater<T>(items: AsyncIterable<T>, bar: Progress): AsyncGenerator<T, void> {
  try {
    for await (const item of items) {
      yield item;
      bar.advance();
    }
  } finally {
    bar.end();
  }
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
