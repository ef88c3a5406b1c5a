import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { kernelNames, kernelSpec, type KernelSpec } from "../typescript/kernelspec.ts";
import { dataDirs } from "./data-dirs.ts";
import { CommandError, exitCodes, messageOf } from "./exit-codes.ts";

/** A kernelspec and where it was found. */
export interface FoundKernel {
  readonly name: string;
  readonly spec: KernelSpec;
  /** The folder of its kernel.json; undefined for the kernel built into this project. */
  readonly dir: string | undefined;
}

/** A kernel.json that cannot be used, and why. */
export interface BrokenKernel {
  readonly name: string;
  readonly dir: string;
  readonly problem: string;
}

export interface KernelListing {
  readonly kernels: readonly FoundKernel[];
  readonly broken: readonly BrokenKernel[];
}

const validName = /^[a-z0-9._-]+$/i;

/** Every kernel this machine has, this project's own first and then by Jupyter's rules: of two of one name the first wins. */
export function listKernels(env: Readonly<Record<string, string | undefined>> = process.env): KernelListing {
  const kernels = new Map<string, FoundKernel>(kernelNames.map((name) => [name, { name, spec: kernelSpec(name), dir: undefined }]));
  const broken = new Map<string, BrokenKernel>();
  for (const dataDir of dataDirs(env)) {
    for (const entry of folderNames(path.join(dataDir, "kernels"))) {
      const dir = path.join(dataDir, "kernels", entry);
      const name = entry.toLowerCase();
      if (!validName.test(entry) || kernels.has(name) || broken.has(name) || !existsSync(path.join(dir, "kernel.json"))) continue;
      try {
        kernels.set(name, { name, spec: readKernelSpec(dir), dir });
      } catch (error) {
        broken.set(name, { name, dir, problem: messageOf(error) });
      }
    }
  }
  return { kernels: [...kernels.values()], broken: [...broken.values()] };
}

/** @throws {CommandError} (exit code 2) naming the known kernels if there is none of this name */
export function findKernel(name: string, listing: KernelListing = listKernels()): FoundKernel {
  const wanted = name.toLowerCase();
  const found = listing.kernels.find((kernel) => kernel.name === wanted);
  if (found) return found;
  const broken = listing.broken.find((kernel) => kernel.name === wanted);
  if (broken) throw new CommandError(`kernel "${name}" cannot be used: ${broken.problem}`, exitCodes.usage);
  throw new CommandError(`no kernel "${name}" is installed; installed are ${describeKernels(listing)}`, exitCodes.usage);
}

/** The kernels of a listing in one line. */
export const describeKernels = (listing: KernelListing): string =>
  listing.kernels.map(({ name, spec }) => `${name} (${spec.language})`).join(", ");

/** @throws if there is no usable kernel.json in `dir` */
function readKernelSpec(dir: string): KernelSpec {
  const file = path.join(dir, "kernel.json");
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${messageOf(error)}`);
  }
  const spec = value as Partial<KernelSpec> | null;
  if (typeof spec !== "object" || spec === null) throw new Error(`${file} is not a JSON object`);
  if (!Array.isArray(spec.argv) || spec.argv.length === 0 || !spec.argv.every((part) => typeof part === "string")) {
    throw new Error(`${file} has no argv (a list of strings)`);
  }
  const text = (part: unknown, otherwise: string): string => (typeof part === "string" ? part : otherwise);
  return {
    ...spec,
    argv: inItsEnvironment(spec.argv, dir),
    display_name: text(spec.display_name, path.basename(dir)),
    language: text(spec.language, "unknown"),
    interrupt_mode: spec.interrupt_mode === "message" ? "message" : "signal",
  };
}

/** pip installs kernelspecs whose program is just `python`: that is the Python of the prefix they lie in. */
function inItsEnvironment(argv: readonly string[], dir: string): readonly string[] {
  if (!/^python(3(\.\d+)?)?$/.test(argv[0])) return argv;
  const prefix = path.resolve(dir, "..", "..", "..", "..");
  const python = process.platform === "win32" ? path.join(prefix, "python.exe") : path.join(prefix, "bin", argv[0]);
  return existsSync(python) ? [python, ...argv.slice(1)] : argv;
}

function folderNames(dir: string): string[] {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
}
