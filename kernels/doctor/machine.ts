import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import { type Finding, fine } from "./finding.ts";

/** What of a processor makes tensors fast, as /proc/cpuinfo names it, and what for. */
const features: readonly [flag: string, name: string][] = [
  ["avx2", "AVX2"],
  ["fma", "FMA"],
  ["avx512f", "AVX-512"],
  ["avx512_vnni", "VNNI"],
  ["avx512_bf16", "bfloat16"],
  ["amx_bf16", "AMX bfloat16"],
  ["asimd", "NEON"],
  ["bf16", "bfloat16"],
];

export function cpuFinding(cpuinfo: string = read("/proc/cpuinfo")): Finding {
  const title = `${os.availableParallelism()} × ${os.cpus()[0]?.model.trim() || "unknown"}, ${Math.round(os.totalmem() / 2 ** 30)} GiB of memory`;
  const flags = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1]?.split(/\s+/));
  const has = [...new Set(features.filter(([flag]) => flags.has(flag)).map(([, name]) => name))];
  if (flags.size === 0) return fine("CPU", title);
  const bf16 = has.some((name) => name.includes("bfloat16"));
  return fine("CPU", title, [has.join(", ") || "no vector instructions that TensorFlow uses", bf16 ? "bfloat16 pays in compiled steps" : "without bfloat16 instructions: float32 is the fastest type"]);
}

/** Whether there is an NVIDIA GPU, by its driver, and whether tensors use it. */
export function gpuFinding(devices: readonly string[], library: string | undefined, driver: string = read("/proc/driver/nvidia/version")): Finding {
  const used = devices.filter((name) => name.includes("GPU"));
  if (used.length > 0) return fine("GPU", `${used.length} used by TensorFlow`, used);
  if (!driver && !existsSync("/dev/nvidia0")) return fine("GPU", "none: no NVIDIA driver is here");
  const version = /Kernel Module\s+(?:for \S+\s+)?([\d.]+)/.exec(driver)?.[1];
  const cuda = library !== undefined && /-gpu-|site-packages/.test(library);
  return {
    what: "GPU",
    state: "better",
    text: `an NVIDIA GPU is here (driver ${version ?? "of unknown version"}), and not used`,
    details: [],
    remedy: cuda
      ? "what TensorFlow says above tells why; driver 525 or later is needed, and `nvidia-smi` must list the GPU"
      : "npx noisebook setup --gpu   (3.4 GB; TensorFlow 2.21 with CUDA 12)",
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
