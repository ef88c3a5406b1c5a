import { decode, encode } from "fast-png";

export interface Cell {
  readonly source: string;
  readonly tags?: readonly string[];
}

/** An output of a committed notebook, as far as cases change it. */
export interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  evalue?: string;
  data?: Record<string, unknown>;
}

export interface Case {
  /** A name for it, unique and lasting. */
  readonly id: string;
  /** What a checker should do, in a few words. */
  readonly what: string;
  readonly cells: readonly Cell[];
  /** Whether a checker should be content with it. */
  readonly content: boolean;
  /** Makes of the outputs that the cells gave, cell by cell, those that are committed. Default: they stay. */
  readonly commit?: (outputs: Output[][]) => void;
  /** The cells that are run where they are others than the ones whose outputs were committed. */
  readonly now?: readonly Cell[];
}

const setup: Cell = { source: "const beta = Array.from({ length: 1000 }, (_, i) => 1e-4 + (0.02 - 1e-4) * i / 999);" };
const product: Cell = { source: "beta.reduce((product, b) => product * (1 - b), 1)" };
const greeting: Cell = { source: 'console.log("one");\nconsole.log("two");' };
const chart: Cell = {
  source: `({ [Symbol.for("Jupyter.display")]: () => ({
  "application/vnd.vegalite.v5+json": { mark: "line", data: { values: [1, 500, 1000].map((t) => ({ t, beta: beta[t - 1] })) } },
  "text/plain": "a chart",
}) })`,
};
const picture: Cell = {
  source: `import { encode } from "fast-png";
const data = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * 7) % 251);
({ [Symbol.for("Jupyter.display")]: () => ({ "image/png": Buffer.from(encode({ width: 64, height: 64, data, channels: 1 })).toString("base64"), "text/plain": "a picture" }) })`,
};
const failing: Cell = { source: 'throw new RangeError("t = 1001 is outside 1…1000");', tags: ["raises-exception"] };

/** Notebooks that a checker should be content with, and notebooks that it should not pass. */
export const cases: readonly Case[] = [
  { id: "same", what: "passes a notebook whose outputs come again", content: true, cells: [setup, product, greeting, chart, picture] },
  { id: "last-digit", what: "passes a result that differs in its sixteenth digit, as on another processor", content: true, cells: [setup, product], commit: ([, shown]) => changeText(shown, nextDouble) },
  { id: "pieces", what: "passes a text that came in other pieces", content: true, cells: [greeting], commit: ([shown]) => cutStream(shown) },
  { id: "recompressed", what: "passes a picture whose pixels are the same, in a file of other bytes", content: true, cells: [picture], commit: ([shown]) => changePicture(shown, (data) => data) },
  { id: "volatile", what: "passes a cell that is marked as never the same", content: true, cells: [{ source: "process.hrtime()", tags: ["volatile", "nbval-ignore-output"] }] },
  { id: "number", what: "finds a result that is off by a millionth", content: false, cells: [setup, product], commit: ([, shown]) => changeText(shown, (value) => value * (1 + 1e-6)) },
  { id: "chart", what: "finds a number that changed within a chart", content: false, cells: [setup, chart], commit: ([, shown]) => changeChart(shown) },
  { id: "picture", what: "finds a picture in which a twentieth of the pixels changed", content: false, cells: [picture], commit: ([shown]) => changePicture(shown, (data) => data.map((value, i) => (i % 20 === 0 ? 255 - value : value))) },
  { id: "text", what: "finds a word that changed", content: false, cells: [greeting], commit: ([shown]) => changeStream(shown) },
  { id: "more", what: "finds an output where none was committed", content: false, cells: [greeting], commit: ([shown]) => void shown.splice(0) },
  { id: "less", what: "finds that an output is gone", content: false, cells: [greeting, { source: "const nothing = 0;" }], commit: ([shown, none]) => void none.push(...structuredClone(shown)) },
  { id: "error-text", what: "finds that an expected error says something else", content: false, cells: [failing], commit: ([shown]) => changeError(shown) },
  { id: "throws", what: "finds a cell that throws now", content: false, cells: [greeting], now: [{ source: `${greeting.source}\nthrow new Error("new");` }] },
  { id: "types", what: "finds a cell that no longer has the right types", content: false, cells: [{ source: "const half: number = 0.5;" }], now: [{ source: 'const half: number = "0.5";' }] },
  { id: "late", what: "finds an error that a cell's timer throws while a later cell runs", content: false, cells: [{ source: "const ticking = 1;" }, waiting()], now: [{ source: 'const ticking = 1; setTimeout(() => { throw new Error("late"); }, 50);' }, waiting()] },
  { id: "exit", what: "finds that a cell ended its process", content: false, cells: [{ source: "const over = false;" }], now: [{ source: "const over = false; process.exit(0);" }] },
  { id: "never", what: "does not pass a notebook that was never executed", content: false, cells: [], now: [{ source: "const checked = false;" }] },
];

function waiting(): Cell {
  return { source: "await new Promise((resolve) => setTimeout(resolve, 300));" };
}

function changeText(outputs: Output[], change: (value: number) => number): void {
  const data = outputs[0].data!;
  data["text/plain"] = String(change(Number([data["text/plain"]].flat().join(""))));
}

/** The next greater float64. */
function nextDouble(value: number): number {
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0] += 1n;
  return new Float64Array(bits.buffer)[0];
}

function cutStream(outputs: Output[]): void {
  const [first] = outputs;
  const text = [first.text].flat().join("");
  const at = text.indexOf("\n") + 1;
  outputs.splice(0, 1, { ...first, text: text.slice(0, at) }, { ...first, text: text.slice(at) });
}

function changeStream(outputs: Output[]): void {
  outputs[0].text = [outputs[0].text].flat().join("").replace("two", "three");
}

function changeError(outputs: Output[]): void {
  outputs[0].evalue = outputs[0].evalue!.replace("1001", "0");
}

function changeChart(outputs: Output[]): void {
  const spec = outputs[0].data!["application/vnd.vegalite.v5+json"] as { data: { values: { beta: number }[] } };
  spec.data.values[1].beta *= 1 + 1e-6;
}

function changePicture(outputs: Output[], change: (data: Uint8Array) => Uint8Array): void {
  const data = outputs[0].data!;
  const { width, height, data: pixels, channels } = decode(Buffer.from([data["image/png"]].flat().join(""), "base64"));
  const png = encode({ width, height, channels, data: change(pixels as Uint8Array) }, { zlib: { level: 1 } });
  data["image/png"] = Buffer.from(png).toString("base64");
}
