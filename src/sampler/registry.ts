import { ancestral } from "./ancestral.ts";
import { ddim } from "./ddim.ts";
import { dpmSolverPP } from "./dpm-solver.ts";
import { eulerAncestral } from "./euler-ancestral.ts";
import { euler } from "./euler.ts";
import { heun } from "./heun.ts";
import { lms } from "./lms.ts";
import { pndm } from "./pndm.ts";
import { predictorCorrector } from "./predictor-corrector.ts";
import { type Sampler } from "./sampler.ts";
import { sdeDpmSolverPP } from "./sde-dpm-solver.ts";
import { unipc } from "./unipc.ts";

/** The named samplers. A row here enrols a sampler in every parametrised test and in the comparison notebook. */
export const samplers = {
  ancestralBeta: () => ancestral({ variance: "beta" }),
  ancestralPosterior: () => ancestral({ variance: "posterior" }),
  ddim: () => ddim(),
  ddimHalf: () => ddim({ eta: 0.5 }),
  euler: () => euler(),
  eulerAncestral: () => eulerAncestral(),
  heun: () => heun(),
  lms2: () => lms({ order: 2 }),
  lms3: () => lms({ order: 3 }),
  lms4: () => lms(),
  pndm: () => pndm(),
  dpmSolver1: () => dpmSolverPP({ order: 1 }),
  dpmSolver2M: () => dpmSolverPP(),
  dpmSolver3M: () => dpmSolverPP({ order: 3 }),
  dpmSolver3MPublished: () => dpmSolverPP({ order: 3, secondDifference: "published" }),
  dpmSolver2S: () => dpmSolverPP({ order: 2, multistep: false }),
  dpmSolver3S: () => dpmSolverPP({ order: 3, multistep: false }),
  sdeDpmSolver1: () => sdeDpmSolverPP({ order: 1 }),
  sdeDpmSolver2M: () => sdeDpmSolverPP(),
  unipc1: () => unipc({ order: 1 }),
  unipc2: () => unipc(),
  unipc3: () => unipc({ order: 3 }),
  predictorCorrector: () => predictorCorrector(),
} as const satisfies Record<string, () => Sampler>;
