import { createHash, randomBytes } from "node:crypto";
import { lstat, mkdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "../atomic.ts";
import { CommandError, exitCodes, systemCode, systemReason } from "../exit-codes.ts";
import { dropLock, takeLock } from "./file-lock.ts";
import type { PlannedNotebook } from "./plan.ts";

/** What we remember of an executed copy: by its hash we know later that it is still ours to replace. */
interface CopyRecord {
  readonly sha256: readonly string[];
  readonly timings: Readonly<Record<string, number>>;
}

const stateFolder = ".noisebook-run";

/** The folder of executed copies, locked notebook by notebook: another run may use it, but never for the same copy. */
export class OutputFolder {
  readonly dir: string;
  readonly #locks: string[] = [];

  private constructor(dir: string) {
    this.dir = dir;
  }

  /**
   * Prepares the folder before anything runs.
   * @throws {CommandError} exit code 2 if a copy would replace a source; 6 if the folder cannot be written, another run
   * is writing a copy, or a copy would replace a file that is not an earlier copy (unless `force`)
   */
  static async open(dir: string, planned: readonly PlannedNotebook[], force: boolean): Promise<OutputFolder> {
    const folder = new OutputFolder(dir);
    try {
      await folder.#prepare(planned);
      for (const { target, label } of planned) await folder.#lock(target, label);
      for (const { target } of planned) if (!force) await folder.#mayReplace(target);
    } catch (error) {
      await folder.release();
      throw error;
    }
    return folder;
  }

  file(target: string): string {
    return path.join(this.dir, target);
  }

  /** Seconds by cell, as the last run into this folder recorded them. */
  async timings(target: string): Promise<Readonly<Record<string, number>>> {
    return (await this.#record(target)).timings;
  }

  /** @throws {CommandError} (exit code 6) if the copy cannot be written; an earlier copy then stays as it was */
  async write(target: string, text: string, source: string, timings: Readonly<Record<string, number>>): Promise<string> {
    const file = this.file(target);
    try {
      const hash = sha256(text);
      const before = await this.#record(target);
      // First the record, then the copy: whichever copy a crash leaves here is known.
      const record: CopyRecord = { sha256: [hash, ...before.sha256.filter((other) => other !== hash)].slice(0, 4), timings: { ...before.timings, ...timings } };
      await writeFileAtomically(this.#state(target, "json"), JSON.stringify(record));
      const mode = await stat(file).catch(() => stat(source));
      await writeFileAtomically(file, text, (mode.mode & 0o777) | 0o200);
      return file;
    } catch (error) {
      throw new CommandError(`${file} cannot be written: ${systemReason(error)}`, exitCodes.cannotWrite);
    }
  }

  async release(): Promise<void> {
    await Promise.all(this.#locks.splice(0).map(dropLock));
  }

  async #prepare(planned: readonly PlannedNotebook[]): Promise<void> {
    const folders = new Set([this.#stateDir, ...planned.map(({ target }) => path.dirname(this.file(target)))]);
    for (const folder of folders) {
      const probe = path.join(folder, `.noisebook-probe-${randomBytes(4).toString("hex")}`);
      try {
        await makeFolder(folder);
        await writeFile(probe, "noisebook", { flag: "wx" });
      } catch (error) {
        const reason = systemCode(error) === "EEXIST" ? "a file is in the way" : systemReason(error);
        throw new CommandError(`output folder ${folder} cannot be written: ${reason}; choose another with --output-dir`, exitCodes.cannotWrite);
      } finally {
        await rm(probe, { force: true }).catch(() => {});
      }
    }
    const sources = new Set(await Promise.all(planned.map(async ({ source }) => identity(source))));
    for (const { target, label } of planned) {
      const file = path.join(await realpath(path.dirname(this.file(target))), path.basename(target));
      const same = await identity(file).catch(() => undefined);
      if (same === undefined || !sources.has(same)) continue;
      throw new CommandError(`the executed copy of ${label} would replace a source, ${file}: choose another --output-dir`, exitCodes.usage);
    }
  }

  async #lock(target: string, label: string): Promise<void> {
    const file = this.#state(target, "lock");
    const holder = await takeLock(file).catch((error: unknown) => {
      throw new CommandError(`output folder ${this.dir} cannot be written: ${systemReason(error)}`, exitCodes.cannotWrite);
    });
    if (holder === undefined) {
      this.#locks.push(file);
      return;
    }
    const who = `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
    throw new CommandError(
      `another run (${who}) is writing the executed copy of ${label} to ${this.file(target)}: wait for it, or choose another --output-dir`,
      exitCodes.cannotWrite,
    );
  }

  async #mayReplace(target: string): Promise<void> {
    const file = this.file(target);
    const info = await lstat(file).catch(() => undefined);
    if (info === undefined) return;
    const known = info.isFile() && (await this.#record(target)).sha256.includes(sha256(await readFile(file)));
    if (known) return;
    throw new CommandError(
      `${file} is there already and is not the copy of an earlier run: move it, choose another --output-dir, or say --force`,
      exitCodes.cannotWrite,
    );
  }

  get #stateDir(): string {
    return path.join(this.dir, stateFolder);
  }

  #state(target: string, kind: "lock" | "json"): string {
    return path.join(this.#stateDir, `${sha256(target).slice(0, 16)}.${kind}`);
  }

  async #record(target: string): Promise<CopyRecord> {
    try {
      const record = JSON.parse(await readFile(this.#state(target, "json"), "utf8")) as Partial<CopyRecord>;
      return { sha256: record.sha256 ?? [], timings: record.timings ?? {} };
    } catch {
      return { sha256: [], timings: {} };
    }
  }
}

/** mkdir's own `recursive` never comes back where the file system answers ENOENT for a folder that is there, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch(async (error: unknown) => {
    // Another run may have been quicker.
    if (systemCode(error) !== "EEXIST" || !(await stat(folder)).isDirectory()) throw error;
  });
}

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** What stays the same for every name of one file. */
async function identity(file: string): Promise<string> {
  const { dev, ino } = await stat(file, { bigint: true });
  return `${dev}:${ino}`;
}
