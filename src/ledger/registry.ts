import { type Key, key as keyOf } from "../random/index.ts";
import { type CheckOptions, checkEntry } from "./check.ts";
import { type Entry, type Seed } from "./entry.ts";
import { LedgerReport } from "./report.ts";
import { seed001Sampling, seed004Sampling } from "./sampling.ts";
import { seed000Forward } from "./seed-000-forward.ts";
import { seed000Gaussian } from "./seed-000-gaussian.ts";
import { seed000Langevin } from "./seed-000-langevin.ts";
import { seed000Noise } from "./seed-000-noise.ts";
import { seed000Posterior } from "./seed-000-posterior.ts";
import { seed000Reverse } from "./seed-000-reverse.ts";
import { seed001Bound } from "./seed-001-bound.ts";
import { seed001Objective } from "./seed-001-objective.ts";
import { seed001Process } from "./seed-001-process.ts";
import { seed002Forward } from "./seed-002-forward.ts";
import { seed002Noise } from "./seed-002-noise.ts";
import { seed002Posterior } from "./seed-002-posterior.ts";
import { seed002Words } from "./seed-002-words.ts";
import { seed003 } from "./seed-003.ts";
import { seed004Code } from "./seed-004-code.ts";
import { seed004Equations } from "./seed-004-equations.ts";
import { seed004Proofs } from "./seed-004-proofs.ts";

/** Which entries to check, and how. */
export interface LedgerOptions extends Pick<CheckOptions, "trials"> {
  /** Of the random values; key(0) unless told. */
  key?: Key;
  /** Only entries of these seeds. */
  seeds?: readonly Seed[];
  /** Only these entries and those below them: "002.35" means its six lines. One that the ledger lacks throws a RangeError. */
  ids?: readonly string[];
}

/** All statements of the seeds, in the order of the texts. */
export interface Ledger extends ReadonlyArray<Entry> {
  /** The entry of an id such as "002.14"; a RangeError where there is none. */
  entry(id: string): Entry;
  /** Checks the entries chosen and shows them as a table: the same as `checkLedger`. */
  table(options?: LedgerOptions): LedgerReport;
}

const entries: readonly Entry[] = [
  ...seed000Gaussian, ...seed000Forward, ...seed000Langevin, ...seed000Reverse, ...seed000Posterior, ...seed000Noise,
  ...seed001Process, ...seed001Bound, ...seed001Objective, ...seed001Sampling,
  ...seed002Forward, ...seed002Posterior, ...seed002Noise, ...seed002Words,
  ...seed003,
  ...seed004Equations, ...seed004Code, ...seed004Sampling, ...seed004Proofs,
];

/** Every equation and every erratum of the seeds that has been made executable so far, in the order of the texts. */
export const ledger: Ledger = Object.freeze(Object.assign([...entries], { entry: entryOf, table: checkLedger }));

/** Checks the ledger, or the part of it that is asked for. RangeError for an unknown id. */
export function checkLedger({ key = keyOf(0), seeds, ids, trials }: LedgerOptions = {}): LedgerReport {
  ids?.forEach((id) => entries.some((entry) => isAt(entry, id)) || entryOf(id));
  const chosen = entries.filter((entry) => (seeds?.includes(entry.seed) ?? true) && (ids?.some((id) => isAt(entry, id)) ?? true));
  return new LedgerReport(chosen.map((entry) => checkEntry(entry, key, trials === undefined ? {} : { trials })));
}

/** Whether an entry is the one of that id, or a part of what it names. */
function isAt(entry: Entry, id: string): boolean {
  return entry.id === id || entry.id.startsWith(`${id}.`);
}

function entryOf(id: string): Entry {
  const found = entries.find((entry) => entry.id === id);
  if (found) return found;
  const near = entries.filter((entry) => entry.id.startsWith(id.slice(0, 3))).map((entry) => entry.id);
  throw new RangeError(`no entry "${id}" in the ledger${near.length > 0 ? `: of seed ${id.slice(0, 3)} it has ${near.join(", ")}` : ""}`);
}
