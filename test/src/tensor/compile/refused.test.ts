import type { Tensor } from "@tensorflow/tfjs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compile } from "noisebook";
import { graph, held, tf, values } from "./setting.ts";

const x = tf.tensor1d([1, 2]);
values(x);

describe.skipIf(!graph)("a step that cannot be compiled", () => {
  let before: number[];
  beforeEach(() => {
    tf.dispose(compile((y: Tensor) => y)(x));
    before = held();
  });
  // A refusal leaves nothing behind.
  afterEach(() => expect(held()).toEqual(before));

  let count = 0;
  const next = (): number => ++count;
  const outside = (): Tensor => tf.keep(tf.tensor1d([next(), 0]));

  it.each<[string, (y: Tensor) => unknown, RegExp]>([
    ["a constant that changes", (y) => tf.mul(y, next()), /operation 0, Mul, takes as its input 1 a constant made at refused\.test\.ts:\d+:\d+ that was \d+ and then \d+: pass it to the step as an input/],
    ["noise that JavaScript draws", (y) => tf.mul(y, tf.randomNormal([2])), /Mul, takes as its input 1 a constant made at refused\.test\.ts:\d+:\d+ of shape \[2\] that was .* at element 0 and then/],
    ["a shape that changes", (y) => tf.concat([y as never, tf.ones([next()])]), /a constant of shape \[\d+\], then one of shape \[\d+\]/],
    ["an operation that changes", (y) => (next() % 2 ? tf.exp(y) : tf.log(y)), /operation 0 was (Exp|Log) and then (Log|Exp)/],
    ["an operation more or less", (y) => (next() % 2 ? tf.exp(tf.exp(y)) : tf.exp(y)), /operation 1 was (Exp|none) and then (none|Exp)/],
    ["an attribute that changes", (y) => tf.leakyRelu(y, next()), /LeakyRelu, had the attributes .*"alpha".* and then/],
    ["a number that it returns and that changes", (y) => [tf.exp(y), next()], /it returned .* and then .*; a number that changes is returned as a tensor/],
    ["a variable made at each call", (y) => tf.mul(y, tf.variable(y)), /makes a variable each time it is called \("\d+"\): make it once, outside/],
    ["reading an input", (y) => tf.mul(y, y.dataSync()[0]!), /reads an input's elements while it is traced .*Return the tensor and read it outside/],
    ["reading a result", (y) => tf.mul(y, tf.sum(y).arraySync() as number), /reads a result's elements/],
    ["printing", (y) => (y.print(), y), /reads an input's elements/],
    ["an async function", async (y) => tf.exp(y), /an async function cannot be compiled/],
    ["an output that is no tensor", (y) => ({ mean: [y, new Float32Array(2)] }), /the step's output\.mean\[1\] is a Float32Array: .* are tensors/],
    ["shapes that do not fit", (y) => tf.matMul(tf.ones([2, 3]), tf.reshape(y, [1, 2])), /^MatMul: Dimensions must be equal, but are 3 and 1 with input shapes: \[2,3\], \[1,2\]\.$/],
  ])("%s", (_name, step, message) => {
    const compiled = compile(step);
    expect(() => tf.tidy(() => void compiled(x))).toThrow(message);
    expect(compiled.programs).toEqual([]);
    for (const variable of Object.values((tf.engine() as unknown as { state: { registeredVariables: Record<string, { dispose(): void }> } }).state.registeredVariables)) variable.dispose();
  });

  it("a tensor from outside that changes", () => {
    const compiled = compile((y: Tensor) => tf.mul(y, outside()));
    expect(() => compiled(x)).toThrow(/operation 0, Mul, takes as its input 1 (a constant|a tensor from outside)/);
    before = held();
  });

  it("a tensor that was kept from its trace has no elements, and says so", () => {
    let kept: Tensor | undefined;
    const compiled = compile((y: Tensor) => (kept = tf.keep(tf.exp(y))));
    expect(values(compiled(x))).toHaveLength(2);
    expect(() => kept!.dataSync()).toThrow("this tensor was made while a compiled step was traced, and has no elements: have the step return it");
    before = held();
  });
});

describe("calls that are refused", () => {
  it("inputs that are no tensors, by their place", () => {
    const step = compile((...inputs: unknown[]) => inputs[0] as Tensor);
    expect(() => step(x, { data: [Float32Array.of(1)] })).toThrow("inputs[1].data[0] is a Float32Array: a compiled step's inputs and outputs are tensors, numbers");
    expect(() => step(x, () => 1)).toThrow("inputs[1] is a function");
    const own: unknown[] = [];
    own.push(own);
    expect(() => step(own)).toThrow("inputs[0][0] is an object that contains itself");
    const gone = tf.scalar(1);
    gone.dispose();
    expect(() => step(x, [gone])).toThrow("inputs[1][0] was disposed");
  });

  it.skipIf(!graph)("more signatures than are allowed", () => {
    const step = compile((y: Tensor, i: number) => tf.mul(y, i), { signatures: 2 });
    tf.dispose([step(x, 1), step(x, 2), step(x, 1)]);
    expect(() => step(x, 3)).toThrow(/more than 2 signatures, now .* 3 .* after .* 2 .*: pass numbers that change as tensors/);
    step.dispose();
  });

  it.skipIf(!graph)("gradients from outside", () => {
    const step = compile((y: Tensor) => tf.sum(tf.square(y)));
    expect(() => tf.grad((y: Tensor) => step(y))(x)).toThrow("a compiled step has no gradient: take gradients within the step");
    expect(values(tf.grad((y: Tensor) => tf.sum(tf.square(y)))(x))).toEqual([2, 4]);
  });

  it.skipIf(!graph)("what TensorFlow refuses while it runs, with its words; variables stay, and the step goes on", async () => {
    const v = tf.variable(tf.tensor1d([1, 2, 3]));
    const step = compile((index: Tensor) => {
      const chosen = tf.gather(v, index as never);
      v.assign(tf.mul(v, 2));
      return chosen;
    });
    const at = (i: number): Tensor => tf.tensor1d([i], "int32");
    expect(values(step(at(2)))).toEqual([3]);
    expect(() => step(at(9))).toThrow(expect.objectContaining({ name: "TensorFlowError", code: "INVALID_ARGUMENT", message: expect.stringContaining("indices[0] = 9 is not in [0, 3)") as string }));
    await expect(step.async(at(7))).rejects.toThrow("indices[0] = 7 is not in [0, 3)");
    expect(values(v)).toEqual([2, 4, 6]);
    expect(values(await step.async(at(0)))).toEqual([2]);
    step.dispose();
    v.dispose();
  });

  it("a precision that is none", () => {
    expect(() => compile((y: Tensor) => y, { precision: "float16" as never })).toThrow('precision "float16" is neither "float32" nor "bfloat16"');
  });
});
