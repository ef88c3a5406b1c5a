import type { ErrorContent, Header } from "../../protocol/message.ts";
import { CellSyntaxError } from "../cell/transform.ts";
import type { CheckMode } from "../checker/client.ts";
import type { Debugging } from "../debugger/index.ts";
import type { CompiledCell } from "../magics/index.ts";
import type { Bundle, Frame } from "../pipes/frames.ts";
import { checkCell, CheckNotes, isReadAsTyped } from "./cell-check.ts";
import { interruptError, syntaxError, typeErrors } from "./cell-errors.ts";
import type { CellCompiler, Engine } from "./engine.ts";
import type { Publisher } from "./publisher.ts";
import type { Sessions } from "./sessions.ts";

export interface CellRequest {
  readonly code: string;
  readonly count: number;
  readonly silent: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  readonly allowStdin: boolean;
  readonly parent: Header;
}

export interface CellOutcome {
  /** The cell's number among all that was started; none for a cell with nothing in it. */
  readonly cell?: number;
  readonly result?: Bundle;
  readonly error?: ErrorContent;
  /** The error was already published, while the cell ran. */
  readonly told?: boolean;
  readonly userExpressions?: Record<string, unknown>;
}

export interface CellRunnerOptions {
  readonly engine: Engine;
  readonly publisher: Publisher;
  readonly sessions: Sessions;
  readonly debugging: Debugging;
}

interface Running {
  readonly cell: number;
  readonly finish: (outcome: CellOutcome) => void;
  /** The session has it; before, an interrupt ends it at once. */
  sent: boolean;
  /** Its code runs; before, an interrupt might stop the session from reading what it was sent. */
  started: boolean;
  interruptedEarly: boolean;
  /** Settles when what the checker only tells has been told. */
  noted?: Promise<void>;
  late?: ErrorContent;
}

/** How long an interrupted cell may take to end before it is answered without its consent (a long native call, say). */
const interruptPatienceMs = 5000;
/** How long after an interrupt its cell may take to end, or to start. */
const certaintyMs = 2000;
/** How long a cell waits in silence for a session that an earlier cell still holds. */
const waitInSilenceMs = 2000;

/** Takes cells from text to outcome: transformed and checked here, run in the session. */
export class CellRunner {
  readonly #options: CellRunnerOptions;
  readonly #compiler: CellCompiler;
  readonly #notes: CheckNotes;
  #running: Running | undefined;
  /** How strictly the last cell was checked. */
  #mode: CheckMode;

