import { percent, type Tolerance } from "../tolerance.ts";
import { decodePixels, encodePixels, type Pixels } from "./pixels.ts";

export interface ImageDifference {
  /** In words. */
  readonly change: string;
  /** Where the pictures have one size: how they differ, and a PNG that shows where. */
  readonly pixels?: { readonly different: number; readonly share: number; readonly largest: number; readonly picture: Uint8Array };
}

/** Compares two PNGs, in base64, pixel by pixel; undefined where they agree. Ones that do not decode must be equal as they stand. */
export async function comparePngs(before: string, after: string, tolerance: Tolerance): Promise<ImageDifference | undefined> {
  const [old, now] = [bytes(before), bytes(after)];
  if (old.equals(now)) return undefined;
  let a: Pixels;
  let b: Pixels;
  try {
    [a, b] = [await decodePixels(old), await decodePixels(now)];
  } catch {
    return { change: "one of the two is no PNG that can be decoded, and they are not the same bytes" };
  }
  if (a.width !== b.width || a.height !== b.height) return { change: `${a.width} × ${a.height} pixels became ${b.width} × ${b.height}` };
  const { share: allowed, level } = tolerance.pixels;
  const marked = new Uint8Array(a.width * a.height);
  let different = 0;
  let largest = 0;
  for (let pixel = 0; pixel < marked.length; pixel++) {
    const distance = apart(a.data, b.data, pixel * 4);
    if (distance > largest) largest = distance;
    if (distance <= level) continue;
    marked[pixel] = 1;
    different++;
  }
  const share = different / marked.length;
  if (share <= allowed) return undefined;
  const found = `${different} of ${marked.length} pixels (${percent(share)}) differ by more than ${level} of 255, by ${largest} at most`;
  const change = `${found}; allowed are ${percent(allowed)}`;
  return { change, pixels: { different, share, largest, picture: await encodePixels(mark(b, marked)) } };
}

const bytes = (base64: string): Buffer => Buffer.from(base64, "base64");

/** The largest difference of a channel; what is fully transparent in both has no colour. */
function apart(a: Uint8Array, b: Uint8Array, at: number): number {
  if (a[at + 3] === 0 && b[at + 3] === 0) return 0;
  return Math.max(Math.abs(a[at] - b[at]), Math.abs(a[at + 1] - b[at + 1]), Math.abs(a[at + 2] - b[at + 2]), Math.abs(a[at + 3] - b[at + 3]));
}

/** The picture pale and grey, with the marked pixels, and a ring around them so that a single one is seen, in red. */
function mark({ width, height, data }: Pixels, marked: Uint8Array): Pixels {
  const picture = new Uint8Array(data.length);
  for (let pixel = 0; pixel < marked.length; pixel++) {
    const at = pixel * 4;
    const opacity = data[at + 3] / 255;
    const grey = 255 - opacity * (255 - (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]));
    picture.fill(Math.round(255 - (255 - grey) * 0.3), at, at + 3);
    picture[at + 3] = 255;
  }
  const paint = (pixel: number, red: number, green: number, blue: number): void => picture.set([red, green, blue], pixel * 4);
  const ring = Math.max(1, Math.round(Math.min(width, height) / 300));
  const isMarked = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < width && y < height && marked[y * width + x] === 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isMarked(x, y)) continue;
      for (let dy = -ring; dy <= ring; dy++) {
        for (let dx = -ring; dx <= ring; dx++) {
          const [u, v] = [x + dx, y + dy];
          if (u >= 0 && v >= 0 && u < width && v < height && !isMarked(u, v)) paint(v * width + u, 255, 176, 176);
        }
      }
    }
  }
  for (let pixel = 0; pixel < marked.length; pixel++) if (marked[pixel] === 1) paint(pixel, 214, 0, 28);
  return { width, height, data: picture };
}
