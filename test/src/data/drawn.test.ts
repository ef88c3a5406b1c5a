import { type Dataset, drawnImages, type FigureName, foldIn, gaussianMixture, key, mixturePoints, ringMixture, toyPoints, type ToyName } from "noisebook";
import { describe, expect, it } from "vitest";

const first = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const read = (dataset: Dataset, n: number): Float32Array => dataset.read(first(n)) as Float32Array;
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** Pearson's statistic of counts that should be alike. */
function chiSquare(labels: Int32Array, classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  const expected = labels.length / classes;
  return sum(counts.map((count) => (count - expected) ** 2 / expected));
}

describe("drawn images", () => {
  const arm = 0.28;
  const areas: Record<FigureName, number> = {
    disc: Math.PI,
    square: 2,
    cross: 8 * arm * Math.sqrt(1 - arm * arm) - 4 * arm * arm,
    ring: Math.PI * (1 - 0.36),
    triangle: (3 * Math.sqrt(3)) / 4,
  };

  it.each(Object.entries(areas))("have as much ink in a %s as its area, wherever it is and however turned", (name, area) => {
    const side = 48;
    const dataset = drawnImages({ key: key(1), side, classes: [name as FigureName], radius: [0.3, 0.3], turn: Math.PI, ink: [0.5, 0.5], paper: [-0.5, -0.5] });
    const images = read(dataset, 20);
    for (let i = 0; i < 20; i++) {
      const image = images.subarray(i * side * side, (i + 1) * side * side);
      const ink = sum(image.map((value) => value + 0.5));
      expect(Math.abs(ink / (area * (0.3 * side) ** 2) - 1)).toBeLessThan(0.01);
      expect([Math.min(...image), Math.max(...image)]).toEqual([-0.5, 0.5]);
    }
  });

  it("have soft edges, and their figures in other places and sizes", () => {
    const images = read(drawnImages({ key: key(2), side: 16, classes: ["disc"] }), 8);
    const soft = images.filter((value) => value > -0.99 && value < 0.99).length;
    expect(soft / 8).toBeGreaterThan(8);
    expect(new Set(first(8).map((i) => images.subarray(256 * i, 256 * i + 256).join())).size).toBe(8);
    const still = read(drawnImages({ key: key(2), side: 16, classes: ["disc"], radius: [0.3, 0.3], shift: 0 }), 2);
    expect(still.subarray(0, 256)).toEqual(still.subarray(256));
  });

  it("are the same for the same key and number, whatever they are read with", () => {
    const options = { key: key(3), side: 8, channels: 3 } as const;
    const dataset = drawnImages(options);
    expect([dataset.size, dataset.shape]).toEqual([Infinity, [8, 8, 3]]);
    const [a, b] = [read(dataset, 6), drawnImages({ ...options, count: 6 }).read([5, 2]) as Float32Array];
    expect(b.subarray(0, 192)).toEqual(a.subarray(5 * 192));
    expect(b.subarray(192)).toEqual(a.subarray(2 * 192, 3 * 192));
    expect(read(drawnImages({ ...options, key: key(4) }), 6)).not.toEqual(a);
  });

  it("have each figure as often as the next, and say which", () => {
    const classes: FigureName[] = ["disc", "cross", "ring"];
    const dataset = drawnImages({ key: key(5), side: 24, classes, radius: [0.4, 0.4], shift: 0 });
    const labels = dataset.labels!(first(3000));
    // 2 degrees of freedom: above 23 once in 100,000 keys.
    expect(chiSquare(labels, 3)).toBeLessThan(23);
    // The middle of a ring is paper, a cross has less ink than a disc.
    const images = read(dataset, 40);
    const isCalled = first(40).map((i) => {
      const image = images.subarray(i * 576, (i + 1) * 576);
      return image[12 * 24 + 12]! < 0 ? "ring" : sum(image.map((value) => (value + 1) / 2)) > 230 ? "disc" : "cross";
    });
    expect(isCalled).toEqual([...labels.subarray(0, 40)].map((label) => dataset.classes![label]));
  });

  it("take colours from their ranges", () => {
    const images = read(drawnImages({ key: key(6), side: 12, channels: 3, ink: [0.2, 0.9], paper: [-0.9, -0.2], classes: ["disc"], shift: 0 }), 50);
    const [corners, middles] = [0, 78].map((pixel) => first(50).flatMap((i) => [...images.subarray(432 * i + 3 * pixel, 432 * i + 3 * pixel + 3)]));
    expect(Math.min(...corners!)).toBeGreaterThanOrEqual(Math.fround(-0.9));
    expect(Math.max(...corners!)).toBeLessThanOrEqual(-0.2);
    expect(Math.min(...middles!)).toBeGreaterThanOrEqual(0.2);
    expect(Math.max(...middles!)).toBeLessThanOrEqual(0.9);
    expect(new Set(middles).size).toBe(150);
  });

  it.each<[string, object]>([
    ["side 0", { side: 0 }],
    ["channels 2", { channels: 2 }],
    ["radius [0.4, 0.6]", { radius: [0.4, 0.6] }],
    ["ink or paper [0, 2]", { ink: [0, 2] }],
    ["class star", { classes: ["star"] }],
    ["classes []", { classes: [] }],
    ["shift 2", { shift: 2 }],
  ])("refuse %s", (words, options) => {
    expect(() => drawnImages({ key: key(0), ...options })).toThrow(`${words} of drawn images:`);
  });

  it("have no numbers beyond their count", () => {
    expect(() => drawnImages({ key: key(0), count: 3 }).read([3])).toThrow("0…2 are there");
    expect(() => drawnImages({ key: key(0) }).read([2 ** 32])).toThrow("0…4294967295 are there");
    expect(() => drawnImages({ key: key(0), count: 0.5 })).toThrow(RangeError);
  });
});

