import { key, normal } from "../../../src/random/index.ts";
import { type Sampler, ancestral, ddim, dpmSolverPP, heun, sample, unipc } from "../../../src/sampler/index.ts";
import { linearSchedule } from "../../../src/schedule/index.ts";
import { type CoreContest, eachStep } from "./contest.ts";

/** 16 pictures of 28 × 28, and a model that costs nothing. */
const size = 16 * 28 * 28;
const [steps, warmUp] = [250, 50];
const schedule = linearSchedule();
const samplers: Readonly<Record<string, Sampler>> = {
  ddim: ddim(), ancestral: ancestral(), dpm: dpmSolverPP({ order: 2 }), unipc: unipc(), heun: heun(),
};

async function run(sampler: Sampler): Promise<number[]> {
  const output = { kind: "eps" as const, value: normal(key(1), size) };
  return eachStep(steps, warmUp, async (done) => {
    for await (const _ of sample({ schedule, sampler, model: () => output, steps, shape: size, key: key(2) })) done();
  });
}

/** What a sampler's step costs outside the model, on 16 pictures of 28 × 28. */
export const samplerStepContest: CoreContest = {
  name: "sampler-step",
  quantities: Object.fromEntries(
    Object.entries(samplers).map(([quantity, { name }]) => [quantity, { title: `a step of ${name} on 16 × 28 × 28 numbers, without the model`, unit: "seconds" }]),
  ),
  contestants: [
    {
      name: "noisebook",
      start: async () => ({
        name: "noisebook",
        async measure() {
          const found: Record<string, number[]> = {};
          for (const [name, sampler] of Object.entries(samplers)) found[name] = await run(sampler);
          return found;
        },
      }),
    },
  ],
};
