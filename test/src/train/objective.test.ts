import { afterAll, describe, expect, it } from "vitest";
import { type ElementLoss, boundTerm, huber, l1, l2, lossWeights, minSnr, p2, simpleLoss, simpleWeighting } from "../../../src/objective/index.ts";
import { convert, marginal } from "../../../src/process/index.ts";
import { key, normal } from "../../../src/random/index.ts";
import { cosineSchedule, linearSchedule, zeroTerminalSnr } from "../../../src/schedule/index.ts";
import { type Tensor } from "../../../src/tensor/index.ts";
import { loadTensors } from "../../../src/tensor/load.ts";
import { type DenoisingOptions, denoising } from "../../../src/train/index.ts";
import { type HostTensor, upload } from "../../../src/train/host-tensor.ts";
import { type Inputs } from "../../../src/train/objective.ts";

const tf = await loadTensors();
const T = 20;
const schedule = linearSchedule({ T, betaStart: 1e-2, betaEnd: 0.5 });
const [n, height, width, channels] = [400, 2, 1, 3];
const size = height * width * channels;
const batch = { data: Float32Array.from(normal(key(1), n * size)), shape: [n, height, width, channels] };
const kinds = ["eps", "x0", "v"] as const;
const rowOf = ({ data }: HostTensor, row: number): Float64Array => Float64Array.from(data.subarray(row * size, (row + 1) * size));

/** A model that always says the same. */
function parrot(output: Tensor): { apply: () => Tensor } {
  return { apply: () => output };
}

function lossesOf(options: DenoisingOptions, inputs: Inputs<HostTensor>, output: Tensor): { loss: number; losses: Float32Array } {
  const on = denoising(options).on(schedule);
  return tf.tidy(() => {
    const { loss, losses } = on.loss(parrot(output), upload(inputs), tf.tensor1d([1, 2], "int32"));
    return { loss: loss.dataSync()[0]!, losses: losses.dataSync<"float32">().slice() } as never;
  });
}

