import path from "node:path";
import { exitCodes } from "../client/exit-codes.ts";
import { coloursFor } from "../client/progress/text.ts";
import { type Acceptance, prepareAcceptance, writeAcceptance } from "../review/accept/accept-notebook.ts";
import { describeDiffs } from "../review/diff/terminal.ts";
import { defaultCheckDir } from "./check.ts";

/** The options of `noisebook accept` as the command line gives them. */
export interface AcceptFlags {
  readonly outputDir?: string;
  readonly dryRun?: boolean;
}

/** `noisebook accept`: returns the exit code. No notebook is written unless all of them can be accepted. */
export async function accept(notebooks: readonly string[], flags: AcceptFlags): Promise<number> {
  const checkDir = path.resolve(flags.outputDir ?? defaultCheckDir);
  const accepted: [string, Acceptance][] = [];
  for (const notebook of notebooks) accepted.push([notebook, await prepareAcceptance(notebook, checkDir)]);
  for (const [notebook, acceptance] of accepted) {
    console.log(`${notebook}:\n${describeDiffs(acceptance.diffs, coloursFor(process.stdout))}`);
    if (acceptance.text === undefined) console.log("nothing to write: it is as it was executed\n");
    else if (flags.dryRun) console.log(`not written: this was a dry run\n`);
    else {
      await writeAcceptance(acceptance);
      console.log(`written: the outputs of ${acceptance.copy}\n`);
    }
  }
  return exitCodes.fine;
}
