import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "../client/exit-codes.ts";
import type { FoundKernel } from "../client/kernelspecs.ts";
import { packageRoot } from "../root.ts";
import { kernelName, kernelSpec } from "../typescript/kernelspec.ts";
import { denoDir, denoProgram } from "./deno.ts";
import { denoCode, nodeCode, type PeerCode, pythonCode } from "./peer-code.ts";

/** A kernel to measure. */
export interface Peer {
  readonly name: string;
  readonly kernel: FoundKernel;
  readonly code: PeerCode;
}

/** The Jupyter whose `execute` the runner is measured beside. */
export interface JupyterPeer {
  readonly python: string;
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where pytest, with nbval and nbmake, and papermill are. */
export interface PythonTools {
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Missing {
  readonly name: string;
  readonly reason: string;
}

export interface Peers {
  /** Ours first. */
  readonly kernels: readonly Peer[];
  readonly jupyter: JupyterPeer | undefined;
  /** nbval, nbmake and papermill. */
  readonly tools: PythonTools | undefined;
  readonly missing: readonly Missing[];
}

/** Finds every peer, installing those that may be; one that is not there is reported, with the reason. */
export async function findPeers(): Promise<Peers> {
  const missing: Missing[] = [];
  const attempt = attempting(missing);
  const own = await attempt("noisebook", findOwn);
  const jupyter = await attempt("ipykernel and jupyter execute", findJupyter);
  const tools = await attempt(toolsName, pythonTools);
  const deno = await attempt("Deno's kernel", findDeno);
  const tslab = await attempt("tslab's kernel", findTslab);
  const ipykernel = jupyter && ipykernelOf(jupyter);
  return { kernels: [own, ipykernel, deno, tslab].filter((peer) => peer !== undefined), jupyter, tools, missing };
}

/** Finds the tools that run and check notebooks, as of `findPeers`. */
export async function findTools(): Promise<Pick<Peers, "tools" | "missing">> {
  const missing: Missing[] = [];
  return { tools: await attempting(missing)(toolsName, pythonTools), missing };
}

const attempting =
  (missing: Missing[]) =>
  async <T>(name: string, find: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await find();
    } catch (error) {
      missing.push({ name, reason: messageOf(error) });
      return undefined;
    }
  };

async function findOwn(): Promise<Peer> {
  const spec = kernelSpec();
  const server = spec.argv.find((part) => part.endsWith(".cjs"));
  if (server === undefined || !existsSync(server)) throw new Error(`${server} is not built: run "noisebook setup"`);
  return { name: "noisebook", kernel: { name: kernelName, spec, dir: undefined }, code: { ...nodeCode, unchecked: "%check off" } };
}

const toolsName = "nbval, nbmake and papermill";
async function pythonTools(): Promise<PythonTools> {
  const tools = await (await setup()).ensureConformance();
  if (!tools.available) throw new Error(tools.reason);
  return tools;
}

const setup = async (): Promise<typeof import("../setup/jupyter.mjs")> =>
  (await import(pathToFileURL(path.join(packageRoot, "kernels", "setup", "jupyter.mjs")).href)) as typeof import("../setup/jupyter.mjs");

/** The project's own Jupyter, or the one whose Python NOISEBOOK_BENCH_PYTHON names. */
async function findJupyter(): Promise<JupyterPeer> {
  const given = process.env.NOISEBOOK_BENCH_PYTHON;
  if (given !== undefined) {
    if (!existsSync(given)) throw new Error(`NOISEBOOK_BENCH_PYTHON names ${given}, which does not exist`);
    return { python: given, program: path.join(path.dirname(given), "jupyter"), env: process.env as Record<string, string> };
  }
  const jupyter = await (await setup()).ensureJupyter();
  if (!jupyter.available) throw new Error(jupyter.reason);
  return { python: jupyter.python, program: path.join(jupyter.bin, "jupyter"), env: jupyter.env };
}

const ipykernelOf = ({ python, env }: JupyterPeer): Peer => ({
  name: "ipykernel",
  kernel: peerKernel("ipykernel", "python", [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"], env),
  code: pythonCode,
});

async function findDeno(): Promise<Peer> {
  const program = await denoProgram();
  const env = { DENO_DIR: denoDir, DENO_NO_UPDATE_CHECK: "1" };
  return { name: "Deno", kernel: peerKernel("deno", "typescript", [program, "jupyter", "--kernel", "--conn", "{connection_file}"], env), code: denoCode };
}

async function findTslab(): Promise<Peer> {
  const program = path.join(packageRoot, "node_modules", "tslab", "bin", "tslab");
  if (!existsSync(program)) throw new Error(`${program} is not installed`);
  return {
    name: "tslab",
    kernel: peerKernel("tslab", "typescript", [process.execPath, program, "kernel", "--config-path", "{connection_file}"], {}),
    code: nodeCode,
  };
}

const peerKernel = (name: string, language: string, argv: string[], env: Readonly<Record<string, string>>): FoundKernel => ({
  name,
  spec: { argv, display_name: name, language, interrupt_mode: "signal", env },
  dir: undefined,
});
