/** PyTorch's CPU generator and its standard normals, for parity with values that others published from `torch.manual_seed`. */
export class PyTorchRandom {
  readonly #state = new Uint32Array(624);
  #at = 624;

  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < 624; i++) {
      const previous = this.#state[i - 1]! ^ (this.#state[i - 1]! >>> 30);
      this.#state[i] = Math.imul(1812433253, previous) + i;
    }
  }

  /** The next word of MT19937 (Matsumoto & Nishimura 1998). */
  #word(): number {
    if (this.#at === 624) this.#twist();
    let y = this.#state[this.#at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < 624; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % 624]! & 0x7fffffff);
      state[i] = state[(i + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }

  /** `torch.randn(n)` for n from 16 up: 24-bit uniforms, Box and Muller's transform on blocks of 16 that pairs j with j + 8. */
  normal(n: number): Float64Array {
    const uniform = (): number => Math.fround((this.#word() & 0xffffff) * 2 ** -24);
    const values = Float64Array.from({ length: n }, uniform);
    for (let block = 0; block + 15 < n; block += 16) transform(values.subarray(block, block + 16));
    if (n % 16 !== 0) {
      const last = values.subarray(n - 16);
      last.set(Float64Array.from({ length: 16 }, uniform));
      transform(last);
    }
    return values;
  }
}

function transform(block: Float64Array): void {
  for (let j = 0; j < 8; j++) {
    const radius = Math.sqrt(-2 * Math.log(Math.fround(1 - block[j]!)));
    const angle = 2 * Math.PI * block[j + 8]!;
    block[j] = Math.fround(radius * Math.cos(angle));
    block[j + 8] = Math.fround(radius * Math.sin(angle));
  }
}
