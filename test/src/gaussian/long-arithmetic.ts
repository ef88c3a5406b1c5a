/**
 * erf and erfc from their power series in 2600-bit fixed-point arithmetic: slow, obvious, and nothing in common with src/gaussian.
 * Arguments are multiples of 2^-40, |x| ≤ 27.
 */
const BITS = 2600n;
const ONE = 1n << BITS;

/** 2/√π · Σ (−1)^n x^(2n+1)/(n! (2n+1)) */
function erfFixed(x: number): bigint {
  const scaled = x * 2 ** 40;
  if (!Number.isInteger(scaled)) throw new RangeError(`${x} is no multiple of 2^-40`);
  const fixed = BigInt(scaled) << (BITS - 40n);
  const square = (fixed * fixed) >> BITS;
  let power = fixed;
  let total = 0n;
  for (let n = 0n; power !== 0n && power !== -1n; n++) {
    total += power / (2n * n + 1n);
    power = -((power * square) >> BITS) / (n + 1n);
  }
  return (2n * total * ONE) / squareRoot(pi() * ONE);
}

export function erfReference(x: number): bigint {
  return erfFixed(x);
}

export function erfcReference(x: number): bigint {
  return ONE - erfFixed(x);
}

/** |value − reference| / |reference| */
export function relativeError(value: number, reference: bigint): number {
  const difference = fixedPoint(value) - reference;
  return Math.abs(Number((difference * 2n ** 100n) / reference)) / 2 ** 100;
}

function fixedPoint(value: number): bigint {
  // Multiplied by powers of two until whole, which is exact.
  let [mantissa, shift] = [value, BITS];
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    shift -= 1n;
  }
  return BigInt(mantissa) << shift;
}

/** Machin: π = 16 arctan(1/5) − 4 arctan(1/239). */
function pi(): bigint {
  const arctanOfInverse = (n: bigint): bigint => {
    let term = ONE / n;
    let total = 0n;
    for (let k = 0n; term !== 0n; k++) {
      total += (k % 2n === 0n ? term : -term) / (2n * k + 1n);
      term /= n * n;
    }
    return total;
  };
  return 16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n);
}

/** Newton's ⌊√n⌋ from above. */
function squareRoot(n: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
