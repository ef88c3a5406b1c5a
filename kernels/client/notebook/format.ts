import type { MimeBundle } from "../../protocol/message.ts";

/** nbformat 4, with multi-line strings joined. Fields that we do not know are kept as they came. */
export interface Notebook {
  nbformat: 4;
  nbformat_minor: number;
  metadata: NotebookMetadata;
  cells: Cell[];
  [unknown: string]: unknown;
}

export interface NotebookMetadata {
  kernelspec?: { name?: unknown; display_name?: unknown; language?: unknown };
  language_info?: { name?: unknown; [key: string]: unknown };
  [key: string]: unknown;
}

export type Cell = CodeCell | TextCell;

export interface CodeCell {
  cell_type: "code";
  id?: string;
  source: string;
  metadata: CellMetadata;
  outputs: Output[];
  execution_count: number | null;
  [unknown: string]: unknown;
}

export interface TextCell {
  cell_type: "markdown" | "raw";
  id?: string;
  source: string;
  metadata: CellMetadata;
  [unknown: string]: unknown;
}

export interface CellMetadata {
  tags?: unknown;
  execution?: unknown;
  [key: string]: unknown;
}

export type Output = StreamOutput | DisplayOutput | ErrorOutput;

export interface StreamOutput {
  output_type: "stream";
  name: "stdout" | "stderr";
  text: string;
}

export interface DisplayOutput {
  output_type: "display_data" | "execute_result";
  data: MimeBundle;
  metadata: Record<string, unknown>;
  execution_count?: number | null;
}

export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}

export const isCode = (cell: Cell): cell is CodeCell => cell.cell_type === "code";

/** The tags of a cell; anything that is not a list of strings counts as none. */
export const tagsOf = (cell: Cell): string[] =>
  Array.isArray(cell.metadata.tags) ? cell.metadata.tags.filter((tag): tag is string => typeof tag === "string") : [];

/** The name of the kernel that a notebook asks for, if it does. */
export function kernelNameOf(notebook: Notebook): string | undefined {
  const name = notebook.metadata.kernelspec?.name;
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** The language of a notebook, as far as its metadata says. */
export function languageOf(notebook: Notebook): string | undefined {
  const { kernelspec, language_info } = notebook.metadata;
  return [language_info?.name, kernelspec?.language].find((name): name is string => typeof name === "string" && name !== "");
}
