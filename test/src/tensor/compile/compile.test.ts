import type { Tensor, Tensor4D, Variable } from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { compile } from "noisebook";
import { bits, draws, graph, held, tf, values } from "./setting.ts";

const made: { dispose(): void }[] = [];
afterAll(() => made.forEach((each) => each.dispose()));
const compiled: typeof compile = (step, options) => {
  const result = compile(step, options);
  made.push(result);
  return result;
};

describe("a compiled step", () => {
  it("takes and returns nested tensors beside plain values", () => {
    const step = compiled(({ x, rest: [y, times] }: { x: Tensor; rest: [Tensor, number] }) => ({ sum: tf.add(x, tf.mul(y, times)), parts: [tf.square(x), "kept", null] }));
    const out = step({ x: tf.tensor1d([1, 2]), rest: [tf.tensor1d([3, 4]), 10] });
    expect(values(out.sum)).toEqual([31, 42]);
    expect(values(out.parts[0] as Tensor)).toEqual([1, 4]);
    expect(out.parts.slice(1)).toEqual(["kept", null]);
    expect(values(step({ x: tf.tensor1d([1, 2]), rest: [tf.tensor1d([3, 4]), 100] }).sum)).toEqual([301, 402]);
    expect(step.mode).toBe(graph ? "graph" : "eager");
  });

  it("is built once for each signature: nesting, types, shapes and plain values", () => {
    const step = compiled((x: Tensor | Tensor[], name: string) => [tf.mul(Array.isArray(x) ? x[0]! : x, 2), name]);
    const calls = [[tf.ones([2])], [tf.zeros([2])], [tf.ones([3])], [tf.ones([2], "int32")], [[tf.ones([2])]], [tf.ones([2]), "other"]] as [Tensor, string][];
    for (const [x, name = "name"] of calls) step(x, name);
    expect(step.programs.map(({ signature }) => signature)).toHaveLength(graph ? 5 : 0);
    expect(new Set(step.programs.map(({ signature }) => signature)).size).toBe(step.programs.length);
  });

  it("tells tensors apart that were one when it was traced: inputs, variables, and what is from outside", () => {
    const x = tf.tensor1d([1]);
    const [a, b] = [tf.variable(x), tf.variable(x)];
    const step = compiled((y: Tensor, z: Tensor) => tf.stack([y, z, a, b, x]));
    expect(values(step(x, x))).toEqual([1, 1, 1, 1, 1]);
    a.assign(tf.tensor1d([2]));
    b.assign(tf.tensor1d([3]));
    expect(values(step(tf.tensor1d([4]), tf.tensor1d([5])))).toEqual([4, 5, 2, 3, 1]);
  });

  it("keeps a tensor from outside that is disposed afterwards, and uploads one that was not yet", () => {
    const outside = tf.tensor1d([5, 6]);
    const step = compiled((x: Tensor) => tf.mul(x, outside));
    const [first] = [values(step(tf.tensor1d([1, 1])))];
    expect(first).toEqual([5, 6]);
    if (graph) outside.dispose();
    expect(values(step(tf.tensor1d([2, 2])))).toEqual([10, 12]);
  });

  it("returns inputs, variables and constants as tensors of the caller's own", () => {
    const variable = tf.variable(tf.scalar(7));
    const step = compiled((x: Tensor) => [x, variable, tf.scalar(3)] as Tensor[]);
    const x = tf.scalar(1);
    const out = step(x);
    expect(out.map((each) => values(each)[0])).toEqual([1, 7, 3]);
    tf.dispose(out);
    expect(values(x)).toEqual([1]);
    expect(values(variable)).toEqual([7]);
    expect(values(step(x)[2]!)).toEqual([3]);
  });

  it("assigns variables in place, in front of who shares their old elements", () => {
    const [v, w] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(10))];
    const step = compiled((x: Tensor) => {
      v.assign(tf.add(v, x));
      w.assign(v);
      v.assign(tf.mul(v, 2));
    });
    const old = v.clone();
    expect(step(tf.scalar(1))).toBe(undefined);
    expect([old, v, w].map((each) => values(each)[0])).toEqual([1, 4, 2]);
    step(tf.scalar(1));
    expect([old, v, w].map((each) => values(each)[0])).toEqual([1, 10, 5]);
    v.dispose();
    if (graph) expect(() => step(tf.scalar(1))).toThrow(/variable "\d+" of a compiled step was disposed/);
  });

  it("takes variables as inputs, and changes those that it is given", () => {
    const step = compiled((target: Variable, x: Tensor) => target.assign(tf.add(target, x)));
    const [v, w] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
    for (const target of [v, w, w]) step(target, tf.scalar(5));
    expect([values(v)[0], values(w)[0]]).toEqual([6, 12]);
  });

  it("may call another", () => {
    const inner = compiled((x: Tensor) => ({ y: tf.square(x) }));
    const outer = compiled((x: Tensor) => tf.add(inner(x).y, 1));
    expect(values(outer(tf.scalar(3)))).toEqual([10]);
    expect(inner.programs).toEqual([]);
  });

  it("is, within tf.tidy, disposed of with the rest", () => {
    const step = compiled((x: Tensor) => [tf.square(x)]);
    const x = tf.scalar(3);
    tf.dispose(step(x));
    const before = held();
    tf.tidy(() => void step(x));
    expect(held()).toEqual(before);
  });

  it("runs 1,000 times and is disposed without holding on to anything", () => {
    const before = held();
    const v = tf.tidy(() => tf.variable(tf.zeros([64, 64])));
    const outside = tf.ones([64, 64]);
    const step = compile((x: Tensor) => {
      const { value, grads } = tf.variableGrads(() => tf.sum(tf.mul(tf.sub(v, x), outside)).asScalar(), [v as never]);
      v.assign(tf.sub(v, tf.mul(grads[v.name]!, 1e-3)));
      return { value };
    });
    const run = (times: number): void => {
      for (let i = 0; i < times; i++) {
        const x = tf.ones([64, 64]);
        tf.dispose([x, step(x)]);
      }
    };
    run(2);
    const [running, resident] = [held(), process.memoryUsage.rss()];
    run(1000);
    expect(held()).toEqual(running);
    // Each call makes 16 kB at least five times.
    expect(process.memoryUsage.rss() - resident).toBeLessThan(40 * 2 ** 20);
    step.dispose();
    expect(step.programs).toEqual([]);
    run(1);
    step.dispose();
    tf.dispose([v, outside]);
    expect(held()).toEqual(before);
  });
});

