import { chain, ula } from "../../../src/langevin/index.ts";
import { type GaussianMixture, gaussianMixture, gaussianTarget } from "../../../src/oracle/index.ts";
import { key, normal } from "../../../src/random/index.ts";
import { type CoreContest, eachStep } from "./contest.ts";
import { askPython, numpyPython } from "./python.ts";

const points = 1_000_000;
const [steps, warmUp] = [24, 4];

async function run(target: GaussianMixture, seed: number): Promise<number[]> {
  const start = normal(key(seed), points);
  const sampler = ula<Float64Array>({ score: (x) => target.score(x), step: 0.1 });
  return eachStep(steps, warmUp, async (done) => {
    for await (const _ of chain({ sampler, start, key: key(seed + 1), steps })) done();
  });
}

async function draws(seed: number): Promise<number[]> {
  return eachStep(steps, warmUp, async (done) => {
    for (let i = 0; i < steps; i++) {
      normal(key(seed + i), points);
      done();
    }
  });
}

let round = 0;

/** A run of unadjusted Langevin dynamics on a million points, as one writes it with the core and in NumPy. One core each. */
export const ulaContest: CoreContest = {
  name: "ula",
  quantities: {
    gaussian: { title: "a ULA step of a million points on N(0, 1)", unit: "seconds" },
    processor: { title: "the same in processor time, of all threads, which tells more on a busy machine", unit: "seconds" },
    mixture: { title: "a ULA step of a million points on a mixture of two Gaussians", unit: "seconds" },
    normal: { title: "a million standard normal draws, float64", unit: "seconds" },
  },
  contestants: [
    {
      name: "noisebook",
      start: async () => ({
        name: "noisebook",
        async measure() {
          const seed = 100 * round++;
          const before = process.cpuUsage();
          const gaussian = await run(gaussianTarget({ mean: 0, variance: 1 }), seed);
          const { user, system } = process.cpuUsage(before);
          return {
            gaussian,
            processor: [(user + system) / 1e6 / steps],
            mixture: await run(gaussianMixture({ weights: [0.3, 0.7], means: [-2, 2], variances: [0.25, 1] }), seed),
            normal: await draws(seed),
          };
        },
      }),
    },
    {
      name: "NumPy",
      async start() {
        const python = await numpyPython();
        return {
          name: "NumPy",
          async measure() {
            const { processor, ...found } = await askPython<Record<string, number[]>>(python, "ula.py", { points, steps, seed: round });
            return { processor: processor!, ...Object.fromEntries(Object.entries(found).map(([quantity, seconds]) => [quantity, seconds.slice(warmUp)])) };
          },
        };
      },
    },
  ],
};
