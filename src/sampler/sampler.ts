import { type Algebra } from "../algebra/index.ts";
import { type Prediction } from "../process/index.ts";
import { type Level, type Schedule } from "../schedule/index.ts";

/** What a model says of x_t. `varianceShare` is for models that learn the reverse step's variance: see `ancestral`. */
export interface ModelOutput<V> extends Prediction<V> {
  /** v of Nichol & Dhariwal 2021, equation 15: 0 stands for β̃, 1 for β, in each coordinate. */
  varianceShare?: V;
}

/**
 * A denoiser: what it takes x_t to be made of, t being the level's timestep. It may answer at once or later. What it answers is whose who asks:
 * tensors are freed by `sample`, so a model gives new ones each time, or x itself.
 */
export type Model<V> = (x: V, t: number, level: Level) => ModelOutput<V> | Promise<ModelOutput<V>>;

/** What is known of a point at a level once the model has been asked. */
export interface Estimate<V> {
  readonly level: Level;
  readonly x: V;
  /** The model's x_0, thresholded where that is asked for. */
  readonly x0: V;
  /** The ε that makes x out of x0. Throws a RangeError at a level without noise. */
  readonly eps: V;
  /** What the model itself said. */
  readonly output: ModelOutput<V>;
}

/** Everything a sampler may use in going from one level to the next. */
export interface Step<V> {
  readonly from: Level;
  readonly to: Level;
  /** 0 for the first step, steps − 1 for the last. */
  readonly index: number;
  readonly steps: number;
  readonly x: V;
  /** The model's estimate at x. */
  readonly here: Estimate<V>;
  /** Those of the steps before, newest first: as many as the sampler's `memory`, and fewer at the start. */
  readonly past: readonly Estimate<V>[];
  /** The loop frees what is made with it: formulas that take an algebra are given this one. */
  readonly algebra: Algebra<V>;
  readonly schedule: Schedule | undefined;
  /** Asks the model again, elsewhere. */
  estimate(x: V, level: Level): Promise<Estimate<V>>;
  /** Fresh standard normal noise of x's shape. Not called where nothing is added. */
  noise(): V;
}

/** Where a step led. */
export interface Stepped<V> {
  readonly x: V;
  /** What later steps are to find in `past` in the place of this step's `here`: for correctors, which move x before they leave it. */
  readonly here?: Estimate<V>;
}

/**
 * One way of taking a step, from x at a level to x at a lower one. A sampler holds no state: the loop owns the grid, the past, the
 * randomness and the progress.
 */
export interface Sampler {
  readonly name: string;
  /**
   * The p of an error O(h^p) at the end, as the grid of n steps becomes finer, with start-up included: of the solution of the
   * probability-flow ODE where the sampler is deterministic, of the law (weak order, measured on moments) where it is stochastic.
   *
   * A multistep method has only itself to start from, in steps of lower order. On grids that begin where noise drowns the data, as those of
   * sampling do, their error is too small to be seen; on one that begins amid the data it shows, and `startWith` mends it.
   */
  readonly order: number;
  /** Whether it draws noise. */
  readonly stochastic: boolean;
  /** How many past estimates it uses. */
  readonly memory: number;
  step<V>(step: Step<V>): Stepped<V> | Promise<Stepped<V>>;
}
