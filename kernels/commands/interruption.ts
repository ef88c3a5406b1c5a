import { CommandError, exitCodes } from "../client/exit-codes.ts";
import { destroyAllKernels } from "../client/kernel-process.ts";

/** A signal that aborts on the first Ctrl-C (or SIGTERM, SIGHUP); the second ends the process at once. */
export function interruptible(note: (line: string) => void): { signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const handlers = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((name) => {
    const code = name === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
    const handler = (): void => {
      if (controller.signal.aborted) {
        destroyAllKernels();
        process.exit(code);
      }
      controller.abort(new CommandError(`interrupted by ${name}`, code));
      note("interrupting; once more to end at once");
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return {
    signal: controller.signal,
    done: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
