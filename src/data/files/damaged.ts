/** A file that is not what it should be: which, from which byte on, and how it should be. */
export class DamagedFileError extends Error {
  readonly file: string;
  /** In bytes from the file's beginning. */
  readonly offset: number;

  constructor(file: string, offset: number, words: { expected: string; found: string; remedy: string; cause?: unknown }) {
    const { expected, found, remedy, cause } = words;
    super(`${file}, byte ${offset}: expected ${expected}, found ${found}; ${remedy}`, cause === undefined ? {} : { cause });
    this.name = "DamagedFileError";
    this.file = file;
    this.offset = offset;
  }
}
