import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { CommandError, exitCodes, systemReason } from "../exit-codes.ts";
import type { Cell, Notebook } from "./format.ts";
import { JsonError, NumberText, parseJson } from "./json-parse.ts";
import { joinBundle } from "./lines.ts";
import { notebookProblem } from "./validate.ts";

/** A file that is no notebook we can run: exit code 2. */
export class NotebookError extends CommandError {
  override readonly name = "NotebookError";

  constructor(message: string) {
    super(message, exitCodes.usage);
  }
}

/** @throws {NotebookError} saying where the file is damaged, or why it is no notebook */
export async function readNotebook(file: string): Promise<Notebook> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new NotebookError(`${file} cannot be read: ${systemReason(error)}`);
  }
  return parseNotebook(bytes, file);
}

/** @throws {NotebookError} naming the file `file` */
export function parseNotebook(bytes: Uint8Array, file: string): Notebook {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NotebookError(`${file} is not UTF-8 text, as a notebook is: it is damaged or another kind of file`);
  }
  if (text.trim() === "") throw new NotebookError(`${file} is empty: a notebook holds at least its format and an empty list of cells`);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new NotebookError(`${file} ${damage(error, text)}`);
  }
  const problem = notebookProblem(value);
  if (problem !== undefined) throw new NotebookError(`${file} ${problem}`);
  return normalize(value as Notebook);
}

function damage(error: JsonError, text: string): string {
  if (error.truncated) return `is truncated: it breaks off at ${error.message}; restore it from version control or a checkpoint`;
  const conflict = text.split("\n").findIndex((line) => /^(<{7} |={7}$|>{7} )/.test(line));
  if (conflict >= 0 && conflict + 1 <= error.line) {
    return `holds an unresolved merge conflict (line ${conflict + 1}): resolve it, then run it again`;
  }
  return `is not valid JSON: ${error.message}`;
}

/** Joins lists of lines, as nbformat does on reading, and gives cells of format 4.5 the ids they must have. */
function normalize(notebook: Notebook): Notebook {
  const plainMinor = (notebook.nbformat_minor as unknown) instanceof NumberText ? Number(notebook.nbformat_minor) : notebook.nbformat_minor;
  notebook.nbformat_minor = plainMinor;
  const ids = new Set<string>();
  for (const [index, cell] of notebook.cells.entries()) {
    cell.source = joined(cell.source);
    if (typeof cell.attachments === "object" && cell.attachments !== null) {
      for (const [name, bundle] of Object.entries(cell.attachments as Record<string, Record<string, unknown>>)) {
        (cell.attachments as Record<string, unknown>)[name] = joinBundle(bundle);
      }
    }
    if (cell.cell_type === "code") {
      cell.execution_count ??= null;
      for (const output of cell.outputs) {
        if (output.output_type === "stream") output.text = joined(output.text);
        else if (output.output_type !== "error") output.data = joinBundle(output.data);
      }
    }
    if (plainMinor >= 5) {
      if (cell.id === undefined || ids.has(cell.id)) cell.id = newId(cell, index, ids);
      ids.add(cell.id);
    }
  }
  return notebook;
}

const joined = (text: unknown): string => (Array.isArray(text) ? text.join("") : String(text));

/** An id that is the same each time the same notebook is read. */
export function newId(cell: Cell, index: number, taken: ReadonlySet<string>): string {
  for (let salt = 0; ; salt++) {
    const id = createHash("sha256").update(`${index}\n${salt}\n${cell.source}`).digest("hex").slice(0, 8);
    if (!taken.has(id)) return id;
  }
}
