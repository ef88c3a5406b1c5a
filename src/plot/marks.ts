import { type Columns, type Data, type Field, numbers, type Row, rows } from "./data.ts";
import type { VegaLiteSpec } from "./vega-lite.ts";
import { categorical, ink } from "./theme.ts";

/** One layer of a plot: its rows, and Vega-Lite units whose encodings name the rows' fields. */
export interface Mark {
  readonly rows: readonly Row[];
  readonly units: readonly Unit[];
  readonly transform?: readonly VegaLiteSpec[];
  /** What the mark would like where the plot does not say: the axes' ranges, and the size in pixels. */
  readonly domain?: Readonly<Record<"x" | "y", readonly [number, number]>>;
  readonly size?: readonly [width: number, height: number];
}

export interface Unit {
  readonly mark: VegaLiteSpec;
  readonly encoding: Readonly<Partial<Record<ChannelName, Channel>>>;
}

export type ChannelName = "x" | "x2" | "y" | "y2" | "color" | "text" | "url";

/** A field of the rows, or one value for all. */
export type Channel = { readonly field: string; readonly ramp?: boolean } | { readonly datum: number | string };

/** A colour for everything in the mark, or a column that gives each row its own (a number: an ordered ramp; else one colour a name). */
export interface Ink<D extends Data> {
  readonly color?: Field<D>;
  readonly paint?: string;
  readonly opacity?: number;
}

export interface LineOptions<D extends Data> extends Ink<D> {
  readonly x: Field<D>;
  readonly y: Field<D>;
  readonly width?: number;
  readonly dashed?: boolean;
  /** "step" holds each value until the next row. */
  readonly curve?: "linear" | "step";
  /** The axis the line runs along: "y" for a density that stands beside a picture. Default "x". */
  readonly along?: "x" | "y";
}

/** Lines through the rows in order of x, or of y where they run along it; one line a colour. */
export function line<D extends Data>(
  data: D,
  { x, y, width = 2, dashed = false, curve = "linear", along = "x", ...look }: LineOptions<D>,
): Mark {
  const mark = {
    type: "line",
    ...(along === "y" ? { orient: "horizontal" } : {}),
    strokeWidth: width,
    ...(dashed ? { strokeDash: [6, 4], strokeCap: "butt" } : {}),
    ...(curve === "step" ? { interpolate: "step-after" } : {}),
  };
  return single(data, mark, { x: { field: x }, y: { field: y } }, look);
}

export interface PointOptions<D extends Data> extends Ink<D> {
  readonly x: Field<D>;
  readonly y: Field<D>;
  /** Half the length of a vertical error bar, in units of y. */
  readonly error?: Field<D>;
  /** Area in square pixels. */
  readonly size?: number;
  readonly shape?: "circle" | "square" | "diamond" | "cross" | "triangle-up";
}

/** Points, with vertical error bars of y ± error where a column holds them. */
export function points<D extends Data>(data: D, { x, y, error, size = 34, shape = "circle", ...look }: PointOptions<D>): Mark {
  const mark = { type: "point", filled: true, size, shape };
  const dots = single(data, mark, { x: { field: x }, y: { field: y } }, look);
  if (error === undefined) return dots;
  const centre = numbers(data, y);
  const half = numbers(data, error);
  const [low, high] = ["low", "high"].map((end) => `${y} ${end}`) as [string, string];
  const ends = rows({ low: centre.map((value, i) => value - (half[i] ?? 0)), high: centre.map((value, i) => value + (half[i] ?? 0)) });
  const bars: Unit = {
    mark: { type: "rule", strokeWidth: 1.5, color: categorical[0], ...styleOf(look) },
    encoding: { x: { field: x }, y: { field: low }, y2: { field: high }, ...colorOf(look) },
  };
  return {
    rows: dots.rows.map((row, i) => ({ ...row, [low]: ends[i]?.low ?? null, [high]: ends[i]?.high ?? null })),
    units: [bars, ...dots.units],
  };
}

export interface BandOptions<D extends Data> extends Ink<D> {
  readonly x: Field<D>;
  readonly low: Field<D>;
  readonly high: Field<D>;
}

