import { algebraOf } from "../algebra/index.ts";
import { convert, convertAt } from "../process/index.ts";
import { type Level, type Schedule } from "../schedule/index.ts";
import { type Estimate, type ModelOutput } from "./sampler.ts";
import { type Threshold } from "./threshold.ts";

/** An estimate that computes x0 and ε when they are first asked for: most samplers need one of the two. */
export class LazyEstimate<V> implements Estimate<V> {
  readonly level: Level;
  readonly x: V;
  readonly output: ModelOutput<V>;
  readonly #threshold: Threshold<V> | undefined;
  readonly #schedule: Schedule | undefined;
  #x0: V | undefined;
  #eps: V | undefined;

  constructor(level: Level, x: V, output: ModelOutput<V>, threshold?: Threshold<V>, schedule?: Schedule) {
    this.level = level;
    this.x = x;
    this.output = output;
    this.#threshold = threshold;
    this.#schedule = schedule;
  }

  get x0(): V {
    if (this.#x0 === undefined) {
      const x0 = this.#convert("x0");
      this.#x0 = this.#threshold ? this.#threshold(x0, this.level) : x0;
    }
    return this.#x0;
  }

  get eps(): V {
    this.#eps ??= this.#threshold ? convertAt(this.level, this.x, { kind: "x0", value: this.x0 }, "eps") : this.#convert("eps");
    return this.#eps;
  }

  #convert(to: "x0" | "eps"): V {
    const { level, x, output } = this;
    // Before the value of the wanted kind is passed through, so that a model's wrong shape or kind is met here.
    algebraOf(x, output.value);
    if (output.kind === "mean" && this.#schedule !== undefined) return convert(this.#schedule, level.t, x, output, to);
    return convertAt(level, x, output, to);
  }
}

/** The same estimate for another x: what was said of a guess, kept for the point that it corrected. */
export function moved<V>(estimate: Estimate<V>, x: V): Estimate<V> {
  const { level, x0, output } = estimate;
  return { level, x, x0, output, get eps() { return convertAt(level, x, { kind: "x0", value: x0 }, "eps"); } };
}
