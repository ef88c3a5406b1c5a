import type { Probe } from "./probe.ts";

export const kitProbes: readonly Probe[] = [];
