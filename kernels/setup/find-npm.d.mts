/** The command line that starts npm: the npm that called us, else the one beside this Node, else the one on PATH. */
export function findNpm(env?: NodeJS.ProcessEnv, execPath?: string): [string, ...string[]];
