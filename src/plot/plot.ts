import type { Row } from "./data.ts";
import type { Channel, ChannelName, Mark, Unit } from "./marks.ts";
import { categorical, orderedScheme } from "./theme.ts";
import { Plot, type VegaLiteSpec } from "./vega-lite.ts";

export interface AxisOptions {
  /** Default: the field of the first mark; "" for none. */
  readonly label?: string;
  readonly domain?: readonly [number, number];
  readonly type?: "linear" | "log" | "symlog" | "sqrt";
  /** A d3 number format such as ".2f" or "~s". */
  readonly format?: string;
  /** About how many ticks, or exactly where. */
  readonly ticks?: number | readonly number[];
  readonly grid?: boolean;
  /** False draws no axis at all. */
  readonly visible?: boolean;
}

export interface ColorOptions {
  /** Title of the legend. */
  readonly label?: string;
  readonly legend?: boolean;
  /** Order of the names, or for a ramp its two ends. Default: as they appear. */
  readonly domain?: readonly (string | number)[];
  /** Colours in the order of the domain. Default: the theme's. */
  readonly range?: readonly string[];
  /** For cells coloured by number: a Vega scheme, sequential "viridis" by default, "blueorange" for signed values. */
  readonly scheme?: string;
}

export interface PlotOptions {
  readonly title?: string;
  readonly subtitle?: string | readonly string[];
  /** Size of the plotting area in pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly x?: AxisOptions;
  readonly y?: AxisOptions;
  readonly color?: ColorOptions;
  /** Drawn in this order, the last on top. */
  readonly marks: readonly Mark[];
}

/** A plot of marks over shared axes and one colour scale. @throws RangeError for no marks, TypeError for a column that is not there */
export function plot({ title, subtitle, width, height, x = {}, y = {}, color = {}, marks }: PlotOptions): Plot {
  if (marks.length === 0) throw new RangeError("a plot needs at least one mark: plot({ marks: [mark.line(data, { x, y })] })");
  const size = marks.find((mark) => mark.size)?.size;
  const yAxis = axis(y, marks, "y");
  const channels: Channels = { x: axis(x, marks, "x"), y: yAxis, color: colors(color, marks, yAxis.title ? 28 : 10) };
  return new Plot({
    ...heading(title, subtitle),
    width: width ?? size?.[0] ?? 520,
    height: height ?? size?.[1] ?? 280,
    layer: marks.flatMap((mark) => layers(mark, channels)),
  });
}

export interface PanelOptions {
  readonly title?: string;
  readonly subtitle?: string | readonly string[];
  /** Default: all in one row. */
  readonly columns?: number;
  /** Pixels between panels. */
  readonly spacing?: number;
  /** Whether each row and column of panels is as large as its own panels, or all are as large as the largest. Default "all". */
  readonly align?: "each" | "all";
}

/**
 * Plots side by side, or in rows of so many columns. Each keeps its own axes; where names have the same colours in all, one legend
 * serves all.
 * @throws RangeError for no plots
 */
export function panels(plots: readonly Plot[], { title, subtitle, columns = plots.length, spacing, align }: PanelOptions = {}): Plot {
  if (plots.length === 0) throw new RangeError("no panels: give at least one plot");
  const views = plots.map(({ spec: { $schema, config, title: own, ...view } }) => ({
    ...view,
    ...(own === undefined ? {} : { title: smaller(own) }),
  }));
  const shared = colorsAgree(views);
  return new Plot({
    ...heading(title, subtitle),
    concat: shared ? views.map(closeLegend) : views,
    columns,
    ...(spacing === undefined ? {} : { spacing }),
    ...(align === undefined ? {} : { align }),
    resolve: { scale: { color: shared ? "shared" : "independent" } },
  });
}

function colorsAgree(views: readonly VegaLiteSpec[]): boolean {
  const scales = new Set<string>();
  const visit = (view: VegaLiteSpec): void => {
    const { color } = (view.encoding ?? {}) as { color?: { scale?: { domain?: unknown } } };
    if (color) scales.add(color.scale?.domain === undefined ? `own ${scales.size}` : JSON.stringify(color.scale));
    for (const layer of (view.layer ?? view.concat ?? []) as VegaLiteSpec[]) visit(layer);
  };
  views.forEach(visit);
  return scales.size === 1;
}

/** A legend above all panels stands clear of axis titles, so it can be near. */
function closeLegend(view: VegaLiteSpec): VegaLiteSpec {
  const { encoding, layer } = view as { encoding?: { color?: VegaLiteSpec }; layer?: readonly VegaLiteSpec[] };
  const { color } = encoding ?? {};
  return {
    ...view,
    ...(layer ? { layer: layer.map(closeLegend) } : {}),
    ...(color?.legend ? { encoding: { ...encoding, color: { ...color, legend: { ...color.legend, offset: 12 } } } } : {}),
  };
}

type Channels = Readonly<Record<"x" | "y" | "color", VegaLiteSpec>>;

function layers(mark: Mark, channels: Channels): VegaLiteSpec[] {
  const units = mark.units.map((unit) => ({
    mark: overflows(unit, mark.rows, channels) ? { ...unit.mark, clip: true } : unit.mark,
    encoding: encode(unit, mark.rows, channels),
  }));
  if (mark.rows.length === 0) return units.map((unit) => ({ data: { values: [{}] }, ...unit }));
  const data = { values: mark.rows };
  const source = { data, ...(mark.transform ? { transform: mark.transform } : {}) };
  return units.length === 1 ? units.map((unit) => ({ ...source, ...unit })) : [{ ...source, layer: units }];
}

