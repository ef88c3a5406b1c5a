import { constantSchedule } from "./constant.ts";
import { cosineSchedule } from "./cosine.ts";
import { jsdSchedule } from "./jsd.ts";
import { linearSchedule } from "./linear.ts";
import { quadraticSchedule } from "./quadratic.ts";
import { scaledLinearSchedule } from "./scaled-linear.ts";
import { type Schedule } from "./schedule.ts";
import { sigmoidSchedule } from "./sigmoid.ts";
import { warmUpSchedule } from "./warm-up.ts";

/** The named schedules. A row here enrols a schedule in every parametrised test and in the comparison notebook. */
export const schedules = {
  linear: linearSchedule,
  scaledLinear: scaledLinearSchedule,
  quadratic: quadraticSchedule,
  cosine: cosineSchedule,
  sigmoid: sigmoidSchedule,
  constant: constantSchedule,
  warmUp: warmUpSchedule,
  jsd: jsdSchedule,
} as const satisfies Record<string, (options?: { T?: number }) => Schedule>;
