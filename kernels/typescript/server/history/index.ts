import path from "node:path";
import { packageRoot } from "../../../root.ts";
import { History } from "./history.ts";
import { FolderStore, noStore } from "./store.ts";

/** The kernel's history as NOISEBOOK_HISTORY says: `off`, or a folder; else in the checkout's own folder for such things. */
export function openHistory(where = process.env.NOISEBOOK_HISTORY): History {
  return new History(where === "off" ? noStore : new FolderStore(where || path.join(packageRoot, ".noisebook", "history")));
}
