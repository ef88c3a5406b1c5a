import { tensorOps } from "../tensor/index.ts";

export interface Compiled<F extends (given: never) => unknown> {
  async(given: Parameters<F>[0]): Promise<ReturnType<F>>;
  dispose(): void;
}

export function compile<F extends (given: never) => unknown>(step: F): Compiled<F> {
  return { async: (given) => Promise.resolve(tensorOps().tidy(() => step(given as never) as never)), dispose: () => {} };
}
