import { explainedDiskError } from "./disk-error.ts";

/** Temporary files that this process is writing. */
const ours = new Set<string>();

/**
 * Writes a file so that under its name there is always the old one or the new one, whole, whatever happens meanwhile: into a temporary file
 * of the same folder, which is made durable, renamed, and the folder made durable after it. Where that fails, the temporary file goes.
 * @throws Error with path, need and way out
 */
export async function writeDurably(file: string, chunks: readonly Uint8Array[]): Promise<void> {
  const [{ open, rename, rm }, path] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const folder = path.dirname(file);
  const temporary = path.join(folder, await temporaryName());
  ours.add(path.basename(temporary));
  try {
    const handle = await open(temporary, "wx");
    try {
      for (const chunk of gathered(chunks)) await writeAll(handle, chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw await explainedDiskError(error, file, chunks.reduce((bytes, { byteLength }) => bytes + byteLength, 0));
  } finally {
    ours.delete(path.basename(temporary));
  }
}

/** Deletes what writers that were killed have left in a folder: temporary files of this machine whose process is gone. */
export async function removeAbandoned(folder: string): Promise<void> {
  const [{ readdir, rm }, path] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const host = await hostTag();
  for (const name of await readdir(folder)) {
    const [, tag, pid] = /^\.saving-([0-9a-f]{8})-(\d+)-[0-9a-f]+\.tmp$/.exec(name) ?? [];
    if (tag === host && !ours.has(name) && !isOthers(Number(pid))) await rm(path.join(folder, name), { force: true });
  }
}

/** Whether another process that lives has this number. */
function isOthers(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function temporaryName(): Promise<string> {
  const { randomBytes } = await import("node:crypto");
  return `.saving-${await hostTag()}-${process.pid}-${randomBytes(6).toString("hex")}.tmp`;
}

async function hostTag(): Promise<string> {
  const [{ createHash }, { hostname }] = await Promise.all([import("node:crypto"), import("node:os")]);
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
}

/** A folder's list of names is written apart from its files. Windows has no such thing to ask for. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const { open } = await import("node:fs/promises");
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const PIECE = 2 ** 20;

/** Small chunks in pieces of about a megabyte: a model has hundreds of tensors that are a few bytes each. */
function* gathered(chunks: readonly Uint8Array[]): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    small.push(chunk);
    bytes += chunk.byteLength;
    if (bytes < PIECE) continue;
    yield small.length === 1 ? chunk : Buffer.concat(small);
    small = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(small);
}

async function writeAll(handle: import("node:fs/promises").FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, Math.min(bytes.length - at, 2 ** 30))).bytesWritten;
}
