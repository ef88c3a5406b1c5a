import { type Algebra } from "./algebra.ts";

/**
 * What a loop over steps makes on its way, given back as it goes where values are of a kind that needs it (`Algebra.free`): memory stays
 * that of a few steps. What came from outside is never held, so never given back.
 */
export class Holding<V> {
  /** The kind's own, except that what it makes is held. */
  readonly algebra: Algebra<V>;
  readonly #free: ((value: V) => void) | undefined;
  readonly #steps: number;
  /** In which step each value was made, or last said to be needed. */
  readonly #since = new Map<V, number>();
  #step = 0;

  /** `steps` is how many steps a value lives beyond its own. */
  constructor(algebra: Algebra<V>, steps: number) {
    this.#free = algebra.free;
    this.#steps = steps;
    this.algebra = this.#free ? recording(algebra, this.own) : algebra;
  }

  /** Holds a value from now on, unless it is held already, from this step. */
  readonly own = (value: V): V => {
    if (this.#free && !this.#since.has(value)) this.#since.set(value, this.#step);
    return value;
  };

  /** Holds what somebody answered about x, unless it is x itself, which may be the caller's. */
  readonly answer = (value: V, x: V): V => (value === x ? value : this.own(value));

  /** Counts a value that is held as made in this step. */
  renew(value: V): void {
    if (this.#since.has(value)) this.#since.set(value, this.#step);
  }

  /** Ends a step, and gives back what was made too long ago. */
  next(): void {
    const oldest = this.#step++ - this.#steps;
    this.#giveBack((since) => since < oldest);
  }

  /** Gives back all but one value, which is the caller's from now on. */
  end(kept: V | undefined): void {
    if (kept !== undefined) this.#since.delete(kept);
    this.#giveBack(() => true);
  }

  #giveBack(due: (since: number) => boolean): void {
    for (const [value, since] of this.#since) {
      if (!due(since)) continue;
      this.#since.delete(value);
      this.#free!(value);
    }
  }
}

/** What some work makes, the only thing of it that stays. */
export function resultOf<V>(algebra: Algebra<V>, work: (holding: Holding<V>) => V): V {
  const holding = new Holding(algebra, 0);
  let result: V | undefined;
  try {
    return (result = work(holding));
  } finally {
    holding.end(result);
  }
}

function recording<V>(algebra: Algebra<V>, own: (value: V) => V): Algebra<V> {
  return {
    kind: algebra.kind,
    is: (value): value is V => algebra.is(value),
    add: (a, b) => own(algebra.add(a, b)),
    sub: (a, b) => own(algebra.sub(a, b)),
    mul: (a, b) => own(algebra.mul(a, b)),
    div: (a, b) => own(algebra.div(a, b)),
    scale: (a, factor) => own(algebra.scale(a, factor)),
    shift: (a, amount) => own(algebra.shift(a, amount)),
    exp: (a) => own(algebra.exp(a)),
    log: (a) => own(algebra.log(a)),
    sqrt: (a) => own(algebra.sqrt(a)),
    clamp: (a, low, high) => own(algebra.clamp(a, low, high)),
    combine: (coefficients, values) => own(algebra.combine(coefficients, values)),
    // What summing gives is of the kind itself where values have to be freed.
    sum: (a) => own(algebra.sum(a) as V) as ReturnType<typeof algebra.sum>,
  };
}
