import { isCode, type Notebook, type Output } from "./format.ts";

/** Where Python's str.splitlines, and so nbformat, breaks lines. */
const lineBreak = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** A text as the list of its lines, each with its line break. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const match of text.matchAll(lineBreak)) {
    const end = match.index + match[0].length;
    lines.push(text.slice(start, end));
    start = end;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

const splitMimes = new Set(["application/javascript", "image/svg+xml"]);

/** A notebook as its file holds it: texts of several lines as lists of lines. The notebook itself stays as it is. */
export function toFileShape(notebook: Notebook): Record<string, unknown> {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: splitLines(cell.source),
    ...(isObject(cell.attachments) && { attachments: mapValues(cell.attachments, splitBundle) }),
    ...(isCode(cell) && { outputs: cell.outputs.map(splitOutput) }),
  }));
  return { ...notebook, cells };
}

function splitOutput(output: Output): Record<string, unknown> {
  if (output.output_type === "stream") return { ...output, text: splitLines(output.text) };
  if (output.output_type === "error") return { ...output };
  return { ...output, data: splitBundle(output.data) };
}

function splitBundle(bundle: unknown): unknown {
  if (!isObject(bundle)) return bundle;
  return mapValues(bundle, (value, mime) => (typeof value === "string" && (mime.startsWith("text/") || splitMimes.has(mime)) ? splitLines(value) : value));
}

/** Joins a MIME bundle's lists of lines; JSON types are values and stay lists. */
export function joinBundle(bundle: Record<string, unknown>): Record<string, unknown> {
  return mapValues(bundle, (value, mime) => (isJsonMime(mime) || !isLines(value) ? value : value.join("")));
}

export const isLines = (value: unknown): value is string[] => Array.isArray(value) && value.every((line) => typeof line === "string");

const isJsonMime = (mime: string): boolean => mime === "application/json" || (mime.startsWith("application/") && mime.endsWith("+json"));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

const mapValues = (object: Record<string, unknown>, change: (value: unknown, key: string) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
