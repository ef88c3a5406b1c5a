import type { Notebook } from "./format.ts";
import { formatJson } from "./json-format.ts";
import { toFileShape } from "./lines.ts";

/** The text of a notebook's file, byte for byte as Jupyter writes it. */
export const formatNotebook = (notebook: Notebook): string => `${formatJson(toFileShape(notebook))}\n`;
