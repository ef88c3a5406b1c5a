import { Holding } from "../algebra/holding.ts";
import { type Algebra, algebraOf } from "../algebra/index.ts";
import { type Key, foldIn } from "../random/index.ts";
import { type Noise, hostNoise } from "../sampler/noise.ts";

/** What a Langevin sampler may use in one step. `state` is what it left behind in the step before, undefined in the first. */
export interface ChainStep<V, S> {
  readonly x: V;
  readonly state: S | undefined;
  /** 0 for the first step. */
  readonly index: number;
  readonly algebra: Algebra<V>;
  /** Hands a score over: a tensor is given back as what `algebra` and `noise` make, when the step after this one is done. */
  own(score: V): V;
  /** Fresh standard normal noise of x's shape. */
  noise(): V;
  /** A key of the step's own, for draws of another kind. */
  key(): Key;
}

/** Where a step of a chain led. */
export interface ChainStepped<V, S> {
  readonly x: V;
  readonly state?: S;
  /** The size δ of the step, where it is one. */
  readonly step: number;
  /** The share of points whose proposal was accepted; 1 where nothing is ever refused. */
  readonly accepted?: number;
}

/** One step of a Markov chain whose law is to become that with a given score. Samplers hold no state: the chain does. */
export interface LangevinSampler<V, S = undefined> {
  readonly name: string;
  /** How many steps it has in it, for samplers with an end. */
  readonly steps?: number;
  step(step: ChainStep<V, S>): ChainStepped<V, S> | Promise<ChainStepped<V, S>>;
}

/** ∇ log p, of each point of x: a value of x's shape. It may answer later. */
export type Score<V> = (x: V) => V | Promise<V>;

/** A step size δ, or one for each step, 0 for the first. */
export type StepSize = number | ((index: number) => number);

export interface ChainOptions<V, S> {
  sampler: LangevinSampler<V, S>;
  /** Where the chain, or each of the points in one array, starts. */
  start: V;
  key: Key;
  /** How many steps; for ever unless told, or as many as the sampler has in it. */
  steps?: number;
  /** Yield every so-manieth state alone; 1 unless told. */
  every?: number;
  /** Draws noise of the shape of `like`. Needed for kinds other than numbers and Float64Arrays, such as tensors. */
  noise?: Noise<V>;
}

/** A state of a chain. */
export interface Link<V> {
  /** Steps taken. */
  readonly index: number;
  readonly x: V;
  /** The size δ of the last step. */
  readonly step: number;
  /** The share of proposals accepted in all steps so far. */
  readonly acceptance: number;
}

/**
 * The states of a chain, one a step: `for await (const { x } of chain({ sampler: ula({ score, step: 0.1 }), start, key, steps: 1000 })) …`.
 * All points of an array are chains of their own with independent noise. Step i draws from key i alone, so a longer chain begins as a
 * shorter one does. Of tensors, memory stays that of two steps: a link's x is there until the next link is asked for, the last x is the
 * caller's, and what the score answers is given back. RangeError for a number of steps that is not whole from 0 up, or an `every` from 1.
 */
export async function* chain<V, S = undefined>(options: ChainOptions<V, S>): AsyncGenerator<Link<V>, void, void> {
  const { sampler, start, key, every = 1, noise = hostNoise } = options;
  const steps = options.steps ?? sampler.steps ?? Infinity;
  if (!(steps === Infinity || (Number.isInteger(steps) && steps >= 0))) throw new RangeError(`${steps} steps: a whole number from 0 up is needed`);
  if (!(Number.isInteger(every) && every >= 1)) throw new RangeError(`every ${every} steps: a whole number from 1 up is needed`);
  const holding = new Holding(algebraOf(start), 0);
  const { algebra } = holding;
  let x = start;
  let state: S | undefined;
  let accepted = 0;
  /** The caller's, if the loop is left now, or no link is to come. */
  let last: V | undefined;
  try {
    for (let index = 0; index < steps; index++) {
      const own = foldIn(key, index);
      let draws = 0;
      const next = (): Key => foldIn(own, draws++);
      const like = x;
      const noiseOfStep = (): V => holding.own(noise(next(), like));
      const stepped = await sampler.step({ x, state, index, algebra, own: (score) => holding.answer(score, like), key: next, noise: noiseOfStep });
      x = stepped.x;
      state = stepped.state;
      accepted += stepped.accepted ?? 1;
      holding.renew(x);
      if (last !== undefined) holding.renew(last);
      holding.next();
      if ((index + 1) % every !== 0) continue;
      last = x;
      yield { index: index + 1, x, step: stepped.step, acceptance: accepted / (index + 1) };
      if (index + every < steps) last = undefined;
    }
  } finally {
    holding.end(last);
  }
}

export function stepAt(step: StepSize, index: number, name: string): number {
  const size = typeof step === "number" ? step : step(index);
  if (!(size > 0 && size < Infinity)) throw new RangeError(`step ${size} of ${name} at index ${index}: a positive number is needed, such as 0.01`);
  return size;
}
