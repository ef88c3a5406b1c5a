import { base64, type Displayable, displaySymbol, type MimeBundle } from "./mime.ts";
import { theme } from "./theme.ts";

/** A Vega-Lite 5 specification: a JSON object, checked by Vega-Lite when it is drawn. */
export type VegaLiteSpec = { readonly [key: string]: unknown };

/** JupyterLab 4, GitHub and VS Code draw version 5; Lab shows nothing for version 6. */
export const schema = "https://vega.github.io/schema/vega-lite/v5.json";

const svgLimit = 50_000;

/** A plot: displays as interactive Vega-Lite, PNG, SVG when small, and one line of text. */
export class Plot implements Displayable {
  /** The whole specification, theme included. */
  readonly spec: VegaLiteSpec;
  #bundle: Promise<MimeBundle> | undefined;

  constructor(spec: VegaLiteSpec) {
    const own = isObject(spec.config) ? spec.config : {};
    this.spec = { ...spec, $schema: schema, config: merge(theme, own) };
  }

  [displaySymbol](): Promise<MimeBundle> {
    return (this.#bundle ??= draw(this));
  }

  toString(): string {
    return describe(this.spec);
  }
}

/**
 * A plot from any Vega-Lite 5 specification (up to 5.6, which JupyterLab bundles), in the house theme; `config` in it overrides the theme.
 * Data are inline: `data: { values: rows(columns) }`.
 * @throws TypeError when the specification draws nothing; Vega-Lite's own complaints come when it is displayed
 */
export function vegaLite(spec: VegaLiteSpec): Plot {
  if (!isObject(spec) || !views.some((key) => key in spec)) {
    const found = isObject(spec) ? `only ${Object.keys(spec).join(", ") || "nothing"}` : String(spec);
    throw new TypeError(`a Vega-Lite specification needs one of ${views.join(", ")}; this has ${found}`);
  }
  return new Plot(spec);
}

const views = ["mark", "layer", "concat", "hconcat", "vconcat", "facet", "repeat", "spec"] as const;

async function draw(plot: Plot): Promise<MimeBundle> {
  const { rasterise, renderSvg } = await import("./render.ts");
  const { svg, warnings } = await renderSvg(plot.spec);
  for (const warning of warnings) console.warn(`Vega-Lite: ${warning}`);
  const { png } = await rasterise(svg);
  return {
    "application/vnd.vegalite.v5+json": plot.spec,
    "image/png": base64(png()),
    ...(svg.length <= svgLimit ? { "image/svg+xml": svg } : {}),
    "text/plain": describe(plot.spec),
  };
}

/** One line: the title, what is drawn, and from how many rows. */
function describe(spec: VegaLiteSpec): string {
  const marks = new Set<string>();
  let rows = 0;
  const visit = (view: VegaLiteSpec): void => {
    const { mark, data } = view;
    if (typeof mark === "string") marks.add(mark);
    else if (isObject(mark) && typeof mark.type === "string") marks.add(mark.type);
    if (isObject(data) && Array.isArray(data.values)) rows += data.values.length;
    for (const key of views) for (const child of [view[key]].flat()) if (isObject(child) && key !== "mark") visit(child);
  };
  visit(spec);
  const drawn = [...marks].join(", ") || "plot";
  return `Plot: ${titleOf(spec.title) ?? "untitled"} (${drawn}; ${rows} rows)`;
}

function titleOf(title: unknown): string | undefined {
  const text = isObject(title) ? title.text : title;
  if (Array.isArray(text)) return text.join(" ");
  return typeof text === "string" && text !== "" ? text : undefined;
}

function merge(base: VegaLiteSpec, over: VegaLiteSpec): VegaLiteSpec {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return merged;
}

const isObject = (value: unknown): value is VegaLiteSpec => typeof value === "object" && value !== null && !Array.isArray(value);
