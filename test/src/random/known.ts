/**
 * What JAX 0.10.2 draws in 64-bit mode (`jax_enable_x64`, `jax_threefry_partitionable`, both as it comes but for the first), and the
 * vectors published with Threefry itself.
 */
export const threefryVectors: { key: [number, number]; counter: [number, number]; block: [number, number] }[] = [
  { key: [0, 0], counter: [0, 0], block: [0x6b200159, 0x99ba4efe] },
  { key: [0xffffffff, 0xffffffff], counter: [0xffffffff, 0xffffffff], block: [0x1cb996fc, 0xbb002be7] },
  { key: [0x13198a2e, 0x03707344], counter: [0x243f6a88, 0x85a308d3], block: [0xc4923a9c, 0x483df7a0] },
];

export const seeds: [seed: number | bigint, words: [number, number]][] = [
  [0, [0, 0]],
  [42, [0, 42]],
  [-1, [4294967295, 4294967295]],
  [2 ** 40 + 7, [256, 7]],
  [2n ** 63n, [2147483648, 0]],
];

/** For key(42). */
export const splitIn5: [number, number][] = [
  [1832780943, 270669613],
  [64467757, 2916123636],
  [2465931498, 255383827],
  [3134548294, 894150801],
  [2954079971, 3276725750],
];
export const foldedIn7: [number, number] = [2547012911, 1371500959];
export const uniforms = [0.4267275666499091, 0.015010069515314584, 0.5741444178995352, 0.7298188969046309, 0.687800341230566];
export const normals = [-0.18471174528191162, -2.169824560397754, 0.18693555179382582, 0.6122653570510959, 0.4896249504757018, 0.36900430470828355];

/** uniform(key(1234), 100000)[99999], and the last ten of normal(key(1234), 100000). */
export const lastUniform = 0.6916844429438966;
export const lastNormals = [
  0.8643896236969623, -0.6025911776290076, -1.4629545781838253, -0.9264943606251043, -1.4800133537468065, -0.9204961868877926,
  -0.590741007584851, 0.07549618303529937, -0.3224795632040846, 0.5006306121780382,
];
