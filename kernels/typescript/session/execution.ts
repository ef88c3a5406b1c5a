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
  readonly displays: Pick<Displays, "settled">;
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
      return this.#abandon(job);
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
    if (this.#parts.interrupts.acknowledge(id)) this.#abandon(this.#job);
  }

  /** No termination is under way any more; one may have cut short what was to follow the first. */
  checked(id: number): void {
    if (this.#job?.interrupted) this.#abandon(this.#job);
    this.#parts.interrupts.checked(id);
  }

  /** An error that no cell awaits: told under the cell that started it. */
  late(error: unknown, cell?: number): void {
    if (error === interruption || (error as { cause?: unknown } | null | undefined)?.cause === interruption) return;
    const { context, output, sources } = this.#parts;
    output.frame({ type: "late", cell: cell ?? context.origin(error) ?? cellOf(error, sources) ?? context.current(), error: describeError(error, sources) });
  }

  /** Ends a cell as interrupted, and with it all that it started; without a cell, what all cells started. */
  #abandon(job: Job | undefined): void {
    this.#parts.timers.clear(job?.cell);
    this.#parts.forgetUnfinished();
    if (job) this.#finish(job, { error: interruptError });
    this.#parts.signals.abort(job?.cell);
    if (job) this.#parts.evaluator.renew();
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
