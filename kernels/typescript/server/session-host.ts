import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { type Command, type ControlCommand, type ControlReport, encodeFrame, fds, type Frame, FrameReader, type Question } from "../pipes/frames.ts";
import { Merge, type Stream } from "../pipes/merge.ts";
import type { SessionProcess } from "./session-process.ts";

export type DebugReport = Extract<ControlReport, { type: "debugged" | "debug-event" }>;
export type CellFrame = Exclude<Frame, { type: "ready" | "answer" }>;

export interface SessionHandlers {
  text(stream: Stream, cell: number, text: string): void;
  frame(frame: CellFrame): void;
  debug(report: DebugReport): void;
  /** The session ended without being asked to; all that it wrote has been handed over. */
  lost(reason: string): void;
}

const exitGraceMs = 500;
const answerPatienceMs = 5000;

/** What Node itself says when a process with an inspector exits. */
const farewell = "Waiting for the debugger to disconnect...\n";

/** One session process, in a process group of its own. */
export class SessionHost {
  readonly #child: ChildProcess;
  readonly ready: Promise<void>;
  readonly #closed: Promise<void>;
  readonly #questions = new Map<number, (answer: unknown) => void>();
  #asked = 0;
  #ending = false;
  #interrupting: { readonly gentle: boolean; readonly over: Promise<void>; readonly settle: () => void } | undefined;

  constructor({ child, token }: SessionProcess, handlers: SessionHandlers) {
    this.#child = child;
    let markReady!: () => void;
    this.ready = new Promise((resolve) => (markReady = resolve));
    const merge = new Merge(token, {
      text(stream, cell, text) {
        const kept = stream === "stderr" ? text.replace(farewell, "") : text;
        if (kept !== "") handlers.text(stream, cell, kept);
      },
      frame: (frame) => {
        if (frame.type === "ready") markReady();
        else if (frame.type === "answer") this.#questions.get(frame.id)?.(frame.answer);
        else handlers.frame(frame);
      },
    });
    const [, stdout, stderr, frames] = this.#child.stdio as Readable[];
    stdout.on("data", (chunk: Buffer) => merge.pushText("stdout", chunk));
    stderr.on("data", (chunk: Buffer) => merge.pushText("stderr", chunk));
    frames.on("data", (chunk: Buffer) => merge.pushFrames(chunk));
    const reports = new FrameReader<ControlReport>();
    (this.#child.stdio as Readable[])[fds.fromControl].on("data", (chunk: Buffer) => {
      for (const report of reports.push(chunk)) {
        if (report.type === "settled") this.#settle();
        else handlers.debug(report);
      }
    });
    for (const pipe of this.#child.stdio) pipe?.on("error", () => {});
    this.#closed = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => {
        // Children that inherited the pipes would keep them open for ever.
        this.#killGroup();
        this.#child.once("close", () => {
          merge.end();
          for (const answer of this.#questions.values()) answer(undefined);
          this.#settle();
          if (!this.#ending) handlers.lost(lossReason(code, signal));
          resolve();
        });
      });
      this.#child.once("error", (error) => {
        if (!this.#ending) handlers.lost(`it could not be started: ${error.message}`);
        resolve();
      });
    });
  }

  send(command: Command): void {
    this.#pipe(fds.fromServer).write(encodeFrame(command));
  }

  /** Undefined where no answer comes: the session computes, or ended. */
  async ask(question: Question): Promise<unknown> {
    const id = ++this.#asked;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<unknown>((resolve) => {
      this.#questions.set(id, resolve);
      timer = setTimeout(() => resolve(undefined), answerPatienceMs);
    });
    this.send({ type: "ask", id, question });
    try {
      return await answer;
    } finally {
      this.#questions.delete(id);
      clearTimeout(timer);
    }
  }

  /** To the control worker, which reads while the main thread computes. */
  control(command: ControlCommand): void {
    this.#pipe(fds.control).write(encodeFrame(command));
  }

  /**
   * Interrupts what the session does; `gentle`, only if something holds it. Several at once are one. One that had to wait for
   * a gentle one asks whether it is still wanted.
   * Resolves when the session has noticed, however long that takes, or has ended.
   */
  async interrupt(gentle: boolean, wanted: () => boolean): Promise<void> {
    for (let current = this.#interrupting; current; current = this.#interrupting) {
      if (gentle || !current.gentle) return current.over;
      await current.over;
      if (!wanted()) return;
    }
    let settle!: () => void;
    const over = new Promise<void>((resolve) => (settle = resolve));
    this.#interrupting = { gentle, over, settle };
    this.control({ type: "interrupt", gentle });
    return over;
  }

  /** Resolves when no interrupt is under way: one might hit a command that is sent before. */
  get calm(): Promise<void> | undefined {
    return this.#interrupting?.over;
  }

  /** Ends the session as if it had been lost. */
  kill(): void {
    this.#killGroup();
  }

  /** Ends the session and everything it started. */
  async end(): Promise<void> {
    this.#ending = true;
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.send({ type: "exit" });
      const kill = setTimeout(() => this.#killGroup(), exitGraceMs);
      await this.#closed;
      clearTimeout(kill);
    }
  }

  #settle(): void {
    this.#interrupting?.settle();
    this.#interrupting = undefined;
  }

  #pipe(fd: number): Writable {
    return this.#child.stdio[fd] as Writable;
  }

  #killGroup(): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // No process of the group is left.
    }
  }
}

function lossReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === "SIGABRT") return "it was aborted by SIGABRT, most often because it ran out of memory";
  return signal ? `it was killed by ${signal}` : `it exited with code ${code}`;
}
