// One set-up at a time in one repository. The lock names its owner; a dead owner's lock is taken over, with what it left running.
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endGroup, lives, startOf } from "./processes.mjs";
import { stateFolder } from "./paths.mjs";
import { readJson } from "./stamp.mjs";

const heartbeat = 2000;
const silence = 60_000;

const age = (file) => {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
};

function create(file, text) {
  try {
    closeSync(openSync(file, "wx"));
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
  writeFileSync(file, text);
  return true;
}

/** A lock is dead when its process is; of another machine's process only the heartbeat tells, and of a lock without text its age. */
function isDead(file, owner) {
  if (!owner) return age(file) > 5000;
  return owner.host === hostname() ? !lives(owner) : age(file) > silence;
}

/** Removes a dead owner's lock. A second lock file guards this, so that two who find it dead do not remove a live one. */
function removeDead(file) {
  const guard = `${file}.takeover`;
  if (age(guard) > 10_000) rmSync(guard, { force: true });
  if (!create(guard, "")) return;
  try {
    const owner = readJson(file);
    if (!isDead(file, owner)) return;
    if (owner?.host === hostname() && owner.child && lives(owner.child)) endGroup(owner.child.pid, "SIGKILL");
    rmSync(file, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/**
 * Waits for the lock `name` of the repository and holds it. `onWait(owner)` is called once where somebody else has it.
 * Returns `release()` and `leads(pid)`, which notes a process group started under the lock, to be ended if we die before it.
 */
export async function takeLock(root, name, { onWait = () => {}, signal } = {}) {
  const file = path.join(stateFolder(root), `${name}.lock`);
  mkdirSync(stateFolder(root), { recursive: true });
  const me = { pid: process.pid, start: startOf(process.pid), host: hostname(), since: Date.now() };
  let told = false;
  while (!create(file, JSON.stringify(me))) {
    signal?.throwIfAborted();
    const owner = readJson(file);
    if (isDead(file, owner)) removeDead(file);
    else {
      if (owner && !told) {
        told = true;
        onWait(owner);
      }
      await sleep(100, undefined, { signal });
    }
  }
  const timer = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // The folder was deleted under us; the work itself will say so.
    }
  }, heartbeat);
  timer.unref();
  const rewrite = (content) => {
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(content));
    renameSync(`${file}.${process.pid}`, file);
  };
  return {
    leads: (pid) => rewrite({ ...me, child: { pid, start: startOf(pid) } }),
    release: () => {
      clearInterval(timer);
      if (readJson(file)?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}