describe("draws", () => {
  it("are of every timestep of 1…T, evenly", () => {
    const many = { data: new Float32Array(20_000), shape: [20_000, 1] };
    const counts = new Map<number, number>();
    for (const t of denoising().on(schedule).draw(many, key(1)).t.data) counts.set(t, (counts.get(t) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: T }, (_, i) => i + 1));
    // χ² with 19 degrees of freedom is beyond 43.8 once in a thousand.
    const expected = 20_000 / T;
    expect([...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(43.8);
  });

  it("are those of their key", () => {
    const on = denoising().on(schedule);
    expect(on.draw(batch, key(5))).toEqual(on.draw(batch, key(5)));
    expect(on.draw(batch, key(5))).not.toEqual(on.draw(batch, key(6)));
  });

  it.each(kinds)("say %s of the x_t that they make, to float32", (predict) => {
    const { t, xt, target } = denoising({ predict }).on(schedule).draw(batch, key(2)) as Inputs<HostTensor> & Record<"xt" | "target", HostTensor>;
    let noise = 0;
    for (let row = 0; row < n; row++) {
      const at = t.data[row]!;
      const x0 = rowOf(batch, row);
      const eps = convert(schedule, at, rowOf(xt, row), { kind: "x0", value: x0 }, "eps");
      marginal(schedule, at).sample({ x0 }, eps).forEach((value, i) => expect(value).toBeCloseTo(rowOf(xt, row)[i]!, 5));
      const said = convert(schedule, at, rowOf(xt, row), { kind: predict, value: rowOf(target, row) }, "x0");
      said.forEach((value, i) => expect(Math.abs(value - x0[i]!) / schedule.sigma(at)).toBeLessThan(1e-5));
      noise += eps.reduce((sum, value) => sum + value * value, 0);
    }
    // The mean square of N(0, 1), within 5 of its standard deviations.
    expect(Math.abs(noise / (n * size) - 1)).toBeLessThan(5 * Math.sqrt(2 / (n * size)));
  });

  it("withhold labels at the rate asked for", () => {
    const labels = Int32Array.from({ length: n }, (_, i) => i % 3);
    const drawn = (dropLabels: number): ArrayLike<number> => denoising({ dropLabels }).on(schedule, 3).draw({ ...batch, labels }, key(4)).labels!.data;
    expect(drawn(0)).toEqual(labels);
    expect([...(drawn(1) as Int32Array)].every((label) => label === 3)).toBe(true);
    const some = [...(drawn(0.25) as Int32Array)];
    expect(some.every((label, i) => label === 3 || label === labels[i])).toBe(true);
    // 100 ± 8.7: five standard deviations.
    expect(Math.abs(some.filter((label) => label === 3).length - 100)).toBeLessThan(44);
  });
});

describe("the loss", () => {
  const output = tf.tensor4d(Float32Array.from(normal(key(3), n * size)), [n, height, width, channels]);
  const wide = tf.tensor4d(Float32Array.from(normal(key(3), 2 * n * size)), [n, height, width, 2 * channels]);
  afterAll(() => tf.dispose([output, wide]));

  it.each<[string, DenoisingOptions]>([
    ["L2 of ε", {}],
    ["L1 of x0", { predict: "x0", loss: l1 }],
    ["Huber's of v", { predict: "v", loss: huber(0.5) }],
    ["weighed by min-SNR", { predict: "v", weighting: minSnr() }],
    ["weighed for x0 as ε is", { predict: "x0", weighting: simpleWeighting }],
    ["weighed by P2", { weighting: p2() }],
  ])("is that of each row, %s", (_, options) => {
    const { predict = "eps", loss = l2 as ElementLoss, weighting } = options;
    const inputs = denoising(options).on(schedule).draw(batch, key(2));
    const { loss: mean, losses } = lossesOf(options, inputs, output);
    const weights = weighting ? lossWeights(schedule, weighting, predict) : undefined;
    const expected = Float64Array.from({ length: n }, (_, row) =>
      simpleLoss(rowOf({ data: output.dataSync<"float32">(), shape: output.shape }, row), rowOf(inputs.target!, row), { loss, weight: weights?.[inputs.t.data[row]!] ?? 1 }));
    losses.forEach((value, row) => expect(Math.abs(value - expected[row]!)).toBeLessThan(1e-5 * Math.max(1, expected[row]!)));
    const total = expected.reduce((a, b) => a + b, 0) / n;
    expect(Math.abs(mean / total - 1)).toBeLessThan(1e-5);
  });

  it.each(kinds)("has, for a learned variance, the bound's term of each row's timestep, for a model of %s", (predict) => {
    const options: DenoisingOptions = { predict, variance: "learned", boundWeight: 10 };
    const inputs = denoising(options).on(schedule).draw(batch, key(2));
    const { losses } = lossesOf(options, inputs, wide);
    const simple = lossesOf({ predict }, inputs, tf.tidy(() => tf.slice(wide, [0, 0, 0, 0], output.shape as never))).losses;
    const [said, half] = tf.split(wide, 2, -1).map((part) => ({ data: part.dataSync<"float32">(), shape: part.shape }));
    const seen = new Set<number>();
    for (let row = 0; row < n; row++) {
      const t = inputs.t.data[row]!;
      seen.add(t);
      const share = rowOf(half!, row).map((v) => (v + 1) / 2);
      const term = boundTerm(schedule, t, {
        x0: rowOf(batch, row), xt: rowOf(inputs.xt!, row), variance: "learned",
        output: { kind: predict, value: rowOf(said!, row), varianceShare: share },
      });
      const expected = simple[row]! + (10 * T * term.reduce((a, b) => a + b, 0)) / size;
      expect(Math.abs(losses[row]! - expected), `t = ${t}`).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
    }
    expect(seen.size).toBe(T);
  });

  it("lets the bound teach the variance alone", () => {
    const gradient = (boundWeight: number): { said: Float32Array; half: Float32Array } => {
      const on = denoising({ variance: "learned", boundWeight }).on(schedule);
      const inputs = on.draw(batch, key(2));
      return tf.tidy(() => {
        const slope = tf.grad((x) => on.loss(parrot(x), upload(inputs), undefined).loss as typeof x)(wide);
        const [said, half] = tf.split(slope, 2, -1).map((part) => part.dataSync<"float32">().slice());
        return { said, half } as never;
      });
    };
    const [without, with_] = [gradient(0), gradient(1)];
    expect(with_.said).toEqual(without.said);
    expect(without.half.every((value) => value === 0)).toBe(true);
    expect(with_.half.every((value) => value !== 0)).toBe(true);
  });

  it("weighs rows by how they were drawn: its mean over draws stays that of even ones", () => {
    const options = { importance: { history: 1, even: 0.01 } } satisfies DenoisingOptions;
    const on = denoising(options).on(schedule);
    // A timestep's loss is its square.
    const steps = Float32Array.from({ length: T }, (_, i) => i + 1);
    on.adaptive!.recordAll(steps, steps.map((t) => t ** 2));
    const many = { data: new Float32Array(100_000), shape: [100_000, 1] };
    const { t, share } = on.draw(many, key(8)) as Inputs<HostTensor> & { share: HostTensor };
    const values = Array.from(t.data, (step, i) => share.data[i]! * step ** 2);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length ** 2);
    const even = steps.reduce((sum, step) => sum + step ** 2, 0) / T;
    expect(Math.abs(mean - even)).toBeLessThan(4 * spread);
    // Drawn in proportion to their losses, rows count nearly alike, and the mean is sharper than that of even draws, whose standard error is 0.39.
    expect(spread).toBeLessThan(0.05);
  });

  it("remembers what it learned, to be put away and taken up", () => {
    const options = { importance: { history: 2, even: 0 } } satisfies DenoisingOptions;
    const [first, second] = [denoising(options).on(schedule), denoising(options).on(schedule)];
    for (let round = 0; round < 3; round++) first.adaptive!.recordAll(Array.from({ length: T }, (_, i) => i + 1), Array.from({ length: T }, (_, i) => i + round));
    first.adaptive!.recordAll([4], [100]);
    second.adaptive!.restore(first.adaptive!.save());
    expect(second.draw(batch, key(1))).toEqual(first.draw(batch, key(1)));
    expect(() => second.adaptive!.restore(new Float32Array(3))).toThrow("3 remembered losses for 20 timesteps of 2: 40 are needed");
  });

  it("refuses outputs of another shape, and says what to do", () => {
    const inputs = denoising().on(schedule).draw(batch, key(2));
    expect(() => lossesOf({}, inputs, wide)).toThrow('take variance: "learned"');
    const learned = denoising({ variance: "learned" }).on(schedule).draw(batch, key(2));
    expect(() => lossesOf({ variance: "learned" }, learned, output)).toThrow("twice the 3 channels of x are needed");
  });
});

describe("an objective refuses", () => {
  const ending = zeroTerminalSnr(cosineSchedule({ T: 10 }));
  it.each([
    [() => denoising({ dropLabels: 1.5 }), "dropLabels 1.5"],
    [() => denoising({ boundWeight: -1 }), "boundWeight -1"],
    [() => denoising({ weighting: minSnr() }).on(ending), 'weight Infinity of "min-SNR 5" at t = 10'],
    [() => denoising({ variance: "learned" }).on(ending), "a learned variance for a model of eps at t = 10"],
  ])("%o", (make, words) => {
    expect(make).toThrow(expect.objectContaining({ name: "RangeError", message: expect.stringContaining(words) as string }));
  });

  it("nothing of these where x_0 is what is predicted", () => {
    expect(denoising({ predict: "v", variance: "learned", weighting: minSnr() }).on(ending).draw(batch, key(1)).t.shape).toEqual([n]);
  });
});

