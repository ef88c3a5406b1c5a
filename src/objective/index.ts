export { type BoundTermOptions, type ModelLaw, type Predicted, type ReverseVariance, boundTerm, hybridLoss, modelLaw } from "./bound-term.ts";
export { type DiscreteOptions, discreteLogLikelihood } from "./decoder.ts";
export { learnedVariance } from "./learned-variance.ts";
export { type ElementLoss, type SimpleLossOptions, huber, l1, l2, simpleLoss } from "./losses.ts";
export { type TimestepDraw, type TimestepSampler, type TimestepSamplerOptions, importanceTimesteps } from "./timesteps.ts";
export { type Vlb, type VlbOptions, vlb } from "./vlb.ts";
export { type Weighting, boundWeighting, edmWeighting, lossWeights, minSnr, p2, simpleWeighting, softMinSnr } from "./weightings.ts";
