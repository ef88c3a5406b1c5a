// Set-up that can be ended at any moment, and that waits for another one.
import { Interrupted } from "./failure.mjs";
import { say } from "./say.mjs";

/** Runs `work(signal)`; a SIGINT, SIGTERM or SIGHUP meanwhile aborts the signal with an Interrupted. */
export async function interruptible(work) {
  const controller = new AbortController();
  const handlers = ["SIGINT", "SIGTERM", "SIGHUP"].map((name) => [name, () => controller.abort(new Interrupted(name))]);
  for (const [name, handler] of handlers) process.on(name, handler);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    for (const [name, handler] of handlers) process.off(name, handler);
  }
}

/** Tells whose set-up we wait for. */
export function onWait(owner) {
  const seconds = Math.round((Date.now() - owner.since) / 1000);
  say(`set-up: waiting for another set-up of this repository (process ${owner.pid}, started ${seconds} s ago)`);
}
