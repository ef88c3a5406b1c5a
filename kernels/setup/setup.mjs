// The order of set-up: look, and only where something is missing take the lock, look again, install, build.
import { Interrupted, asFailure } from "./failure.mjs";
import { repository } from "./paths.mjs";
import { say } from "./say.mjs";
import { buildIsCurrent, packagesAreCurrent } from "./stamp.mjs";

/** Whether packages and build are as the sources want them; reads, never writes. */
export function readiness(root = repository) {
  const packages = packagesAreCurrent(root);
  return { packages, build: packages && buildIsCurrent(root) };
}

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

/**
 * Sets up what is missing. Returns what it did: packages "kept", "accepted" or "installed", build "kept" or "built".
 * Throws SetupFailure.
 */
export async function setUp(root = repository) {
  if (readiness(root).build) return { packages: "kept", build: "kept" };
  try {
    return await interruptible((signal) => setUpUnderLock(root, signal));
  } catch (error) {
    throw asFailure(error);
  }
}

async function setUpUnderLock(root, signal) {
  const { takeLock } = await import("./lock.mjs");
  const lock = await takeLock(root, "setup", { onWait, signal });
  try {
    const { installPackages, sweep } = await import("./install.mjs");
    const did = { packages: "kept", build: "kept" };
    await sweep(root);
    if (!packagesAreCurrent(root)) did.packages = await installPackages(root, { lock, signal });
    if (!buildIsCurrent(root)) {
      const { build } = await import("./build.mjs");
      const started = Date.now();
      await build(root);
      did.build = "built";
      say(`set-up: built dist/ in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    }
    signal.throwIfAborted();
    return did;
  } finally {
    lock.release();
  }
}

/**
 * Set-up as a command: true when all is there; else the failure is told and the exit code set. With `tensors`, TensorFlow too where it can
 * be had.
 */
export async function main({ root = repository, tensors = false } = {}) {
  try {
    await setUp(root);
    if (tensors) await (await import("./default-tensorflow.mjs")).ensureDefaultTensorFlow(root);
    return true;
  } catch (error) {
    const failure = asFailure(error);
    say(`set-up: ${failure.message}`);
    process.exitCode = failure.exitCode;
    return false;
  }
}
