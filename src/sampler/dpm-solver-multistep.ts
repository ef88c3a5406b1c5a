import { lambda } from "../schedule/index.ts";
import { firstOrder } from "./first-order.ts";
import { type Sampler } from "./sampler.ts";

/**
 * DPM-Solver++(2M), algorithm 2 of Lu et al. 2022, and (3M) as in their code: differences of the past x0 stand for derivatives in λ. The
 * first step is of order 1, the second of order 2 at most.
 */
export function multistep(order: number, secondDifference: "exact" | "published"): Sampler {
  const published = order === 3 && secondDifference === "published";
  return {
    name: `DPM-Solver++ ${order}M${published ? ", published" : ""}`,
    order: published ? 2 : order,
    stochastic: false,
    memory: order - 1,
    step(step) {
      const { from, to, here, past, algebra } = step;
      const { h, first } = firstOrder(step);
      const [one, two] = past.filter(({ level }) => level.alpha > 0);
      if (one === undefined || h === Infinity) return { x: first };
      const r0 = (lambda(from) - lambda(one.level)) / h;
      const newest = algebra.combine([1 / r0, -1 / r0], [here.x0, one.x0]);
      if (two === undefined) return { x: algebra.combine([1, (-to.alpha * Math.expm1(-h)) / 2], [first, newest]) };

      const r1 = (lambda(one.level) - lambda(two.level)) / h;
      const older = algebra.combine([1 / r1, -1 / r1], [one.x0, two.x0]);
      const change = algebra.sub(newest, older);
      const d1 = algebra.combine([1, r0 / (r0 + r1)], [newest, change]);
      const d2 = algebra.scale(change, (published ? 1 : 2) / (r0 + r1));
      const [phi2, phi3] = [Math.expm1(-h) / h + 1, (Math.expm1(-h) + h) / h ** 2 - 0.5];
      return { x: algebra.combine([1, to.alpha * phi2, -to.alpha * phi3], [first, d1, d2]) };
    },
  };
}
