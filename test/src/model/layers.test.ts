import type { Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { key } from "noisebook";
import { attention } from "../../../src/model/attention.ts";
import { groupNorm } from "../../../src/model/group-norm.ts";
import { ParameterList, Scope } from "../../../src/model/parameters.ts";
import { downsample, upsample } from "../../../src/model/resample.ts";
import { residualBlock } from "../../../src/model/residual-block.ts";
import { swish } from "../../../src/model/swish.ts";
import { sinusoids, timeEmbedding } from "../../../src/model/time-embedding.ts";
import { gradient, type Reference, reshape, zip } from "../tensor/reference.ts";
import { distance, draws, lift, lower, onEachBackend, tf } from "./backends.ts";
import * as ref from "./reference.ts";

/** Of the largest value: some 60 float32 roundings (2^-24 each). */
const bound = 4e-6;

interface Case {
  readonly inputs: readonly Reference[];
  /** Declares the layer's parameters, and gives it. */
  readonly layer: (scope: Scope) => (...inputs: Tensor[]) => Tensor;
  readonly reference: (part: ref.Part, ...inputs: Reference[]) => Reference;
}

const image = draws(1, [2, 2, 3, 4]);
/** Far from 0 beside its spread: what a variance from raw squares would not survive. */
const distant: Reference = { shape: image.shape, data: image.data.map((v) => Math.fround(v + 1000)) };
const add = zip((a, b) => a + b);

const cases: Record<string, Case> = {
  swish: { inputs: [draws(2, [3, 4], 3)], layer: () => (x) => swish(x!), reference: (_, x) => ref.swish(x!) },
  "group norm": {
    inputs: [image],
    layer: (scope) => groupNorm(scope, { channels: 4, groups: 2 }) as (...inputs: Tensor[]) => Tensor,
    reference: (part, x) => ref.groupNorm(part, x!, 2),
  },
  "group norm with an offset before and swish after": {
    inputs: [image, draws(3, [2, 4])],
    layer: (scope) => groupNorm(scope, { channels: 4, groups: 2, swish: true }) as (...inputs: Tensor[]) => Tensor,
    reference: (part, x, offset) => ref.swish(ref.groupNorm(part, add(x!, reshape(offset!, [2, 1, 1, 4])), 2)),
  },
  "time embedding": { inputs: [{ shape: [3], data: Float64Array.of(1, 12.5, 30) }], layer: (scope) => timeEmbedding(scope, 6) as (...inputs: Tensor[]) => Tensor, reference: (part, t) => ref.timeEmbedding(part, t!, 6) },
  attention: {
    inputs: [image],
    layer: (scope) => attention(scope, { channels: 4, groups: 2, heads: 1 }) as (...inputs: Tensor[]) => Tensor,
    reference: (part, x) => ref.attention(part, x!, 2, 1),
  },
  "attention of two heads": {
    inputs: [image],
    layer: (scope) => attention(scope, { channels: 4, groups: 2, heads: 2 }) as (...inputs: Tensor[]) => Tensor,
    reference: (part, x) => ref.attention(part, x!, 2, 2),
  },
  downsampling: { inputs: [draws(4, [2, 4, 6, 2])], layer: (scope) => downsample(scope, 2) as (...inputs: Tensor[]) => Tensor, reference: (part, x) => ref.conv(part, x!, 2) },
  upsampling: { inputs: [draws(5, [2, 3, 2, 2])], layer: (scope) => upsample(scope, 2) as (...inputs: Tensor[]) => Tensor, reference: (part, x) => ref.conv(part, ref.doubled(x!)) },
  ...Object.fromEntries(
    [4, 6].map((outputs): [string, Case] => [
      `residual block, 4 to ${outputs} channels`,
      {
        inputs: [image, draws(6, [2, 5])],
        layer: (scope) => {
          const block = residualBlock(scope, { inputs: 4, outputs, groups: 2, embedding: 5 });
          return (x, embedding) => block(x!, { embedding: swish(embedding!), drop: (h) => h });
        },
        reference: (part, x, embedding) => ref.residualBlock(part, x!, embedding!, 2),
      },
    ]),
  ),
};

/** A layer whose parameters are none of them zero, and these in float64. */
function made({ layer }: Case): { run: (...inputs: Tensor[]) => Tensor; list: ParameterList; parameters: Map<string, Reference> } {
  const list = new ParameterList();
  const run = layer(new Scope(list));
  list.allocate(key(1));
  let seed = 50;
  const parameters = new Map(
    Array.from(list.variables, ([name, variable]): [string, Reference] => {
      tf.tidy(() => variable.assign(tf.add(variable, lift(draws(seed++, variable.shape, 0.4)))));
      return [name, lower(variable as Tensor)];
    }),
  );
  return { run, list, parameters };
}

/** Values and gradients in float64, which are the same for all backends; weights are ∂loss/∂values. */
interface Expected {
  readonly values: Reference;
  readonly weights: Reference;
  /** Of inputs, then parameters. */
  readonly gradients: readonly Reference[];
}

const known = new Map<Case, Expected>();

function expectedOf(each: Case, parameters: Map<string, Reference>): Expected {
  if (known.has(each)) return known.get(each)!;
  const { inputs } = each;
  const names = [...parameters.keys()];
  const all = [...inputs, ...parameters.values()];
  const reference = (...changed: Reference[]): Reference =>
    each.reference(new ref.Part(new Map(names.map((name, i) => [name, changed[inputs.length + i]!]))), ...changed.slice(0, inputs.length));
  const values = reference(...all);
  const weights = draws(7, values.shape);
  const gradients = all.map(({ shape }, which) => ({ shape, data: gradient(reference, all, which, weights.data) }));
  known.set(each, { values, weights, gradients });
  return known.get(each)!;
}

onEachBackend(() => {
  it.each(Object.entries(cases))("%s: values and gradients", (_, each) => {
    const { run, list, parameters } = made(each);
    const names = [...each.inputs.map((__, i) => `input ${i}`), ...parameters.keys()];
    const { values, weights, gradients } = expectedOf(each, parameters);
    tf.tidy(() => {
      const inputs = each.inputs.map(lift);
      expect(distance(run(...inputs), values)).toBeLessThan(bound);
      const loss = (...changed: Tensor[]): Tensor => tf.sum(tf.mul(run(...changed), lift(weights)));
      const slopes = [...tf.grads(loss)(inputs), ...gradientsOf(list, () => loss(...inputs))];
      expect(slopes.length).toBe(gradients.length);
      slopes.forEach((slope, i) => {
        // Of the key's bias there is none: softmax does not see what all scores share.
        if (names[i] === "key.bias") expect(tf.max(tf.abs(slope)).dataSync()[0]).toBeLessThan(bound);
        else expect(distance(slope, gradients[i]!), names[i]).toBeLessThan(bound);
      });
    });
    list.dispose();
  });

  it("group norm far from 0, to the rounding of x there", () => {
    const { run, list, parameters } = made(cases["group norm"]!);
    const apart = distance(run(lift(distant)), ref.groupNorm(new ref.Part(parameters), distant, 2));
    // Float32 near 1000 is 2^-14 apart, and means of it as much off.
    expect(apart).toBeLessThan(2 ** -13);
    list.dispose();
  });

  it("swish far from 0, its gradient to the rounding of x", () => {
    const x = { shape: [4], data: Float64Array.of(-200, -90, 90, 200) };
    expect(distance(swish(lift(x)), ref.swish(x))).toBeLessThan(bound);
    const slopes = tf.grad((v: Tensor) => tf.sum(swish(v)))(lift(x)).dataSync();
    [0, 0, 1, 1].forEach((slope, i) => expect(Math.abs(slopes[i]! - slope)).toBeLessThan(200 * 2 ** -23));
  });

  it("sinusoids at late timesteps, to the rounding of t", () => {
    const t = { shape: [3], data: Float64Array.of(500, 999.5, 1000) };
    expect(distance(sinusoids(lift(t), 16), ref.sinusoids(t, 16))).toBeLessThan(1000 * 2 ** -23);
  });
});

function gradientsOf(list: ParameterList, loss: () => Tensor): Tensor[] {
  const variables = [...list.variables.values()];
  if (variables.length === 0) return [];
  const { grads } = tf.variableGrads(loss as never, variables as never);
  return variables.map(({ name }) => grads[name]!);
}

describe("parameters", () => {
  it("have names of their own", () => {
    const scope = new Scope(new ParameterList());
    scope.parameter("kernel", [1], "zeros");
    expect(() => scope.parameter("kernel", [2], "ones")).toThrow('parameter "kernel" is declared twice: names are unique in a model');
  });
});
