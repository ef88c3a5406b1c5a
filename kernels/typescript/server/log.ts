import { writeSync } from "node:fs";

/**
 * A line for the kernel's log, which is the stderr of whoever started the kernel. Never by process.stderr: opening it makes
 * the pipe non-blocking for everyone who shares it, and a Jupyter server would lose output of its own.
 */
export function log(line: string): void {
  try {
    writeSync(2, `noisebook: ${line}\n`);
  } catch {
    // Nobody reads the log.
  }
}
