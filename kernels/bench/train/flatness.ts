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
