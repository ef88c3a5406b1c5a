export interface PytorchFace {
  readonly available: true;
  /** Absolute path of a Python that has PyTorch. */
  readonly python: string;
}
export interface NoPytorch {
  readonly available: false;
  readonly reason: string;
}
/** See pytorch.mjs. Throws SetupFailure (with `exitCode`) where it is interrupted. */
export function ensurePytorch(options?: { root?: string }): Promise<PytorchFace | NoPytorch>;
export function pytorchIsCurrent(root?: string): boolean;
