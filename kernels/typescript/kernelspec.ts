import path from "node:path";
import { packageRoot } from "../root.ts";

/** A Jupyter kernelspec: what kernel.json holds. */
export interface KernelSpec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: "message" | "signal";
  readonly env?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export const kernelName = "noisebook";
export const tslabKernelName = "noisebook-tslab";

/** The kernels of this checkout: one server with two engines. */
export const kernelNames = [kernelName, tslabKernelName] as const;

/** A kernelspec of this checkout, with absolute paths and the Node that runs this code. */
export function kernelSpec(name: (typeof kernelNames)[number] = kernelName): KernelSpec {
  const tslab = name === tslabKernelName;
  return {
    argv: [process.execPath, path.join(packageRoot, "dist", "kernel", "server.cjs"), "{connection_file}", ...(tslab ? ["--engine", "tslab"] : [])],
    display_name: tslab ? "TypeScript (tslab engine)" : "TypeScript (Noisebook)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: !tslab },
  };
}
