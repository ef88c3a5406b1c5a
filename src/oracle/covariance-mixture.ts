import { type Eigen, fromEigen } from "../matrix/index.ts";
import { type Key, normal, split, uniform } from "../random/index.ts";
import { type Schedule, checkTimestep } from "../schedule/index.ts";
import { onePoint, requireNoise } from "./asked.ts";
import { type Axes, addScore, along, axes, back, covarianceOf, noisedAxes, requireRegular, weighAxes } from "./axes.ts";
import { type CovarianceMixture } from "./gaussian-mixture.ts";
import { type Moments } from "./oracle.ts";

type Points = Float64Array<ArrayBuffer>;

/** One point, as the methods below see it. */
interface Place {
  /** Where it starts in the array of points. */
  readonly at: number;
  readonly shares: Float64Array;
  /** Along the axes of each component. */
  readonly z: readonly Float64Array[];
  readonly logDensity: number;
}

/** The one implementation of CovarianceMixture: every component by its eigenvalues and axes, which noise does not turn. */
export class AxesMixture implements CovarianceMixture {
  readonly components: number;
  readonly dimensions: number;
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly #axes: Axes;

  constructor(parts: Axes) {
    this.components = parts.weights.length;
    this.dimensions = parts.means.length / this.components;
    this.weights = parts.weights;
    this.means = parts.means;
    this.#axes = parts;
  }

  get covariances(): Points {
    const all = new Float64Array(this.components * this.dimensions ** 2);
    this.#axes.eigen.forEach((eigen, c) => all.set(covarianceOf(eigen), c * this.dimensions ** 2));
    return all;
  }

