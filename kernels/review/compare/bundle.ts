import type { MimeBundle } from "../../protocol/message.ts";
import type { Tolerance } from "../tolerance.ts";
import type { Difference } from "./difference.ts";
import { comparePngs } from "./image.ts";
import { compareJson } from "./json.ts";
import { compareTexts } from "./text.ts";

/** Compares two MIME bundles type by type; a type that only one of them has is a difference. */
export async function compareBundles(before: MimeBundle, after: MimeBundle, tolerance: Tolerance): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const mime of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!Object.hasOwn(after, mime)) differences.push({ kind: "missing", where: mime, what: "type" });
    else if (!Object.hasOwn(before, mime)) differences.push({ kind: "new", where: mime, what: "type" });
    else {
      const difference = await compareData(mime, before[mime], after[mime], tolerance);
      if (difference) differences.push(difference);
    }
  }
  return differences;
}

async function compareData(mime: string, before: unknown, after: unknown, tolerance: Tolerance): Promise<Difference | undefined> {
  if (typeof before !== "string" || typeof after !== "string" || isJson(mime)) {
    const json = await compareJson(before, after, tolerance);
    return json && { kind: "json", where: mime, ...json };
  }
  if (isText(mime)) {
    const text = compareTexts(before, after, tolerance);
    return text && { kind: "text", where: mime, ...text };
  }
  if (mime === "image/png") {
    const image = await comparePngs(before, after, tolerance);
    return image && { kind: "image", where: mime, ...image };
  }
  const [old, now] = [before, after].map((data) => data.replace(/\s/g, ""));
  if (old === now) return undefined;
  const change = `not the same ${mime}, which is compared exactly (${old.length} and ${now.length} characters)`;
  return { kind: "bytes", where: mime, change };
}

const isJson = (mime: string): boolean => mime === "application/json" || mime.endsWith("+json");

const isText = (mime: string): boolean => mime.startsWith("text/") || mime.endsWith("+xml") || mime === "application/javascript";
