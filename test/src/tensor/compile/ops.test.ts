import type { Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { compile } from "noisebook";
import { opTable } from "../op-table.ts";
import { type Reference } from "../reference.ts";
import { bits, graph, tf, values } from "./setting.ts";

const lift = ({ shape, data }: Reference): Tensor => tf.tensor(Float32Array.from(data), [...shape], "float32");

/** What TensorFlow's graphs compute by oneDNN and eager operations by Eigen. */
const computedOtherwise = ["softmax", "attention"];

describe.skipIf(!graph)("compiled, to the last bit what it is eagerly:", () => {
  it.each(opTable.map((row) => [row.name, row] as const))("%s", (name, { inputs, tensors, differentiable }) => {
    const given = inputs.map(lift);
    const step = (...all: Tensor[]): Tensor[] => {
      const value = tensors(tf as never, ...all);
      const weights = tf.reshape(tf.cos(tf.range(0, value.size)), value.shape);
      return differentiable ? [value, ...tf.grads((...each: Tensor[]) => tf.sum(tf.mul(tensors(tf as never, ...each), weights)))(all)] : [value];
    };
    const compiled = compile(step);
    const [expected, results] = [step(...given), compiled(...given)];
    expect(results.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
    if (computedOtherwise.includes(name)) {
      results.forEach((each, i) => expect(Math.max(...values(tf.abs(tf.sub(each, expected[i]!))))).toBeLessThan(1e-6 * Math.max(...values(tf.abs(expected[i]!)))));
    } else expect(results.map(bits)).toEqual(expected.map(bits));
    compiled.dispose();
  });

  it("lists of tensors, in and out", () => {
    const step = (...x: Tensor[]): Tensor[] => [tf.addN(x), tf.concat(x as never, 1), tf.stack(x), ...tf.unstack(x[0]!, 1), ...tf.split(x[1]!, [1, 2], 1), ...tf.meshgrid(tf.range(0, 2), tf.range(0, 3))];
    const x = [1, 2, 3].map((k) => tf.mul(tf.reshape(tf.range(0, 6), [2, 3]), k));
    const compiled = compile(step);
    const [expected, given] = [step(...x), compiled(...x)];
    expect(given.map((each) => [each.shape, bits(each)])).toEqual(expected.map((each) => [each.shape, bits(each)]));
    compiled.dispose();
  });

  it("every type of tensors", () => {
    const step = (x: Tensor): unknown => [tf.cast(x, "int32"), tf.greater(x, 1), tf.complex(x, x), tf.argMax(x), tf.topk(x, 2)];
    const compiled = compile(step as (x: Tensor) => [Tensor, Tensor, Tensor, Tensor, { values: Tensor; indices: Tensor }]);
    const [ints, bools, complex, at, top] = compiled(tf.tensor1d([0.5, 2.5, 1.5]));
    expect([ints, bools, complex, at, top.values, top.indices].map(({ dtype }) => dtype)).toEqual(["int32", "bool", "complex64", "int32", "float32", "int32"]);
    expect([ints, bools, at, top.values, top.indices].map((each) => [...each.dataSync()])).toEqual([[0, 2, 1], [0, 1, 1], [1], [2.5, 1.5], [1, 2]]);
    compiled.dispose();
  });
});