function encode(unit: Unit, rows: readonly Row[], channels: Channels): VegaLiteSpec {
  const encoded: Record<string, unknown> = {};
  for (const [name, channel] of Object.entries(unit.encoding) as [ChannelName, Channel][]) {
    const source = "field" in channel ? { field: escape(channel.field) } : { datum: channel.datum };
    if (name === "x2" || name === "y2") encoded[name] = source;
    else if (name === "text" || name === "url") encoded[name] = { ...source, type: "nominal" };
    else if (name === "color") encoded[name] = { ...source, type: colorType(channel, rows), ...channels.color };
    else
      encoded[name] = {
        ...source,
        type: "quantitative",
        ...(unit.mark.type === "area" && name === "y" ? { stack: null } : {}),
        ...channels[name],
      };
  }
  return encoded;
}

/** Whether data lie beyond a domain. Only then is the mark clipped, for clipping also halves a line that runs along the edge. */
function overflows({ encoding, mark }: Unit, rows: readonly Row[], channels: Channels): boolean {
  if (mark.type === "text" || mark.type === "image") return false;
  return (["x", "x2", "y", "y2"] as const).some((name) => {
    const channel = encoding[name];
    const { domain } = channels[name === "x" || name === "x2" ? "x" : "y"].scale as { domain?: readonly [number, number] };
    if (!domain || !channel || !("field" in channel)) return false;
    const [low, high] = [Math.min(...domain), Math.max(...domain)];
    return rows.some((row) => Number(row[channel.field] ?? low) < low || Number(row[channel.field] ?? low) > high);
  });
}

function axis(options: AxisOptions, marks: readonly Mark[], name: "x" | "y"): VegaLiteSpec {
  const { label, type, format, ticks, grid, visible = true } = options;
  const domain = options.domain ?? marks.find((mark) => mark.domain)?.domain?.[name];
  const channel = marks
    .flatMap(({ units }) => units)
    .map(({ encoding }) => encoding[name])
    .find((found) => found && "field" in found);
  const title = label ?? (channel && "field" in channel ? channel.field : "");
  const extent = domain ? { domain: [...domain], nice: false } : type === "log" ? {} : { zero: false };
  const scale = { ...(type === undefined ? {} : { type }), ...extent };
  if (!visible) return { axis: null, scale };
  return {
    title: title === "" ? null : title,
    scale,
    axis: {
      ...(format === undefined ? {} : { format }),
      ...(ticks === undefined
        ? { tickCount: type === "log" ? 5 : name === "x" ? 8 : 5 }
        : typeof ticks === "number"
          ? { tickCount: ticks }
          : { values: [...ticks] }),
      grid: grid ?? name === "y",
    },
  };
}

function colors({ label, legend = true, domain, range, scheme }: ColorOptions, marks: readonly Mark[], offset: number): VegaLiteSpec {
  const values: Row[string][] = [];
  let [gradient, lines] = [false, true];
  for (const { rows, units } of marks) {
    for (const unit of units) {
      const channel = unit.encoding.color;
      if (!channel || !("field" in channel)) continue;
      lines &&= unit.mark.type === "line" || unit.mark.type === "text";
      gradient ||= colorType(channel, rows) === "quantitative";
      for (const row of rows) values.push(row[channel.field] ?? null);
    }
  }
  const names = [...new Set(values)];
  const ordered = !gradient && names.every((name) => typeof name === "number");
  const title = label ?? null;
  if (gradient)
    return {
      title,
      scale: { scheme: scheme ?? "viridis", ...(domain ? { domain, clamp: true } : {}) },
      legend: legend ? { offset } : null,
    };
  const own = range ? { range: [...range] } : ordered ? { scheme: scheme ?? orderedScheme } : { range: [...categorical] };
  const order = domain ?? (ordered ? [...names].sort((a, b) => Number(a) - Number(b)) : names);
  return {
    title,
    scale: { domain: order, ...own },
    legend: legend ? { offset, ...(lines ? { symbolSize: 220 } : { symbolType: "square", symbolOpacity: 1, symbolStrokeWidth: 0 }) } : null,
  };
}

/** Cells show a number by a ramp; lines and points that carry a number are few and ordered. */
function colorType(channel: Channel, rows: readonly Row[]): "quantitative" | "ordinal" | "nominal" {
  if (!("field" in channel)) return "nominal";
  if (channel.ramp) return "quantitative";
  const numeric = rows.every((row) => typeof row[channel.field] === "number" || row[channel.field] === null);
  return numeric ? "ordinal" : "nominal";
}

const smaller = (title: unknown): VegaLiteSpec => ({
  fontSize: 13,
  subtitleFontSize: 11.5,
  offset: 6,
  ...(typeof title === "object" ? title : { text: title }),
});

function heading(title: string | undefined, subtitle: string | readonly string[] | undefined): VegaLiteSpec {
  if (title === undefined) return {};
  return {
    title: { text: title, ...(subtitle === undefined ? {} : { subtitle: typeof subtitle === "string" ? subtitle : [...subtitle] }) },
  };
}

/** Vega-Lite reads dots and brackets in a field's name as a path. */
const escape = (field: string): string => field.replace(/[.[\]\\]/g, "\\$&");
