import { parentPort, workerData } from "node:worker_threads";
import { complete } from "./completion.ts";
import { diagnose } from "./diagnostics.ts";
import { inspect } from "./inspection.ts";
import { fileSystem, Project } from "./project.ts";
import type { FromWorker, ToWorker, WorkerOptions } from "./protocol.ts";
import { startTypeScript } from "./typescript.ts";

const { cwd, packageRoot, committed } = workerData as WorkerOptions;
const port = parentPort!;
const send = (message: FromWorker): void => port.postMessage(message);

// What the synchronous API throws when its process is gone or out of step; everything else is an answer to one question.
const processLost = /EOF|EPIPE|EBADF|ECONNRESET|is closed|name mismatch|Invalid message type|Expected /;

async function main(): Promise<void> {
  const files = new Map<string, string>();
  const { api, pid } = await startTypeScript({ cwd, fs: fileSystem(cwd, files) });
  if (pid !== undefined) send({ event: "process", pid });
  const notebook = new Project({ api, files, cwd, packageRoot, committed });
  diagnose(notebook, "1 + 1");
  send({ event: "ready" });

  const answer = (message: ToWorker): unknown => {
    switch (message.op) {
      case "check":
        return diagnose(notebook, message.code);
      case "complete":
        return complete(notebook, message.code, message.offset);
      case "inspect":
        return inspect(notebook, message.code, message.offset);
      case "commit":
        return notebook.commit(message.code);
      case "reset":
        return notebook.reset();
      case "close":
        return api.close();
    }
  };

  port.on("message", (message: ToWorker) => {
    try {
      const result = answer(message);
      if ("id" in message) send({ event: "answer", id: message.id, answer: result as undefined });
      if (message.op !== "close") notebook.tidy();
      else port.close();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (processLost.test(reason)) {
        send({ event: "lost", reason: `the TypeScript process stopped: ${reason}` });
        port.close();
      } else if ("id" in message) send({ event: "failed", id: message.id, reason });
    }
  });
}

main().catch((error: unknown) => {
  send({ event: "lost", reason: `the TypeScript process did not start: ${error instanceof Error ? error.message : String(error)}` });
  port.close();
});
