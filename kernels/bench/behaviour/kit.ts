import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "../../root.ts";
import type { Probe, ProbeContext, Verdict } from "./probe.ts";

const boundMs = 150_000;

/** Jupyter's own tests of a kernel, with samples in its language. */
export const kitProbes: readonly Probe[] = [{ id: "kernel-test-kit", what: "passes `jupyter_kernel_test`", boundMs, slow: true, ask: runKit }];

async function runKit({ kernel, cwd, name, python }: ProbeContext): Promise<Verdict> {
  const setup = (await import(pathToFileURL(path.join(packageRoot, "kernels", "setup", "jupyter.mjs")).href)) as typeof import("../../setup/jupyter.mjs");
  const kit = await setup.ensureConformance({ quiet: true });
  if (!kit.available) return undefined;
  const kernelName = `probe-${name.toLowerCase()}`;
  const folder = path.join(cwd, "data", "kernels", kernelName);
  mkdirSync(folder, { recursive: true });
  // With a history of its own: tests of it count.
  writeFileSync(path.join(folder, "kernel.json"), JSON.stringify({ ...kernel.spec, env: { ...kernel.spec.env, IPYTHONDIR: path.join(cwd, "ipython") } }));
  const script = path.join(packageRoot, "kernels", "bench", "behaviour", "kit.py");
  const env = { ...kit.env, JUPYTER_PATH: [path.join(cwd, "data"), kit.env.JUPYTER_PATH].filter(Boolean).join(path.delimiter) };
  const args = [script, kernelName, JSON.stringify(python ? pythonSamples : typescriptSamples(name))];
  const { stdout } = await promisify(execFile)(kit.python, args, { env, cwd, timeout: boundMs - 10_000, killSignal: "SIGKILL", maxBuffer: 1e8 });
  const { ran, failed } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { ran: number; failed: string[] };
  // A test may fail in several ways.
  const names = [...new Set(failed)].map((test) => test.replace(/^test_/, ""));
  return names.length === 0 || `${names.length} of ${ran} tests fail: ${names.join(", ")}`;
}

const typescriptSamples = (name: string): Readonly<Record<string, unknown>> => ({
  language_name: "typescript",
  file_extension: ".ts",
  code_hello_world: 'console.log("hello, world")',
  code_stderr: 'console.error("to stderr")',
  code_generate_error: 'throw new Error("on purpose")',
  code_execute_result: [
    { code: "6 * 7", result: "42" },
    { code: "await Promise.resolve(1 + 1)", result: "2" },
  ],
  code_display_data: [{ code: name === "tslab" ? 'import * as tslab from "tslab"; tslab.display.html("<b>shown</b>")' : richDisplay[name === "Deno" ? "deno" : "own"], mime: "text/html" }],
  completion_samples: [{ text: "Math.ma", matches: ["max"] }],
  complete_code_samples: ["1 + 1", "const f = (x: number): number => x", "for (const x of [1]) {\n  x;\n}"],
  incomplete_code_samples: ["function f() {", "[1, 2", "`open"],
  invalid_code_samples: ["const = 3", "1 +* 2"],
  code_inspect_sample: "Math.max",
  code_history_pattern: "6 ? 7",
  supported_history_operations: ["tail", "range", "search"],
});

const html = `({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>shown</b>" }) })`;
const richDisplay = { own: `display(${html})`, deno: `await Deno.jupyter.display(${html})` } as const;

const pythonSamples: Readonly<Record<string, unknown>> = {
  language_name: "python",
  file_extension: ".py",
  code_hello_world: 'print("hello, world")',
  code_stderr: 'import sys; print("to stderr", file=sys.stderr)',
  code_generate_error: 'raise ValueError("on purpose")',
  code_execute_result: [
    { code: "6 * 7", result: "42" },
    { code: "1 + 1", result: "2" },
  ],
  code_display_data: [{ code: 'from IPython.display import HTML, display; display(HTML("<b>shown</b>"))', mime: "text/html" }],
  completion_samples: [{ text: "zi", matches: ["zip"] }],
  complete_code_samples: ["1 + 1", "print(1)", "f = lambda x: x"],
  incomplete_code_samples: ["def f():", "[1, 2", "'''open"],
  invalid_code_samples: ["a = = 3", "1 +* 2"],
  code_inspect_sample: "zip",
  code_history_pattern: "6 ? 7",
  supported_history_operations: ["tail", "range", "search"],
};
