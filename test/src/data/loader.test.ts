import { arrayDataset, type Batch, type Dataset, drawnImages, framed, key, loader, type LoaderOptions, part, toyPoints } from "noisebook";
import { describe, expect, it, vi } from "vitest";

const counted = (size: number): Dataset => arrayDataset(Array.from({ length: size }, (_, i) => i), { shape: [1], name: "counted" });

async function take(dataset: Dataset, options: LoaderOptions, n = Infinity): Promise<Batch[]> {
  const batches: Batch[] = [];
  const source = loader(dataset, options);
  while (batches.length < n) {
    const { done, value } = await source.next();
    if (done) break;
    batches.push(value);
  }
  await source.return();
  return batches;
}

const items = (batches: readonly Batch[]): number[] => batches.flatMap(({ indices }) => [...indices]);
const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const ascending = (a: number, b: number): number => a - b;

describe("a loader", () => {
  it("gives each item once an epoch, each epoch in an order of its own, the same for the same key", async () => {
    const options = { batch: 8, key: key(3), drop: false, epochs: 2 };
    const batches = await take(counted(50), options);
    expect(batches.map(({ shape }) => shape)).toEqual([...Array(2)].flatMap(() => [...Array<number[]>(6).fill([8, 1]), [2, 1]]));
    const [first, second] = [items(batches.slice(0, 7)), items(batches.slice(7))];
    expect(first.toSorted(ascending)).toEqual(numbers(50));
    expect(second.toSorted(ascending)).toEqual(numbers(50));
    expect(first).not.toEqual(numbers(50));
    expect(second).not.toEqual(first);
    expect(batches.flatMap(({ data }) => [...data])).toEqual(items(batches));
    expect(items(await take(counted(50), { ...options, prefetch: 0 }))).toEqual(items(batches));
    expect(items(await take(counted(50), { ...options, key: key(4) }))).not.toEqual(items(batches));
  });

  it("leaves out what is no whole batch, and keeps the order where it is told to", async () => {
    const batches = await take(counted(10), { batch: 4, key: key(0), shuffle: false, epochs: 2 });
    expect(items(batches)).toEqual([...numbers(8), ...numbers(8)]);
    expect(batches.map(({ position }) => position)).toEqual([0, 1].flatMap((epoch) => [0, 1].map((batch) => ({ epoch, batch }))));
    expect(loader(counted(10), { batch: 4, key: key(0) }).batchesPerEpoch).toBe(2);
  });

  it.each([
    ["numbers", counted(23)],
    ["drawn images, flipped", drawnImages({ key: key(1), side: 8, count: 23 })],
    ["points without end", toyPoints("swirl", { key: key(1) })],
  ])("goes on with %s from any place as it would have", async (_, dataset) => {
    const options = { batch: 5, key: key(9), flip: dataset.shape.length === 3 };
    const whole = await take(dataset, options, 11);
    for (const at of [0, 1, 3, 4, 9]) {
      const rest = await take(dataset, { ...options, from: whole[at]!.next }, 10 - at);
      expect(rest).toEqual(whole.slice(at + 1));
    }
  });

  it("mirrors about half of the images, and their rows alone", async () => {
    const image = Float32Array.from({ length: 2 * 3 * 2 }, (_, i) => i);
    const mirrored = [4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7];
    const dataset = arrayDataset([...Array(400)].flatMap(() => [...image]), { shape: [2, 3, 2] });
    const [batch] = await take(dataset, { batch: 400, key: key(5), flip: true, epochs: 1 });
    const rows = numbers(400).map((i) => [...batch!.data.subarray(12 * i, 12 * i + 12)]);
    const flipped = rows.filter((row) => row[0] === 4);
    expect(flipped.every((row) => row.join() === mirrored.join())).toBe(true);
    expect(rows.filter((row) => row[0] === 0).every((row) => row.join() === [...image].join())).toBe(true);
    // Four standard deviations: a right loader fails for one key in 16,000.
    expect(Math.abs(flipped.length - 200)).toBeLessThan(40);
  });

  it("hands labels along", async () => {
    const dataset = arrayDataset(numbers(6), { shape: [1], labels: [0, 1, 2, 0, 1, 2], classes: ["a", "b", "c"] });
    for (const { labels, indices } of await take(dataset, { batch: 3, key: key(2), epochs: 3 })) {
      expect([...labels!]).toEqual([...indices].map((index) => index % 3));
    }
  });
});

