import { lstat, readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { CommandError, exitCodes, systemReason } from "../exit-codes.ts";

/** A notebook to run and where its executed copy goes. */
export interface PlannedNotebook {
  /** Absolute, links resolved. */
  readonly source: string;
  /** The name the user knows it by. */
  readonly label: string;
  /** The copy's path inside the output folder, with "/". */
  readonly target: string;
}

const skippedFolders = new Set(["node_modules", "__pycache__"]);

/**
 * Finds the notebooks that the arguments name: files as they are, folders recursively in natural order, without
 * checkpoints, hidden folders and `outputDir`.
 * @throws {CommandError} (exit code 2) for an argument that does not exist or holds no notebook
 */
export async function planNotebooks(args: readonly string[], outputDir: string, cwd: string): Promise<PlannedNotebook[]> {
  const output = await realpath(outputDir).catch(() => path.resolve(outputDir));
  const found = new Map<string, { label: string; base: string }>();
  for (const arg of args) {
    const absolute = path.resolve(cwd, arg);
    const info = await stat(absolute).catch((error: unknown) => {
      throw new CommandError(`${arg} cannot be read: ${systemReason(error)}`, exitCodes.usage);
    });
    const files = info.isDirectory() ? await notebooksIn(absolute, output) : [absolute];
    if (files.length === 0) throw new CommandError(`${arg} holds no notebook (.ipynb)`, exitCodes.usage);
    for (const file of files) {
      const source = await realpath(file);
      const base = info.isDirectory() ? path.relative(absolute, file) : path.basename(file);
      if (!found.has(source)) found.set(source, { label: path.relative(cwd, file) || file, base });
    }
  }
  const planned = [...found].map(([source, { label, base }]) => ({ source, label, target: base }));
  // Two of one name: keep apart what their folders keep apart.
  const bases = new Set(planned.map(({ target }) => target.toLowerCase()));
  const common = bases.size < planned.length ? commonFolder(planned.map(({ source }) => source)) : undefined;
  return planned.map((notebook) => ({
    ...notebook,
    target: (common === undefined ? notebook.target : path.relative(common, notebook.source)).split(path.sep).join("/"),
  }));
}

async function notebooksIn(folder: string, output: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new CommandError(`${folder} cannot be read: ${systemReason(error)}`, exitCodes.usage);
  });
  const files: string[] = [];
  for (const { name } of entries.sort((a, b) => naturally.compare(a.name, b.name))) {
    const file = path.join(folder, name);
    if (name.startsWith(".") || skippedFolders.has(name)) continue;
    if ((await lstat(file)).isDirectory()) {
      if ((await realpath(file)) !== output) files.push(...(await notebooksIn(file, output)));
    } else if (name.endsWith(".ipynb") && (await stat(file).catch(() => undefined))?.isFile()) {
      files.push(file);
    }
  }
  return files;
}

const naturally = new Intl.Collator("en", { numeric: true });

function commonFolder(files: readonly string[]): string {
  let common = path.dirname(files[0]);
  for (const file of files) while (path.relative(common, file).startsWith("..")) common = path.dirname(common);
  return common;
}
