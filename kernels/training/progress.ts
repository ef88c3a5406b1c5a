import { type Colours, duration, fit, width } from "../client/progress/text.ts";

/** How a long computation shows in a terminal: a line redrawn in place where a person watches, a line now and then elsewhere. */
export class LineProgress {
  readonly #out: NodeJS.WriteStream;
  readonly #live: boolean;
  readonly #colours: Colours;
  readonly #every: number;
  readonly #now: () => number;
  #last: number;
  #drawn = false;

  /** @param every seconds between two lines where nobody watches */
  constructor(out: NodeJS.WriteStream, colours: Colours, { every = 10, now = () => performance.now() }: { every?: number; now?: () => number } = {}) {
    this.#out = out;
    this.#live = out.isTTY === true && !process.env.CI && process.env.TERM !== "dumb";
    this.#colours = colours;
    this.#every = 1000 * every;
    this.#now = now;
    this.#last = this.#live ? -Infinity : now();
  }

  /** `words` beside how much is done; the end always shows. */
  show(done: number, all: number, words: string): void {
    const now = this.#now();
    if (done < all && now - this.#last < (this.#live ? 100 : this.#every)) return;
    this.#last = now;
    if (!this.#live) {
      this.#out.write(`${done}/${all}${words === "" ? "" : ` · ${words}`}\n`);
      return;
    }
    const filled = Math.floor((24 * done) / all);
    const head = `${"█".repeat(filled)}${"░".repeat(24 - filled)} ${done}/${all}`;
    const columns = (this.#out.columns || 80) - 1;
    this.#out.write(`\r\u001b[K${fit(head, columns)}${this.#colours.dim(fit(words === "" ? "" : ` · ${words}`, columns - width(head)))}`);
    this.#drawn = true;
  }

  /** A line that stays. */
  note(line: string): void {
    this.end();
    this.#out.write(`${line}\n`);
  }

  /** Leaves the bar as it is, and goes to the next line. */
  end(): void {
    if (this.#drawn) this.#out.write("\n");
    this.#drawn = false;
  }
}

/** What is said of a step of training. */
export function stepWords({ loss, imagesPerSecond, timeLeft }: { loss: number; imagesPerSecond: number; timeLeft: number }): string {
  const rate = `${imagesPerSecond < 100 ? imagesPerSecond.toPrecision(2) : Math.round(imagesPerSecond)}/s`;
  return [`loss ${loss.toPrecision(4)}`, rate, ...(timeLeft > 0 ? [`${duration(timeLeft)} left`] : [])].join(" · ");
}
