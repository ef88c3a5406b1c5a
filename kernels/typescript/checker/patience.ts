import { readFileSync } from "node:fs";

const patienceMs = 5_000;
const mostMs = 30_000;
const lookMs = 1_000;
const msPerTick = 10;

/**
 * Gives up on a process that has not answered after five seconds, or, where others keep it from computing, after thirty: while it gets less
 * than half a core, but has got something in the last five seconds, it is the machine that is slow.
 * @param pid the process's, once it has one
 * @param giveUp told the seconds that were not enough
 * @returns ends the wait
 */
export function waitForAnswer(pid: () => number | undefined, giveUp: (seconds: number) => void): () => void {
  const asked = performance.now();
  /** What the process had computed at each look. */
  const works: number[] = [];
  let timer = setTimeout(look, lookMs);

  function look(): void {
    const waited = performance.now() - asked;
    const work = workMs(pid());
    const goesOn = pid() === undefined || (work !== undefined && work > (works.at(-patienceMs / lookMs) ?? works[0] ?? 0));
    const hindered = (work ?? 0) - (works[0] ?? 0) < (waited - lookMs) / 2;
    if (waited >= mostMs) return giveUp(mostMs / 1000);
    if (waited >= patienceMs && !(goesOn && hindered)) return giveUp(patienceMs / 1000);
    if (work !== undefined) works.push(work);
    timer = setTimeout(look, lookMs);
  }

  return () => clearTimeout(timer);
}

/** The processor time that a process has had; undefined where the system does not tell. */
function workMs(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [user, system] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13);
    return (Number(user) + Number(system)) * msPerTick;
  } catch {
    return undefined;
  }
}
