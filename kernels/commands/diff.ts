import { exitCodes } from "../client/exit-codes.ts";
import { readNotebook } from "../client/notebook/read.ts";
import { coloursFor } from "../client/progress/text.ts";
import { diffNotebooks } from "../review/diff/diff-notebooks.ts";
import { describeDiffs } from "../review/diff/terminal.ts";

/** `noisebook diff`: returns the exit code, 5 where the outputs differ or a code cell is in one of the two only. */
export async function diff(before: string, after: string): Promise<number> {
  const diffs = await diffNotebooks(await readNotebook(before), await readNotebook(after));
  console.log(describeDiffs(diffs, coloursFor(process.stdout)));
  return diffs.every(({ verdict }) => verdict === "agree" || verdict === "volatile") ? exitCodes.fine : exitCodes.outputsDiffer;
}
