/** Colours that stay apart for colour-blind readers and in print (after Okabe and Ito 2008), in the order they are given out. */
export const categorical = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5c6370"] as const;

export const ink = { text: "#20242c", quiet: "#555c68", axis: "#9aa1ac", grid: "#e9ebef", paper: "#ffffff" } as const;

/** A light ramp would vanish on paper, so ordered lines and points stop before viridis turns yellow. */
export const orderedScheme = { name: "viridis", extent: [0.05, 0.88] } as const;

/** The first family is shipped with the project and draws the PNG; a browser takes the first it has. */
export const fontFamily = "Inter, Helvetica Neue, Helvetica, Arial, sans-serif";

/** Vega-Lite configuration of every plot: the same in the interactive view and in the PNG. Pixels are CSS pixels. */
export const theme = {
  background: ink.paper,
  mark: { color: categorical[0] },
  padding: { left: 14, right: 18, top: 12, bottom: 12 },
  font: fontFamily,
  view: { stroke: null, continuousWidth: 520, continuousHeight: 280 },
  range: { category: [...categorical], ordinal: { scheme: "viridis" }, ramp: { scheme: "viridis" }, heatmap: { scheme: "viridis" } },
  title: {
    anchor: "start",
    color: ink.text,
    fontSize: 15,
    fontWeight: 600,
    offset: 12,
    subtitleColor: ink.quiet,
    subtitleFontSize: 12,
    subtitleLineHeight: 17,
    subtitlePadding: 5,
  },
  axis: {
    domainColor: ink.axis,
    gridColor: ink.grid,
    labelColor: ink.quiet,
    labelFontSize: 11,
    labelPadding: 5,
    tickColor: ink.axis,
    tickSize: 4,
    titleColor: ink.text,
    titleFontSize: 12,
    titleFontWeight: 400,
    titlePadding: 8,
  },
  axisX: { grid: false, labelFlush: false },
  axisY: {
    domain: false,
    ticks: false,
    titleAngle: 0,
    titleAlign: "left",
    titleAnchor: "end",
    titleBaseline: "bottom",
    titleX: 0,
    titleY: -9,
  },
  legend: {
    columnPadding: 18,
    direction: "horizontal",
    labelColor: ink.text,
    labelFontSize: 11.5,
    labelLimit: 400,
    gradientLength: 160,
    gradientThickness: 10,
    offset: 28,
    orient: "top",
    symbolSize: 90,
    symbolStrokeWidth: 2.5,
    titleColor: ink.quiet,
    titleFontSize: 11.5,
    titleFontWeight: 400,
  },
  concat: { spacing: 28 },
  line: { strokeWidth: 2, strokeCap: "round", strokeJoin: "round" },
  point: { filled: true, size: 34, opacity: 0.9 },
  rule: { color: ink.quiet },
  text: { color: ink.text, fontSize: 11.5 },
} as const;
