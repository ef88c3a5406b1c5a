import { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { type Command, fds, FrameReader, type Question } from "../pipes/frames.ts";
import type { Execution } from "./execution.ts";
import type { Interrupts } from "./interrupts.ts";
import type { Output } from "./output.ts";

export interface Served {
  readonly execution: Execution;
  readonly interrupts: Interrupts;
  readonly output: Output;
  /** For a session that knows its cells' types. */
  readonly answer?: (question: Question) => unknown;
}

/** Connects a session to its server: commands in, late errors out, interrupts through the control worker. */
export function serve({ execution, interrupts, output, answer }: Served): void {
  process.on("uncaughtException", (error) => execution.late(error));
  process.on("unhandledRejection", (error) => execution.late(error));
  // Clients signal whole process groups; the session is interrupted by its control worker only.
  process.on("SIGINT", () => {});

  const control = new Worker(new URL("control.cjs", import.meta.url), { workerData: { shared: interrupts.shared } });
  control.on("message", (id: number) => execution.interrupted(id));
  control.unref();

  const reader = new FrameReader<Command>();
  const commands = new Socket({ fd: fds.fromServer, readable: true, writable: false });
  commands.on("data", (chunk: Buffer) => {
    for (const command of reader.push(chunk)) {
      if (command.type === "exit") process.exit(0);
      else if (command.type === "execute") void execution.execute(command);
      else output.frame({ type: "answer", id: command.id, answer: answer?.(command.question) });
    }
  });
  output.frame({ type: "ready" });
}
