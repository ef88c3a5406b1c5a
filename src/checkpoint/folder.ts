import { DamagedFileError } from "../data/files/damaged.ts";
import { type Checkpoint, type CheckpointToSave, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { explainedDiskError } from "./disk-error.ts";
import { removeAbandoned, writeDurably } from "./durable.ts";

export interface SaveCheckpointOptions {
  /** How many checkpoints stay, the one just saved among them; 3 unless told. */
  readonly keep?: number;
}

export interface LoadCheckpointOptions {
  /** Told of each checkpoint that is passed over, and why; console.warn unless told. */
  readonly warn?: (message: string) => void;
}

/**
 * Saves a checkpoint into a folder, which is made where needed, as `step-….safetensors`, and lets the file `latest` name it. Only when both are
 * durable do those go that are older than the last `keep`: so at any instant, kill -9 and a full disk included, the folder has a checkpoint
 * that is whole. Arrays must not change until the promise resolves. Gives the path.
 *
 * Throws a RangeError or TypeError for what cannot be saved, an Error with path, need and way out where the disk refuses.
 */
export async function saveCheckpoint(folder: string, checkpoint: CheckpointToSave, { keep = 3 }: SaveCheckpointOptions = {}): Promise<string> {
  if (!(Number.isInteger(keep) && keep >= 1)) throw new RangeError(`keep ${keep} checkpoints: a whole number from 1 up is needed`);
  const [{ mkdir, rm }, path] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const name = `step-${String(checkpoint.step).padStart(9, "0")}.safetensors`;
  const file = path.join(folder, name);
  await mkdir(folder, { recursive: true }).catch(async (error: unknown) => {
    throw await explainedDiskError(error, file, 0);
  });
  // First of all, for what they take may be what is missing.
  await removeAbandoned(folder).catch(() => undefined);
  await writeCheckpoint(file, checkpoint);
  await writeDurably(path.join(folder, "latest"), [new TextEncoder().encode(`${name}\n`)]);
  // Counted from this one: of two that are saved at once, neither may take the other for the older.
  const names = await checkpointNames(folder);
  for (const older of names.slice(Math.max(0, names.indexOf(name)) + keep)) await rm(path.join(folder, older), { force: true });
  return file;
}

/**
 * The checkpoint of a file, or the latest whole one of a folder: the one that `latest` names, and where that is damaged the others from new to
 * old, each that is passed over told to `warn`. Throws an Error where there is none, DamagedFileError where the file, or each of the folder's,
 * is damaged, NewerCheckpointError for what a later program has written.
 */
export async function loadCheckpoint(fileOrFolder: string, options: LoadCheckpointOptions = {}): Promise<Checkpoint & { readonly path: string }> {
  const { stat } = await import("node:fs/promises");
  const there = await stat(fileOrFolder).catch((error: unknown) => {
    throw new Error(`no checkpoint at ${fileOrFolder}: ${(error as Error).message}`, { cause: error });
  });
  if (!there.isDirectory()) return { ...(await readCheckpoint(fileOrFolder)), path: fileOrFolder };
  const found = await search(fileOrFolder, options);
  if (found) return found;
  throw new Error(`no checkpoint in ${fileOrFolder}: its files would be named step-….safetensors`);
}

/** The path of the latest whole checkpoint of a folder, which is read for it; undefined where the folder is not there or has none. */
export async function latestCheckpoint(folder: string, options: LoadCheckpointOptions = {}): Promise<string | undefined> {
  return (await search(folder, options))?.path;
}

async function search(folder: string, { warn = console.warn }: LoadCheckpointOptions): Promise<(Checkpoint & { path: string }) | undefined> {
  const { default: path } = await import("node:path");
  const passedOver: DamagedFileError[] = [];
  for (const name of await candidates(folder)) {
    const file = path.join(folder, name);
    try {
      return { ...(await readCheckpoint(file)), path: file };
    } catch (error) {
      // Its turn to go had come, in another process.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      if (!(error instanceof DamagedFileError)) throw error;
      passedOver.push(error);
      warn(`passed over a damaged checkpoint: ${error.message}`);
    }
  }
  if (passedOver[0]) throw passedOver[0];
  return undefined;
}

/** Names in the order in which they are to be tried. */
async function candidates(folder: string): Promise<string[]> {
  const [{ readFile }, path] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const names = await checkpointNames(folder);
  const named = (await readFile(path.join(folder, "latest"), "utf8").catch(() => "")).trim();
  return names.includes(named) ? [named, ...names.filter((name) => name !== named)] : names;
}

/** The folder's checkpoints, the one last written first. Steps do not tell: a run may have been taken up again from an earlier one. */
async function checkpointNames(folder: string): Promise<string[]> {
  const [{ readdir }, path] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const dated = await Promise.all(
    names
      .filter((name) => /^step-\d{9,}\.safetensors$/.test(name))
      .map(async (name) => ({ name, step: Number(name.slice(5, -12)), time: await writtenAt(path.join(folder, name)) })),
  );
  return dated.sort((a, b) => b.time - a.time || b.step - a.step).map(({ name }) => name);
}

/** Milliseconds since 1970; before all others for a file that another process has just deleted. */
async function writtenAt(file: string): Promise<number> {
  const { stat } = await import("node:fs/promises");
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => -Infinity,
  );
}
