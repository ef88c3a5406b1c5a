import { type Algebra } from "../algebra/index.ts";
import { convertAt } from "../process/index.ts";
import { type Level, levelAt, levelBetween } from "../schedule/index.ts";
import { type Sampler, type Step } from "./sampler.ts";

/**
 * Pseudo numerical methods of Liu, Ren, Lin & Zhao 2022 (PNDM, algorithm 2): DDIM's way from level to level, their φ, taken with an ε̂ that a
 * classical method puts together. Three Runge–Kutta steps of four evaluations each (equation 13, their halfway point in t), then
 * Adams–Bashforth's $\hat\epsilon' = (55\hat\epsilon_0 - 59\hat\epsilon_1 + 37\hat\epsilon_2 - 9\hat\epsilon_3)/24$ (equation 12). The
 * coefficients are those of evenly spaced levels and of slopes that φ is not linear in, so that the whole is of order 2.
 */
export function pndm(): Sampler {
  return {
    name: "PNDM",
    order: 2,
    stochastic: false,
    memory: 3,
    async step(step) {
      const { from, to, x, here, past, algebra } = step;
      if (from.alpha === 0) return { x: algebra.combine([to.alpha, to.sigma], [here.x0, here.eps]) };
      const eps = past.length < 3 ? await rungeKutta(step) : algebra.combine(
        [55 / 24, -59 / 24, 37 / 24, -9 / 24],
        [here, ...past].map((estimate) => estimate.eps),
      );
      return { x: transfer(algebra, x, eps, from, to) };
    },
  };
}

/** φ: x at `from`, read as αx_0 + σε with the given ε, at `to`. */
function transfer<V>(algebra: Algebra<V>, x: V, eps: V, from: Level, to: Level): V {
  const x0 = convertAt(from, x, { kind: "eps", value: eps }, "x0", algebra);
  return algebra.combine([to.alpha, to.sigma], [x0, eps]);
}

async function rungeKutta<V>({ from, to, x, here, algebra, schedule, estimate }: Step<V>): Promise<V> {
  const first = here.eps;
  if (to.sigma === 0) return first;
  const halfway = schedule ? levelAt(schedule, (from.t + to.t) / 2) : levelBetween(from, to, 0.5);
  const second = (await estimate(transfer(algebra, x, first, from, halfway), halfway)).eps;
  const third = (await estimate(transfer(algebra, x, second, from, halfway), halfway)).eps;
  const fourth = (await estimate(transfer(algebra, x, third, from, to), to)).eps;
  return algebra.combine([1 / 6, 1 / 3, 1 / 3, 1 / 6], [first, second, third, fourth]);
}
