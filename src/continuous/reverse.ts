import { resultOf } from "../algebra/holding.ts";
import { algebraOf } from "../algebra/index.ts";
import { type Oracle } from "../oracle/index.ts";
import { type Prediction, convertAt } from "../process/index.ts";
import { type Level } from "../schedule/index.ts";
import { type Sde } from "./sde.ts";

/** A vector for each point, of x's shape: the right side of an ODE, or a drift. */
export type Field<V> = (x: V, t: number) => V;

/** $dx = \text{drift}\,dt + \text{diffusion}\,dw$, in either direction of time. */
export interface Dynamics<V> {
  readonly drift: Field<V>;
  readonly diffusion: (t: number) => number;
}

/** ∇ log p_t(x), of each point of x. */
export type ScoreAt<V> = Field<V>;

/** The diffusion itself, as dynamics. */
export function forwardSde<V>(sde: Sde): Dynamics<V> {
  return { drift: (x, t) => algebraOf(x).scale(x, sde.drift(t)), diffusion: (t) => sde.diffusion(t) };
}

export interface ReverseOptions {
  /** λ: 1 (unless told) for the reverse SDE of Anderson 1982, 0 for the ODE, and whatever lies between or beyond. */
  noise?: number;
}

/**
 * Back in time: $dx = \big[f x - \tfrac{1+\lambda^2}2 g^2\,\nabla\log p_t(x)\big]dt + \lambda g\,d\bar w$, with t falling. For every λ it
 * has the forward diffusion's laws p_t at every time (Song et al. 2021, equations 6 and 13, for λ = 1 and 0; Karras et al. 2022, equation
 * 6, for all). RangeError for a λ below 0.
 */
export function reverseSde<V>(sde: Sde, score: ScoreAt<V>, { noise = 1 }: ReverseOptions = {}): Dynamics<V> {
  if (!(noise >= 0)) throw new RangeError(`noise ${noise} of a reverse diffusion: a number from 0 up is needed`);
  return {
    drift: (x, t) => resultOf(algebraOf(x), ({ algebra, answer }) =>
      algebra.combine([sde.drift(t), -0.5 * (1 + noise ** 2) * sde.diffusion(t) ** 2], [x, answer(score(x, t), x)])),
    diffusion: (t) => noise * sde.diffusion(t),
  };
}

/**
 * The probability-flow ODE, $\dot x = f x - \tfrac12 g^2\,\nabla\log p_t(x)$: no noise, and the same laws p_t (Song et al. 2021, equation
 * 13 of section 4.3). Forward in time it takes data to noise, backward noise to data, and each point has one path.
 */
export function probabilityFlow<V>(sde: Sde, score: ScoreAt<V>): Field<V> {
  return reverseSde(sde, score, { noise: 0 }).drift;
}

/** The score of exact data under a diffusion, and its divergence. */
export interface ExactScore {
  (x: Float64Array, t: number): Float64Array<ArrayBuffer>;
  /** Δ log p_t(x), one value a point. */
  divergence(x: Float64Array, t: number): Float64Array<ArrayBuffer>;
  /** The law p_t itself. */
  law(t: number): Oracle;
}

/** ∇ log p_t in closed form, where the data's law is an oracle. RangeError at a time at which the law has no density. */
export function exactScore(sde: Sde, data: Oracle): ExactScore {
  let [time, latest] = [NaN, data];
  const law = (t: number): Oracle => {
    if (t !== time) {
      const { alpha, sigma } = sde.level(t);
      [time, latest] = [t, data.noised(alpha, sigma ** 2)];
    }
    return latest;
  };
  return Object.assign((x: Float64Array, t: number) => law(t).score(x), {
    divergence: (x: Float64Array, t: number) => law(t).laplacian(x),
    law,
  });
}

/** The score that a denoiser's prediction stands for, whatever it predicts: $-\hat\epsilon/\sigma(t)$ in other words. RangeError at σ = 0. */
export function modelScore<V>(sde: Sde, predict: (x: V, t: number, level: Level) => Prediction<V>): ScoreAt<V> {
  return (x, t) => resultOf(algebraOf(x), ({ algebra, answer }) => {
    const level = sde.level(t);
    const prediction = predict(x, t, level);
    answer(prediction.value, x);
    return convertAt(level, x, prediction, "score", algebra);
  });
}
