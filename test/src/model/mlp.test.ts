import type { Tensor } from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { createModel, key, mlp, parameterCount } from "noisebook";
import { distance, draws, lift, onEachBackend, perturb, tf } from "./backends.ts";
import * as ref from "./reference.ts";

const points = draws(1, [6, 3]);
const t = { shape: [6], data: Float64Array.of(1, 2.5, 10, 20, 30, 40) };
const config = { kind: "mlp", dimension: 3, width: 8, blocks: 2 } as const;

onEachBackend(() => {
  it("an MLP is its equations, each point by itself", () => {
    const model = mlp(config, key(1));
    expect([...model.parameters].reduce((sum, [, { size }]) => sum + size, 0)).toBe(parameterCount(config));
    const parameters = perturb(model);
    tf.tidy(() => {
      const all = model.apply(lift(points), lift(t)) as Tensor;
      expect(distance(all, ref.mlp(parameters, config, points, t))).toBeLessThan(5e-6);
      const third = model.apply(lift({ shape: [1, 3], data: points.data.slice(6, 9) }), tf.tensor1d([10])) as Tensor;
      expect(distance(third, { shape: [1, 3], data: Float64Array.from(all.dataSync().slice(6, 9)) })).toBeLessThan(5e-6);
    });
    model.dispose();
  });

  it("an MLP says 0 at first, and is made again from its config", () => {
    const model = mlp({ ...config, learnedVariance: true }, key(1));
    const again = createModel(model.config, key(1));
    expect(again.config).toEqual({ ...config, learnedVariance: true, classes: 0, dropout: 0 });
    const said = again.apply(lift(points), lift(t));
    expect(said.shape).toEqual([6, 6]);
    expect(said.dataSync().some((value) => value !== 0)).toBe(false);
    [model, again].forEach((each) => each.dispose());
  });
});
