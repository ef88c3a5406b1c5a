import { NumberText } from "./json-parse.ts";

/**
 * JSON as Jupyter writes notebooks: one space an indent, keys sorted by code point, nothing escaped that need not be.
 * Values that JSON has no form for are written as JSON.stringify has them.
 */
export function formatJson(value: unknown, indent = ""): string {
  if (value instanceof NumberText) return value.text;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => inner + formatJson(item, inner)).join(",\n")}\n${indent}]`;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return "{}";
  members.sort(([a], [b]) => byCodePoint(a, b));
  return `{\n${members.map(([key, member]) => `${inner}${JSON.stringify(key)}: ${formatJson(member, inner)}`).join(",\n")}\n${indent}}`;
}

/** JavaScript compares UTF-16 units, Python code points: they differ beyond the basic plane. */
function byCodePoint(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    if (left[i] !== right[i]) return (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0);
  }
  return left.length - right.length;
}
