import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parameterSpecs, type UnetConfig } from "../../../src/model/index.ts";
import { unetSettings, type UnetSettings } from "../../../src/model/unet-config.ts";
import { initialValues } from "../../../src/model/parameters.ts";
import { foldIn, key, type Key, normal, uniform } from "../../../src/random/index.ts";
import { linearSchedule, spacedTimesteps, timestepLevels } from "../../../src/schedule/index.ts";
import { denoising } from "../../../src/train/denoising.ts";

export interface ProblemSize {
  readonly config: UnetConfig;
  /** Images in a training batch. */
  readonly batch: number;
  /** Images sampled at once, and in how many steps. */
  readonly sampled: number;
  readonly samplingSteps: number;
}

interface HostArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** All that a training and a sampling are made of, the same for both sides. */
export interface Problem {
  readonly config: UnetSettings;
  readonly adam: { readonly learningRate: number; readonly beta1: number; readonly beta2: number; readonly epsilon: number };
  /** How many batches there are; step i takes batch i mod these. */
  readonly batches: number;
  /**
   * By name: `parameter/…` as src/model names them; `batch/i/xt`, `batch/i/t` and `batch/i/target`; `sampling/xT`, and `sampling/path`,
   * whose rows (t, keep, add) say a DDIM step: x ← keep x + add ε(x, t).
   */
  readonly tensors: ReadonlyMap<string, HostArray>;
}

const batches = 8;
const T = 1000;

/** Made from fixed keys. Weights that a new net has at 0 get values, lest much of its gradients be 0. */
export function makeProblem({ config, batch, sampled, samplingSteps }: ProblemSize): Problem {
  const settings = unetSettings(config);
  const { height, width, channels } = settings.image;
  const seed = key(6);
  const tensors = new Map<string, HostArray>();
  parameterSpecs(settings).forEach(({ name, shape, init }, i) => {
    const noise = normal(foldIn(foldIn(seed, 1), i), shape);
    const data = initialValues(foldIn(foldIn(seed, 2), i), shape, init).map((value, j) => value + 0.02 * noise[j]!);
    tensors.set(`parameter/${name}`, { shape, data });
  });
  const schedule = linearSchedule({ T });
  const objective = denoising().on(schedule);
  for (let i = 0; i < batches; i++) {
    const data = discs(foldIn(foldIn(seed, 3), i), [batch, height, width, channels]);
    const drawn = objective.draw({ data, shape: [batch, height, width, channels] }, foldIn(foldIn(seed, 4), i));
    for (const name of ["xt", "t", "target"]) tensors.set(`batch/${i}/${name}`, drawn[name] as HostArray);
  }
  const start = [sampled, height, width, channels];
  tensors.set("sampling/xT", { shape: start, data: Float32Array.from(normal(foldIn(seed, 5), start)) });
  const levels = timestepLevels(schedule, [...spacedTimesteps(schedule, samplingSteps), 0]);
  const rows = levels.slice(1).flatMap((to, i) => {
    const from = levels[i]!;
    const keep = to.alpha / from.alpha;
    return [from.t, keep, to.sigma - keep * from.sigma];
  });
  tensors.set("sampling/path", { shape: [samplingSteps, 3], data: Float32Array.from(rows) });
  return { config: settings, adam: { learningRate: 2e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, batches, tensors };
}

/** A bright disc on dark ground in each image, [n, height, width, channels]. */
function discs(seed: Key, shape: readonly [number, number, number, number]): Float32Array<ArrayBuffer> {
  const [n, height, width, channels] = shape;
  const draws = uniform(seed, [n, 3]);
  const image = new Float32Array(n * height * width * channels);
  for (let i = 0, at = 0; i < n; i++) {
    const [x, y, size] = [draws[3 * i]! * width, draws[3 * i + 1]! * height, (0.1 + 0.3 * draws[3 * i + 2]!) * Math.min(width, height)];
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++, at += channels) image.fill(Math.hypot(column - x, row - y) < size ? 1 : -1, at, at + channels);
    }
  }
  return image;
}

type Manifest = Omit<Problem, "tensors"> & { readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly offset: number }>> };

/** Writes problem.json and problem.bin, whose offsets count float32 numbers. */
export function writeProblem(folder: string, { tensors, ...rest }: Problem): void {
  mkdirSync(folder, { recursive: true });
  let offset = 0;
  const entries: [string, Manifest["tensors"][string]][] = [];
  const numbers = new Float32Array([...tensors.values()].reduce((sum, { data }) => sum + data.length, 0));
  for (const [name, { shape, data }] of tensors) {
    entries.push([name, { shape, offset }]);
    numbers.set(data, offset);
    offset += data.length;
  }
  const manifest: Manifest = { ...rest, tensors: Object.fromEntries(entries) };
  writeFileSync(path.join(folder, "problem.json"), JSON.stringify(manifest));
  writeFileSync(path.join(folder, "problem.bin"), numbers);
}

export function readProblem(folder: string): Problem {
  const { tensors, ...rest } = JSON.parse(readFileSync(path.join(folder, "problem.json"), "utf8")) as Manifest;
  const bytes = readFileSync(path.join(folder, "problem.bin"));
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const read = Object.entries(tensors).map(([name, { shape, offset }]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    return [name, { shape, data: numbers.subarray(offset, offset + count) }] as const;
  });
  return { ...rest, tensors: new Map(read) };
}
