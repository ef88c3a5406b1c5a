import type { Position } from "../sourcemap/index.ts";

/** The place of an offset (UTF-16 units from 0). Lines end as JavaScript's do; an offset past the end is the end. */
export function lineColumn(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  let line = 1;
  let start = 0;
  for (const end of before.matchAll(/\r\n|[\r\n\u2028\u2029]/g)) {
    line++;
    start = end.index + end[0].length;
  }
  return { line, column: before.length - start + 1 };
}

/** The offset (UTF-16 units from 0) of a place; one past a line's end is clipped to it. */
export function offsetOf(text: string, { line, column }: Position): number {
  let start = 0;
  let at = 1;
  for (const end of text.matchAll(/\r\n|[\r\n\u2028\u2029]/g)) {
    if (at === line) return Math.min(start + column - 1, end.index);
    at++;
    start = end.index + end[0].length;
  }
  return at === line ? Math.min(start + column - 1, text.length) : text.length;
}
