import path from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../kernels/root.ts";

/** Makes dist/ fresh, for the tests that start the built kernel and command line. A failed build fails the run in CI and is told elsewhere. */
export default async function setup(): Promise<void> {
  const { ensureBuild } = (await import(pathToFileURL(path.join(packageRoot, "kernels/setup/ensure-build.mjs")).href)) as {
    ensureBuild: (root: string) => Promise<boolean>;
  };
  try {
    await ensureBuild(packageRoot);
  } catch (error) {
    if (process.env.CI) throw error;
    console.error(`dist/ is not fresh: ${(error as Error).message}\nTests that start the built kernel may fail or see an older build.`);
  }
}
