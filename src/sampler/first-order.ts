import { lambda } from "../schedule/index.ts";
import { type Step } from "./sampler.ts";

/** What all steps of the family begin with: x0 held fixed over the step, $x_t = \frac{\sigma_t}{\sigma_s}x_s - \alpha_t(e^{-h} - 1)\hat x_0$. */
export function firstOrder<V>({ from, to, x, here, algebra }: Pick<Step<V>, "from" | "to" | "x" | "here" | "algebra">): { h: number; first: V } {
  const h = lambda(to) - lambda(from);
  return { h, first: algebra.combine([to.sigma / from.sigma, -to.alpha * Math.expm1(-h)], [x, here.x0]) };
}
