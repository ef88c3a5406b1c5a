export { type BitsPerDimOptions, bitsPerDim } from "./bits-per-dim.ts";
export { energyDistance } from "./energy-distance.ts";
export { type FrechetOptions, type MeanAndCovariance, frechet, frechetDistance, sampleMoments } from "./frechet.ts";
export { type Measured, type TwoSamples } from "./measured.ts";
export { type MmdOptions, medianDistance, mmd } from "./mmd.ts";
export { type ModeCoverage, type ModeCoverageOptions, type ModeShare, type Modes, modeCoverage } from "./mode-coverage.ts";
export { type PermutationTest, type PermutationTestOptions, permutationTest } from "./permutation-test.ts";
export { type SlicedWasserstein, type SlicedWassersteinOptions, slicedWasserstein } from "./wasserstein.ts";
