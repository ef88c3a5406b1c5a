import { type Schedule, checkTimestep } from "../schedule/index.ts";

/** Requires 0 ≤ s < t ≤ T, and names the pair for messages: the neighbours t − 1 and t, or s and t. */
export function checkPair(schedule: Schedule, t: number, s: number): { name: string; place: string } {
  checkTimestep(schedule, t);
  checkTimestep(schedule, s, 0);
  if (!(s < t)) throw new RangeError(`from s = ${s} to t = ${t} of schedule "${schedule.name}": the chain runs from a lower s to a higher t`);
  const place = `t = ${t} of schedule "${schedule.name}"`;
  return s === t - 1 ? { name: "{t-1}", place } : { name: "s", place: `s = ${s}, ${place}` };
}
