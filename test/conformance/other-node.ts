import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * NOISEBOOK_TEST_NODE names the Node.js that the kernels under test run on, instead of the one that runs the tests: the
 * environment's kernelspecs are copied to `folder` with that one in them.
 */
export function withOtherNode(env: Record<string, string>, folder: string): Record<string, string> {
  const node = process.env.NOISEBOOK_TEST_NODE;
  if (!node) return env;
  cpSync(env.JUPYTER_PATH, folder, { recursive: true });
  for (const name of readdirSync(path.join(folder, "kernels"))) {
    const file = path.join(folder, "kernels", name, "kernel.json");
    const spec = JSON.parse(readFileSync(file, "utf8")) as { argv: string[] };
    writeFileSync(file, JSON.stringify({ ...spec, argv: [node, ...spec.argv.slice(1)] }));
  }
  return { ...env, JUPYTER_PATH: folder };
}
