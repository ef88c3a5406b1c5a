export { type DiscretizeOptions, discretize, sdeOfSchedule } from "./bridge.ts";
export { type Divergence, type HutchinsonOptions, hutchinson } from "./divergence.ts";
export { type AdaptivePoint, type DormandPrinceOptions, dormandPrince } from "./dormand-prince.ts";
export { type EulerMaruyamaOptions, type PathPoint, endOf, eulerMaruyama } from "./euler-maruyama.ts";
export { type FlowLikelihood, type FlowLikelihoodOptions, probabilityFlowLikelihood } from "./likelihood.ts";
export {
  type Dynamics, type ExactScore, type Field, type ReverseOptions, type ScoreAt,
  exactScore, forwardSde, modelScore, probabilityFlow, reverseSde,
} from "./reverse.ts";
export { type RungeKuttaMethod, type RungeKuttaOptions, rungeKutta, rungeKuttaMethods } from "./runge-kutta.ts";
export { type Sde, evenTimes, sdeLevels } from "./sde.ts";
export { type VeOptions, veSde } from "./variance-exploding.ts";
export { type BetaRampOptions, type BetaSde, subVpSde, vpSde } from "./variance-preserving.ts";
