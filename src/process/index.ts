export { type Prediction, type PredictionKind, convert, convertAt } from "./convert.ts";
export { type LinearGaussian, type Values } from "./linear-gaussian.ts";
export { marginal } from "./marginal.ts";
export { posterior } from "./posterior.ts";
export { transition } from "./transition.ts";
