import { type Holding } from "../algebra/holding.ts";
import { type Algebra, algebraOf } from "../algebra/index.ts";
import { convert, convertAt } from "../process/index.ts";
import { type Level, type Schedule } from "../schedule/index.ts";
import { type Estimate, type ModelOutput } from "./sampler.ts";
import { type Threshold } from "./threshold.ts";

export interface EstimateOptions<V> {
  threshold?: Threshold<V> | undefined;
  schedule?: Schedule | undefined;
  /** Takes what the model said, and what is made of it. */
  holding: Holding<V>;
}

/** An estimate that computes x0 and ε when they are first asked for: most samplers need one of the two. */
export class LazyEstimate<V> implements Estimate<V> {
  readonly level: Level;
  readonly x: V;
  readonly output: ModelOutput<V>;
  readonly #options: EstimateOptions<V>;
  #x0: V | undefined;
  #eps: V | undefined;

  constructor(level: Level, x: V, output: ModelOutput<V>, options: EstimateOptions<V>) {
    this.level = level;
    this.x = x;
    this.output = output;
    this.#options = options;
    const { answer } = options.holding;
    answer(output.value, x);
    if (output.varianceShare !== undefined) answer(output.varianceShare, x);
  }

  get x0(): V {
    if (this.#x0 === undefined) {
      const { threshold, holding } = this.#options;
      const x0 = this.#convert("x0");
      this.#x0 = holding.answer(threshold ? threshold(x0, this.level) : x0, this.x);
    }
    return this.#x0;
  }

  get eps(): V {
    const { threshold, holding } = this.#options;
    this.#eps ??= threshold ? convertAt(this.level, this.x, { kind: "x0", value: this.x0 }, "eps", holding.algebra) : this.#convert("eps");
    return this.#eps;
  }

  #convert(to: "x0" | "eps"): V {
    const { level, x, output } = this;
    const { schedule, holding } = this.#options;
    // Before the value of the wanted kind is passed through, so that a model's wrong shape or kind is met here.
    algebraOf(x, output.value);
    if (output.kind === "mean" && schedule !== undefined) return holding.own(convert(schedule, level.t, x, output, to));
    return convertAt(level, x, output, to, holding.algebra);
  }
}

/** The same estimate for another x: what was said of a guess, kept for the point that it corrected. */
export function moved<V>(estimate: Estimate<V>, x: V, algebra: Algebra<V>): Estimate<V> {
  const { level, x0, output } = estimate;
  return { level, x, x0, output, get eps() { return convertAt(level, x, { kind: "x0", value: x0 }, "eps", algebra); } };
}