  logDensity(x: number): number;
  logDensity(x: Float64Array): Points;
  logDensity(x: number | Float64Array): number | Points {
    return this.#eachPoint(x, 1, ({ at, logDensity }, rows) => {
      rows[at / this.dimensions] = logDensity;
    });
  }

  score(x: number): number;
  score(x: Float64Array): Points;
  score(x: number | Float64Array): number | Points {
    return this.#eachPoint(x, this.dimensions, ({ at, z, shares }, rows) => addScore(this.#axes, z, shares, rows, at));
  }

  /** With g_c = C_c⁻¹(m_c − x): Σ r_c |g_c − s|² − Σ r_c tr C_c⁻¹, s being the score. */
  laplacian(x: number): number;
  laplacian(x: Float64Array): Points;
  laplacian(x: number | Float64Array): number | Points {
    const traces = this.#axes.eigen.map(({ values }) => values.reduce((total, value) => total + 1 / value, 0));
    return this.#eachPoint(x, 1, (place, rows) => {
      const pulls = this.#pulls(place);
      const score = pulls[0]!.map((_, i) => place.shares.reduce((total, share, c) => total + share * pulls[c]![i]!, 0));
      rows[place.at / this.dimensions] = place.shares.reduce((total, share, c) =>
        total + share * (pulls[c]!.reduce((sum, value, i) => sum + (value - score[i]!) ** 2, 0) - traces[c]!), 0);
    });
  }

  responsibilities(x: number | Float64Array): Points {
    const points = typeof x === "number" ? this.#asPoint(x) : x;
    return this.#eachPoint(points, this.components, ({ at, shares }, rows) => {
      rows.set(shares, (at / this.dimensions) * this.components);
    }) as Points;
  }

  moments(): Moments {
    const { dimensions: d, means, weights } = this;
    const mean = new Float64Array(d);
    weights.forEach((weight, c) => mean.forEach((_, i) => (mean[i]! += weight * means[c * d + i]!)));
    const covariance = new Float64Array(d * d);
    weights.forEach((weight, c) => {
      covarianceOf(this.#axes.eigen[c]!).forEach((value, at) => {
        const [i, j] = [Math.floor(at / d), at % d];
        covariance[at]! += weight * (value + (means[c * d + i]! - mean[i]!) * (means[c * d + j]! - mean[j]!));
      });
    });
    return { mean, covariance, variance: mean.map((_, i) => covariance[i * d + i]!) };
  }

  /** The noise goes through the symmetric roots of the covariances, so that the draw does not depend on how axes are named. */
  sample(key: Key, n: number): Points {
    const d = this.dimensions;
    const [choice, noise] = split(key);
    const picks = uniform(choice, n);
    const points = normal(noise, [n, d]);
    const roots = this.#axes.eigen.map((eigen) => fromEigen(eigen, Math.sqrt));
    for (let j = 0; j < n; j++) {
      const c = this.#componentAt(picks[j]!);
      const eps = points.slice(j * d, (j + 1) * d);
      for (let i = 0; i < d; i++) {
        points[j * d + i] = eps.reduce((total, value, l) => total + roots[c]![i * d + l]! * value, this.means[c * d + i]!);
      }
    }
    return points;
  }

  noised(scale: number, variance: number): AxesMixture {
    requireNoise(variance);
    return new AxesMixture(noisedAxes(this.#axes, scale, variance));
  }

  given(scale: number, variance: number, y: number | ArrayLike<number>): AxesMixture {
    const d = this.dimensions;
    const point = onePoint(y, d);
    const means = new Float64Array(this.means.length);
    let shares = this.weights;
    const seen = this.noised(scale, variance);
    seen.#eachPoint(point, 1, (place) => {
      this.#means(seen, scale, place).forEach((mean, c) => means.set(mean, c * d));
      shares = place.shares.slice();
    });
    return new AxesMixture(axes(shares, means, this.#axes.eigen.map((eigen, c) => this.#left(seen, variance, eigen, c))));
  }

  diffused(schedule: Schedule, t: number): AxesMixture {
    checkTimestep(schedule, t, 0);
    return this.noised(Math.sqrt(schedule.alphaBar[t]!), schedule.oneMinusAlphaBar[t]!);
  }

  denoise(schedule: Schedule, t: number, xt: number): number;
  denoise(schedule: Schedule, t: number, xt: Float64Array): Points;
  denoise(schedule: Schedule, t: number, xt: number | Float64Array): number | Points {
    const seen = this.diffused(schedule, t);
    if (t === 0) return typeof xt === "number" ? xt : Float64Array.from(xt);
    return seen.#eachPoint(xt, this.dimensions, (place, rows) => {
      this.#means(seen, Math.sqrt(schedule.alphaBar[t]!), place).forEach((mean, c) => {
        mean.forEach((value, i) => (rows[place.at + i]! += place.shares[c]! * value));
      });
    });
  }

  posteriorVariance(schedule: Schedule, t: number, xt: number): number;
  posteriorVariance(schedule: Schedule, t: number, xt: Float64Array): Points;
  posteriorVariance(schedule: Schedule, t: number, xt: number | Float64Array): number | Points {
    const d = this.dimensions;
    const seen = this.diffused(schedule, t);
    if (t === 0) return typeof xt === "number" ? 0 : new Float64Array(xt.length);
    const [scale, variance] = [Math.sqrt(schedule.alphaBar[t]!), schedule.oneMinusAlphaBar[t]!];
    const own = this.#axes.eigen.map((eigen, c) => covarianceOf(this.#left(seen, variance, eigen, c)));
    return seen.#eachPoint(xt, d, (place, rows) => {
      const means = this.#means(seen, scale, place);
      for (let i = 0; i < d; i++) {
        const centre = place.shares.reduce((total, share, c) => total + share * means[c]![i]!, 0);
        rows[place.at + i] = place.shares.reduce((total, share, c) =>
          total + share * (own[c]![i * d + i]! + (means[c]![i]! - centre) ** 2), 0);
      }
    });
  }

  toString(): string {
    const [k, d] = [this.components, this.dimensions];
    return `Gaussian mixture: ${k} component${k === 1 ? "" : "s"} of any covariance in ${d} dimension${d === 1 ? "" : "s"}`;
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/plain": this.toString() };
  }

  #pulls({ z }: Place): Points[] {
    return z.map((own, c) => back(this.#axes, c, own.map((value, i) => -value / this.#axes.eigen[c]!.values[i]!)));
  }

  /** The mean of x given a seen point, in each component: m + Σ u_i (scale λ/(scale² λ + variance)) z_i. */
  #means(seen: AxesMixture, scale: number, { z }: Place): Points[] {
    const d = this.dimensions;
    return z.map((own, c) => {
      const [before, after] = [this.#axes.eigen[c]!.values, seen.#axes.eigen[c]!.values];
      const moved = back(this.#axes, c, own.map((value, i) => (scale * before[i]! * value) / after[i]!));
      return moved.map((value, i) => value + this.means[c * d + i]!);
    });
  }

  /** What is left of a component's covariance once a point has been seen. */
  #left(seen: AxesMixture, variance: number, { values, vectors }: Eigen, c: number): Eigen {
    return { values: values.map((value, i) => value * (variance / seen.#axes.eigen[c]!.values[i]!)), vectors };
  }

  /** Calls `f` for each point, to fill its row of the zeroed result; a number in gives a number out. */
  #eachPoint(x: number | Float64Array, width: number, f: (place: Place, rows: Points) => void): number | Points {
    requireRegular(this.#axes);
    const [k, d] = [this.components, this.dimensions];
    const points = typeof x === "number" ? this.#asPoint(x) : x;
    if (!(points instanceof Float64Array) || points.length % d !== 0) {
      const given = points instanceof Float64Array ? `${points.length} numbers` : Object.prototype.toString.call(x);
      throw new TypeError(`${given} as points in ${d} dimensions: give a Float64Array of n·${d} numbers, row by row`);
    }
    const rows = new Float64Array((points.length / d) * width);
    const shares = new Float64Array(k);
    const z = Array.from({ length: k }, () => new Float64Array(d));
    for (let at = 0; at < points.length; at += d) {
      for (let c = 0; c < k; c++) along(this.#axes, c, points, at, z[c]!);
      f({ at, shares, z, logDensity: weighAxes(this.#axes, z, shares) }, rows);
    }
    return typeof x === "number" ? rows[0]! : rows;
  }

  #asPoint(x: number): Points {
    if (this.dimensions === 1) return Float64Array.of(x);
    throw new TypeError(`the number ${x} for a point in ${this.dimensions} dimensions: give a Float64Array, row by row`);
  }

  #componentAt(u: number): number {
    let total = 0;
    const found = this.weights.findIndex((weight) => u < (total += weight));
    return found === -1 ? this.weights.findLastIndex((weight) => weight > 0) : found;
  }
}
