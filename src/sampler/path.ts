import { type Level, type Schedule, cleanLevel, levelAt, spacedTimesteps, timestepLevels } from "../schedule/index.ts";

/** The levels that sampling visits: given outright, or as timesteps of a schedule (all of them unless told). */
export interface PathOptions {
  schedule?: Schedule;
  /** The timesteps visited, descending. */
  timesteps?: ArrayLike<number>;
  /** How many timesteps to visit, evenly spaced from T down; all unless told. */
  steps?: number;
  /** The levels visited, from the noisiest down, in the place of a schedule's timesteps. */
  levels?: readonly Level[];
  /** Where the last step goes, clean data (level 0) unless told: a timestep, the t of one of the levels, or a level. */
  until?: number | Level;
}

/**
 * The levels of a path in the order visited, the last step's destination at the end.
 * Throws a TypeError where what is given does not say one path, and a RangeError where levels do not fall.
 */
export function pathOf(options: PathOptions): Level[] {
  const { schedule, timesteps, steps, levels, until = cleanLevel } = options;
  const ways = [timesteps, steps, levels].filter((way) => way !== undefined);
  if (ways.length > 1) throw new TypeError("a path by more than one of timesteps, steps and levels: give one of them");
  if (levels === undefined && schedule === undefined) throw new TypeError("no path: give a schedule (with timesteps or steps), or levels");
  const end = typeof until === "number" ? until : until.t;
  const visited = levels ?? timestepLevels(schedule!, timesteps ?? spacedTimesteps(schedule!, steps ?? Math.floor(schedule!.T - end), end));
  const path = finish(visited, until, schedule);
  if (path.length < 2) throw new RangeError("a path of no step: visit at least one level above the one where it ends");
  path.forEach((level, i) => checkFall(path[i - 1], level));
  return path;
}

function finish(visited: readonly Level[], until: number | Level, schedule: Schedule | undefined): Level[] {
  const last = typeof until === "number" ? (visited.find(({ t }) => t === until) ?? destination(until, schedule)) : until;
  const end = visited.findIndex(({ alpha, sigma }) => alpha === last.alpha && sigma === last.sigma);
  return end === -1 ? [...visited, last] : visited.slice(0, end + 1);
}

function destination(until: number, schedule: Schedule | undefined): Level {
  if (schedule === undefined) throw new RangeError(`until ${until}: it is the t of none of the levels; give a level, or one of their t`);
  return levelAt(schedule, until);
}

function checkFall(before: Level | undefined, level: Level): void {
  const { alpha, sigma, t } = level;
  if (!(alpha >= 0 && sigma >= 0 && alpha + sigma > 0 && alpha + sigma < Infinity)) {
    throw new RangeError(`level alpha = ${alpha}, sigma = ${sigma}: both are numbers from 0 up, and not both 0`);
  }
  if (before !== undefined && !(sigma / alpha < before.sigma / before.alpha)) {
    throw new RangeError(`the level at t = ${t} after that at t = ${before.t}: a path goes down, to less noise at every step`);
  }
}
