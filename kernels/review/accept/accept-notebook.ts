import { createHash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "../../client/atomic.ts";
import { CommandError, exitCodes, systemReason } from "../../client/exit-codes.ts";
import { isCode, type Notebook } from "../../client/notebook/format.ts";
import { parseNotebook, readNotebook } from "../../client/notebook/read.ts";
import { formatNotebook } from "../../client/notebook/write.ts";
import { type CellDiff, diffNotebooks } from "../diff/diff-notebooks.ts";

/** What accepting would write, and what it would change. */
export interface Acceptance {
  readonly source: string;
  readonly copy: string;
  readonly diffs: readonly CellDiff[];
  /** The notebook's new text; undefined where it is as it stands. */
  readonly text: string | undefined;
}

/** What the last check says of a notebook, as far as accepting needs it. */
interface Checked {
  readonly source: string;
  readonly exitCode: number;
  readonly output?: string;
  readonly outputSha256?: string;
}

/**
 * Looks at the copy that the last check into `checkDir` made of a notebook.
 * @throws {CommandError} where there is none, it did not run to its end without errors, or the notebook's code changed since
 */
export async function prepareAcceptance(notebook: string, checkDir: string): Promise<Acceptance> {
  const source = await realpath(notebook).catch((error: unknown) => refuse(`${notebook} cannot be read: ${systemReason(error)}`));
  const checked = (await lastCheck(checkDir)).find((entry) => entry.source === source);
  const again = `run "noisebook check ${notebook}" first`;
  if (!checked) return refuse(`${notebook} was not part of the last check into ${checkDir}: ${again}`);
  if (checked.exitCode !== exitCodes.fine && checked.exitCode !== exitCodes.outputsDiffer) {
    const code = checked.exitCode;
    return refuse(`${notebook} did not run to its end without errors when it was checked (exit code ${code}): there is nothing to accept`, code);
  }
  if (checked.output === undefined) return refuse(`${notebook} has no executed copy: ${again}`);
  const copy = checked.output;
  const bytes = await readFile(copy).catch((error: unknown) => refuse(`${copy} cannot be read: ${systemReason(error)}; ${again}`));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== checked.outputSha256) return refuse(`${copy} is not what the last check wrote: ${again}`);
  const [committed, executed] = [await readNotebook(source), parseNotebook(bytes, copy)];
  const changed = firstChangedCell(committed, executed);
  if (changed !== undefined) return refuse(`cell ${changed + 1} of ${notebook} changed since it was checked: ${again}`);
  const diffs = await diffNotebooks(committed, executed);
  const before = formatNotebook(committed);
  takeOutputs(committed, executed);
  const text = formatNotebook(committed);
  return { source, copy, diffs, text: text === before ? undefined : text };
}

/** Writes the accepted outputs; the notebook is at every moment the old one or the new one. @throws {CommandError} (exit code 6) */
export async function writeAcceptance({ source, text }: Acceptance): Promise<void> {
  if (text === undefined) return;
  try {
    await writeFileAtomically(source, text, (await stat(source)).mode & 0o777);
  } catch (error) {
    throw new CommandError(`${source} cannot be written: ${systemReason(error)}`, exitCodes.cannotWrite);
  }
}

async function lastCheck(checkDir: string): Promise<readonly Checked[]> {
  const file = path.join(checkDir, "report.json");
  const text = await readFile(file, "utf8").catch((error: unknown) =>
    refuse(`${file} cannot be read: ${systemReason(error)}; run "noisebook check" first`),
  );
  try {
    const { notebooks } = JSON.parse(text) as { notebooks: readonly Checked[] };
    if (Array.isArray(notebooks)) return notebooks as readonly Checked[];
  } catch {
    // Told below.
  }
  return refuse(`${file} is no report of a check: run "noisebook check" again`);
}

/** Where the code of a notebook and of its copy part. */
function firstChangedCell(committed: Notebook, executed: Notebook): number | undefined {
  const code = (notebook: Notebook, index: number): string | undefined => {
    const cell = notebook.cells[index];
    return cell && `${cell.cell_type === "code" ? "code" : "text"} ${isCode(cell) ? cell.source : ""}`;
  };
  const most = Math.max(committed.cells.length, executed.cells.length);
  return Array.from({ length: most }, (_, index) => index).find((index) => code(committed, index) !== code(executed, index));
}

function takeOutputs(committed: Notebook, executed: Notebook): void {
  for (const [index, cell] of committed.cells.entries()) {
    const now = executed.cells[index];
    if (!isCode(cell) || !isCode(now)) continue;
    cell.outputs = now.outputs;
    cell.execution_count = now.execution_count;
  }
  if (executed.metadata.language_info !== undefined) committed.metadata.language_info = executed.metadata.language_info;
}

function refuse(message: string, exitCode: number = exitCodes.usage): never {
  throw new CommandError(message, exitCode);
}
