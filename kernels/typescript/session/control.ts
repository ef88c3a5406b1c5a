import { readdirSync, readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { fds } from "../pipes/frames.ts";
import { slots } from "./interrupts.ts";

// The control worker: it can act while the session's main thread computes.
const { shared } = workerData as { shared: Int32Array };
const retryMs = 60;
const attempts = 100;

const session = new Session();
session.connectToMainThread();

let busy = false;
async function interrupt(): Promise<void> {
  if (busy) return;
  busy = true;
  const id = Atomics.add(shared, slots.count, 1) + 1;
  Atomics.store(shared, slots.pending, 1);
  for (let attempt = 0; attempt < attempts && Atomics.load(shared, slots.pending) === 1; attempt++) {
    // A main thread that waits for a child (execSync) reacts to nothing else: end the child. The session itself ignores SIGINT.
    if (attempt === 1 && hasChildren()) process.kill(-process.pid, "SIGINT");
    session.post("Runtime.terminateExecution", () => {});
    parentPort?.postMessage(id);
    await sleep(retryMs);
  }
  busy = false;
}

function hasChildren(): boolean {
  try {
    return readdirSync("/proc/self/task").some((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8").trim() !== "");
  } catch {
    return true;
  }
}

const pipe = new Socket({ fd: fds.interrupts, readable: true, writable: false });
pipe.on("data", () => void interrupt());
// The server is gone, however it ended: so goes the session with all its children.
pipe.on("close", () => process.kill(-process.pid, "SIGKILL"));
