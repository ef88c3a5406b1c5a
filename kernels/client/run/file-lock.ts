import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { readFileSync, rmSync } from "node:fs";
import os from "node:os";
import { systemCode } from "../exit-codes.ts";

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, as its system counts: tells it from a later process of the same number. */
  readonly born: string | null;
  readonly since: string;
}

const held = new Set<string>();
let guarded = false;

/**
 * Takes a lock file, also from a holder that is gone.
 * @returns undefined once the lock is ours, else who holds it
 * @throws the system's error if the file cannot be written
 */
export async function takeLock(file: string): Promise<LockHolder | undefined> {
  const me: LockHolder = { pid: process.pid, host: os.hostname(), born: born(process.pid), since: new Date().toISOString() };
  for (let tries = 0; ; tries++) {
    try {
      await writeFile(file, JSON.stringify(me), { flag: "wx" });
      remember(file);
      return undefined;
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
    }
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const holder = parseHolder(text);
    // An empty lock is one that is being written; left so by a crash, it is old after a few tries.
    if (holder === undefined && tries < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    else if (holder !== undefined && isAlive(holder)) return holder;
    else await removeStale(file, text);
  }
}

export async function dropLock(file: string): Promise<void> {
  if (!held.delete(file)) return;
  await rm(file, { force: true });
}

/** Of two that find the same stale lock only one may remove it: the other would remove the first one's new lock. */
async function removeStale(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8")) !== text) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

function isAlive(holder: LockHolder): boolean {
  if (holder.host !== os.hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (systemCode(error) === "ESRCH") return false;
  }
  return holder.born === null || holder.born === born(holder.pid);
}

/** The start time of a process in clock ticks since boot, on Linux. */
function born(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return null;
  }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as LockHolder;
    return typeof holder.pid === "number" ? holder : undefined;
  } catch {
    return undefined;
  }
}

function remember(file: string): void {
  held.add(file);
  if (guarded) return;
  guarded = true;
  process.on("exit", () => {
    for (const lock of held) rmSync(lock, { force: true });
  });
}
