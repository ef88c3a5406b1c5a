import { type Key, foldIn, normal, uniform } from "../../random/index.ts";
import { type Dataset } from "../dataset.ts";
import { keyedDataset, type KeyedOptions } from "./keyed.ts";

/** One point of a law, by uniform draws u0 (which chooses the part), u1, u2; `part` is the label. */
interface Law {
  readonly parts: number;
  /** Standard deviation of the noise on each coordinate, unless told. */
  readonly noise: number;
  point(part: number, u1: number, u2: number): readonly [x: number, y: number];
}

const polar = (radius: number, angle: number): readonly [number, number] => [radius * Math.cos(angle), radius * Math.sin(angle)];

/** Squares of a 4 × 4 board whose row and column add up to an even number. */
const BOARD_SIDE = 2 * Math.sqrt(3);

const laws = {
  /** Two half circles that reach into one another. */
  moons: {
    parts: 2,
    noise: 0.1,
    point(part, u) {
      const [x, y] = polar(Math.SQRT2, Math.PI * u);
      const sign = part === 0 ? 1 : -1;
      return [sign * (x - Math.SQRT1_2), sign * (y - Math.SQRT2 / 4)];
    },
  },
  /** A spiral of one arm and a half turn more, as even along its length as √u makes it. */
  swirl: {
    parts: 1,
    noise: 0.05,
    point(_, u) {
      const t = Math.sqrt(u);
      const [x, y] = polar(2.08 * t, 3 * Math.PI * t);
      // The mean: 2 ∫ t² cos 3πt dt and 2 ∫ t² sin 3πt dt over 0…1.
      return [x + 2.08 * (4 / (9 * Math.PI ** 2)), y - 2.08 * (2 / (3 * Math.PI) - 8 / (27 * Math.PI ** 3))];
    },
  },
  /** Two arms of a spiral, opposite one another. */
  spirals: {
    parts: 2,
    noise: 0.05,
    point: (part, u) => polar(2 * Math.sqrt(u), 3 * Math.PI * Math.sqrt(u) + Math.PI * part),
  },
  /** Even on the eight like squares of a 4 × 4 board. */
  checkerboard: {
    parts: 8,
    noise: 0,
    point(part, u1, u2) {
      const row = Math.floor(part / 2);
      const column = 2 * (part % 2) + (row % 2);
      return [BOARD_SIDE * ((column + u1) / 4 - 0.5), BOARD_SIDE * ((row + u2) / 4 - 0.5)];
    },
  },
  /** Eight Gaussians, evenly on a circle of radius √2: with its default noise of 0.15, `ringMixture()` is its law. */
  ring: { parts: 8, noise: 0.15, point: (part) => polar(Math.SQRT2, (Math.PI * part) / 4) },
  /** A circle and one of half its radius. */
  circles: { parts: 2, noise: 0.05, point: (part, u) => polar(1.79 / (part + 1), 2 * Math.PI * u) },
  /** Two three-quarter circles joined to an S. */
  "s-curve": {
    parts: 1,
    noise: 0.05,
    point(_, u) {
      const t = 3 * Math.PI * (u - 0.5);
      return [Math.SQRT2 * Math.sin(t), 0.72 * Math.sign(t) * (Math.cos(t) - 1)];
    },
  },
} as const satisfies Record<string, Law>;

export type ToyName = keyof typeof laws;

export interface ToyPointsOptions extends KeyedOptions {
  /** Standard deviation of the noise on each coordinate; what it is unless told depends on the law. */
  readonly noise?: number;
}

/**
 * Points in the plane from a law that is easy to look at, drawn by key: mean 0, and a variance of each coordinate near 1. Labels are the
 * moon, arm, square, Gaussian or circle that a point is of. RangeError for a name that none has, or a noise below 0.
 */
export function toyPoints(name: ToyName, options: ToyPointsOptions): Dataset {
  if (!Object.hasOwn(laws, name)) throw new RangeError(`toy "${name}": ${Object.keys(laws).join(", ")} are there`);
  const law: Law = laws[name];
  const { noise = law.noise } = options;
  if (!(noise >= 0 && noise < Infinity)) throw new RangeError(`noise ${noise} on ${name}: a number from 0 up is needed`);
  const label = (key: Key): number => Math.floor(uniform(foldIn(key, 0), 1)[0]! * law.parts);

  function draw(key: Key, out: Float32Array): void {
    const [, u1, u2] = uniform(foldIn(key, 0), 3);
    const eps = normal(foldIn(key, 1), 2);
    const [x, y] = law.point(label(key), u1!, u2!);
    out[0] = x + noise * eps[0]!;
    out[1] = y + noise * eps[1]!;
  }

  return keyedDataset(options, { name, shape: [2], draw, ...(law.parts > 1 && { label }) });
}
