export { entropy, momentMatched, relativeEntropy, totalVariation } from "./divergence.ts";
export { type EmpiricalDataOptions, empiricalData } from "./empirical.ts";
export {
  type CovarianceMixture, type CovarianceMixtureOptions, type GaussianMixture, type GaussianMixtureOptions,
} from "./gaussian-mixture.ts";
export { gaussianMixture, gaussianTarget } from "./make.ts";
export { type Moments, type Oracle } from "./oracle.ts";
export { integrate } from "./quadrature.ts";
export { reverseKernel } from "./reverse-kernel.ts";
