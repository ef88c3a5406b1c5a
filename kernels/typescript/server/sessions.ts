import type { ErrorContent, Header } from "../../protocol/message.ts";
import type { Command, ControlCommand } from "../pipes/frames.ts";
import { lossError } from "./cell-errors.ts";
import type { Engine } from "./engine.ts";
import { log } from "./log.ts";
import { OutputBudget } from "./output-budget.ts";
import type { Publisher } from "./publisher.ts";
import { type CellFrame, type DebugReport, SessionHost } from "./session-host.ts";
import type { SessionProcess } from "./session-process.ts";

type Listener<T extends CellFrame["type"]> = (frame: Extract<CellFrame, { type: T }>) => void;

/** What is remembered of a cell: output may still come long after it ended. */
interface CellRecord {
  readonly parent: Header;
  readonly budget: OutputBudget;
}

const rememberedCells = 10_000;
/** Sessions in a row that end before they are ready: the next would not do better. */
const hopeless = 3;

/** The session that is there now, one after the other; publishes what its cells put out, each under the request that started it. */
export class Sessions {
  readonly #engine: Engine;
  readonly #publisher: Publisher;
  readonly #cells = new Map<number, CellRecord>();
  readonly #listeners = new Map<string, (frame: never) => void>();
  readonly #onSettled: (() => void)[] = [];
  readonly #onReplaced: (() => void)[] = [];
  #onDebug: (report: DebugReport) => void = () => {};
  readonly #onLost: ((error: ErrorContent) => void)[] = [];
  #host: SessionHost;
  #lastCell = 0;
  #unready = 0;
  /** Why no session is there, and none will be. */
  #given: ErrorContent | undefined;

  constructor(engine: Engine, publisher: Publisher) {
    this.#engine = engine;
    this.#publisher = publisher;
    this.#host = this.#take(engine.firstSession);
  }

  /** One listener a type of frame; displays and cleared outputs are published here. */
  on<T extends CellFrame["type"]>(type: T, listener: Listener<T>): void {
    this.#listeners.set(type, listener as (frame: never) => void);
  }

  onLost(listener: (error: ErrorContent) => void): void {
    this.#onLost.push(listener);
  }

  /** Told when another session has taken the place of the one before. */
  onReplaced(listener: () => void): void {
    this.#onReplaced.push(listener);
  }

  onDebug(listener: (report: DebugReport) => void): void {
    this.#onDebug = listener;
  }

  /** Told when an interrupt is over. */
  onSettled(listener: () => void): void {
    this.#onSettled.push(listener);
  }

  /** A number for what a request starts in the session. */
  begin(parent: Header): number {
    const cell = ++this.#lastCell;
    this.#cells.set(cell, { parent, budget: new OutputBudget() });
    if (this.#cells.size > rememberedCells) this.#cells.delete(this.#cells.keys().next().value as number);
    return cell;
  }

  /** The cell is over: what was held back of its output is told before its idle. */
  finish(cell: number): void {
    const record = this.#cells.get(cell);
    const note = record?.budget.finish();
    if (note !== undefined) this.#publisher.text("stderr", note, record?.parent);
  }

  parentOf(cell: number): Header | undefined {
    return this.#cells.get(cell)?.parent;
  }

  /** Why no session will ever be ready, if so. */
  get hopeless(): ErrorContent | undefined {
    return this.#given;
  }

  get ready(): Promise<void> {
    return this.#host.ready;
  }

  get calm(): Promise<void> | undefined {
    return this.#host.calm;
  }

  send(command: Command): void {
    this.#host.send(command);
  }

  control(command: ControlCommand): void {
    this.#host.control(command);
  }

  /** @see SessionHost.interrupt */
  async interrupt(gentle: boolean, wanted: () => boolean): Promise<void> {
    await this.#host.interrupt(gentle, wanted);
    for (const tell of this.#onSettled) tell();
  }

  /** Ends the session as lost; a new one takes its place. */
  kill(): void {
    this.#host.kill();
  }

  end(): Promise<void> {
    return this.#host.end();
  }

  /** Ends the session as asked, not as lost, and starts another. */
  async startAfresh(): Promise<void> {
    await this.#host.end();
    this.#replace();
  }

  #replace(): void {
    this.#host = this.#take(this.#engine.startSession());
    for (const tell of this.#onReplaced) tell();
  }

  #take(session: SessionProcess): SessionHost {
    let ready = false;
    const host = new SessionHost(session, {
      text: (stream, cell, text) => {
        const record = this.#cells.get(cell);
        const shown = record ? record.budget.text(text) : text;
        if (shown !== "") this.#publisher.text(stream, shown, record?.parent);
      },
      frame: (frame) => this.#publishOrPass(frame),
      debug: (report) => this.#onDebug(report),
      lost: (reason) => this.#lose(reason, ready),
    });
    void host.ready.then(() => {
      ready = true;
      this.#unready = 0;
    });
    this.#engine.onSession?.(host);
    return host;
  }

  #publishOrPass(frame: CellFrame): void {
    const record = this.#cells.get(frame.cell);
    switch (frame.type) {
      case "display": {
        const bundle = record ? record.budget.bundle(frame.bundle) : frame.bundle;
        const type = frame.update ? "update_display_data" : "display_data";
        return this.#publisher.publish(type, { ...bundle, transient: { display_id: frame.displayId } }, record?.parent);
      }
      case "clear":
        return this.#publisher.publish("clear_output", { wait: frame.wait }, record?.parent);
      case "done":
        (this.#listeners.get("done") as Listener<"done"> | undefined)?.(record && frame.result ? { ...frame, result: record.budget.bundle(frame.result) } : frame);
        return;
      default:
        this.#listeners.get(frame.type)?.(frame as never);
    }
  }

  #lose(reason: string, wasReady: boolean): void {
    if (!wasReady && ++this.#unready >= hopeless) {
      const evalue = `no session starts: ${reason}. Look at NODE_OPTIONS and the kernel's log, then restart the kernel`;
      this.#given = { ename: "SessionLost", evalue, traceback: [`SessionLost: ${evalue}`] };
      log(evalue);
    } else {
      this.#replace();
    }
    for (const tell of this.#onLost) tell(this.#given ?? lossError(reason));
  }

  /** The number of the last thing that was started. */
  get lastCell(): number {
    return this.#lastCell;
  }
}
