import { CENTRE, FAR_TAIL, NEAR_TAIL, type Rational } from "../../gaussian/quantile.ts";
import { LN2_HIGH, LN2_LOW } from "../../gaussian/portable-log.ts";
import { type Code, Constants, type FunctionOptions, type Local, assemble, f64, f64x2, i32, i32x4, i64x2, repeatWhile, v128, when } from "./assembler.ts";
import { eachFourBlocks } from "./blocks.ts";

/** Draws that one call makes at most: 8 KiB, and as much again for tails, stay in the nearest cache. */
export const CAPACITY = 1024;

/** Where the results are, and the scratch of those in the tails: their q, and the byte offsets of their results. */
const [RESULTS, TAILS, PLACES] = [0, 8 * CAPACITY, 16 * CAPACITY + 512];

const constants = new Constants(32 * CAPACITY);
const splat = (value: number): Code => constants.f64x2(value);

/**
 * The loops of `uniform` and `normal` by SIMD. `uniforms(k0, k1, c0, c1, n)` and `normals(…)` fill `memory` from its start with the n draws
 * (1…CAPACITY) of the counters (c0, c1), (c0, c1 + 1), …. Operation by operation they are what threefry.ts, draws.ts and gaussian/ do for one
 * draw, and IEEE 754 leaves no choice in any of them: the bits are the same.
 */
export function drawingModule(): Uint8Array<ArrayBuffer> {
  return assemble(1, constants, { uniforms: { params: 5, body: uniforms }, normals: { params: 5, body: normals } });
}

const uniforms: FunctionOptions["body"] = (param, local) => {
  const out = local("i32");
  return eachFourBlocks(param, local, out, (low, high, offset) => [
    v128.store(out.get, unitOf(low, high), RESULTS + offset),
    v128.store(out.get, unitOf(i32x4.upperHalf(low), i32x4.upperHalf(high)), RESULTS + offset + 16),
  ]);
};

const normals: FunctionOptions["body"] = (param, local) => {
  const n = param(4);
  const [out, tails, bits] = [local("i32"), local("i32"), local("i32")];
  const [q, s] = [local("v128"), local("v128")];
  // Centred on 0 and moved by half a step, so that ±½ is never met.
  const centred = (low: Code, high: Code): Code => f64x2.add(f64x2.sub(unitOf(low, high), splat(0.5)), splat(2 ** -54));
  const note = (lane: 0 | 1, condition: Code): Code => [
    ...f64.store(i32.shl(tails.get, i32.const(3)), f64x2.lane(q.get, lane), TAILS),
    ...i32.store(i32.shl(tails.get, i32.const(2)), i32.add(out.get, i32.const(8 * lane)), PLACES),
    ...tails.set(i32.add(tails.get, condition)),
  ];
  /** Two draws as if they were central; those that are not go on the list, which grows by the condition's own bit. */
  const central: Code = [
    ...q.set(v128.load(out.get, RESULTS)),
    ...s.set(f64x2.sub(splat(0.180625), f64x2.mul(q.get, q.get))),
    ...v128.store(out.get, f64x2.mul(q.get, evaluate(CENTRE, s.get)), RESULTS),
    ...bits.set(i64x2.signs(f64x2.gt(f64x2.abs(q.get), splat(0.425)))),
    ...note(0, i32.and(bits.get, i32.const(1))),
    ...note(1, i32.shrU(bits.get, i32.const(1))),
  ];
  return [
    ...eachFourBlocks(param, local, out, (low, high, offset) => [
      v128.store(out.get, centred(low, high), RESULTS + offset),
      v128.store(out.get, centred(i32x4.upperHalf(low), i32x4.upperHalf(high)), RESULTS + offset + 16),
    ]),
    // A loop of its own: many more of its rounds fit into what a processor looks ahead.
    ...out.set(i32.const(0)),
    ...repeatWhile(i32.ltU(out.get, n.get), central, out.set(i32.add(out.get, i32.const(16)))),
    ...when(tails.get, inTails(tails, local)),
  ];
};

