import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { packageRoot } from "../../../../kernels/root.ts";
import { Checker, type Diagnostic } from "../../../../kernels/typescript/checker/client.ts";

export const workerFile = path.join(packageRoot, "dist", "kernel", "checker.cjs");

/** An empty folder outside the repository, gone after the test. */
export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "noisebook-checker-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A notebook in a folder, with the real worker behind it. */
export class Notebook {
  readonly folder: string;
  readonly checker: Checker;

  constructor(folder: string = emptyFolder()) {
    this.folder = folder;
    this.checker = new Checker({ workerFile, cwd: folder, packageRoot });
    onTestFinished(() => this.checker.dispose());
  }

  async check(code: string): Promise<readonly Diagnostic[]> {
    const outcome = await this.checker.check(code);
    if ("unavailable" in outcome) throw new Error(`unavailable: ${outcome.unavailable}`);
    return outcome;
  }

  async codes(code: string): Promise<number[]> {
    return (await this.check(code)).map((diagnostic) => diagnostic.code);
  }

  /** Checks cells and runs them, as in `warn` mode; returns the errors of the last. */
  async run(...cells: string[]): Promise<number[]> {
    let last: number[] = [];
    for (const code of cells) {
      last = await this.codes(code);
      this.checker.commit(code);
    }
    return last;
  }

  async names(code: string, offset = code.length): Promise<string[]> {
    return (await this.checker.complete(code, offset)).matches.map(({ name }) => name);
  }
}

/** The TypeScript processes whose parent is `parent`. */
function typescriptProcesses(parent: number = process.pid): number[] {
  return processes()
    .filter(({ ppid, command }) => ppid === parent && command.includes("--api"))
    .map(({ pid }) => pid);
}

/** The one TypeScript process of `parent`; waits until those of earlier tests are gone. */
export async function typescriptProcess(parent: number = process.pid): Promise<number> {
  await until(() => typescriptProcesses(parent).length === 1);
  return typescriptProcesses(parent)[0]!;
}

export function isAlive(pid: number): boolean {
  return processes().some((each) => each.pid === pid && each.state !== "Z");
}

/** Stops a process; its threads stop one after the other, and until the last has, it may go on answering. */
export async function stop(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  const states = (): (string | undefined)[] => {
    if (process.platform !== "linux") return processes().filter((each) => each.pid === pid).map(({ state }) => state);
    return readdirSync(`/proc/${pid}/task`).map((thread) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8"))?.[1]);
  };
  await until(() => states().every((state) => state === "T"));
}

function processes(): { pid: number; ppid: number; state: string; command: string }[] {
  if (process.platform !== "linux") {
    const lines = execFileSync("ps", ["-axo", "pid=,ppid=,state=,command="], { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => {
      const [, pid, ppid, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S)\S*\s+(.*)$/.exec(line) ?? [];
      return { pid: Number(pid), ppid: Number(ppid), state: state ?? "", command: command ?? "" };
    });
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, state, ppid] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
        return [{ pid: Number(name), ppid: Number(ppid), state: state ?? "", command: readFileSync(`/proc/${name}/cmdline`, "utf8") }];
      } catch {
        return [];
      }
    });
}

/** Waits until the condition holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
