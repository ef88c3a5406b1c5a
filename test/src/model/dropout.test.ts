import type { Tensor } from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { compile, key, mlp, unet } from "noisebook";
import { dropper } from "../../../src/model/dropout.ts";
import { distance, draws, lift, lower, onEachBackend, perturb, tf } from "./backends.ts";

const seed = (low: number): Tensor => tf.tensor1d([2 ** 31 - 1, low], "int32");
const shape = [20, 500];

onEachBackend(() => {
  it("dropout zeroes its share, and keeps the mean", () => {
    tf.tidy(() => {
      const kept = dropper(0.3, seed(1))(tf.ones(shape) as Tensor).dataSync();
      const zeros = kept.filter((v) => v === 0).length / kept.length;
      expect([...new Set(kept)].sort()).toEqual([0, Math.fround(1 / 0.7)]);
      // Five standard deviations of 10,000 draws: one key in two million; the key is fixed.
      expect(Math.abs(zeros - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / kept.length));
    });
  });

  it("dropout of each call is its own, and the seed's", () => {
    tf.tidy(() => {
      const masks = (low: number): string[] => {
        const drop = dropper(0.5, seed(low));
        return [0, 1, 2].map(() => drop(tf.ones(shape) as Tensor).dataSync().join());
      };
      const all = [...masks(1), ...masks(2), ...masks(3)];
      expect(new Set(all).size).toBe(9);
      expect(masks(1)).toEqual(all.slice(0, 3));
    });
  });

  it("a net drops only where it is given a seed", () => {
    const model = mlp({ width: 8, blocks: 2, dropout: 0.5 }, key(1));
    const same = mlp({ width: 8, blocks: 2 }, key(1));
    perturb(model);
    perturb(same);
    tf.tidy(() => {
      const [x, t] = [lift(draws(1, [4, 2])), tf.tensor1d([1, 2, 3, 4])];
      const off = lower(model.apply(x, t) as Tensor);
      expect(distance(same.apply(x, t) as Tensor, off)).toBe(0);
      const on = lower(model.apply(x, t, { dropout: seed(1) }) as Tensor);
      expect(distance(model.apply(x, t, { dropout: seed(1) }) as Tensor, on)).toBe(0);
      expect(distance(model.apply(x, t, { dropout: seed(2) }) as Tensor, on)).toBeGreaterThan(1e-2);
      expect(distance(lift(off), on)).toBeGreaterThan(1e-2);
      const slope = tf.grad((v: Tensor) => tf.sum(model.apply(v, t, { dropout: seed(1) }) as Tensor))(x);
      expect(slope.dataSync().some((v) => v !== 0)).toBe(true);
    });
    [model, same].forEach((each) => each.dispose());
  });

  it("a compiled net drops anew for each seed, as the net itself does", () => {
    const model = unet({ image: { height: 4, width: 4, channels: 1 }, baseChannels: 4, channelMultipliers: [1], blocksPerLevel: 1, groups: 2, dropout: 0.5 }, key(1));
    perturb(model);
    const step = compile((x: Tensor, t: Tensor, dropout: Tensor) => model.apply(x, t, { dropout }) as Tensor);
    tf.tidy(() => {
      const [x, t] = [lift(draws(1, [2, 4, 4, 1])), tf.tensor1d([1, 2])];
      for (const low of [1, 2]) expect(distance(step(x, t, seed(low)), lower(model.apply(x, t, { dropout: seed(low) }) as Tensor))).toBeLessThan(1e-5);
      expect(distance(step(x, t, seed(3)), lower(step(x, t, seed(4))))).toBeGreaterThan(1e-2);
    });
    step.dispose();
    model.dispose();
  });
});
