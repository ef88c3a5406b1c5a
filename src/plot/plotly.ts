import { type Displayable, displaySymbol, type MimeBundle } from "./mime.ts";
import { categorical, fontFamily, ink } from "./theme.ts";

/** One trace as Plotly's reference describes it; typed arrays may stand wherever lists do. */
export interface PlotlyTrace {
  /** "surface", "scatter3d", "heatmap" …; Plotly's own default is "scatter". */
  readonly type?: string;
  readonly [attribute: string]: unknown;
}

/** Plotly's layout: titles, axes, scenes, camera. What it sets overrides the house theme. */
export type PlotlyLayout = { readonly [attribute: string]: unknown };

export interface PlotlyOptions {
  /** What a reader without Plotly sees, such as GitHub's or a printed page's: any of our plots, for its PNG. */
  readonly fallback: Displayable;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A figure for what needs turning by hand: displays as interactive Plotly, as the fallback's PNG and as one line of text. */
export class PlotlyFigure implements Displayable {
  readonly data: readonly { readonly [attribute: string]: Json }[];
  readonly layout: { readonly [attribute: string]: Json };
  readonly #fallback: Displayable;

  constructor(data: readonly PlotlyTrace[], layout: PlotlyLayout, fallback: Displayable) {
    if (data.length === 0) throw new RangeError("no traces to draw: give at least one, such as { type: \"surface\", z: rows }");
    if (typeof fallback?.[displaySymbol] !== "function")
      throw new TypeError("Plotly draws in browsers alone: plotly(data, layout, { fallback: plot({ … }) }) shows that plot everywhere else");
    this.data = data.map((trace, i) => json(trace, `data[${i}]`) as { [attribute: string]: Json });
    this.layout = json(merge(theme, layout), "layout") as { [attribute: string]: Json };
    this.#fallback = fallback;
  }

  async [displaySymbol](): Promise<MimeBundle> {
    const { "image/png": png } = await this.#fallback[displaySymbol]();
    if (typeof png !== "string") throw new TypeError("the fallback of a Plotly figure has no PNG: give a plot, panels or an image grid");
    return {
      "application/vnd.plotly.v1+json": { data: this.data, layout: this.layout },
      "image/png": png,
      "text/plain": this.toString(),
    };
  }

  toString(): string {
    const { title } = this.layout;
    const words = isObject(title) ? title.text : title;
    const types = [...new Set(this.data.map(({ type }) => (typeof type === "string" ? type : "scatter")))];
    return `Plotly: ${typeof words === "string" && words !== "" ? words : "untitled"} (${types.join(", ")})`;
  }
}

/**
 * A Plotly figure from its traces and layout, in the house theme. Numbers are rounded to seven significant digits, as in our own plots;
 * NaN and infinities become gaps.
 * @throws RangeError for no traces, TypeError for a value that JSON cannot carry or where the fallback is missing or has no picture
 */
export function plotly(data: readonly PlotlyTrace[], layout: PlotlyLayout, { fallback }: PlotlyOptions): PlotlyFigure {
  return new PlotlyFigure(data, layout, fallback);
}

const theme: PlotlyLayout = {
  font: { family: fontFamily, color: ink.text, size: 12 },
  paper_bgcolor: ink.paper,
  plot_bgcolor: ink.paper,
  colorway: [...categorical],
  margin: { l: 40, r: 20, t: 50, b: 40 },
};

function json(value: unknown, path: string): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
  if (Array.isArray(value) || isNumbers(value)) return Array.from(value, (item: unknown, i) => json(item, `${path}[${i}]`));
  if (!isObject(value)) throw new TypeError(`${path} is a ${typeof value}, which a notebook cannot store: Plotly figures are plain JSON`);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([name, item]) => [name, json(item, `${path}.${name}`)]));
}

function merge(base: PlotlyLayout, over: PlotlyLayout): PlotlyLayout {
  const both = Object.entries(over).map(([name, value]) => {
    const before = base[name];
    return [name, isObject(before) && isObject(value) ? merge(before, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(both) };
}

const isObject = (value: unknown): value is PlotlyLayout => typeof value === "object" && value !== null && !Array.isArray(value);

const isNumbers = (value: unknown): value is ArrayLike<number> => ArrayBuffer.isView(value) && !(value instanceof DataView);
