// The build alone, for whoever already runs from the installed packages (the tests).
import { interruptible, onWait } from "./interruptible.mjs";
import { buildIsCurrent } from "./stamp.mjs";

/** Builds dist/ where the sources have changed since; true where it did. Throws SetupFailure. */
export async function ensureBuild(root) {
  if (buildIsCurrent(root)) return false;
  const [{ takeLock }, { build }] = await Promise.all([import("./lock.mjs"), import("./build.mjs")]);
  return interruptible(async (signal) => {
    const lock = await takeLock(root, "setup", { onWait, signal });
    try {
      if (buildIsCurrent(root)) return false;
      await build(root);
      return true;
    } finally {
      lock.release();
    }
  });
}
