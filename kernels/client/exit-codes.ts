/** What the `noisebook` command exits with. */
export const exitCodes = {
  fine: 0,
  cellFailed: 1,
  usage: 2,
  timedOut: 3,
  kernelLost: 4,
  outputsDiffer: 5,
  cannotWrite: 6,
  interrupted: 130,
  terminated: 143,
} as const;

/** Of several notebooks the first of these that occurs is the exit code. */
const precedence = [130, 143, 6, 2, 4, 3, 1, 5];

/** The exit code of a run whose notebooks ended with `codes`. */
export function combinedExitCode(codes: Iterable<number>): number {
  const seen = new Set(codes);
  return precedence.find((code) => seen.has(code)) ?? exitCodes.fine;
}

/** A failure with a message for the user and the exit code it asks for. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The `code` of a system error (`ENOENT`, …), if it is one. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  EEXIST: "it exists already",
  EMFILE: "too many files are open",
  EFBIG: "the file would be too large",
};

/** What a system error means, in words. */
export const systemReason = (error: unknown): string => systemReasons[systemCode(error) ?? ""] ?? messageOf(error);
