// Reads ZIP archives (wheels are some) entry by entry, as streams: an entry may be larger than memory, an archive larger than 4 GiB.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";

const endSignature = 0x06054b50;
const locatorSignature = 0x07064b50;
const end64Signature = 0x06064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endSize = 22;
const longestComment = 0xffff;

class DamagedArchive extends Error {
  constructor(file, what) {
    super(`${file} is not a whole ZIP archive: ${what}`);
    this.name = "DamagedArchive";
  }
}

/**
 * The entries of an archive: `{ name, size, compressedSize, mode, method, offset }`, folders left out. `mode` is the file's permissions,
 * 0 where the archive has none. Throws DamagedArchive where its directory cannot be read.
 */
export async function readDirectory(file) {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const { start, length, count } = await findDirectory(handle, file, size);
    if (start + length > size) throw new DamagedArchive(file, "its directory lies outside of it");
    return parseDirectory(await bytes(handle, start, length), file, count);
  } finally {
    await handle.close();
  }
}

async function bytes(handle, position, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function findDirectory(handle, file, size) {
  const tailStart = Math.max(0, size - endSize - longestComment);
  const tail = await bytes(handle, tailStart, size - tailStart);
  let at = tail.length - endSize;
  while (at >= 0 && tail.readUInt32LE(at) !== endSignature) at--;
  if (at < 0) throw new DamagedArchive(file, "its end is missing");
  const directory = { count: tail.readUInt16LE(at + 10), length: tail.readUInt32LE(at + 12), start: tail.readUInt32LE(at + 16) };
  if (directory.count !== 0xffff && directory.length !== 0xffffffff && directory.start !== 0xffffffff) return directory;
  if (at < 20 || tail.readUInt32LE(at - 20) !== locatorSignature) throw new DamagedArchive(file, "its 64-bit end is missing");
  const end = await bytes(handle, Number(tail.readBigUInt64LE(at - 12)), 56);
  if (end.length < 56 || end.readUInt32LE(0) !== end64Signature) throw new DamagedArchive(file, "its 64-bit end is damaged");
  return { count: Number(end.readBigUInt64LE(32)), length: Number(end.readBigUInt64LE(40)), start: Number(end.readBigUInt64LE(48)) };
}

function parseDirectory(directory, file, count) {
  const entries = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== entrySignature) throw new DamagedArchive(file, `its entry ${i} is damaged`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const extraStart = at + 46 + nameLength;
    const entry = {
      name: directory.toString("utf8", at + 46, extraStart),
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      mode: (directory.readUInt32LE(at + 38) >>> 16) & 0o777,
      offset: directory.readUInt32LE(at + 42),
    };
    widen(entry, directory.subarray(extraStart, extraStart + extraLength));
    if (!entry.name.endsWith("/")) entries.push(entry);
    at = extraStart + extraLength + commentLength;
  }
  return entries;
}

/** Fields that hold only ones stand, in this order, as 64-bit numbers in the extra field 1. */
function widen(entry, extra) {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    for (const field of ["size", "compressedSize", "offset"]) {
      if (entry[field] !== 0xffffffff) continue;
      entry[field] = Number(extra.readBigUInt64LE(next));
      next += 8;
    }
    return;
  }
}

/** An entry's content. The stream fails where the archive is damaged there, or packed by another method than deflate. */
export async function readEntry(file, entry) {
  const handle = await open(file, "r");
  let start;
  try {
    const local = await bytes(handle, entry.offset, 30);
    if (local.length < 30 || local.readUInt32LE(0) !== localSignature) throw new DamagedArchive(file, `${entry.name} is not where it should be`);
    start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  } finally {
    await handle.close();
  }
  if (entry.compressedSize === 0) return Readable.from([]);
  const packed = createReadStream(file, { start, end: start + entry.compressedSize - 1, highWaterMark: 2 ** 20 });
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw new DamagedArchive(file, `${entry.name} is packed by method ${entry.method}; only 0 and 8 are read`);
  const unpacked = createInflateRaw({ chunkSize: 2 ** 20 });
  packed.once("error", (error) => unpacked.destroy(error));
  unpacked.once("close", () => packed.destroy());
  return packed.pipe(unpacked);
}
