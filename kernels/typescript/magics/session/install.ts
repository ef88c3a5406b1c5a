import type { CellEvaluator } from "../../session/execution.ts";
import type { SessionMagics } from "./index.ts";

interface Wiring {
  readonly display: (value: unknown) => Promise<unknown>;
  /** Aborted when the running cell is interrupted. */
  readonly signal: () => AbortSignal;
  /** Runs what must not be cut short. */
  readonly whole: <T>(body: () => T) => T;
}

/** Puts the magics on the scope of cells' scripts; they are loaded when a cell first uses one. */
export function withMagics(evaluator: CellEvaluator, scope: object, wiring: Wiring): CellEvaluator {
  let magics: SessionMagics | undefined;
  const load = (): SessionMagics => {
    const { SessionMagics: Magics } = wiring.whole(() => require("./index.ts") as typeof import("./index.ts"));
    return (magics = new Magics(wiring.display, wiring.signal));
  };
  Object.defineProperty(scope, "magics", { configurable: true, get: () => magics ?? load() });
  return {
    async evaluate(code, command) {
      magics?.cellStarts();
      const outcome = await evaluator.evaluate(code, command);
      if (command) magics?.cellEnded();
      return outcome;
    },
    renew: () => evaluator.renew(),
  };
}
