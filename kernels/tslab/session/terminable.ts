import { Awaited } from "../../typescript/session/awaited.ts";
import { Evaluator, type Outcome } from "../../typescript/session/evaluate.ts";
import type { CellEvaluator } from "../../typescript/session/execution.ts";

const scopeName = "__noisebook";

/** Evaluates by way of V8's inspector, as our own engine does: then an interrupt can end it anywhere, and is answered. */
export function terminable(inner: Pick<CellEvaluator, "evaluate">): CellEvaluator {
  const scope: { run?: () => Promise<Outcome>; take?: (value: unknown) => void } = {};
  Object.defineProperty(globalThis, scopeName, { value: scope, configurable: true, enumerable: false });
  const awaited = new Awaited();
  const evaluator = new Evaluator(scope, scopeName, awaited);
  let cells = 0;
  return {
    async evaluate(...cell) {
      const url = `evaluation ${++cells}`;
      scope.run = () => awaited.held(url, inner.evaluate(...cell));
      const outcome = await evaluator.evaluate(`await globalThis.${scopeName}.run()\n//# sourceURL=${import.meta.url}`, { debugged: false, script: { url } });
      return outcome.kind === "value" ? (outcome.value as Outcome) : outcome;
    },
    renew: () => evaluator.renew(),
  };
}
