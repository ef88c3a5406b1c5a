/** Steps that the pace is taken over. */
const window = 50;

/** How fast training goes, from the latest steps: the first ones, in which steps are compiled, are soon forgotten. */
export class Pace {
  readonly #now: () => number;
  /** Milliseconds of each of the latest steps: at work, and with what was done between it and the one before. */
  readonly #steps: { work: number; whole: number }[] = [];
  #began = 0;
  #ended: number | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  begin(): void {
    this.#began = this.#now();
  }

  end(): void {
    const now = this.#now();
    this.#steps.push({ work: now - this.#began, whole: now - (this.#ended ?? this.#began) });
    this.#ended = now;
    if (this.#steps.length > window) this.#steps.shift();
  }

  /** A second, while at work: hooks and what is done between steps do not count. */
  stepsPerSecond(): number {
    return 1000 / median(this.#steps.map(({ work }) => work));
  }

  /** Seconds that so many steps will take, with all that is done between them. */
  timeFor(steps: number): number {
    const latest = this.#steps.length > 2 ? this.#steps.slice(2) : this.#steps;
    return (steps * latest.reduce((sum, { whole }) => sum + whole, 0)) / latest.length / 1000;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
