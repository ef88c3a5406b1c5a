import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { listKernels } from "../client/kernelspecs.ts";
import { packageRoot } from "../root.ts";
import { type Finding, fine } from "./finding.ts";

/** Set-up is plain JavaScript that finds the repository from its own place, so it is loaded from there and never bundled. */
const fromSetup = (file: string): Promise<unknown> => import(pathToFileURL(path.join(packageRoot, "kernels", "setup", file)).href);

export function nodeFinding(): Finding {
  return fine("Node", `${process.versions.node} (${process.platform} ${process.arch}), ${process.execPath}`);
}

export function kernelsFinding(): Finding {
  const { kernels, broken } = listKernels();
  const own = kernels.filter(({ dir }) => dir === undefined);
  const others = kernels.filter(({ dir }) => dir !== undefined);
  const lost = own.flatMap(({ spec }) => spec.argv.slice(0, 2).filter((part) => path.isAbsolute(part) && !existsSync(part)));
  const details = [...others.map(({ name, dir }) => `${name}: ${dir}`), ...broken.map(({ name, dir, problem }) => `${name} cannot be used: ${problem} (${dir})`)];
  const text = `${own.map(({ name }) => name).join(", ")} for \`noisebook run\` and \`noisebook lab\``;
  if (lost.length === 0) return fine("kernels", text, [...details, "for your own Jupyter: npx noisebook kernel install"]);
  return { what: "kernels", state: "missing", text: `${lost.join(", ")} is not there`, details, remedy: "npx noisebook setup" };
}

export async function jupyterFinding(): Promise<Finding> {
  const { jupyterIsCurrent } = (await fromSetup("jupyter.mjs")) as typeof import("../setup/jupyter.mjs");
  if (jupyterIsCurrent()) return fine("Jupyter", "ready in .noisebook/jupyter: npx noisebook lab");
  const { findPython, hasUv } = (await fromSetup("python.mjs")) as {
    findPython: (options: { uv: boolean }) => Promise<{ version?: string; reason?: string }>;
    hasUv: () => Promise<boolean>;
  };
  const { version, reason } = await findPython({ uv: await hasUv() });
  if (version) return fine("Jupyter", `not made yet: npx noisebook lab makes it, with Python ${version}`);
  return { what: "Jupyter", state: "better", text: "not possible here; all but `noisebook lab` works without", details: [], remedy: reason ?? "install Python 3.11 or later" };
}
