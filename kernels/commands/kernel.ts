import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "../client/atomic.ts";
import { activePrefixes, userDataDir } from "../client/data-dirs.ts";
import { CommandError, exitCodes, systemReason } from "../client/exit-codes.ts";
import { listKernels } from "../client/kernelspecs.ts";
import { pad, width } from "../client/progress/text.ts";
import { kernelNames, kernelSpec } from "../typescript/kernelspec.ts";
import { logoFiles } from "./logo.ts";

/** Where a kernelspec is to go: at most one of these. */
export interface InstallPlace {
  readonly prefix?: string;
  readonly sysPrefix?: boolean;
  readonly user?: boolean;
}

/** `noisebook kernel install`: writes a kernel.json and its logo for each kernel of this checkout. */
export async function installKernel(place: InstallPlace): Promise<number> {
  const { kernels, option } = kernelsFolder(place);
  for (const name of kernelNames) {
    const dir = path.join(kernels, name);
    const file = path.join(dir, "kernel.json");
    const spec = kernelSpec(name);
    try {
      await mkdir(dir, { recursive: true });
      for (const [logo, data] of Object.entries(await logoFiles(name))) await writeFileAtomically(path.join(dir, logo), data);
      await writeFileAtomically(file, `${JSON.stringify(spec, null, 1)}\n`);
    } catch (error) {
      throw new CommandError(`${file} cannot be written: ${systemReason(error)}; choose another place with --prefix`, exitCodes.cannotWrite);
    }
    console.log(`Installed the kernel "${name}" (${spec.display_name}):\n  ${file}`);
  }
  const missing = kernelSpec().argv.slice(0, 2).filter((part) => path.isAbsolute(part) && !existsSync(part));
  if (missing.length > 0) console.error(`warning: ${missing.join(", ")} does not exist yet: run "noisebook setup"`);
  console.log(`They run this checkout; when the checkout or Node moves, install them again.\nTo undo: noisebook kernel uninstall${option}`);
  return exitCodes.fine;
}

/** `noisebook kernel uninstall`: removes what install wrote, and nothing else. */
export async function uninstallKernel(place: InstallPlace): Promise<number> {
  const { kernels } = kernelsFolder(place);
  const installed = kernelNames.map((name) => path.join(kernels, name)).filter((dir) => existsSync(path.join(dir, "kernel.json")));
  if (installed.length === 0) throw new CommandError(`there is no kernel "${kernelNames[0]}" at ${path.join(kernels, kernelNames[0])}`, exitCodes.usage);
  for (const dir of installed) {
    const file = path.join(dir, "kernel.json");
    const language = await readFile(file, "utf8").then((text) => (JSON.parse(text) as { language?: unknown }).language, () => undefined);
    if (language !== "typescript") throw new CommandError(`${file} is not this kernel's: remove it by hand if you mean to`, exitCodes.usage);
    try {
      await rm(dir, { recursive: true });
    } catch (error) {
      throw new CommandError(`${dir} cannot be removed: ${systemReason(error)}`, exitCodes.cannotWrite);
    }
    console.log(`Removed ${dir}`);
  }
  return exitCodes.fine;
}

/** `noisebook kernel list`: every kernel that `noisebook run` can start. */
export function printKernels(json: boolean): number {
  const { kernels, broken } = listKernels();
  if (json) {
    console.log(JSON.stringify({ kernels, broken }, null, 2));
    return exitCodes.fine;
  }
  const rows = kernels.map(({ name, spec, dir }) => [name, spec.language, dir ?? "built in"]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => width(row[column]))));
  for (const [name, language, where] of rows) console.log(`${pad(name, widths[0])}  ${pad(language, widths[1])}  ${where}`);
  for (const { name, problem } of broken) console.error(`warning: ${name} cannot be used: ${problem}`);
  return exitCodes.fine;
}

function kernelsFolder({ prefix, sysPrefix, user }: InstallPlace): { kernels: string; option: string } {
  if ([prefix !== undefined, sysPrefix, user].filter(Boolean).length > 1) {
    throw new CommandError("say only one of --prefix, --sys-prefix and --user", exitCodes.usage);
  }
  const inData = (data: string): string => path.join(data, "kernels");
  if (prefix !== undefined) {
    const absolute = path.resolve(prefix);
    return { kernels: inData(path.join(absolute, "share", "jupyter")), option: ` --prefix ${JSON.stringify(absolute)}` };
  }
  if (!sysPrefix) return { kernels: inData(userDataDir()), option: "" };
  const [active] = activePrefixes();
  if (active === undefined) {
    throw new CommandError("--sys-prefix needs an active Python environment (VIRTUAL_ENV or CONDA_PREFIX): activate one, or use --prefix", exitCodes.usage);
  }
  return { kernels: inData(path.join(active, "share", "jupyter")), option: " --sys-prefix" };
}
