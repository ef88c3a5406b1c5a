import readline from "node:readline";
import readlinePromises from "node:readline/promises";
import { syncBuiltinESMExports } from "node:module";
import { Readable } from "node:stream";
import type { Input } from "./input.ts";

type AnyFunction = (...args: unknown[]) => unknown;
type Lines = readline.Interface | readlinePromises.Interface;

/** Replaces process.stdin: whoever reads it asks the person at the client for a line. Returns what an interrupt has to call. */
export function replaceStdin(input: Input): () => void {
  let stdin: Stdin | undefined;
  Object.defineProperty(process, "stdin", {
    configurable: true,
    enumerable: true,
    get: () => (stdin && !stdin.destroyed ? stdin : (stdin = new Stdin(input))),
  });
  for (const module of [readline, readlinePromises] as { createInterface: unknown }[]) {
    const create = module.createInterface as AnyFunction;
    module.createInterface = Object.defineProperty(
      (...args: unknown[]): unknown => {
        const lines = create(...args) as Lines;
        if ((lines as unknown as { input?: unknown }).input === stdin && stdin) stdin.readBy(lines);
        return lines;
      },
      "name",
      { value: "createInterface" },
    );
  }
  syncBuiltinESMExports();
  return () => stdin?.abandon();
}

class Stdin extends Readable {
  readonly fd = 0;
  readonly #input: Input;
  readonly #readers = new Map<Lines, { questions: number }>();
  #wanted = false;
  #asked: number | undefined;

  constructor(input: Input) {
    super({ encoding: "utf8" });
    this.#input = input;
  }

  /**
   * A reader of lines reads ahead, also when nobody is waiting for a line: then it must not ask. Its questions and its
   * listeners tell.
   */
  readBy(lines: Lines): void {
    const state = { questions: 0 };
    this.#readers.set(lines, state);
    lines.once("close", () => this.#readers.delete(lines));
    const question = lines.question.bind(lines) as AnyFunction;
    const answered = (): void => void (state.questions -= 1);
    Object.assign(lines, {
      question: (...args: unknown[]): unknown => {
        const callback = args.at(-1);
        const refusal = this.#input.refusal();
        if (refusal && typeof callback === "function") throw refusal;
        if (refusal) return Promise.reject(refusal);
        state.questions += 1;
        if (typeof callback === "function") args[args.length - 1] = (answer: unknown) => (answered(), (callback as AnyFunction)(answer));
        const outcome = question(...args);
        if (outcome instanceof Promise) outcome.then(answered, answered);
        this.#askSoon();
        return outcome;
      },
    });
    lines.on("newListener", (event) => void (event === "line" && this.#askSoon()));
  }

  /** Nobody waits for what was asked: its readers would take the answers to later questions. */
  abandon(): void {
    this.#asked = undefined;
    for (const lines of [...this.#readers.keys()]) lines.close();
  }

  /** Also called where an earlier reader has left a read open, and so `_read` is not. */
  override read(size?: number): unknown {
    this.#askSoon();
    return super.read(size);
  }

  override _read(): void {
    this.#wanted = true;
    this.#askSoon();
  }

  #askSoon(): void {
    process.nextTick(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    const cell = this.#input.asker;
    if (!this.#wanted || !this.#isAwaited() || (this.#asked !== undefined && this.#asked === cell)) return;
    this.#asked = cell ?? -1;
    try {
      const line = await this.#input.later("");
      if (this.#asked !== (cell ?? -1)) return;
      this.#asked = undefined;
      this.#wanted = false;
      this.push(`${line}\n`);
    } catch (error) {
      this.#asked = undefined;
      const reader = [...this.#readers.keys()].find(isAwaited);
      // Loops over the lines reject by an error event of their reader; idle readers would pass on the stream's, to nobody.
      if (reader) return void (reader as unknown as NodeJS.EventEmitter).emit("error", error);
      this.abandon();
      this.emit("error", error);
    }
  }

  #isAwaited(): boolean {
    // A reader of lines has one listener; whoever has more wants all that comes.
    if (this.listenerCount("readable") > 0 || this.listenerCount("data") > this.#readers.size) return true;
    return [...this.#readers].some(([lines, { questions }]) => questions > 0 || isAwaited(lines));
  }
}

const isAwaited = (lines: Lines): boolean => (lines as unknown as NodeJS.EventEmitter).listenerCount("line") > 0;
