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

/** The kernelspec of this checkout, with absolute paths and the Node that runs this code. */
export function kernelSpec(): KernelSpec {
  return {
    argv: [process.execPath, path.join(packageRoot, "dist", "kernel", "server.cjs"), "{connection_file}"],
    display_name: "TypeScript (Noisebook)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}
