import { engine } from "./early.ts";
import { readConnectionFile } from "../../protocol/connection.ts";
import { Wire } from "../../protocol/wire.ts";
import { Debugging } from "../debugger/index.ts";
import { CellRunner } from "./cell-runner.ts";
import { Channels } from "./channels.ts";
import { Comms } from "./comms.ts";
import { openHistory } from "./history/index.ts";
import { InputRequests } from "./input-requests.ts";
import { log } from "./log.ts";
import { watchParent } from "./parent-watch.ts";
import { Publisher } from "./publisher.ts";
import { Requests } from "./requests.ts";
import { Sessions } from "./sessions.ts";
import { ShellQueue } from "./shell.ts";

// The server process: Jupyter on one side, the session and the checker on the other. It never runs user code.
const [connectionFile] = process.argv.slice(2);
if (connectionFile === undefined) {
  log("usage: node server.cjs <connection-file> [--engine tslab]; a Jupyter client starts this, or: npx noisebook run <notebook>");
  process.exit(2);
}

const drainMs = 1000;
const info = readConnectionFile(connectionFile);
const wire = new Wire(info.key, info.signature_scheme);
const channels = new Channels(wire);
const publisher = new Publisher(wire, (message) => channels.publish(message));
const sessions = new Sessions(engine, publisher);
const debugging: Debugging = new Debugging({ engine, publisher, sessions, interrupt: () => runner.interrupt() });
const runner = new CellRunner({ engine, publisher, sessions, debugging });
const comms = new Comms(sessions, publisher);
const inputs = new InputRequests(channels, sessions, publisher);

let ending: Promise<void> | undefined;
const shutdown = (): Promise<void> => (ending ??= end());
async function end(): Promise<void> {
  await Promise.all([sessions.end(), engine.types?.dispose()]);
  // The request that asked for this still has its idle status to send.
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.race([channels.drained(), new Promise((resolve) => setTimeout(resolve, drainMs))]);
  channels.close();
  process.exit(0);
}

const shell: ShellQueue = new ShellQueue((request) => requests.handle(request));
const requests = new Requests({ channels, publisher, sessions, runner, debugging, comms, inputs, history: openHistory(), engine, shell: () => shell, shutdown });

process.on("SIGINT", () => runner.interrupt());
process.on("SIGTERM", () => void shutdown());
process.on("SIGHUP", () => void shutdown());
watchParent(() => void shutdown());

void listen();

async function listen(): Promise<void> {
  try {
    await channels.bind(info);
  } catch (error) {
    log(`cannot listen: ${(error as Error).message}; start the kernel again, on other ports`);
    await sessions.end();
    process.exit(1);
  }
  publisher.publish("status", { execution_state: "starting" }, undefined);
  channels.listen({
    request(request) {
      if (request.channel === "control") void requests.handle(request);
      else shell.push(request);
    },
    input: (message, identities) => inputs.answer(message, identities),
  });
}
