/** Why a JSON value is no notebook of format 4, as the rest of a sentence; undefined if it is one. */
export function notebookProblem(value: unknown): string | undefined {
  if (!isObject(value) || !("nbformat" in value)) return "is JSON, but no notebook: it has no nbformat";
  const major = Number(value.nbformat);
  if (!Number.isInteger(major)) return `is no notebook: nbformat is ${shown(value.nbformat)}, where a number is due`;
  if (major > 4) return `has notebook format ${major}, newer than the 4 that this runner knows: save it as format 4`;
  if (major < 4) return `has notebook format ${major}, older than the 4 that this runner knows: convert it with "jupyter nbconvert --to notebook"`;
  if (!Number.isInteger(Number(value.nbformat_minor))) return `is a damaged notebook: nbformat_minor is ${shown(value.nbformat_minor)}, where a number is due`;
  if (!isObject(value.metadata)) return `is a damaged notebook: metadata is ${shown(value.metadata)}, where an object is due`;
  if (value.metadata.kernelspec !== undefined && !isObject(value.metadata.kernelspec)) {
    return `is a damaged notebook: metadata.kernelspec is ${shown(value.metadata.kernelspec)}, where an object is due`;
  }
  if (!Array.isArray(value.cells)) return `is a damaged notebook: cells is ${shown(value.cells)}, where a list is due`;
  for (const [index, cell] of value.cells.entries()) {
    const problem = cellProblem(cell);
    if (problem !== undefined) return `is a damaged notebook: cell ${index + 1} of ${value.cells.length}: ${problem}`;
  }
  return undefined;
}

function cellProblem(cell: unknown): string | undefined {
  if (!isObject(cell)) return `it is ${shown(cell)}, where an object is due`;
  if (!["code", "markdown", "raw"].includes(cell.cell_type as string)) return `cell_type is ${shown(cell.cell_type)}, where "code", "markdown" or "raw" is due`;
  if (!isText(cell.source)) return `source is ${shown(cell.source)}, where a string or a list of strings is due`;
  if (!isObject(cell.metadata)) return `metadata is ${shown(cell.metadata)}, where an object is due`;
  if (cell.id !== undefined && (typeof cell.id !== "string" || !/^[a-zA-Z0-9_-]{1,64}$/.test(cell.id))) {
    return `id is ${shown(cell.id)}, where 1 to 64 letters, digits, "-" or "_" are due`;
  }
  if (cell.attachments !== undefined && !(isObject(cell.attachments) && Object.values(cell.attachments).every(isObject))) {
    return `attachments is ${shown(cell.attachments)}, where an object of MIME bundles is due`;
  }
  if (cell.cell_type !== "code") return undefined;
  if (!Array.isArray(cell.outputs)) return `outputs is ${shown(cell.outputs)}, where a list is due`;
  if (cell.execution_count != null && !Number.isInteger(Number(cell.execution_count))) {
    return `execution_count is ${shown(cell.execution_count)}, where a whole number or null is due`;
  }
  for (const [index, output] of cell.outputs.entries()) {
    const problem = outputProblem(output);
    if (problem !== undefined) return `output ${index + 1}: ${problem}`;
  }
  return undefined;
}

function outputProblem(output: unknown): string | undefined {
  if (!isObject(output)) return `it is ${shown(output)}, where an object is due`;
  switch (output.output_type) {
    case "stream":
      if (typeof output.name !== "string") return `name is ${shown(output.name)}, where "stdout" or "stderr" is due`;
      return isText(output.text) ? undefined : `text is ${shown(output.text)}, where a string or a list of strings is due`;
    case "display_data":
    case "execute_result":
      if (!isObject(output.data)) return `data is ${shown(output.data)}, where a MIME bundle is due`;
      return isObject(output.metadata) ? undefined : `metadata is ${shown(output.metadata)}, where an object is due`;
    case "error":
      if (typeof output.ename !== "string" || typeof output.evalue !== "string") return "ename or evalue is missing";
      return isText(output.traceback) ? undefined : `traceback is ${shown(output.traceback)}, where a list of strings is due`;
    default:
      return `output_type is ${shown(output.output_type)}, where "stream", "display_data", "execute_result" or "error" is due`;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

const isText = (value: unknown): boolean => typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"));

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
