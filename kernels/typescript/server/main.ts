import path from "node:path";
import { readConnectionFile } from "../../protocol/connection.ts";
import { Wire } from "../../protocol/wire.ts";
import { packageRoot } from "../../root.ts";
import { Checker } from "../checker/client.ts";
import { CellRunner, type CheckMode } from "./cell-runner.ts";
import { Channels } from "./channels.ts";
import { log } from "./log.ts";
import { watchParent } from "./parent-watch.ts";
import { Publisher } from "./publisher.ts";
import { Requests } from "./requests.ts";
import { ShellQueue } from "./shell.ts";

// The server process: Jupyter on one side, the session and the checker on the other. It never runs user code.
const [connectionFile] = process.argv.slice(2);
if (connectionFile === undefined) {
  log("usage: node server.cjs <connection-file>; a Jupyter client starts this, or: npx noisebook run <notebook>");
  process.exit(2);
}

const drainMs = 1000;
const info = readConnectionFile(connectionFile);
const wire = new Wire(info.key, info.signature_scheme);
const channels = new Channels(wire);
const publisher = new Publisher(wire, (message) => channels.publish(message));
const mode = checkMode(process.env.NOISEBOOK_CHECK);
const built = (name: string): string => path.join(packageRoot, "dist", "kernel", name);
const checker = mode === "off" ? undefined : new Checker({ workerFile: built("checker.cjs"), cwd: process.cwd(), packageRoot });
const runner = new CellRunner({ sessionScript: built("session.cjs"), checker, mode, publisher });

let ending: Promise<void> | undefined;
const shutdown = (): Promise<void> => (ending ??= end());
async function end(): Promise<void> {
  await Promise.all([runner.end(), checker?.dispose()]);
  // The request that asked for this still has its idle status to send.
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.race([channels.drained(), new Promise((resolve) => setTimeout(resolve, drainMs))]);
  channels.close();
  process.exit(0);
}

const shell: ShellQueue = new ShellQueue((request) => requests.handle(request));
const requests = new Requests({ channels, publisher, runner, checker, shell: () => shell, shutdown });

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
    await runner.end();
    process.exit(1);
  }
  publisher.publish("status", { execution_state: "starting" }, undefined);
  channels.listen((request) => {
    if (request.channel === "control") void requests.handle(request);
    else shell.push(request);
  });
}

function checkMode(value: string | undefined): CheckMode {
  if (value === undefined || value === "strict") return "strict";
  if (value === "warn" || value === "off") return value;
  log(`NOISEBOOK_CHECK="${value}" is none of strict, warn, off; types are checked strictly`);
  return "strict";
}
