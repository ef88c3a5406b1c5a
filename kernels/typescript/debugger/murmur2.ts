/**
 * MurmurHash2 in 32 bits of a text's UTF-8 bytes, unsigned: how Jupyter clients and kernels name cells alike.
 * A. Appleby, MurmurHash2 (public domain), with h₀ = seed ⊕ length, m = 5bd1e995₁₆, r = 24.
 */
export function murmur2(text: string, seed: number): number {
  const bytes = Buffer.from(text, "utf8");
  const m = 0x5bd1e995;
  const whole = bytes.length & ~3;
  let h = seed ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(bytes.readInt32LE(at), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }
  if (bytes.length > whole) h = Math.imul(h ^ bytes.readUIntLE(whole, bytes.length - whole), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return (h ^ (h >>> 15)) >>> 0;
}
