import { channel } from "node:diagnostics_channel";
import type { ErrorContent } from "../../protocol/message.ts";
import type { Bundle, Command } from "../pipes/frames.ts";
import type { CellContext } from "./cell-context.ts";
import type { CellSources } from "./cell-sources.ts";
import type { Displays } from "./displays.ts";
import { cellOf, describeError, interruptError } from "./errors.ts";
import type { Outcome } from "./evaluate.ts";
import type { InterruptSignals } from "./interrupt-signals.ts";
import type { Interrupts } from "./interrupts.ts";
import type { Output } from "./output.ts";
import { bundleOf } from "./show/index.ts";
import { isQuiet } from "./show/quiet.ts";
import { interruption, type TrackedTimers } from "./timers.ts";

/** For libraries that have something to set right after an interrupt: nothing is on the stack, and nothing cuts short who is told. */
const interrupted = channel("noisebook:interrupted");

export type ExecuteCommand = Extract<Command, { type: "execute" }>;

interface Job {
  readonly cell: number;
  readonly allowStdin: boolean;
  /** An interrupt ends it, whatever else happens. */
  interrupted: boolean;
  finished: boolean;
}

/** Runs a cell, or an expression that a client asks for beside one (then there is no command). */
export interface CellEvaluator {
  evaluate(code: string, command?: ExecuteCommand): Promise<Outcome>;
  /** Gives up evaluations that have not ended. */
  renew(): void;
}

export interface Parts {
  readonly evaluator: CellEvaluator;
  readonly output: Output;
  readonly displays: Pick<Displays, "settled" | "abandon">;
  readonly context: CellContext;
  readonly sources: CellSources;
  readonly timers: TrackedTimers;
  readonly interrupts: Interrupts;
  readonly signals: InterruptSignals;
  /** Forgets what an interrupt left half done: modules whose evaluation has not ended. */
  readonly forgetUnfinished: () => void;
}

/** Runs one cell at a time and tells the server how each ended. */
export class Execution {
  readonly #parts: Parts;
  #job: Job | undefined;
  /** Of which cell, or of all, what it started is still to be ended. */
  #leftOver: { readonly cell: number | undefined } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async execute(command: ExecuteCommand): Promise<void> {
    const { cell, script } = command;
    const { context, displays, evaluator, output, sources } = this.#parts;
    const job: Job = (this.#job = { cell, allowStdin: command.allowStdin, interrupted: false, finished: false });
    context.setLatest(cell);
    output.begin(cell);
    sources.add(script, command.label, command.source);
    output.frame({ type: "started", cell });
    const outcome = await context.run(cell, () => evaluator.evaluate(script.code, command));
    await displays.settled();
    if (outcome.kind === "terminated") {
      job.interrupted = true;
      this.#parts.interrupts.acknowledge();
      return this.#interrupt(job);
    }
    const ended = await this.#conclude(outcome, command);
    this.#finish(job, ended);
  }

  /** The cell that runs. */
  get running(): { readonly cell: number; readonly allowStdin: boolean } | undefined {
    return this.#job;
  }

  /** An interrupt that found no JavaScript to terminate: the cell was waiting, or nothing ran but timers of earlier cells. */
  interrupted(id: number): void {
    if (this.#job) this.#job.interrupted = true;
    if (this.#parts.interrupts.acknowledge(id)) this.#interrupt(this.#job);
  }

  /** A sign of life is asked for; once nothing can be terminated any more, what the interrupt left is ended before. */
  checked(id: number): void {
    if (this.#job?.interrupted) this.#interrupt(this.#job);
    if (!this.#parts.interrupts.terminating) this.#endLeftOver();
    this.#parts.interrupts.checked(id);
  }

  /** An error that no cell awaits: told under the cell that started it. */
  late(error: unknown, cell?: number): void {
    if (error === interruption || (error as { cause?: unknown } | null | undefined)?.cause === interruption) return;
    const { context, output, sources } = this.#parts;
    output.frame({ type: "late", cell: cell ?? context.origin(error) ?? cellOf(error, sources) ?? context.current(), error: describeError(error, sources) });
  }

  /** Ends a cell as interrupted, and what might hold the thread; without a cell, that of all cells. A termination may cut this short. */
  #interrupt(job: Job | undefined): void {
    this.#leftOver = { cell: job?.cell };
    this.#parts.timers.clear(job?.cell);
    if (job) this.#finish(job, { error: interruptError });
  }

  /** Ends all else that an interrupted cell started, and sets right what it left half done. Whoever is told by its signal is not cut short. */
  #endLeftOver(): void {
    if (!this.#leftOver) return;
    const { cell } = this.#leftOver;
    const { displays, evaluator, forgetUnfinished, interrupts, signals, timers } = this.#parts;
    interrupts.forgetWhole();
    timers.clear(cell);
    forgetUnfinished();
    displays.abandon();
    interrupted.publish({ cell });
    signals.abort(cell);
    evaluator.renew();
    this.#leftOver = undefined;
  }

  async #conclude(outcome: Exclude<Outcome, { kind: "terminated" }>, command: ExecuteCommand): Promise<{ result?: Bundle; error?: ErrorContent; userExpressions?: Record<string, unknown> }> {
    const { sources } = this.#parts;
    if (outcome.kind === "thrown") return { error: describeError(outcome.error, sources) };
    try {
      const result = isQuiet(outcome.value) || command.silent ? undefined : await bundleOf(outcome.value);
      return { result, userExpressions: await this.#userExpressions(command.userExpressions) };
    } catch (error) {
      return { error: describeError(error, sources) };
    }
  }

  async #userExpressions(expressions: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    for (const [name, expression] of Object.entries(expressions)) {
      const outcome = await this.#parts.evaluator.evaluate(expression);
      if (outcome.kind === "value") values[name] = { status: "ok", ...(await bundleOf(outcome.value)) };
      else values[name] = { status: "error", ...(outcome.kind === "thrown" ? describeError(outcome.error, this.#parts.sources) : interruptError) };
    }
    return values;
  }

  #finish(job: Job, ended: { result?: Bundle; error?: ErrorContent; userExpressions?: Record<string, unknown> }): void {
    if (job.finished) return;
    this.#parts.output.frame({ type: "done", cell: job.cell, ...ended });
    job.finished = true;
    if (this.#job === job) this.#job = undefined;
  }
}
