import { gaussianMixture } from "../../../src/oracle/index.ts";
import { key, normal } from "../../../src/random/index.ts";
import { ddim, drawSample } from "../../../src/sampler/index.ts";
import { linearSchedule } from "../../../src/schedule/index.ts";
import type { CoreContest } from "./contest.ts";
import { askPython, diffusersPython } from "./python.ts";

const [steps, points] = [2000, 1000];
/** Ho et al.'s schedule at twice as many steps. */
const betas = { betaStart: 0.5e-4, betaEnd: 0.01 };
const schedule = linearSchedule({ T: steps, ...betas });
const corners = Array.from({ length: 6 }, (_, k) => [1.9 * Math.cos((k * Math.PI) / 3), 1.9 * Math.sin((k * Math.PI) / 3)]);
const mixture = { weights: [1, 2, 3, 4, 5, 6].map((weight) => weight / 21), means: corners, variances: corners.map(() => 0.03) };
const start = normal(key(1), [points, 2]);

async function own(): Promise<{ seconds: number; end: Float64Array }> {
  const target = gaussianMixture(mixture);
  const started = performance.now();
  const end = await drawSample({
    schedule, sampler: ddim(), xT: start,
    model: (x, t) => ({ kind: "score" as const, value: target.diffused(schedule, t).score(x) }),
  });
  return { seconds: (performance.now() - started) / 1000, end };
}

/** Their tables are float32, which moves a point by some 1e-4 of its size. */
function requireAgreement(ours: Float64Array, theirs: readonly number[]): void {
  const apart = Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!)));
  if (!(apart < 0.01)) throw new Error(`its points end up to ${apart} from ours: it is another computation`);
}

/** DDIM through all 2000 timesteps, on the exact score of a mixture of six Gaussians in the plane. One core each. */
export const ddimContest: CoreContest = {
  name: "ddim",
  quantities: { ddim: { title: "2000 DDIM steps of 1000 points in the plane on a mixture of six Gaussians, its exact score included", unit: "seconds" } },
  contestants: [
    { name: "noisebook", start: async () => ({ name: "noisebook", measure: async () => ({ ddim: [(await own()).seconds] }) }) },
    {
      name: "diffusers",
      async start() {
        const { python, packages } = await diffusersPython();
        const { end } = await own();
        return {
          name: "diffusers",
          async measure() {
            const request = { packages, steps, ...betas, ...mixture, start: [...start] };
            const found = await askPython<{ seconds: number; end: number[] }>(python, "ddim.py", request);
            requireAgreement(end, found.end);
            return { ddim: [found.seconds] };
          },
        };
      },
    },
  ],
};
