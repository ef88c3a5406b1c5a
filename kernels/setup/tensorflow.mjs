// TensorFlow's C library, out of the Python wheel: fetched, verified, unpacked beside its place and moved there whole.
import { rm, mkdir, readdir, rename, statfs } from "node:fs/promises";
import path from "node:path";
import { SetupFailure, asFailure } from "./failure.mjs";
import { takeLock } from "./lock.mjs";
import { repository } from "./paths.mjs";
import { say } from "./say.mjs";
import { interruptible, onWait } from "./interruptible.mjs";
import { fetchWheels } from "./tensorflow-fetch.mjs";
import { libraryFolder, libraryIsCurrent, libraryStamp, readChoice, tensorflowFolder, writeChoice, writeStamp } from "./tensorflow-place.mjs";
import { unpackWheels } from "./tensorflow-unpack.mjs";
import { requireWheels } from "./tensorflow-wheels.mjs";

/** How much larger the libraries are than the wheels that they come in; both are there for a moment. */
const unpackedRatio = { cpu: 3.2, gpu: 1.7 };

/** Remembers that no TensorFlow is wanted: tensors then run on wasm. What was fetched stays. */
export const declineTensorFlow = (root = repository) => writeChoice(root, "none");

/**
 * Makes TensorFlow's library of one kind, "cpu" or "gpu", be there and be the one that tensors use. Returns "kept" or "installed".
 * Throws SetupFailure; interrupted at any time, the next run goes on with the wheels that have arrived.
 */
export async function ensureTensorFlow(kind, { root = repository } = {}) {
  try {
    const wheels = requireWheels(root, kind);
    const did = libraryIsCurrent(root, kind) ? "kept" : await interruptible((signal) => installUnderLock(root, kind, wheels, signal));
    await writeChoice(root, kind);
    return did;
  } catch (error) {
    throw error?.code === "ENOSPC" ? diskFull(neededBytes(root, kind)) : asFailure(error);
  }
}

async function installUnderLock(root, kind, wheels, signal) {
  const lock = await takeLock(root, "tensorflow", { onWait, signal });
  try {
    if (libraryIsCurrent(root, kind)) return "kept";
    const folder = tensorflowFolder(root);
    await mkdir(folder, { recursive: true });
    await sweep(folder);
    await requireSpace(folder, neededBytes(root, kind));
    const downloads = path.join(folder, "wheels");
    const files = await fetchWheels(root, downloads, wheels, { lock, signal });
    const fresh = path.join(folder, `unpacking-${process.pid}`);
    try {
      await mkdir(fresh);
      await writeStamp(fresh, libraryStamp(root, kind, await unpackWheels(files, fresh, { signal })));
      await replace(fresh, libraryFolder(root, kind));
    } finally {
      await rm(fresh, { recursive: true, force: true, maxRetries: 3 });
    }
    await rm(downloads, { recursive: true, force: true, maxRetries: 3 });
    return "installed";
  } finally {
    lock.release();
  }
}

/** A process that has the old library open keeps it: its files live on until it ends. */
async function replace(fresh, target) {
  const aside = `${target}-old-${process.pid}`;
  await rename(target, aside).catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(fresh, target);
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
}

/** What runs that were killed left. In a cache that repositories share, others' running ones are told by their processes. */
async function sweep(folder) {
  const left = (await readdir(folder)).flatMap((name) => {
    const pid = /(?:^unpacking|-old)-(\d+)$/.exec(name)?.[1];
    return pid && !isAlive(Number(pid)) ? [name] : [];
  });
  await Promise.all(left.map((name) => rm(path.join(folder, name), { recursive: true, force: true, maxRetries: 3 })));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

const neededBytes = (root, kind) => requireWheels(root, kind).reduce((sum, { bytes }) => sum + bytes, 0) * (1 + unpackedRatio[kind]);
const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(1)} GB`;

function diskFull(needed, free) {
  const have = free === undefined ? "the disk is full" : `the disk has ${gigabytes(free)} left`;
  return new SetupFailure(`${have}, and TensorFlow needs ${gigabytes(needed)} while it is set up. Free as much, or point NOISEBOOK_CACHE at another disk, then run this again`);
}

async function requireSpace(folder, needed) {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < needed) throw diskFull(needed, bavail * bsize);
}

/** One line on what tensors run on, as far as files tell without opening the library. */
export function tensorLine(root = repository, env = process.env) {
  if (env.NOISEBOOK_BACKEND) return `${env.NOISEBOOK_BACKEND}, by NOISEBOOK_BACKEND`;
  if (env.NOISEBOOK_TENSORFLOW) return `TensorFlow from ${env.NOISEBOOK_TENSORFLOW}, by NOISEBOOK_TENSORFLOW`;
  const { use, folder } = readChoice(root);
  if (folder && libraryIsCurrent(root, use, path.resolve(root, folder))) return `TensorFlow 2.21.0 for ${use.toUpperCase()}, in ${folder}`;
  const declined = use === "none" ? "as you chose; " : "";
  return `wasm, on one core (${declined}\`noisebook setup --tensorflow\` fetches TensorFlow, 274 MB: about twenty times as fast in training)`;
}

/** What `noisebook setup` was asked for, done. */
export async function tensorFlowOption({ tensorflow, none }, root) {
  if (none) {
    await declineTensorFlow(root);
    say("set-up: tensors will not use TensorFlow; `noisebook setup --tensorflow` changes that");
    return;
  }
  if (tensorflow) await ensureTensorFlow(tensorflow, { root });
}
