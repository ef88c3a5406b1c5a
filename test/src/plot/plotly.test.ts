import { expect, it } from "vitest";
import { mark, markdown, plot, plotly } from "../../../src/plot/index.ts";
import { show } from "./lab.ts";

const fallback = plot({ width: 40, height: 40, marks: [mark.heatmap([1, 2, 3, 4], { x: [0, 1], y: [0, 1] })] });
const surface = { type: "surface", x: Float64Array.of(0, 1), z: [Float32Array.of(0, 1), [Number.NaN, 1 / 3]], name: undefined };

it("shows as Plotly, with the fallback's picture and a line of text, and with nothing that runs by itself", async () => {
  const bundle: Readonly<Record<string, unknown>> = await show(plotly([surface], { title: { text: "A hill" } }, { fallback }));
  expect(Object.keys(bundle)).toEqual(["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  expect(bundle["image/png"]).toBe((await show(fallback))["image/png"]);
  expect(bundle["text/plain"]).toBe("Plotly: A hill (surface)");
});

it("is plain JSON: typed arrays as lists, seven digits, what is not finite left out", async () => {
  const { "application/vnd.plotly.v1+json": figure } = (await show(plotly([surface], {}, { fallback }))) as Record<string, unknown>;
  expect(figure).toEqual(JSON.parse(JSON.stringify(figure)));
  expect(figure).toMatchObject({ data: [{ type: "surface", x: [0, 1], z: [[0, 1], [null, 0.3333333]] }] });
});

it("sets the theme, which the layout overrides attribute by attribute", () => {
  const { layout } = plotly([surface], { font: { size: 20 }, scene: { camera: { eye: { x: 1 } } } }, { fallback });
  expect(layout).toMatchObject({ font: { size: 20, color: "#20242c" }, scene: { camera: { eye: { x: 1 } } }, paper_bgcolor: "#ffffff" });
});

it("refuses what it cannot show", async () => {
  expect(() => plotly([], {}, { fallback })).toThrow("no traces to draw");
  expect(() => plotly([surface], {}, {} as never)).toThrow("Plotly draws in browsers alone");
  expect(() => plotly([{ z: [[() => 0]] }], {}, { fallback })).toThrow("data[0].z[0][0] is a function, which a notebook cannot store");
  await expect(show(plotly([surface], {}, { fallback: markdown`no picture` }))).rejects.toThrow("has no PNG");
});
