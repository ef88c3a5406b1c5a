import { Socket } from "node:net";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { packageRoot } from "../../root.ts";
import type { Loader } from "../modules/index.ts";
import { tokenVariable } from "../pipes/barrier.ts";
import { type Command, fds, FrameReader } from "../pipes/frames.ts";
import { createCellContext } from "./cell-context.ts";
import { CellSources } from "./cell-sources.ts";
import { Displays } from "./displays.ts";
import { Evaluator } from "./evaluate.ts";
import { Execution } from "./execution.ts";
import { installGlobals, scopeName } from "./globals.ts";
import { Interrupts } from "./interrupts.ts";
import { Output, replaceStreams } from "./output.ts";
import { trackTimers } from "./timers.ts";

// The session process: user code on the main thread, the control worker beside it.
const token = process.env[tokenVariable] ?? "";
delete process.env[tokenVariable];

const context = createCellContext();
const output = new Output(token, context.current);
replaceStreams(output);
const timers = trackTimers(context);
const displays = new Displays(output, context);
const sources = new CellSources();
const interrupts = new Interrupts();
const notebookFile = path.join(process.cwd(), "notebook.ts");

let loader: Loader | undefined;
function theLoader(): Loader {
  // Required at the first import, not at the start: its compiler takes longer to load than all the rest.
  const { createLoader } = require("../modules/index.ts") as typeof import("../modules/index.ts");
  return (loader ??= createLoader({ notebookFile, packageRoot, sourceMaps: sources.maps }));
}
const scope = installGlobals({
  loader: theLoader,
  displays,
  notebookFile,
});
const evaluator = new Evaluator(scope, scopeName);
const execution = new Execution({ evaluator, output, displays, context, sources, timers, interrupts, forgetUnfinished: () => loader?.forgetUnfinished() });

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
    if (command.type === "execute") void execution.execute(command);
  }
});
output.frame({ type: "ready" });
