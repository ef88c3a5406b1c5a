import { readFileSync } from "node:fs";

/** Processor time in clock ticks, since the machine started. */
interface Ticks {
  /** Of all cores together: what they worked, and what there was. */
  readonly busy: number;
  readonly total: number;
  /** What our own processes worked. */
  readonly own: number;
}

/** More of the cores' time than this taken by others, or by other machines on the same host, makes a measurement void. */
export const contentionLimit = 0.05;

/** Ticks are 10 ms long, and whose they are is only sampled: so few of others' may be none. */
const tickError = 2;

/** Runs `work` and says what share of all cores' time went to others than `processes` and this one meanwhile; 0 where /proc does not tell. */
export async function watched<T>(processes: () => readonly number[], work: () => Promise<T>): Promise<{ result: T; others: number }> {
  const before = ticks(processes());
  const result = await work();
  const after = ticks(processes());
  if (!before || !after) return { result, others: 0 };
  const others = after.busy - before.busy - (after.own - before.own) - tickError;
  return { result, others: Math.max(0, others / Math.max(1, after.total - before.total)) };
}

function ticks(processes: readonly number[]): Ticks | undefined {
  try {
    const [user, nice, system, idle, ioWait, irq, softIrq, steal] = readFileSync("/proc/stat", "utf8").split("\n")[0]!.trim().split(/\s+/).slice(1).map(Number) as [
      number, number, number, number, number, number, number, number,
    ];
    const busy = user + nice + system + irq + softIrq + steal;
    return { busy, total: busy + idle + ioWait, own: [process.pid, ...processes].reduce((sum, pid) => sum + ticksOf(pid), 0) };
  } catch {
    return undefined;
  }
}

/** Of all threads of a process; 0 for one that has ended. */
function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold anything. User and system time are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
