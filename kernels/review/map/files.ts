import { readFileSync } from "node:fs";
import path from "node:path";
import { CommandError, exitCodes } from "../../client/exit-codes.ts";
import { packageRoot } from "../../root.ts";
import { mappedNotebooks } from "./cells.ts";
import { coreFiles } from "./core-links.ts";
import { type EquationMap, equationMap } from "./equation-map.ts";
import { equationsPage } from "./page.ts";
import { summaryTable, withSummary } from "./summary.ts";

/** The map of the committed notebooks and the files that are made of it, by their places in the repository. */
export interface MapFiles {
  readonly map: EquationMap;
  readonly files: Readonly<Record<string, string>>;
}

/** @throws {CommandError} (exit code 2) naming every entry that is shown nowhere, and every id that is none */
export async function mapFiles(root = packageRoot): Promise<MapFiles> {
  const map = equationMap(await mappedNotebooks(path.join(root, "notebooks")));
  if (map.problems.length > 0) throw new CommandError(`the map has gaps:\n  ${map.problems.join("\n  ")}`, exitCodes.usage);
  return {
    map,
    files: {
      "docs/equations.md": equationsPage(map, coreFiles(path.join(root, "src"))),
      "README.md": withSummary(readFileSync(path.join(root, "README.md"), "utf8"), summaryTable(map)),
    },
  };
}
