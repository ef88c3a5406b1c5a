export interface DivergedDetails {
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** The last checkpoint, of which everything is finite. */
  readonly checkpoint: string | undefined;
}

/** Training met a loss or a gradient that is not finite. The model's weights are spoilt; those of the checkpoint are not. */
export class DivergedError extends Error implements DivergedDetails {
  override readonly name = "DivergedError";
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly checkpoint: string | undefined;

  constructor({ step, loss, gradientNorm, learningRate, checkpoint }: DivergedDetails) {
    const way = checkpoint === undefined ? "no checkpoint was saved: start anew" : `the last good checkpoint is ${checkpoint}: resume from it`;
    super(
      `loss ${loss} at step ${step} (norm of the gradient ${gradientNorm}, learning rate ${learningRate}): it is not finite, and training stops; ` +
        `${way} with a lower learning rate or clipNorm, or look for data that are not finite`,
    );
    this.step = step;
    this.loss = loss;
    this.gradientNorm = gradientNorm;
    this.learningRate = learningRate;
    this.checkpoint = checkpoint;
  }
}
