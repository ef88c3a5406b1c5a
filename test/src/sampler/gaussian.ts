import { type Level, type Model, type Sampler, algebraOf, drawSample, key } from "noisebook";

/** The exact denoiser of data N(0, variance): E[x_0 | x] = αv x/(α²v + σ²). */
export function gaussianDenoiser<V>(variance: number): Model<V> {
  return (x, _t, { alpha, sigma }) => ({
    kind: "x0",
    value: algebraOf(x).scale(x, (alpha * variance) / (alpha ** 2 * variance + sigma ** 2)),
  });
}

export const varianceAt = ({ alpha, sigma }: Level, variance: number): number => alpha ** 2 * variance + sigma ** 2;

/** Where the probability-flow ODE takes x = 1: along quantiles, so by the ratio of standard deviations. */
export const exactFlow = (from: Level, to: Level, variance: number): number => Math.sqrt(varianceAt(to, variance) / varianceAt(from, variance));

/**
 * The variance of what a sampler gives, exactly: with a linear denoiser x is linear in x_T and in every noise drawn, so one run over the
 * coefficients of all of them (a coordinate each) has the variance as its sum of squares.
 */
export async function outputVariance(
  sampler: Sampler, path: { levels: readonly Level[]; until?: Level }, variance: number, initial = varianceAt(path.levels[0]!, variance),
): Promise<number> {
  const size = 1 + 2 * path.levels.length;
  const unit = (i: number, value: number): Float64Array => Float64Array.from({ length: size }, (_, k) => (k === i ? value : 0));
  let drawn = 1;
  const coefficients = await drawSample<Float64Array>({
    ...path, sampler, model: gaussianDenoiser(variance), key: key(0), xT: unit(0, Math.sqrt(initial)), noise: () => unit(drawn++, 1),
  });
  return coefficients.reduce((total, value) => total + value * value, 0);
}
