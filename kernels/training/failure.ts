import { DivergedError } from "../../src/train/index.ts";
import { CommandError, exitCodes, systemCode } from "../client/exit-codes.ts";

const ofTheDisk = ["ENOSPC", "EDQUOT", "EFBIG", "EACCES", "EPERM", "EROFS", "ENOTDIR", "EIO"];

/** An error of src with the exit code that it asks for: divergence fails, a disk that refuses cannot be written, and settings and files are usage. */
export function explained(error: unknown): unknown {
  if (error instanceof CommandError || !(error instanceof Error)) return error;
  const code = error instanceof DivergedError ? exitCodes.cellFailed : ofTheDisk.includes(systemCode(error) ?? "") ? exitCodes.cannotWrite : exitCodes.usage;
  return new CommandError(error.message, code, { cause: error });
}
