import type { Tensor } from "@tensorflow/tfjs";
import { beforeEach, expect, it } from "vitest";
import {
  type PathPoint, endOf, eulerMaruyama, evenTimes, key, linearSchedule, modelScore, normal, probabilityFlow, reverseSde, rungeKutta, rungeKuttaMethods,
  sdeOfSchedule, tensorNoise,
} from "noisebook";
import { distance, lift, onEachBackend, tf } from "../model/backends.ts";

const shape = [4, 2];
const start = normal(key(1), shape);
const sde = sdeOfSchedule(linearSchedule());
const times = evenTimes(1000, 100, 12);

const tensorScore = modelScore<Tensor>(sde, (x) => ({ kind: "eps", value: tf.tidy(() => tf.mul(tf.tanh(x), 0.5)) }));
const arrayScore = modelScore<Float64Array>(sde, (x) => ({ kind: "eps", value: x.map((v) => 0.5 * Math.tanh(v)) }));

const paths: [string, (x: Tensor) => Iterable<PathPoint<Tensor>>, () => Iterable<PathPoint<Float64Array>>][] = [
  ["Euler–Maruyama", (x) => eulerMaruyama({ ...reverseSde(sde, tensorScore), x, times, key: key(3), noise: tensorNoise }), () => eulerMaruyama<Float64Array>({ ...reverseSde(sde, arrayScore), x: start, times, key: key(3) })],
  ...Object.values(rungeKuttaMethods).map((method): (typeof paths)[number] =>
    [method.name, (x) => rungeKutta({ field: probabilityFlow(sde, tensorScore), x, times, method }), () => rungeKutta<Float64Array>({ field: probabilityFlow(sde, arrayScore), x: start, times, method })]),
];

onEachBackend(() => {
  let xT: Tensor;
  beforeEach(() => {
    xT = lift({ shape, data: start });
    return () => xT.dispose();
  });

  it.each(paths)("%s keeps as many tensors at the end as at the start, and goes where it does with arrays", (_, ofTensors, ofArrays) => {
    const before = tf.memory().numTensors;
    const during: number[] = [];
    let last: Tensor | undefined;
    for (const { x } of ofTensors(xT)) {
      expect(x.isDisposed).toBe(false);
      during.push(tf.memory().numTensors - before);
      last = x;
    }
    expect(Math.max(...during.slice(6)), `${during}`).toBeLessThanOrEqual(Math.max(...during.slice(0, 6)));
    expect(tf.memory().numTensors - before).toBe(1);
    expect([last!.isDisposed, xT.isDisposed]).toEqual([false, false]);
    expect(distance(last!, { shape, data: endOf(ofArrays()) })).toBeLessThan(1e-4);
    last!.dispose();
  });

  it.each(paths)("%s that is left gives back all but the x it was left with", (_, ofTensors) => {
    const before = tf.memory().numTensors;
    let left: Tensor | undefined;
    for (const { x, t } of ofTensors(xT)) {
      left = x;
      if (t < 700) break;
    }
    expect(left!.isDisposed).toBe(false);
    expect(tf.memory().numTensors - before).toBe(1);
    left!.dispose();
  });

  it("a field that answers with x itself, or throws, leaves nothing behind", () => {
    const before = tf.memory().numTensors;
    endOf(rungeKutta<Tensor>({ field: (x) => x, x: xT, times: evenTimes(0, 1, 5) })).dispose();
    let asked = 0;
    const field = (x: Tensor): Tensor => {
      if (++asked === 7) throw new Error("enough");
      return tf.neg(x);
    };
    expect(() => endOf(rungeKutta<Tensor>({ field, x: xT, times }))).toThrow("enough");
    expect(tf.memory().numTensors).toBe(before);
    expect(xT.isDisposed).toBe(false);
  });
});
