import { type Code, type Local, i32, i32x4, repeatWhile, v128 } from "./assembler.ts";

const PARITY = 0x1bd11bda;
const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]] as const;

/** So many fours of blocks are under way at once, since each round waits for the one before. */
const FOURS = 4;

/**
 * The loop over Threefry's blocks, for a function of (k0, k1, c0, c1, n): those of the counters (c0, c1), (c0, c1 + 1), …, n of them and up to
 * fifteen more. `use` gets the two words of four at a time, and where their results of eight bytes each go: `out` and an offset.
 */
export function eachFourBlocks(
  param: (index: number) => Local, local: (type: "i32" | "v128") => Local, out: Local, use: (low: Code, high: Code, offset: number) => Code[],
): Code {
  const [k0, k1, c0, c1, n] = [0, 1, 2, 3, 4].map(param) as [Local, Local, Local, Local, Local];
  const [start0, start1] = [local("v128"), local("v128")];
  const keys = [local("v128"), local("v128"), local("v128")] as const;
  const added = [1, 2, 3, 4, 5].map((i) => ({ i, first: keys[i % 3]!, second: local("v128") }));
  const fours = Array.from({ length: FOURS }, (_, four) => 4 * four).map((ahead) => ({ x0: local("v128"), x1: local("v128"), ahead }));
  const both = (f: (four: (typeof fours)[number]) => Code): Code => fours.flatMap(f);
  const round = (rotation: number): Code => [
    ...both(({ x0, x1 }) => x0.set(i32x4.add(x0.get, x1.get))),
    ...both(({ x0, x1 }) => x1.set(v128.xor(rotated(x1.get, rotation), x0.get))),
  ];
  const rounds = added.flatMap(({ i, first, second }) => [
    ...ROTATIONS[(i - 1) % 2]!.flatMap(round),
    ...both(({ x0, x1 }) => [...x0.set(i32x4.add(x0.get, first.get)), ...x1.set(i32x4.add(x1.get, second.get))]),
  ]);
  return [
    ...keys[0].set(i32x4.splat(k0.get)),
    ...keys[1].set(i32x4.splat(k1.get)),
    ...keys[2].set(v128.xor(v128.xor(keys[0].get, keys[1].get), i32x4.splat(i32.const(PARITY)))),
    ...added.flatMap(({ i, second }) => second.set(i32x4.add(keys[(i + 1) % 3]!.get, i32x4.splat(i32.const(i))))),
    ...start0.set(i32x4.add(i32x4.splat(c0.get), keys[0].get)),
    ...start1.set(i32x4.add(i32x4.add(i32x4.splat(c1.get), i32x4.const(0, 1, 2, 3)), keys[1].get)),
    ...n.set(i32.shl(n.get, i32.const(3))),
    ...repeatWhile(
      i32.ltU(out.get, n.get),
      both(({ x0, x1, ahead }) => [...x0.set(start0.get), ...x1.set(i32x4.add(start1.get, i32x4.splat(i32.const(ahead))))]),
      rounds,
      ...fours.flatMap(({ x0, x1, ahead }) => use(x0.get, x1.get, 8 * ahead)),
      start1.set(i32x4.add(start1.get, i32x4.splat(i32.const(4 * FOURS)))),
      out.set(i32.add(out.get, i32.const(32 * FOURS))),
    ),
  ];
}

function rotated(x: Code, by: number): Code {
  return by % 8 === 0 ? i32x4.rotateBytes(x, by / 8) : v128.or(i32x4.shl(x, i32.const(by)), i32x4.shrU(x, i32.const(32 - by)));
}
