import { checkIndices, type Dataset, type Indices, itemSize, labelled } from "../dataset.ts";
import { HEADER_BYTES, parsePngHeader, type PngHeader } from "./png-chunks.ts";
import { pngPixels } from "./png-pixels.ts";

export interface PngFolderOptions {
  /** 1 (grey) or 3 (RGB, grey files repeated); unless told 1 where all files are grey, else 3. */
  readonly channels?: 1 | 3;
  /** What shows through transparent pixels, from −1 (black) to 1 (white). Unless told, files with such pixels are refused. */
  readonly background?: number;
  /** Bytes of pixels to keep once they are read: all or none; 512 MiB unless told. */
  readonly memory?: number;
}

/**
 * The PNG files of a folder, in the order of their names; or of its folders, whose names are then the classes. Shape [height, width, channels],
 * values b/127.5 − 1, of 16 bits b/32767.5 − 1. Palettes and grey of 1, 2 and 4 bits are read as what they stand for. Headers are read at
 * once, pixels when they are asked for.
 *
 * Throws a TypeError, naming the file, where sizes differ, colours are to be grey, or pixels are transparent; DamagedFileError for files that
 * are not whole, no PNG, or interlaced; an Error for a folder without any.
 */
export async function pngFolder(folder: string, { channels, background, memory = 2 ** 29 }: PngFolderOptions = {}): Promise<Dataset> {
  if (background !== undefined && !(background >= -1 && background <= 1)) {
    throw new RangeError(`background ${background}: a number of −1…1 is needed`);
  }
  const { files, classes, labels } = await listPngs(folder);
  const headers = await inTurn(files, readHeader);
  const [first] = headers as [PngHeader, ...PngHeader[]];
  headers.forEach((header, i) => checkSize(files[i]!, header, files[0]!, first));
  const coloured = headers.findIndex(({ colour }) => colour);
  if (channels === 1 && coloured >= 0) throw new TypeError(`${files[coloured]} is in colour: take channels: 3, or make it grey`);
  const shape = [first.height, first.width, channels ?? (coloured >= 0 ? 3 : 1)] as const;
  const length = itemSize({ shape });
  const kept: Float32Array[] | undefined = files.length * length * 4 <= memory ? [] : undefined;
  const { readFile } = await import("node:fs/promises");

  async function pixels(index: number): Promise<Float32Array> {
    const before = kept?.[index];
    if (before) return before;
    const file = files[index]!;
    const bytes = await readFile(file);
    const header = parsePngHeader(file, bytes, bytes.length);
    checkSize(file, header, files[0]!, first);
    const values = await pngPixels(file, bytes, header, { channels: shape[2], background });
    if (kept) kept[index] = values;
    return values;
  }

  const dataset: Dataset = {
    name: folder,
    size: files.length,
    shape,
    ...(classes && { classes }),
    async read(indices: Indices) {
      checkIndices(dataset, indices);
      const out = new Float32Array(indices.length * length);
      await inTurn(Array.from(indices), async (index, i) => out.set(await pixels(index), i * length));
      return out;
    },
    ...(labels && labelled(() => dataset, labels)),
  };
  return dataset;
}

async function readHeader(file: string): Promise<PngHeader> {
  const { open } = await import("node:fs/promises");
  const handle = await open(file, "r");
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return parsePngHeader(file, buffer.subarray(0, bytesRead), (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

function checkSize(file: string, { width, height }: PngHeader, firstFile: string, first: PngHeader): void {
  if (width !== first.width || height !== first.height) {
    throw new TypeError(`${file} is ${width} × ${height}, ${firstFile} is ${first.width} × ${first.height}: images of one dataset are of one size`);
  }
}

interface Listing {
  readonly files: string[];
  readonly classes?: string[];
  readonly labels?: number[];
}

async function listPngs(folder: string): Promise<Listing> {
  const path = await import("node:path");
  const [files, folders] = await listed(folder);
  if (files.length > 0) return { files: files.map((name) => path.join(folder, name)) };
  const within = await Promise.all(folders.map(async (name) => ({ name, files: (await listed(path.join(folder, name)))[0] })));
  const classes = within.filter(({ files: inside }) => inside.length > 0);
  if (classes.length === 0) throw new Error(`no PNG files in ${folder}, nor in its folders: their names end in .png`);
  return {
    files: classes.flatMap(({ name, files: inside }) => inside.map((file) => path.join(folder, name, file))),
    classes: classes.map(({ name }) => name),
    labels: classes.flatMap(({ files: inside }, label) => inside.map(() => label)),
  };
}

/** Names of PNG files and of folders, in order. */
async function listed(folder: string): Promise<[files: string[], folders: string[]]> {
  const { readdir } = await import("node:fs/promises");
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.filter((entry) => !entry.isDirectory() && /^[^.].*\.png$/i.test(entry.name));
  return [files.map(({ name }) => name), entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)];
}

/** Does something for each item, a few at a time. The first error, in the order of the items, is thrown once what was begun has ended. */
async function inTurn<T, R>(items: readonly T[], task: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let first = 0; first < items.length; first += 32) {
    const settled = await Promise.allSettled(items.slice(first, first + 32).map((item, i) => task(item, first + i)));
    for (const outcome of settled) {
      if (outcome.status === "rejected") throw outcome.reason;
      results.push(outcome.value);
    }
  }
  return results;
}