/** The area between two curves: a confidence band. */
export function band<D extends Data>(data: D, { x, low, high, opacity = 0.2, ...look }: BandOptions<D>): Mark {
  const mark = { type: "area", line: false };
  return single(data, mark, { x: { field: x }, y: { field: low }, y2: { field: high } }, { ...look, opacity });
}

export interface HistogramOptions<D extends Data> extends Ink<D> {
  readonly x: Field<D>;
  readonly bins?: number;
  /** Range that is binned; values outside count in the total, not in a bin. Default: the data's own. */
  readonly domain?: readonly [number, number];
}

/** Steps of estimated density, one histogram a colour: the area is the share of values inside the domain, so a pdf fits over it. */
export function histogram<D extends Data>(data: D, { x, bins = 60, domain, opacity = 0.4, ...look }: HistogramOptions<D>): Mark {
  const values = numbers(data, x);
  if (!(Number.isInteger(bins) && bins > 0)) throw new RangeError(`${bins} bins: give a whole number from 1 up`);
  const [from, to] = domain ?? extent(values, x);
  if (!(to > from)) throw new RangeError(`domain [${from}, ${to}] of the histogram is empty: give [low, high] with low < high`);
  const width = (to - from) / bins;
  const { color } = look;
  const groups = new Map<Row[string], { counts: Float64Array; total: number }>();
  const names = color === undefined ? undefined : rows(data);
  for (const [i, value] of values.entries()) {
    const name = names?.[names.length === 1 ? 0 : i]?.[color as string] ?? null;
    let group = groups.get(name);
    if (group === undefined) groups.set(name, (group = { counts: new Float64Array(bins), total: 0 }));
    group.total += 1;
    const bin = value === to ? bins - 1 : Math.floor((value - from) / width);
    if (bin >= 0 && bin < bins) group.counts[bin] = (group.counts[bin] ?? 0) + 1;
  }
  const edges: Row[] = [];
  for (const [name, { counts, total }] of groups) {
    for (let bin = 0; bin <= bins; bin++) {
      const density = (counts[Math.min(bin, bins - 1)] ?? 0) / (total * width);
      edges.push({ [x]: from + bin * width, density, ...(color === undefined ? {} : { [color]: name }) });
    }
  }
  const mark = { type: "area", interpolate: "step-after", line: false, ...styleOf({ ...look, opacity }) };
  const encoding = { x: { field: x }, y: { field: "density" }, y2: { datum: 0 }, ...colorOf(look) };
  return { rows: rows(edges), units: [{ mark, encoding }] };
}

export interface HeatmapOptions {
  /** Centres of the columns and of the rows, evenly spaced and increasing. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** What the colour shows; the legend's title. */
  readonly label?: string;
}

/** Coloured cells of `values[row · columns + column]`, rows along y. */
export function heatmap(values: ArrayLike<number>, { x, y, label = "value" }: HeatmapOptions): Mark {
  if (values.length !== x.length * y.length) {
    throw new TypeError(`${values.length} values for ${y.length} rows of ${x.length} columns; give ${x.length * y.length}, row by row`);
  }
  const [stepX, stepY] = [spacing(x, "x"), spacing(y, "y")];
  // A colour shows about two hundred levels; more digits than that would only weigh on the notebook.
  const columns: Columns = {
    x: Float64Array.from(values, (_, i) => x[i % x.length] ?? 0),
    y: Float64Array.from(values, (_, i) => y[Math.floor(i / x.length)] ?? 0),
    [label]: Float64Array.from(values, (value) => Number(value.toPrecision(4))),
  };
  const edge = (centre: string, offset: number, as: string) => ({ calculate: `datum.${centre} + ${Number(offset.toPrecision(7))}`, as });
  const transform = [
    edge("x", -stepX / 2, "x from"),
    edge("x", stepX / 2, "x to"),
    edge("y", -stepY / 2, "y from"),
    edge("y", stepY / 2, "y to"),
  ];
  const encoding = {
    x: { field: "x from" },
    x2: { field: "x to" },
    y: { field: "y from" },
    y2: { field: "y to" },
    color: { field: label, ramp: true },
  };
  const reach = (centres: ArrayLike<number>, step: number) =>
    [(centres[0] ?? 0) - step / 2, (centres[centres.length - 1] ?? 0) + step / 2] as const;
  const cell = Math.max(1, Math.round(320 / Math.max(x.length, y.length)));
  return {
    rows: rows(columns),
    transform,
    units: [{ mark: { type: "rect" }, encoding }],
    domain: { x: reach(x, stepX), y: reach(y, stepY) },
    size: [cell * x.length, cell * y.length],
  };
}

