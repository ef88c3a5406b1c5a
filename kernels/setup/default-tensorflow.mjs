// TensorFlow for who has not chosen: the CPU's is fetched, for tensors run twenty times as fast on it and a notebook's training needs it.
// Where it cannot be had, all else works without.
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Interrupted, asFailure } from "./failure.mjs";
import { repository, stateFolder } from "./paths.mjs";
import { say } from "./say.mjs";
import { readJson } from "./stamp.mjs";
import { libraryIsCurrent, readChoice } from "./tensorflow-place.mjs";

const failureFile = (root) => path.join(stateFolder(root), "tensorflow-failure.json");
const retryAfter = 24 * 3600 * 1000;

/** Whether tensors need nothing from here: they were told what to run on, or find it. */
async function isSettled(root, env) {
  if ((env.NOISEBOOK_BACKEND || "tensorflow") !== "tensorflow" || env.NOISEBOOK_TENSORFLOW) return true;
  const { use } = readChoice(root);
  if (use === "none") return true;
  if (use !== undefined) return libraryIsCurrent(root, use);
  const { findLibrary } = await import(pathToFileURL(path.join(root, "dist/library.js")).href);
  return findLibrary(env, root).found.length > 0;
}

/**
 * Fetches TensorFlow where nobody has chosen and none is here, or where the chosen one is no longer there. Says in one line what is lost
 * where that fails, and tries again a day later. Throws SetupFailure for an interrupt alone.
 */
export async function ensureDefaultTensorFlow(root = repository, env = process.env) {
  if (await isSettled(root, env)) return;
  const before = readJson(failureFile(root));
  if (before && Date.now() - before.at < retryAfter) return sayWithout(before.reason);
  try {
    const { ensureTensorFlow } = await import("./tensorflow.mjs");
    await ensureTensorFlow(readChoice(root).use ?? "cpu", { root });
    await rm(failureFile(root), { force: true });
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const reason = asFailure(error).message.split("\n")[0];
    sayWithout(reason);
    await mkdir(stateFolder(root), { recursive: true });
    await writeFile(failureFile(root), JSON.stringify({ at: Date.now(), reason }));
  }
}

function sayWithout(reason) {
  say(
    `set-up: no TensorFlow (${reason}). Tensors run on WebAssembly, about a twentieth as fast in training, and what only TensorFlow can do is counted apart. ` +
      "`npx noisebook setup --tensorflow` tries again; --none goes without and says no more",
  );
}
