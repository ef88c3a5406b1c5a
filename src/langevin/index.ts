export { type AnnealedOptions, annealedLangevin } from "./annealed.ts";
export {
  type ChainOptions, type ChainStep, type ChainStepped, type LangevinSampler, type Link, type Score, type StepSize, chain,
} from "./chain.ts";
export { type Chains, autocorrelation, effectiveSampleSize, rHat } from "./diagnostics.ts";
export { type LangevinStep, langevinStep } from "./langevin-step.ts";
export { type LogDensity, type MalaOptions, type MalaState, mala } from "./mala.ts";
export { type Move, type ReverseStepParts, reverseStepParts } from "./reverse-step.ts";
export { type MinibatchOptions, type SgldOptions, type StochasticGradient, minibatchGradient, polynomialDecay, sgld } from "./sgld.ts";
export { type StationaryOptions, type UlaOptions, stationaryVariance, ula } from "./ula.ts";
export { type UnderdampedOptions, type UnderdampedState, underdamped } from "./underdamped.ts";
