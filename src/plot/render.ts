import type { Fonts } from "./font.ts";
import { loadFonts } from "./font.ts";
import type { VegaLiteSpec } from "./vega-lite.ts";

/** Pixels of a PNG for each CSS pixel, so that it is sharp on dense screens and in print. */
export const pixelRatio = 2;

interface Libraries {
  readonly vega: typeof import("vega");
  readonly vegaLite: typeof import("vega-lite");
  readonly fonts: Fonts;
}

let libraries: Promise<Libraries> | undefined;

async function load(): Promise<Libraries> {
  const [vega, vegaLite, fonts] = await Promise.all([import("vega"), import("vega-lite"), loadFonts()]);
  // Without a canvas Vega guesses 0.8 em a character, which pushes axes and legends apart; the drawn font's own widths are exact.
  const metrics = (vega as unknown as { textMetrics: { width(item: TextItem, text: unknown): number } }).textMetrics;
  metrics.width = (item, text) => fonts.width(String(text ?? ""), item.fontSize ?? 11, isBold(item.fontWeight));
  return { vega, vegaLite, fonts };
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

const isBold = (weight: string | number | undefined): boolean => weight === "bold" || Number(weight) >= 600;

/** Draws a Vega-Lite specification; the warnings are Vega's own words. @throws TypeError where Vega-Lite refuses it */
export async function renderSvg(spec: VegaLiteSpec): Promise<{ svg: string; warnings: string[] }> {
  const { vega, vegaLite } = await (libraries ??= load());
  const warnings: string[] = [];
  const logger = quietLogger((message) => void (warnings.includes(message) || warnings.push(message)));
  try {
    const compiled = vegaLite.compile(structuredClone(spec) as never, { logger }).spec;
    const view = new vega.View(vega.parse(compiled), { renderer: "none", logger });
    const svg = await view.toSVG();
    view.finalize();
    return { svg, warnings };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new TypeError(
      `Vega-Lite cannot draw this: ${message.slice(0, 600)}\n` +
        "Check the specification against https://vega.github.io/vega-lite-v5/docs/, or build it with plot({ marks: […] }).",
      { cause: error },
    );
  }
}

/** Rasterises an SVG with the shipped fonts alone, at so many pixels for each of its own. */
export async function rasterise(
  svg: string,
  zoom = pixelRatio,
): Promise<{ png(): Uint8Array; pixels: Uint8Array; width: number; height: number }> {
  const [{ Resvg }, { encode }, fonts] = await Promise.all([import("@resvg/resvg-js"), import("fast-png"), loadFonts()]);
  const image = new Resvg(svg, { font: fonts.options, fitTo: { mode: "zoom", value: zoom }, imageRendering: 1 }).render();
  const { width, height, pixels } = image;
  const png = (): Uint8Array => {
    const data = withoutAlpha(pixels);
    return data ? encode({ width, height, data, channels: 3 }, { zlib: { level: 6 } }) : image.asPng();
  };
  return { png, pixels, width, height };
}

/** RGB of RGBA where nothing shines through: a plot's PNG takes two fifths less room so. */
function withoutAlpha(pixels: Uint8Array): Uint8Array | undefined {
  const data = new Uint8Array((pixels.length / 4) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    if (pixels[from + 3] !== 255) return undefined;
    data[to] = pixels[from]!;
    data[to + 1] = pixels[from + 1]!;
    data[to + 2] = pixels[from + 2]!;
  }
  return data;
}

function quietLogger(note: (message: string) => void) {
  const keep = (...words: readonly unknown[]) => {
    note(words.map(String).join(" "));
    return logger;
  };
  const ignore = () => logger;
  const logger = { level: () => logger, error: keep, warn: keep, info: ignore, debug: ignore } as never;
  return logger as import("vega").LoggerInterface;
}
