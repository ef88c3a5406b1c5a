// Processes of others: is one still the process it was?
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** When a process started, in a form that only compares; null where there is no such process. A pid alone may have been reused. */
export function startOf(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return null;
  }
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? null : fields[19];
    }
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}

/** True while the process `pid` that started at `start` lives. */
export const lives = ({ pid, start }) => startOf(pid) === start && start !== null;

/** Ends a process group that we or a dead owner started; quiet where it is gone already. */
export function endGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
