import type { CoreContest } from "./contest.ts";
import { ddimContest } from "./ddim.ts";
import { samplerStepContest } from "./sampler-step.ts";
import { ulaContest } from "./ula.ts";

/** What the core is measured at. */
export const coreContests: readonly CoreContest[] = [ulaContest, ddimContest, samplerStepContest];