/** Puts the quantiles of the listed tails in their places, two at a time. */
function inTails(tails: Local, local: (type: "i32" | "v128") => Local): Code {
  const [i, place] = [local("i32"), local("i32")];
  const [q, tail, r, size] = [local("v128"), local("v128"), local("v128"), local("v128")];
  const { code: logOfTail, result } = portableLog(tail, local);
  const far = f64x2.gt(r.get, splat(5));
  const SIGN = i64x2.splat(1n << 63n);
  const put = (lane: 0 | 1): Code => f64.store(i32.load(place.get, PLACES + 4 * lane), f64x2.lane(size.get, lane), RESULTS);
  return [
    // The last entry once more, for the case that it has no partner.
    ...place.set(i32.shl(tails.get, i32.const(2))),
    ...i32.store(place.get, i32.load(i32.add(place.get, i32.const(-4)), PLACES), PLACES),
    ...f64.store(i32.shl(tails.get, i32.const(3)), f64.load(i32.add(i32.shl(tails.get, i32.const(3)), i32.const(-8)), TAILS), TAILS),
    ...i.set(i32.const(0)),
    ...repeatWhile(
      i32.ltU(i.get, tails.get),
      q.set(v128.load(i32.shl(i.get, i32.const(3)), TAILS)),
      tail.set(f64x2.sub(splat(0.5), f64x2.abs(q.get))),
      logOfTail,
      r.set(f64x2.sqrt(f64x2.neg(result))),
      size.set(evaluate(NEAR_TAIL, f64x2.sub(r.get, splat(1.6)))),
      when(v128.anyTrue(far), size.set(v128.select(evaluate(FAR_TAIL, f64x2.sub(r.get, splat(5))), size.get, far))),
      size.set(v128.or(size.get, v128.and(q.get, SIGN))),
      place.set(i32.shl(i.get, i32.const(2))),
      put(0),
      put(1),
      i.set(i32.add(i.get, i32.const(2))),
    ),
  ];
}

/** Two numbers' logarithms, as gaussian/portable-log.ts has one. */
function portableLog(x: Local, local: (type: "v128") => Local): { code: Code; result: Code } {
  const [mantissa, exponent, z, square] = [local("v128"), local("v128"), local("v128"), local("v128")];
  const ONE = splat(1);
  const large = f64x2.gt(mantissa.get, splat(Math.SQRT2));
  let series: Code = splat(0);
  for (let k = 21; k >= 3; k -= 2) series = f64x2.mul(square.get, f64x2.add(splat(1 / k), series));
  return {
    code: [
      // The exponent's bits below those of 2^52 are 2^52 + exponent.
      ...exponent.set(f64x2.sub(v128.or(i64x2.shrU(x.get, i32.const(52)), splat(2 ** 52)), splat(2 ** 52 + 1023))),
      ...mantissa.set(v128.or(v128.and(x.get, i64x2.splat((1n << 52n) - 1n)), ONE)),
      ...exponent.set(f64x2.add(exponent.get, v128.and(large, ONE))),
      ...mantissa.set(v128.select(f64x2.mul(mantissa.get, splat(0.5)), mantissa.get, large)),
      ...z.set(f64x2.div(f64x2.sub(mantissa.get, ONE), f64x2.add(mantissa.get, ONE))),
      ...square.set(f64x2.mul(z.get, z.get)),
      // 2z · series + exponent · LN2_LOW, and the large terms last.
      ...square.set(f64x2.add(f64x2.mul(f64x2.mul(splat(2), z.get), series), f64x2.mul(exponent.get, splat(LN2_LOW)))),
    ],
    result: f64x2.add(f64x2.mul(exponent.get, splat(LN2_HIGH)), f64x2.add(f64x2.mul(splat(2), z.get), square.get)),
  };
}

const horner = (c: readonly number[], r: Code): Code => c.slice(1).reduce((sum, next) => f64x2.add(f64x2.mul(sum, r), splat(next)), splat(c[0]!));
const evaluate = ([numerator, denominator]: Rational, r: Code): Code => f64x2.div(horner(numerator, r), horner(denominator, r));

/** 52 bits of each of the first two blocks as numbers of [0, 1). */
const unitOf = (low: Code, high: Code): Code =>
  f64x2.add(
    f64x2.mul(f64x2.fromUnsigned(low), splat(2 ** -32)),
    f64x2.mul(f64x2.fromUnsigned(i32x4.shrU(high, i32.const(12))), splat(2 ** -52)),
  );
