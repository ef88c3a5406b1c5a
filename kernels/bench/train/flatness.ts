import { shown } from "../contests.ts";
import type { Flatness } from "./result.ts";
import type { Side } from "./side.ts";

interface Memory {
  readonly tensors: number;
  readonly residentBytes: number;
}

/** Watches the memory of our side over 1,000 steps. */
export async function flatness(side: Side, progress: (line: string) => void, steps = 1000): Promise<Flatness> {
  const memory: Memory[] = [];
  for (let done = 0; done < steps; done += steps / 10) {
    progress(`memory over ${steps} steps: ${done}`);
    await side.ask("steps", { count: steps / 10 });
    memory.push(await side.ask<Memory>("memory"));
  }
  return { steps, residentBytes: memory.map(({ residentBytes }) => residentBytes), tensorsBefore: memory[0]!.tensors, tensorsAfter: memory.at(-1)!.tensors };
}

/**
 * At which steps, and how much: after a tenth, half and all of them. The allocator takes more once or twice in the first hundreds of
 * steps, by turns; what is lost at each step would show in both halves.
 */
export function memoryLevels({ steps, residentBytes }: Flatness): { readonly at: string; readonly memory: string } {
  const looks = [0, Math.floor((residentBytes.length - 1) / 2), residentBytes.length - 1];
  const at = looks.map((look) => Math.round(((look + 1) * steps) / residentBytes.length));
  return { at: listed(at), memory: listed(looks.map((look) => shown(residentBytes[look]!, "bytes"))) };
}

const listed = (all: readonly unknown[]): string => `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
