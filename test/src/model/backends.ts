import type { Tensor } from "@tensorflow/tfjs";
import { beforeAll, describe, expect } from "vitest";
import { type BackendName, key, normal, type TensorModel } from "noisebook";
import { backendNames, startBackend } from "../../../src/tensor/backends.ts";
import { provideTensorOps } from "../../../src/tensor/ops.ts";
import { type Reference } from "../tensor/reference.ts";

export const tf = await import("@tensorflow/tfjs");
provideTensorOps(tf);

const absent = new Map<BackendName, string>();
for (const name of backendNames) {
  await startBackend(tf, name).catch((error: Error) => {
    absent.set(name, error.message);
    process.stderr.write(`skipped: models on ${name}: ${error.message}\n`);
  });
}

/** The fastest backend that is here. */
export const fastest = backendNames.find((name) => !absent.has(name))!;

/** Tests on every backend that is here. */
export function onEachBackend(tests: () => void): void {
  describe.each(backendNames)("on %s,", (name) => {
    describe.skipIf(absent.has(name))("held to float64", () => {
      useBackend(name);
      tests();
    });
  });
}

export function useBackend(name: BackendName): void {
  beforeAll(async () => {
    expect(await tf.setBackend(name)).toBe(true);
  });
}

export const lift = ({ shape, data }: Reference): Tensor => tf.tensor(Float32Array.from(data), [...shape], "float32");

export const lower = (tensor: Tensor): Reference => ({ shape: tensor.shape, data: Float64Array.from(tensor.dataSync()) });

/** Normal draws that float32 holds exactly. */
export function draws(seed: number, shape: readonly number[], scale = 1): Reference {
  return { shape, data: normal(key(seed), shape).map((v) => Math.fround(scale * v)) };
}

/** Moves every parameter, so that nothing is zero; what they are then, in float64. */
export function perturb(model: TensorModel, scale = 0.3): Map<string, Reference> {
  let seed = 1000;
  return new Map(
    Array.from(model.parameters, ([name, variable]) => {
      const noise = draws(seed++, variable.shape, scale);
      tf.tidy(() => variable.assign(tf.add(variable, lift(noise))));
      return [name, lower(variable as Tensor)];
    }),
  );
}

/** Differences as a share of the largest value expected. */
export function distance(tensor: Tensor, expected: Reference): number {
  expect(tensor.shape).toEqual([...expected.shape]);
  const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Array.from(tensor.dataSync()).reduce((most, value, i) => Math.max(most, Math.abs(value - expected.data[i]!)), 0) / largest;
}