describe("a compiled training step", () => {
  const optimizers = { sgd: () => tf.train.sgd(0.1), momentum: () => tf.train.momentum(0.1, 0.9), adam: () => tf.train.adam(0.01), rmsprop: () => tf.train.rmsprop(0.01), adagrad: () => tf.train.adagrad(0.1) };

  it.each(Object.keys(optimizers) as (keyof typeof optimizers)[])("is the eager one, bit for bit over 10 steps of %s, on the main thread and off it", async (name) => {
    const make = () => {
      const [first, second] = [draws(1, 3, 3, 1, 8), draws(2, 3, 3, 8, 1)].map((kernel) => tf.variable(tf.mul(kernel, 0.1)) as unknown as Tensor4D & Variable);
      const optimizer = optimizers[name]();
      const predict = (x: Tensor): Tensor => tf.conv2d(tf.relu(tf.conv2d(x as Tensor4D, first!, 1, "same")) as Tensor4D, second!, 1, "same");
      return { first: first!, second: second!, step: (x: Tensor) => optimizer.minimize(() => tf.mean(tf.square(tf.sub(predict(x), x))).asScalar(), true, [first, second] as never)! as Tensor };
    };
    const [plain, other] = [make(), make()];
    const step = compiled(other.step);
    for (let i = 0; i < 10; i++) {
      const x = draws(10 + i, 4, 8, 8, 1);
      const expected = tf.tidy(() => plain.step(x));
      const loss = i % 2 === 0 ? step(x) : await step.async(x);
      expect(bits(loss)).toEqual(bits(expected));
      expect(bits(other.first)).toEqual(bits(plain.first));
      expect(bits(other.second)).toEqual(bits(plain.second));
    }
    expect(step.programs).toHaveLength(graph ? 1 : 0);
  });

  it("makes the optimiser's variables at its first call, even where the step fails then", () => {
    const v = tf.variable(tf.tensor1d([1, 2]));
    const optimizer = tf.train.adam(0.1);
    let fail = true;
    const step = compiled((x: Tensor) => {
      const loss = optimizer.minimize(() => tf.sum(tf.mul(tf.square(v), x)).asScalar(), true, [v as never])!;
      if (fail) throw new Error("not yet");
      return loss as Tensor;
    });
    expect(() => step(tf.scalar(1))).toThrow("not yet");
    fail = false;
    if (graph) expect(values(v)).toEqual([1, 2]);
    expect(values(step(tf.scalar(1)))[0]).toBeCloseTo(graph ? 5 : 4.4, 1);
  });
});
