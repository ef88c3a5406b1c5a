import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { writeFileAtomically } from "../client/atomic.ts";
import { CommandError, exitCodes, systemReason } from "../client/exit-codes.ts";
import { mapFiles } from "../review/map/files.ts";
import { packageRoot } from "../root.ts";

/** `noisebook map`: writes docs/equations.md and the README's table anew; returns the exit code. */
export async function writeMap(): Promise<number> {
  const { map, files } = await mapFiles();
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(packageRoot, name);
    const same = existsSync(file) && readFileSync(file, "utf8") === text;
    if (!same) {
      await writeFileAtomically(file, text).catch((error: unknown) => {
        throw new CommandError(`${name} cannot be written: ${systemReason(error)}`, exitCodes.cannotWrite);
      });
    }
    console.log(`${name}: ${same ? "up to date" : "rewritten"}`);
  }
  const shown = map.rows.filter(({ cells }) => cells.length > 0).length;
  const showing = map.notebooks.filter(({ cells }) => cells.length > 0).length;
  console.log(`${map.rows.length} equations and errata: ${shown} shown in ${showing} notebooks, ${map.rows.length - shown} left for later ones`);
  return exitCodes.fine;
}
