import { watched, contentionLimit } from "./contention.ts";
import type { Missing } from "../peers.ts";
import type { Side } from "./side.ts";

/** What is asked of a side in a round. */
export interface Turn {
  readonly side: Side;
  readonly quantity: string;
  /** Its samples, in seconds. */
  measure(): Promise<readonly number[]>;
}

export interface QuietRounds {
  /** By quantity and side's name. */
  readonly samples: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  readonly counted: number;
  readonly leftOut: number;
  /** True where no round was quiet, and so all count. */
  readonly contended: boolean;
  readonly failed: readonly Missing[];
}

interface Round {
  readonly found: ReadonlyMap<Turn, readonly number[]>;
  /** The largest share of the cores that others took during a measurement. */
  readonly others: number;
}

/** How many rounds are tried for each that is wanted. */
const patience = 2;

/**
 * Measures all turns once a round, each round another one first, until `wanted` rounds were quiet: none of whose measurements was disturbed
 * by others on the same cores, for one side may suffer more from that than another. A side that fails is out, with what it found.
 */
export async function quietRounds(turns: readonly Turn[], wanted: number, progress: (line: string) => void, limit = contentionLimit): Promise<QuietRounds> {
  const rounds: Round[] = [];
  const failed = new Map<Turn, Missing>();
  const quiet = (): Round[] => rounds.filter(({ others }) => others <= limit);
  while (quiet().length < wanted && rounds.length < wanted * patience) {
    const found = new Map<Turn, readonly number[]>();
    let others = 0;
    for (let i = 0; i < turns.length; i++) {
      const turn = turns[(i + rounds.length) % turns.length]!;
      if (failed.has(turn)) continue;
      progress(`round ${rounds.length + 1}, ${quiet().length} of ${wanted} were quiet: ${turn.quantity}, ${turn.side.name}`);
      try {
        const measured = await watched(() => turn.side.processes(), () => turn.measure());
        found.set(turn, measured.result);
        others = Math.max(others, measured.others);
      } catch (error) {
        failed.set(turn, { name: `${turn.side.name} (${turn.quantity})`, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    rounds.push({ found, others });
  }
  const contended = quiet().length === 0;
  const counted = contended ? rounds : quiet();
  const samples = new Map<string, Map<string, readonly number[]>>();
  for (const turn of turns) {
    if (failed.has(turn)) continue;
    const ofQuantity = samples.get(turn.quantity) ?? new Map<string, readonly number[]>();
    samples.set(turn.quantity, ofQuantity.set(turn.side.name, counted.flatMap(({ found }) => found.get(turn) ?? [])));
  }
  return { samples, counted: counted.length, leftOut: rounds.length - counted.length, contended, failed: [...failed.values()] };
}
