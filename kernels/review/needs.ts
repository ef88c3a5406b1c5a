import { type CodeCell, tagsOf } from "../client/notebook/format.ts";
import { probeTensors } from "../doctor/probe.ts";

/** Whether this machine has what a cell tagged `needs:<name>` needs. */
export type Provides = (need: string) => boolean;

/**
 * What a kernel started here would have: `tensorflow`, where that is the backend it would use, and `gpu`, where TensorFlow uses one.
 * Found out by starting a process that loads tensors, once, when a cell first asks.
 */
export function providesHere(probe: typeof probeTensors = probeTensors): Provides {
  let devices: readonly string[] | undefined;
  const look = (): readonly string[] => {
    const found = probe();
    return found.works && found.backend.name === "tensorflow" ? found.backend.devices : [];
  };
  return (need) => {
    if (need !== "tensorflow" && need !== "gpu") return false;
    devices ??= look();
    return need === "tensorflow" ? devices.length > 0 : devices.some((name) => name.includes("GPU"));
  };
}

/** What a cell needs, by its tags `needs:<name>`, and does not get here. */
export function unmetNeeds(cell: CodeCell, provides: Provides): string[] {
  return tagsOf(cell).flatMap((tag) => (tag.startsWith("needs:") && !provides(tag.slice("needs:".length)) ? [tag.slice("needs:".length)] : []));
}
