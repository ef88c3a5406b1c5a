import childProcess, { type ChildProcess } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import type { API, APIOptions } from "typescript/unstable/sync";

export interface TypeScript {
  readonly api: API;
  /** The process behind the API. */
  readonly pid: number | undefined;
}

// Somewhat rarer collections than Go's own 100 save time at the start. A limit would cost more where a library's types come near it.
const goSettings = { GOGC: "150" };

/**
 * Starts TypeScript's process. It gets a process group of its own, because Jupyter clients interrupt by signalling the whole group, and
 * the Go settings without this thread's environment changing. It ends by itself when its standard input closes.
 *
 * The API offers no say in how it spawns, so `spawn` is replaced while it does. Call this in a worker thread: such a replacement
 * is seen by that thread only.
 */
export async function startTypeScript(options: APIOptions): Promise<TypeScript> {
  const original = childProcess.spawn;
  let child: ChildProcess | undefined;
  const spawn = (file: string, args: readonly string[], spawnOptions: childProcess.SpawnOptions): ChildProcess => {
    child = original(file, args, {
      ...spawnOptions,
      stdio: Array.isArray(spawnOptions.stdio) ? [...spawnOptions.stdio.slice(0, 2), "ignore"] : spawnOptions.stdio,
      detached: process.platform !== "win32",
      windowsHide: true,
      env: { ...goSettings, ...process.env },
    });
    return child;
  };
  childProcess.spawn = spawn as typeof original;
  syncBuiltinESMExports();
  try {
    const { API } = await import("typescript/unstable/sync");
    const api = new API(options);
    return { api, pid: child?.pid };
  } finally {
    childProcess.spawn = original;
    syncBuiltinESMExports();
  }
}
