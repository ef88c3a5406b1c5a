import { type JsonValue } from "../checkpoint/index.ts";

/** A learning rate for every step, the first being 1. */
export interface LearningRateSchedule {
  /** What makes it this one: kept with checkpoints. */
  readonly config: JsonValue;
  at(step: number): number;
}

/** A number for all steps, a schedule, or any function of the step. */
export type LearningRate = number | LearningRateSchedule | ((step: number) => number);

export interface DecayingRateOptions {
  /** The rate after warm-up. */
  peak: number;
  /** The step at which `end` is reached; later ones keep it. */
  steps: number;
  /** How many steps the rate takes to rise to its peak, linearly from peak/warmUp at step 1; 0 unless told. */
  warmUp?: number;
  /** 0 unless told. */
  end?: number;
}

/**
 * $\eta_{end} + (\eta_{peak} - \eta_{end})\,\tfrac12(1 + \cos\pi u)$, u running from 0 at the end of warm-up to 1 at `steps` (Loshchilov &
 * Hutter 2017, equation 5). RangeError for a rate below 0 or a warm-up that is not shorter than `steps`.
 */
export function cosineRate(options: DecayingRateOptions): LearningRateSchedule {
  return decaying("cosine", options, (u) => (1 + Math.cos(Math.PI * u)) / 2);
}

/** From the peak to `end` in a straight line. Takes and throws what `cosineRate` does. */
export function linearRate(options: DecayingRateOptions): LearningRateSchedule {
  return decaying("linear", options, (u) => 1 - u);
}

/** One rate, after a warm-up. RangeError for a rate or warm-up below 0. */
export function constantRate(rate: number, { warmUp = 0 }: { warmUp?: number } = {}): LearningRateSchedule {
  checkRate("rate", rate);
  checkWarmUp(warmUp, Infinity);
  return { config: { kind: "constant", rate, warmUp }, at: (step) => rate * rise(step, warmUp) };
}

/** Any of the ways to say it as a schedule. A plain function's settings cannot be told: checkpoints know it by its name alone. */
export function learningRateSchedule(rate: LearningRate): LearningRateSchedule {
  if (typeof rate === "number") return constantRate(rate);
  if (typeof rate === "function") return { config: { kind: "function", name: rate.name }, at: rate };
  return rate;
}

function decaying(kind: string, { peak, steps, warmUp = 0, end = 0 }: DecayingRateOptions, shape: (u: number) => number): LearningRateSchedule {
  checkRate("peak", peak);
  checkRate("end", end);
  if (!(Number.isInteger(steps) && steps >= 1)) throw new RangeError(`${steps} steps of a learning rate: a whole number from 1 up is needed`);
  checkWarmUp(warmUp, steps);
  return {
    config: { kind, peak, steps, warmUp, end },
    at(step) {
      if (step <= warmUp) return peak * rise(step, warmUp);
      const u = Math.min(1, (step - warmUp) / (steps - warmUp));
      return end + (peak - end) * shape(u);
    },
  };
}

function rise(step: number, warmUp: number): number {
  return warmUp === 0 ? 1 : Math.min(1, step / warmUp);
}

function checkRate(name: string, rate: number): void {
  if (!(rate >= 0 && rate < Infinity)) throw new RangeError(`${name} ${rate} of a learning rate: a number from 0 up is needed, such as 2e-4`);
}

function checkWarmUp(warmUp: number, steps: number): void {
  if (!(Number.isInteger(warmUp) && warmUp >= 0 && warmUp < steps)) {
    const most = steps === Infinity ? "" : `, below the ${steps} steps in all`;
    throw new RangeError(`warm-up of ${warmUp} steps: a whole number from 0 up is needed${most}`);
  }
}
