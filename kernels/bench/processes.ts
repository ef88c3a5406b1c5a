import { readdirSync, readFileSync } from "node:fs";

/** A process and its descendants. Those whose parent has ended belong to another tree. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = stateOf(entry)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const tree = [pid];
  for (const each of tree) tree.push(...(children.get(each) ?? []));
  return tree;
}

/** Whether a process runs; one that ended and that nobody has asked for its exit code does not. */
export function alive(pid: number): boolean {
  const state = stateOf(String(pid))?.state;
  return state !== undefined && state !== "Z" && state !== "X";
}

export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

function stateOf(pid: string): { readonly state: string; readonly parent: number } | undefined {
  try {
    // The name, in parentheses, may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
