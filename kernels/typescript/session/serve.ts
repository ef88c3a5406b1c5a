import { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { type Command, fds, FrameReader, type Question } from "../pipes/frames.ts";
import type { CellContext } from "./cell-context.ts";
import { Comms } from "./comms.ts";
import type { Execution } from "./execution.ts";
import { Input, installPrompts } from "./input.ts";
import type { InterruptSignals } from "./interrupt-signals.ts";
import type { FromControl, Interrupts } from "./interrupts.ts";
import type { Output } from "./output.ts";
import { Replies } from "./replies.ts";
import { replaceStdin } from "./stdin.ts";

export interface Served {
  readonly execution: Execution;
  readonly interrupts: Interrupts;
  readonly signals: InterruptSignals;
  readonly output: Output;
  readonly context: CellContext;
  /** For a session that knows its cells' types. */
  readonly answer?: (question: Question) => unknown;
}

/**
 * Connects a session to its server: commands in, late errors out, interrupts and answers to questions through the control
 * worker. Puts on globalThis what cells have of it: `prompt`, `confirm`, `comms`, `interruptSignal`.
 */
export function serve({ execution, interrupts, signals, output, context, answer }: Served): void {
  process.on("uncaughtException", (error) => execution.late(error));
  process.on("unhandledRejection", (error) => execution.late(error));
  // Clients signal whole process groups; the session is interrupted by its control worker only.
  process.on("SIGINT", () => {});

  const replies = new Replies();
  const control = new Worker(new URL("control.cjs", import.meta.url), {
    workerData: { shared: interrupts.shared, replies: replies.link },
    transferList: [replies.link.port],
  });
  control.on("message", ({ type, id }: FromControl) => (type === "interrupt" ? execution.interrupted(id) : execution.checked(id)));
  control.unref();

  const input = new Input(output, replies, () => execution.running);
  installPrompts(input);
  signals.onInterrupt(replaceStdin(input));
  const comms = new Comms(output, context);
  for (const [name, value] of Object.entries({ comms, interruptSignal: () => signals.signal() })) {
    Object.defineProperty(globalThis, name, { configurable: true, enumerable: false, writable: true, value });
  }

  const act = (command: Command): void => {
    switch (command.type) {
      case "exit":
        return process.exit(0);
      case "execute":
        return void execution.execute(command);
      case "comm":
        context.setLatest(command.cell);
        output.begin(command.cell);
        comms.receive(command.cell, command, (error) => execution.late(error, command.cell));
        return output.frame({ type: "handled", cell: command.cell });
      case "ask":
        return output.frame({ type: "answer", id: command.id, answer: answer?.(command.question) });
    }
  };
  const reader = new FrameReader<Command>();
  const commands = new Socket({ fd: fds.fromServer, readable: true, writable: false });
  commands.on("data", (chunk: Buffer) => {
    for (const command of reader.push(chunk)) act(command);
  });
  output.frame({ type: "ready" });
}
