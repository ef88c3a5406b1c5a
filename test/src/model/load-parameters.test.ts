import type { Tensor } from "@tensorflow/tfjs";
import { afterEach, describe, expect, it } from "vitest";
import { type TensorModel, key, loadParameters, mlp } from "noisebook";
import { fastest, tf, useBackend } from "./backends.ts";

const made: TensorModel[] = [];
const make = (seed: number): TensorModel => {
  const model = mlp({ width: 4, blocks: 1 }, key(seed));
  made.push(model);
  return model;
};
afterEach(() => made.splice(0).forEach((model) => model.dispose()));

const valuesOf = (model: TensorModel): Map<string, { shape: number[]; data: Float32Array }> =>
  new Map(Array.from(model.parameters, ([name, variable]) => [name, { shape: variable.shape, data: variable.dataSync() as Float32Array }]));

describe("parameters by name", () => {
  useBackend(fastest);

  it("come from arrays, and from tensors, which stay the caller's", () => {
    const [from, to, other] = [make(1), make(2), make(3)];
    expect(valuesOf(to)).not.toEqual(valuesOf(from));
    const before = tf.memory().numTensors;
    loadParameters(to, valuesOf(from));
    loadParameters(other, from.parameters);
    expect(tf.memory().numTensors).toBe(before);
    expect(valuesOf(to)).toEqual(valuesOf(from));
    expect(valuesOf(other)).toEqual(valuesOf(from));
    // What changes there does not change here.
    const bias = from.parameters.get("denseIn.bias")!;
    bias.assign(tf.ones(bias.shape) as never);
    expect(valuesOf(other)).toEqual(valuesOf(to));
  });

  it("are renamed by a table, or by a function that may leave some out", () => {
    const [from, to, again] = [make(1), make(2), make(3)];
    const theirs = new Map(Array.from(valuesOf(from), ([name, value]) => [name === "denseIn.kernel" ? "input/w" : name, value]));
    loadParameters(to, theirs, { renames: { "input/w": "denseIn.kernel" } });
    expect(valuesOf(to)).toEqual(valuesOf(from));
    const prefixed = [...Array.from(valuesOf(from), ([name, value]) => [`net.${name}`, value] as const), ["step", { shape: [], data: Float32Array.of(5) }] as const];
    loadParameters(again, prefixed, { renames: (name) => (name.startsWith("net.") ? name.slice(4) : undefined) });
    expect(valuesOf(again)).toEqual(valuesOf(from));
  });

  it("are refused together, nothing changed, with a list of what does not fit", () => {
    const [from, to] = [make(1), make(2)];
    const before = valuesOf(to);
    const values = valuesOf(from);
    values.delete("denseIn.bias");
    values.set("denseIn.weight", { shape: [1], data: Float32Array.of(1) });
    values.set("denseOut.kernel", { shape: [2, 4], data: new Float32Array(8) });
    const load = (): void => loadParameters(to, values);
    expect(load).toThrow(TypeError);
    expect(load).toThrow(
      "these values do not fit the model: 1 missing (denseIn.bias); 1 unexpected (denseIn.weight); 1 of another shape (denseOut.kernel is [2, 4], not [4, 2]) " +
        "(is the config theirs? { renames } maps names to the model's)",
    );
    expect(valuesOf(to)).toEqual(before);
    expect(() => loadParameters(to, valuesOf(from), { renames: { "denseIn.bias": "denseOut.bias" } })).toThrow("1 given twice (denseOut.bias)");
    expect(() => loadParameters(to, [])).toThrow(/missing \(.*, and \d+ more\)/);
  });

  it("of another type are refused", () => {
    const [from, to] = [make(1), make(2)];
    const values = new Map<string, Tensor>(from.parameters as ReadonlyMap<string, never>);
    const bias = values.get("denseIn.bias")!;
    values.set("denseIn.bias", tf.cast(bias, "int32"));
    expect(() => loadParameters(to, values)).toThrow("denseIn.bias is int32, not float32");
  });
});
