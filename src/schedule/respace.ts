import { jump } from "./jump.ts";
import { type Schedule, checkTimestep } from "./schedule.ts";
import { TableSchedule } from "./table.ts";

/** A schedule over some of another one's timesteps: its step i stands where the other has `timesteps[i]`; `timesteps[0]` is 0. */
export interface RespacedSchedule extends Schedule {
  readonly timesteps: readonly number[];
}

/**
 * The schedule that visits only the given timesteps τ_1 < … < τ_n of another one: $\bar\alpha'_i = \bar\alpha_{\tau_i}$ and
 * $\beta'_i = 1 - \bar\alpha_{\tau_i}/\bar\alpha_{\tau_{i-1}}$, as in Nichol & Dhariwal 2021, section 4. Each x'_i has the law of x_{τ_i}.
 * The order given does not matter. Throws a RangeError for a timestep outside 1…T, one given twice, or none.
 */
export function respace(schedule: Schedule, timesteps: ArrayLike<number>): RespacedSchedule {
  const visited = Array.from(timesteps).sort((a, b) => a - b);
  if (visited.length === 0) {
    throw new RangeError(`no timesteps to respace schedule "${schedule.name}" to: give at least one of 1…${schedule.T}`);
  }
  visited.forEach((t, i) => {
    checkTimestep(schedule, t);
    if (t === visited[i - 1]) {
      throw new RangeError(`timestep ${t} twice in the timesteps to respace schedule "${schedule.name}" to: give each once`);
    }
  });
  const levels = [0, ...visited];
  const jumps = levels.map((t, i) => jump(schedule, levels[i - 1] ?? 0, t));
  return new Respaced(
    {
      name: `${schedule.name}, ${visited.length} of ${schedule.T}`,
      beta: Float64Array.from(jumps, ({ beta }) => beta),
      alpha: Float64Array.from(jumps, ({ alpha }) => alpha),
      alphaBar: Float64Array.from(levels, (t) => schedule.alphaBar[t]!),
      oneMinusAlphaBar: Float64Array.from(levels, (t) => schedule.oneMinusAlphaBar[t]!),
    },
    levels,
  );
}

class Respaced extends TableSchedule implements RespacedSchedule {
  readonly timesteps: readonly number[];

  constructor(tables: ConstructorParameters<typeof TableSchedule>[0], timesteps: readonly number[]) {
    super(tables);
    this.timesteps = timesteps;
  }
}
