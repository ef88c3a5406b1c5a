/** Makes a commander action of what returns an exit code; actions load their code when they run, so that --help stays quick. */
export type Does = <Args extends unknown[]>(command: (...args: Args) => number | Promise<number>) => (...args: Args) => Promise<void>;
