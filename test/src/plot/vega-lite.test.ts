import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { decode } from "fast-png";
import { afterEach, describe, expect, it, vi } from "vitest";
import { mark, panels, type Plot, plot, rows, vegaLite } from "../../../src/plot/index.ts";
import { gallery } from "./gallery.ts";
import { complaintsOfLab, show } from "./lab.ts";

const pixels = (base64 = "") => decode(Buffer.from(base64, "base64"));

afterEach(() => vi.restoreAllMocks());

describe.each(Object.entries(gallery))("%s", (_name, make) => {
  it("is drawn by the Vega-Lite that JupyterLab bundles, without a warning", async () => {
    expect(await complaintsOfLab(make().spec)).toEqual([]);
  });

  it("has its specification, a PNG with ink on it and a line of text", async () => {
    const warn = vi.spyOn(console, "warn");
    const bundle = await show(make());
    expect(warn).not.toHaveBeenCalled();
    expect(bundle["application/vnd.vegalite.v5+json"]).toMatchObject({
      $schema: expect.stringMatching(/v5\.json$/),
      config: { background: "#ffffff" },
    });
    expect(bundle["text/plain"]).toMatch(/^Plot: .+ \(.+; \d+ rows\)$/);
    const { data, width, height } = pixels(bundle["image/png"]);
    expect(width).toBeGreaterThan(100);
    expect(height).toBeGreaterThan(100);
    expect(data.some((value) => value < 120)).toBe(true);
  });
});