export interface RuleOptions {
  readonly paint?: string;
  readonly dashed?: boolean;
}

/** A straight reference line across the plot, at one x or one y. */
export function rule(at: { readonly x: number } | { readonly y: number }, { paint = ink.quiet, dashed = true }: RuleOptions = {}): Mark {
  const encoding = "x" in at ? { x: { datum: at.x } } : { y: { datum: at.y } };
  return {
    rows: [],
    units: [{ mark: { type: "rule", color: paint, strokeWidth: 1, ...(dashed ? { strokeDash: [4, 3] } : {}) }, encoding }],
  };
}

export interface TextOptions<D extends Data> extends Ink<D> {
  readonly x: Field<D>;
  readonly y: Field<D>;
  readonly text: Field<D>;
  readonly align?: "left" | "center" | "right";
  /** Pixels right and down of the point. */
  readonly dx?: number;
  readonly dy?: number;
}

/** Words at places, to name a curve where it runs instead of in a legend. */
export function text<D extends Data>(data: D, { x, y, text: words, align = "left", dx = 0, dy = 0, ...look }: TextOptions<D>): Mark {
  const mark = { type: "text", align, baseline: "middle", dx, dy };
  return single(data, mark, { x: { field: x }, y: { field: y }, text: { field: words } }, look);
}

export interface PictureOptions<D extends Data> {
  readonly x: Field<D>;
  readonly y: Field<D>;
  /** Column of image addresses, as `imageUrl` makes them. */
  readonly url: Field<D>;
  /** Side in pixels. */
  readonly size?: number;
}

/** Pictures at places: thumbnails along a curve. */
export function pictures<D extends Data>(data: D, { x, y, url, size = 64 }: PictureOptions<D>): Mark {
  return single(data, { type: "image", width: size, height: size }, { x: { field: x }, y: { field: y }, url: { field: url } }, {});
}

function single<D extends Data>(data: D, mark: VegaLiteSpec, encoding: Unit["encoding"], look: Ink<D>): Mark {
  const drawn = rows(data);
  for (const channel of Object.values({ ...encoding, ...colorOf(look) })) {
    const known = drawn[0] ?? {};
    if ("field" in channel && !(channel.field in known))
      throw new TypeError(`no column "${channel.field}"; there is ${Object.keys(known).join(", ")}`);
  }
  return { rows: drawn, units: [{ mark: { ...mark, ...styleOf(look) }, encoding: { ...encoding, ...colorOf(look) } }] };
}

const styleOf = ({ paint, opacity }: { paint?: string; opacity?: number }): VegaLiteSpec => ({
  ...(paint === undefined ? {} : { color: paint }),
  ...(opacity === undefined ? {} : { opacity }),
});

const colorOf = ({ color }: { color?: string }): Unit["encoding"] => (color === undefined ? {} : { color: { field: color } });

function extent(values: Float64Array, name: string): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw new RangeError(`column "${name}" runs from ${low} to ${high}: give the histogram a finite domain`);
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

function spacing(centres: ArrayLike<number>, axis: string): number {
  const [first = Number.NaN, last = Number.NaN] = [centres[0], centres[centres.length - 1]];
  const step = centres.length === 1 ? 1 : (last - first) / (centres.length - 1);
  for (let i = 0; i < centres.length; i++) {
    if (step > 0 && Math.abs((centres[i] ?? Number.NaN) - first - i * step) <= 1e-6 * step * centres.length) continue;
    throw new RangeError(`${axis}[${i}] = ${centres[i]} breaks the even, increasing spacing that a heatmap's ${axis} needs`);
  }
  return step;
}
