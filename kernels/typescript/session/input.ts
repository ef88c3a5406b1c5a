import type { Output } from "./output.ts";
import type { InputReply, Replies } from "./replies.ts";

/** Input was asked for where nobody can answer. The name is ipykernel's: clients and people know it. */
export class StdinNotImplementedError extends Error {
  override readonly name = "StdinNotImplementedError";
}

/** The cell that runs, as far as input is concerned. */
export interface Asker {
  readonly cell: number;
  readonly allowStdin: boolean;
}

/** Questions to the person at the client. */
export class Input {
  readonly #output: Output;
  readonly #replies: Replies;
  readonly #running: () => Asker | undefined;
  #asked = 0;

  /** @param running the cell that runs; questions reach its client only */
  constructor(output: Output, replies: Replies, running: () => Asker | undefined) {
    this.#output = output;
    this.#replies = replies;
    this.#running = running;
  }

  /**
   * Asks and blocks until the answer is there.
   *
   * @throws StdinNotImplementedError where no cell runs, or its client takes no questions
   */
  ask(prompt: string, password = false): string {
    return answerOf(this.#replies.waitFor(this.#send(prompt, password)));
  }

  /** Asks and lets the thread go on; rejects as `ask` throws. */
  async later(prompt: string): Promise<string> {
    return answerOf(await this.#replies.once(this.#send(prompt, false)));
  }

  /** The number of the cell that may ask now. */
  get asker(): number | undefined {
    return this.#running()?.cell;
  }

  /** Why nobody can be asked now, if so. */
  refusal(): StdinNotImplementedError | undefined {
    const asker = this.#running();
    if (!asker) return new StdinNotImplementedError("input was asked for while no cell runs; ask in a cell and await the answer there");
    if (asker.allowStdin) return undefined;
    return new StdinNotImplementedError("input was asked for, but this client does not answer questions; give the value in the code or in an environment variable");
  }

  #send(prompt: string, password: boolean): number {
    const refusal = this.refusal();
    if (refusal) throw refusal;
    const asker = this.#running() as Asker;
    const id = ++this.#asked;
    this.#output.frame({ type: "input", cell: asker.cell, id, prompt, password });
    return id;
  }
}

function answerOf({ value, refused }: InputReply): string {
  if (value === undefined) throw new StdinNotImplementedError(refused ?? "the question was not answered");
  return value;
}

/** Puts `prompt` and `confirm` on globalThis. */
export function installPrompts(input: Input): void {
  const hidden = (name: string, value: unknown): void => void Object.defineProperty(globalThis, name, { configurable: true, enumerable: false, writable: true, value });
  hidden("prompt", (message: unknown = "", options: unknown = {}): string => {
    const { default: otherwise, password } = (typeof options === "object" && options !== null ? options : { default: String(options) }) as { default?: string; password?: boolean };
    const answer = input.ask(`${String(message)}${otherwise === undefined ? "" : ` [${otherwise}]`} `.trimStart(), password === true);
    return answer === "" && otherwise !== undefined ? otherwise : answer;
  });
  hidden("confirm", (message: unknown = ""): boolean => /^\s*(y|yes)\s*$/i.test(input.ask(`${String(message)} [y/N] `.trimStart())));
}
