import { type FileHandle, mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { explainedDiskError } from "../checkpoint/disk-error.ts";

export interface MetricsOptions {
  /** The file, one JSON object a line. */
  readonly path: string;
  /** A line every so many steps; 1 unless told. */
  readonly every?: number;
}

/** A log of numbers, a line a step. */
export class MetricsLog {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly every: number;

  private constructor(file: FileHandle, path: string, every: number) {
    this.#file = file;
    this.#path = path;
    this.every = every;
  }

  /**
   * Opens a log for the steps after `step`. Lines of later steps are taken out, from a run that went on after its checkpoint, as is a line
   * that was cut off; with step 0 the log begins anew. RangeError for an `every` that is no whole number from 1 up, an Error with path and way
   * out where the disk refuses.
   */
  static async open(options: string | MetricsOptions, step: number): Promise<MetricsLog> {
    const { path: file, every = 1 }: MetricsOptions = typeof options === "string" ? { path: options } : options;
    if (!(Number.isInteger(every) && every >= 1)) throw new RangeError(`metrics every ${every} steps: a whole number from 1 up is needed`);
    return explaining(file, 0, () => MetricsLog.#open(file, every, step));
  }

  static async #open(file: string, every: number, step: number): Promise<MetricsLog> {
    await mkdir(path.dirname(file), { recursive: true });
    const before = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const kept = before.split("\n").filter((line) => (stepOf(line) ?? Infinity) <= step);
    const text = kept.map((line) => `${line}\n`).join("");
    if (text !== before) {
      await writeFile(`${file}.tmp`, text);
      await rename(`${file}.tmp`, file);
    }
    return new MetricsLog(await open(file, "a"), file, every);
  }

  /** What is not finite is written as null, JSON having no other word for it. An Error with path and way out where the disk refuses. */
  async append(line: { readonly step: number; readonly [name: string]: unknown }): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    await explaining(this.#path, text.length, () => this.#file.appendFile(text));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function explaining<T>(file: string, bytes: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await explainedDiskError(error, file, bytes);
  }
}

function stepOf(line: string): number | undefined {
  try {
    const { step } = JSON.parse(line) as { step?: unknown };
    return typeof step === "number" ? step : undefined;
  } catch {
    return undefined;
  }
}
