import { cdf } from "../gaussian/index.ts";
import { type Key, normal, split, uniform } from "../random/index.ts";
import { type Schedule, checkTimestep } from "../schedule/index.ts";
import { onePoint, requireNoise } from "./asked.ts";
import { type Components, components, requireDensity, scores, weigh } from "./components.ts";
import { type GaussianMixture } from "./gaussian-mixture.ts";
import { type Moments } from "./oracle.ts";

type Points = Float64Array<ArrayBuffer>;

/** The one implementation of GaussianMixture; `means` is row-major, weights add up to 1, and all three have been checked. */
export class Mixture implements GaussianMixture {
  readonly components: number;
  readonly dimensions: number;
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly variances: Float64Array;
  readonly #tables: Components;

  constructor(weights: Float64Array, means: Float64Array, variances: Float64Array) {
    this.components = weights.length;
    this.dimensions = means.length / weights.length;
    this.weights = weights;
    this.means = means;
    this.variances = variances;
    this.#tables = components(weights, means, variances);
  }

  logDensity(x: number): number;
  logDensity(x: Float64Array): Points;
  logDensity(x: number | Float64Array): number | Points {
    return this.#eachPoint(x, 1, (_point, at, _shares, logDensity, rows) => {
      rows[at / this.dimensions] = logDensity;
    });
  }

  score(x: number): number;
  score(x: Float64Array): Points;
  score(x: number | Float64Array): number | Points {
    const rows = scores(this.#tables, this.#asPoints(x));
    return typeof x === "number" ? rows[0]! : rows;
  }

  /** With g_k = (m_k − x)/v_k: Σ r_k |g_k − s|² − d Σ r_k/v_k, s being the score; only terms of one sign are squared. */
  laplacian(x: number): number;
  laplacian(x: Float64Array): Points;
  laplacian(x: number | Float64Array): number | Points {
    const { components: k, dimensions: d, means, variances } = this;
    return this.#eachPoint(x, 1, (point, at, shares, _logDensity, rows) => {
      const pull = (c: number, i: number): number => (means[c * d + i]! - point[at + i]!) / variances[c]!;
      let total = 0;
      for (let i = 0; i < d; i++) {
        let score = 0;
        for (let c = 0; c < k; c++) score += shares[c]! * pull(c, i);
        for (let c = 0; c < k; c++) total += shares[c]! * ((pull(c, i) - score) ** 2 - 1 / variances[c]!);
      }
      rows[at / d] = total;
    });
  }

  responsibilities(x: number | Float64Array): Points {
    const points = typeof x === "number" ? this.#asPoint(x) : x;
    return this.#eachPoint(points, this.components, (_point, at, shares, _logDensity, rows) => {
      rows.set(shares, (at / this.dimensions) * this.components);
    }) as Points;
  }

  cdf(x: number): number {
    this.#asPoint(x);
    return this.weights.reduce((total, weight, k) => total + weight * this.#componentCdf(k, x), 0);
  }

  moments(): Moments {
    const { dimensions: d, means, variances } = this;
    const mean = new Float64Array(d);
    const covariance = new Float64Array(d * d);
    this.weights.forEach((weight, k) => {
      for (let i = 0; i < d; i++) mean[i]! += weight * means[k * d + i]!;
    });
    this.weights.forEach((weight, k) => {
      for (let i = 0; i < d; i++) {
        covariance[i * d + i]! += weight * variances[k]!;
        for (let j = 0; j < d; j++) covariance[i * d + j]! += weight * (means[k * d + i]! - mean[i]!) * (means[k * d + j]! - mean[j]!);
      }
    });
    return { mean, covariance, variance: mean.map((_, i) => covariance[i * d + i]!) };
  }

  sample(key: Key, n: number): Points {
    const d = this.dimensions;
    const [choice, noise] = split(key);
    const picks = uniform(choice, n);
    const points = normal(noise, [n, d]);
    for (let j = 0; j < n; j++) {
      const k = this.#componentAt(picks[j]!);
      const std = Math.sqrt(this.variances[k]!);
      for (let i = 0; i < d; i++) points[j * d + i] = this.means[k * d + i]! + std * points[j * d + i]!;
    }
    return points;
  }

  noised(scale: number, variance: number): Mixture {
    requireNoise(variance);
    return new Mixture(
      this.weights,
      this.means.map((mean) => scale * mean),
      this.variances.map((own) => scale * scale * own + variance),
    );
  }

  given(scale: number, variance: number, y: number | ArrayLike<number>): Mixture {
    const d = this.dimensions;
    const point = onePoint(y, d);
    const seen = this.noised(scale, variance);
    return new Mixture(
      seen.responsibilities(point),
      this.means.map((mean, at) => mean + this.#gain(seen, scale, Math.floor(at / d)) * (point[at % d]! - scale * mean)),
      this.variances.map((own, k) => own * (variance / seen.variances[k]!)),
    );
  }

  diffused(schedule: Schedule, t: number): Mixture {
    checkTimestep(schedule, t, 0);
    return this.noised(Math.sqrt(schedule.alphaBar[t]!), schedule.oneMinusAlphaBar[t]!);
  }

  denoise(schedule: Schedule, t: number, xt: number): number;
  denoise(schedule: Schedule, t: number, xt: Float64Array): Points;
  denoise(schedule: Schedule, t: number, xt: number | Float64Array): number | Points {
    const { components: k, dimensions: d, means } = this;
    const seen = this.diffused(schedule, t);
    if (t === 0) return typeof xt === "number" ? xt : Float64Array.from(xt);
    const scale = Math.sqrt(schedule.alphaBar[t]!);
    const gains = this.weights.map((_, c) => this.#gain(seen, scale, c));
    return seen.#eachPoint(xt, d, (point, at, shares, _logDensity, rows) => {
      for (let c = 0; c < k; c++) {
        for (let i = 0; i < d; i++) {
          const mean = means[c * d + i]!;
          rows[at + i]! += shares[c]! * (mean + gains[c]! * (point[at + i]! - scale * mean));
        }
      }
    });
  }

  posteriorVariance(schedule: Schedule, t: number, xt: number): number;
  posteriorVariance(schedule: Schedule, t: number, xt: Float64Array): Points;
  posteriorVariance(schedule: Schedule, t: number, xt: number | Float64Array): number | Points {
    const d = this.dimensions;
    const seen = this.diffused(schedule, t);
    if (t === 0) return typeof xt === "number" ? 0 : new Float64Array(xt.length);
    const [scale, variance] = [Math.sqrt(schedule.alphaBar[t]!), schedule.oneMinusAlphaBar[t]!];
    return seen.#eachPoint(xt, d, (point, at, _shares, _logDensity, rows) => {
      rows.set(this.given(scale, variance, point.subarray(at, at + d)).moments().variance, at);
    });
  }

  toString(): string {
    const [k, d] = [this.components, this.dimensions];
    return `Gaussian mixture: ${k} component${k === 1 ? "" : "s"} in ${d} dimension${d === 1 ? "" : "s"}`;
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/plain": this.toString() };
  }

  /**
   * Calls `f` for the point at each offset of x, with its responsibilities and log density, to fill its row of the zeroed result;
   * a number in gives a number out.
   */
  #eachPoint(
    x: number | Float64Array,
    width: number,
    f: (x: Float64Array, at: number, shares: Float64Array, logDensity: number, rows: Points) => void,
  ): number | Points {
    const d = this.dimensions;
    const points = this.#asPoints(x);
    const rows = new Float64Array((points.length / d) * width);
    const shares = new Float64Array(this.components);
    for (let at = 0; at < points.length; at += d) {
      const logDensity = weigh(this.#tables, points, at, shares);
      f(points, at, shares, logDensity, rows);
    }
    return typeof x === "number" ? rows[0]! : rows;
  }

  /** Points that there is a density at. */
  #asPoints(x: number | Float64Array): Float64Array {
    requireDensity(this.#tables);
    const d = this.dimensions;
    const points = typeof x === "number" ? this.#asPoint(x) : x;
    if (points instanceof Float64Array && points.length % d === 0) return points;
    const given = points instanceof Float64Array ? `${points.length} numbers` : Object.prototype.toString.call(x);
    throw new TypeError(`${given} as points in ${d} dimensions: give a Float64Array of n·${d} numbers, row by row`);
  }

  #asPoint(x: number): Points {
    if (this.dimensions === 1) return Float64Array.of(x);
    throw new TypeError(`the number ${x} for a point in ${this.dimensions} dimensions: give a Float64Array, row by row`);
  }

  /** How far a component's mean moves with what was seen: scale · v/(scale² v + variance). */
  #gain(seen: Mixture, scale: number, k: number): number {
    return (scale * this.variances[k]!) / seen.variances[k]!;
  }

  #componentCdf(k: number, x: number): number {
    const variance = this.variances[k]!;
    const mean = this.means[k]!;
    return variance === 0 ? Number(x >= mean) : cdf(x, { mean, variance });
  }

  #componentAt(u: number): number {
    let total = 0;
    for (let k = 0; k < this.components; k++) {
      total += this.weights[k]!;
      if (u < total) return k;
    }
    return this.weights.findLastIndex((weight) => weight > 0);
  }
}
