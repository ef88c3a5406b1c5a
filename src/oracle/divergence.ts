import { type GaussianMixture } from "./gaussian-mixture.ts";
import { gaussianTarget } from "./make.ts";
import { integrate } from "./quadrature.ts";

/**
 * $-\int p\log p$ in nats: $\tfrac d2\log 2\pi e v$ of one Gaussian in any dimension, by quadrature (to about 1e-12) of a mixture in one.
 * TypeError for a mixture in more dimensions, RangeError for a point mass.
 */
export function entropy(p: GaussianMixture): number {
  if (p.components === 1) {
    if (p.variances[0] === 0) throw new RangeError("entropy of a point mass: it is −∞; diffuse it to some t from 1 up");
    return 0.5 * p.dimensions * (1 + Math.log(2 * Math.PI * p.variances[0]!));
  }
  requireOneDimension(p);
  return integrate((x) => -Math.exp(p.logDensity(x)) * p.logDensity(x), panels(p));
}

/**
 * $D_{KL}(p\,\|\,q) = \int p\,\log\frac pq$ in nats, of mixtures in one dimension, by quadrature: to about 1e-13 absolutely.
 * (`klDivergence` has the closed form for two Gaussians.) TypeError in more dimensions.
 */
export function relativeEntropy(p: GaussianMixture, q: GaussianMixture): number {
  requireOneDimension(p, q);
  // p log(p/q) − p + q, whose integral is the same: never negative, so that small divergences keep their digits.
  const excess = (x: number): number => {
    const [logP, logQ] = [p.logDensity(x), q.logDensity(x)];
    const logRatio = logQ - logP;
    return logRatio > 1 ? Math.exp(logQ) - Math.exp(logP) * (1 + logRatio) : Math.exp(logP) * expm1MinusArgument(logRatio);
  };
  return integrate(excess, panels(p, q));
}

/**
 * $\tfrac12\int |p - q|$ of mixtures in one dimension: the largest difference in the probability of any event. The crossings of the densities
 * are found by bisection, and between them the distribution functions say the rest. TypeError in more dimensions.
 */
export function totalVariation(p: GaussianMixture, q: GaussianMixture): number {
  requireOneDimension(p, q);
  const difference = (x: number): number => p.logDensity(x) - q.logDensity(x);
  const grid = panels(p, q);
  const ends = [-Infinity];
  for (let i = 1; i < grid.length; i++) {
    if (difference(grid[i - 1]!) > 0 !== difference(grid[i]!) > 0) ends.push(bisect(difference, grid[i - 1]!, grid[i]!));
  }
  ends.push(Infinity);
  let total = 0;
  for (let i = 1; i < ends.length; i++) {
    const mass = (law: GaussianMixture): number => law.cdf(ends[i]!) - law.cdf(ends[i - 1]!);
    total += Math.abs(mass(p) - mass(q)) / 2;
  }
  return total;
}

/** The Gaussian with the mean and the variance of a law in one dimension: of all Gaussians the nearest in D_KL(p‖·). */
export function momentMatched(p: GaussianMixture): GaussianMixture {
  requireOneDimension(p);
  const { mean, variance } = p.moments();
  return gaussianTarget({ mean: mean[0]!, variance: variance[0]! });
}

/** Half deviations of every component from its mean out to 13, in order: no component is ever wider or narrower than the gaps it feels. */
function panels(...laws: GaussianMixture[]): number[] {
  const points = laws.flatMap((law) =>
    [...law.means].flatMap((mean, k) => Array.from({ length: 53 }, (_, i) => mean + (i / 2 - 13) * Math.sqrt(law.variances[k]!))),
  );
  return points.sort((a, b) => a - b);
}

function bisect(f: (x: number) => number, low: number, high: number): number {
  const positive = f(low) > 0;
  for (let round = 0; round < 80; round++) {
    const middle = (low + high) / 2;
    if (f(middle) > 0 === positive) low = middle;
    else high = middle;
  }
  return low;
}

/** e^u − 1 − u */
function expm1MinusArgument(u: number): number {
  if (Math.abs(u) > 0.1) return Math.expm1(u) - u;
  let series = 0;
  for (let k = 12; k >= 2; k--) series = (u * (1 + series)) / k;
  return u * series;
}

function requireOneDimension(...laws: GaussianMixture[]): void {
  for (const { dimensions } of laws) {
    if (dimensions !== 1) throw new TypeError(`a law in ${dimensions} dimensions: this integral is done in one`);
  }
}
