import { escapeHtml } from "./escape.ts";
import { base64, type Displayable, displaySymbol, type MimeBundle } from "./mime.ts";
import { blit, type ImageOptions, type Pixels, type Raster, raster, type ImageShape } from "./raster.ts";
import { ink } from "./theme.ts";

export interface ImageGridOptions extends ImageOptions {
  /** Images in a row. Default: as many as there are column labels, else a grid about as wide as high. */
  readonly columns?: number;
  readonly columnLabels?: readonly string[];
  readonly rowLabels?: readonly string[];
  readonly title?: string;
  /** Pixels between images. Default 4. */
  readonly gap?: number;
}

/** Images in a grid: displays as one PNG, made without any smoothing, and one line of text. */
export class ImageGrid implements Displayable {
  readonly columns: number;
  readonly rows: number;
  readonly #images: readonly [Raster, ...Raster[]];
  readonly #options: ImageGridOptions;
  #bundle: Promise<MimeBundle> | undefined;

  constructor(images: readonly Pixels[], options: ImageGridOptions) {
    const { columns = options.columnLabels?.length ?? Math.ceil(Math.sqrt(images.length)) } = options;
    const [first, ...rest] = images.map((pixels, i) => raster(pixels, options, `image ${i}`));
    if (first === undefined) throw new RangeError("no images to show: give at least one");
    if (!(Number.isInteger(columns) && columns > 0)) throw new RangeError(`${columns} columns: give a whole number from 1 up`);
    const other = rest.findIndex(({ width, height }) => width !== first.width || height !== first.height);
    if (other >= 0) throw new TypeError(`image ${other + 1} is not of the size of image 0: a grid shows images of one size`);
    this.columns = columns;
    this.rows = Math.ceil(images.length / columns);
    checkLabels("column", options.columnLabels, this.columns);
    checkLabels("row", options.rowLabels, this.rows);
    this.#images = [first, ...rest];
    this.#options = options;
  }

  [displaySymbol](): Promise<MimeBundle> {
    return (this.#bundle ??= this.#draw());
  }

  toString(): string {
    const { title } = this.#options;
    const [{ width, height }] = this.#images;
    const n = this.#images.length;
    const layout = `${n} in ${this.rows} × ${this.columns}, each ${width} × ${height} on the screen`;
    return `Images: ${title === undefined ? "" : `${title}, `}${layout}`;
  }

  async #draw(): Promise<MimeBundle> {
    const { encode } = await import("fast-png");
    return { "image/png": base64(encode(await this.#compose(), { zlib: { level: 9 } })), "text/plain": this.toString() };
  }

  async #compose(): Promise<Raster> {
    const { columnLabels, rowLabels, title, gap = 4 } = this.#options;
    const [{ width, height }] = this.#images;
    const words = columnLabels || rowLabels || title !== undefined;
    const fonts = words ? await (await import("./font.ts")).loadFonts() : undefined;
    const widest = (labels: readonly string[], size: number, bold: boolean) =>
      Math.ceil(Math.max(0, ...labels.map((text) => fonts?.width(text, size, bold) ?? 0)));
    const margin = words ? 12 : 0;
    const left = margin + (rowLabels ? widest(rowLabels, 13, false) + 10 : 0);
    const top = margin + (title === undefined ? 0 : 34) + (columnLabels ? 24 : 0);
    const right = (column: number) => left + column * (width + gap);
    const down = (row: number) => top + row * (height + gap);
    const canvas = {
      width: Math.max(right(this.columns) - gap + margin, title === undefined ? 0 : widest([title], 15, true) + 2 * margin),
      height: down(this.rows) - gap + margin,
      channels: this.#images.some(({ channels }) => channels === 3) ? (3 as const) : (1 as const),
    };
    const labels = [
      ...(title === undefined ? [] : [svgText(title, margin, margin + 15, "start", 15, 600)]),
      ...(columnLabels ?? []).map((text, i) => svgText(text, right(i) + width / 2, top - 8, "middle", 13)),
      ...(rowLabels ?? []).map((text, i) => svgText(text, left - 10, down(i) + height / 2 + 5, "end", 13)),
    ];
    const grid = { ...canvas, data: await paper(canvas, labels) };
    for (const [i, image] of this.#images.entries()) blit(image, grid, right(i % this.columns), down(Math.floor(i / this.columns)));
    return grid;
  }
}

/**
 * Images in rows of `columns`, each pixel enlarged to a crisp square. Values run from -1 (black) to 1 (white) unless `range` says
 * otherwise.
 * @param images one array of values an image, or with `shape` one typed array of all images, one after the other
 * @throws TypeError where lengths and shape disagree
 */
export function imageGrid(images: readonly Pixels[] | Float64Array | Float32Array | Uint8Array, options: ImageGridOptions = {}): ImageGrid {
  return new ImageGrid(ArrayBuffer.isView(images) ? unbatch(images, options.shape) : images, options);
}

function unbatch(batch: Float64Array | Float32Array | Uint8Array, shape: ImageShape | undefined): Pixels[] {
  if (shape === undefined) throw new TypeError("one array of many images needs shape: [height, width] or [height, width, 3]");
  const size = shape.reduce<number>((product, n) => product * n, 1);
  if (batch.length === 0 || batch.length % size !== 0)
    throw new TypeError(`${batch.length} values are no whole number of images of shape [${shape.join(", ")}] (${size} values)`);
  return Array.from({ length: batch.length / size }, (_, i) => batch.subarray(i * size, (i + 1) * size));
}

function checkLabels(kind: "row" | "column", labels: readonly string[] | undefined, n: number): void {
  if (labels && labels.length !== n) throw new TypeError(`${labels.length} ${kind} labels for ${n} ${kind}s: give one for each`);
}

/** White paper with the words on it. */
async function paper({ width, height, channels }: Omit<Raster, "data">, words: readonly string[]): Promise<Uint8Array> {
  const data = new Uint8Array(width * height * channels).fill(255);
  if (words.length === 0) return data;
  const { rasterise } = await import("./render.ts");
  const sheet = `<rect width="100%" height="100%" fill="${ink.paper}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${sheet}${words.join("")}</svg>`;
  const { pixels } = await rasterise(svg, 1);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) data[i * channels + c] = pixels[4 * i + c] ?? 255;
  }
  return data;
}

function svgText(text: string, x: number, y: number, anchor: "start" | "middle" | "end", size: number, weight = 400): string {
  const look = `font-family="Inter" font-size="${size}" font-weight="${weight}" fill="${ink.text}"`;
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" ${look}>${escapeHtml(text)}</text>`;
}
