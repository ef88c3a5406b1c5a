import type { ErrorContent, Header } from "../../protocol/message.ts";
import { CellSyntaxError, type CellScript } from "../cell/transform.ts";
import type { Bundle, Frame } from "../pipes/frames.ts";
import { interruptError, lossError, syntaxError, typeErrors } from "./cell-errors.ts";
import type { CellCompiler, Engine, TypeService } from "./engine.ts";
import type { Publisher } from "./publisher.ts";
import { type CellFrame, SessionHost } from "./session-host.ts";
import type { SessionProcess } from "./session-process.ts";

export interface CellRequest {
  readonly code: string;
  readonly count: number;
  readonly silent: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  readonly parent: Header;
}

export interface CellOutcome {
  readonly result?: Bundle;
  readonly error?: ErrorContent;
  /** The error was already published, while the cell ran. */
  readonly told?: boolean;
  readonly userExpressions?: Record<string, unknown>;
}

export interface CellRunnerOptions {
  readonly engine: Engine;
  readonly publisher: Publisher;
}

type Done = Extract<Frame, { type: "done" }>;

/** How long an interrupted cell may take to end before it is answered without its consent (a long native call, say). */
const interruptPatienceMs = 5000;
const rememberedCells = 10_000;

/** Takes cells from text to outcome: transformed and checked here, run in the session, whose output it publishes. */
export class CellRunner {
  readonly #options: CellRunnerOptions;
  readonly #cellCompiler: CellCompiler;
  readonly #parents = new Map<number, Header>();
  #session: SessionHost;
  #cells = 0;
  #running: { readonly cell: number; finish(outcome: CellOutcome): void; late?: ErrorContent; interrupted: boolean } | undefined;
  #uncheckedToldOnce = false;

  constructor(options: CellRunnerOptions) {
    this.#options = options;
    this.#cellCompiler = options.engine.createCells();
    this.#session = this.#host(options.engine.firstSession);
  }

  async run(request: CellRequest): Promise<CellOutcome> {
    if (request.code.trim() === "") return {};
    const cell = ++this.#cells;
    this.#remember(cell, request.parent);
    let finish!: (outcome: CellOutcome) => void;
    const finished = new Promise<CellOutcome>((resolve) => (finish = resolve));
    this.#running = { cell, finish, interrupted: false };
    try {
      return await this.#steps(cell, request, finished);
    } finally {
      this.#running = undefined;
    }
  }

  interrupt(): void {
    const running = this.#running;
    if (!running) return;
    running.interrupted = true;
    this.#session.interrupt();
    setTimeout(() => running.finish({ error: interruptError("interrupted; a native call that cannot be stopped still holds the session") }), interruptPatienceMs).unref();
  }

  end(): Promise<void> {
    return this.#session.end();
  }

  async #steps(cell: number, request: CellRequest, finished: Promise<CellOutcome>): Promise<CellOutcome> {
    const { code, count, silent, userExpressions } = request;
    const { types: checker, mode } = this.#options.engine;
    const label = silent ? `silent[${cell}]` : `cell[${count}]`;
    let script: CellScript;
    try {
      script = this.#cellCompiler.transform(code, `cell-${cell}.ts`);
    } catch (error) {
      if (error instanceof CellSyntaxError) return { error: syntaxError(error, code, label) };
      throw error;
    }
    const checking = checker && this.#check(checker, script, code);
    if (checking && mode === "strict") {
      const found = await checking;
      if ("unavailable" in found) this.#tellUnchecked(found.unavailable, request.parent);
      else if (found.length > 0) return { error: typeErrors(found, code, label) };
    } else {
      void checking?.then((found) => this.#warn(found, code, label, request.parent));
    }
    await this.#session.ready;
    if (this.#running?.interrupted) return { error: interruptError() };
    this.#cellCompiler.commit(script);
    this.#session.send({ type: "execute", cell, label, source: code, script, silent, userExpressions });
    const outcome = await finished;
    if (!script.parenthesized) checker?.commit(code);
    return outcome;
  }

  async #check(checker: TypeService, { parenthesized }: CellScript, code: string): ReturnType<TypeService["check"]> {
    if (!parenthesized) return checker.check(code);
    const found = await checker.check(`(${code}\n)`);
    return "unavailable" in found ? found : found.map((each) => (each.line === 1 ? { ...each, column: each.column - 1 } : each));
  }

  #host(session: SessionProcess): SessionHost {
    const { engine, publisher } = this.#options;
    const host = new SessionHost(session, {
      text: (stream, cell, text) => publisher.text(stream, text, this.#parents.get(cell)),
      frame: (frame) => this.#onFrame(frame),
      lost: (reason) => this.#onLost(reason),
    });
    engine.onSession?.(host);
    return host;
  }

  #onFrame(frame: CellFrame): void {
    const { publisher } = this.#options;
    const parent = this.#parents.get(frame.cell);
    switch (frame.type) {
      case "done":
        return this.#onDone(frame);
      case "display": {
        const type = frame.update ? "update_display_data" : "display_data";
        return publisher.publish(type, { ...frame.bundle, transient: { display_id: frame.displayId } }, parent);
      }
      case "clear":
        return publisher.publish("clear_output", { wait: frame.wait }, parent);
      case "late":
        publisher.publish("error", frame.error, parent);
        if (this.#running?.cell === frame.cell) this.#running.late ??= frame.error;
    }
  }

  #onDone({ cell, result, error, userExpressions }: Done): void {
    const running = this.#running;
    if (running?.cell !== cell) return;
    if (error === undefined && running.late) return running.finish({ error: running.late, told: true });
    running.finish({ result, error, userExpressions });
  }

  #onLost(reason: string): void {
    const error = lossError(reason);
    this.#cellCompiler.reset();
    this.#options.engine.types?.reset();
    this.#session = this.#host(this.#options.engine.startSession());
    if (this.#running) this.#running.finish({ error });
    else this.#options.publisher.publish("error", error, this.#parents.get(this.#cells));
  }

  #remember(cell: number, parent: Header): void {
    this.#parents.set(cell, parent);
    if (this.#parents.size > rememberedCells) this.#parents.delete(this.#parents.keys().next().value as number);
  }

  #warn(found: Awaited<ReturnType<TypeService["check"]>>, code: string, label: string, parent: Header): void {
    if ("unavailable" in found) return this.#tellUnchecked(found.unavailable, parent);
    if (found.length > 0) this.#options.publisher.text("stderr", `${typeErrors(found, code, label).traceback.join("\n")}\n`, parent);
  }

  #tellUnchecked(reason: string, parent: Header): void {
    if (this.#uncheckedToldOnce) return;
    this.#uncheckedToldOnce = true;
    this.#options.publisher.text("stderr", `types are not checked: ${reason}\n`, parent);
  }
}
