import { algebraOf } from "../algebra/index.ts";
import { type Level } from "../schedule/index.ts";

/** A change made to every x0 that a model predicts. */
export type Threshold<V> = (x0: V, level: Level) => V;

/** What `clipX0` of `sample` takes: a bound b for [−b, b], a range, or any function of x0. */
export type ClipX0<V> = number | readonly [low: number, high: number] | Threshold<V>;

/** x0 moved into [low, high], coordinate by coordinate. RangeError unless low < high. */
export function staticThreshold(low: number, high: number): <V>(x0: V) => V {
  if (!(low < high)) throw new RangeError(`clipX0 to [${low}, ${high}]: low < high is needed, such as −1 and 1`);
  return (x0) => algebraOf(x0).clamp(x0, low, high);
}

export interface DynamicThresholdOptions {
  /** Coordinates of one point, each point having its own threshold; unless told all values are one point's. */
  dimensions?: number;
  /** The quantile of |x0| that becomes the bound, in (0, 1]; 0.995 unless told. */
  quantile?: number;
  /** Bounds of that bound s: from `least` (1) to `most` (Infinity). */
  least?: number;
  most?: number;
}

/**
 * $\hat x_0 \leftarrow \operatorname{clip}(\hat x_0, -s, s)/s$ for each point, s being a quantile of its $|\hat x_0|$, at least 1: "dynamic
 * thresholding" of Saharia et al. 2022 (Imagen), for data in [−1, 1] and strong guidance. Takes Float64Arrays, n points of `dimensions`
 * coordinates row by row (TypeError for another length); quantiles are interpolated as NumPy's and PyTorch's are.
 * RangeError for a quantile outside (0, 1] or bounds that are not 0 < least ≤ most.
 */
export function dynamicThreshold(options: DynamicThresholdOptions = {}): (x0: Float64Array) => Float64Array {
  const { dimensions, quantile = 0.995, least = 1, most = Infinity } = options;
  if (!(quantile > 0 && quantile <= 1)) throw new RangeError(`quantile ${quantile} of |x0|: a number in (0, 1] is needed, such as 0.995`);
  if (!(least > 0 && least <= most)) throw new RangeError(`bounds ${least} and ${most} of the threshold: 0 < least ≤ most is needed`);
  return (x0) => {
    const size = dimensions ?? x0.length;
    if (!(size > 0 && x0.length % size === 0)) throw new TypeError(`${x0.length} values as points of ${size} coordinates: give n·${size}`);
    const clipped = new Float64Array(x0.length);
    for (let at = 0; at < x0.length; at += size) {
      const sizes = x0.slice(at, at + size).map(Math.abs).sort();
      const s = Math.min(Math.max(quantileOf(sizes, quantile), least), most);
      for (let i = at; i < at + size; i++) clipped[i] = Math.min(Math.max(x0[i]!, -s), s) / s;
    }
    return clipped;
  };
}

export function thresholdOf<V>(clip: ClipX0<V> | undefined): Threshold<V> | undefined {
  if (clip === undefined || typeof clip === "function") return clip;
  return typeof clip === "number" ? staticThreshold(-clip, clip) : staticThreshold(clip[0], clip[1]);
}

function quantileOf(sorted: Float64Array, quantile: number): number {
  const place = quantile * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
