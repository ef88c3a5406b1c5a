import { NumberText } from "../../client/notebook/json-parse.ts";
import type { Tolerance } from "../tolerance.ts";
import { comparePngs } from "./image.ts";
import { describeChange, numbersAgree, relativeDifference, textsAgree } from "./number.ts";

/** One place where two JSON values differ. */
export interface JsonChange {
  /** As in `$.data.values[17].y`. */
  readonly path: string;
  /** As in `0.123 became 0.124 (relative 8.1e-3, allowed 1e-9)`. */
  readonly change: string;
}

export interface JsonDifference {
  /** The first of them. */
  readonly changes: readonly JsonChange[];
  /** How many there are in all. */
  readonly total: number;
  /** The largest relative difference of a number: |a − b| / max(|a|, |b|), or 0 if no number differs. */
  readonly largest: number;
}

const mostChanges = 100;
const pngAddress = "data:image/png;base64,";

/**
 * Compares JSON values by structure: the order of keys is irrelevant, numbers may differ within the tolerance, also those inside
 * strings; PNGs in `data:` addresses are compared as pictures. Undefined where the values agree.
 */
export async function compareJson(before: unknown, after: unknown, tolerance: Tolerance): Promise<JsonDifference | undefined> {
  const changes: JsonChange[] = [];
  const pictures: { path: string; before: string; after: string }[] = [];
  let total = 0;
  let largest = 0;
  const report = (path: string, change: string): void => {
    total++;
    if (changes.length < mostChanges) changes.push({ path, change });
  };

  const visit = (path: string, a: unknown, b: unknown): void => {
    const [x, y] = [numberText(a), numberText(b)];
    if (x !== undefined && y !== undefined) {
      if (numbersAgree(x, y, tolerance)) return;
      largest = Math.max(largest, relativeDifference(x, y) || 0);
      report(path, describeChange(x, y, tolerance));
    } else if (typeof a === "string" && typeof b === "string") {
      if (a === b) return;
      if (a.startsWith(pngAddress) && b.startsWith(pngAddress)) {
        pictures.push({ path, before: a.slice(pngAddress.length), after: b.slice(pngAddress.length) });
      } else if (!textsAgree(a, b, tolerance)) report(path, `${shown(a)} became ${shown(b)}`);
    } else if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length) report(path, `${a.length} elements became ${b.length}`);
      for (let i = 0; i < Math.min(a.length, b.length); i++) visit(`${path}[${i}]`, a[i], b[i]);
    } else if (isObject(a) && isObject(b)) {
      for (const key of Object.keys(a)) {
        if (!Object.hasOwn(b, key)) report(member(path, key), `${shown(a[key])} is missing`);
        else visit(member(path, key), a[key], b[key]);
      }
      for (const key of Object.keys(b)) if (!Object.hasOwn(a, key)) report(member(path, key), `${shown(b[key])} is new`);
    } else if (a !== b) {
      report(path, `${shown(a)} became ${shown(b)}`);
    }
  };

  visit("$", before, after);
  for (const picture of pictures) {
    const image = await comparePngs(picture.before, picture.after, tolerance);
    if (image) report(picture.path, `PNG: ${image.change}`);
  }
  return total === 0 ? undefined : { changes, total, largest };
}

const numberText = (value: unknown): string | undefined =>
  typeof value === "number" ? String(value) : value instanceof NumberText ? value.text : undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberText);

const member = (path: string, key: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;

function shown(value: unknown): string {
  const text = numberText(value) ?? JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
