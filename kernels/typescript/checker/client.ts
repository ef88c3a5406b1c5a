import { Worker } from "node:worker_threads";
import { waitForAnswer } from "./patience.ts";
import type { CheckOutcome, Completions, Diagnostic, FromWorker, Inspection, Question, Questions, WorkerOptions } from "./protocol.ts";

export type { Completions, Diagnostic, Inspection } from "./protocol.ts";

/** strict: a cell with type errors does not run; warn: it runs and the errors are shown; off: no checks. */
export type CheckMode = "strict" | "warn" | "off";

const restartsInARow = 2;
const calm = 60_000;

interface Pending {
  readonly resolve: (answer: never) => void;
  readonly fail: (reason: string) => void;
  readonly stopWaiting: () => void;
}

/**
 * The type checker of a notebook, in a worker thread. It starts at once, and nothing of it throws or waits for longer than five seconds,
 * unless the machine is too busy for TypeScript to compute: where it does not answer, checks are `unavailable` and a new worker takes over, with the names of all committed cells.
 */
export class Checker {
  readonly #file: string;
  readonly #options: Omit<WorkerOptions, "committed">;
  readonly #pending = new Map<number, Pending>();
  #committed: string[] = [];
  #worker: Worker | undefined;
  #process: number | undefined;
  #lost = "";
  #id = 0;
  #restarts = 0;
  #lastRestart = -Infinity;
  #disposed = false;

  constructor(options: { workerFile: string; cwd: string; packageRoot: string }) {
    this.#file = options.workerFile;
    this.#options = { cwd: options.cwd, packageRoot: options.packageRoot };
    this.#start();
  }

  /** The errors of a cell against the names of the committed ones. Records nothing. */
  check(code: string): Promise<readonly Diagnostic[] | { readonly unavailable: string }> {
    return this.#ask<CheckOutcome>("check", { code }, (unavailable) => ({ unavailable }));
  }

  /** The cell ran: what it declares is there for later cells, in place of earlier declarations of the same names. */
  commit(code: string): void {
    this.#committed.push(code);
    this.#worker?.postMessage({ op: "commit", code });
  }

  /** The session is new: no cell has run. */
  reset(): void {
    this.#committed = [];
    this.#worker?.postMessage({ op: "reset" });
  }

  /** What fits at a UTF-16 offset. */
  complete(code: string, offset: number): Promise<Completions> {
    return this.#ask<Completions>("complete", { code, offset }, () => ({ start: offset, end: offset, matches: [] }));
  }

  /** Type and documentation of what stands at a UTF-16 offset. */
  inspect(code: string, offset: number): Promise<Inspection | undefined> {
    return this.#ask<Inspection | undefined>("inspect", { code, offset }, () => undefined);
  }

  /** Ends the worker and TypeScript's process. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#drop("the checker is closed");
  }

  #ask<A extends Questions[Question]["answer"]>(op: Question, ask: object, otherwise: (reason: string) => A): Promise<A> {
    if (!this.#worker && !this.#disposed && performance.now() - this.#lastRestart > calm) this.#restart();
    const worker = this.#worker;
    if (!worker) return Promise.resolve(otherwise(this.#lost));
    return new Promise<A>((resolve) => {
      const id = ++this.#id;
      const fail = (reason: string): void => resolve(otherwise(reason));
      const stopWaiting = waitForAnswer(() => this.#process, (seconds) => this.#lose(worker, `TypeScript did not answer within ${seconds} s`));
      this.#pending.set(id, { resolve, fail, stopWaiting });
      worker.postMessage({ id, op, ...ask });
    });
  }

  #start(): void {
    // With streams of its own: the process's, once opened, are non-blocking for everyone who shares them.
    const worker = new Worker(this.#file, { workerData: { ...this.#options, committed: this.#committed } satisfies WorkerOptions, stdout: true, stderr: true });
    worker.stdout.resume();
    worker.stderr.resume();
    this.#worker = worker;
    worker.unref();
    worker.on("message", (message: FromWorker) => this.#hear(worker, message));
    worker.on("error", (error) => this.#lose(worker, error.message));
    worker.on("exit", () => this.#lose(worker, "the checker's worker ended"));
  }

  #hear(worker: Worker, message: FromWorker): void {
    if (worker !== this.#worker) {
      if (message.event === "process") end(message.pid);
      return;
    }
    switch (message.event) {
      case "process":
        this.#process = message.pid;
        return;
      case "lost":
        return this.#lose(worker, message.reason);
      case "answer":
        return this.#take(message.id)?.resolve(message.answer as never);
      case "failed":
        return this.#take(message.id)?.fail(message.reason);
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.stopWaiting();
    return pending;
  }

  #lose(worker: Worker, reason: string): void {
    if (worker !== this.#worker || this.#disposed) return;
    void this.#drop(reason);
    if (performance.now() - this.#lastRestart > calm) this.#restarts = 0;
    if (this.#restarts < restartsInARow) this.#restart();
  }

  #restart(): void {
    this.#restarts++;
    this.#lastRestart = performance.now();
    this.#start();
  }

  async #drop(reason: string): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#lost = reason;
    // A worker waiting for its process can only be ended through it.
    end(this.#process);
    this.#process = undefined;
    for (const id of [...this.#pending.keys()]) this.#take(id)?.fail(reason);
    await worker?.terminate();
  }
}

function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
