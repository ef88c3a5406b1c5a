import { type Key, uniform } from "../../random/index.ts";
import { type Dataset } from "../dataset.ts";
import { type Figure, type FigureName, figures } from "./figures.ts";
import { keyedDataset, type KeyedOptions } from "./keyed.ts";

type Range = readonly [low: number, high: number];

export interface DrawnImagesOptions extends KeyedOptions {
  /** Height and width in pixels; 32 unless told. */
  readonly side?: number;
  /** 1 (grey, unless told) or 3 (RGB: ink and paper are drawn for each channel). */
  readonly channels?: 1 | 3;
  /** What is drawn, each as often as the next; its place here is the label. All unless told. */
  readonly classes?: readonly FigureName[];
  /** Radius of the circle that a figure fills, as a share of the side, even within the range; [0.2, 0.4] unless told. */
  readonly radius?: Range;
  /** How far figures leave the middle: 1, unless told, as far as the circle stays inside; 0 not at all. */
  readonly shift?: number;
  /** The largest turn either way, in radians; 0 unless told. */
  readonly turn?: number;
  /** Values of the figure, even within the range; [1, 1] unless told. */
  readonly ink?: Range;
  /** Values behind it; [−1, −1] unless told. */
  readonly paper?: Range;
}

/**
 * Discs, squares, crosses, rings and triangles, drawn by key: one in an image, its edges smoothed over one pixel (the share of ink at a pixel
 * is ½ − d, with d the distance in pixels from its centre to the outline, within 0…1). Labels are the figures.
 * RangeError for an option out of range.
 */
export function drawnImages(options: DrawnImagesOptions): Dataset {
  const { side = 32, channels = 1, classes = Object.keys(figures) as FigureName[], shift = 1, turn = 0 } = options;
  const { radius = [0.2, 0.4], ink = [1, 1], paper = [-1, -1] } = options;
  check("side", side, Number.isInteger(side) && side >= 1, "a whole number from 1 up");
  check("channels", channels, channels === 1 || channels === 3, "1 or 3");
  check("shift", shift, shift >= 0 && shift <= 1, "a number of 0…1");
  check("turn", turn, Number.isFinite(turn), "a finite number");
  check("radius", radius, 0 < radius[0] && radius[0] <= radius[1] && radius[1] <= 0.5, "0 < low ≤ high ≤ 0.5");
  for (const range of [ink, paper]) check("ink or paper", range, -1 <= range[0] && range[0] <= range[1] && range[1] <= 1, "−1 ≤ low ≤ high ≤ 1");
  const drawings = classes.map((name) => {
    check("class", name, Object.hasOwn(figures, name), Object.keys(figures).join(", "));
    return figures[name];
  });
  check("classes", classes, classes.length > 0, "at least one");

  // The first draw of a key chooses the figure, so that labels need no more than that.
  const label = (key: Key): number => Math.floor(uniform(key, 1)[0]! * classes.length);

  function draw(key: Key, out: Float32Array): void {
    const u = uniform(key, 5 + 2 * channels);
    const r = side * between(radius, u[1]!);
    const room = shift * (side / 2 - r);
    const [x, y] = [side / 2 + room * (2 * u[2]! - 1), side / 2 + room * (2 * u[3]! - 1)];
    const distance = place(drawings[label(key)]!, { x, y, r, angle: turn * (2 * u[4]! - 1) });
    const fronts = Array.from({ length: channels }, (_, c) => between(ink, u[5 + 2 * c]!));
    const backs = Array.from({ length: channels }, (_, c) => between(paper, u[6 + 2 * c]!));
    for (let i = 0; i < out.length; i++) out[i] = backs[i % channels]!;
    // Beyond its circle, and half a pixel, a figure leaves no ink.
    const [left, right] = [Math.max(0, Math.floor(x - r - 1)), Math.min(side, Math.ceil(x + r + 1))];
    const [top, bottom] = [Math.max(0, Math.floor(y - r - 1)), Math.min(side, Math.ceil(y + r + 1))];
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const share = Math.min(1, Math.max(0, 0.5 - distance(column + 0.5, row + 0.5)));
        const at = (row * side + column) * channels;
        for (let c = 0; c < channels; c++) out[at + c] = backs[c]! + share * (fronts[c]! - backs[c]!);
      }
    }
  }

  return keyedDataset(options, { name: `drawn ${classes.join(", ")}`, shape: [side, side, channels], classes: [...classes], draw, label });
}

/** A figure at a place in an image: the distance in pixels. */
function place(figure: Figure, { x, y, r, angle }: { x: number; y: number; r: number; angle: number }): Figure {
  const [cos, sin] = [Math.cos(angle) / r, Math.sin(angle) / r];
  return (px, py) => r * figure(cos * (px - x) + sin * (py - y), cos * (py - y) - sin * (px - x));
}

const between = ([low, high]: Range, u: number): number => low + u * (high - low);

function check(what: string, value: unknown, holds: boolean, rule: string): void {
  if (!holds) throw new RangeError(`${what} ${Array.isArray(value) ? `[${value.join(", ")}]` : String(value)} of drawn images: ${rule} needed`);
}