it("draws the same PNG, byte for byte, in another process", async () => {
  const root = path.resolve(import.meta.dirname, "../../..");
  const folder = path.join(root, ".noisebook", `test-plot-${process.pid}`);
  const name = "lines by name";
  await mkdir(folder, { recursive: true });
  try {
    const script = `import { createHash } from "node:crypto"; import { gallery } from "./gallery.ts";
      const bundle = await gallery[${JSON.stringify(name)}]()[Symbol.for("Jupyter.display")]();
      process.stdout.write(createHash("sha256").update(bundle["image/png"]).digest("hex"));`;
    const outfile = path.join(folder, "draw.mjs");
    await build({
      stdin: { contents: script, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      packages: "external",
      format: "esm",
      platform: "node",
      outfile,
    });
    const here = createHash("sha256")
      .update((await show(gallery[name]?.() as Plot))["image/png"] ?? "")
      .digest("hex");
    const { stdout } = await promisify(execFile)(process.execPath, [outfile], {
      env: { ...process.env, LANG: "de_DE.UTF-8", TZ: "Asia/Tokyo", HOME: folder },
    });
    expect(stdout).toBe(here);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("spends no bytes on transparency, unless a background lets something through", async () => {
  const spec = { data: { values: rows({ x: [0, 1] }) }, mark: "point", encoding: { x: { field: "x", type: "quantitative" } } };
  const channels = async (config: object) => pixels((await show(vegaLite({ ...spec, config })))["image/png"]).channels;
  expect(await channels({})).toBe(3);
  expect(await channels({ background: "transparent" })).toBe(4);
});

it("draws where the data are, and nothing beyond the axes", async () => {
  const shown = plot({
    width: 100,
    height: 100,
    x: { domain: [0, 1], visible: false },
    y: { domain: [0, 1], visible: false },
    marks: [
      mark.band({ x: [0, 1], low: [0.25, -5], high: [0.5, -4] }, { x: "x", low: "low", high: "high", paint: "rgb(200,0,100)", opacity: 1 }),
    ],
  });
  const { data, width, height, channels } = pixels((await show(shown))["image/png"]);
  const { left, right, top, bottom } = (shown.spec.config as { padding: Record<"left" | "right" | "top" | "bottom", number> }).padding;
  expect([width, height]).toEqual([2 * (100 + left + right), 2 * (100 + top + bottom)]);
  const at = (x: number, y: number) => [...data.subarray((2 * (top + y) * width + 2 * (left + x)) * channels).subarray(0, 3)];
  expect(at(1, 65)).toEqual([200, 0, 100]);
  expect(at(1, 45)).toEqual([255, 255, 255]);
  expect(at(80, 50)).toEqual([255, 255, 255]);
});

it("estimates density by a histogram: areas sum to one", () => {
  const values = Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i));
  const { rows: edges } = mark.histogram({ values }, { x: "values", bins: 20 });
  const area = edges
    .slice(0, -1)
    .reduce((sum, { values: from, density }, i) => sum + Number(density) * (Number(edges[i + 1]?.values) - Number(from)), 0);
  expect(area).toBeCloseTo(1, 6);
});

it("keeps SVG beside the PNG only while it is small", async () => {
  expect(await show(gallery.line?.() as Plot)).toHaveProperty(["image/svg+xml"]);
  const t = Float64Array.from({ length: 8000 }, (_, i) => i);
  expect(await show(plot({ marks: [mark.line({ t, y: t.map(Math.sin) }, { x: "t", y: "y" })] }))).not.toHaveProperty(["image/svg+xml"]);
});

it("turns columns into plain rows: constants repeated, numbers rounded, what is not finite left out", () => {
  expect(rows({ t: Float32Array.of(1, 2), y: [1 / 3, Number.NaN], name: "a" })).toEqual([
    { t: 1, y: 0.3333333, name: "a" },
    { t: 2, y: null, name: "a" },
  ]);
});

it("draws one legend for panels whose names have the same colours", async () => {
  const legends = async (name: string) => (await show(gallery[name]?.() as Plot))["image/svg+xml"]?.match(/role-legend"/g)?.length;
  expect([await legends("histogram"), await legends("panels with one legend"), await legends("panels")]).toEqual([1, 1, 2]);
});

it("draws a line along y in order of y, where one along x would zigzag", async () => {
  const y = [0, 1, 2, 3];
  const path = async (along: "x" | "y") => {
    const axis = { visible: false, domain: [0, 3] as const };
    const shown = plot({ width: 30, height: 30, x: axis, y: axis, marks: [mark.line({ x: [0, 3, 1, 2], y }, { x: "x", y: "y", along })] });
    return (await show(shown))["image/svg+xml"]?.match(/d="(M[^"]*L[^"]*)"[^>]*stroke-width="2"/)?.[1];
  };
  expect(await path("y")).toBe("M20,0L10,10L30,20L0,30");
  expect(await path("x")).toBe("M0,30L10,10L20,0L30,20");
});

it("gives each row and column of panels its own size, or all the largest", async () => {
  const width = async (align: "each" | "all") => {
    const sizes = [20, 100, 20, 100].map((size) => plot({ width: size, height: 20, marks: [mark.rule({ x: 0 })] }));
    return pixels((await show(panels(sizes, { columns: 2, align })))["image/png"]).width;
  };
  expect(await width("all")).toBeGreaterThan((await width("each")) + 100);
});

it("lets a specification override the theme", () => {
  const { spec } = vegaLite({ mark: "bar", config: { title: { fontSize: 30 } } });
  expect(spec.config).toMatchObject({ title: { fontSize: 30, anchor: "start" } });
});

it("says what is wrong", async () => {
  const data = { t: [1, 2], y: [3, 4] };
  expect(() => vegaLite({ marks: "bar" })).toThrow(/needs one of mark, layer.*only marks/);
  await expect(
    show(vegaLite({ mark: "bar", encoding: { x: { field: "a", type: "quantitative", scale: { type: "log", domain: "wrong" } } } })),
  ).rejects.toThrow(/^Vega-Lite cannot draw this: .+\nCheck the specification/s);
  expect(() => plot({ marks: [] })).toThrow(/at least one mark/);
  expect(() => panels([])).toThrow(/no panels/);
  // @ts-expect-error a misspelt column is a type error already
  expect(() => mark.line(data, { x: "t", y: "z" })).toThrow('no column "z"; there is t, y');
  expect(() => mark.line({ t: [1, 2], y: [1] }, { x: "t", y: "y" })).toThrow('"t" has 2 values, "y" has 1');
  expect(() => mark.line({ t: [], y: [] }, { x: "t", y: "y" })).toThrow(/columns \(t, y\) are empty/);
  expect(() => mark.heatmap([1, 2, 3], { x: [0, 1], y: [0, 1] })).toThrow("3 values for 2 rows of 2 columns; give 4");
  expect(() => mark.heatmap([1, 2, 3], { x: [0, 1, 3], y: [0] })).toThrow(/x\[1\] = 1 breaks the even/);
  expect(() => mark.histogram(data, { x: "t", bins: 0 })).toThrow(/0 bins/);
  expect(() => mark.histogram(data, { x: "t", domain: [1, 1] })).toThrow(/\[1, 1\]/);
});

it("passes Vega-Lite's warnings on", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  await show(
    vegaLite({
      data: { values: [{ a: 1 }] },
      mark: "point",
      encoding: { x: { field: "a", type: "quantitative", scale: { type: "log", zero: true } } },
    }),
  );
  expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^Vega-Lite: .*zero/));
});
