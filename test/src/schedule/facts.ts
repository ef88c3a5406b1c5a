import { type Schedule, cosineSchedule, linearSchedule, quadraticSchedule, scaledLinearSchedule } from "noisebook";

/** Values recomputed outside this project, from the definitions, with other tools. */
export interface Facts {
  name: string;
  schedule: Schedule;
  /** ᾱ at T/4, T/2, 3T/4 and T. */
  alphaBar: [number, number, number, number];
  /** The first t with a signal-to-noise ratio below 1. */
  crossing: number;
  /** KL(q(x_T | x_0) ‖ N(0, 1)) in bits for x_0² = 1. */
  priorBits: number;
}

export const facts: Facts[] = [
  {
    name: "linear",
    schedule: linearSchedule(),
    alphaBar: [0.52408537383, 0.078587242882, 0.0033505504389, 4.0358297654e-5],
    crossing: 260,
    priorBits: 2.911295e-5,
  },
  {
    name: "linear, T = 4000, its range scaled by 1000/T",
    schedule: linearSchedule({ T: 4000, betaStart: 0.25e-4, betaEnd: 0.005 }),
    alphaBar: [0.52378077028, 0.078944873325, 0.0034186012333, 4.2466522758e-5],
    crossing: 1036,
    priorBits: 3.063377e-5,
  },
  {
    name: "cosine",
    schedule: cosineSchedule(),
    alphaBar: [0.84701216133, 0.49384359044, 0.14427210239, 2.428766907e-9],
    crossing: 497,
    priorBits: 1.751985e-9,
  },
  {
    name: "scaled linear",
    schedule: scaledLinearSchedule(),
    alphaBar: [0.67543241373, 0.27766965046, 0.056623491598, 4.6600985131e-3],
    crossing: 355,
    priorBits: 3.369408e-3,
  },
  {
    name: "quadratic",
    schedule: quadraticSchedule(),
    alphaBar: [0.8215213423, 0.33318776736, 0.038605511764, 7.3341245958e-4],
    crossing: 419,
    priorBits: 5.292394e-4,
  },
];
