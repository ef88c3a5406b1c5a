import { type GaussianMixture, gaussianMixture } from "../../oracle/index.ts";
import { type Dataset } from "../dataset.ts";
import { keyedDataset, type KeyedOptions } from "./keyed.ts";

/**
 * Points of a Gaussian mixture, whose exact denoiser is known. Items are of shape [d], or of `shape` where a point is to be taken for an image,
 * of which the sizes' product is d (TypeError otherwise).
 */
export function mixturePoints(target: GaussianMixture, options: KeyedOptions & { readonly shape?: readonly number[] }): Dataset {
  const { shape = [target.dimensions] } = options;
  if (shape.reduce((a, b) => a * b, 1) !== target.dimensions) {
    throw new TypeError(`shape [${shape.join(", ")}] for points of ${target.dimensions} coordinates: its product must be their number`);
  }
  return keyedDataset(options, {
    name: `mixture of ${target.components}`,
    shape: [...shape],
    draw: (key, out) => out.set(target.sample(key, 1)),
  });
}

/** The law of `toyPoints("ring", …)`: `modes` Gaussians (8) of standard deviation `noise` (0.15) on a circle of radius √2. */
export function ringMixture({ modes = 8, noise = 0.15 } = {}): GaussianMixture {
  if (!(Number.isInteger(modes) && modes >= 1)) throw new RangeError(`${modes} modes: a whole number from 1 up is needed`);
  const angles = Array.from({ length: modes }, (_, i) => (2 * Math.PI * i) / modes);
  return gaussianMixture({
    weights: angles.map(() => 1),
    means: angles.map((angle) => [Math.SQRT2 * Math.cos(angle), Math.SQRT2 * Math.sin(angle)]),
    variances: angles.map(() => noise * noise),
  });
}
