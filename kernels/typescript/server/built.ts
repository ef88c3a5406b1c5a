import path from "node:path";
import { packageRoot } from "../../root.ts";

/** A script that set-up built beside the server's. */
export const built = (name: string): string => path.join(packageRoot, "dist", "kernel", name);
