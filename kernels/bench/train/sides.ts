import path from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../root.ts";
import { messageOf } from "../../client/exit-codes.ts";
import type { Missing } from "../peers.ts";
import { type Side, type SideCommand, startSide } from "./side.ts";

/** Our sides' names, and the modes of OwnSteps. */
export const ownSides = { eager: "noisebook eager", compiled: "noisebook compiled", bf16: "noisebook compiled, bf16" } as const;
/** PyTorch's, and the modes of peer.py. */
export const peerSides = {
  eager: "PyTorch eager", channels_last: "PyTorch channels_last", compiled: "PyTorch compiled", bf16: "PyTorch bf16, channels_last",
} as const;

export type OwnSideMode = keyof typeof ownSides;
export type PeerMode = keyof typeof peerSides;

export const ownCommand = (mode: OwnSideMode, folder: string): SideCommand => ({
  name: ownSides[mode],
  program: process.execPath,
  args: [path.join(packageRoot, "dist", "cli.js"), "bench", "side", folder, mode],
});

export const peerCommand = (python: string, mode: PeerMode, folder: string): SideCommand => ({
  name: peerSides[mode],
  program: python,
  args: [path.join(packageRoot, "kernels", "bench", "train", "peer.py"), folder, mode],
  // What torch.compile makes goes with the run: its first step is to be one.
  env: { ...process.env, PYTHONNOUSERSITE: "1", TORCHINDUCTOR_CACHE_DIR: path.join(folder, "inductor") },
});

/** A Python with PyTorch: the one that NOISEBOOK_BENCH_PYTORCH names, or the project's own, made first. @throws Error saying why there is none */
export async function findPytorch(): Promise<string> {
  const given = process.env.NOISEBOOK_BENCH_PYTORCH;
  if (given !== undefined) return given;
  const setup = (await import(pathToFileURL(path.join(packageRoot, "kernels", "setup", "pytorch.mjs")).href)) as typeof import("../../setup/pytorch.mjs");
  const pytorch = await setup.ensurePytorch();
  if (!pytorch.available) throw new Error(pytorch.reason);
  return pytorch.python;
}

/** Starts sides, and ends them all after `use`. Those that do not start are among the missing. */
export async function withSides<T>(commands: readonly SideCommand[], missing: Missing[], progress: (line: string) => void, use: (sides: readonly Side[]) => Promise<T>): Promise<T> {
  const sides: Side[] = [];
  try {
    for (const command of commands) {
      progress(`starting ${command.name}`);
      const side = startSide(command);
      sides.push(side);
      // One after another: loading takes the cores, too.
      await side.ask("about").catch((error: unknown) => {
        missing.push({ name: command.name, reason: messageOf(error) });
        sides.pop();
        return side.end();
      });
    }
    return await use(sides);
  } finally {
    await Promise.all(sides.map((side) => side.end()));
  }
}
