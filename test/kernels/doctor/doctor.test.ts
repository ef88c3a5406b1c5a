import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../kernels/doctor/finding.ts";
import { cpuFinding, gpuFinding } from "../../../kernels/doctor/machine.ts";
import type { TensorProbe } from "../../../kernels/doctor/probe.ts";
import { providesHere } from "../../../kernels/review/needs.ts";
import { packageRoot } from "../../../kernels/root.ts";

function doctor(args: readonly string[], env: NodeJS.ProcessEnv) {
  const { NOISEBOOK_TENSORFLOW: _, NOISEBOOK_BACKEND: __, ...inherited } = process.env;
  return spawnSync(process.execPath, [path.join(packageRoot, "dist/cli.js"), "doctor", ...args], { encoding: "utf8", env: { ...inherited, ...env } });
}

describe("noisebook doctor", () => {
  it("says what tensors run on, and everything else it looked at", () => {
    const { status, stdout } = doctor(["--json"], { NOISEBOOK_BACKEND: "wasm" });
    const { tensors, findings } = JSON.parse(stdout) as { tensors: TensorProbe; findings: Finding[] };
    expect(tensors).toMatchObject({ works: true, backend: { name: "wasm", passedOver: [] } });
    expect(findings.map(({ what }) => what)).toEqual(["Node", "CPU", "tensors", "GPU", "kernels", "Jupyter"]);
    expect(findings[2]).toMatchObject({ state: "better", remedy: "unset NOISEBOOK_BACKEND, to take the fastest that is here" });
    expect(status).toBe(0);
  });

  it("says what to type where a library is named that is not there", () => {
    const { status, stdout } = doctor([], { NOISEBOOK_TENSORFLOW: "/nowhere" });
    expect(stdout).toMatch(/not tensorflow: named by NOISEBOOK_TENSORFLOW: no libtensorflow_cc\S+ in \/nowhere/);
    // What is fetched is not used as long as another is named.
    expect(stdout).toMatch(/→ unset NOISEBOOK_TENSORFLOW, (to take the one|and npx noisebook setup --tensorflow)/);
    expect(stdout.match(/no libtensorflow_cc\S+ in \/nowhere/g)).toHaveLength(1);
    expect(status).toBe(0);
  });

  it("says the same where TensorFlow is all that is wished for", () => {
    const { status, stdout } = doctor([], { NOISEBOOK_TENSORFLOW: "/nowhere", NOISEBOOK_BACKEND: "tensorflow" });
    expect(stdout).toMatch(/✗ tensors .*\/nowhere\n +→ unset NOISEBOOK_TENSORFLOW, .*; or unset NOISEBOOK_BACKEND\n/);
    expect(status).toBe(1);
  });

  it("ends with 1 where tensors do not work at all", () => {
    const { status, stdout } = doctor([], { NOISEBOOK_BACKEND: "webgl" });
    expect(stdout).toMatch(/✗ tensors +NOISEBOOK_BACKEND is "webgl", which is none of tensorflow, wasm, cpu\n +→ unset NOISEBOOK_BACKEND/);
    expect(status).toBe(1);
  });
});

describe("the machine", () => {
  it("is told by what makes tensors fast", () => {
    expect(cpuFinding("flags\t\t: fpu avx2 fma avx512f avx512_bf16\n").details).toEqual(["AVX2, FMA, AVX-512, bfloat16", "bfloat16 pays in compiled steps"]);
    expect(cpuFinding("flags\t\t: fpu avx2\n").details[1]).toContain("without bfloat16 instructions");
    expect(cpuFinding("").details).toEqual([]);
  });

  it("has a GPU that is used, or is not, or none", () => {
    const driver = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5\n";
    expect(gpuFinding(["/device:CPU:0", "/device:GPU:0"], "x")).toMatchObject({ state: "fine", details: ["/device:GPU:0"] });
    expect(gpuFinding(["/device:CPU:0"], "/x/2.21.0-cpu-linux-x64/l", driver)).toMatchObject({ state: "better", text: expect.stringContaining("driver 550.54.15") as string, remedy: expect.stringContaining("setup --gpu") as string });
    expect(gpuFinding(["/device:CPU:0"], "/x/2.21.0-gpu-linux-x64/l", driver).remedy).toContain("nvidia-smi");
  });
});

describe("what a kernel here provides", () => {
  const backend = (name: string, devices: string[]) => () => ({ works: true, backend: { name, devices }, notices: [] }) as unknown as TensorProbe;

  it.each([
    ["TensorFlow on the CPU", backend("tensorflow", ["/device:CPU:0"]), true, false],
    ["TensorFlow on a GPU", backend("tensorflow", ["/device:CPU:0", "/device:GPU:0"]), true, true],
    ["wasm", backend("wasm", []), false, false],
    ["nothing that works", () => ({ works: false, reason: "", notices: [] }) as TensorProbe, false, false],
  ])("with %s", (_, probe, tensorflow, gpu) => {
    const provides = providesHere(probe);
    expect([provides("tensorflow"), provides("gpu"), provides("else")]).toEqual([tensorflow, gpu, false]);
  });

  it("is looked at once, and only when a cell asks", () => {
    let asked = 0;
    const provides = providesHere(() => (asked++, backend("wasm", [])()));
    expect(provides("network")).toBe(false);
    expect(asked).toBe(0);
    provides("tensorflow");
    provides("gpu");
    expect(asked).toBe(1);
  });
});
