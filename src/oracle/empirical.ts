import { type Key, uniform } from "../random/index.ts";
import { type GaussianMixture } from "./gaussian-mixture.ts";
import { Mixture } from "./mixture.ts";

export interface EmpiricalDataOptions {
  /** n points of `dimensions` coordinates, row by row. */
  points: Float64Array;
  /** 1 unless told. */
  dimensions?: number;
}

/**
 * The law of a finite data set, each point with probability 1/n: what a model with enough freedom would learn from it. Diffused, it is a
 * mixture of n Gaussians of equal variance, and so its denoiser is the softmax-weighted mean of the data,
 * $E[x_0\mid x_t] = \sum_i \operatorname{softmax}_i\big(-\tfrac{\|x_t-\sqrt{\bar\alpha_t}x_i\|^2}{2(1-\bar\alpha_t)}\big)\,x_i$ (Karras et
 * al. 2022, appendix B.3): sampling with it gives the data back, to the point. It has itself no density; its `sample` draws with
 * replacement. Everything costs n·d operations a point asked. TypeError for coordinates that are no whole number of points, RangeError for
 * none or any not finite.
 */
export function empiricalData({ points, dimensions = 1 }: EmpiricalDataOptions): GaussianMixture {
  const n = points.length / dimensions;
  if (!(points instanceof Float64Array && Number.isInteger(n) && dimensions >= 1)) {
    const rule = `give a Float64Array of n·${dimensions} numbers, row by row`;
    throw new TypeError(`${points.length} numbers as points in ${dimensions} dimensions: ${rule}`);
  }
  if (n === 0) throw new RangeError("a data set of no points: give at least one");
  const odd = points.findIndex((value) => !Number.isFinite(value));
  if (odd !== -1) throw new RangeError(`the number ${points[odd]} at ${odd} of the data: finite numbers are needed`);
  return new DataSet(points, n);
}

class DataSet extends Mixture {
  constructor(points: Float64Array, n: number) {
    super(new Float64Array(n).fill(1 / n), points, new Float64Array(n));
  }

  override sample(key: Key, n: number): Float64Array<ArrayBuffer> {
    const d = this.dimensions;
    const drawn = new Float64Array(n * d);
    uniform(key, n).forEach((u, j) => {
      const i = Math.floor(u * this.components);
      drawn.set(this.means.subarray(i * d, (i + 1) * d), j * d);
    });
    return drawn;
  }

  override toString(): string {
    const [n, d] = [this.components, this.dimensions];
    return `Data: ${n} point${n === 1 ? "" : "s"} in ${d} dimension${d === 1 ? "" : "s"}`;
  }
}
