import { writeSync } from "node:fs";
import { Writable } from "node:stream";

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

/**
 * Puts streams in the place of process.stdout and process.stderr that do as `log` does. Libraries open the real ones without
 * a word: each worker thread that is started without streams of its own does.
 */
export function guardStreams(): void {
  const quiet = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, _encoding, done) {
      log(String(chunk).trimEnd());
      done();
    },
  });
  for (const name of ["stdout", "stderr"]) Object.defineProperty(process, name, { configurable: true, get: () => quiet });
}
