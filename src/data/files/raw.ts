import { DamagedFileError } from "./damaged.ts";

/** Bytes of a file, or of what a .gz file holds. */
export interface RawFile {
  readonly file: string;
  /** The first n bytes, or all where there are fewer. */
  head(n: number): Promise<Uint8Array<ArrayBuffer>>;
  /** All, of which there must be `size`: DamagedFileError otherwise, before memory is taken for what a header claims. */
  all(size: number): Promise<Uint8Array>;
}

/** Deflate cannot shrink more than this. */
export const LARGEST_RATIO = 1032;

export async function openRaw(file: string): Promise<RawFile> {
  const { open, stat } = await import("node:fs/promises");
  const { size: onDisk } = await stat(file);

  async function first(n: number): Promise<Uint8Array<ArrayBuffer>> {
    const handle = await open(file, "r");
    try {
      const bytes = new Uint8Array(Math.min(n, onDisk));
      let filled = 0;
      for (let read = -1; read !== 0 && filled < bytes.length; filled += read) {
        ({ bytesRead: read } = await handle.read(bytes, filled, Math.min(bytes.length - filled, 2 ** 30), filled));
      }
      return bytes.subarray(0, filled);
    } finally {
      await handle.close();
    }
  }

  const [a, b] = await first(2);
  if (a !== 0x1f || b !== 0x8b) {
    return {
      file,
      head: first,
      async all(size) {
        if (onDisk !== size) throw wrongSize(file, size, onDisk);
        const bytes = await first(size);
        if (bytes.length < size) throw wrongSize(file, size, bytes.length);
        return bytes;
      },
    };
  }
  return {
    file,
    async head(n) {
      // Whatever these few bytes unpack to, they say how the file begins.
      const { gunzipSync, constants } = await import("node:zlib");
      try {
        return new Uint8Array(gunzipSync(await first(4096), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, n));
      } catch (error) {
        throw damagedGzip(file, 0, error);
      }
    },
    async all(size) {
      if (size > LARGEST_RATIO * onDisk) throw wrongSize(file, size, onDisk, "at most what a gzip file can hold in ");
      return unpack(file, await first(onDisk), size);
    },
  };
}

async function unpack(file: string, packed: Uint8Array, size: number): Promise<Uint8Array> {
  const { createGunzip } = await import("node:zlib");
  const gunzip = createGunzip({ chunkSize: 2 ** 16 });
  gunzip.end(packed);
  const chunks: Uint8Array[] = [];
  let unpacked = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      unpacked += chunk.length;
      if (unpacked > size) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw damagedGzip(file, gunzip.bytesWritten, error);
  }
  if (unpacked !== size) throw wrongSize(file, size, unpacked, unpacked > size ? "more when unpacked, at least " : "unpacked ");
  return Buffer.concat(chunks);
}

const remedy = "get the file again";

function damagedGzip(file: string, offset: number, cause: unknown): DamagedFileError {
  const found = `damage from about there on (${(cause as Error).message})`;
  return new DamagedFileError(file, offset, { expected: "more of a whole gzip file", found, remedy, cause });
}

function wrongSize(file: string, expected: number, found: number, how = ""): DamagedFileError {
  const offset = Math.min(expected, found);
  return new DamagedFileError(file, offset, { expected: `${expected} bytes in all, as its header says`, found: `${how}${found}`, remedy });
}
