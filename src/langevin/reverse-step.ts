import { algebraOf } from "../algebra/index.ts";
import { type Schedule, checkTimestep } from "../schedule/index.ts";
import { type LangevinStep, langevinStep } from "./langevin-step.ts";

/** A move written as x · x_t + score · s(x_t). */
export interface Move {
  readonly x: number;
  readonly score: number;
}

/** The DDPM reverse step with σ² = β_t taken apart. */
export interface ReverseStepParts {
  /** A Langevin step of size δ = β_t on the law of x_t: x_t + score·s + noise·z. */
  readonly langevin: LangevinStep;
  /** What the reverse step moves beyond that, without noise. */
  readonly remainder: Move;
  /** A step of the probability flow, $\tfrac{\beta_t}2(x_t + s)$, which the remainder is up to O(β²). */
  readonly flow: Move;
  /** Where the parts take a point: their sum is the reverse step. */
  apply<V>(values: { xt: V; score: V; z: V }): { langevin: V; remainder: V; sum: V };
}

/**
 * Why the reverse process is no Langevin dynamics, and what it is (seed 000 calls it "a special Langevin dynamics"): with σ² = β_t,
 * $$\tfrac1{\sqrt{\alpha_t}}(x_t + \beta_t s) + \sqrt{\beta_t}\,z = \underbrace{x_t + \tfrac{\beta_t}2 s + \sqrt{\beta_t}\,z}_{\text{Langevin, }
 * \delta = \beta_t} + \underbrace{\big(\tfrac1{\sqrt{\alpha_t}} - 1\big)x_t + \big(\tfrac{\beta_t}{\sqrt{\alpha_t}} - \tfrac{\beta_t}2\big)s}_{
 * \text{a deterministic remainder}}.$$
 * The Langevin step leaves the law of x_t as it is, nearly; the remainder carries it to that of x_{t−1}. t = 1…T, RangeError outside and
 * where α_t = 0.
 */
export function reverseStepParts(schedule: Schedule, t: number): ReverseStepParts {
  checkTimestep(schedule, t);
  const [beta, root] = [schedule.beta[t]!, Math.sqrt(schedule.alpha[t]!)];
  if (root === 0) throw new RangeError(`alpha is 0 at t = ${t} of schedule "${schedule.name}": x_t holds nothing of x_{t−1} to step from`);
  const langevin = langevinStep(beta);
  // 1/√α − 1 = β/(√α (1 + √α)), without the difference.
  const remainder = { x: beta / (root * (1 + root)), score: beta / root - beta / 2 };
  return {
    langevin,
    remainder,
    flow: { x: beta / 2, score: beta / 2 },
    apply({ xt, score, z }) {
      const { combine, add } = algebraOf(xt, score, z);
      const parts = {
        langevin: langevin.apply({ x: xt, score, z }),
        remainder: combine([remainder.x, remainder.score], [xt, score]),
      };
      return { ...parts, sum: add(parts.langevin, parts.remainder) };
    },
  };
}