describe("reading ahead", () => {
  it("goes on after its timer has been taken from it, as a notebook's interrupt does", async () => {
    vi.useFakeTimers();
    try {
      let read = 0;
      const dataset: Dataset = { ...counted(50), read: (indices) => ((read += 1), counted(50).read(indices)) };
      const source = loader(dataset, { batch: 5, key: key(0), prefetch: 2 });
      await source.next();
      vi.clearAllTimers();
      expect(read).toBe(1);
      await source.next();
      vi.runAllTimers();
      expect(read).toBe(4);
    } finally {
      vi.useRealTimers();
    }
  });

  interface Watched extends Dataset {
    readonly begun: number[];
  }

  /** A source that answers after a while, and fails at the items told. */
  function slow(size: number, failing: readonly number[] = []): Watched {
    const begun: number[] = [];
    return {
      name: "slow",
      size,
      shape: [1],
      begun,
      async read(indices) {
        begun.push(indices[0]!);
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (failing.includes(indices[0]!)) throw new Error(`item ${indices[0]} is gone`);
        return Float32Array.from(indices);
      },
    };
  }
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const options = { batch: 1, key: key(0), shuffle: false, epochs: 1 };

  it("begins with the first request and stays within its bound", async () => {
    const dataset = slow(20);
    const source = loader(dataset, { ...options, prefetch: 3 });
    await pause(20);
    expect(dataset.begun).toEqual([]);
    await source.next();
    await vi.waitFor(() => expect(dataset.begun).toEqual([0, 1, 2, 3]));
    await pause(20);
    expect(dataset.begun).toEqual([0, 1, 2, 3]);
    await source.next();
    await vi.waitFor(() => expect(dataset.begun).toEqual([0, 1, 2, 3, 4]));
    await pause(20);
    expect(dataset.begun).toEqual([0, 1, 2, 3, 4]);
    await source.return();
    expect(await source.next()).toEqual({ done: true, value: undefined });
    await pause(20);
    expect(dataset.begun).toEqual([0, 1, 2, 3, 4]);
  });

  it("tells an error at its batch, not before, and ends with it", async () => {
    const seen: number[] = [];
    const source = loader(slow(20, [4]), { ...options, prefetch: 8 });
    const reading = (async () => {
      for await (const { indices } of source) {
        seen.push(indices[0]!);
        await pause(10);
      }
    })();
    await expect(reading).rejects.toThrow("item 4 is gone");
    expect(seen).toEqual([0, 1, 2, 3]);
    expect((await source.next()).done).toBe(true);
  });

  it("answers requests that do not wait for one another in their order", async () => {
    const source = loader(slow(6), { ...options, prefetch: 2 });
    const answers = await Promise.all(numbers(7).map(() => source.next()));
    expect(answers.map(({ value }) => value?.indices[0])).toEqual([0, 1, 2, 3, 4, 5, undefined]);
  });

  it("stops where the consumer leaves the loop", async () => {
    const dataset = slow(20);
    for await (const { indices } of loader(dataset, options)) if (indices[0] === 2) break;
    await pause(30);
    expect(dataset.begun.length).toBeLessThanOrEqual(5);
  });

  it("refuses a source that breaks its own shape", async () => {
    const liar: Dataset = { name: "liar", size: 4, shape: [2], read: () => new Float32Array(3) };
    await expect(loader(liar, { batch: 2, key: key(0) }).next()).rejects.toThrow(
      new TypeError("liar gave 3 values for 2 items of shape [2]: 4 are needed"),
    );
  });
});

describe("what a loader refuses", () => {
  const data = counted(10);
  it.each<[string, LoaderOptions, string]>([
    ["an empty batch", { batch: 0, key: key(0) }, "batches of 0: a whole number from 1 up is needed"],
    ["batches larger than the data", { batch: 11, key: key(0) }, "batches of 11 from the 10 items of counted: none is whole"],
    ["a place that is not there", { batch: 5, key: key(0), from: { epoch: 0, batch: 2 } }, "batch 2 of epoch 0 of counted: its epochs have batches 0…1"],
    ["mirrored numbers", { batch: 5, key: key(0), flip: true }, "flip with items of shape [1]: only images can be mirrored"],
    ["prefetch below 0", { batch: 5, key: key(0), prefetch: -1 }, "-1 batches ahead: a whole number from 0 up is needed"],
  ])("%s", (_, options, message) => {
    expect(() => loader(data, options)).toThrow(message);
  });
});

describe("parts and frames", () => {
  it("hold out items", async () => {
    const [train, test] = [part(counted(10), 0, 7), part(counted(10), 7)];
    expect([train.size, test.size]).toEqual([7, 3]);
    expect([...(await test.read([2, 0]))]).toEqual([9, 7]);
    expect(() => test.read([3])).toThrow("item 3 of counted from 7: 0…2 are there");
    expect(() => part(counted(10), 4, 4)).toThrow(RangeError);
    const endless = part(toyPoints("moons", { key: key(0) }), 100);
    expect(endless.read([5])).toEqual(toyPoints("moons", { key: key(0) }).read([105]));
    expect(endless.labels!([5])).toEqual(toyPoints("moons", { key: key(0) }).labels!([105]));
  });

  it("put images into the middle", async () => {
    const dataset = arrayDataset(numbers(6), { shape: [2, 3, 1] });
    const wide = framed(dataset, [3, 6], { fill: 9 });
    expect(wide.shape).toEqual([3, 6, 1]);
    expect([...(await wide.read([0]))]).toEqual([9, 0, 1, 2, 9, 9, 9, 3, 4, 5, 9, 9, 9, 9, 9, 9, 9, 9]);
    expect([...(await framed(dataset, [2, 1]).read([0]))]).toEqual([1, 4]);
    expect([...(await framed(wide, [2, 3]).read([0]))]).toEqual(numbers(6));
    expect(() => framed(toyPoints("moons", { key: key(0) }), [4, 4])).toThrow(TypeError);
  });
});
