export { erf, erfc } from "./erf.ts";
export { type Gaussian, checkVariance, klDivergence, logDensity, mergeGaussians, reparameterize } from "./gaussian.ts";
export { quantile } from "./quantile.ts";
export { cdf, logPdf, pdf } from "./univariate.ts";
