import { requireCounts } from "./measured.ts";

export interface BitsPerDimOptions {
  /** Coordinates of one point; 1 unless told. */
  readonly dimensions?: number;
  /**
   * The width of a bin, where the data are discrete and the model gives a density: 2/255 for bytes scaled to [−1, 1]. The density times the
   * width stands for the bin's probability. 1 unless told.
   */
  readonly binWidth?: number;
}

/**
 * $\frac{1}{d\log 2}(-\log p(x)) - \log_2(\text{width})$: a negative log density of whole points, in nats, as bits a coordinate.
 * RangeError for a width or a number of dimensions that is not positive.
 */
export function bitsPerDim(nats: number, { dimensions = 1, binWidth = 1 }: BitsPerDimOptions = {}): number {
  requireCounts({ dimensions });
  if (!(binWidth > 0)) throw new RangeError(`binWidth ${binWidth}: a positive number is needed, such as 2/255`);
  return nats / (dimensions * Math.LN2) - Math.log2(binWidth);
}
