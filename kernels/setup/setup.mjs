// The order of set-up: look, and only where something is missing take the lock, look again, install, build.
import { asFailure } from "./failure.mjs";
import { interruptible, onWait } from "./interruptible.mjs";
import { repository } from "./paths.mjs";
import { say } from "./say.mjs";
import { buildIsCurrent, packagesAreCurrent } from "./stamp.mjs";

/** Whether packages and build are as the sources want them; reads, never writes. */
export function readiness(root = repository) {
  const packages = packagesAreCurrent(root);
  return { packages, build: packages && buildIsCurrent(root) };
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
