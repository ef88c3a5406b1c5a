import { type FileHandle, mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

export interface MetricsOptions {
  /** The file, one JSON object a line. */
  readonly path: string;
  /** A line every so many steps; 1 unless told. */
  readonly every?: number;
}

/** A log of numbers, a line a step. */
export class MetricsLog {
  readonly #file: FileHandle;
  readonly every: number;

  private constructor(file: FileHandle, every: number) {
    this.#file = file;
    this.every = every;
  }

  /**
   * Opens a log for the steps after `step`. Lines of later steps are taken out, from a run that went on after its checkpoint, as is a line
   * that was cut off; with step 0 the log begins anew. RangeError for an `every` that is no whole number from 1 up.
   */
  static async open(options: string | MetricsOptions, step: number): Promise<MetricsLog> {
    const { path: file, every = 1 }: MetricsOptions = typeof options === "string" ? { path: options } : options;
    if (!(Number.isInteger(every) && every >= 1)) throw new RangeError(`metrics every ${every} steps: a whole number from 1 up is needed`);
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
    return new MetricsLog(await open(file, "a"), every);
  }

  /** What is not finite is written as null, JSON having no other word for it. */
  async append(line: { readonly step: number; readonly [name: string]: unknown }): Promise<void> {
    await this.#file.write(`${JSON.stringify(line)}\n`);
  }

  async close(): Promise<void> {
    await this.#file.close();
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
