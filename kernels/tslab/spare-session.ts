import type { SessionProcess } from "../typescript/server/session-process.ts";

/** After a session was taken, in ms: short runs do without a spare, and a start does not share its processors with one. */
const startsAfterMs = 3000;

/**
 * The next session, started while the one before it runs, so that it is ready when that one is lost: tslab takes about a second to load its
 * TypeScript and the declarations that every cell sees.
 */
export class SpareSession {
  readonly #start: () => SessionProcess;
  #spare: SessionProcess | undefined;
  #starting: NodeJS.Timeout | undefined;

  constructor(start: () => SessionProcess) {
    this.#start = start;
    process.on("exit", () => this.#end());
  }

  /** The spare, or where none is there a session that only starts. */
  take(): SessionProcess {
    const spare = this.#spare;
    this.#spare = undefined;
    clearTimeout(this.#starting);
    this.#starting = setTimeout(() => this.#prepare(), startsAfterMs).unref();
    return spare && isAlive(spare) ? spare : this.#start();
  }

  #prepare(): void {
    this.#spare = this.#start();
    // Nobody waits for it yet: one that cannot start is found dead when it is asked for.
    this.#spare.child.on("error", () => {});
  }

  #end(): void {
    const pid = this.#spare?.child.pid;
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}

const isAlive = ({ child }: SessionProcess): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
