import { readFileSync } from "node:fs";
import { processTree } from "./processes.ts";

/** Bytes of memory, summed over a process and all that descend from it. */
export interface Memory {
  /** Resident set size: pages that several processes share count for each. */
  readonly resident: number;
  /** Proportional set size: a page that n processes share counts one n-th for each. */
  readonly proportional: number;
}

/** The memory of a process and its descendants, from /proc. @throws where there is no /proc, or the process is gone */
export function memoryOf(pid: number): Memory {
  let resident = 0;
  let proportional = 0;
  for (const each of processTree(pid)) {
    const text = readFileSync(`/proc/${each}/smaps_rollup`, "utf8");
    resident += kilobytes(text, "Rss") * 1024;
    proportional += kilobytes(text, "Pss") * 1024;
  }
  return { resident, proportional };
}

function kilobytes(text: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text);
  if (!found) throw new Error(`/proc/…/smaps_rollup has no line "${name}"`);
  return Number(found[1]);
}
