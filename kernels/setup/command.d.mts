/** Runs `noisebook setup` with these arguments; returns the exit code (0, 2 or 6, 128 + signal). */
export function runSetup(args: readonly string[], root?: string): Promise<number>;
