import { coloursFor } from "../client/progress/text.ts";
import type { Finding } from "./finding.ts";
import { cpuFinding, gpuFinding } from "./machine.ts";
import { probeTensors } from "./probe.ts";
import { jupyterFinding, kernelsFinding, nodeFinding } from "./surroundings.ts";
import { tensorFinding } from "./tensors.ts";

/** `noisebook doctor`: 0 where everything works, be it slowly; 1 where something does not. */
export async function doctor({ json = false }: { json?: boolean } = {}): Promise<number> {
  const probe = probeTensors();
  const devices = probe.works ? probe.backend.devices : [];
  const library = probe.works ? probe.backend.library?.file : undefined;
  const findings = [nodeFinding(), cpuFinding(), tensorFinding(probe), gpuFinding(devices, library), kernelsFinding(), await jupyterFinding()];
  if (json) console.log(JSON.stringify({ tensors: probe, findings }, null, 2));
  else print(findings);
  return findings.some(({ state }) => state === "missing") ? 1 : 0;
}

function print(findings: readonly Finding[]): void {
  const colours = coloursFor(process.stdout);
  const marks = { fine: colours.green("✓"), better: colours.yellow("!"), missing: colours.red("✗") };
  const indent = " ".repeat(12);
  for (const { what, state, text, details, remedy } of findings) {
    console.log(`${marks[state]} ${what.padEnd(9)} ${text}`);
    for (const line of details) console.log(`${indent}${colours.dim(line)}`);
    if (remedy) console.log(`${indent}→ ${remedy}`);
  }
}
