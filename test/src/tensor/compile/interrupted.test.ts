import v8 from "node:v8";
import vm from "node:vm";
import type { Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { compile } from "noisebook";
import { graphApi } from "../../../../src/tensor/compile/graph-api.ts";
import { tensorFlowBackend } from "../../../../src/tensor/tensorflow/backend.ts";
import { graph, held, tf, values } from "./setting.ts";

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.skipIf(!graph)("what ends without a word", () => {
  it("an interrupt while a step is traced, which runs no `finally`, leaves variables and tfjs as they were", async () => {
    const v = tf.variable(tf.tensor1d([1, 2]));
    let spin = true;
    const step = compile((x: Tensor) => {
      const { grads } = tf.variableGrads(() => {
        const loss = tf.sum(tf.mul(tf.square(v), x)).asScalar();
        v.assign(tf.mul(v, 3));
        while (spin);
        return loss;
      }, [v as never]);
      return tf.add(grads[v.name]!, 0);
    });
    const x = tf.scalar(1);
    values(x);
    values(v);
    const before = held();
    (globalThis as { interrupted?: () => void }).interrupted = () => void step(x);
    expect(() => vm.runInThisContext("interrupted()", { timeout: 300 })).toThrow("timed out");
    await soon();
    expect(values(v)).toEqual([1, 2]);
    expect(values(tf.tidy(() => tf.grad((y: Tensor) => tf.sum(tf.square(y)))(v)))).toEqual([2, 4]);
    expect(held()[1]! - before[1]!).toBeLessThan(10);
    spin = false;
    expect(values(step(x))).toEqual([2, 4]);
    expect(values(v)).toEqual([3, 6]);
    step.dispose();
  });

  it("a compiled step that nobody holds any more is removed from TensorFlow", async () => {
    v8.setFlagsFromString("--expose-gc");
    const collect = vm.runInNewContext("gc") as () => void;
    const api = graphApi(tensorFlowBackend()!.binding.native) as { TFE_ContextRemoveFunction: (...parameters: never[]) => void };
    const remove = api.TFE_ContextRemoveFunction;
    let removed = 0;
    api.TFE_ContextRemoveFunction = (...parameters) => (removed++, remove(...parameters));
    const x = tf.tensor1d([1, 2]);
    (() => {
      for (let i = 0; i < 10; i++) tf.tidy(() => void compile((y: Tensor) => tf.mul(y, 2))(x));
    })();
    for (let i = 0; i < 100 && removed < 9; i++) {
      collect();
      await soon();
    }
    api.TFE_ContextRemoveFunction = remove;
    // The last may still lie on the stack.
    expect(removed).toBeGreaterThanOrEqual(9);
  });
});
