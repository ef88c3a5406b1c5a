import type { Debugger, Runtime } from "node:inspector";
import { DebugError, type Scope, threadId } from "./dap.ts";
import type { Inspector } from "./inspector.ts";
import { type Place, Stack } from "./stack.ts";
import type { Sources } from "./sources.ts";
import { textOf } from "./values.ts";
import type { Variables } from "./variables.ts";

export type StepKind = "stepInto" | "stepOver" | "stepOut";

interface Step {
  readonly kind: StepKind;
  readonly from: Place | undefined;
  repeats: number;
}

/** A step that stays in its line goes on, but not for ever: a loop may be all in one line. */
const repeatsAtMost = 100;
const wanderAtMost = 500;
/** After a step the program stands still again almost at once; if it does not, the client learns that it runs. */
const stepGraceMs = 100;

export interface ExecutionParts {
  readonly inspector: Inspector;
  readonly sources: Sources;
  readonly variables: Variables;
  readonly emit: (event: string, body: object) => void;
}

/** Whether the program runs or stands still, and how it goes from one to the other. */
export class Execution {
  readonly #parts: ExecutionParts;
  #stack: Stack | undefined;
  #exception: Runtime.RemoteObject | undefined;
  #step: Step | undefined;
  #pausing = false;
  #wandered = 0;
  /** Exceptions that are caught do not stop the program. */
  onlyUncaught = false;
  /** The client thinks that the program stands still. */
  #told = false;
  #grace: NodeJS.Timeout | undefined;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
  }

  get stopped(): boolean {
    return this.#stack !== undefined;
  }

  /** @throws DebugError while the program runs */
  get stack(): Stack {
    if (!this.#stack) throw new DebugError("the program is running; it has a stack where it stands still");
    return this.#stack;
  }

  get exception(): Runtime.RemoteObject | undefined {
    return this.#stack && this.#exception;
  }

  scopes(frameId: unknown): Scope[] {
    return this.stack.scopes(frameId, this.#parts.variables);
  }

  async step(kind: StepKind): Promise<void> {
    this.#step = { kind, from: this.stack.place, repeats: 0 };
    await this.#parts.inspector.post(`Debugger.${kind}`);
  }

  async continue(): Promise<void> {
    this.#step = undefined;
    if (this.#stack) await this.#parts.inspector.post("Debugger.resume");
  }

  /** Stops at the next line that runs, be it of a later cell. */
  async pause(): Promise<void> {
    if (this.#stack) return;
    this.#pausing = true;
    this.#wandered = 0;
    await this.#parts.inspector.post("Debugger.pause");
  }

  async paused({ callFrames, reason, hitBreakpoints = [], data }: Debugger.PausedEventDataType): Promise<void> {
    const stack = new Stack(callFrames, this.#parts.sources);
    const hit = hitBreakpoints.length > 0;
    const thrown = reason === "exception" || reason === "promiseRejection";
    if (thrown && this.onlyUncaught && !(data as { uncaught?: boolean } | undefined)?.uncaught && !stack.endsCell) return this.#goOn(this.#step?.kind ?? "resume");
    const again = hit || thrown ? undefined : this.#goesOn(stack);
    if (again) return this.#goOn(again);
    clearTimeout(this.#grace);
    const why = thrown ? "exception" : this.#pausing ? "pause" : hit ? "breakpoint" : this.#step ? "step" : "breakpoint";
    this.#stack = stack;
    this.#exception = thrown ? (data as Runtime.RemoteObject | undefined) : undefined;
    this.#step = undefined;
    this.#pausing = false;
    this.#parts.variables.reset();
    this.#told = true;
    const text = this.#exception ? textOf(this.#exception) : undefined;
    // What was printed before the stop is on its way, by other pipes.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#stack !== stack) return;
    this.#parts.emit("stopped", { reason: why, threadId, allThreadsStopped: true, ...(text === undefined ? {} : { description: "Paused on an exception", text }) });
  }

  /** A cell begins: no step of what ran before goes on in it. */
  begin(): void {
    if (!this.#stack) this.#step = undefined;
  }

  /** A pause was asked for and nothing has run since. */
  get pausing(): boolean {
    return this.#pausing;
  }

  resumed(): void {
    this.#stack = undefined;
    this.#exception = undefined;
    if (!this.#told) return;
    clearTimeout(this.#grace);
    if (this.#step) this.#grace = setTimeout(() => this.#tellContinued(), stepGraceMs);
    else this.#tellContinued();
  }

  /** The program that stood still is gone, or nobody looks at it any more. */
  reset(): void {
    this.#step = undefined;
    this.#pausing = false;
    this.resumed();
    this.#parts.variables.reset();
  }

  #tellContinued(): void {
    this.#told = false;
    this.#parts.variables.reset();
    this.#parts.emit("continued", { threadId, allThreadsContinued: true });
  }

  /** A step that ended in what was added to a person's text, or in the line that it began in. */
  #goesOn(stack: Stack): StepKind | "resume" | undefined {
    const { place } = stack;
    if (stack.empty) return this.#wanders() ? "stepInto" : "resume";
    const step = this.#step;
    // Of Node.js V8 knows no origin that it could skip by.
    if (stack.inNode && step) return step.repeats++ < repeatsAtMost ? "stepOut" : undefined;
    if (!step) return place ? undefined : this.#stepFromNowhere();
    if (step.repeats++ >= repeatsAtMost) return undefined;
    if (!place) return step.kind === "stepInto" ? "stepInto" : "stepOver";
    const { from, kind } = step;
    const same = from && from.url === place.url && from.line === place.line && from.depth === place.depth;
    return same && kind !== "stepOut" ? kind : undefined;
  }

  /** Between two tasks there is nothing of the user's; the next one is a few calls away. */
  #wanders(): boolean {
    return this.#pausing && this.#wandered++ < wanderAtMost;
  }

  #stepFromNowhere(): StepKind | undefined {
    this.#step = { kind: "stepInto", from: undefined, repeats: 1 };
    return "stepInto";
  }

  async #goOn(how: StepKind | "resume"): Promise<void> {
    await this.#parts.inspector.post(`Debugger.${how}`);
  }
}
