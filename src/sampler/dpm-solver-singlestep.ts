import { type Level, lambda, levelBetween } from "../schedule/index.ts";
import { firstOrder } from "./first-order.ts";
import { type Sampler, type Step } from "./sampler.ts";

/** A level within the step from one to another. */
export type InnerLevel = (from: Level, to: Level) => Level;

/**
 * DPM-Solver++(2S), algorithm 1 of Lu et al. 2022 with r = ½ unless an inner level is told, and the third-order method of their code with
 * r₁ = ⅓ and r₂ = ⅔: the model is asked at levels within the step, shares of its way in λ.
 */
export function singlestep(order: number, inner?: InnerLevel): Sampler {
  const methods = [(step: Step<unknown>) => firstOrder(step).first, inner ? through(inner) : second, third] as const;
  return {
    name: `DPM-Solver++ ${order}S`,
    order,
    stochastic: false,
    memory: 0,
    async step<V>(step: Step<V>) {
      const infinite = step.to.sigma === 0 || step.from.alpha === 0;
      const method = methods[infinite ? 0 : order - 1] as (step: Step<V>) => V | Promise<V>;
      return { x: await method(step) };
    },
  };
}

async function second<V>(step: Step<V>): Promise<V> {
  const middle = levelBetween(step.from, step.to, 1 / 2, step.schedule);
  const u = await step.estimate(firstOrder({ ...step, to: middle }).first, middle);
  return firstOrder({ ...step, here: u }).first;
}

/** The same with any r: $x_t = \dots - \alpha_t(e^{-h} - 1)\big(\hat x_0 + \frac1{2r}(\hat x_0' - \hat x_0)\big)$. */
function through(inner: InnerLevel) {
  return async <V>(step: Step<V>): Promise<V> => {
    const { from, to, here, algebra } = step;
    const level = inner(from, to);
    const u = await step.estimate(firstOrder({ ...step, to: level }).first, level);
    const { h, first } = firstOrder(step);
    const weight = (-to.alpha * Math.expm1(-h) * h) / (2 * (lambda(level) - lambda(from)));
    return algebra.combine([1, weight, -weight], [first, u.x0, here.x0]);
  };
}

async function third<V>(step: Step<V>): Promise<V> {
  const { from, to, here, algebra, schedule, estimate } = step;
  const [r1, r2] = [1 / 3, 2 / 3];
  const near = levelBetween(from, to, r1, schedule);
  const far = levelBetween(from, to, r2, schedule);
  const u1 = await estimate(firstOrder({ ...step, to: near }).first, near);
  const toFar = firstOrder({ ...step, to: far });
  const d1 = algebra.sub(u1.x0, here.x0);
  const u2 = await estimate(algebra.combine([1, far.alpha * (r2 / r1) * phi2(toFar.h)], [toFar.first, d1]), far);
  const { h, first } = firstOrder(step);
  const d2 = algebra.sub(u2.x0, here.x0);
  return algebra.combine([1, (to.alpha / r2) * phi2(h)], [first, d2]);
}

/** (e^{−h} − 1)/h + 1 */
const phi2 = (h: number): number => Math.expm1(-h) / h + 1;
