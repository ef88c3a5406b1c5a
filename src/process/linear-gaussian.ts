import { type ScalarOf, algebraOf } from "../algebra/index.ts";
import { logDensity, reparameterize } from "../gaussian/index.ts";

/** The named values that a law is conditioned on, all of one kind and shape: `{ x0, xt }`. */
export type Values<K extends string, V> = Readonly<Record<K, V>>;

/**
 * An isotropic Gaussian whose mean is a linear combination of named values: $\mathcal N\big(\sum_k c_k v_k,\ \text{variance}\cdot I\big)$.
 * Values are numbers, Float64Arrays, dual numbers, or any kind that has an algebra; a missing value or mixed kinds throw a TypeError.
 */
export interface LinearGaussian<K extends string> {
  readonly coefficients: Readonly<Record<K, number>>;
  /** Of each coordinate. */
  readonly variance: number;
  /** Σ_k c_k v_k */
  mean<V>(values: Values<K, V>): V;
  /** mean + √variance · eps, with eps drawn by the caller from N(0, I). */
  sample<V>(values: Values<K, V>, eps: V): V;
  /** Joint log density of all coordinates of x, in nats. Throws a RangeError where the variance is 0. */
  logDensity<V>(x: V, values: Values<K, V>): ScalarOf<V>;
}

/** `law` names the distribution in messages, e.g. `q(x_{t-1} | x_t, x_0) at t = 1 of schedule "linear"`. */
export function linearGaussian<K extends string>(law: string, coefficients: Record<K, number>, variance: number): LinearGaussian<K> {
  const names = Object.keys(coefficients) as K[];
  const factors = names.map((name) => coefficients[name]);

  function mean<V>(values: Values<K, V>): V {
    const terms = names.map((name) => values[name]);
    names.forEach((name, i) => {
      if (terms[i] === undefined) throw new TypeError(`${law} needs ${names.join(" and ")}: ${name} is missing from the values`);
    });
    return algebraOf(...(terms as [V, ...V[]])).combine(factors, terms);
  }

  return {
    coefficients,
    variance,
    mean,
    sample: (values, eps) => reparameterize({ mean: mean(values), variance }, eps),
    logDensity(x, values) {
      if (variance === 0) throw new RangeError(`${law} has variance 0: a point mass at its mean, without a density; use mean`);
      return logDensity(x, { mean: mean(values), variance });
    },
  };
}
