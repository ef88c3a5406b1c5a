import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import timersPromises from "node:timers/promises";
import { promisify } from "node:util";
import type { CellContext } from "./cell-context.ts";

/** Why a timer's promise was aborted: an interrupt. */
export const interruption = new Error("interrupted");

type AnyFunction = (...args: unknown[]) => unknown;

/** The timers that each cell has started, so that an interrupt can end them. */
export interface TrackedTimers {
  /** Ends the timers of a cell, or of all cells. */
  clear(cell?: number): void;
}

/** Wraps setTimeout, setInterval, setImmediate and their promise forms: callbacks run as part of the cell that set them. */
export function trackTimers(context: CellContext): TrackedTimers {
  const active = new Map<unknown, { readonly cell: number; readonly end: () => void }>();
  const kinds = [
    ["setTimeout", "clearTimeout", true],
    ["setInterval", "clearInterval", false],
    ["setImmediate", "clearImmediate", true],
  ] as const;

  for (const [setName, clearName, once] of kinds) {
    const set = timers[setName] as unknown as AnyFunction;
    const clear = timers[clearName] as unknown as AnyFunction;
    const tracked = Object.defineProperty(
      (callback: unknown, ...rest: unknown[]): unknown => {
        if (typeof callback !== "function") return set(callback, ...rest);
        const cell = context.current();
        const handle = set(function (this: unknown, ...args: unknown[]) {
          if (once) active.delete(handle);
          return context.run(cell, () => (callback as AnyFunction).apply(this, args));
        }, ...rest);
        active.set(handle, { cell, end: () => clear(handle) });
        return handle;
      },
      "name",
      { value: setName },
    );
    // clearTimeout, clearInterval and clearImmediate take each other's handles, and a handle's number.
    const untrack = (handle: unknown): void => {
      if (!active.delete(handle) && (typeof handle === "number" || typeof handle === "string")) {
        for (const key of active.keys()) if (Number(key) === Number(handle)) active.delete(key);
      }
      clear(handle);
    };
    const custom = Object.getOwnPropertyDescriptor(set, promisify.custom);
    if (custom) Object.defineProperty(tracked, promisify.custom, { ...custom, get: () => timersPromises[setName] });
    Object.assign(globalThis, { [setName]: tracked, [clearName]: untrack });
    Object.assign(timers, { [setName]: tracked, [clearName]: untrack });
  }

  for (const name of ["setTimeout", "setImmediate"] as const) {
    const set = timersPromises[name] as unknown as AnyFunction;
    const optionsAt = name === "setTimeout" ? 2 : 1;
    Object.assign(timersPromises, {
      [name]: (...args: unknown[]): unknown => {
        const abort = new AbortController();
        const done = set(...withSignal(args, optionsAt, abort)) as Promise<unknown>;
        active.set(abort, { cell: context.current(), end: () => abort.abort(interruption) });
        const forget = (): void => void active.delete(abort);
        done.then(forget, forget);
        return done;
      },
    });
  }
  const setInterval = timersPromises.setInterval as unknown as (...args: unknown[]) => AsyncIterable<unknown>;
  Object.assign(timersPromises, {
    async *setInterval(...args: unknown[]): AsyncGenerator<unknown> {
      const abort = new AbortController();
      active.set(abort, { cell: context.current(), end: () => abort.abort(interruption) });
      try {
        yield* setInterval(...withSignal(args, 2, abort));
      } finally {
        active.delete(abort);
      }
    },
  });
  syncBuiltinESMExports();

  return {
    clear(cell) {
      for (const [key, timer] of [...active]) {
        if (cell !== undefined && timer.cell !== cell) continue;
        timer.end();
        active.delete(key);
      }
    },
  };
}

function withSignal(args: unknown[], optionsAt: number, abort: AbortController): unknown[] {
  const options = (args[optionsAt] ?? {}) as { signal?: AbortSignal };
  const signal = options.signal ? AbortSignal.any([options.signal, abort.signal]) : abort.signal;
  const all = [...args];
  while (all.length <= optionsAt) all.push(undefined);
  all[optionsAt] = { ...options, signal };
  return all;
}
