/** What the system's refusal to write a file means, what is needed, and what to do. */
export async function explainedDiskError(error: unknown, file: string, need: number): Promise<Error> {
  const [{ statfs }, path] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const folder = path.dirname(file);
  const { code = "" } = error as NodeJS.ErrnoException;
  const intact = "what was there before is as it was";
  const free = async (): Promise<string> => {
    const room = await statfs(folder).catch(() => undefined);
    return room === undefined ? "" : `, ${room.bavail * room.bsize} are free`;
  };
  const words: Record<string, () => Promise<string> | string> = {
    ENOSPC: async () => `the disk is full (${need} bytes are needed${await free()}): free some, or save to a folder of another disk`,
    EDQUOT: () => `your share of the disk is used up (${need} bytes are needed): free some, or save to a folder of another disk`,
    EFBIG: () => `no file may be that large here (${need} bytes are needed): raise the limit (ulimit -f), or save to another disk`,
    EACCES: () => `${owner()} may not write in this folder: change its permissions, or save to another folder`,
    EPERM: () => `${owner()} may not write in this folder: change its permissions, or save to another folder`,
    EROFS: () => `the disk can only be read: mount it for writing, or save to another folder`,
    ENOENT: () => `the folder ${folder} is not there: make it first`,
  };
  const meaning = (await words[code]?.()) ?? `${(error as Error).message}`;
  return Object.assign(new Error(`${file} could not be saved: ${meaning}; ${intact}`, { cause: error }), { code });
}

const owner = (): string => (process.getuid ? `this process (user ${process.getuid()})` : "this process");