const toys: ToyName[] = ["moons", "swirl", "spirals", "checkerboard", "ring", "circles", "s-curve"];

describe("points in the plane", () => {
  it.each(toys)("of %s have mean 0 and variance near 1", (name) => {
    const n = 20_000;
    const points = read(toyPoints(name, { key: key(7) }), n);
    for (const axis of [0, 1]) {
      const values = first(n).map((i) => points[2 * i + axis]!);
      const mean = sum(values) / n;
      // 4.5 standard errors: a right law fails for one key in 70,000 a figure.
      expect(Math.abs(mean)).toBeLessThan(4.5 * Math.sqrt(1.3 / n));
      const variance = sum(values.map((value) => (value - mean) ** 2)) / n;
      expect(variance).toBeGreaterThan(0.45);
      expect(variance).toBeLessThan(1.6);
    }
    const whole = sum(points.map((value) => value * value)) / n;
    expect(whole).toBeGreaterThan(1.9);
    expect(whole).toBeLessThan(2.1);
  });

  it("lie on their curves where there is no noise", () => {
    const radii = (name: ToyName): { radius: number; label: number }[] => {
      const dataset = toyPoints(name, { key: key(8), noise: 0 });
      const [points, labels] = [read(dataset, 200), dataset.labels!(first(200))];
      return first(200).map((i) => ({ radius: Math.hypot(points[2 * i]!, points[2 * i + 1]!), label: labels[i]! }));
    };
    for (const { radius, label } of radii("circles")) expect(radius).toBeCloseTo(1.79 / (label + 1), 5);
    for (const { radius } of radii("ring")) expect(radius).toBeCloseTo(Math.SQRT2, 5);
    const moons = toyPoints("moons", { key: key(8), noise: 0 });
    const labels = moons.labels!(first(200));
    read(moons, 200).forEach((_, at, points) => {
      if (at % 2) return;
      const sign = labels[at / 2] === 0 ? 1 : -1;
      const [x, y] = [sign * points[at]! + Math.SQRT1_2, sign * points[at + 1]! + Math.SQRT2 / 4];
      expect(Math.hypot(x, y)).toBeCloseTo(Math.SQRT2, 5);
      expect(y).toBeGreaterThanOrEqual(-1e-6);
    });
  });

  it("fill the squares of a board alike", () => {
    const dataset = toyPoints("checkerboard", { key: key(9) });
    const labels = dataset.labels!(first(8000));
    // 7 degrees of freedom: above 36 once in 100,000 keys.
    expect(chiSquare(labels, 8)).toBeLessThan(36);
    const points = read(dataset, 2000);
    for (let i = 0; i < 2000; i++) {
      const [column, row] = [0, 1].map((axis) => Math.floor(4 * (points[2 * i + axis]! / (2 * Math.sqrt(3)) + 0.5)));
      expect((column! + row!) % 2).toBe(0);
      expect(2 * row! + Math.floor(column! / 2)).toBe(labels[i]);
    }
  });

  it("of the ring have the law that ringMixture says", () => {
    const n = 4000;
    const dataset = toyPoints("ring", { key: key(10) });
    const points = Float64Array.from(read(dataset, n));
    const law = ringMixture();
    const expected = law.sample(key(11), n);
    const [seen, drawn] = [points, expected].map((sample) => sum(law.logDensity(sample)) / n);
    // Log densities of this law have a standard deviation of 1: 4.5 standard errors of a difference.
    expect(Math.abs(seen! - drawn!)).toBeLessThan(4.5 * Math.sqrt(2 / n));
    const labels = dataset.labels!(first(n));
    expect(chiSquare(labels, 8)).toBeLessThan(36);
    const of = law.responsibilities(points);
    labels.forEach((label, i) => expect(of[8 * i + label]).toBeGreaterThan(0.01));
  });

  it("come from any mixture, as points or as images", () => {
    const target = gaussianMixture({ weights: [1, 1], means: [[0, 0, 0, 0], [1, 1, 1, 1]], variances: [0.1, 0.2] });
    const dataset = mixturePoints(target, { key: key(12), count: 5, shape: [2, 2, 1] });
    expect([dataset.size, dataset.shape]).toEqual([5, [2, 2, 1]]);
    expect(dataset.read([3])).toEqual(Float32Array.from(target.sample(foldIn(key(12), 3), 1)));
    expect(mixturePoints(target, { key: key(12) }).shape).toEqual([4]);
    expect(() => mixturePoints(target, { key: key(12), shape: [2, 3] })).toThrow(TypeError);
  });

  it("refuse other names and noise below 0", () => {
    expect(() => toyPoints("blob" as ToyName, { key: key(0) })).toThrow(`toy "blob": ${toys.join(", ")} are there`);
    expect(() => toyPoints("moons", { key: key(0), noise: -1 })).toThrow(RangeError);
  });
});