  constructor(options: CellRunnerOptions) {
    const { engine, publisher, sessions } = options;
    this.#options = options;
    this.#mode = engine.mode;
    this.#compiler = engine.createCells();
    this.#notes = new CheckNotes(publisher);
    sessions.on("started", ({ cell }) => {
      if (this.#running?.cell !== cell) return;
      this.#running.started = true;
      if (!this.#running.interruptedEarly) return;
      this.#running.interruptedEarly = false;
      this.interrupt();
    });
    sessions.on("done", (frame) => this.#onDone(frame));
    sessions.on("late", (frame) => {
      publisher.publish("error", frame.error, sessions.parentOf(frame.cell));
      if (this.#running?.cell === frame.cell) this.#running.late ??= frame.error;
    });
    sessions.onLost((error) => this.#onLost(error));
  }

  async run(request: CellRequest): Promise<CellOutcome> {
    const { sessions } = this.#options;
    if (request.code.trim() === "") return {};
    if (sessions.hopeless) return { error: sessions.hopeless };
    const cell = sessions.begin(request.parent);
    let finish!: (outcome: CellOutcome) => void;
    const finished = new Promise<CellOutcome>((resolve) => (finish = resolve));
    const running: Running = (this.#running = { cell, finish, sent: false, started: false, interruptedEarly: false });
    try {
      const outcome = await Promise.race([finished, this.#steps(running, request, finished)]);
      if (running.sent) await running.noted;
      return { cell, ...outcome };
    } finally {
      this.#running = undefined;
    }
  }

  /** Ends what runs: a cell, or what holds the session although its cell has ended. */
  interrupt(): void {
    const running = this.#running;
    if (running && !running.sent) running.finish({ error: interruptError() });
    const noticed = this.#options.sessions.interrupt(!running?.started, () => this.#running === running);
    if (!running?.sent) return;
    running.interruptedEarly = !running.started;
    const evalue = "interrupted, but a native call that cannot be stopped still holds the session: later cells wait for it; restart the kernel to end it";
    const impatient = setTimeout(() => running.finish({ error: interruptError(evalue) }), interruptPatienceMs);
    void noticed.then(() => {
      clearTimeout(impatient);
      setTimeout(() => this.#makeSure(running), certaintyMs).unref();
    });
  }

  /** An interrupt is over, but its cell goes on: what was to end it has been stopped itself, or the session reads no commands any more. */
  #makeSure(running: Running): void {
    if (this.#running !== running) return;
    if (running.started && !running.interruptedEarly) running.finish({ error: interruptError() });
    else if (!running.started) this.#options.sessions.kill();
  }

  async #steps(running: Running, request: CellRequest, finished: Promise<CellOutcome>): Promise<CellOutcome> {
    const { code, count, silent, userExpressions, allowStdin, parent } = request;
    const { debugging, engine, sessions } = this.#options;
    const { types } = engine;
    const { cell } = running;
    const label = silent ? `silent[${cell}]` : `cell[${count}]`;
    // The checker works while the transformer does; it is asked again only where the transformer reads the cell otherwise.
    const early = this.#mode !== "off" && isReadAsTyped(code) ? types?.check(code) : undefined;
    let script: CompiledCell;
    try {
      script = this.#compiler.transform(code, `cell-${cell}.ts`);
    } catch (error) {
      if (error instanceof CellSyntaxError) return { error: syntaxError(error, code, label) };
      throw error;
    }
    if (script.fresh) await this.#startAfresh();
    const { mode = engine.mode, check: checked = code } = script;
    this.#mode = mode;
    const asTyped = checked === code && !script.parenthesized;
    const checking = mode === "off" ? undefined : ((asTyped ? early : undefined) ?? (types && checkCell(types, script, checked)));
    if (checking && mode === "strict") {
      const found = await checking;
      if ("unavailable" in found) this.#notes.unchecked(found.unavailable, parent);
      else if (found.length > 0) return { error: typeErrors(found, code, label) };
    } else {
      running.noted = checking?.then((found) => this.#notes.warn(found, code, label, parent));
    }
    if (script.untyped) script = (await this.#compiler.finish?.(script)) ?? script;
    await this.#sessionFree(parent);
    const debugged = await debugging.beforeCell(script, label, code);
    if (this.#running !== running) return finished;
    running.sent = true;
    this.#compiler.commit(script);
    sessions.send({ type: "execute", cell, label, source: code, script, silent, userExpressions, allowStdin, debugged });
    if (!script.parenthesized) types?.commit(checked);
    return finished;
  }

  /** A new session must be ready, and an interrupt over: else it might hit what it was not meant for. */
  async #sessionFree(parent: Header): Promise<void> {
    const { publisher, sessions } = this.#options;
    await sessions.ready;
    if (!sessions.calm) return;
    const waiting = "waiting for a native call that an interrupt could not stop; interrupt again to give up this cell, restart the kernel to end the call\n";
    const note = setTimeout(() => publisher.text("stderr", waiting, parent), waitInSilenceMs);
    while (sessions.calm) await sessions.calm;
    clearTimeout(note);
  }

  #onDone({ cell, result, error, userExpressions }: Extract<Frame, { type: "done" }>): void {
    const running = this.#running;
    if (running?.cell !== cell) return;
    if (error === undefined && running.late) return running.finish({ error: running.late, told: true });
    running.finish({ result, error, userExpressions });
  }

  /** A cell asks for a session in which nothing has run. */
  async #startAfresh(): Promise<void> {
    await this.#options.sessions.startAfresh();
    this.#forget();
  }

  #forget(): void {
    this.#compiler.reset();
    this.#options.engine.types?.reset();
  }

  #onLost(error: ErrorContent): void {
    const { publisher, sessions } = this.#options;
    this.#forget();
    if (this.#running) this.#running.finish({ error });
    else publisher.publish("error", error, sessions.parentOf(sessions.lastCell));
  }
}
