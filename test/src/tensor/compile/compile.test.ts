import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type Compiled, compile, key, normal } from "noisebook";
import { loadTensors } from "../../../../src/tensor/load.ts";

let tf: Awaited<ReturnType<typeof loadTensors>>;
let graph = false;
beforeAll(async () => {
  tf = await loadTensors();
  graph = tf.getBackend() === "tensorflow";
});

const draws = (seed: number, shape: number[]): Tensor => tf.tensor(Float32Array.from(normal(key(seed), shape.reduce((a, b) => a * b, 1))), shape);
const bits = (tensor: Tensor): number[] => [...new Int32Array((tensor.dataSync() as Float32Array).slice().buffer)];

describe("a compiled step", () => {
  it("takes and returns nested tensors beside plain values", () => {
    const step = compile(({ x, rest: [y, times] }: { x: Tensor; rest: [Tensor, number] }) => ({ sum: tf.add(x, tf.mul(y, times)), parts: [tf.square(x), "kept", null] }));
    const out = step({ x: tf.tensor1d([1, 2]), rest: [tf.tensor1d([3, 4]), 10] });
    expect([...out.sum.dataSync()]).toEqual([31, 42]);
    expect([...(out.parts[0] as Tensor).dataSync()]).toEqual([1, 4]);
    expect(out.parts.slice(1)).toEqual(["kept", null]);
    expect([...step({ x: tf.tensor1d([1, 2]), rest: [tf.tensor1d([3, 4]), 100] }).sum.dataSync()]).toEqual([301, 402]);
    expect(step.mode).toBe(graph ? "graph" : "eager");
    expect(step.programs).toHaveLength(graph ? 2 : 0);
  });

  it("trains as the eager step does, bit for bit over 10 steps of Adam, on the main thread and off it", async () => {
    const make = () => {
      const first = tf.variable(tf.mul(draws(1, [3, 3, 1, 8]), 0.1)) as unknown as Tensor4D;
      const second = tf.variable(tf.mul(draws(2, [3, 3, 8, 1]), 0.1)) as unknown as Tensor4D;
      const optimizer = tf.train.adam(0.01);
      const predict = (x: Tensor): Tensor => tf.conv2d(tf.relu(tf.conv2d(x as Tensor4D, first, 1, "same")) as Tensor4D, second, 1, "same");
      const loss = (x: Tensor) => () => tf.mean(tf.square(tf.sub(predict(x), x))).asScalar();
      return { first, second, step: (x: Tensor) => optimizer.minimize(loss(x), true, [first, second] as never)! as Tensor };
    };
    const [eager, compiled] = [make(), make()];
    const step: Compiled<[Tensor], Tensor> = compile(compiled.step);
    for (let i = 0; i < 10; i++) {
      const x = draws(10 + i, [4, 8, 8, 1]);
      const expected = tf.tidy(() => eager.step(x));
      const loss = i % 2 === 0 ? step(x) : await step.async(x);
      expect(bits(loss)).toEqual(bits(expected));
      expect(bits(compiled.first)).toEqual(bits(eager.first));
      expect(bits(compiled.second)).toEqual(bits(eager.second));
      tf.dispose([x, expected, loss]);
    }
    step.dispose();
  });
});
