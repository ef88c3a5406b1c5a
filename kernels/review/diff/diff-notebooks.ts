import { type CodeCell, isCode, type Notebook, tagsOf } from "../../client/notebook/format.ts";
import { align } from "../compare/align.ts";
import { compareOutputs, type OutputPair } from "../compare/outputs.ts";
import { cellTolerance, notebookTolerance } from "../tolerance.ts";

/** Two code cells that stand for each other, or one without a counterpart. Indices count all cells, from 0. */
export interface CellDiff {
  readonly before?: number;
  readonly after?: number;
  readonly verdict: "agree" | "differ" | "volatile" | "missing" | "new";
  readonly sourceChanged: boolean;
  readonly firstLine: string;
  readonly outputs: readonly OutputPair[];
}

interface Placed {
  readonly index: number;
  readonly cell: CodeCell;
}

/** Compares the outputs of two notebooks, under the tolerances of the first, without executing either. Cells pair by source and id, in order. */
export async function diffNotebooks(before: Notebook, after: Notebook): Promise<CellDiff[]> {
  const [olds, nows] = [before, after].map(codeCells);
  const base = notebookTolerance(before);
  const score = (i: number, j: number): number => {
    const [old, now] = [olds[i].cell, nows[j].cell];
    const sameId = old.id !== undefined && old.id === now.id;
    return (old.source === now.source ? 3 : 0) + (sameId ? 2 : 0);
  };
  const diffs: CellDiff[] = [];
  for (const [i, j] of align(olds.length, nows.length, score, 5)) {
    const old = i === undefined ? undefined : olds[i];
    const now = j === undefined ? undefined : nows[j];
    const place = {
      ...(old && { before: old.index }),
      ...(now && { after: now.index }),
      firstLine: ((now ?? old)!.cell.source.split("\n").find((line) => line.trim() !== "") ?? "").trim(),
    };
    if (!old || !now) {
      diffs.push({ ...place, verdict: old ? "missing" : "new", sourceChanged: false, outputs: [] });
      continue;
    }
    const sourceChanged = old.cell.source !== now.cell.source;
    if (tagsOf(old.cell).includes("volatile")) {
      diffs.push({ ...place, verdict: "volatile", sourceChanged, outputs: [] });
      continue;
    }
    const outputs = await compareOutputs(old.cell.outputs, now.cell.outputs, cellTolerance(base, old.cell, old.index));
    diffs.push({ ...place, verdict: outputs.some(({ differences }) => differences.length > 0) ? "differ" : "agree", sourceChanged, outputs });
  }
  return diffs;
}

const codeCells = (notebook: Notebook): Placed[] => notebook.cells.flatMap((cell, index) => (isCode(cell) ? [{ index, cell }] : []));
