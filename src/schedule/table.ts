import { displaySchedule } from "./display.ts";
import { type Schedule, checkTimestep } from "./schedule.ts";

type Tables = Pick<Schedule, "name" | "beta" | "alpha" | "alphaBar" | "oneMinusAlphaBar">;

/** A schedule held as tables: what every schedule of this folder is. */
export class TableSchedule implements Schedule {
  readonly name: string;
  readonly T: number;
  readonly beta: Float64Array;
  readonly alpha: Float64Array;
  readonly alphaBar: Float64Array;
  readonly oneMinusAlphaBar: Float64Array;

  constructor(tables: Tables) {
    this.name = tables.name;
    this.T = tables.beta.length - 1;
    this.beta = tables.beta;
    this.alpha = tables.alpha;
    this.alphaBar = tables.alphaBar;
    this.oneMinusAlphaBar = tables.oneMinusAlphaBar;
  }

  sigma(t: number): number {
    checkTimestep(this, t, 0);
    return Math.sqrt(this.oneMinusAlphaBar[t]! / this.alphaBar[t]!);
  }

  snr(t: number): number {
    checkTimestep(this, t, 0);
    return this.alphaBar[t]! / this.oneMinusAlphaBar[t]!;
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return displaySchedule(this);
  }
}

/**
 * The tables that belong to β_1…β_T = `betaAt(1)`…`betaAt(T)`.
 * Throws a RangeError for a T that is not a whole number from 1 up, and for a β outside (0, 1), 1 being legal at t = T alone.
 */
export function tabulate(name: string, T: number, betaAt: (t: number) => number): TableSchedule {
  if (!(Number.isInteger(T) && T >= 1)) {
    throw new RangeError(`T = ${T} of schedule "${name}": the number of steps is a whole number from 1 up`);
  }
  const beta = new Float64Array(T + 1);
  const alpha = new Float64Array(T + 1).fill(1);
  const alphaBar = new Float64Array(T + 1).fill(1);
  const oneMinusAlphaBar = new Float64Array(T + 1);
  for (let t = 1; t <= T; t++) {
    const value = betaAt(t);
    checkBeta(name, T, t, value);
    beta[t] = value;
    alpha[t] = 1 - value;
    alphaBar[t] = alpha[t]! * alphaBar[t - 1]!;
    oneMinusAlphaBar[t] = complement(alphaBar[t]!, alpha[t]!, value, oneMinusAlphaBar[t - 1]!);
  }
  return new TableSchedule({ name, beta, alpha, alphaBar, oneMinusAlphaBar });
}

/** 1 − ᾱ_t = α_t (1 − ᾱ_{t−1}) + β_t, sums of positive terms; below ᾱ = ½ the plain difference is as good, and forgets older rounding. */
function complement(alphaBar: number, alpha: number, beta: number, previous: number): number {
  return alphaBar < 0.5 ? 1 - alphaBar : alpha * previous + beta;
}

function checkBeta(name: string, T: number, t: number, beta: number): void {
  const legal = (beta > 0 && beta < 1) || (beta === 1 && t === T);
  if (!legal) {
    throw new RangeError(
      `beta ${beta} at t = ${t} of schedule "${name}": a variance in (0, 1) is needed, or 1 at t = T = ${T} for a terminal SNR of 0`,
    );
  }
}
