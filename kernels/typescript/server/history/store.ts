import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { log } from "../log.ts";
import type { HistoryEntry } from "./history.ts";

export interface HistoryStore {
  /** This start's number. */
  readonly session: number;
  append(line: number, input: string): void;
  /** Numbers of earlier starts, the latest first. */
  earlier(): readonly number[];
  /** The cells of an earlier start, oldest first. */
  entries(session: number): readonly HistoryEntry[];
}

/** For a kernel that keeps nothing between starts. */
export const noStore: HistoryStore = { session: 1, append() {}, earlier: () => [], entries: () => [] };

const keptSessions = 400;
const keptBytes = 20_000_000;
const longestInput = 200_000;
const sessionBytes = 4_000_000;

/**
 * One file of JSON lines for each start of a kernel, so that kernels side by side never write to the same file: a start takes
 * the next free number by creating its file. The oldest files go when there are too many.
 */
export class FolderStore implements HistoryStore {
  readonly #folder: string;
  #fd: number | undefined;
  #session: number | undefined;
  #written = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get session(): number {
    if (this.#session === undefined) this.#begin();
    return this.#session as number;
  }

  append(line: number, input: string): void {
    if (this.#session === undefined) this.#begin();
    if (this.#fd === undefined || input.length > longestInput || this.#written > sessionBytes) return;
    try {
      this.#written += writeSync(this.#fd, `${JSON.stringify([line, input])}\n`);
    } catch (error) {
      this.#stop(error);
    }
  }

  earlier(): readonly number[] {
    return this.#numbers().filter((number) => number < this.session).reverse();
  }

  entries(session: number): readonly HistoryEntry[] {
    let text: string;
    try {
      text = readFileSync(this.#file(session), "utf8");
    } catch {
      return [];
    }
    return text.split("\n").flatMap((each) => entry(session, each));
  }

  #begin(): void {
    const numbers = this.#numbers();
    this.#session = (numbers.at(-1) ?? 0) + 1;
    try {
      mkdirSync(this.#folder, { recursive: true });
      while (this.#fd === undefined) this.#fd = this.#create(this.#session) ?? void this.#session++;
      this.#prune(numbers);
    } catch (error) {
      this.#stop(error);
    }
  }

  #create(session: number): number | undefined {
    try {
      return openSync(this.#file(session), "ax", 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
      throw error;
    }
  }

  #prune(numbers: readonly number[]): void {
    let kept = 0;
    let bytes = 0;
    for (const number of numbers.toReversed()) {
      bytes += statSync(this.#file(number), { throwIfNoEntry: false })?.size ?? 0;
      if (++kept > keptSessions || bytes > keptBytes) rmSync(this.#file(number), { force: true });
    }
  }

  #stop(error: unknown): void {
    log(`history is not kept: ${(error as Error).message}; NOISEBOOK_HISTORY=<folder> names another place, off turns it off`);
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #numbers(): number[] {
    try {
      const names = readdirSync(this.#folder).flatMap((name) => /^(\d+)\.jsonl$/.exec(name)?.[1] ?? []);
      return names.map(Number).sort((a, b) => a - b);
    } catch {
      return [];
    }
  }

  #file(session: number): string {
    return path.join(this.#folder, `${String(session).padStart(6, "0")}.jsonl`);
  }
}

/** A line of a file; none where its writer was killed in the middle of it. */
function entry(session: number, text: string): HistoryEntry[] {
  try {
    const [line, input] = JSON.parse(text) as [unknown, unknown];
    return typeof line === "number" && typeof input === "string" ? [{ session, line, input }] : [];
  } catch {
    return [];
  }
}
