import { statSync } from "node:fs";
import type { System } from "@tslab/typescript-for-tslab";

interface Watched {
  readonly file: string;
  readonly changed: (file: string, kind: number) => void;
  stamp: string | undefined;
}

/** TypeScript's FileWatcherEventKind. */
const kinds = { created: 0, changed: 1, deleted: 2 } as const;

/**
 * Replaces TypeScript's watching of files, whose news may come after the cell that needs them, by a look at each before a cell.
 * @returns takes that look
 */
export function lookInsteadOfWatching(sys: System): () => void {
  const all = new Set<Watched>();
  sys.watchFile = (file, changed) => {
    const watched: Watched = { file, changed, stamp: stampOf(file) };
    if (!file.includes("/node_modules/")) all.add(watched);
    return { close: () => void all.delete(watched) };
  };
  return () => {
    for (const watched of [...all]) {
      const before = watched.stamp;
      watched.stamp = stampOf(watched.file);
      if (before === watched.stamp) continue;
      watched.changed(watched.file, before === undefined ? kinds.created : watched.stamp === undefined ? kinds.deleted : kinds.changed);
    }
  };
}

function stampOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
