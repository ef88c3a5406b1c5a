import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const loadable = 1;

/**
 * Refuses a Linux library that was cut off: the loader maps it without complaint, and the process dies where the missing part is read.
 *
 * @throws Error naming the file; one that cannot be read at all is left to the loader, which says why
 */
export function requireWhole(file: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return;
  }
  try {
    const { size } = fstatSync(descriptor);
    const header = read(descriptor, 0, 64);
    // Other than 64-bit little-endian ELF: another platform's, or no library.
    if (header.length < 64 || header.toString("latin1", 0, 6) !== "\x7fELF\x02\x01") return;
    const [start, entrySize, count] = [Number(header.readBigUInt64LE(32)), header.readUInt16LE(54), header.readUInt16LE(56)];
    const segments = read(descriptor, start, entrySize * count);
    for (let at = 0; at + entrySize <= segments.length; at += entrySize) {
      if (segments.readUInt32LE(at) !== loadable) continue;
      const end = Number(segments.readBigUInt64LE(at + 8) + segments.readBigUInt64LE(at + 32));
      if (end > size) throw new Error(`cannot load TensorFlow: ${file} was cut off: it has ${size} bytes of at least ${end}`);
    }
  } finally {
    closeSync(descriptor);
  }
}

function read(descriptor: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(descriptor, buffer, 0, length, position));
}
