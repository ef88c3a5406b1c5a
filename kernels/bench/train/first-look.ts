import { messageOf } from "../../client/exit-codes.ts";
import type { Missing } from "../peers.ts";
import type { Side } from "./side.ts";

/** What a side does before it is measured: it builds what it needs, and shows that it computes what the others do. */
export interface FirstLook {
  readonly about: { readonly version: string; readonly parameters: number };
  /** Of the first training step. */
  readonly firstSeconds: number;
  readonly losses: readonly number[];
  /** Those of the untrained weights. */
  readonly samples: readonly number[];
}

const comparedSteps = 5;
/** Longer paths magnify what float32 rounds. */
const comparedSamplingSteps = 5;

export async function firstLook(sides: readonly Side[], missing: Missing[], progress: (line: string) => void): Promise<Map<string, FirstLook>> {
  const found = new Map<string, FirstLook>();
  for (const side of sides) {
    try {
      progress(`${side.name}: first steps`);
      const about = await side.ask("about");
      const { values: samples } = await side.ask("sample", { values: true, steps: comparedSamplingSteps });
      const { seconds, losses } = await side.ask("steps", { count: comparedSteps });
      found.set(side.name, { about, firstSeconds: seconds[0] ?? NaN, losses, samples });
    } catch (error) {
      missing.push({ name: side.name, reason: messageOf(error) });
    }
  }
  return found;
}
