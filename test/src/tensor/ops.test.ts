import type { Tensor } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type BackendName, key, normal } from "noisebook";
import { backendNames, startBackend } from "../../../src/tensor/backends.ts";
import { opTable } from "./op-table.ts";
import { gradient, type Reference } from "./reference.ts";

const tf = await import("@tensorflow/tfjs");

/** Of the largest value of a result: some 30 float32 roundings (2^-24 each), which sums of a few dozen terms stay within. */
const bound = 2e-6;

const lift = ({ shape, data }: Reference): Tensor => tf.tensor(Float32Array.from(data), [...shape], "float32");

function expectClose(tensor: Tensor, expected: Float64Array): void {
  const values = tensor.dataSync();
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
  expect(values.length).toBe(expected.length);
  expected.forEach((value, i) => expect(Math.abs(values[i]! - value) / largest, `at ${i}: ${values[i]}, not ${value}`).toBeLessThan(bound));
}

/** Why a backend cannot be tested here, or undefined. */
const absent = new Map<BackendName, string>();
for (const name of backendNames) {
  await startBackend(tf, name).catch((error: Error) => {
    absent.set(name, error.message);
    process.stderr.write(`skipped: the operations on ${name}: ${error.message}\n`);
  });
}

describe.each(backendNames)("on %s,", (name) => {
  describe.skipIf(absent.has(name))("within 2e-6 of float64's,", () => {
    beforeAll(async () => {
      expect(await tf.setBackend(name)).toBe(true);
    });

    it.each(opTable.map((row) => [row.name, row] as const))("%s: values", (_, { inputs, tensors, reference }) => {
      const expected = reference(...inputs);
      tf.tidy(() => {
        const result = tensors(tf, ...inputs.map(lift));
        expect(result.shape).toEqual([...expected.shape]);
        expectClose(result, expected.data);
      });
    });

    it.each(opTable.filter(({ differentiable }) => differentiable).map((row) => [row.name, row] as const))("%s: gradients", (_, { inputs, tensors, reference }) => {
      const { shape, data } = reference(...inputs);
      const weights = normal(key(7), data.length).map(Math.fround);
      tf.tidy(() => {
        const loss = (...all: Tensor[]): Tensor => tf.sum(tf.mul(tensors(tf, ...all), lift({ shape, data: weights })));
        const slopes = tf.grads(loss)(inputs.map(lift));
        slopes.forEach((slope, which) => {
          expect(slope.shape).toEqual([...inputs[which]!.shape]);
          expectClose(slope, gradient(reference, inputs, which, weights));
        });
      });
    });

    it("leaves no tensors behind", () => {
      const before = tf.memory().numTensors;
      for (const { inputs, tensors } of opTable) tf.tidy(() => void tensors(tf, ...inputs.map(lift)));
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});
