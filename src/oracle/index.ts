export { entropy, momentMatched, relativeEntropy, totalVariation } from "./divergence.ts";
export { type GaussianMixture, type GaussianMixtureOptions, type Moments } from "./gaussian-mixture.ts";
export { gaussianMixture, gaussianTarget } from "./make.ts";
export { integrate } from "./quadrature.ts";
export { reverseKernel } from "./reverse-kernel.ts";
