/** What one round found, by quantity: seconds, bytes, ratios or counts. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** Something that can be measured again and again. */
export interface Contestant {
  readonly name: string;
  /** One round's samples. */
  measure(): Promise<Samples>;
}

export interface Rounds {
  /** By contestant, in the order that they were given in. */
  readonly samples: ReadonlyMap<string, Readonly<Record<string, number[]>>>;
  /** Contestants that failed, and how. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Measures the contestants in turn, each once a round and each round from another one on, so that what else the machine
 * does meets them all alike. One that fails is out, with its reason; its samples are dropped.
 */
export async function interleave(contestants: readonly Contestant[], rounds: number, progress: (line: string) => void): Promise<Rounds> {
  const samples = new Map<string, Record<string, number[]>>(contestants.map(({ name }) => [name, {}]));
  const failed: { name: string; reason: string }[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const contestant = contestants[(i + round) % contestants.length];
      const sofar = samples.get(contestant.name);
      if (!sofar) continue;
      progress(`round ${round + 1} of ${rounds}: ${contestant.name}`);
      try {
        for (const [quantity, values] of Object.entries(await contestant.measure())) (sofar[quantity] ??= []).push(...values);
      } catch (error) {
        samples.delete(contestant.name);
        failed.push({ name: contestant.name, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return { samples, failed };
}
