import { subscribe } from "node:diagnostics_channel";

/**
 * The interrupt of a notebook's cell ends JavaScript anywhere, without any `finally`. Aborted when the cell that runs now has been interrupted;
 * undefined outside notebooks.
 */
export const interruptSignal = (): AbortSignal | undefined => (globalThis as { interruptSignal?: () => AbortSignal }).interruptSignal?.();

/** What the kernel tells after each interrupt, before signals are aborted: nothing is on the stack, and nothing cuts short who is told. */
export const interruptChannel = "noisebook:interrupted";

interface Engine {
  readonly state: {
    gradientDepth: number;
    kernelDepth: number;
    /** What was kept for the gradient, operation by operation. */
    activeTape: readonly { readonly saved?: readonly { dispose(): void }[] }[] | null;
    readonly scopeStack: readonly unknown[];
  };
  scopedRun<T>(start: () => void, end: (result?: T) => void, body: () => T): T;
  endScope(): void;
}

/**
 * Sets tfjs's engine right after interrupts. It counts how deep it is in gradients and kernels, and stacks the scopes of tf.tidy: left as they
 * were, all that came after would be recorded for a gradient, or no gradient be found any more.
 */
export function surviveInterrupts(engine: Engine): void {
  const { state, scopedRun } = engine;
  /** How many scopes were open before what is on the stack opened its own; scopes that code opens by hand may stay open between cells. */
  let before: number | undefined;
  engine.scopedRun = (start, end, body) => {
    if (before !== undefined) return scopedRun.call(engine, start, end as (result?: unknown) => void, body) as ReturnType<typeof body>;
    before = state.scopeStack.length;
    try {
      return scopedRun.call(engine, start, end as (result?: unknown) => void, body) as ReturnType<typeof body>;
    } finally {
      before = undefined;
    }
  };
  subscribe(interruptChannel, () => {
    if (before === undefined) return;
    for (const { saved } of state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose();
    Object.assign(state, { gradientDepth: 0, kernelDepth: 0, activeTape: null });
    while (state.scopeStack.length > before) engine.endScope();
    before = undefined;
  });
}
