import { readdirSync, readFileSync, writeSync } from "node:fs";
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { DebugLink } from "../debugger/control.ts";
import { type ControlCommand, type ControlReport, encodeFrame, fds, FrameReader } from "../pipes/frames.ts";
import { type FromControl, slots } from "./interrupts.ts";
import type { ReplyLink } from "./replies.ts";

// The control worker: it can act while the session's main thread computes.
const { shared, replies } = workerData as { shared: Int32Array; replies: ReplyLink };
const port = parentPort!;
const retryMs = 60;
const flushMs = 5;
/** A main thread that answers within this time is not held by anything. */
const responsiveMs = 150;
/** How long a package may take to load before its import is cut short. */
const wholeMs = 3000;
/** One that has noticed its interrupt and does not answer within this time is held by what the interrupt did not end. */
const heldMs = 2000;

const session = new Session();
session.connectToMainThread();

const debug = new DebugLink((report) => send(report));

let last: Promise<void> = Promise.resolve();

async function interrupt(gentle: boolean): Promise<void> {
  debug.release();
  let held = !gentle || !(await responds(responsiveMs));
  while (held) {
    await stop();
    held = !(await responds(heldMs));
  }
  debug.restore();
  send({ type: "settled" });
}

function send(report: ControlReport): void {
  const frame = encodeFrame(report);
  for (let at = 0; at < frame.length; ) at += writeSync(fds.fromControl, frame, at);
}

let checks = 0;

/** True once the main thread has answered a question that was asked after all that came before. */
async function responds(patienceMs: number): Promise<boolean> {
  const check = ++checks;
  const deadline = performance.now() + patienceMs;
  do {
    tell({ type: "check", id: check });
    await sleep(flushMs);
  } while (Atomics.load(shared, slots.checked) !== check && performance.now() < deadline);
  return Atomics.load(shared, slots.checked) === check;
}

/** Terminates what runs, again and again until the main thread has noticed; one termination at a time, else they would pile up. */
async function stop(): Promise<void> {
  const id = Atomics.add(shared, slots.count, 1) + 1;
  Atomics.store(shared, slots.pending, 1);
  for (let attempt = 0; Atomics.load(shared, slots.pending) === 1; attempt++) {
    // A main thread that waits for a child (execSync) reacts to nothing else: end the child. The session itself ignores SIGINT.
    if (attempt % 8 === 1 && hasChildren()) process.kill(-process.pid, "SIGINT");
    if (!terminating()) terminate(attempt * retryMs > wholeMs);
    tell({ type: "interrupt", id });
    await sleep(retryMs);
  }
  // A termination that found nothing to stop hits the next JavaScript that runs: let that be ours.
  while (terminating()) await responds(0);
}

function terminate(anything: boolean): void {
  const over = (): void => void Atomics.store(shared, slots.terminating, 0);
  Atomics.store(shared, slots.terminating, 1);
  // In this order: the main thread counts first, and looks whether it is about to be terminated then.
  if (!anything && Atomics.load(shared, slots.whole) > 0) over();
  else session.post("Runtime.terminateExecution", over);
}

const terminating = (): boolean => Atomics.load(shared, slots.terminating) === 1;

function tell(message: FromControl): void {
  port.postMessage(message);
}

function hasChildren(): boolean {
  try {
    return readdirSync("/proc/self/task").some((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8").trim() !== "");
  } catch {
    return true;
  }
}

const reader = new FrameReader<ControlCommand>();
const pipe = new Socket({ fd: fds.control, readable: true, writable: false });
pipe.on("data", (chunk: Buffer) => {
  for (const command of reader.push(chunk)) {
    if (command.type === "interrupt") last = last.then(() => interrupt(command.gentle));
    else if (command.type === "debug") debug.receive(command);
    else {
      replies.port.postMessage(command);
      Atomics.add(replies.counter, 0, 1);
      Atomics.notify(replies.counter, 0);
    }
  }
});
// The server is gone, however it ended: so goes the session with all its children.
pipe.on("close", () => process.kill(-process.pid, "SIGKILL"));
