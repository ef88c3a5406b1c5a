// Runs a program of somebody else's (npm, pip) in a process group of its own, with its whole output in a log.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { endGroup } from "./processes.mjs";

const patience = 700;

/**
 * Runs `command` to its end and returns its exit status. `lock` remembers the group, so that whoever takes over after our death
 * can end it. On `signal` the group is ended (SIGTERM, then SIGKILL) and the signal's reason thrown.
 */
export async function run(command, { cwd, env, log, lock, signal, append = false }) {
  signal.throwIfAborted();
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, append ? "a" : "w");
  let child;
  try {
    child = spawn(command[0], command.slice(1), { cwd, env, detached: true, stdio: ["ignore", output, output] });
  } finally {
    closeSync(output);
  }
  const ended = new Promise((resolve, reject) => child.once("error", reject).once("exit", (code, by) => resolve(code ?? by)));
  let harder;
  const abort = () => {
    if (child.pid === undefined) return;
    endGroup(child.pid, "SIGTERM");
    harder = setTimeout(() => endGroup(child.pid, "SIGKILL"), patience);
  };
  signal.addEventListener("abort", abort, { once: true });
  try {
    if (child.pid !== undefined) lock.leads(child.pid);
    const status = await ended;
    signal.throwIfAborted();
    return status;
  } finally {
    clearTimeout(harder);
    signal.removeEventListener("abort", abort);
  }
}
