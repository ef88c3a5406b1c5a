import { mark, panels, type Plot, plot, vegaLite } from "../../../src/plot/index.ts";

const x = Float64Array.from({ length: 41 }, (_, i) => -2 + i / 10);
const bell = x.map((value) => Math.exp(-value * value));
const few = {
  t: [1, 10, 100],
  mean: [0.5, 0.2, -0.1],
  error: [0.1, 0.05, 0.02],
  low: [0.3, 0.1, -0.2],
  high: [0.7, 0.3, 0],
  name: ["a", "b", "a"],
};
const pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

/** Every mark and every option that changes a specification: what must be drawn by each version of Vega-Lite that readers have. */
export const gallery: Readonly<Record<string, () => Plot>> = {
  line: () => plot({ title: "One line", marks: [mark.line({ x, bell }, { x: "x", y: "bell" })] }),
  "lines by name": () =>
    plot({
      title: "Two lines",
      subtitle: ["first", "second"],
      x: { label: "x" },
      y: { label: "ᾱₜ", domain: [0, 1], ticks: [0, 0.5, 1], format: ".1f" },
      marks: [
        mark.line({ x, bell, law: "bell" }, { x: "x", y: "bell", color: "law" }),
        mark.line({ x, flat: 0.5, law: "flat" }, { x: "x", y: "flat", color: "law", dashed: true, curve: "step" }),
        mark.rule({ y: 0.25 }),
        mark.rule({ x: 1 }, { dashed: false, paint: "#333333" }),
      ],
    }),
  "lines by number": () =>
    plot({
      color: { label: "t" },
      marks: [1, 2, 3].map((t) => mark.line({ x, y: bell.map((value) => value / t), t }, { x: "x", y: "y", color: "t" })),
    }),
  "a density beside a picture": () =>
    panels(
      [
        plot({ width: 80, height: 60, marks: [mark.heatmap([1, 2, 3, 4], { x: [0, 1], y: [0, 1] })] }),
        plot({ width: 40, height: 60, marks: [mark.line({ x, bell }, { x: "bell", y: "x", along: "y" })] }),
        plot({ width: 80, height: 30, marks: [mark.line({ x, bell }, { x: "x", y: "bell" })] }),
      ],
      { columns: 2, align: "each" },
    ),
  points: () =>
    plot({
      x: { type: "log", label: "t" },
      marks: [
        mark.band(few, { x: "t", low: "low", high: "high" }),
        mark.points(few, { x: "t", y: "mean", error: "error", color: "name", shape: "diamond" }),
        mark.text(few, { x: "t", y: "mean", text: "name", dx: 8 }),
      ],
    }),
  "points of one colour": () =>
    plot({ y: { type: "symlog", grid: false }, marks: [mark.points(few, { x: "t", y: "mean", error: "error", paint: "#aa3377" })] }),
  histogram: () =>
    plot({
      marks: [
        mark.histogram({ x: bell, from: "bell" }, { x: "x", color: "from", bins: 10 }),
        mark.histogram({ x, from: "x" }, { x: "x", color: "from", bins: 10, domain: [-2, 2] }),
        mark.line({ x, bell, from: "curve" }, { x: "x", y: "bell", color: "from" }),
      ],
    }),
  heatmap: () => plot({ title: "Cells", marks: [mark.heatmap([1, 2, 3, 4, 5, 6], { x: [0, 1, 2], y: [10, 20], label: "value" })] }),
  "signed heatmap": () =>
    plot({
      color: { scheme: "blueorange", domain: [-3, 3], legend: false },
      marks: [mark.heatmap([-3, 0, 0, 3], { x: [0, 1], y: [0, 1] })],
    }),
  pictures: () =>
    plot({ y: { visible: false }, marks: [mark.pictures({ t: [0, 1], y: 0, url: pixel }, { x: "t", y: "y", url: "url", size: 20 })] }),
  "names with dots": () => plot({ marks: [mark.line({ "alpha.bar[t]": [1, 0.5], t: [0, 1] }, { x: "t", y: "alpha.bar[t]" })] }),
  "holes in the data": () => plot({ marks: [mark.line({ t: [0, 1, 2], y: [1, Number.NaN, Infinity] }, { x: "t", y: "y" })] }),
  panels: () =>
    panels(
      [gallery.line?.(), gallery.histogram?.(), gallery.heatmap?.()].filter((one) => one !== undefined),
      { title: "Three", columns: 2, spacing: 10 },
    ),
  "panels with one legend": () => panels([gallery.histogram?.(), gallery.histogram?.()].filter((one) => one !== undefined)),
  "any specification": () =>
    vegaLite({
      title: "Bars",
      data: {
        values: [
          { a: "A", b: 3 },
          { a: "B", b: 5 },
        ],
      },
      mark: "bar",
      encoding: { x: { field: "a", type: "nominal" }, y: { field: "b", type: "quantitative" } },
    }),
};
