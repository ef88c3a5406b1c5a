import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A command that failed. */
export class CommandError extends Error {
  static {
    this.prototype.name = "CommandError";
  }
}

const commandNotFound = 127;
const patienceMs = 1000;

/**
 * Runs a command by the shell, in the session's process group; its output is the cell's, as it comes. When the signal is aborted it is asked
 * to end, as by Ctrl-C in a terminal, and a second later made to.
 *
 * @param maybeCode whether it could have been meant as TypeScript
 * @throws CommandError if the command fails
 */
export function runCommand(command: string, maybeCode: boolean, signal: AbortSignal): Promise<void> {
  // Its stack still leads to the cell's line; those of later events do not.
  const failed = new CommandError();
  const fail = (message: string): CommandError => {
    const [, ...frames] = (failed.stack ?? "").split("\n");
    return Object.defineProperties(failed, { message: hidden(message), stack: hidden([`${failed.name}: ${message}`, ...frames].join("\n")) });
  };
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: ["ignore", "inherit", "inherit"] });
    const stop = (): void => interrupt(child);
    signal.addEventListener("abort", stop, { once: true });
    child.once("error", (error) => reject(fail(`cannot start the shell for "${command}": ${error.message}`)));
    child.once("exit", (code, ended) => {
      signal.removeEventListener("abort", stop);
      if (code === 0) return resolve();
      const hint = code === commandNotFound && maybeCode ? `; if it is meant as TypeScript, write (!${command})` : "";
      reject(fail(`"${command}" ${ended ? `was ended by ${ended}` : `ended with exit code ${code}`}${hint}`));
    });
  });
}

const hidden = (value: string): PropertyDescriptor => ({ value, configurable: true, writable: true, enumerable: false });

function interrupt(child: ChildProcess): void {
  // The session ignores this signal; its children, and theirs, do not.
  if (process.platform === "win32") child.kill();
  else process.kill(-process.pid, "SIGINT");
  const late = setTimeout(() => {
    if (child.pid !== undefined) for (const pid of family(child.pid)) kill(pid);
  }, patienceMs);
  child.once("exit", () => clearTimeout(late));
}

/** A process and all that it started, as far as the system tells. */
function family(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" "));
    return [...children.filter((each) => each !== "").flatMap((each) => family(Number(each))), pid];
  } catch {
    return [pid];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
