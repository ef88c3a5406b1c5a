import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { Kernel } from "../../client/kernel.ts";
import { packageRoot } from "../../root.ts";
import type { Peer } from "../peers.ts";
import { askingProbes } from "./asking.ts";
import { brief } from "./conversation.ts";
import { debuggingProbes } from "./debugging.ts";
import { errorProbes } from "./errors.ts";
import { interruptProbes } from "./interrupts.ts";
import { kitProbes } from "./kit.ts";
import { lifetimeProbes } from "./lifetime.ts";
import { outputProbes } from "./output.ts";
import type { BehaviourResult, BehaviourRow, Probe, Subject, Verdict } from "./probe.ts";
import { resultProbes } from "./results.ts";

export const probes: readonly Probe[] = [
  ...errorProbes,
  ...resultProbes,
  ...outputProbes,
  ...interruptProbes,
  ...lifetimeProbes,
  ...askingProbes,
  ...debuggingProbes,
  ...kitProbes,
];

export const subjectOf = ({ name, kernel }: Peer): Subject => {
  const python = kernel.spec.language === "python";
  return { name, kernel, python, code: (typescript, inPython) => (python ? inPython : typescript) };
};

/** Puts every probe to every kernel. */
export async function behaviour(peers: readonly Peer[], asked: readonly Probe[], progress: (line: string) => void): Promise<BehaviourResult> {
  const kernels: BehaviourResult["kernels"][number][] = [];
  for (const { name, kernel } of peers) {
    const running = await Kernel.start(kernel, { cwd: packageRoot });
    kernels.push({ name, version: `${running.info.implementation} ${running.info.implementation_version}` });
    await running.shutdown();
  }
  const rows: BehaviourRow[] = [];
  for (const probe of asked) {
    const found: Record<string, true | string> = {};
    for (const peer of peers) {
      progress(`${probe.id}: ${peer.name}`);
      const verdict = await put(probe, subjectOf(peer));
      if (verdict !== undefined) found[peer.name] = verdict;
    }
    rows.push({ id: probe.id, what: probe.what, found });
  }
  return { date: new Date().toISOString().slice(0, 10), kernels, rows };
}

/** Puts one probe to one kernel; no kernel that it started is left, whatever becomes of it. */
export async function put(probe: Probe, subject: Subject): Promise<Verdict> {
  const { boundMs = 20_000 } = probe;
  const parent = path.join(packageRoot, ".noisebook", "bench");
  mkdirSync(parent, { recursive: true });
  const cwd = mkdtempSync(path.join(parent, "probe-"));
  const started: Kernel[] = [];
  const start = async (): Promise<Kernel> => {
    const kernel = await Kernel.start(subject.kernel, { cwd });
    started.push(kernel);
    return kernel;
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(started.some(({ death }) => death) ? "the kernel dies" : "it does not answer"), boundMs);
  });
  try {
    return await Promise.race([probe.ask({ ...subject, cwd, start }), late]);
  } catch (error) {
    return brief(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
    for (const kernel of started) {
      kernel.kill();
      await kernel.shutdown(0);
    }
    rmSync(cwd, { recursive: true, force: true, maxRetries: 3 });
  }
}
