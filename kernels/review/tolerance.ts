import { CommandError, exitCodes } from "../client/exit-codes.ts";
import type { CodeCell, Notebook } from "../client/notebook/format.ts";
import { NumberText } from "../client/notebook/json-parse.ts";

/**
 * What two outputs may differ by and still agree: numbers a, b when |a − b| ≤ max(absolute, relative · max(|a|, |b|));
 * pictures when at most `pixels.share` (0…1) of the pixels differ by more than `pixels.level` (0…255) in some channel.
 */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
  readonly pixels: { readonly share: number; readonly level: number };
}

export const defaultTolerance: Tolerance = { relative: 1e-9, absolute: 1e-12, pixels: { share: 1e-4, level: 1 } };

/** The tolerance in words: `numbers: relative 1e-9, absolute 1e-12; pictures: 0.01 % of the pixels by more than 2 of 255`. */
export function describeTolerance({ relative, absolute, pixels }: Tolerance): string {
  return `numbers: relative ${relative}, absolute ${absolute}; pictures: ${percent(pixels.share)} of the pixels by more than ${pixels.level} of 255`;
}

/** A share as a percentage with three digits at most. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

/** @throws {CommandError} (exit code 2) where the notebook's `metadata.noisebook.tolerance` is none */
export function notebookTolerance(notebook: Notebook): Tolerance {
  return overridden(defaultTolerance, notebook.metadata, "metadata");
}

/** The notebook's tolerance with what the cell's own metadata say. @throws {CommandError} (exit code 2), as for notebooks */
export function cellTolerance(base: Tolerance, cell: CodeCell, index: number): Tolerance {
  return overridden(base, cell.metadata, `cell ${index + 1}: metadata`);
}

function overridden(base: Tolerance, metadata: Record<string, unknown>, where: string): Tolerance {
  const own = isObject(metadata.noisebook) ? metadata.noisebook.tolerance : undefined;
  if (own === undefined) return base;
  const place = `${where}.noisebook.tolerance`;
  const { relative, absolute, pixels } = members(own, ["relative", "absolute", "pixels"], place);
  const picture = isObject(pixels) && !(pixels instanceof NumberText) ? members(pixels, ["share", "level"], `${place}.pixels`) : { share: pixels };
  return {
    relative: amount(relative, base.relative, 1, `${place}.relative`),
    absolute: amount(absolute, base.absolute, Infinity, `${place}.absolute`),
    pixels: {
      share: amount(picture.share, base.pixels.share, 1, `${place}.pixels${isObject(pixels) ? ".share" : ""}`),
      level: amount(picture.level, base.pixels.level, 255, `${place}.pixels.level`),
    },
  };
}

function members(value: unknown, known: readonly string[], place: string): Record<string, unknown> {
  if (!isObject(value)) throw wrong(`${place} is ${JSON.stringify(value)}, where an object with ${known.join(", ")} is due`);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw wrong(`${place} has an unknown member "${unknown}": it may have ${known.join(", ")}`);
  return value;
}

function amount(value: unknown, otherwise: number, most: number, place: string): number {
  if (value === undefined) return otherwise;
  const number = value instanceof NumberText ? Number(value.text) : value;
  if (typeof number === "number" && number >= 0 && number <= most) return number;
  throw wrong(`${place} is ${JSON.stringify(value)}, where a number from 0${most === Infinity ? "" : ` to ${most}`} is due`);
}

const wrong = (message: string): CommandError => new CommandError(message, exitCodes.usage);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
