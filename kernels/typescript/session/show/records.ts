import { types } from "node:util";
import type { MimeBundle } from "../../../protocol/message.ts";
import { shortNumber } from "./numbers.ts";
import { isPlain } from "./safe.ts";
import { tableBundle } from "./table.ts";

const mostRows = 30;
const mostColumns = 20;

/** Plain objects with plain values: one row each. */
export function recordsBundle(value: readonly unknown[]): MimeBundle | undefined {
  if (value.length === 0) return undefined;
  const records: Map<string, unknown>[] = [];
  const header = new Set<string>();
  for (let row = 0; row < Math.min(value.length, mostRows); row++) {
    const record = flatRecord(Object.getOwnPropertyDescriptor(value, row)?.value);
    if (!record) return undefined;
    records.push(record);
    for (const key of record.keys()) header.add(key);
  }
  if (header.size === 0 || header.size > mostColumns) return undefined;
  const names = [...header];
  return tableBundle({
    header: names,
    rows: records.map((record) => names.map((name) => words(record.get(name)))),
    numeric: names.map((name) => records.every((record) => ["number", "bigint", "undefined"].includes(typeof record.get(name)))),
    more: value.length > mostRows ? `… ${value.length - mostRows} more` : undefined,
  });
}

function flatRecord(value: unknown): Map<string, unknown> | undefined {
  if (types.isProxy(value) || !isPlain(value)) return undefined;
  const record = new Map<string, unknown>();
  for (const key of Object.keys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key)!;
    if (!("value" in descriptor) || !isFlat(descriptor.value) || record.size >= mostColumns) return undefined;
    record.set(key, descriptor.value);
  }
  return record;
}

const isFlat = (value: unknown): boolean => value === null || (typeof value !== "object" && typeof value !== "function") || types.isDate(value);

function words(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "number" || typeof value === "bigint") return shortNumber(value);
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value);
    return Number.isNaN(time) ? "Invalid Date" : new Date(time).toISOString();
  }
  return String(value);
}
