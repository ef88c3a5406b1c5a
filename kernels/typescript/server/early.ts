import { packageRoot } from "../../root.ts";
import { Checker, type CheckMode } from "../checker/client.ts";
import { built } from "./built.ts";
import { log } from "./log.ts";
import { startSession } from "./session-process.ts";

// Started before the server loads its libraries: the session and the checker come up meanwhile.
export const mode = checkMode(process.env.NOISEBOOK_CHECK);
export const firstSession = startSession();
export const checker = mode === "off" ? undefined : new Checker({ workerFile: built("checker.cjs"), cwd: process.cwd(), packageRoot });

function checkMode(value: string | undefined): CheckMode {
  if (value === undefined || value === "strict") return "strict";
  if (value === "warn" || value === "off") return value;
  log(`NOISEBOOK_CHECK="${value}" is none of strict, warn, off; types are checked strictly`);
  return "strict";
}
