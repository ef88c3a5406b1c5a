export interface JupyterFace {
  readonly available: true;
  /** Absolute paths: the environment's Python, and its folder of programs. */
  readonly python: string;
  readonly bin: string;
  /** A whole environment for child processes, with every Jupyter folder inside the repository. */
  readonly env: Record<string, string>;
}
export interface NoJupyter {
  readonly available: false;
  readonly reason: string;
}
/** See jupyter.mjs. Throws SetupFailure (with `exitCode`). */
export function ensureJupyter(options?: { root?: string; quiet?: boolean }): Promise<JupyterFace | NoJupyter>;
/** The same for the environment of test/conformance, which has jupyter_kernel_test. */
export function ensureConformance(options?: { root?: string; quiet?: boolean }): Promise<JupyterFace | NoJupyter>;
export function jupyterIsCurrent(root?: string): boolean;
